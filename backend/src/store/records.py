"""What is kept of a UTC day, for how long it is good, and the days that this process has in memory."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

import polars as pl
import polars.selectors as cs

from src.core.clock import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

K = TypeVar("K")
V = TypeVar("V")

MAX_DAYS = 1000
OVERDUE_FACTOR = 4
# However short the time to live is (it may be 0): a day is some moments old by the time it is answered with.
MIN_OVERDUE = dt.timedelta(seconds=10)
# The gateway books late what it could not write in time; after two days there is nothing more to come.
RECHECK_AFTER = dt.timedelta(hours=48)


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
class Freshness:
    """When a kept day is still good: settled ones for ever, others for `live_ttl`."""

    settle: dt.timedelta
    live_ttl: dt.timedelta
    clock: Callable[[], dt.datetime]

    def is_settled(self, date: dt.date, fetched_at: dt.datetime) -> bool:
        """Tell whether the day had been over for long enough when it was fetched."""
        ended = dt.datetime.combine(date + DAY, dt.time(), dt.UTC)
        return fetched_at >= ended + self.settle

    def is_final(self, date: dt.date, now: dt.datetime) -> bool:
        """Tell whether nothing more is booked on the day, not even late."""
        return now >= dt.datetime.combine(date + DAY, dt.time(), dt.UTC) + RECHECK_AFTER

    def is_current(self, record: DayRecord) -> bool:
        """Tell whether the day need not be fetched again."""
        return self.is_settled(record.date, record.fetched_at) or self.clock() - record.fetched_at < self.live_ttl

    def is_overdue(self, record: DayRecord) -> bool:
        """Tell whether a day that may still change is much older than it should be."""
        return self.clock() - record.fetched_at >= max(OVERDUE_FACTOR * self.live_ttl, MIN_OVERDUE)

    def is_recheck_due(self, record: DayRecord) -> bool:
        """Tell whether late bookings may have come in after a settled day was fetched."""
        return self.is_final(record.date, self.clock()) and not self.is_final(record.date, record.fetched_at)


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
