"""Reads and writes users' own providers and models. Whose they are is part of every question."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, insert, select, update

from src.studio.providers.kept import KeptModel, KeptProvider
from src.studio.providers.tables import models, providers

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import ColumnElement, Connection, RowMapping

PROVIDER = [providers.c[item.name] for item in fields(KeptProvider)]
MODEL = [models.c[item.name] for item in fields(KeptModel)]


def _is_provider(owner_id: str, provider_key: str) -> ColumnElement[bool]:
    return and_(providers.c.user_id == owner_id, providers.c.provider_key == provider_key)


def _is_model(owner_id: str, provider_key: str, name: str) -> ColumnElement[bool]:
    return and_(models.c.user_id == owner_id, models.c.provider_key == provider_key, models.c.name == name)


def providers_of(connection: Connection, owner_id: str) -> list[KeptProvider]:
    """Return a user's own providers, the oldest first."""
    asked = select(*PROVIDER).where(providers.c.user_id == owner_id)
    found = connection.execute(asked.order_by(providers.c.created_at, providers.c.provider_key)).mappings()
    return [KeptProvider(**row) for row in found]


def find_provider(connection: Connection, owner_id: str, provider_key: str) -> KeptProvider | None:
    """Return a provider of a user's own, None where it is not there, or somebody else's."""
    found = connection.execute(select(*PROVIDER).where(_is_provider(owner_id, provider_key))).mappings().first()
    return None if found is None else KeptProvider(**found)


def add_provider(connection: Connection, owner_id: str, provider: KeptProvider, now: dt.datetime) -> None:
    """Keep a provider. Raises `IntegrityError` where the user has one of that key."""
    times = {"created_at": now, "updated_at": now}
    connection.execute(insert(providers).values(user_id=owner_id, **asdict(provider), **times))


def change_provider(
    connection: Connection, owner_id: str, provider_key: str, values: dict[str, Any], now: dt.datetime
) -> None:
    """Change a provider of a user's own."""
    changed = update(providers).where(_is_provider(owner_id, provider_key))
    connection.execute(changed.values(**values, updated_at=now))


def delete_provider(connection: Connection, owner_id: str, provider_key: str) -> bool:
    """Delete a provider of a user's own, with its models. Returns whether there was one."""
    return connection.execute(delete(providers).where(_is_provider(owner_id, provider_key))).rowcount > 0


def models_of(
    connection: Connection, owner_id: str, provider_key: str | None = None
) -> dict[str, list[KeptModel]]:
    """Return a user's own models by provider, the oldest first; those of one provider where it is given."""
    asked = select(models.c.provider_key, *MODEL).where(models.c.user_id == owner_id)
    if provider_key is not None:
        asked = asked.where(models.c.provider_key == provider_key)
    found: dict[str, list[KeptModel]] = {}
    for row in connection.execute(asked.order_by(models.c.created_at, models.c.name)).mappings():
        found.setdefault(row["provider_key"], []).append(_model(row))
    return found


def find_model(connection: Connection, owner_id: str, provider_key: str, name: str) -> KeptModel | None:
    """Return a model of a user's own, None where it is not there, or somebody else's."""
    found = connection.execute(select(*MODEL).where(_is_model(owner_id, provider_key, name))).mappings().first()
    return None if found is None else _model(found)


def add_model(
    connection: Connection, owner_id: str, provider_key: str, model: KeptModel, now: dt.datetime
) -> None:
    """Keep a model. Raises `IntegrityError` where its provider has one of that name."""
    owned = {"user_id": owner_id, "provider_key": provider_key, "created_at": now}
    connection.execute(insert(models).values(**owned, **asdict(model)))


def change_model(
    connection: Connection, owner_id: str, provider_key: str, name: str, values: dict[str, Any]
) -> None:
    """Change a model of a user's own. Raises `IntegrityError` where its new name is taken."""
    connection.execute(update(models).where(_is_model(owner_id, provider_key, name)).values(**values))


def delete_model(connection: Connection, owner_id: str, provider_key: str, name: str) -> bool:
    """Delete a model of a user's own. Returns whether there was one."""
    return connection.execute(delete(models).where(_is_model(owner_id, provider_key, name))).rowcount > 0


def count_providers(connection: Connection, owner_id: str) -> int:
    """Return how many providers a user has."""
    return connection.execute(select(func.count()).where(providers.c.user_id == owner_id)).scalar_one()


def count_models(connection: Connection, owner_id: str, provider_key: str) -> int:
    """Return how many models a provider of a user's own has."""
    mine = and_(models.c.user_id == owner_id, models.c.provider_key == provider_key)
    return connection.execute(select(func.count()).where(mine)).scalar_one()


def _model(row: RowMapping) -> KeptModel:
    return KeptModel(**{column.name: row[column.name] for column in MODEL})
