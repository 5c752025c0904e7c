"""What is kept of a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl
import polars.selectors as cs

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping


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
