"""UTC days, and for how long what was fetched of one is good."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from src.store.records import DayRecord

DAY = dt.timedelta(days=1)
OVERDUE_FACTOR = 4
# However short the time to live is (it may be 0): a day is some moments old by the time it is answered with.
MIN_OVERDUE = dt.timedelta(seconds=10)
# The gateway books late what it could not write in time; after two days there is nothing more to come.
RECHECK_AFTER = dt.timedelta(hours=48)


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


def date_range(start: dt.date, end: dt.date) -> list[dt.date]:
    """Return the dates from `start` to `end`, both included."""
    return [start + n * DAY for n in range((end - start).days + 1)]
