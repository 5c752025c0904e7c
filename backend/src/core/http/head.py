"""Answers `HEAD` as `GET` without the body, for whoever wants to know whether something is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What routing finds out, which those outside of this want to know.
FOUND = ("route", "endpoint")


class HeadMiddleware:
    """Asks for what a `HEAD` is about. Without it, the page's files would answer for every other route."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        asked = {**scope, "method": "GET"}

        async def send_head(message: Message) -> None:
            scope.update({name: asked[name] for name in FOUND if name in asked})
            await send({**message, "body": b""} if "body" in message else message)

        await self._app(asked, receive, send_head)
