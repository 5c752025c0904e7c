"""Days from a gateway that has not shown yet whose they are."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from src.store.records import MemoryUsageStore

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from src.services.gateway_calls import GatewayCalls
    from src.services.protocols import Origin
    from src.store.records import DayRecord


class Unvouched:
    """Days that were fetched before the gateway has shown its database: in memory only, and apart from all others.

    All of them came between the same two outages, and so from one database. That may be another one than that of
    the days that are kept, so an answer is made of either these or those. Safe to use from several threads.
    """

    def __init__(self, calls: GatewayCalls, origin: Origin) -> None:
        self._calls, self._origin = calls, origin
        self._lock = threading.Lock()
        self._outages = 0
        self._dates: set[dt.date] = set()
        self._store = MemoryUsageStore()

    @property
    def is_recent(self) -> bool:
        """Whether the gateway was in reach all the time since they came."""
        return self._outages == self._calls.outages

    def put(self, records: Iterable[DayRecord], outages: int) -> None:
        """Keep what came after so many outages, in place of what came before the last one."""
        with self._lock:
            if outages < self._outages:
                return
            if outages > self._outages:
                self._forget(outages)
            new = list(records)
            self._store.put(new)
            self._dates.update(record.date for record in new)

    def get(self, dates: Iterable[dt.date]) -> Mapping[dt.date, DayRecord]:
        """Return what is there of `dates`."""
        with self._lock:
            return self._store.get(dates) if self._dates else {}

    def hand_over(self, keep: Callable[[Sequence[DayRecord]], None]) -> Sequence[DayRecord]:
        """Have all of them kept where days are that the gateway has vouched for, once it has, and return them.

        Where it was looked at only after a later outage, nothing will ever tell whose they were: they are gone.
        """
        with self._lock:
            is_vouched = self._origin.has_vouched(self._outages)
            if not self._dates or not (is_vouched or self._origin.is_recognised):
                return []
            vouched = list(self._store.get(sorted(self._dates)).values()) if is_vouched else []
            keep(vouched)
            self._forget(self._outages)
            return vouched

    def _forget(self, outages: int) -> None:
        self._outages, self._dates, self._store = outages, set(), MemoryUsageStore()
