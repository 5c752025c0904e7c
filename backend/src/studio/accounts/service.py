"""`AccountService`: who makes an account, who comes and goes, and whose a request is."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from src.core.errors import UnauthorizedError
from src.studio.accounts import attempts, audit, passwords, repository, setup
from src.studio.accounts.secret import derive, read_secret
from src.studio.accounts.tokens import AccessTokens, digest, new_token, successor_of
from src.studio.accounts.user import Limits, SignedIn, User
from src.studio.database.metadata import new_id
from src.studio.errors import ConflictError, ForbiddenError, InvalidRequestError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from src.studio.database.database import Database
    from src.studio.settings import Policy, StudioSettings

SESSION_LIFETIME = dt.timedelta(days=7)  # from its last use
# Two tabs that ask at once come with the same token: the later one is no thief.
GRACE = dt.timedelta(seconds=10)
TICKET_LIFETIME = dt.timedelta(seconds=30)
MAX_EMAIL_CHARACTERS = 254
MAX_AGENT_CHARACTERS = 256
DEMO_LIMITS = Limits(max_concurrent=2)

WRONG = "The e-mail or the password is wrong."
TAKEN = "There is an account with this e-mail already."
NO_CODE = "The first account needs the set-up code, which the server has printed at its start."
WRONG_CODE = "This is not the set-up code. The server prints it at its start."
NO_INVITATION = "New accounts need an invitation here. Ask the administrator of this server."
WRONG_INVITATION = "This invitation is not known here. Ask the administrator of this server."
CLOSED = "Registration is closed here. Ask the administrator of this server."
NO_SESSION = "You are not signed in, or your session has ended. Sign in again."


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a request comes from, as far as anybody can tell."""

    address: str
    user_agent: str | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """What somebody gives who wants an account."""

    email: str
    password: str = field(repr=False)
    setup_code: str | None = field(default=None, repr=False)
    invitation: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """Whoever is in, and the tokens for it. `refresh_token` None: the one that they have stays."""

    user: User
    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Options:
    """How one can get in. The first account can always be made."""

    registration: Policy
    setup_code_required: bool
    demo: bool


class AccountService:
    """All that is done with accounts. Methods wait for the database, those with passwords for a processor, too."""

    def __init__(self, settings: StudioSettings, clock: Callable[[], dt.datetime], database: Database) -> None:
        self._settings, self._clock, self._database = settings, clock, database

    @cached_property
    def _secret(self) -> bytes:
        return read_secret(self._settings)

    @cached_property
    def _access(self) -> AccessTokens:
        return AccessTokens(derive(self._secret, "access tokens"), self._clock)

    @cached_property
    def _succession(self) -> bytes:
        return derive(self._secret, "refresh tokens")

    @cached_property
    def _hashing(self) -> bytes:
        return derive(self._secret, "kept tokens")

    def _digest(self, token: str) -> str:
        return digest(token, self._hashing)

    # at start, and now and then

    def prepare(self) -> None:
        """Read the secret, and let `ADMIN_EMAIL` administrate. Raises `ConfigurationError` and `StorageError`."""
        if not self._secret or self._admin_email is None:
            return
        with self._database.writing() as connection:
            known = repository.find_by_email(connection, self._admin_email)
            if known is not None and not known.user.is_admin:
                repository.set_role(connection, known.user.id, "admin")
                audit.note(
                    connection,
                    "role_changed",
                    self._clock(),
                    user=None,
                    address=None,
                    subject=known.user.id,
                    detail={"before": known.user.role, "after": "admin", "by": "ADMIN_EMAIL"},
                )

    def purge(self, now: dt.datetime) -> None:
        """Delete what has ended: sessions, tickets, counted attempts, guests of the demo, and old notes."""
        with self._database.writing() as connection:
            repository.purge(connection, now, SESSION_LIFETIME)
            attempts.purge(connection, now)
            audit.purge(connection, now)

    # to come in

    def options(self) -> Options:
        """Tell how one can get in."""
        with self._database.reading() as connection:
            is_first = not repository.has_accounts(connection)
        return Options(
            registration="open" if is_first else self._policy,
            setup_code_required=is_first and self._settings.is_public,
            demo=self._settings.leaderboard_demo,
        )

    def register(self, asked: Application, caller: Caller) -> Grant:
        """Make an account, and sign its user in. The first one is an administrator's.

        Raises `InvalidRequestError` for an e-mail or a password that cannot be one, `ConflictError` for an e-mail
        that has an account, `ForbiddenError` for somebody whom this server does not take, `TooManyRequestsError`.
        """
        email = _email_of(asked.email)
        passwords.check(asked.password)
        has_code = self._has_setup_code(asked, caller)
        with self._database.reading() as connection:
            self._admit(asked, has_code, is_first=not repository.has_accounts(connection))
            if repository.find_by_email(connection, email) is not None:
                raise ConflictError(TAKEN)
        kept = passwords.hash_of(asked.password)
        try:
            with self._database.writing() as connection:
                is_first = self._is_first(connection)
                self._admit(asked, has_code, is_first=is_first)
                role = "admin" if is_first or email == self._admin_email else "user"
                user = User(new_id(), email, role, Limits())
                repository.insert_user(connection, user, kept, self._clock())
                return self._sign_in(connection, user, "register", caller)
        except IntegrityError:
            raise ConflictError(TAKEN) from None

    def login(self, email: str, password: str, caller: Caller) -> Grant:
        """Sign somebody in. Raises `UnauthorizedError` and `TooManyRequestsError`."""
        account = email.strip().lower()
        with self._database.writing() as connection:
            attempts.begin(connection, account, caller.address, self._clock())
            known = repository.find_by_email(connection, account)
        kept = known.password_hash if known is not None else None
        if not passwords.is_right(password, kept) or known is None or kept is None:
            with self._database.writing() as connection:
                user = known.user if known is not None else None
                audit.note(connection, "login_failed", self._clock(), user=user, address=caller.address)
            raise UnauthorizedError(WRONG)
        renewed = passwords.hash_of(password) if passwords.is_outdated(kept) else None
        with self._database.writing() as connection:
            attempts.forget(connection, account, caller.address)
            if renewed is not None:
                repository.set_password_hash(connection, known.user.id, kept, renewed)
            return self._sign_in(connection, known.user, "login", caller)

    def enter_demo(self, caller: Caller) -> Grant:
        """Make a guest of the demo, and sign them in. Raises `NotFoundError` where this is no demo."""
        if not self._settings.leaderboard_demo:
            raise NotFoundError("There is nothing at this address.")
        user = User(new_id(), f"demo-{secrets.token_hex(8)}@demo.invalid", "user", DEMO_LIMITS, is_demo=True)
        with self._database.writing() as connection:
            repository.insert_user(connection, user, None, self._clock())
            return self._sign_in(connection, user, "register", caller)

    def refresh(self, token: str | None, caller: Caller) -> Grant:
        """Give a session that goes on new tokens. Raises `UnauthorizedError`.

        A refresh token is used once. Within ten seconds of that, another tab that has it still is answered as the
        first one was; later, the session ends, for one of two who have it is not its user.
        """
        now, token = self._clock(), token or ""
        successor = successor_of(token, self._succession)
        with self._database.writing() as connection:
            session = repository.rotate(
                connection, self._digest(token), self._digest(successor), now, now + SESSION_LIFETIME
            ) or repository.find_session(connection, self._digest(token), now)
            user = None if session is None else repository.find_user(connection, session.user_id)
            is_stolen = session is not None and session.used_at is not None and now - session.used_at > GRACE
            if session is not None and is_stolen:
                repository.revoke(connection, session.user_id, session.id, now)
                audit.note(
                    connection, "refresh_reused", now, user=user, address=caller.address, subject=session.id
                )
        if session is None or user is None or is_stolen:
            raise UnauthorizedError(NO_SESSION)
        is_newest = session.refresh_hash == self._digest(successor)
        return Grant(user, self._access.issue(user.id, session.id), successor if is_newest else None)

    def logout(self, token: str | None, caller: Caller) -> None:
        """End the session of a refresh token, if it is one."""
        now = self._clock()
        with self._database.writing() as connection:
            session = repository.find_session(connection, self._digest(token or ""), now)
            if session is not None:
                user = repository.find_user(connection, session.user_id)
                repository.revoke(connection, session.user_id, session.id, now)
                audit.note(connection, "logout", now, user=user, address=caller.address, subject=session.id)

    # whose a request is

    def user_of_token(self, token: str) -> SignedIn:
        """Return whose access token it is, as they are now. Raises `UnauthorizedError`."""
        claims = self._access.read(token)
        with self._database.reading() as connection:
            found = repository.find_signed_in(connection, claims.user_id, claims.session_id, self._clock())
        user, session_expires_at = found
        if user is None:
            raise UnauthorizedError("User not found")
        if session_expires_at is None:
            raise UnauthorizedError("Token expired")
        return SignedIn(user, claims.session_id, claims.expires_at)

    def issue_ticket(self, signed_in: SignedIn) -> str:
        """Return a ticket that opens one socket within `TICKET_LIFETIME`."""
        ticket = new_token()
        expires_at = self._clock() + TICKET_LIFETIME
        with self._database.writing() as connection:
            repository.insert_ticket(
                connection, self._digest(ticket), signed_in.user.id, signed_in.session_id, expires_at
            )
        return ticket

    def redeem_ticket(self, ticket: str) -> SignedIn:
        """Take a ticket, and return whose it was, until their session ends. Raises `UnauthorizedError`."""
        now = self._clock()
        with self._database.writing() as connection:
            taken = repository.take_ticket(connection, self._digest(ticket), now)
            found = repository.find_signed_in(connection, *taken, now) if taken else (None, None)
        user, expires_at = found
        if taken is None or user is None or expires_at is None:
            raise UnauthorizedError("Invalid token")
        return SignedIn(user, taken[1], expires_at)

    def is_session_alive(self, session_id: str) -> bool:
        """Tell whether a session has not ended."""
        with self._database.reading() as connection:
            return repository.is_alive(connection, session_id, self._clock())

    def complete_onboarding(self, user: User) -> None:
        """Note that somebody was shown around."""
        with self._database.writing() as connection:
            repository.complete_onboarding(connection, user.id)

    # what administrators do

    def user(self, user_id: str) -> User:
        """Return a user. Raises `NotFoundError`."""
        with self._database.reading() as connection:
            return self._user(connection, user_id)

    def change_limits(self, admin: User, user_id: str, changes: dict[str, int], caller: Caller) -> Limits:
        """Change some of a user's limits, and return all of them. Raises `NotFoundError`."""
        with self._database.writing() as connection:
            before = self._user(connection, user_id).limits
            after = replace(before, **changes)
            repository.set_limits(connection, user_id, after)
            audit.note(
                connection,
                "limits_changed",
                self._clock(),
                user=admin,
                address=caller.address,
                subject=user_id,
                detail={"before": asdict(before), "after": asdict(after)},
            )
        return after

    @staticmethod
    def _user(connection: Connection, user_id: str) -> User:
        if (user := repository.find_user(connection, user_id)) is None:
            raise NotFoundError("There is no such user.")
        return user

    @property
    def _policy(self) -> Policy:
        return self._settings.studio_registration or ("invite" if self._settings.is_public else "open")

    @property
    def _admin_email(self) -> str | None:
        email = self._settings.admin_email
        return email.strip().lower() if email else None

    def _has_setup_code(self, asked: Application, caller: Caller) -> bool:
        """Tell whether somebody has the code. Raises `TooManyRequestsError` where it is being guessed."""
        if asked.setup_code is None or not self._settings.is_public:
            return False
        guessing = f"set-up code from {attempts.network_of(caller.address)}"
        with self._database.writing() as connection:
            attempts.begin(connection, guessing, caller.address, self._clock())
            if is_right := setup.is_code(asked.setup_code, self._secret):
                attempts.forget(connection, guessing, caller.address)
        return is_right

    def _admit(self, asked: Application, has_code: bool, *, is_first: bool) -> None:
        if is_first:
            if self._settings.is_public and not has_code:
                raise ForbiddenError(NO_CODE if asked.setup_code is None else WRONG_CODE)
        elif self._policy == "closed":
            raise ForbiddenError(CLOSED)
        elif self._policy == "invite":
            raise ForbiddenError(NO_INVITATION if asked.invitation is None else WRONG_INVITATION)

    @staticmethod
    def _is_first(connection: Connection) -> bool:
        if repository.has_accounts(connection):
            return False
        repository.await_first_account(connection)
        return not repository.has_accounts(connection)

    def _sign_in(self, connection: Connection, user: User, action: audit.Action, caller: Caller) -> Grant:
        """Begin a session: a new one each time, whatever the browser had before."""
        now, session_id, refresh_token = self._clock(), new_id(), new_token()
        session = repository.Session(session_id, user.id, self._digest(refresh_token))
        agent = _agent_of(caller.user_agent)
        repository.insert_session(connection, session, agent, now, now + SESSION_LIFETIME)
        audit.note(connection, action, now, user=user, address=caller.address, subject=session_id)
        return Grant(user, self._access.issue(user.id, session_id), refresh_token)


def _email_of(text: str) -> str:
    """Return an e-mail as it is kept. Raises `InvalidRequestError` for what cannot be one."""
    email = text.strip().lower()
    name, _, domain = email.rpartition("@")
    if not name or not domain:
        raise InvalidRequestError("The e-mail must have something on either side of an @.")
    if len(email) > MAX_EMAIL_CHARACTERS:
        raise InvalidRequestError(f"The e-mail must have {MAX_EMAIL_CHARACTERS} characters at most.")
    if not email.isprintable() or " " in email:
        raise InvalidRequestError("The e-mail must not have spaces or characters that cannot be seen.")
    return email


def _agent_of(text: str | None) -> str | None:
    return "".join(filter(str.isprintable, text))[:MAX_AGENT_CHARACTERS] if text else None
