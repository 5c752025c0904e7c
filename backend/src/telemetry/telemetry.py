"""`Telemetry` is what one app counts and traces, of requests and of its calls to the gateway.

What happened since the start is counted for Prometheus. No label has a team, or anything that a client chose.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opentelemetry.trace import NoOpTracerProvider, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.multiprocess import MultiProcessCollector

from src.core.errors import CORE_ERRORS
from src.core.request_notes import current_request
from src.telemetry.tracing import SERVICE, open_tracing

if TYPE_CHECKING:
    from collections.abc import Generator

    from prometheus_client.registry import Collector

    from src.core.request_notes import Source

OK = "ok"
# prometheus_client's own: the folder in which several processes share what they count
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"

REQUEST_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
CALL_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

# When each counter began is what Prometheus knows already, and would be as many series again.
disable_created_metrics()


@contextlib.contextmanager
def shared_among(processes: int) -> Generator[None]:
    """Let the server's processes add up what they count, in a folder that goes with them.

    Whoever names a folder in the environment has it used instead.
    """
    if processes == 1 or os.environ.get(SHARED_FOLDER):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="leaderboard-metrics-") as folder:
        os.environ[SHARED_FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[SHARED_FOLDER]


class Metrics:
    """The counters of one app. Where several processes share a folder, theirs are added up when they are read."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        # What other parts tell of their state when they are asked.
        self.collectors: list[Collector] = []
        self._requests = Counter(
            "leaderboard_http_requests",
            "Requests that were answered.",
            ("route", "method", "status"),
            registry=registry,
        )
        self._request_seconds = Histogram(
            "leaderboard_http_request_duration_seconds",
            "Time from a request to the last byte of its answer.",
            ("route", "method"),
            buckets=REQUEST_SECONDS,
            registry=registry,
        )
        self._answers = Counter(
            "leaderboard_answers",
            "Reports by where they came from: kept bytes, known days, or the gateway, which was waited for.",
            ("cache",),
            registry=registry,
        )
        self._calls = Counter(
            "leaderboard_gateway_calls",
            "Calls to the gateway, retries not counted, by how they ended: ok, or an error's code.",
            ("endpoint", "outcome"),
            registry=registry,
        )
        self._call_seconds = Histogram(
            "leaderboard_gateway_call_duration_seconds",
            "Time from a call to the gateway to its answer, retries included.",
            ("endpoint",),
            buckets=CALL_SECONDS,
            registry=registry,
        )

    def request_ended(self, route: str, method: str, status: int, seconds: float, source: Source | None) -> None:
        """Count a request to the template `route`."""
        self._requests.labels(route, method, status).inc()
        self._request_seconds.labels(route, method).observe(seconds)
        if source is not None:
            self._answers.labels(source).inc()

    def call_ended(self, endpoint: str, outcome: str, seconds: float) -> None:
        """Count a call to the gateway's `endpoint`, a path without parameters."""
        self._calls.labels(endpoint, outcome).inc()
        self._call_seconds.labels(endpoint).observe(seconds)

    def exposed(self, state: Collector) -> CollectorRegistry:
        """Return all that is told, with `state`, which is the state of this process alone.

        So is what Python and the system tell, which is left out where there are several processes.
        """
        exposed = CollectorRegistry()
        for collector in (state, *self.collectors):
            exposed.register(collector)
        if os.environ.get(SHARED_FOLDER):
            MultiProcessCollector(exposed)
            return exposed
        exposed.register(self._registry)
        for own in (ProcessCollector, PlatformCollector, GCCollector):
            own(registry=exposed)
        return exposed


@dataclass(slots=True)
class GatewayCall:
    """A call under way: the headers that let the gateway's own trace join, and when its answer was there."""

    headers: dict[str, str] = field(default_factory=dict)
    answered_at: float | None = None

    def answered(self) -> None:
        """Tell that the answer is there."""
        self.answered_at = time.perf_counter()


class Telemetry:
    """Counters, and spans where they are asked for."""

    def __init__(self) -> None:
        self.metrics = Metrics()
        self.tracer_provider = open_tracing()
        self._tracer = (self.tracer_provider or NoOpTracerProvider()).get_tracer(SERVICE)

    @contextlib.contextmanager
    def gateway_call(self, endpoint: str) -> Generator[GatewayCall]:
        """Watch a call to the gateway's `endpoint`, a path without parameters."""
        current_request().count_call()
        span = self._tracer.start_as_current_span(
            f"GET {endpoint}",
            kind=SpanKind.CLIENT,
            attributes={"http.request.method": "GET", "url.template": endpoint},
            record_exception=False,  # its message and its trace stay here
            set_status_on_exception=False,
        )
        with span as current:
            call, outcome, started = GatewayCall(), OK, time.perf_counter()
            TraceContextTextMapPropagator().inject(call.headers)
            try:
                yield call
            except Exception as error:
                outcome = CORE_ERRORS.problem_of(error).code
                current.set_attribute("error.type", outcome)
                current.set_status(StatusCode.ERROR)
                raise
            finally:
                ended = call.answered_at or time.perf_counter()  # where there is no answer, it ends here
                self.metrics.call_ended(endpoint, outcome, ended - started)

    def close(self) -> None:
        """Send the last spans; may take as long as the collector does."""
        provider, self.tracer_provider = self.tracer_provider, None
        if provider is not None:
            provider.shutdown()
