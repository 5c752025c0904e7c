"""Accounts in the database: users, their sessions, and the tokens that these go by."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, exists, func, or_, select, text

from src.studio.accounts.emails import OF_LEAVING
from src.studio.accounts.tables import sessions, used_refresh_tokens, users, ws_tickets
from src.studio.accounts.user import Kind, Limits, Role, User

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row

LEAVING = f"@{OF_LEAVING}"
"""Ends the e-mail of those whose deletion has begun, after their id."""
_USER = (
    users.c.id,
    users.c.email,
    users.c.role,
    users.c.benchmarks_per_hour,
    users.c.max_concurrent,
    users.c.max_runs_per_benchmark,
    users.c.is_demo,
    users.c.onboarding_completed,
)
# Each request asks for it.
_SIGNED_IN = (
    select(*_USER, *(column.label(f"session_{column.name}") for column in sessions.c))
    .select_from(
        users.outerjoin(sessions, and_(sessions.c.id == bindparam("session_id"), sessions.c.user_id == users.c.id))
    )
    .where(users.c.id == bindparam("user_id"))
)


@dataclass(frozen=True, slots=True)
class Known:
    """A user, and what is kept of their password."""

    user: User
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class Session:
    """A session that has not ended."""

    id: str
    user_id: str
    refresh_hash: str
    used_at: dt.datetime | None = None  # when it let go of the token that it was found by


@dataclass(frozen=True, slots=True)
class KeptSession:
    """A session that goes on, or a token for the command line, as its user may know it."""

    id: str
    kind: Kind
    name: str | None
    user_agent: str | None
    created_at: dt.datetime
    last_used_at: dt.datetime
    expires_at: dt.datetime


def _kept(row: Row[*tuple[Any, ...]], prefix: str = "") -> KeptSession:
    return KeptSession(*(getattr(row, prefix + name) for name in KeptSession.__slots__))


def _user_of(row: Row[*tuple[Any, ...]]) -> User:
    limits = Limits(row.benchmarks_per_hour, row.max_concurrent, row.max_runs_per_benchmark)
    return User(row.id, row.email, row.role, limits, row.is_demo, row.onboarding_completed)


def has_accounts(connection: Connection) -> bool:
    """Tell whether anybody has an account; guests of the demo have none."""
    return bool(connection.execute(select(exists().where(users.c.is_demo.is_(False)))).scalar())


def await_first_account(connection: Connection) -> None:
    """Let one transaction at a time go on. On SQLite there is but one that writes."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE"))


def insert_user(connection: Connection, user: User, password_hash: str | None, now: dt.datetime) -> None:
    """Keep a new user. Raises `IntegrityError` where the e-mail is another's."""
    connection.execute(
        users.insert().values(
            id=user.id,
            email=user.email,
            password_hash=password_hash,
            role=user.role,
            is_demo=user.is_demo,
            onboarding_completed=user.onboarding_completed,
            created_at=now,
            **asdict(user.limits),
        )
    )


def find_user(connection: Connection, user_id: str) -> User | None:
    """Return a user, None where there is none."""
    row = connection.execute(select(*_USER).where(users.c.id == user_id)).first()
    return None if row is None else _user_of(row)


def find_by_email(connection: Connection, email: str) -> Known | None:
    """Return whose e-mail it is, None where it is nobody's."""
    row = connection.execute(select(*_USER, users.c.password_hash).where(users.c.email == email)).first()
    return None if row is None else Known(_user_of(row), row.password_hash)


def set_role(connection: Connection, user_id: str, role: Role) -> None:
    """Change somebody's role."""
    connection.execute(users.update().where(users.c.id == user_id).values(role=role))


def set_limits(connection: Connection, user_id: str, limits: Limits) -> None:
    """Change somebody's limits."""
    connection.execute(users.update().where(users.c.id == user_id).values(**asdict(limits)))


def is_password_hash(connection: Connection, user_id: str, kept: str) -> bool:
    """Tell whether that is still kept of somebody's password, which nobody changes until the transaction ends."""
    chosen = select(users.c.password_hash).where(users.c.id == user_id).with_for_update()
    return connection.execute(chosen).scalar() == kept


def change_password_hash(connection: Connection, user_id: str, after: str) -> None:
    """Keep another password."""
    connection.execute(users.update().where(users.c.id == user_id).values(password_hash=after))


def change_email(connection: Connection, user_id: str, email: str) -> None:
    """Keep another e-mail. Raises `IntegrityError` where it is another's."""
    connection.execute(users.update().where(users.c.id == user_id).values(email=email))


