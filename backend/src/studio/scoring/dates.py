"""Dates and times as people and programs spell them: what a spelling says, where it has one reading alone.

Read are: 2026-05-03 (also with / or . and without leading zeros), 20260503; 3 May 2026,
3rd of May 2026, May 3rd, 2026 and 3-May-2026, names in English, in full or in three letters, with or without a
weekday, which has to be right; 31/12/2026 and 12/31/2026, which have one reading, but not 03/05/2026, which has
two. Each of them may have a time: 14:30, 14:30:05.25, 2:30 pm, after a T, a
space, a comma or "at", and a zone: Z, UTC, GMT, +02:00, +0200, +02.
A time without a zone is another one than
any with a zone. Years have four digits.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from functools import lru_cache

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if number}
MONTHS |= {name[:3]: number for name, number in MONTHS.items()} | {"sept": 9}
WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
WEEKDAYS |= {name[:3]: number for name, number in WEEKDAYS.items()} | {"tues": 1, "thur": 3, "thurs": 3}

MOST_LENGTH, SHORTEST = 64, 8
_TIME = (
    r"(?:(?:T|t|,? +(?:at +)?)(?P<hour>\d{1,2}):(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?(?: ?(?P<zone>Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?)?"
)
_WEEKDAY = r"(?:(?P<weekday>[A-Za-z]+),? +)?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_SHAPES = [
    re.compile(shape + _TIME + r"\Z")
    for shape in (
        r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
        _WEEKDAY + _DAY + r"\.?(?: +of)?[ -]+(?P<name>[A-Za-z]+)\.?,?[ -]+(?P<year>\d{4})",
        _WEEKDAY + r"(?P<name>[A-Za-z]+)\.? +" + _DAY + r",? +(?P<year>\d{4})",
        r"(?P<one>\d{1,2})(?P<mark>[-/.])(?P<other>\d{1,2})(?P=mark)(?P<year>\d{4})",
    )
]


def read_date(text: str) -> dt.date | dt.datetime | None:
    """Return the day, or the time, that a text says: in its zone, or naive without one. None: no date."""
    text = text.strip()
    if not SHORTEST <= len(text) <= MOST_LENGTH or not text.isascii():
        return None
    return _read_short(text)


@lru_cache(maxsize=4096)
def _read_short(text: str) -> dt.date | dt.datetime | None:
    for shape in _SHAPES:
        if found := shape.match(text):
            try:
                return _read(found.groupdict())
            except (ValueError, OverflowError):
                return None
    return None


def _read(parts: dict[str, str | None]) -> dt.date | dt.datetime | None:
    day = _day(parts)
    weekday = parts.get("weekday")
    if day is None or (weekday and WEEKDAYS.get(weekday.lower()) != day.weekday()):
        return None
    return day if parts["hour"] is None else _at(day, parts)


def _day(parts: dict[str, str | None]) -> dt.date | None:
    year = int(parts["year"] or 0)
    if parts.get("one"):
        one, other = int(parts["one"] or 0), int(parts["other"] or 0)
        readings = {_valid(year, month, day) for month, day in ((one, other), (other, one))} - {None}
        return readings.pop() if len(readings) == 1 else None
    name = parts.get("name")
    month = MONTHS.get(name.lower(), 0) if name else int(parts["month"] or 0)
    return _valid(year, month, int(parts["day"] or 0))


def _valid(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _at(day: dt.date, parts: dict[str, str | None]) -> dt.datetime:
    hour, half = int(parts["hour"] or 0), (parts["half"] or "").lower()
    if half:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - hours of a half day
            raise ValueError("no hour of a half day")
        hour = hour % 12 + (12 if half == "p" else 0)
    micros = int(f"{parts['fraction'] or '0':0<6}"[:6])
    time = dt.time(hour, int(parts["minute"] or 0), int(parts["second"] or 0), micros)
    naive = dt.datetime.combine(day, time)
    zone = parts["zone"]
    return naive if zone is None else naive.replace(tzinfo=_zone(zone))


def _zone(zone: str) -> dt.timezone:
    if zone[0] not in "+-":
        return dt.UTC
    minutes = int(zone[1:3]) * 60 + int(zone[3:].lstrip(":") or 0)
    return dt.timezone(dt.timedelta(minutes=minutes if zone[0] == "+" else -minutes))
