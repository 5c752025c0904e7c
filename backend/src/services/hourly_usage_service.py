"""`HourlyUsageService` tells at which hours of the day tokens were used, from the gateway's spend logs."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

from src.client.errors import GatewayUnstablePagesError, SpendLogsUnavailableError
from src.core.clock import DAY, date_range
from src.core.errors import InvalidRangeError
from src.services.day_repository import DayRepository
from src.services.logged_days import (
    OF_LOGS,
    Coverage,
    LoggedDay,
    add_up_logs,
    by_quarter,
    compare,
    dated,
    hours_of,
    logs_of,
    sums_of,
    told_rows,
    used_requests,
    with_told,
)
from src.services.report import Names, Report
from src.services.team_service import TeamDirectory
from src.services.usage import Usage
from src.store.records import DayRecord, LeastRecentlyUsed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from src.services.day_repository import Days, Keeping
    from src.services.protocols import GatewayClientProtocol
    from src.services.report import TeamDailyActivityServiceProtocol, TeamServiceProtocol

UTC = ZoneInfo("UTC")
# Days whose sums stay at hand: more than a range can have.
MAX_DAYS = 500


class TooManyPagesError(InvalidRangeError):
    """The range has more spend logs than may be read at once. The message is for a person."""


@dataclass(frozen=True, slots=True)
class HourlyQuery:
    """Which team's usage is wanted (its id or unique name, None: all teams'), in which time zone.

    `resolve` finds the id of a team by what it is called; it raises `UnknownTeamError`.
    """

    team: str | None = None
    timezone: ZoneInfo = UTC
    resolve: Callable[[TeamDirectory, str], str | None] = TeamDirectory.resolve


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class HourlyReport(Report):
    """Hours of the day, and which part of the requests they are of."""

    coverage: Coverage = field(default_factory=Coverage)

    @property
    def is_whole(self) -> bool:
        """Whether the logs of every day of the range have every request that usage tells of."""
        return not self.usage.missing_days and not self.coverage.partial_days


class HourlyUsageService:
    """Usage per hour of the day. A request counts at the time at which it started.

    At most `max_pages` pages of the gateway's spend logs are read for one range.

    How far the logs can be trusted is told by usage, which counts the same requests: a day whose logs have fewer
    than usage tells of is partial, and one without any is missing. Logs of a day that is under way are compared
    with what usage told before they were read, and with nothing newer.
    """

    def __init__(
        self,
        client: GatewayClientProtocol,
        keeping: Keeping,
        activity: TeamDailyActivityServiceProtocol,
        teams: TeamServiceProtocol,
        max_pages: int,
    ) -> None:
        self._max_pages = max_pages
        self._client, self._freshness, self._store = client, keeping.freshness, keeping.store
        self._activity, self._teams = activity, teams
        self._days = DayRepository(keeping, self._load)
        self._told: dict[dt.date, pl.DataFrame] = {}
        self._recent: LeastRecentlyUsed[dt.date, tuple[DayRecord, LoggedDay]] = LeastRecentlyUsed(MAX_DAYS)

    async def fetch_hourly_tokens(
        self, start_date: dt.date, end_date: dt.date, query: HourlyQuery
    ) -> HourlyReport:
        """Return 24 rows of `hour` (0 to 23, in the time zone asked for) and `tokens`, over all days of the range.

        Days that have usage but no spend logs count as missing. Raises `UnknownTeamError` for a team that
        does not exist, `TooManyPagesError` when there is too much to read, `SpendLogsUnavailableError` when no
        day with usage has spend logs, and a `GatewayError` when the range cannot be had.
        """
        usage = await self._activity.fetch_daily_activity(start_date, end_date)
        directory = await self._teams.get_directory(usage)
        team_id = None if query.team is None else query.resolve(directory, query.team)
        team = None if query.team is None else pl.col("team_id").eq_missing(pl.lit(team_id))
        # a day whose usage is not known is missing whatever its logs tell, and nobody knows how many there are
        missing = set(usage.missing_days)
        dates = [date for date in usage.dates if date not in missing]
        await self._check_size(usage, dates)
        self._remember_told(usage, dates)
        days = await self._days.fetch(start_date, end_date, without=missing)
        # hundreds of thousands of rows: other requests are answered meanwhile
        return await asyncio.to_thread(self._report, usage, Names(directory), days, team, query.timezone)

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

    def _remember_told(self, usage: Usage, dates: Sequence[dt.date]) -> None:
        """Remember what usage tells of days that may still change, for logs that are read from now on."""
        now = self._freshness.clock()
        live = [date for date in dates if not self._freshness.is_settled(date, now)]
        self._told = {date: told for date, told in self._told.items() if not self._freshness.is_settled(date, now)}
        self._told.update({date: told_rows(usage.frame.filter(pl.col("date") == date)) for date in live})

    def _report(
        self, usage: Usage, names: Names, days: Days, team: pl.Expr | None, timezone: ZoneInfo
    ) -> HourlyReport:
        used = used_requests(usage, days.records, self._is_under_way)
        unlogged = _days_without_logs(used, days.records)
        if unlogged and all(logs_of(record.frame).is_empty() for record in days.records):
            raise SpendLogsUnavailableError(
                "The gateway has usage but no spend logs for these days, so there are no figures by hour. "
                "It may be set to keep none (disable_spend_logs), or to delete old ones."
            )
        sums = {record.date: self._sums(record) for record in days.records}
        logged = dated({date: day.by_team for date, day in sums.items()}, OF_LOGS)
        quarters = [day.by_quarter for day in sums.values()]
        if team is not None:
            used, logged = used.filter(team), logged.filter(team)
            quarters = [by_quarter(logs_of(record.frame).filter(team)) for record in days.records]
        rows = [{"hour": hour, "tokens": tokens} for hour, tokens in enumerate(hours_of(quarters, timezone))]
        found = self._usage_of_logs(usage, days, logged, unlogged)
        return HourlyReport(found, names, lambda: rows, coverage=compare(used, logged))

    def _sums(self, record: DayRecord) -> LoggedDay:
        """Return the sums of a day's logs, worked out once: they are a hundredth of its rows."""
        known, sums = self._recent.get(record.date) or (None, None)
        if sums is None or known is not record:
            sums = sums_of(logs_of(record.frame))
            self._recent.put(record.date, (record, sums))
        return sums

    def _usage_of_logs(self, usage: Usage, days: Days, frame: pl.DataFrame, unlogged: set[dt.date]) -> Usage:
        live = [record.fetched_at for record in days.records if not self._is_settled(record)]
        return Usage(
            start=usage.start,
            end=usage.end,
            frame=frame,
            as_of=min([usage.as_of, *live]),
            stale=usage.stale or days.stale,
            missing_days=sorted({*usage.missing_days, *days.missing, *unlogged}),
            team_aliases=usage.team_aliases,
        )

    def _is_settled(self, record: DayRecord) -> bool:
        return self._freshness.is_settled(record.date, record.fetched_at)

    def _is_under_way(self, record: DayRecord) -> bool:
        """Tell whether its logs may be older than usage; where they are much older, they do lack requests."""
        return not self._is_settled(record) and not self._freshness.is_overdue(record)

    def _load(self, start: dt.date, end: dt.date) -> list[DayRecord]:
        records = []
        for date in date_range(start, end):
            fetched_at, told = self._freshness.clock(), self._told.get(date)
            midnight = dt.datetime.combine(date, dt.time(), dt.UTC)
            try:
                logs = add_up_logs(self._client.fetch_spend_logs(midnight, midnight + DAY))
            except GatewayUnstablePagesError:
                continue
            records.append(DayRecord(date, with_told(self._fullest(date, logs), told), fetched_at))
        return records

    def _fullest(self, date: dt.date, logs: pl.DataFrame) -> pl.DataFrame:
        """Return the logs that were read, or those that are kept, where the gateway has deleted some since."""
        known = self._store.get([date]).get(date)
        if known is None:
            return logs
        kept = logs_of(known.frame)
        has_fewer = logs["api_requests"].sum() < kept["api_requests"].sum()
        return kept.cast({"team_id": pl.String}) if has_fewer else logs


def _days_without_logs(used: pl.DataFrame, records: Sequence[DayRecord]) -> set[dt.date]:
    empty = {record.date for record in records if logs_of(record.frame).is_empty()}
    return empty & set(used.filter(pl.col("api_requests") > 0)["date"])
