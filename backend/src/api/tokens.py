"""The `/tokens*` routes."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from functools import partial
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Query, Response

from src.api import documentation, examples, tables
from src.api.answers import meta, report_answer
from src.api.asked import Asked, AskedDep
from src.api.auth import get_audience
from src.api.models import (
    CostEfficiencyOut,
    HourlyBreakdownOut,
    HourlyBucket,
    HourlyParams,
    ModelsOut,
    ReportParams,
    SuccessRateSummaryOut,
    TeamsOut,
    TeamsParams,
    TimeSeriesOut,
)
from src.api.shapes import shape_of
from src.services.hourly_usage_service import HourlyQuery, HourlyReport
from src.services.report import Report
from src.utils.date_utils import parse_timezone
from src.utils.dependency_config import (
    CostEfficiencyServiceDep,
    HourlyUsageServiceDep,
    ModelUsageServiceDep,
    SuccessRateServiceDep,
    TimeSeriesServiceDep,
    TokenAggregationServiceDep,
)
from src.utils.endpoint_utils import execute_date_range_endpoint

router = APIRouter(
    prefix="/tokens",
    tags=["usage"],
    dependencies=[Depends(get_audience)],
    responses=documentation.errors(*documentation.USAGE),
)


ReportQuery = Annotated[ReportParams, Query()]


@router.get(
    "",
    response_model=TeamsOut,
    summary="Usage per team",
    responses=documentation.report(examples.TEAMS, tables.BREAKDOWN),
)
async def get_tokens(
    asked: AskedDep, params: Annotated[TeamsParams, Query()], service: TokenAggregationServiceDep
) -> Response:
    """Tell what each team used, by key and model.

    Every team is there, most tokens first; those that used nothing have 0.
    """
    fetch = partial(service.fetch_total_tokens_per_team, breakdown=params.breakdown)
    table = tables.BREAKDOWN if params.breakdown else tables.TEAMS
    return await _answer(asked, params, fetch, table)


@router.get(
    "/timeseries",
    response_model=TimeSeriesOut,
    summary="Usage per day and team",
    responses=documentation.report(examples.TIMESERIES, tables.TIMESERIES),
)
async def get_timeseries(asked: AskedDep, params: ReportQuery, service: TimeSeriesServiceDep) -> Response:
    """Tell what each team used on each day.

    Every UTC day of the range is there, oldest first, with the teams that were active.
    """
    return await _answer(asked, params, service.fetch_daily_timeseries_per_team, tables.TIMESERIES)


@router.get(
    "/models",
    response_model=ModelsOut,
    summary="Usage per model",
    responses=documentation.report(examples.MODELS, tables.MODELS),
)
async def get_models(asked: AskedDep, params: ReportQuery, service: ModelUsageServiceDep) -> Response:
    """Tell what each model was used for, most tokens first.

    Usage that the gateway assigns to no model is that of `(unknown)`.
    """
    return await _answer(asked, params, service.fetch_model_usage, tables.MODELS)


@router.get(
    "/success-rate",
    response_model=SuccessRateSummaryOut,
    summary="Requests by outcome per team",
    responses=documentation.report(examples.SUCCESS_RATE, tables.SUCCESS_RATE),
)
async def get_success_rate(asked: AskedDep, params: ReportQuery, service: SuccessRateServiceDep) -> Response:
    """Tell how many of each team's requests succeeded, and the rate in percent."""
    return await _answer(asked, params, service.fetch_team_success_rate_summary, tables.SUCCESS_RATE)


@router.get(
    "/cost-efficiency",
    response_model=CostEfficiencyOut,
    summary="Cost per team and model",
    responses=documentation.report(examples.COST_EFFICIENCY, tables.COST_EFFICIENCY),
)
async def get_cost_efficiency(asked: AskedDep, params: ReportQuery, service: CostEfficiencyServiceDep) -> Response:
    """Tell what each team paid for each model, in all and per 1,000 tokens, in USD."""
    return await _answer(asked, params, service.fetch_cost_efficiency, tables.COST_EFFICIENCY)


@router.get(
    "/hourly",
    response_model=HourlyBreakdownOut,
    summary="Tokens per hour of the day",
    responses=documentation.errors(*documentation.HOURLY),
)
async def get_hourly(
    asked: AskedDep, params: Annotated[HourlyParams, Query()], service: HourlyUsageServiceDep
) -> Response:
    """Tell at which hours of the day tokens were used, over all days of the range, in a time zone.

    It is made of the gateway's spend logs; `coverage` tells which part of all requests those have. A range that
    takes too many pages of them is refused.
    """
    timezone = parse_timezone(params.timezone)
    query = HourlyQuery(params.team or None, timezone, asked.audience.resolve)
    fetch = partial(service.fetch_hourly_tokens, query=query)
    report = await execute_date_range_endpoint(params.start_date, params.end_date, fetch, now=asked.at)
    body = await asyncio.to_thread(_hourly, asked, report, timezone.key)
    return Response(body, media_type="application/json")


def _hourly(asked: Asked, report: HourlyReport, timezone: str) -> bytes:
    shape = shape_of(HourlyBucket, asked.audience.hidden)
    return orjson.dumps(
        {
            "meta": meta(report, asked.state.settings, asked.audience),
            "timezone": timezone,
            "hours": [shape(row) for row in report.rows()],
            "coverage": asdict(report.coverage),
        }
    )


async def _answer(
    asked: Asked,
    params: ReportParams,
    fetch: Callable[[dt.date, dt.date], Awaitable[Report]],
    table: tables.Table,
) -> Response:
    seen = asked.state.generation
    report = await execute_date_range_endpoint(params.start_date, params.end_date, fetch, now=asked.at)
    return await report_answer(asked, report, table, params.format, seen)
