"""Tells which database the gateway has, so that days of a former one are not taken for this one's."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from src.store.durable import Sighting, new_epoch

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from src.services.protocols import SightingStore

logger = logging.getLogger(__name__)


class DatabaseIdentity:
    """The database of one gateway, agreed upon by all processes that share a store.

    `epoch` names it, and changes when the gateway has another one. Safe to use from several threads.
    """

    def __init__(self, store: SightingStore | None = None) -> None:
        self._store, self._lock = store, threading.Lock()
        self._seen = Sighting(new_epoch())
        self._agree(lambda stored: stored or self._seen)

    @property
    def epoch(self) -> str:
        """The name of the database that was last seen."""
        return self._seen.epoch

    def recognise(self, teams: Mapping[str, dt.datetime] | None, now: dt.datetime) -> None:
        """Take note of when each team was created (UTC), as the gateway tells `now`.

        `teams` is None where the key may not ask.
        """
        with self._lock:
            mine = self._seen
            self._agree(lambda stored: (stored or mine).after(teams, now))
            if not mine.is_of_same_database(teams, now):
                logger.warning(
                    "The gateway has another database now. What was kept of the former one is not used."
                )

    def _agree(self, change: Callable[[Sighting | None], Sighting]) -> None:
        self._seen = change(None) if self._store is None else self._store.update(change)
