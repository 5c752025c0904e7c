"""Reads and writes settings of users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from src.studio.preferences.tables import preferences

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import Connection

    from src.studio.database.database import Database


def sections_of(connection: Connection, owner_id: str) -> dict[str, dict[str, Any]]:
    """Return what a user has set, by section."""
    asked = select(preferences.c.section, preferences.c.settings).where(preferences.c.user_id == owner_id)
    return {row.section: row.settings for row in connection.execute(asked)}


def keep_section(
    database: Database,
    connection: Connection,
    owner_id: str,
    section: tuple[str, dict[str, Any]],
    now: dt.datetime,
) -> None:
    """Keep a section, by its name, in the place of what it was."""
    name, settings = section
    added = database.insert(preferences).values(user_id=owner_id, section=name, settings=settings, updated_at=now)
    changed = {"settings": added.excluded.settings, "updated_at": added.excluded.updated_at}
    connection.execute(added.on_conflict_do_update(index_elements=["user_id", "section"], set_=changed))
