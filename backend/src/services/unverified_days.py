"""Days from a gateway that has not shown yet which database they are of."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from src.store.records import MemoryUsageStore

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from src.services.gateway_calls import GatewayCalls
    from src.services.gateway_database import GatewayDatabase
    from src.store.records import DayRecord


class UnverifiedDays:
    """Days that were fetched before the gateway has shown its database: in memory only, and apart from all others.

    All of them came between the same two outages, and so from one database. That may be another one than that of
    the days that are kept, so an answer is made of either these or those. Without a `database`, there are none.
    Safe to use from several threads.
    """

    def __init__(self, calls: GatewayCalls, database: GatewayDatabase | None) -> None:
        self._calls, self._database = calls, database
        self._lock = threading.Lock()
        self._outages = 0
        self._dates: set[dt.date] = set()
        self._store = MemoryUsageStore()

    @property
    def newest_at(self) -> dt.datetime | None:
        """When (UTC) the newest of them was fetched, None without any."""
        return self._store.newest_at

    @property
    def is_recent(self) -> bool:
        """Whether the gateway was in reach all the time since they came."""
        return self._outages == self._calls.outages

    def admit(self, records: Sequence[DayRecord]) -> Sequence[DayRecord]:
        """Return those of `records`, which have just come, that can be kept: all of them, or none for now.

        The gateway is given a moment to show its database. Days that come after an outage take the place of those
        from before it. Raises `DatabaseReplacedError` as `GatewayDatabase.verify` does.
        """
        if self._database is None:
            return records
        outages = self._calls.outages
        # after the fact: before it, another gateway could still take this one's place
        if self._database.verify(outages):
            return records
        with self._lock:
            if outages > self._outages:
                self._forget(outages)
            if outages == self._outages:
                self._store.put(records)
                self._dates.update(record.date for record in records)
        return []

    def get(self, dates: Iterable[dt.date]) -> Mapping[dt.date, DayRecord]:
        """Return what is there of `dates`."""
        with self._lock:
            return self._store.get(dates) if self._dates else {}

    def hand_over(self, keep: Callable[[Sequence[DayRecord]], None]) -> Sequence[DayRecord]:
        """Have all of them kept where verified days are, once the gateway has shown its database, and return them.

        Where it was looked at only after a later outage, nothing will ever tell whose they were: they are gone.
        """
        with self._lock:
            if not self._dates or self._database is None:
                return []
            is_verified = self._database.verified_after == self._outages
            if not is_verified and not self._database.is_verified:
                return []
            verified = list(self._store.get(sorted(self._dates)).values()) if is_verified else []
            keep(verified)
            self._forget(self._outages)
            return verified

    def _forget(self, outages: int) -> None:
        self._outages, self._dates, self._store = outages, set(), MemoryUsageStore()