def password_hash_of(connection: Connection, user_id: str) -> str | None:
    """Return what is kept of somebody's password."""
    return connection.execute(select(users.c.password_hash).where(users.c.id == user_id)).scalar()


def has_another_admin(connection: Connection, user_id: str) -> bool:
    """Tell whether somebody else administrates."""
    other = exists().where(users.c.role == "admin", users.c.id != user_id)
    return bool(connection.execute(select(other)).scalar())


def begin_to_delete(connection: Connection, user_id: str, now: dt.datetime) -> None:
    """Take an account from somebody at once: their e-mail is free, and nothing lets them in any more.

    The row stays until all that is theirs is gone, which may take longer than a transaction may.
    """
    gone = {"email": f"{user_id}{LEAVING}", "password_hash": None, "role": "user"}
    connection.execute(users.update().where(users.c.id == user_id).values(**gone))
    revoke_all(connection, user_id, now)


def leaving_users(connection: Connection) -> Sequence[str]:
    """Return the ids of those whose deletion has begun. Nobody can choose such an e-mail."""
    chosen = select(users.c.id).where(users.c.email == users.c.id.concat(LEAVING))
    return connection.execute(chosen).scalars().all()


def is_leaving(user: User) -> bool:
    """Tell whether somebody's deletion has begun."""
    return user.email == f"{user.id}{LEAVING}"


def delete_user(connection: Connection, user_id: str) -> None:
    """Delete somebody, and with them all that is theirs; what is written down of them stays."""
    connection.execute(users.delete().where(users.c.id == user_id))


def complete_onboarding(connection: Connection, user_id: str) -> None:
    """Note that somebody was shown around."""
    connection.execute(users.update().where(users.c.id == user_id).values(onboarding_completed=True))


def find_signed_in(
    connection: Connection, user_id: str, session_id: str, now: dt.datetime
) -> tuple[User | None, KeptSession | None]:
    """Return the user, and the session if it goes on, None where it has ended or is not theirs."""
    row = connection.execute(_SIGNED_IN, {"user_id": user_id, "session_id": session_id}).first()
    if row is None:
        return None, None
    goes_on = row.session_id is not None and row.session_revoked_at is None and row.session_expires_at > now
    return _user_of(row), _kept(row, "session_") if goes_on else None


def sessions_of(connection: Connection, user_id: str, now: dt.datetime, limit: int) -> Sequence[KeptSession]:
    """Return somebody's sessions that go on, the last used first."""
    chosen = select(sessions).where(sessions.c.user_id == user_id, sessions.c.revoked_at.is_(None))
    chosen = chosen.where(sessions.c.expires_at > now).order_by(sessions.c.last_used_at.desc(), sessions.c.id)
    return [_kept(row) for row in connection.execute(chosen.limit(limit))]


def count_tokens(connection: Connection, user_id: str, now: dt.datetime) -> int:
    """Return how many tokens for the command line somebody has."""
    chosen = select(func.count()).where(sessions.c.user_id == user_id, sessions.c.kind == "cli")
    chosen = chosen.where(sessions.c.revoked_at.is_(None), sessions.c.expires_at > now)
    return connection.execute(chosen).scalar_one()


def lock_user(connection: Connection, user_id: str) -> None:
    """Wait until nobody else changes somebody, and let nobody do so until the transaction ends."""
    connection.execute(select(users.c.id).where(users.c.id == user_id).with_for_update())


def insert_token(connection: Connection, user_id: str, token: KeptSession) -> None:
    """Keep a new token for the command line."""
    row = {column: getattr(token, column) for column in KeptSession.__slots__}
    connection.execute(sessions.insert().values(**row, user_id=user_id))


def note_use(connection: Connection, session: KeptSession, now: dt.datetime) -> None:
    """Keep when a session was used, unless somebody else has kept it meanwhile."""
    used = sessions.update().where(sessions.c.id == session.id, sessions.c.last_used_at == session.last_used_at)
    connection.execute(used.values(last_used_at=now))


def insert_session(
    connection: Connection, session: Session, user_agent: str | None, now: dt.datetime, expires_at: dt.datetime
) -> None:
    """Keep a new session, and when its user came."""
    connection.execute(
        sessions.insert().values(
            id=session.id,
            user_id=session.user_id,
            kind="browser",
            refresh_hash=session.refresh_hash,
            created_at=now,
            last_used_at=now,
            expires_at=expires_at,
            user_agent=user_agent,
        )
    )
    connection.execute(users.update().where(users.c.id == session.user_id).values(last_login_at=now))


