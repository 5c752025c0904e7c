"""`/config` for the page, `/health` and `/ready` for whoever runs the dashboard."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt

from fastapi import APIRouter, Response

from src.api.answers import json_answer
from src.api.documentation import errors
from src.api.models import ConfigOut, GatewayStateOut, HealthOut, HistoryOut, ReadyOut
from src.services.gateway_calls import GatewayState
from src.services.refreshed import PATIENCE_SECONDS
from src.utils.date_utils import FIRST_DAY
from src.utils.dependency_config import AppStateDep, GatewayDep, SettingsDep
from src.utils.endpoint_utils import ERRORS

router = APIRouter(tags=["operations"], responses=errors())

UNAVAILABLE = 503
ASK_AGAIN_AFTER = dt.timedelta(seconds=5)


@router.get("/config", response_model=ConfigOut, summary="What the page needs")
async def get_config(settings: SettingsDep) -> Response:
    """Tell the page what it needs to know."""
    return json_answer(
        ConfigOut(
            title=settings.leaderboard_title,
            subtitle=settings.leaderboard_subtitle,
            demo=settings.leaderboard_demo,
            auth_required=settings.server_basic_auth_token is not None and not settings.public_mode,
            public_mode=settings.public_mode,
            live_ttl_seconds=settings.live_ttl_seconds,
            first_day=FIRST_DAY,
            studio=settings.studio,
        )
    )


@router.get("/health", response_model=HealthOut, summary="Liveness")
async def get_health() -> Response:
    """Tell that the process answers."""
    return json_answer(HealthOut(status="ok"))


@router.get(
    "/ready",
    response_model=ReadyOut,
    summary="Readiness",
    response_description="There is something to serve.",
    responses={
        **errors("gateway_unavailable"),
        UNAVAILABLE: {
            "model": ReadyOut,
            "description": "There is nothing to serve yet.",
        },
    },
)
async def get_ready(gateway: GatewayDep, state: AppStateDep) -> Response:
    """Tell whether there is anything to serve: a gateway that answers, or usage that was fetched from it."""
    if _is_worth_asking(gateway.calls.state, state.clock()):
        await _ask(gateway)
    last = gateway.calls.state
    fetched_at = gateway.activity.last_fetched_at
    ready = fetched_at is not None or (last.checked_at is not None and last.error is None)
    progress = gateway.sync.progress
    age = (state.clock() - fetched_at).total_seconds() if fetched_at else None
    told = json_answer(
        ReadyOut(
            status="ready" if ready else "unavailable",
            gateway=GatewayStateOut(state=_name(last), checked_at=last.checked_at),
            data_as_of=fetched_at,
            data_age_seconds=age,
            history=HistoryOut.model_validate(progress) if progress else None,
        )
    )
    told.status_code = 200 if ready else UNAVAILABLE
    return told


def _is_worth_asking(last: GatewayState, now: dt.datetime) -> bool:
    """Ask a gateway that was not asked yet, and now and then one that failed: nobody else may ask it."""
    if last.checked_at is None:
        return True
    return last.error is not None and now - last.checked_at >= ASK_AGAIN_AFTER


async def _ask(gateway: GatewayDep) -> None:
    with contextlib.suppress(TimeoutError):  # the state tells it
        await asyncio.wait_for(gateway.database.look(), PATIENCE_SECONDS)


def _name(state: GatewayState) -> str:
    if state.checked_at is None:
        return "unknown"
    return "reachable" if state.error is None else ERRORS.problem_of(state.error).code
