"""`TimeSeriesService` tells what each team used on each day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from src.services.report import Reporter, Row, with_team

if TYPE_CHECKING:
    import datetime as dt

    from src.services.report import Labels, Report, TeamDailyActivityServiceProtocol, TeamServiceProtocol
    from src.services.team_service import TeamDirectory
    from src.services.usage import Usage


OF_A_DAY = (
    "team_id",
    "name",
    "kind",
    "tokens",
    "prompt_tokens",
    "completion_tokens",
    "api_requests",
    "successful_requests",
    "failed_requests",
    "spend",
)


class TimeSeriesService:
    """Usage per UTC day and team."""

    def __init__(self, activity: TeamDailyActivityServiceProtocol, teams: TeamServiceProtocol) -> None:
        self._reporter = Reporter(activity, teams)

    async def fetch_daily_timeseries_per_team(self, start_date: dt.date, end_date: dt.date) -> Report:
        """Return usage `by_day_and_team`. Raises a `GatewayError` when the range cannot be had."""
        return await self._reporter.report("timeseries", (start_date, end_date), by_day_and_team)


def by_day_and_team(usage: Usage, directory: TeamDirectory, _labels: Labels) -> list[Row]:
    """Return a row for each day, oldest first, with the `teams` that were active, most tokens first.

    `teams` is a data frame of `OF_A_DAY`: there can be tens of thousands of rows in all.
    """
    teams = with_team(usage.by_day(), directory).sort("tokens", "name", descending=[True, False])
    by_date = teams.select("date", *OF_A_DAY).partition_by("date", as_dict=True, include_key=False)
    nobody = teams.select(OF_A_DAY).clear()
    return [{"date": date, "teams": by_date.get((date,), nobody)} for date in usage.dates]
