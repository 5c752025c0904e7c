"""`create_backend()` makes the app: the domains, the page, and what stands before them."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware

from src import VERSION
from src.api import wiring as leaderboard
from src.api.documentation import DESCRIPTION, operation_id
from src.api.model_usage import usage_of_models
from src.core.clock import utc_now
from src.core.errors import CORE_ERRORS
from src.core.http.errors import API, LastResortMiddleware, install_error_handlers
from src.core.http.guards import HostCheckMiddleware, RequestBoundsMiddleware, SocketOriginMiddleware
from src.core.http.observed import REQUEST_ID_HEADER, ObservedMiddleware
from src.core.http.page import mount_page
from src.core.http.responses import (
    COMPRESSED_FROM_BYTES,
    HeadMiddleware,
    NoStoreMiddleware,
    SecurityHeadersMiddleware,
)
from src.core.memory import rare_collections
from src.core.settings import TOP_LEVEL
from src.settings import Settings, load_settings
from src.telemetry.telemetry import Telemetry

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncGenerator, Callable, Sequence
    from pathlib import Path

    from fastapi.telemetry import TelemetryConfig

    from src.core.domain import Domain

DIST = TOP_LEVEL / "frontend" / "dist"
STUDIO_METHODS = ("POST", "PUT", "PATCH", "DELETE")


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
    telemetry = Telemetry()
    domains: list[Domain] = []
    app = FastAPI(
        title="Leaderboard",
        description=DESCRIPTION,
        docs_url=None,  # FastAPI's would load scripts from elsewhere; the page brings the viewer along
        redoc_url=None,
        generate_unique_id_function=operation_id,
        version=VERSION,
        strict_content_type=False,  # as curl's -d with no header; cookies are held to their page's origin besides
        lifespan=lambda _app: _running(domains, telemetry),
        telemetry=_traced(telemetry),
    )
    # the last one added is the outermost
    app.add_middleware(GZipMiddleware, minimum_size=COMPRESSED_FROM_BYTES)
    origins = [*settings.allowed_origins, *(settings.development_origins if development else [])]
    app.state.origins = frozenset(origins)
    domains.append(leaderboard.install(app, settings, clock, telemetry))
    if settings.studio:
        from src.studio import wiring as studio  # noqa: PLC0415 - who leaves Studio out need not load it

        usage_of = usage_of_models(app.state.leaderboard)
        domains.append(studio.install(app, settings, clock, telemetry, usage_of))
    app.openapi_tags = [dict(tag) for domain in domains for tag in domain.tags]
    _guard(app, settings, domains, telemetry, origins)
    mount_page(
        app,
        dist,
        others=[path for domain in domains for path in domain.paths],
        views=[view for domain in domains for view in domain.views],
    )
    return app


def create_development_backend() -> FastAPI:
    """Return an app whose page may be that of Vite's development server."""
    return create_backend(development=True)


def _guard(
    app: FastAPI, settings: Settings, domains: Sequence[Domain], telemetry: Telemetry, origins: Sequence[str]
) -> None:
    """Put before the domains what every request passes. Pages of these `origins` may read what is answered."""
    errors = sum((domain.errors for domain in domains), CORE_ERRORS)
    install_error_handlers(app, errors)
    app.add_middleware(SocketOriginMiddleware, origins=origins)
    if (hosts := settings.known_hosts) is not None:
        app.add_middleware(HostCheckMiddleware, hosts=hosts)
    app.add_middleware(RequestBoundsMiddleware)
    app.add_middleware(LastResortMiddleware, errors=errors)
    app.add_middleware(  # outside of what answers errors: those need its headers, too
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=["GET", *(STUDIO_METHODS if settings.studio else ())],
        allow_headers=["Authorization", REQUEST_ID_HEADER, *(["Content-Type"] if settings.studio else [])],
        expose_headers=[
            REQUEST_ID_HEADER,
            "Retry-After",
            *(header for domain in domains for header in domain.headers),
        ],
    )
    if settings.studio:
        app.add_middleware(NoStoreMiddleware, below=API)
    app.add_middleware(HeadMiddleware)
    app.add_middleware(ObservedMiddleware, metrics=telemetry.metrics)
    others = [source for domain in domains for source in domain.connect_to]
    connect_to = " ".join(filter(None, [settings.page_connects_to, *others]))
    app.add_middleware(SecurityHeadersMiddleware, connect_to=connect_to)


@contextlib.asynccontextmanager
async def _running(domains: Sequence[Domain], telemetry: Telemetry) -> AsyncGenerator[None]:
    """Start the domains, one after another, and stop them the other way round."""
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(telemetry.close)
        for domain in domains:
            await stack.enter_async_context(domain.running())
        with rare_collections():
            yield


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
