"""`install(app)`: Leaderboard's routes, what they share, and their start and stop."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from src.api import metrics, operations, reports
from src.api.answers import FastPathMiddleware, KeptAnswers
from src.api.audience import Audiences
from src.api.documentation import TABLE_HEADERS, TAGS, document
from src.core.domain import Domain
from src.utils.dependency_config import AppState
from src.utils.endpoint_utils import LEADERBOARD_ERRORS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncGenerator, Callable

    from fastapi import FastAPI

    from src.telemetry.telemetry import Telemetry
    from src.utils.common import LeaderboardSettings


def install(
    app: FastAPI, settings: LeaderboardSettings, clock: Callable[[], dt.datetime], telemetry: Telemetry
) -> Domain:
    """Add Leaderboard to an app."""
    state = AppState(settings, clock, telemetry)
    app.state.leaderboard = state
    app.state.answers = KeptAnswers()
    app.state.audiences = Audiences(settings)
    app.add_middleware(FastPathMiddleware, backend=app, state=state)
    for part in (reports, operations, metrics):
        app.include_router(part.router)
    document(app, reports.EXAMPLES)

    @contextlib.asynccontextmanager
    async def running() -> AsyncGenerator[None]:
        state.open_store()
        sync = _start_sync(state)
        yield
        if sync is not None:
            sync.cancel()
        state.close()

    return Domain(LEADERBOARD_ERRORS, running, tags=TAGS, headers=TABLE_HEADERS, paths=("tokens",))


def _start_sync(state: AppState) -> asyncio.Task[None] | None:
    """Fetch history ahead where it is to be kept: without a store, every start would fetch it all again."""
    if state.settings.durable_store_url is None or state.settings.litellm_base_url is None:
        return None
    return asyncio.create_task(state.keep_history())
