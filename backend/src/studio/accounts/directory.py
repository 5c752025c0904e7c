"""`Directory`: everybody who has an account, as administrators see them and change them.

Whoever changes a role or deletes somebody has to be an administrator still when it is written, and they write one
after another: of two who would take it from each other the first one does, and there is always one left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, func, select, true

from src.studio.accounts import audit, invitations, repository, resets
from src.studio.accounts.tables import sessions, users
from src.studio.accounts.user import Limits
from src.studio.database.locks import Lock, take
from src.studio.errors import ForbiddenError, InvalidRequestError, NotFoundError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

    from src.studio.accounts.user import Caller, Role, User
    from src.studio.database.database import Database

NOT_THERE = "There is no such user."
NOT_ADMIN = "Admin access required"
OWN_ROLE = "You cannot change your own role. Another administrator can."
ONESELF = "You cannot delete your own account here. Your settings can."
GUEST = "A guest of the demo cannot administrate."


@dataclass(frozen=True, slots=True)
class Account:
    """An account, as it is listed."""

    id: str
    email: str
    role: Role
    limits: Limits
    is_demo: bool
    created_at: dt.datetime
    last_login_at: dt.datetime | None
    active_sessions: int


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """Some accounts, the newest first, how many there are of what was searched, and where the next ones begin."""

    accounts: Sequence[Account]
    total: int
    next_cursor: str | None


class Directory:
    """All accounts, for administrators."""

    def __init__(self, database: Database, clock: Callable[[], dt.datetime]) -> None:
        self._database, self._clock = database, clock

    def page(self, search: str, limit: int, cursor: str | None) -> AccountsPage:
        """Return accounts whose e-mail has `search` in it, whatever its case. `cursor` is an id."""
        wanted = _has_in_email(search)
        with self._database.reading() as connection:
            total = connection.execute(select(func.count()).select_from(users).where(wanted)).scalar_one()
            rows = connection.execute(
                select(users)
                .where(wanted, true() if cursor is None else users.c.id < cursor)
                .order_by(users.c.id.desc())
                .limit(limit + 1)
            ).all()
            shown = rows[:limit]
            going_on = _sessions_of(connection, [row.id for row in shown], self._clock())
        accounts = [
            Account(
                row.id,
                row.email,
                row.role,
                Limits(row.benchmarks_per_hour, row.max_concurrent, row.max_runs_per_benchmark),
                row.is_demo,
                row.created_at,
                row.last_login_at,
                going_on.get(row.id, 0),
            )
            for row in shown
        ]
        return AccountsPage(accounts, total, shown[-1].id if len(rows) > limit else None)

    def change_role(self, admin: User, user_id: str, role: Role, caller: Caller) -> None:
        """Make somebody an administrator, or a user, whose open invitations do not hold any more then.

        Raises `InvalidRequestError` for oneself, `NotFoundError`, `ForbiddenError`.
        """
        with self._database.writing() as connection:
            user = self._other(connection, admin, user_id, OWN_ROLE)
            if user.is_demo:
                raise InvalidRequestError(GUEST)
            if user.role == role:
                return
            repository.set_role(connection, user_id, role)
            if role != "admin":
                invitations.withdraw_all_of(connection, user_id)
            detail = {"email": user.email, "before": user.role, "after": role}
            at, address = self._clock(), caller.address
            audit.note(connection, "role_changed", at, user=admin, address=address, subject=user_id, detail=detail)

    def sign_out(self, admin: User, user_id: str) -> User:
        """End all sessions of somebody who is to be deleted, and return them. Raises as `change_role`."""
        with self._database.writing() as connection:
            user = self._other(connection, admin, user_id, ONESELF)
            repository.revoke_all(connection, user_id, self._clock())
        return user

    def delete(self, admin: User, user: User, caller: Caller, jobs: int) -> None:
        """Begin to delete somebody and all that is theirs; what is written down of them stays.

        Raises as `change_role`. `jobs` is how many were cancelled for it.
        """
        with self._database.writing() as connection:
            self._other(connection, admin, user.id, ONESELF)
            at, address = self._clock(), caller.address
            repository.begin_to_delete(connection, user.id, at)
            resets.forget(connection, user.id)
            invitations.withdraw_all_of(connection, user.id)
            detail = {"email": user.email, "role": user.role, "cancelled_jobs": jobs}
            audit.note(connection, "user_deleted", at, user=admin, address=address, subject=user.id, detail=detail)

    def leaving(self) -> Sequence[str]:
        """Return the ids of those whose deletion has begun, and has not ended."""
        with self._database.reading() as connection:
            return repository.leaving_users(connection)

    def end(self, user_id: str) -> None:
        """Delete what is left of somebody whose deletion has begun."""
        with self._database.writing() as connection:
            repository.delete_user(connection, user_id)

    def _other(self, connection: Connection, admin: User, user_id: str, oneself: str) -> User:
        """Return somebody else, while nobody else changes who administrates."""
        take(connection, Lock.ADMINISTRATORS)
        now_admin = repository.find_user(connection, admin.id)
        if now_admin is None or not now_admin.is_admin:
            raise ForbiddenError(NOT_ADMIN)
        if user_id == admin.id:
            raise InvalidRequestError(oneself)
        user = repository.find_user(connection, user_id)
        if user is None or repository.is_leaving(user):
            raise NotFoundError(NOT_THERE)
        return user


def _has_in_email(search: str) -> ColumnElement[bool]:
    text = search.replace("\0", "").strip().lower()
    return users.c.email.contains(text, autoescape=True) if text else true()


def _sessions_of(connection: Connection, user_ids: Sequence[str], now: dt.datetime) -> Mapping[str, int]:
    counted = select(sessions.c.user_id, func.count().label("n")).group_by(sessions.c.user_id)
    going_on = counted.where(
        sessions.c.user_id.in_(user_ids), sessions.c.revoked_at.is_(None), sessions.c.expires_at > now
    )
    return {row.user_id: row.n for row in connection.execute(going_on)}
