"""Reads and writes versions of prompts. Their owner is part of every question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, insert, select, update

from src.studio.prompts.tables import prompt_versions

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Connection, RowMapping

    from src.studio.database.database import Database

versions = prompt_versions.c
LISTED = [column for column in versions if column.name != "prompt_text"]


def _is_owned(owner_id: str, version_id: str) -> ColumnElement[bool]:
    return and_(versions.id == version_id, versions.user_id == owner_id)


def add(connection: Connection, values: dict[str, Any]) -> None:
    """Keep a new version, `user_id` being its owner."""
    connection.execute(insert(prompt_versions).values(**values))


def count(connection: Connection, owner_id: str) -> int:
    """Return how many versions somebody has."""
    return connection.execute(select(func.count()).where(versions.user_id == owner_id)).scalar_one()


def find(connection: Connection, owner_id: str, version_id: str) -> RowMapping | None:
    """Return a version of one's own, whole."""
    return connection.execute(select(prompt_versions).where(_is_owned(owner_id, version_id))).mappings().first()


def hold(database: Database, connection: Connection, owner_id: str, version_id: str) -> RowMapping | None:
    """Return a version of one's own that nobody deletes before the transaction ends."""
    asked = select(prompt_versions).where(_is_owned(owner_id, version_id))
    asked = asked.with_for_update() if database.is_postgres else asked
    return connection.execute(asked).mappings().first()


def texts(connection: Connection, owner_id: str, version_ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return label and text of versions of one's own, by id."""
    asked = select(versions.id, versions.label, versions.prompt_text)
    found = connection.execute(asked.where(versions.user_id == owner_id, versions.id.in_(version_ids)))
    return {row.id: (row.label, row.prompt_text) for row in found}


def page(connection: Connection, owner_id: str, limit: int, before: str | None) -> Sequence[RowMapping]:
    """Return versions of one's own without their texts, the newest first."""
    asked = select(*LISTED).where(versions.user_id == owner_id)
    asked = asked if before is None else asked.where(versions.id < before)
    return connection.execute(asked.order_by(versions.id.desc()).limit(limit)).mappings().all()


def set_label(connection: Connection, owner_id: str, version_id: str, label: str) -> bool:
    """Give a version another label. Returns whether there is one."""
    changed = connection.execute(
        update(prompt_versions).where(_is_owned(owner_id, version_id)).values(label=label)
    )
    return changed.rowcount > 0


def remove(connection: Connection, owner_id: str, version_id: str) -> None:
    """Delete a version. Those that were made of it have no parent then."""
    connection.execute(delete(prompt_versions).where(_is_owned(owner_id, version_id)))
