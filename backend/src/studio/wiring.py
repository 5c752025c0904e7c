"""`install(app)`: Studio's routes, what they share, and their start and stop."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from anyio import CapacityLimiter

from src.core.domain import Domain
from src.studio import infrastructure
from src.studio.accounts import endpoints as accounts
from src.studio.administration import endpoints as administration
from src.studio.analytics import endpoints as analytics
from src.studio.benchmarks import endpoints as benchmarks
from src.studio.database.migrate import migrate
from src.studio.documentation import document
from src.studio.errors import STUDIO_ERRORS
from src.studio.events import endpoints as events
from src.studio.events.hub import EventHub
from src.studio.jobs import endpoints as jobs
from src.studio.jobs.metrics import JobCollector
from src.studio.mcp import endpoints as mcp
from src.studio.parameters import endpoints as parameters
from src.studio.preferences import endpoints as preferences
from src.studio.profiles import endpoints as profiles
from src.studio.prompts import endpoints as prompts
from src.studio.providers import endpoints as providers
from src.studio.services import open_services
from src.studio.tool_eval import endpoints as tool_eval
from src.studio.tool_suites import endpoints as tool_suites
from src.studio.vault import endpoints as vault
from src.telemetry.tail import LogTail

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncGenerator, Callable

    from fastapi import FastAPI

    from src.core.usage import UsageOf
    from src.studio.settings import StudioSettings
    from src.telemetry.telemetry import Telemetry

TAGS = [{"name": "studio", "description": "Studio: accounts, jobs, benchmarks, and what became of them."}]
# Models on the machine that the page is looked at on, which it measures itself. No policy can name IPv6's [::1].
ON_THIS_MACHINE = ("http://localhost:*", "http://127.0.0.1:*")
ROUTERS = (
    *(infrastructure.router, accounts.router, jobs.router, events.router),
    *(vault.router, providers.router, benchmarks.router),
    *(parameters.router, prompts.router, profiles.router, preferences.router),
    *(tool_suites.router, mcp.router, tool_eval.router),
    *(analytics.router, administration.router),
)


def install(
    app: FastAPI,
    settings: StudioSettings,
    clock: Callable[[], dt.datetime],
    telemetry: Telemetry,
    usage_of: UsageOf | None = None,
) -> Domain:
    """Add Studio to an app. `usage_of` tells what was used of models, where somebody knows."""
    services = open_services(settings, clock, telemetry, usage_of)
    app.state.studio = services
    app.state.list_turns = CapacityLimiter(jobs.LISTS_AT_ONCE[services.database.engine.dialect.name])
    app.state.studio_log = log = LogTail()
    app.state.password_turns = CapacityLimiter(accounts.AT_ONCE)
    app.state.outside_turns = CapacityLimiter(providers.OUTSIDE_AT_ONCE)
    for router in ROUTERS:
        app.include_router(router)
    document(app)

    @contextlib.asynccontextmanager
    async def running() -> AsyncGenerator[None]:
        await asyncio.to_thread(migrate, services.database)
        await asyncio.to_thread(services.accounts.prepare)
        app.state.studio_events = hub = EventHub(services.database, services.changes, services.jobs)
        collector = JobCollector(services.jobs, hub)
        telemetry.metrics.collectors.append(collector)
        tasks = [asyncio.create_task(work()) for work in (hub.run, services.jobs.listen)]
        try:
            with log.listening():
                yield
        finally:
            telemetry.metrics.collectors.remove(collector)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            services.close()

    return Domain(STUDIO_ERRORS, running, tags=TAGS, paths=("ws",), connect_to=ON_THIS_MACHINE, views=("studio",))
