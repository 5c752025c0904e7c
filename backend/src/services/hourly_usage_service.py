"""`HourlyUsageService` tells at which hours of the day tokens were used, from the gateway's spend logs."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import polars as pl

from src.client.errors import GatewayUnstablePagesError, SpendLogsUnavailableError
from src.services.day_repository import DAY, DayRepository, date_range
from src.services.report import Names, Report, Row
from src.services.team_directory import TeamDirectory
from src.services.usage import TOKENS, Usage
from src.store.records import DayRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from src.client.models import SpendLog
    from src.services.day_repository import Keeping
    from src.services.protocols import (
        APIClientProtocol,
        TeamDailyActivityServiceProtocol,
        TeamServiceProtocol,
    )

# Offsets of time zones are multiples of a quarter of an hour, so quarters can be counted for any of them.
QUARTER = dt.timedelta(minutes=15)
HOURS_PER_DAY = 24
UTC = ZoneInfo("UTC")

COUNTS = (
    "prompt_tokens",
    "completion_tokens",
    "api_requests",
    "successful_requests",
    "failed_requests",
)
SCHEMA: dict[str, Any] = {
    "quarter": pl.Datetime("us", "UTC"),
    "team_id": pl.String,
    "spend": pl.Float64,
    **dict.fromkeys(COUNTS, pl.Int64),
}


class TooManyPagesError(Exception):
    """The range has more spend logs than may be read at once. The message is for a person."""


@dataclass(frozen=True, slots=True)
class HourlyQuery:
    """Which team's usage is wanted (its id or unique name, None: all teams'), in which time zone.

    `resolve` finds the id of a team by what it is called; it raises `UnknownTeamError`.
    """

    team: str | None = None
    timezone: ZoneInfo = UTC
    resolve: Callable[[TeamDirectory, str], str | None] = TeamDirectory.resolve


class HourlyUsageService:
    """Usage per hour of the day. A request counts at the time at which it started.

    At most `max_pages` pages of the gateway's spend logs are read for one range.
    """

    def __init__(
        self,
        client: APIClientProtocol,
        keeping: Keeping,
        activity: TeamDailyActivityServiceProtocol,
        teams: TeamServiceProtocol,
        max_pages: int,
    ) -> None:
        self._max_pages = max_pages
        self._client, self._freshness = client, keeping.freshness
        self._activity, self._teams = activity, teams
        self._days = DayRepository(keeping, self._load)

    async def fetch_hourly_tokens(self, start_date: dt.date, end_date: dt.date, query: HourlyQuery) -> Report:
        """Return 24 rows of `hour` (0 to 23, in the time zone asked for) and `tokens`, over all days of the range.

        Days that have usage but no spend logs count as missing. Raises `UnknownTeamError` for a team that
        does not exist, `TooManyPagesError` when there is too much to read, `SpendLogsUnavailableError` when no
        day with usage has spend logs, and a `GatewayError` when the range cannot be had.
        """
        usage = await self._activity.fetch_daily_activity(start_date, end_date)
        directory = await self._teams.get_directory(usage)
        team_id = None if query.team is None else query.resolve(directory, query.team)
        # a day whose usage is not known is missing whatever its logs tell, and nobody knows how many there are
        dates = [date for date in usage.dates if date not in set(usage.missing_days)]
        await self._check_size(usage, dates)
        days = await self._days.fetch_days(dates)
        unlogged = _days_without_logs(usage, days.records)
        if unlogged and all(record.frame.is_empty() for record in days.records):
            raise SpendLogsUnavailableError(
                "The gateway has usage but no spend logs for these days, so there are no figures by hour. "
                "It may be set to keep none (disable_spend_logs), or to delete old ones."
            )
        frame = pl.concat([record.frame for record in days.records] or [_NO_LOGS])
        if query.team is not None:
            frame = frame.filter(pl.col("team_id").eq_missing(pl.lit(team_id)))
        rows = await asyncio.to_thread(_hours, frame, query.timezone)
        missing = sorted({*usage.missing_days, *days.missing, *unlogged})
        logged = Usage(
            start=start_date,
            end=end_date,
            frame=frame,
            as_of=min([usage.as_of, *(r.fetched_at for r in days.records if not self._is_settled(r))]),
            stale=usage.stale or days.stale,
            missing_days=missing,
            team_aliases=usage.team_aliases,
        )
        return Report(logged, Names(directory), lambda: rows)

    async def _check_size(self, usage: Usage, dates: Sequence[dt.date]) -> None:
        """Raise `TooManyPagesError` where the days that are not there yet have too many requests."""
        counts = dict(usage.frame.group_by("date").agg(pl.col("api_requests").sum()).iter_rows())
        pending = await self._days.pending(dates)
        pages = sum(self._client.count_log_pages(counts.get(date, 0)) for date in pending)
        if pages <= self._max_pages:
            return
        way_out = (
            "Ask for fewer days first: those that were read are kept and do not count again."
            if len(pending) > 1
            else "Raise HOURLY_MAX_PAGES to read it all the same."
        )
        raise TooManyPagesError(
            f"Figures by hour for this range take {pages:,} pages of the gateway's spend logs, "
            f"and no more than {self._max_pages:,} are read at once. {way_out}"
        )

    def _is_settled(self, record: DayRecord) -> bool:
        return self._freshness.is_settled(record.date, record.fetched_at)

    def _load(self, start: dt.date, end: dt.date) -> list[DayRecord]:
        records = []
        for date in date_range(start, end):
            fetched_at = self._freshness.clock()
            midnight = dt.datetime.combine(date, dt.time(), dt.UTC)
            try:
                batches = [_quarters(logs) for logs in self._client.fetch_spend_logs(midnight, midnight + DAY)]
            except GatewayUnstablePagesError:
                continue
            records.append(DayRecord(date, _add_up([_NO_LOGS, *batches]), fetched_at))
        return records


def _quarters(logs: Sequence[SpendLog]) -> pl.DataFrame:
    rows = [
        (
            log.start_time,
            log.team_id or None,
            log.spend or 0.0,
            log.prompt_tokens or 0,
            log.completion_tokens or 0,
            1,
            int(log.status != "failure"),
            int(log.status == "failure"),
        )
        for log in logs
    ]
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return _add_up([frame.with_columns(pl.col("quarter").dt.truncate(QUARTER))])


def _add_up(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    return (
        pl.concat(frames).group_by("quarter", "team_id", maintain_order=True).agg(pl.col("spend", *COUNTS).sum())
    )


def _hours(frame: pl.DataFrame, timezone: ZoneInfo) -> list[Row]:
    tokens = [0] * HOURS_PER_DAY
    for quarter, count in frame.select("quarter", TOKENS).iter_rows():
        tokens[quarter.astimezone(timezone).hour] += count
    return [{"hour": hour, "tokens": count} for hour, count in enumerate(tokens)]


def _days_without_logs(usage: Usage, records: Sequence[DayRecord]) -> set[dt.date]:
    empty = {record.date for record in records if record.frame.is_empty()}
    used = usage.frame.filter(pl.col("api_requests") > 0)["date"]
    return empty & set(used)


_NO_LOGS = pl.DataFrame(schema=SCHEMA)
