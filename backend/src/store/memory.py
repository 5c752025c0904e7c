"""Keeps days in this process's memory, the most recently used ones where there are too many."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from src.store.records import Size

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from src.store.records import DayRecord

MAX_DAYS = 1000


class MemoryUsageStore:
    """A `UsageStore` that lives as long as the app. Safe to use from several threads."""

    def __init__(self, max_days: int = MAX_DAYS) -> None:
        self._max_days = max_days
        self._days: OrderedDict[dt.date, DayRecord] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, dates: Iterable[dt.date]) -> dict[dt.date, DayRecord]:
        """Return the records that are kept of `dates`."""
        with self._lock:
            found = {date: self._days[date] for date in dates if date in self._days}
            for date in found:
                self._days.move_to_end(date)
            return found

    def size(self) -> Size:
        """Return how much is kept."""
        with self._lock:
            frames = [record.frame for record in self._days.values()]
        return Size(len(frames), sum(int(frame.estimated_size()) for frame in frames))

    def put(self, records: Iterable[DayRecord]) -> None:
        """Keep `records`, each unless a newer one of its day is there."""
        with self._lock:
            for record in records:
                known = self._days.get(record.date)
                if known is not None and known.fetched_at > record.fetched_at:
                    continue
                self._days[record.date] = record
                self._days.move_to_end(record.date)
            while len(self._days) > self._max_days:
                self._days.popitem(last=False)
