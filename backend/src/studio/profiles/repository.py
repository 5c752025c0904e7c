"""Reads and writes profiles. Their owner is part of every question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, insert, select, update

from src.studio.profiles.tables import profiles

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Connection, RowMapping

columns = profiles.c
Values = dict[str, Any]


def _is_owned(owner_id: str, profile_id: str) -> ColumnElement[bool]:
    return and_(columns.id == profile_id, columns.user_id == owner_id)


def _is_of_model(owner_id: str, model_id: str) -> ColumnElement[bool]:
    return and_(columns.user_id == owner_id, columns.model_id == model_id)


def add(connection: Connection, values: Values) -> None:
    """Keep a new profile. Raises `IntegrityError` where the model has one of that name."""
    connection.execute(insert(profiles).values(**values))


def find(connection: Connection, owner_id: str, profile_id: str) -> RowMapping | None:
    """Return a profile of one's own."""
    return connection.execute(select(profiles).where(_is_owned(owner_id, profile_id))).mappings().first()


def page(
    connection: Connection, owner_id: str, limit: int, before: str | None, model_id: str | None
) -> Sequence[RowMapping]:
    """Return profiles of one's own, the newest first: of one model, where it is given."""
    asked = select(profiles).where(columns.user_id == owner_id)
    asked = asked if before is None else asked.where(columns.id < before)
    asked = asked if model_id is None else asked.where(columns.model_id == model_id)
    return connection.execute(asked.order_by(columns.id.desc()).limit(limit)).mappings().all()


def count(connection: Connection, owner_id: str, model_id: str) -> int:
    """Return how many profiles a model has."""
    asked = select(func.count()).select_from(profiles).where(_is_of_model(owner_id, model_id))
    return connection.execute(asked).scalar_one()


def change(connection: Connection, owner_id: str, profile_id: str, values: Values) -> None:
    """Change a profile. Raises `IntegrityError` where the model has another one of that name."""
    connection.execute(update(profiles).where(_is_owned(owner_id, profile_id)).values(**values))


def drop_default(connection: Connection, owner_id: str, model_id: str) -> None:
    """Let a model have no default."""
    changed = update(profiles).where(_is_of_model(owner_id, model_id), columns.is_default)
    connection.execute(changed.values(is_default=False))


def remove(connection: Connection, owner_id: str, profile_id: str) -> bool:
    """Delete a profile. Returns whether there was one."""
    return connection.execute(delete(profiles).where(_is_owned(owner_id, profile_id))).rowcount > 0


def count_uses(connection: Connection, owner_id: str, version_ids: Collection[str]) -> dict[str, int]:
    """Return how many profiles use each version of a prompt."""
    asked = select(columns.prompt_version_id, func.count().label("uses"))
    asked = asked.where(columns.user_id == owner_id, columns.prompt_version_id.in_(version_ids))
    return {
        row.prompt_version_id: row.uses for row in connection.execute(asked.group_by(columns.prompt_version_id))
    }


def take_over(connection: Connection, owner_id: str, version_id: str, text: str) -> None:
    """Let profiles that use a version have its text as their own."""
    used = update(profiles).where(columns.user_id == owner_id, columns.prompt_version_id == version_id)
    connection.execute(used.values(prompt_version_id=None, system_prompt=text))
