"""The `/tokens*` routes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response

from src.api import tables
from src.api.answers import meta, report_answer
from src.api.auth import AudienceDep, get_audience
from src.api.models import (
    CostEfficiencyOut,
    ErrorOut,
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
from src.services.hourly_usage_service import HourlyQuery
from src.services.report import Report
from src.utils.date_utils import parse_timezone
from src.utils.dependency_config import (
    AppStateDep,
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
    responses={status: {"model": ErrorOut} for status in (400, 401, 500, 502, 503, 504)},
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, who sent it, and what the app shares."""

    request: Request
    audience: AudienceDep
    state: AppStateDep


AskedDep = Annotated[Asked, Depends()]
ReportQuery = Annotated[ReportParams, Query()]


@router.get("", response_model=TeamsOut)
async def get_tokens(
    asked: AskedDep, params: Annotated[TeamsParams, Query()], service: TokenAggregationServiceDep
) -> Response:
    """Tell what each team used, by key and model."""
    fetch = partial(service.fetch_total_tokens_per_team, breakdown=params.breakdown)
    table = tables.BREAKDOWN if params.breakdown else tables.TEAMS
    return await _answer(asked, params, fetch, table)


@router.get("/timeseries", response_model=TimeSeriesOut)
async def get_timeseries(asked: AskedDep, params: ReportQuery, service: TimeSeriesServiceDep) -> Response:
    """Tell what each team used on each day."""
    return await _answer(asked, params, service.fetch_daily_timeseries_per_team, tables.TIMESERIES)


@router.get("/models", response_model=ModelsOut)
async def get_models(asked: AskedDep, params: ReportQuery, service: ModelUsageServiceDep) -> Response:
    """Tell what each model was used for."""
    return await _answer(asked, params, service.fetch_model_usage, tables.MODELS)


@router.get("/success-rate", response_model=SuccessRateSummaryOut)
async def get_success_rate(asked: AskedDep, params: ReportQuery, service: SuccessRateServiceDep) -> Response:
    """Tell how many of each team's requests succeeded."""
    return await _answer(asked, params, service.fetch_team_success_rate_summary, tables.SUCCESS_RATE)


@router.get("/cost-efficiency", response_model=CostEfficiencyOut)
async def get_cost_efficiency(asked: AskedDep, params: ReportQuery, service: CostEfficiencyServiceDep) -> Response:
    """Tell what each team paid for each model."""
    return await _answer(asked, params, service.fetch_cost_efficiency, tables.COST_EFFICIENCY)


@router.get("/hourly", response_model=HourlyBreakdownOut)
async def get_hourly(
    asked: AskedDep, params: Annotated[HourlyParams, Query()], service: HourlyUsageServiceDep
) -> Response:
    """Tell at which hours of the day tokens were used."""
    timezone = parse_timezone(params.timezone)
    query = HourlyQuery(params.team or None, timezone, asked.audience.resolve)
    fetch = partial(service.fetch_hourly_tokens, query=query)
    report = await execute_date_range_endpoint(params.start_date, params.end_date, fetch, now=asked.state.clock())
    shape = shape_of(HourlyBucket, asked.audience.hidden)
    body = {
        "meta": meta(report, asked.state.settings, asked.audience),
        "timezone": timezone.key,
        "hours": [shape(row) for row in report.rows()],
    }
    return Response(orjson.dumps(body), media_type="application/json")


async def _answer(
    asked: Asked,
    params: ReportParams,
    fetch: Callable[[dt.date, dt.date], Awaitable[Report]],
    table: tables.Table,
) -> Response:
    report = await execute_date_range_endpoint(params.start_date, params.end_date, fetch, now=asked.state.clock())
    return await report_answer(asked.request, report, asked.audience, table, params.format)
