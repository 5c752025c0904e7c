"""Reads and writes users' keys, as they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from src.studio.vault.tables import provider_keys

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from src.studio.database.database import Database


@dataclass(frozen=True, slots=True)
class KeptKey:
    """A key that somebody has for a provider, without the key."""

    id: str
    provider_key: str
    key_name: str | None
    updated_at: dt.datetime


@dataclass(frozen=True, slots=True)
class SealedKey:
    """A key as it is kept, and where it stands."""

    id: str
    owner_id: str
    provider_key: str
    sealed: str


_SEALED = (provider_keys.c.id, provider_keys.c.user_id, provider_keys.c.provider_key, provider_keys.c.sealed)


def keys_of(connection: Connection, owner_id: str) -> list[KeptKey]:
    """Return a user's keys, by provider."""
    kept = provider_keys.c
    asked = select(kept.id, kept.provider_key, kept.key_name, kept.updated_at).where(kept.user_id == owner_id)
    return [KeptKey(*row) for row in connection.execute(asked.order_by(kept.provider_key))]


def count_keys(connection: Connection, owner_id: str, besides: str) -> int:
    """Return how many keys a user has, but for that of one provider."""
    asked = select(func.count()).where(
        provider_keys.c.user_id == owner_id, provider_keys.c.provider_key != besides
    )
    return connection.execute(asked).scalar_one()


def find_sealed(connection: Connection, owner_id: str, provider_key: str) -> str | None:
    """Return what is kept of a user's key for a provider, None where there is none."""
    asked = select(provider_keys.c.sealed).where(
        provider_keys.c.user_id == owner_id, provider_keys.c.provider_key == provider_key
    )
    return connection.execute(asked).scalar()


def put(database: Database, connection: Connection, key: SealedKey, key_name: str | None, now: dt.datetime) -> str:
    """Keep a key in place of its owner's before for that provider; return its id. Without a name, that stays."""
    values = {"id": key.id, "user_id": key.owner_id, "provider_key": key.provider_key, "sealed": key.sealed}
    insert = database.insert(provider_keys).values(**values, key_name=key_name, created_at=now, updated_at=now)
    changes = {"sealed": key.sealed, "updated_at": now} | ({"key_name": key_name} if key_name is not None else {})
    kept = insert.on_conflict_do_update(index_elements=["user_id", "provider_key"], set_=changes)
    return connection.execute(kept.returning(provider_keys.c.id)).scalar_one()


def remove(connection: Connection, owner_id: str, provider_key: str) -> bool:
    """Delete a user's key for a provider; tell whether there was one."""
    deleted = delete(provider_keys).where(
        provider_keys.c.user_id == owner_id, provider_keys.c.provider_key == provider_key
    )
    return connection.execute(deleted).rowcount > 0


def take_after(connection: Connection, key_id: str, most: int) -> Sequence[SealedKey]:
    """Return keys of all users in the order of their ids, after one; nobody changes them before this ends."""
    asked = select(*_SEALED).where(provider_keys.c.id > key_id).order_by(provider_keys.c.id).limit(most)
    return [SealedKey(*row) for row in connection.execute(asked.with_for_update())]


def replace(connection: Connection, key_id: str, sealed: str) -> None:
    """Keep a key in another way."""
    connection.execute(update(provider_keys).where(provider_keys.c.id == key_id).values(sealed=sealed))
