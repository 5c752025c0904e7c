"""`create_backend()` makes the app: API, page, and what they share."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware

from src import VERSION
from src.api import metrics, operations, reports
from src.api.audience import Audiences
from src.api.documentation import DESCRIPTION, TABLE_HEADERS, TAGS, document, operation_id
from src.api.errors import LastResortMiddleware, install_error_handlers
from src.api.kept_answers import FastPathMiddleware, KeptAnswers
from src.core.clock import utc_now
from src.core.http.bounds import RequestBoundsMiddleware
from src.core.http.compression import COMPRESSED_FROM_BYTES
from src.core.http.head import HeadMiddleware
from src.core.http.host_check import HostCheckMiddleware
from src.core.http.observed import REQUEST_ID_HEADER, ObservedMiddleware
from src.core.http.page import mount_page
from src.core.http.security_headers import SecurityHeadersMiddleware
from src.core.memory import rare_collections
from src.utils.common import TOP_LEVEL, Settings, load_settings
from src.utils.dependency_config import AppState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncGenerator, Callable
    from pathlib import Path

    from fastapi.telemetry import TelemetryConfig

    from src.telemetry.telemetry import Telemetry

DIST = TOP_LEVEL / "frontend" / "dist"


def create_backend(
    settings: Settings | None = None,
    *,
    clock: Callable[[], dt.datetime] = utc_now,
    dist: Path = DIST,
    development: bool = False,
) -> FastAPI:
    """Return a new app that shares nothing with any other.

    `settings` are read from the environment by default; `clock` returns the time in UTC; `dist` holds the
    built page; in `development`, Vite may serve it. Raises `ConfigurationError` for malformed settings; a gateway
    is needed only once it is asked.
    """
    settings = settings or load_settings()
    state = AppState(settings, clock)
    app = FastAPI(
        title="Leaderboard",
        description=DESCRIPTION,
        openapi_tags=TAGS,
        docs_url=None,  # FastAPI's would load scripts from elsewhere; the page brings the viewer along
        redoc_url=None,
        generate_unique_id_function=operation_id,
        version=VERSION,
        lifespan=_lifespan,
        telemetry=_traced(state.telemetry),
    )
    app.state.leaderboard = state
    app.state.answers = KeptAnswers()
    app.state.audiences = Audiences(settings)
    # the last one added is the outermost: answers to errors need CORS headers too
    app.add_middleware(GZipMiddleware, minimum_size=COMPRESSED_FROM_BYTES)
    app.add_middleware(FastPathMiddleware, backend=app, state=state)
    if (hosts := settings.known_hosts) is not None:
        app.add_middleware(HostCheckMiddleware, hosts=hosts)
    app.add_middleware(RequestBoundsMiddleware)
    app.add_middleware(LastResortMiddleware)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=[*settings.allowed_origins, *(settings.development_origins if development else [])],
        allow_methods=["GET"],
        allow_headers=["Authorization", REQUEST_ID_HEADER],
        expose_headers=[REQUEST_ID_HEADER, "Retry-After", *TABLE_HEADERS],
    )
    app.add_middleware(HeadMiddleware)
    app.add_middleware(ObservedMiddleware, metrics=state.telemetry.metrics)
    app.add_middleware(SecurityHeadersMiddleware, connect_to=settings.page_connects_to)
    install_error_handlers(app)
    app.include_router(reports.router)
    app.include_router(operations.router)
    app.include_router(metrics.router)
    document(app, reports.EXAMPLES)
    mount_page(app, dist)
    return app


def create_development_backend() -> FastAPI:
    """Return an app whose page may be that of Vite's development server."""
    return create_backend(development=True)


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[None]:
    state: AppState = app.state.leaderboard
    state.open_store()
    with rare_collections():
        sync = _start_sync(state)
        yield
        if sync is not None:
            sync.cancel()
    state.close()


def _traced(telemetry: Telemetry) -> TelemetryConfig:
    """Let FastAPI make a span of each request, and nothing else: it would log traces of what broke."""
    return {
        "tracer_provider": telemetry.tracer_provider,
        "tracing": telemetry.tracer_provider is not None,
        "metrics": False,
        "logs": False,
        "operation_spans": False,
        "auto_configure": False,
    }


def _start_sync(state: AppState) -> asyncio.Task[None] | None:
    """Fetch history ahead where it is to be kept: without a store, every start would fetch it all again."""
    if state.settings.durable_store_url is None or state.settings.litellm_base_url is None:
        return None
    return asyncio.create_task(state.keep_history())
