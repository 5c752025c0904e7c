"""`ModelUsageService` adds up usage per model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from src.client.usage_rows import IS_SOMETHING
from src.services.report import NO_USAGE, Reporter, Row, largest_first

if TYPE_CHECKING:
    import datetime as dt

    from src.services.report import (
        Labels,
        ModelMappingServiceProtocol,
        Report,
        TeamDailyActivityServiceProtocol,
        TeamServiceProtocol,
    )
    from src.services.team_service import TeamDirectory
    from src.services.usage import Usage


class ModelUsageService:
    """Usage per model over all teams."""

    def __init__(
        self,
        activity: TeamDailyActivityServiceProtocol,
        teams: TeamServiceProtocol,
        models: ModelMappingServiceProtocol,
    ) -> None:
        self._reporter = Reporter(activity, teams, models)

    async def fetch_model_usage(self, start_date: dt.date, end_date: dt.date) -> Report:
        """Return usage `by_model`. Raises a `GatewayError` when the range cannot be had."""
        return await self._reporter.report("models", (start_date, end_date), by_model)


def by_model(usage: Usage, _directory: TeamDirectory, labels: Labels) -> list[Row]:
    """Return a row for each model with tokens, requests or cost, most tokens first."""
    used = usage.by("model").filter(IS_SOMETHING).to_dicts()
    return [
        {**row, "label": labels.get(row["model"], row["model"])} for row in largest_first(used, "tokens", "model")
    ]


def of_model(usage: Usage, model: str) -> Row:
    """Return what was used of one model, by the name that usage has; zeros where nothing was."""
    used = usage.by("model").filter(pl.col("model") == model).to_dicts()
    return used[0] if used else NO_USAGE
