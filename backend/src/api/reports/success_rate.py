"""`GET /tokens/success-rate`: requests by outcome per team."""

from __future__ import annotations

from pydantic import Field

from src.api.examples import ENGINES, NOBODY, requests
from src.api.fields import Failed, Meta, OfTeam, Out, Requests, Successful
from src.api.usage_report import OF_TEAM, OUTCOMES, UsageReport, largest_first, with_team_column
from src.services.success_rate_service import outcomes_by_team


class TeamSuccessRate(OfTeam):
    """A team's requests by outcome."""

    total_requests: Requests = Field(validation_alias="api_requests")
    successful_requests: Successful
    failed_requests: Failed
    success_rate: float | None = Field(
        description="Percent of all requests; null without requests.", ge=0, le=100, examples=[91.7]
    )


class SuccessRateSummaryOut(Out):
    """`GET /tokens/success-rate`: every team, most requests first."""

    meta: Meta
    teams: list[TeamSuccessRate] = Field(description="Every team, most requests first.")


REPORT = UsageReport(
    name="success-rate",
    summary="Requests by outcome per team",
    description="Tell how many of each team's requests succeeded, and the rate in percent.",
    model=SuccessRateSummaryOut,
    group=outcomes_by_team,
    columns=(*OF_TEAM, *OUTCOMES, "success_rate"),
    flatten=with_team_column,
    public_order=largest_first("total_requests", "name"),
    example={
        "teams": [
            {**ENGINES, **requests(15, 2), "success_rate": 88.23529411764706},
            {**NOBODY, **requests(1), "success_rate": 100.0},
        ]
    },
)
