"""Refuses requests by a name that the server does not go by, whatever they ask for.

A page of a stranger can have its own name lead to this machine (DNS rebinding). To the browser, the dashboard is
then that page's own server, and its answers are the page's to read. What gives it away is the name in `Host`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from src.core.errors import MisdirectedError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from src.core.http.hosts import KnownHosts

POLICY_VIOLATION = 1008


class HostCheckMiddleware:
    """Lets requests pass that have one `Host`, which is known. Sockets are closed before they are open."""

    def __init__(self, app: ASGIApp, hosts: KnownHosts) -> None:
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request. Raises `MisdirectedError`."""
        if scope["type"] == "lifespan" or self._is_known(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        else:
            raise MisdirectedError(
                "The dashboard does not go by the host name of this address. "
                "Use one that it goes by, or add this one to ALLOWED_HOSTS."
            )

    def _is_known(self, scope: Scope) -> bool:
        given = [value for name, value in scope["headers"] if name == b"host"]
        return len(given) == 1 and self._hosts.include(given[0].decode("latin-1"))
