"""`GET /tokens/timeseries`: usage per day and team."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

import polars as pl
from pydantic import Field

from src.api.examples import ENGINES, NOBODY, requests, tokens
from src.api.fields import (
    CompletionTokens,
    Failed,
    Meta,
    OfTeam,
    Out,
    PromptTokens,
    Requests,
    Successful,
    Tokens,
    Usd,
)
from src.api.shapes import Row
from src.api.usage_report import OF_TEAM, OUTCOMES, UsageReport, with_team_column
from src.services.time_series_service import by_day_and_team


class DailyTeamTokens(OfTeam):
    """What a team used on a day."""

    tokens: Tokens
    prompt_tokens: PromptTokens
    completion_tokens: CompletionTokens
    total_requests: Requests = Field(validation_alias="api_requests")
    successful_requests: Successful
    failed_requests: Failed
    spend: Usd


class DailyTimeSeriesPoint(Out):
    """A day, with the teams that were active."""

    date: dt.date = Field(description="The UTC day.")
    teams: list[DailyTeamTokens] = Field(description="Most tokens first.")


class TimeSeriesOut(Out):
    """`GET /tokens/timeseries`: every day of the range, oldest first."""

    meta: Meta
    timeseries: list[DailyTimeSeriesPoint] = Field(description="Every day of the range, oldest first.")


def _largest_first(days: list[Row]) -> list[Row]:
    """Order the teams of each day, which are a data frame."""
    return [{**day, "teams": day["teams"].sort("tokens", "name", descending=[True, False])} for day in days]


def _flatten(days: Iterable[Row]) -> Iterator[Row]:
    """Return a row for each day × team that was active."""
    for day in days:
        teams = day["teams"]
        rows = teams.iter_rows(named=True) if isinstance(teams, pl.DataFrame) else teams
        yield from ({**team, "date": day["date"]} for team in with_team_column(rows))


REPORT = UsageReport(
    name="timeseries",
    summary="Usage per day and team",
    description="""Tell what each team used on each day.

    Every UTC day of the range is there, oldest first, with the teams that were active.
    """,
    model=TimeSeriesOut,
    group=by_day_and_team,
    columns=("date", *OF_TEAM, "tokens", "prompt_tokens", "completion_tokens", *OUTCOMES, "spend"),
    flatten=_flatten,
    public_order=_largest_first,
    example={
        "timeseries": [
            {"date": "2026-11-19", "teams": [{**ENGINES, **tokens(800, 200), **requests(4, 1), "spend": 0.0054}]},
            {
                "date": "2026-11-20",
                "teams": [
                    {**ENGINES, **tokens(1200, 300), **requests(11, 1), "spend": 0.0065},
                    {**NOBODY, **tokens(100, 0), **requests(1), "spend": 0.0012},
                ],
            },
        ]
    },
)
