"""`PasswordResets`: links to set a new password, sent by mail, or handed over by administrators."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from sqlalchemy import select

from src.studio.accounts import attempts, audit, emails, passwords, repository
from src.studio.accounts.attempts import RESETS, Attempt
from src.studio.accounts.mail import Mail
from src.studio.accounts.tables import reset_requests, reset_tokens, users
from src.studio.accounts.tokens import SKEW, new_token
from src.studio.errors import InvalidRequestError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from src.studio.accounts.mail import Mailer
    from src.studio.accounts.tokens import Keyring
    from src.studio.accounts.user import Caller, User
    from src.studio.database.database import Database

LIFETIME = dt.timedelta(hours=1)
REMEMBERED = dt.timedelta(days=30)
PATH = "/studio/reset?token="
TERMINAL = "terminal"
"""Whence an operator comes, by the audit."""

WRONG_LINK = "This link has been used already, or is older than an hour. Ask for a new one."
GUEST = "Guests of the demo have no password."
SUBJECT = "Set a new password"
TEXT = """Somebody, probably you, wants to set a new password for the account {email}.

This link does it, once, within an hour:

{link}

If it was not you, do nothing: the password stays as it is.
"""


@dataclass(frozen=True, slots=True)
class PendingReset:
    """Somebody who waits for a link that no mail has brought."""

    user_id: str
    email: str
    asked_at: dt.datetime


class PasswordResets:
    """Ways back in for people who have forgotten their password. Of each link a hash is kept, for an hour."""

    def __init__(
        self, database: Database, clock: Callable[[], dt.datetime], mailer: Mailer, keys: Keyring
    ) -> None:
        self._database, self._clock, self._mailer, self._keys = database, clock, mailer, keys

    def ask(self, email: str, page_address: str | None, caller: Caller) -> bool:
        """Send a link to whoever has an account by this e-mail, or note for administrators that they want one.

        Return which of both, whether or not there is such an account. `page_address` is where links lead; None: no
        mail may name it. Raises `InvalidRequestError` for what is no e-mail, and `TooManyRequestsError`.
        """
        email, now = emails.checked(email), self._clock()
        is_sent = page_address is not None and self._mailer.is_there
        with self._database.writing() as connection:
            attempts.begin(connection, Attempt(email, caller.address, RESETS), now)
            known = repository.find_by_email(connection, email)
            user = None if known is None or known.user.is_demo else known.user
            audit.note(connection, "reset_asked", now, user=user, address=caller.address)
            token = self._issue(connection, user.id, now) if user is not None and is_sent else None
            if user is not None and not is_sent:
                self._remember(connection, user.id, now)
        if user is not None and token is not None:
            text = TEXT.format(email=user.email, link=f"{page_address}{PATH}{quote(token)}")
            failed = self._note_failure(user.id, now)
            self._mailer.send(Mail(user.email, SUBJECT, text, failed))
        return is_sent

    def pending(self) -> Sequence[PendingReset]:
        """Return who has asked for a link and waits for an administrator, the longest first."""
        chosen = select(users.c.id, users.c.email, reset_requests.c.asked_at).join_from(reset_requests, users)
        with self._database.reading() as connection:
            found = connection.execute(chosen.order_by(reset_requests.c.asked_at, users.c.id))
            return [PendingReset(*row) for row in found]

    def make_link_token(self, admin: User, user_id: str, caller: Caller) -> tuple[str, dt.datetime]:
        """Return a token to hand over, and until when it holds.

        Raises `NotFoundError`, and `InvalidRequestError` for a guest of the demo.
        """
        now = self._clock()
        with self._database.writing() as connection:
            user = repository.find_user(connection, user_id)
            if user is None:
                raise NotFoundError("There is no such user.")
            if user.is_demo:
                raise InvalidRequestError(GUEST)
            token = self._handed_over(connection, user, now, admin, caller.address)
        return token, now + LIFETIME

    def make_operators_link_token(self, email: str) -> tuple[str, dt.datetime]:
        """Return the same for an operator at the server's terminal, who is nobody's user.

        Raises `NotFoundError`, and `InvalidRequestError` for what is no e-mail and for a guest of the demo.
        """
        email, now = emails.checked(email), self._clock()
        with self._database.writing() as connection:
            known = repository.find_by_email(connection, email)
            if known is None:
                raise NotFoundError(f"There is no account of the e-mail {email}.")
            if known.user.is_demo:
                raise InvalidRequestError(GUEST)
            token = self._handed_over(connection, known.user, now, None, TERMINAL)
        return token, now + LIFETIME

    def _handed_over(
        self, connection: Connection, user: User, now: dt.datetime, by: User | None, address: str | None
    ) -> str:
        """Return a token that somebody hands over to a user, who waits for none any more."""
        token = self._issue(connection, user.id, now)
        connection.execute(reset_requests.delete().where(reset_requests.c.user_id == user.id))
        detail = {"email": user.email} | ({"by": TERMINAL} if by is None else {})
        audit.note(connection, "reset_link_made", now, user=by, address=address, subject=user.id, detail=detail)
        return token

    def redeem(self, token: str, password: str, caller: Caller) -> None:
        """Set a new password by a link's token, and end all that goes on by the old one: sessions and tokens.

        Raises `InvalidRequestError` for a password that cannot be one, and for a link that does not hold.
        """
        passwords.check(password)
        with self._database.reading() as connection:
            self._whose(connection, token)
        after = passwords.hash_of(password)
        with self._database.writing() as connection:
            user_id, now = self._whose(connection, token), self._clock()
            taken = reset_tokens.delete().where(reset_tokens.c.hash == self._keys.digest(token))
            user = repository.find_user(connection, user_id)
            if user is None or connection.execute(taken).rowcount != 1:
                raise InvalidRequestError(WRONG_LINK)
            repository.change_password_hash(connection, user_id, after)
            forget(connection, user_id)
            repository.revoke_all(connection, user_id, now)
            attempts.forget(connection, user.email)
            audit.note(connection, "password_reset", now, user=user, address=caller.address, subject=user_id)

    def _issue(self, connection: Connection, user_id: str, now: dt.datetime) -> str:
        token = new_token()
        row = {"hash": self._keys.digest(token), "user_id": user_id, "expires_at": now + LIFETIME}
        connection.execute(reset_tokens.insert().values(row))
        return token

    def _whose(self, connection: Connection, token: str) -> str:
        """Return the id of the user whose token it is. Raises `InvalidRequestError`."""
        now = self._clock()
        user_id = connection.execute(
            select(reset_tokens.c.user_id).where(
                reset_tokens.c.hash == self._keys.digest(token),
                reset_tokens.c.expires_at > now,
                # a clock that was set back makes no hour longer
                reset_tokens.c.expires_at <= now + LIFETIME + SKEW,
            )
        ).scalar()
        if user_id is None:
            raise InvalidRequestError(WRONG_LINK)
        return user_id

    def _remember(self, connection: Connection, user_id: str, now: dt.datetime) -> None:
        row = self._database.insert(reset_requests).values(user_id=user_id, asked_at=now)
        key = [reset_requests.c.user_id]
        connection.execute(row.on_conflict_do_update(index_elements=key, set_={"asked_at": now}))

    def _note_failure(self, user_id: str, now: dt.datetime) -> Callable[[], None]:
        """Return what leaves it to administrators where a mail could not be sent."""

        def note() -> None:
            with self._database.writing() as connection:
                if repository.find_user(connection, user_id) is not None:
                    self._remember(connection, user_id, now)

        return note


def forget(connection: Connection, user_id: str) -> None:
    """Take back all links and wishes of somebody: they have a password that they know, or another e-mail."""
    for table in (reset_tokens, reset_requests):
        connection.execute(table.delete().where(table.c.user_id == user_id))


def purge(connection: Connection, now: dt.datetime) -> None:
    """Delete links that do not hold any more, and wishes that nobody has cared for."""
    connection.execute(reset_tokens.delete().where(reset_tokens.c.expires_at <= now))
    connection.execute(reset_requests.delete().where(reset_requests.c.asked_at <= now - REMEMBERED))
