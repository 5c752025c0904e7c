"""`Telemetry` is what one app counts and traces, of requests and of its calls to the gateway."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from opentelemetry.trace import NoOpTracerProvider, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from src.core.errors import INTERNAL_ERROR, KnownError
from src.core.request import current_request
from src.telemetry.metrics import Metrics
from src.telemetry.tracing import SERVICE, open_tracing

if TYPE_CHECKING:
    from collections.abc import Generator

OK = "ok"


class GatewayCall:
    """A call under way: the headers that let the gateway's own trace join, and the time until its answer."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        TraceContextTextMapPropagator().inject(self.headers)
        self._started, self._ended = time.perf_counter(), 0.0

    def answered(self) -> None:
        """Tell that the answer is there."""
        self._ended = time.perf_counter()

    @property
    def seconds(self) -> float:
        """The time until the answer was there, until now where none is."""
        return (self._ended or time.perf_counter()) - self._started


class Telemetry:
    """Counters, and spans where they are asked for."""

    def __init__(self) -> None:
        self.metrics = Metrics()
        self.tracer_provider = open_tracing()
        self._tracer = (self.tracer_provider or NoOpTracerProvider()).get_tracer(SERVICE)

    @contextmanager
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
            call, outcome = GatewayCall(), OK
            try:
                yield call
            except Exception as error:
                outcome = (error.problem if isinstance(error, KnownError) else INTERNAL_ERROR).code
                current.set_attribute("error.type", outcome)
                current.set_status(StatusCode.ERROR)
                raise
            finally:
                self.metrics.call_ended(endpoint, outcome, call.seconds)

    def close(self) -> None:
        """Send the last spans; may take as long as the collector does."""
        provider, self.tracer_provider = self.tracer_provider, None
        if provider is not None:
            provider.shutdown()
