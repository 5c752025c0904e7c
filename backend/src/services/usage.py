"""The usage frame of a range, and what is known about how whole and how recent it is."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import polars as pl

from src.client.usage_rows import COUNTS
from src.core.clock import date_range

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence


UNKNOWN_MODEL = "(unknown)"

# prompt plus completion: cached tokens are part of the prompt
TOKENS = (pl.col("prompt_tokens") + pl.col("completion_tokens")).alias("tokens")


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over a range: tokens and requests as integers, `spend` in USD, not rounded, NaN where it is unknown."""

    tokens: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    spend: float = 0.0
    api_requests: int = 0
    successful_requests: int = 0
    failed_requests: int = 0


TOTALLED = [name.name for name in fields(Totals) if name.name != "tokens"]


@dataclass(frozen=True, slots=True, eq=False)
class Usage:
    """Usage from `start` to `end` (UTC days, both included).

    `frame` holds a row for each date × team_id (null: none) × api_key × model (null: unknown); `as_of` is
    when (UTC) the part of it that may still change was fetched, and `stale` says that it should have been
    fetched again and could not be. `missing_days` are in no figure. `expires_at` is when part of it has to be
    fetched again, None when that is overdue. Without `verified`, the gateway has not shown yet whether it is the
    one whose teams are known. `derived` is for what was made of it: it goes when the usage goes.
    """

    start: dt.date
    end: dt.date
    frame: pl.DataFrame
    as_of: dt.datetime
    stale: bool
    missing_days: Sequence[dt.date]
    team_aliases: Mapping[str, str]
    expires_at: dt.datetime | None = None
    verified: bool = True
    derived: dict[str, Any] = field(default_factory=dict, repr=False)
    deriving: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def dates(self) -> list[dt.date]:
        """Every day of the range, oldest first."""
        return date_range(self.start, self.end)

    @property
    def team_ids(self) -> frozenset[str]:
        """The teams that used anything."""
        used: frozenset[str] | None = self.derived.get("team ids")
        if used is None:
            used = self.derived["team ids"] = frozenset(self.frame["team_id"].drop_nulls().unique())
        return used

    def by_day(self) -> pl.DataFrame:
        """Return `tokens` and every metric added up for each date × team_id that was used."""
        return _add_up(self.frame, "date", "team_id").with_columns(TOKENS)

    def by(self, *keys: str) -> pl.DataFrame:
        """Return `tokens` and every metric added up for each combination of `keys` that was used.

        `keys` are of team_id, api_key and model, which is `UNKNOWN_MODEL` where the gateway tells none.
        """
        # the range without its days, which all reports but one start from: many times fewer rows
        parts: pl.DataFrame | None = self.derived.get("parts")
        if parts is None:
            parts = _add_up(self.frame, "team_id", "api_key", "model")
            # afterwards, as it takes longer than the sums with as many rows as there were before
            parts = self.derived["parts"] = parts.with_columns(pl.col("model").fill_null(UNKNOWN_MODEL))
        return _add_up(parts, *keys).with_columns(TOKENS)

    def totals(self) -> Totals:
        """Add up all rows."""
        return Totals(**self.frame.select(TOKENS.sum(), pl.col(TOTALLED).sum()).row(0, named=True))


def _add_up(frame: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Return every metric added up for each combination of `keys`, in the order in which they come first.

    Money is added up in the order of the rows. Polars' own sum adds parts of a group up on several threads, in the
    order in which those end, and so gives another last digit each time.
    """
    sums = frame.group_by(*keys, maintain_order=True).agg(pl.col(COUNTS).sum(), pl.col("spend"))
    return sums.with_columns(pl.col("spend").list.sum())
