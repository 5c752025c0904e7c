"""`Sessions`: where somebody is signed in, and their tokens for the command line, to be looked at and ended."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from src.core.errors import UnauthorizedError
from src.studio.accounts import audit, repository
from src.studio.accounts.repository import KeptSession
from src.studio.database.metadata import new_id
from src.studio.errors import ConflictError, InvalidFieldError, NotFoundError, StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from src.studio.accounts.tokens import Keyring
    from src.studio.accounts.user import Caller, SignedIn
    from src.studio.database.database import Database

TOKEN_LIFETIME = dt.timedelta(days=30)
TOKENS_A_USER = 50
# How often the use of a token is written down: requests by it are many.
NOTED_EVERY = dt.timedelta(minutes=5)
MAX_LISTED = 200
MAX_NAME = 128
UNNAMED = "Command line"


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token for the command line. Nobody is shown `token` again."""

    id: str
    name: str
    token: str = field(repr=False)
    created_at: dt.datetime
    expires_at: dt.datetime


class Sessions:
    """Everybody's sessions and tokens. Each user knows their own alone."""

    def __init__(self, database: Database, clock: Callable[[], dt.datetime], keys: Keyring) -> None:
        self._database, self._clock, self._keys = database, clock, keys

    def make_token(self, signed_in: SignedIn, name: str | None, caller: Caller) -> NewToken:
        """Make a token for the command line, for 30 days; one that is asked for by a token ends with that one.

        Raises `InvalidFieldError` for what is no name, `ConflictError` where there are too many already, and
        `UnauthorizedError` where the session has just ended.
        """
        user, now = signed_in.user, self._clock()
        called = _name_of(name)
        with self._database.writing() as connection:
            repository.lock_user(connection, user.id)  # whoever ends all sessions comes before, or after
            _, session = repository.find_signed_in(connection, user.id, signed_in.session_id, now)
            if session is None:
                raise UnauthorizedError("Token expired")
            if repository.count_tokens(connection, user.id, now) >= TOKENS_A_USER:
                raise ConflictError(f"You have {TOKENS_A_USER} tokens already. Revoke one that is not used.")
            expires_at = now + TOKEN_LIFETIME
            if session.kind == "cli":
                expires_at = min(expires_at, session.expires_at)
            kept = KeptSession(new_id(), "cli", called, None, now, now, expires_at)
            repository.insert_token(connection, user.id, kept)
            audit.note(connection, "token_made", now, user=user, address=caller.address, subject=kept.id)
        token = self._keys.signed.cli(user.id, kept.id, expires_at)
        return NewToken(kept.id, called, token, now, expires_at)

    def of(self, user_id: str) -> Sequence[KeptSession]:
        """Return somebody's sessions and tokens that go on, the last used first, 200 at most."""
        with self._database.reading() as connection:
            return repository.sessions_of(connection, user_id, self._clock(), MAX_LISTED)

    def revoke(self, signed_in: SignedIn, session_id: str, caller: Caller) -> None:
        """End one of them. Raises `NotFoundError`."""
        user, now = signed_in.user, self._clock()
        with self._database.writing() as connection:
            kind = repository.revoke(connection, user.id, session_id, now)
            if kind is None:
                raise NotFoundError("There is no such session.")
            address, detail = caller.address, {"kind": kind}
            audit.note(
                connection, "session_revoked", now, user=user, address=address, subject=session_id, detail=detail
            )

    def revoke_others(self, signed_in: SignedIn, caller: Caller) -> int:
        """End all other sessions, not the tokens, and return how many there were."""
        user, now = signed_in.user, self._clock()
        with self._database.writing() as connection:
            ended = repository.revoke_all(connection, user.id, now, but=signed_in.session_id, kind="browser")
            detail = {"sessions": ended}
            audit.note(connection, "sessions_revoked", now, user=user, address=caller.address, detail=detail)
        return ended

    def note_use(self, session: KeptSession) -> None:
        """Write down that a token is used, now and then; sessions have it written with each new access token."""
        now = self._clock()
        if session.kind == "cli" and abs(now - session.last_used_at) >= NOTED_EVERY:
            # a database that cannot be written to now can be read from
            with contextlib.suppress(StorageError), self._database.writing() as connection:
                repository.note_use(connection, session, now)


def _name_of(name: str | None) -> str:
    called = (name or "").strip() or UNNAMED
    if len(called) > MAX_NAME:
        raise InvalidFieldError(f"name: must have {MAX_NAME} characters at most.")
    if not called.isprintable():
        raise InvalidFieldError("name: must not have characters that cannot be seen.")
    return called
