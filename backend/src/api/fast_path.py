"""Answers again what was answered a moment ago, before anything is looked up, checked or worked out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection

from src.api.answers import conditions, request_key
from src.core.request import current_request

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Receive, Scope, Send

    from src.utils.dependency_config import AppState


class FastPathMiddleware:
    """Sends kept answers for as long as all that they tell is good, and leaves everything else to the routes.

    An app whose dependencies are overridden is asked each time: its answers depend on more than the request.
    """

    def __init__(self, app: ASGIApp, backend: FastAPI, state: AppState) -> None:
        self._app, self._backend, self._state = app, backend, state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        app: ASGIApp = self._app
        if scope["type"] == "http" and scope["method"] == "GET" and not self._backend.dependency_overrides:
            app = self._known(scope) or app
        await app(scope, receive, send)

    def _known(self, scope: Scope) -> ASGIApp | None:
        request = HTTPConnection(scope)
        audience = self._backend.state.audiences.of(request.headers.get("Authorization"))
        if audience is None:
            return None
        key = request_key(scope, audience, self._state.generation)
        answer = self._backend.state.answers.find(key, self._state.clock())
        if answer is None:
            return None
        accepted, etags = conditions(request)
        if not answer.is_ready(accepted):
            return None
        current_request().source = "kept"
        return answer.response(accepted, etags)
