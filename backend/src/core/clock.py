"""The time and the days, in UTC."""

from __future__ import annotations

import datetime as dt

DAY = dt.timedelta(days=1)


def utc_now() -> dt.datetime:
    """Return the time, in UTC."""
    return dt.datetime.now(dt.UTC)


def iso(instant: dt.datetime) -> str:
    """Write a time in UTC, with milliseconds and `Z`."""
    return instant.astimezone(dt.UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def date_range(start: dt.date, end: dt.date) -> list[dt.date]:
    """Return the dates from `start` to `end`, both included."""
    return [start + n * DAY for n in range((end - start).days + 1)]
