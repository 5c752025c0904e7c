"""Ranges of whole UTC days, and those that the figures are compared for."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST = 400
MOST_SINGLE_DAYS = 31


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` to `end`, both included."""

    start: date
    end: date

    def __str__(self) -> str:
        return f"{self.start}..{self.end}"

    @property
    def days(self) -> list[date]:
        return [self.start + timedelta(days=n) for n in range((self.end - self.start).days + 1)]

    @property
    def params(self) -> dict[str, str]:
        return {"start_date": self.start.isoformat(), "end_date": self.end.isoformat()}


def today() -> date:
    return datetime.now(UTC).date()


def whole(data: Period | None) -> Period:
    """Return the range that holds all usage (the newest 400 days of it); without usage, the last week."""
    if data is None:
        return Period(today() - timedelta(days=6), today())
    end = min(data.end, today())
    return Period(max(data.start, end - timedelta(days=LONGEST - 1)), end)


def compared(data: Period | None) -> list[Period]:
    """Return the whole range, single days, parts of it, one that reaches beyond it, one without data."""
    full = whole(data)
    days = full.days
    middle = days[len(days) // 2]
    step = -(-len(days) // MOST_SINGLE_DAYS)
    wider = Period(full.start - timedelta(days=3), min(full.end + timedelta(days=3), today()))
    before = Period(full.start - timedelta(days=40), full.start - timedelta(days=31))
    periods = [
        full,
        *(Period(day, day) for day in days[::step]),
        Period(full.start, middle),
        Period(middle, full.end),
        Period(days[len(days) // 4], days[-1 - len(days) // 4]),
        Period(full.end - timedelta(days=1), full.end),
        before,
    ]
    if len(wider.days) <= LONGEST:
        periods.append(wider)
    return list(dict.fromkeys(periods))
