"""`TeamDailyActivityService` is the usage repository: it hands out usage frames, each day fetched once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from src.client.errors import GatewayUnstablePagesError, GatewayUsageChangedError
from src.client.usage_rows import METRIC_COLUMNS, check_sums
from src.core.clock import date_range
from src.core.memory import HEAVY_WORK
from src.services.attribution import attribute, teams_to_ask_alone
from src.services.day_repository import DayRepository
from src.services.usage import Usage
from src.store.records import DayRecord, LeastRecentlyUsed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from src.services.day_repository import Days, Keeping
    from src.services.protocols import GatewayClientProtocol

# How often a span is read again because usage came in between two questions about it.
MAX_RESTARTS = 2
# Ranges whose usage, and what was made of it, stays at hand until it changes.
RECENT_RANGES = 16
# Until when settled days are good.
FOREVER = dt.datetime.max.replace(tzinfo=dt.UTC)

SCHEMA = {
    "date": pl.Date,
    "team_id": pl.String,
    "api_key": pl.String,
    "key_alias": pl.String,
    "model": pl.String,
    **METRIC_COLUMNS,
}


class TeamDailyActivityService:
    """Usage of one gateway as seen with one key."""

    def __init__(
        self,
        client: GatewayClientProtocol,
        keeping: Keeping,
        page_size: int,
    ) -> None:
        self._client, self._page_size, self._freshness = client, page_size, keeping.freshness
        self.days = DayRepository(keeping, self._load)
        self._recent: LeastRecentlyUsed[tuple, Usage] = LeastRecentlyUsed(RECENT_RANGES)

    @property
    def last_fetched_at(self) -> dt.datetime | None:
        """When usage was last fetched, UTC."""
        return self.days.last_fetched_at

    async def fetch_daily_activity(self, start_date: dt.date, end_date: dt.date) -> Usage:
        """Return the usage of UTC days `start_date` to `end_date`, both included.

        Raises a `GatewayError` when a day is not known yet and cannot be fetched, or when figures are too large to
        be added up.
        """
        days = await self.days.fetch(start_date, end_date)
        version = (
            start_date,
            end_date,
            days.stale,
            days.verified,
            tuple(days.missing),
            tuple(record.fetched_at for record in days.records),
        )
        usage = self._recent.get(version)
        if usage is None:
            # in place, so that all who ask at the same time share one
            usage = self._usage(start_date, end_date, days)
            self._recent.put(version, usage)
        return usage

    def _usage(self, start_date: dt.date, end_date: dt.date, days: Days) -> Usage:
        live = [r.fetched_at for r in days.records if not self._freshness.is_settled(r.date, r.fetched_at)]
        good_until = min(live) + self._freshness.live_ttl if live else FOREVER
        frame = pl.concat([record.frame for record in days.records] or [_NO_USAGE])
        check_sums(frame)
        return Usage(
            start=start_date,
            end=end_date,
            frame=frame,
            # when the oldest part that may still change was fetched; without one, the oldest part of all
            as_of=min(live or [r.fetched_at for r in days.records], default=self._freshness.clock()),
            stale=days.stale,
            missing_days=days.missing,
            team_aliases={team: alias for record in days.records for team, alias in record.team_aliases.items()},
            expires_at=None if days.stale or days.missing else good_until,
            verified=days.verified,
        )

    def _load(self, start: dt.date, end: dt.date) -> list[DayRecord]:
        """Return the days of a span that could be read whole; what could not is read again, day by day."""
        spans, whole = [(start, end)], []
        doubts: dict[dt.date, pl.DataFrame] = {}
        for _ in range(1 + MAX_RESTARTS):
            again: list[dt.date] = []
            for first, last in spans:
                reading = self._read(first, last)
                doubtful = {r.date: r.frame for r in reading.records if r.date in reading.doubtful}
                good = [
                    r
                    for r in reading.records
                    if r.date not in doubtful or (r.date in doubts and r.frame.equals(doubts[r.date]))
                ]
                doubts |= doubtful
                whole += good
                done = {record.date for record in good} | reading.broken
                again += [date for date in date_range(first, last) if date not in done]
            if not again:
                break
            spans = [(date, date) for date in again]
        return whole

    def _read(self, start: dt.date, end: dt.date) -> _Reading:
        """Ask for a span once."""
        fetched_at = self._freshness.clock()
        ask = partial(
            self._client.fetch_usage_rows,
            page_size=self._page_size,
            settled=self._freshness.is_final(end, fetched_at),
        )
        try:
            rows = ask(None, start, end)
            alone = {
                team_id: ask([team_id], first, last) for team_id, (first, last) in teams_to_ask_alone(rows).items()
            }
        except GatewayUnstablePagesError as error:
            # the pages of a day alone were read again and again already
            is_over = start == end and not isinstance(error, GatewayUsageChangedError)
            return _Reading(broken=frozenset({start}) if is_over else frozenset())
        with HEAVY_WORK:
            usage = attribute(rows, alone)
            # sums of floats depend on the order of their parts: in a fixed one, answers are the same each time
            ordered = usage.frame.select(list(SCHEMA)).sort("date", "team_id", "api_key", "model")
            frames = ordered.partition_by("date", as_dict=True)
            records = [
                DayRecord(date, frames.get((date,), _NO_USAGE), fetched_at, rows.team_aliases)
                for date in date_range(start, end)
                if date not in usage.contradictory | usage.broken
            ]
        return _Reading(records, usage.doubtful, usage.broken)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one reading made of the days of a span; those that are in none of it are to be read again.

    Records of `doubtful` days are good once they are the same again. `broken` days contradict themselves, or went
    on changing: reading them again now is of no use.
    """

    records: Sequence[DayRecord] = ()
    doubtful: frozenset[dt.date] = frozenset()
    broken: frozenset[dt.date] = frozenset()


_NO_USAGE = pl.DataFrame(schema=SCHEMA)