def rotate(
    connection: Connection, before: str, after: str, now: dt.datetime, expires_at: dt.datetime
) -> Session | None:
    """Give the session of a refresh token its next one. None where it is no session's newest."""
    found = connection.execute(
        sessions.update()
        .where(sessions.c.refresh_hash == before, sessions.c.revoked_at.is_(None), sessions.c.expires_at > now)
        .values(refresh_hash=after, last_used_at=now, expires_at=expires_at)
        .returning(sessions.c.id, sessions.c.user_id)
    ).first()
    if found is None:
        return None
    connection.execute(used_refresh_tokens.insert().values(hash=before, session_id=found.id, used_at=now))
    return Session(found.id, found.user_id, after)


def find_session(connection: Connection, refresh_hash: str, now: dt.datetime) -> Session | None:
    """Return the session that a refresh token is of, or was of, if it has not ended."""
    used = used_refresh_tokens
    row = connection.execute(
        select(sessions.c.id, sessions.c.user_id, sessions.c.refresh_hash, used.c.used_at)
        .select_from(
            sessions.outerjoin(used, and_(used.c.session_id == sessions.c.id, used.c.hash == refresh_hash))
        )
        .where(or_(sessions.c.refresh_hash == refresh_hash, used.c.hash == refresh_hash))
        .where(sessions.c.revoked_at.is_(None), sessions.c.expires_at > now)
    ).first()
    return None if row is None else Session(row.id, row.user_id, row.refresh_hash, row.used_at)


def revoke(connection: Connection, user_id: str, session_id: str, now: dt.datetime) -> Kind | None:
    """End a session of somebody, and return of which kind it was, None where it has ended or is not theirs."""
    return connection.execute(
        sessions.update()
        .where(sessions.c.id == session_id, sessions.c.user_id == user_id, sessions.c.revoked_at.is_(None))
        .where(sessions.c.expires_at > now)
        .values(revoked_at=now)
        .returning(sessions.c.kind)
    ).scalar()


def revoke_all(
    connection: Connection, user_id: str, now: dt.datetime, *, but: str | None = None, kind: Kind | None = None
) -> int:
    """End somebody's sessions, of one kind if it is named, and return how many there were; `but` one goes on."""
    ended = sessions.update().where(sessions.c.user_id == user_id, sessions.c.revoked_at.is_(None))
    ended = ended.where(sessions.c.expires_at > now)
    if but is not None:
        ended = ended.where(sessions.c.id != but)
    if kind is not None:
        ended = ended.where(sessions.c.kind == kind)
    return connection.execute(ended.values(revoked_at=now)).rowcount


def is_alive(connection: Connection, session_id: str, now: dt.datetime) -> bool:
    """Tell whether a session has not ended."""
    alive = exists().where(
        sessions.c.id == session_id, sessions.c.revoked_at.is_(None), sessions.c.expires_at > now
    )
    return bool(connection.execute(select(alive)).scalar())


def insert_ticket(
    connection: Connection, ticket_hash: str, user_id: str, session_id: str, expires_at: dt.datetime
) -> None:
    """Keep a ticket."""
    connection.execute(
        ws_tickets.insert().values(hash=ticket_hash, user_id=user_id, session_id=session_id, expires_at=expires_at)
    )


def take_ticket(
    connection: Connection, ticket_hash: str, now: dt.datetime, latest: dt.datetime
) -> tuple[str, str] | None:
    """Take a ticket away, and return its user's id and its session's; None where there is none that holds.

    `latest` is when one that holds now ends at the latest.
    """
    row = connection.execute(
        ws_tickets.delete()
        .where(ws_tickets.c.hash == ticket_hash)
        .returning(ws_tickets.c.user_id, ws_tickets.c.session_id, ws_tickets.c.expires_at)
    ).first()
    holds = row is not None and now < row.expires_at <= latest
    return (row.user_id, row.session_id) if holds else None


def purge(connection: Connection, now: dt.datetime, lifetime: dt.timedelta) -> None:
    """Delete sessions that have ended, what belonged to them, and guests of the demo who cannot come back."""
    connection.execute(
        sessions.delete().where(or_(sessions.c.expires_at <= now, sessions.c.revoked_at <= now - lifetime))
    )
    # a token of then is no session's, whoever comes with it
    connection.execute(used_refresh_tokens.delete().where(used_refresh_tokens.c.used_at <= now - lifetime))
    connection.execute(ws_tickets.delete().where(ws_tickets.c.expires_at <= now))
    has_session = exists().where(sessions.c.user_id == users.c.id, sessions.c.revoked_at.is_(None))
    connection.execute(users.delete().where(users.c.is_demo.is_(True), ~has_session))
