"""What is kept of a day, and the days that this process has in memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

import polars as pl
import polars.selectors as cs

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

K = TypeVar("K")
V = TypeVar("V")

MAX_DAYS = 1000


@dataclass(frozen=True, slots=True)
class DayRecord:
    """One UTC day's rows, when they were fetched (UTC), and the team names that came with them.

    Ids and names are kept as categories: each once for all days, which takes half the memory.
    """

    date: dt.date
    frame: pl.DataFrame
    fetched_at: dt.datetime
    team_aliases: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make texts categories."""
        object.__setattr__(self, "frame", self.frame.with_columns(cs.string().cast(pl.Categorical)))


@dataclass(frozen=True, slots=True)
class Size:
    """A number of days, and the bytes that they take."""

    days: int = 0
    size_bytes: int = 0


class MemoryUsageStore:
    """Keeps days as long as the app lives, the most recently used ones where there are too many.

    `newest_at` is when (UTC) the newest of all that came was fetched. Safe to use from several threads.
    """

    def __init__(self, max_days: int = MAX_DAYS) -> None:
        self._max_days = max_days
        self._days: OrderedDict[dt.date, DayRecord] = OrderedDict()
        self.newest_at: dt.datetime | None = None
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
                self.newest_at = max(self.newest_at or record.fetched_at, record.fetched_at)
            while len(self._days) > self._max_days:
                self._days.popitem(last=False)


class LeastRecentlyUsed(Generic[K, V]):
    """At most `size` values by key. Safe to use from several threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        """Return the value, None where there is none."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: K, value: V) -> None:
        """Keep a value, in place of the one that was not used for longest where there are too many."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._size:
                self._values.popitem(last=False)
