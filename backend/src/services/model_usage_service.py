"""`ModelUsageService` adds up tokens per model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from src.services.report import MODEL, Reporter, Row, grouped, largest_first

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from src.services.protocols import (
        ModelMappingServiceProtocol,
        TeamDailyActivityServiceProtocol,
        TeamServiceProtocol,
    )
    from src.services.report import Report
    from src.services.usage import Usage


class ModelUsageService:
    """Usage per model over all teams."""

    def __init__(
        self,
        activity: TeamDailyActivityServiceProtocol,
        teams: TeamServiceProtocol,
        models: ModelMappingServiceProtocol,
    ) -> None:
        self._reporter, self._models = Reporter(activity, teams), models

    async def fetch_model_usage(self, start_date: dt.date, end_date: dt.date) -> Report:
        """Return a row for each model that used tokens, most tokens first.

        Raises a `GatewayError` when the range cannot be had.
        """
        labels = await self._models.get_display_names()
        return await self._reporter.report(
            "models", (start_date, end_date), lambda usage, _: _models(usage, labels), labels
        )


def _models(usage: Usage, labels: Mapping[str, str]) -> list[Row]:
    used = [row for row in grouped(usage, MODEL) if row["tokens"]]
    return [
        {**row, "label": labels.get(row["model"], row["model"])} for row in largest_first(used, "tokens", "model")
    ]
