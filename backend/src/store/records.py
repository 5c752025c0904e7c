"""What is kept of a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import polars as pl


@dataclass(frozen=True, slots=True)
class DayRecord:
    """One UTC day's rows, when they were fetched (UTC), and the team names that came with them."""

    date: dt.date
    frame: pl.DataFrame
    fetched_at: dt.datetime
    team_aliases: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Size:
    """A number of days, and the bytes that they take."""

    days: int = 0
    size_bytes: int = 0
