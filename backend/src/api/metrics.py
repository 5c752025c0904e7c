"""`/metrics`: what happened since the start, and how things are, for Prometheus."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Iterable, Iterator

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from src import VERSION
from src.api import examples
from src.api.audience import require_token
from src.api.documentation import errors
from src.utils.dependency_config import AppState, AppStateDep, Gateway

router = APIRouter(tags=["operations"])

ANSWER = {
    200: {
        "description": "Prometheus' text format, or OpenMetrics where that is asked for.",
        "content": {"text/plain": {"schema": {"type": "string"}, "example": examples.METRICS}},
    }
}


@router.get(
    "/metrics",
    summary="Metrics",
    response_class=PlainTextResponse,
    responses=ANSWER | errors("unauthorized"),
    dependencies=[Depends(require_token)],
)
async def get_metrics(request: Request, state: AppStateDep) -> Response:
    """Tell Prometheus what happened since the start, and how things are."""
    registry = state.telemetry.metrics.exposed(StateCollector(state))
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    # on a thread, for the store is asked how much it keeps
    return Response(await asyncio.to_thread(encode, registry), headers={"Content-Type": content_type})


class StateCollector(Collector):
    """How things are at this moment, in this process. What is not known is left out."""

    def __init__(self, state: AppState) -> None:
        self._state = state

    def collect(self) -> Iterable[Metric]:
        """Return all that there is to tell."""
        build = {"version": VERSION, "python": platform.python_version()}
        yield InfoMetricFamily("leaderboard_build", "What runs here.", value=build)
        yield from self._store()
        gateway = self._state.current_gateway
        if gateway is not None:
            yield from self._gateway(gateway)

    def _store(self) -> Iterator[Metric]:
        labels = ("place", "kind")
        days = GaugeMetricFamily("leaderboard_store_days", "Days that are kept.", labels=labels)
        size = GaugeMetricFamily("leaderboard_store_bytes", "What the rows of kept days take.", labels=labels)
        for place, sizes in self._state.sizes().items():
            for kind, kept in sizes.items():
                days.add_metric([place, kind], kept.days)
                size.add_metric([place, kind], kept.size_bytes)
        yield from (days, size)

    def _gateway(self, gateway: Gateway) -> Iterator[Metric]:
        told = "1 while the gateway is down and calls fail at once."
        yield _gauge("leaderboard_gateway_breaker_open", told, gateway.calls.breaker.is_open)
        fetched_at = gateway.activity.last_fetched_at
        if fetched_at is not None:
            age = (self._state.clock() - fetched_at).total_seconds()
            yield _gauge("leaderboard_data_age_seconds", "Time since usage was last fetched.", age)
        progress, lag = gateway.sync.progress, gateway.sync.lag()
        if progress is not None:
            yield _gauge("leaderboard_sync_loaded_days", "Days of history that are there.", progress.loaded)
            yield _gauge("leaderboard_sync_wanted_days", "Days of history in all.", progress.wanted)
        if lag is not None:
            told = "Age of the oldest day among those that may still change."
            yield _gauge("leaderboard_sync_lag_seconds", told, lag.total_seconds())


def _gauge(name: str, documentation: str, value: float) -> Metric:
    return GaugeMetricFamily(name, documentation, value=value)
