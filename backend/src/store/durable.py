"""What a database keeps of one gateway, as it shows itself to one key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from src.store.facts import SqlFactStore
from src.store.shared import SharedDayStore
from src.store.sighting_store import SqlSightingStore
from src.store.sql import SqlUsageStore

if TYPE_CHECKING:
    from sqlalchemy import Engine

# Rows are kept under the view, which tells gateways and keys apart, and the epoch, which tells apart the
# databases that one gateway had: 32 characters of each.
VIEW_LENGTH = 32


class DurableStore:
    """The stores of one gateway and key (`view`). Days and facts belong to one of its databases (`epoch`)."""

    def __init__(self, engine: Engine, view: str) -> None:
        self._engine, self._view = engine, view

    def sightings(self) -> SqlSightingStore:
        """Return where it is kept which database the gateway has."""
        return SqlSightingStore(self._engine, self._view)

    def facts(self, epoch: str, name: str) -> SqlFactStore:
        """Return where the fact `name` is kept."""
        return SqlFactStore(self._engine, self._under(epoch), name)

    def days(self, epoch: str, kind: str) -> SharedDayStore:
        """Return where days of `kind` are kept."""
        return SharedDayStore(SqlUsageStore(self._engine, self._under(epoch), kind))

    def _under(self, epoch: str) -> str:
        return self._view[:VIEW_LENGTH] + epoch
