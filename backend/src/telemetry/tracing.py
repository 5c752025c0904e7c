"""Traces for OpenTelemetry, where its standard environment variables ask for them and its packages are there."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from src import VERSION

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import Span, TracerProvider

logger = logging.getLogger(__name__)

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
SPOKEN = "http/protobuf"
SERVICE = "leaderboard"
ADDRESS = frozenset({"url.path", "url.query"})


def open_tracing() -> TracerProvider | None:
    """Return what makes spans and sends them on, None where nobody asks for it or it cannot be done."""
    if not _is_wanted():
        return None
    protocol = next((os.environ[name] for name in PROTOCOLS if os.environ.get(name)), SPOKEN)
    if protocol != SPOKEN:
        logger.warning("No traces are sent: OTLP is spoken as %s alone.", SPOKEN)
        return None
    try:
        return _open()
    except ModuleNotFoundError:
        logger.warning(
            "No traces are sent: OpenTelemetry's packages are not installed (requirements-tracing.lock)."
        )
        return None


def _is_wanted() -> bool:
    refused = os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    silent = os.environ.get("OTEL_TRACES_EXPORTER", "").lower() == "none"
    return any(os.environ.get(name) for name in ENDPOINTS) and not refused and not silent


def _open() -> TracerProvider:
    # they take a quarter of a second to import, and need not be installed
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import OTELResourceDetector, Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    class Discreet(SpanProcessor):
        """Leaves out of a request's span what a client may have put into its address; the route tells enough."""

        def on_start(self, span: Span, parent_context: Context | None = None) -> None:  # noqa: ARG002 - its signature
            for name in ADDRESS & (span.attributes or {}).keys():
                span.set_attribute(name, "REDACTED")

    given = OTELResourceDetector().detect().attributes.get("service.name", SERVICE)
    resource = Resource.create({"service.name": given, "service.version": VERSION})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(Discreet())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider
