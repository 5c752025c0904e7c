"""`AccountService`: who makes an account, who comes and goes, and whose a request is."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from src.core.errors import UnauthorizedError
from src.studio.accounts import attempts, audit, emails, invitations, passwords, repository, resets, setup
from src.studio.accounts.attempts import Attempt
from src.studio.accounts.own import OwnAccount
from src.studio.accounts.resets import PasswordResets
from src.studio.accounts.sessions import Sessions
from src.studio.accounts.tokens import SKEW, Keyring, new_token
from src.studio.accounts.user import Limits, SignedIn, User
from src.studio.database.metadata import new_id
from src.studio.errors import ConflictError, ForbiddenError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from src.studio.accounts.mail import Mailer
    from src.studio.accounts.resets import PendingReset
    from src.studio.accounts.user import Caller
    from src.studio.database.database import Database
    from src.studio.settings import Policy, StudioSettings

SESSION_LIFETIME = dt.timedelta(days=7)  # from its last use
# Two tabs that ask at once come with the same token: the later one is no thief.
GRACE = dt.timedelta(seconds=10)
TICKET_LIFETIME = dt.timedelta(seconds=30)
MAX_AGENT_CHARACTERS = 256
DEMO_LIMITS = Limits(max_concurrent=2)

WRONG = "The e-mail or the password is wrong."
TAKEN = "There is an account with this e-mail already."
NO_CODE = "The first account needs the set-up code, which the server has printed at its start."
WRONG_CODE = "This is not the set-up code. The server prints it at its start."
NO_INVITATION = "New accounts need an invitation here. Ask the administrator of this server."
CLOSED = "Registration is closed here. Ask the administrator of this server."
KEPT_FOR_ADMIN = "This e-mail is kept for the administrator of this server. It needs an invitation of its own."
NO_SESSION = "You are not signed in, or your session has ended. Sign in again."


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
    mail: bool


class AccountService:
    """All that is done with accounts. Methods wait for the database, those with passwords for a processor, too."""

    def __init__(
        self, settings: StudioSettings, clock: Callable[[], dt.datetime], database: Database, mailer: Mailer
    ) -> None:
        self._settings, self._clock, self._database, self._mailer = settings, clock, database, mailer
        self._keys = Keyring(settings, clock)
        self.resets = PasswordResets(database, clock, mailer, self._keys)
        self.sessions = Sessions(database, clock, self._keys)
        self.own = OwnAccount(database, clock, self._admin_email)

    # at start, and now and then

    def prepare(self) -> None:
        """Read the secret, and let `ADMIN_EMAIL` administrate. Raises `ConfigurationError` and `StorageError`."""
        if not self._keys.secret or self._admin_email is None:
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
            resets.purge(connection, now)
            audit.purge(connection, now)
            invitations.purge(connection, now)

    # to come in

    def options(self) -> Options:
        """Tell how one can get in."""
        with self._database.reading() as connection:
            is_first = not repository.has_accounts(connection)
        return Options(
            registration="open" if is_first else self._policy,
            setup_code_required=is_first and self._settings.is_public,
            demo=self._settings.leaderboard_demo,
            mail=self._mailer.is_there,
        )

    def register(self, asked: Application, caller: Caller) -> Grant:
        """Make an account, and sign its user in. The first one is an administrator's, as is that of `ADMIN_EMAIL`.

        Raises `InvalidRequestError` for an e-mail or a password that cannot be one, `ConflictError` for an e-mail
        that has an account, `ForbiddenError` for somebody whom this server does not take, `TooManyRequestsError`.
        """
        email = emails.checked(asked.email)
        passwords.check(asked.password)
        has_code = self._has_setup_code(asked, caller)
        with self._database.reading() as connection:
            self._admit(connection, asked, email, has_code, is_first=not repository.has_accounts(connection))
            if repository.find_by_email(connection, email) is not None:
                raise ConflictError(TAKEN)
        kept = passwords.hash_of(asked.password)
        try:
            with self._database.writing() as connection:
                is_first = self._is_first(connection)
                admission = self._admit(connection, asked, email, has_code, is_first=is_first)
                role = "user" if admission is None else admission.role
                role = "admin" if is_first or email == self._admin_email else role
                user = User(new_id(), email, role, Limits())
                repository.insert_user(connection, user, kept, self._clock())
                if admission is not None:
                    self._use(connection, admission, user, caller)
                return self._sign_in(connection, user, "register", caller)
        except IntegrityError:
            raise ConflictError(TAKEN) from None

    def login(self, email: str, password: str, caller: Caller) -> Grant:
        """Sign somebody in. Raises `UnauthorizedError` and `TooManyRequestsError`."""
        account = emails.normalised(email)
        with self._database.writing() as connection:
            known = repository.find_by_email(connection, account)
            attempt = Attempt(account, caller.address)
            attempts.begin(connection, attempt, self._clock(), lambda: _is_at_home(connection, known, caller))
        kept = known.password_hash if known is not None else None
        if not passwords.is_right(password, kept) or known is None or kept is None:
            with self._database.writing() as connection:
                user = known.user if known is not None else None
                audit.note(connection, "login_failed", self._clock(), user=user, address=caller.address)
            raise UnauthorizedError(WRONG)
        renewed = passwords.hash_of(password) if passwords.is_outdated(kept) else None
        with self._database.writing() as connection:
            # meanwhile it may have been changed, which has ended all sessions but this one
            if not repository.is_password_hash(connection, known.user.id, kept):
                raise UnauthorizedError(WRONG)
            attempts.forget(connection, account, caller.address)
            if renewed is not None:
                repository.change_password_hash(connection, known.user.id, renewed)
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
        successor = self._keys.successor_of(token)
        with self._database.writing() as connection:
            session = repository.rotate(
                connection, self._keys.digest(token), self._keys.digest(successor), now, now + SESSION_LIFETIME
            ) or repository.find_session(connection, self._keys.digest(token), now)
            user = None if session is None else repository.find_user(connection, session.user_id)
            is_stolen = session is not None and not _is_in_grace(session.used_at, now)
            if session is not None and is_stolen:
                repository.revoke(connection, session.user_id, session.id, now)
                audit.note(
                    connection, "refresh_reused", now, user=user, address=caller.address, subject=session.id
                )
        if session is None or user is None or is_stolen:
            raise UnauthorizedError(NO_SESSION)
        is_newest = session.refresh_hash == self._keys.digest(successor)
        return Grant(user, self._keys.signed.access(user.id, session.id), successor if is_newest else None)

    def logout(self, token: str | None, caller: Caller) -> None:
        """End the session of a refresh token, if it is one."""
        now = self._clock()
        with self._database.writing() as connection:
            session = repository.find_session(connection, self._keys.digest(token or ""), now)
            if session is not None:
                user = repository.find_user(connection, session.user_id)
                repository.revoke(connection, session.user_id, session.id, now)
                audit.note(connection, "logout", now, user=user, address=caller.address, subject=session.id)

    # whose a request is

    def user_of_token(self, token: str) -> SignedIn:
        """Return whose token it is, of a session or for the command line, as they are now.

        Raises `UnauthorizedError`.
        """
        claims = self._keys.signed.read(token)
        with self._database.reading() as connection:
            user, session = repository.find_signed_in(connection, claims.user_id, claims.session_id, self._clock())
        if user is None:
            raise UnauthorizedError("User not found")
        if session is None:
            raise UnauthorizedError("Token expired")
        self.sessions.note_use(session)
        return SignedIn(user, claims.session_id, claims.expires_at)

    def issue_ticket(self, signed_in: SignedIn) -> str:
        """Return a ticket that opens one socket within `TICKET_LIFETIME`."""
        ticket = new_token()
        expires_at = self._clock() + TICKET_LIFETIME
        with self._database.writing() as connection:
            repository.insert_ticket(
                connection, self._keys.digest(ticket), signed_in.user.id, signed_in.session_id, expires_at
            )
        return ticket

    def redeem_ticket(self, ticket: str) -> SignedIn:
        """Take a ticket, and return whose it was, until their session ends. Raises `UnauthorizedError`."""
        now = self._clock()
        with self._database.writing() as connection:
            # a clock that was set back makes no ticket hold longer
            latest = now + TICKET_LIFETIME + SKEW
            taken = repository.take_ticket(connection, self._keys.digest(ticket), now, latest)
            user, session = repository.find_signed_in(connection, *taken, now) if taken else (None, None)
        if user is None or session is None:
            raise UnauthorizedError("Invalid token")
        return SignedIn(user, session.id, session.expires_at)

    def is_session_alive(self, session_id: str) -> bool:
        """Tell whether a session has not ended."""
        with self._database.reading() as connection:
            return repository.is_alive(connection, session_id, self._clock())

    def complete_onboarding(self, user: User) -> None:
        """Note that somebody was shown around."""
        with self._database.writing() as connection:
            repository.complete_onboarding(connection, user.id)

    # what administrators do

    def pending_resets(self) -> Sequence[PendingReset]:
        """Return who has forgotten their password and waits for a link, the longest first."""
        return self.resets.pending()

    def make_reset_link_token(self, admin: User, user_id: str, caller: Caller) -> tuple[str, dt.datetime]:
        """Return the token of a link to set a new password, and until when it holds.

        Raises `NotFoundError`, and `InvalidRequestError` for a guest of the demo.
        """
        return self.resets.make_link_token(admin, user_id, caller)

    def user(self, user_id: str) -> User:
        """Return a user. Raises `NotFoundError`."""
        with self._database.reading() as connection:
            return self._user(connection, user_id)

    def change_limits(self, admin: User, user_id: str, changes: dict[str, int], caller: Caller) -> Limits:
        """Change some of a user's limits, and return all of them. Raises `NotFoundError`."""
        with self._database.writing() as connection:
            user = self._user(connection, user_id)
            before = user.limits
            after = replace(before, **changes)
            repository.set_limits(connection, user_id, after)
            audit.note(
                connection,
                "limits_changed",
                self._clock(),
                user=admin,
                address=caller.address,
                subject=user_id,
                detail={"email": user.email, "before": asdict(before), "after": asdict(after)},
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
        return emails.normalised(email) if email else None

    def _has_setup_code(self, asked: Application, caller: Caller) -> bool:
        """Tell whether somebody has the code. Raises `TooManyRequestsError` where it is being guessed."""
        if asked.setup_code is None or not self._settings.is_public:
            return False
        guessing = f"set-up code from {attempts.network_of(caller.address)}"
        with self._database.writing() as connection:
            attempts.begin(connection, Attempt(guessing, caller.address), self._clock())
            if is_right := setup.is_code(asked.setup_code, self._keys.secret):
                attempts.forget(connection, guessing, caller.address)
        return is_right

    def _admit(
        self, connection: Connection, asked: Application, email: str, has_code: bool, *, is_first: bool
    ) -> invitations.Admission | None:
        """Return what the invitation gives, None where none is needed, and none is there."""
        if is_first:
            if self._settings.is_public and not has_code:
                raise ForbiddenError(NO_CODE if asked.setup_code is None else WRONG_CODE)
            return None
        if self._policy == "closed":
            raise ForbiddenError(CLOSED)
        if not asked.invitation and self._policy == "invite":
            raise ForbiddenError(NO_INVITATION)
        given = asked.invitation
        admission = invitations.find(connection, given, email, self._clock()) if given else None
        # anybody can say that an e-mail is theirs, and this one's account administrates
        is_known = has_code or not self._settings.is_public or (admission is not None and admission.is_personal)
        if email == self._admin_email and not is_known:
            raise ForbiddenError(KEPT_FOR_ADMIN)
        return admission

    def _use(self, connection: Connection, admission: invitations.Admission, user: User, caller: Caller) -> None:
        now, subject = self._clock(), admission.id
        invitations.use(connection, admission, user.id, now)
        audit.note(connection, "invitation_used", now, user=user, address=caller.address, subject=subject)

    @staticmethod
    def _is_first(connection: Connection) -> bool:
        if repository.has_accounts(connection):
            return False
        repository.await_first_account(connection)
        return not repository.has_accounts(connection)

    def _sign_in(self, connection: Connection, user: User, action: audit.Action, caller: Caller) -> Grant:
        """Begin a session: a new one each time, whatever the browser had before."""
        now, session_id, refresh_token = self._clock(), new_id(), new_token()
        session = repository.Session(session_id, user.id, self._keys.digest(refresh_token))
        agent = _agent_of(caller.user_agent)
        repository.insert_session(connection, session, agent, now, now + SESSION_LIFETIME)
        audit.note(connection, action, now, user=user, address=caller.address, subject=session_id)
        return Grant(user, self._keys.signed.access(user.id, session_id), refresh_token)


def _is_at_home(connection: Connection, known: repository.Known | None, caller: Caller) -> bool:
    """Tell whether somebody has signed in from there before: nobody else's failures keep them out."""
    came_from = [] if known is None else audit.addresses_of(connection, known.user.id)
    return attempts.network_of(caller.address) in map(attempts.network_of, came_from)


def _is_in_grace(used_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Tell whether a refresh token is new, or was used just now: not where a clock was set back meanwhile."""
    return used_at is None or -SKEW <= now - used_at <= GRACE


def _agent_of(text: str | None) -> str | None:
    return "".join(filter(str.isprintable, text))[:MAX_AGENT_CHARACTERS] if text else None
