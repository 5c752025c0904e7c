"""Reads and writes what a user says of parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from src.studio.parameters.tables import param_support

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import Connection

    from src.studio.database.database import Database


def support_of(connection: Connection, owner_id: str) -> dict[str, Any] | None:
    """Return what a user says, None where they say nothing."""
    return connection.execute(select(param_support.c.support).where(param_support.c.user_id == owner_id)).scalar()


def keep_support(
    database: Database, connection: Connection, owner_id: str, support: dict[str, Any] | None, now: dt.datetime
) -> None:
    """Keep what a user says in place of what they said; None: nothing."""
    if support is None:
        connection.execute(delete(param_support).where(param_support.c.user_id == owner_id))
        return
    added = database.insert(param_support).values(user_id=owner_id, support=support, updated_at=now)
    changed = {"support": added.excluded.support, "updated_at": added.excluded.updated_at}
    connection.execute(added.on_conflict_do_update(index_elements=["user_id"], set_=changed))
