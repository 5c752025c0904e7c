"""Dates and time zones of requests, checked."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from src.core.clock import utc_now
from src.core.errors import InvalidParameterError, InvalidRangeError

MAX_RANGE_DAYS = 400
# LiteLLM is younger than this: before it there is nothing to ask for, and nothing that is worth keeping.
FIRST_DAY = dt.date(2023, 1, 1)
# The clocks that are furthest ahead of UTC; for them the next day has begun already.
FURTHEST_AHEAD = dt.timedelta(hours=14)

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class DateRange:
    """UTC days, both included."""

    start: dt.date
    end: dt.date


def parse_date_range(start_date: str | None, end_date: str | None, now: dt.datetime | None = None) -> DateRange:
    """Return the range from `start_date` to `end_date` (`YYYY-MM-DD`), yesterday to today by default.

    The day that has begun for clients ahead of UTC is read as today. Raises `InvalidRangeError` for dates
    that are malformed, unordered, in the future, before `FIRST_DAY`, or more than `MAX_RANGE_DAYS` days.
    """
    now = now or utc_now()
    end = now.date() if end_date is None else _parse("end_date", end_date, now)
    yesterday = now.date() - dt.timedelta(days=1)
    start = min(yesterday, end) if start_date is None else _parse("start_date", start_date, now)
    if start > end:
        raise InvalidRangeError(f"start_date {start} is after end_date {end}. Swap them.")
    if start < FIRST_DAY:
        raise InvalidRangeError(f"The range begins on {start}. There is no usage before {FIRST_DAY}: begin there.")
    days = (end - start).days + 1
    if days > MAX_RANGE_DAYS:
        raise InvalidRangeError(f"The range has {days} days. Ask for {MAX_RANGE_DAYS} at most.")
    return DateRange(start, end)


def parse_timezone(name: str | None) -> ZoneInfo:
    """Return the time zone with an IANA name, UTC without one. Raises `InvalidParameterError`."""
    if not name:
        return ZoneInfo("UTC")
    if name not in _known_timezones():
        raise InvalidParameterError("timezone is not an IANA name. Write it like Europe/Berlin or UTC.")
    return ZoneInfo(name)


@cache
def _known_timezones() -> frozenset[str]:
    return frozenset(available_timezones())


def _parse(name: str, text: str, now: dt.datetime) -> dt.date:
    try:
        date = dt.date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        date = None
    if date is None:
        raise InvalidRangeError(f"{name} is not a date. Write it as YYYY-MM-DD, for example {now.date()}.")
    if date > (now + FURTHEST_AHEAD).date():
        raise InvalidRangeError(f"{name} {date} is in the future. Today is {now.date()} (UTC).")
    return min(date, now.date())
