"""Gives every request an id, and tells of it when it is over: a line in the log, metrics, a span's attributes."""

from __future__ import annotations

import logging
import re
import time
import uuid
from typing import TYPE_CHECKING, Protocol

from opentelemetry import trace
from starlette.datastructures import Headers, MutableHeaders
from starlette.staticfiles import StaticFiles

from src.core.redaction import redact
from src.core.request_notes import RequestNotes, begin_request, end_request

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from src.core.request_notes import Source

logger = logging.getLogger("leaderboard.access")

REQUEST_ID_HEADER = "X-Request-ID"
_REQUEST_ID = re.compile(r"[\w.:-]{1,128}", re.ASCII)
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
# What is told in place of a path that no route has: it may have anything in it.
PAGE, UNMATCHED = "page", "unmatched"
OTHER_METHOD = "other"
SWITCHING_PROTOCOLS, FORBIDDEN = 101, 403


class RequestMetrics(Protocol):
    """What counts requests."""

    def request_ended(self, route: str, method: str, status: int, seconds: float, source: Source | None) -> None:
        """Count a request to the template `route`."""
        ...


class ObservedMiddleware:
    """The outermost one, so that it sees what clients see.

    The id is taken from `X-Request-ID` where that is well-formed, and stands in every answer. A socket gets one,
    and a line, too; how long it was open says nothing of how quick the service is, so it is in no metric.
    """

    def __init__(self, app: ASGIApp, metrics: RequestMetrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        notes = RequestNotes(_request_id_of(scope))
        scope.setdefault("state", {})["request_id"] = notes.request_id
        status, size, started = 0, 0, time.perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID_HEADER] = notes.request_id
                _complete_span(scope, notes)
            elif message["type"] == "websocket.accept":
                status = SWITCHING_PROTOCOLS
            elif message["type"] == "websocket.close":
                status = status or FORBIDDEN  # what the server makes of it where it was not open yet
            else:
                size += len(message.get("body") or message.get("bytes") or message.get("text") or b"")
            await send(message)

        token = begin_request(notes)
        try:
            await self._app(scope, receive, noted)
        finally:
            end_request(token)
            self._tell(scope, notes, status, size, time.perf_counter() - started)

    def _tell(self, scope: Scope, notes: RequestNotes, status: int, size: int, seconds: float) -> None:
        method, route = _asked_of(scope, notes)
        if scope["type"] == "http":
            self._metrics.request_ended(route, method, status, seconds, notes.source)
        if logger.isEnabledFor(logging.INFO):
            line = {
                "event": "request" if scope["type"] == "http" else "socket",
                "request_id": notes.request_id,
                "method": method,
                "route": route,
                "status": status,
                "duration_ms": round(seconds * 1000, 2),
                "gateway_calls": notes.gateway_calls,
                "cache": notes.source,
                "bytes": size,
            }
            if notes.user_id is not None:
                line["user_id"] = notes.user_id
            # at once, for `info` would look for the line of code that it is called from, each time
            logger.handle(logger.makeRecord(logger.name, logging.INFO, "", 0, line, (), None))


def _complete_span(scope: Scope, notes: RequestNotes) -> None:
    """Add to FastAPI's span what it does not know; with the answer's last byte the span ends."""
    span = trace.get_current_span()
    if span.is_recording():
        method, route = _asked_of(scope, notes)
        span.update_name(f"{method} {route}")
        span.set_attributes({"http.route": route, "leaderboard.gateway_calls": notes.gateway_calls})
        if notes.source is not None:
            span.set_attribute("leaderboard.cache", notes.source)


def _request_id_of(scope: Scope) -> str:
    """Return the id that the client gives, or a new one where that is none, or could be a key."""
    given = Headers(scope=scope).get(REQUEST_ID_HEADER, "")
    return given if _REQUEST_ID.fullmatch(given) and redact(given) == given else uuid.uuid4().hex


def _asked_of(scope: Scope, notes: RequestNotes) -> tuple[str, str]:
    """Return method and template of the route, of which there are few, and never what stood in their place."""
    method = scope.get("method", "GET")  # a socket is opened by one
    route = getattr(scope.get("route"), "path", UNMATCHED)
    if notes.source == "kept":
        route = scope["path"]  # it was answered before; routes that keep answers have no parameters in their paths
    elif isinstance(scope.get("endpoint"), StaticFiles):
        route = PAGE
    return method if method in METHODS else OTHER_METHOD, route
