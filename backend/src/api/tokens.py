"""The `/tokens*` routes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from src.api import tables
from src.api.answers import json_answer, meta, report_answer
from src.api.auth import require_token
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
from src.services.hourly_usage_service import HourlyQuery
from src.services.report import Report
from src.utils.date_utils import parse_timezone
from src.utils.dependency_config import (
    AppState,
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
    dependencies=[Depends(require_token)],
    responses={status: {"model": ErrorOut} for status in (400, 401, 500, 502, 504)},
)

ReportQuery = Annotated[ReportParams, Query()]


@router.get("", response_model=TeamsOut)
async def get_tokens(
    request: Request,
    params: Annotated[TeamsParams, Query()],
    service: TokenAggregationServiceDep,
    state: AppStateDep,
) -> Response:
    """Tell what each team used, by key and model."""
    fetch = partial(service.fetch_total_tokens_per_team, breakdown=params.breakdown)
    table = tables.BREAKDOWN if params.breakdown else tables.TEAMS
    return await _answer(request, params, state, fetch, table)


@router.get("/timeseries", response_model=TimeSeriesOut)
async def get_timeseries(
    request: Request, params: ReportQuery, service: TimeSeriesServiceDep, state: AppStateDep
) -> Response:
    """Tell what each team used on each day."""
    return await _answer(request, params, state, service.fetch_daily_timeseries_per_team, tables.TIMESERIES)


@router.get("/models", response_model=ModelsOut)
async def get_models(
    request: Request, params: ReportQuery, service: ModelUsageServiceDep, state: AppStateDep
) -> Response:
    """Tell what each model was used for."""
    return await _answer(request, params, state, service.fetch_model_usage, tables.MODELS)


@router.get("/success-rate", response_model=SuccessRateSummaryOut)
async def get_success_rate(
    request: Request, params: ReportQuery, service: SuccessRateServiceDep, state: AppStateDep
) -> Response:
    """Tell how many of each team's requests succeeded."""
    return await _answer(request, params, state, service.fetch_team_success_rate_summary, tables.SUCCESS_RATE)


@router.get("/cost-efficiency", response_model=CostEfficiencyOut)
async def get_cost_efficiency(
    request: Request, params: ReportQuery, service: CostEfficiencyServiceDep, state: AppStateDep
) -> Response:
    """Tell what each team paid for each model."""
    return await _answer(request, params, state, service.fetch_cost_efficiency, tables.COST_EFFICIENCY)


@router.get("/hourly", response_model=HourlyBreakdownOut)
async def get_hourly(
    params: Annotated[HourlyParams, Query()], service: HourlyUsageServiceDep, state: AppStateDep
) -> Response:
    """Tell at which hours of the day tokens were used."""
    timezone = parse_timezone(params.timezone)
    fetch = partial(service.fetch_hourly_tokens, query=HourlyQuery(params.team or None, timezone))
    report = await execute_date_range_endpoint(params.start_date, params.end_date, fetch, now=state.clock())
    hours = [HourlyBucket.model_validate(row) for row in report.rows()]
    return json_answer(HourlyBreakdownOut(meta=meta(report, state.settings), timezone=timezone.key, hours=hours))


async def _answer(
    request: Request,
    params: ReportParams,
    state: AppState,
    fetch: Callable[[dt.date, dt.date], Awaitable[Report]],
    table: tables.Table,
) -> Response:
    report = await execute_date_range_endpoint(params.start_date, params.end_date, fetch, now=state.clock())
    return await report_answer(request, report, table, params.format, state)
