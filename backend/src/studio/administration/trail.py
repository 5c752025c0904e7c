"""What was written down of who did what, as administrators look for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from src.studio.accounts.tables import audit, users

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: `user`, an id or an e-mail as it is kept, did `action`; anybody, or anything, where empty."""

    user: str = ""
    action: str = ""
    since: dt.datetime | None = None
    limit: int = 100
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was done. `user_id` and `email` None: nobody with an account did it."""

    id: str
    at: dt.datetime
    user_id: str | None
    email: str | None  # as it was then
    action: str
    subject: str | None
    detail: dict[str, Any] | None
    address: str | None


def read(connection: Connection, wanted: Wanted) -> tuple[Sequence[Entry], int]:
    """Return entries, the newest first, and how many there are of all that were looked for."""
    conditions = and_(
        _is_by(connection, wanted.user) if wanted.user else true(),
        audit.c.action == wanted.action if wanted.action else true(),
        true() if wanted.since is None else audit.c.at >= wanted.since,
    )
    total = connection.execute(select(func.count()).select_from(audit).where(conditions)).scalar_one()
    named = (audit.c.id, audit.c.at, audit.c.user_id, audit.c.email, audit.c.action)
    chosen = select(*named, audit.c.subject, audit.c.detail, audit.c.address).where(conditions)
    newest = chosen.order_by(audit.c.at.desc(), audit.c.id.desc()).limit(wanted.limit).offset(wanted.offset)
    return [Entry(*row) for row in connection.execute(newest)], total


def _is_by(connection: Connection, user: str) -> ColumnElement[bool]:
    """Choose what somebody did: by an e-mail, also what was done under another one that they had before."""
    if "@" not in user:
        return audit.c.user_id == user
    now_theirs = connection.execute(select(users.c.id).where(users.c.email == user)).scalar()
    by_email = audit.c.email == user
    return by_email if now_theirs is None else or_(by_email, audit.c.user_id == now_theirs)
