"""Text and figures for people, safe within HTML: no name of a model is ever a tag."""

from __future__ import annotations

import datetime as dt
import html
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from src.studio.report.values import text

if TYPE_CHECKING:
    from collections.abc import Iterable

UNKNOWN = "\N{EN DASH}"
SECOND = 1000
TEN = 10
HUNDRED = 100
SMALLEST = 1e-6


def esc(value: object) -> str:
    """Return a text for HTML and its attributes."""
    return html.escape(text(value) if isinstance(value, str) else str(value))


def name_tag(value: str) -> str:
    """Return a name from outside for HTML, in whatever direction it is written."""
    return f"<bdi>{esc(value)}</bdi>"


@dataclass(frozen=True, slots=True)
class Durations:
    """One unit for all times of a column or an axis, and as many digits as the smallest of them needs."""

    unit: str
    digits: int

    @classmethod
    def of(cls, milliseconds: Iterable[float | None]) -> Durations:
        """Return the unit for these."""
        there = [value for value in milliseconds if value]
        least, largest = min(there, default=0.0), max(there, default=0.0)
        if round(largest) >= SECOND:
            return cls("s", 3 if least < SECOND else 2)
        return cls("ms", 2 if largest < TEN else 1 if least < TEN else 0)

    def __call__(self, milliseconds: float | None) -> str:
        """Return a time without its unit."""
        if milliseconds is None:
            return UNKNOWN
        return f"{milliseconds / (SECOND if self.unit == 's' else 1):,.{self.digits}f}"

    def short(self, milliseconds: float) -> str:
        """Return a time for an axis, with no digit more than it has."""
        return short(milliseconds / (SECOND if self.unit == "s" else 1))


def milliseconds(value: float | None) -> str:
    """Return a time with its unit, for a sentence: "21 ms", "1.42 s"."""
    if value is None:
        return UNKNOWN
    if value < TEN:
        return f"{value:.1f} ms"
    if round(value) < SECOND:
        return f"{value:.0f} ms"
    return f"{value / SECOND:,.{2 if value < TEN * SECOND else 1}f} s"


def short(value: float) -> str:
    """Return a round number without digits that say nothing: "0.5", "1,200"."""
    if value == 0 or abs(value) < SMALLEST:
        return "0"
    digits = max(0, 3 - math.floor(math.log10(abs(value))))
    found = f"{value:,.{digits}f}"
    return found.rstrip("0").rstrip(".") if "." in found else found


def rate(value: float | None) -> str:
    """Return something per second, to three digits or the unit."""
    if value is None:
        return UNKNOWN
    return f"{value:,.{0 if value >= HUNDRED else 1 if value >= TEN else 2}f}"


def count(value: float | None) -> str:
    """Return a whole number."""
    return UNKNOWN if value is None else f"{value:,.0f}"


def counted(number: int, singular: str, plural: str = "") -> str:
    """Return a number and what it counts: "1 request", "2 requests"."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def percent(share: float | None) -> str:
    """Return a share of 0 to 1; one that is not quite all, or not quite nothing, never says that it is."""
    if share is None:
        return UNKNOWN
    found = f"{100 * share:.1f}"
    found = "99.9" if found == "100.0" and share < 1 else "0.1" if found == "0.0" and share > 0 else found
    return f"{found.removesuffix('.0')} %"


def money(usd: float | None) -> str:
    """Return US dollars: cents above ten of them, else four digits that say something."""
    if usd is None:
        return UNKNOWN
    if usd == 0 or usd >= TEN:
        return f"${usd:,.2f}"
    return f"${usd:.{max(2, 3 - math.floor(math.log10(usd)))}f}"


def tokens(number: int) -> str:
    """Return a length: "5K", "1,234"."""
    return f"{number // 1000:,}K" if number and number % 1000 == 0 else f"{number:,}"


def moment(iso: str) -> str:
    """Return a time for people, in UTC; as it was given where it cannot be read."""
    try:
        found = dt.datetime.fromisoformat(iso)
        utc = found.astimezone(dt.UTC) if found.tzinfo else found
    except (ValueError, OverflowError):  # the latter where it is before the year 1 in UTC
        return iso
    return f"{utc.day} {utc:%B %Y, %H:%M} UTC"


def seconds_between(start: str, end: str) -> float | None:
    """Return the seconds from one time to another, None where one of them cannot be read."""
    try:
        return max(0.0, (dt.datetime.fromisoformat(end) - dt.datetime.fromisoformat(start)).total_seconds())
    except (TypeError, ValueError):
        return None


def span(seconds: float) -> str:
    """Return how long something took: "8.2 s", "3 min 20 s", "2 h 5 min"."""
    if seconds < TEN:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, left = divmod(minutes, 60)
    parts = ((hours, "h"), (left, "min"), (rest if not hours else 0, "s"))
    return " ".join(f"{value} {unit}" for value, unit in parts if value)
