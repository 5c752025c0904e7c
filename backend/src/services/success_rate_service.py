"""`SuccessRateService` tells how many of each team's requests succeeded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from src.services.report import Reporter, Row, every_team, largest_first

if TYPE_CHECKING:
    import datetime as dt

    from src.services.report import Labels, Report, TeamDailyActivityServiceProtocol, TeamServiceProtocol
    from src.services.team_service import TeamDirectory
    from src.services.usage import Usage


class SuccessRateService:
    """Requests per team by outcome."""

    def __init__(self, activity: TeamDailyActivityServiceProtocol, teams: TeamServiceProtocol) -> None:
        self._reporter = Reporter(activity, teams)

    async def fetch_team_success_rate_summary(self, start_date: dt.date, end_date: dt.date) -> Report:
        """Return `outcomes_by_team`. Raises a `GatewayError` when the range cannot be had."""
        return await self._reporter.report("success-rate", (start_date, end_date), outcomes_by_team)


def outcomes_by_team(usage: Usage, directory: TeamDirectory, _labels: Labels) -> list[Row]:
    """Return a row for each team, most requests first, with `success_rate` in percent, None without requests."""
    rows = [{**row, "success_rate": _rate(row)} for row in every_team(usage, directory)]
    return largest_first(rows, "api_requests")


def _rate(row: Row) -> float | None:
    return row["successful_requests"] / row["api_requests"] * 100 if row["api_requests"] else None
