"""`CostEfficiencyService` tells what each team paid for its tokens, per model."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from src.services.report import Reporter, Row, with_team

if TYPE_CHECKING:
    import datetime as dt

    from src.services.report import Labels, Report, TeamDailyActivityServiceProtocol, TeamServiceProtocol
    from src.services.team_service import TeamDirectory
    from src.services.usage import Usage


class CostEfficiencyService:
    """Cost per team and model."""

    def __init__(self, activity: TeamDailyActivityServiceProtocol, teams: TeamServiceProtocol) -> None:
        self._reporter = Reporter(activity, teams)

    async def fetch_cost_efficiency(self, start_date: dt.date, end_date: dt.date) -> Report:
        """Return `cost_by_team_and_model`. Raises a `GatewayError` when the range cannot be had."""
        return await self._reporter.report("cost-efficiency", (start_date, end_date), cost_by_team_and_model)


def cost_by_team_and_model(usage: Usage, directory: TeamDirectory, _labels: Labels) -> list[Row]:
    """Return a row for each team × model that was used, highest cost first.

    `cost_per_1k_tokens` is in USD, None without tokens.
    """
    rows = with_team(usage.by("team_id", "model"), directory).to_dicts()
    cells = [{**row, "cost_per_1k_tokens": _per_1k(row)} for row in rows]
    return sorted(cells, key=lambda cell: (*_highest_first(cell["spend"]), cell["name"], cell["model"]))


def _highest_first(usd: float) -> tuple[bool, float]:
    """Return what orders amounts; unknown ones come last."""
    return (True, 0.0) if math.isnan(usd) else (False, -usd)


def _per_1k(row: Row) -> float | None:
    """Return USD, None where there are no tokens that it could be for."""
    return row["spend"] / row["tokens"] * 1000 if row["tokens"] > 0 else None
