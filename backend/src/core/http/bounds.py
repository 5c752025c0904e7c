"""Refuses requests that are longer than any that there is a use for: by their address, headers and body."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from starlette.exceptions import HTTPException

from src.core.errors import AddressTooLongError, HeadersTooLongError, InvalidParameterError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    Endpoint = TypeVar("Endpoint", bound=Callable)

# The page's own addresses name each row that is open: more than a hundred of them fit.
MAX_ADDRESS_BYTES = 8192
MAX_HEADER_BYTES = 16_384
MAX_BODY_BYTES = 1024 * 1024
CONTENT_TOO_LARGE = 413
_MAX_BODY = "max_body_bytes"


def takes_body_of(max_bytes: int) -> Callable[[Endpoint], Endpoint]:
    """Let a route take a body of another length than `MAX_BODY_BYTES` at most; to stand below the route."""

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _MAX_BODY, max_bytes)
        return endpoint

    return mark


class RequestBoundsMiddleware:
    """Stands before all that reads a request: nothing of what is refused is parsed, kept or logged.

    Sockets are held to the same addresses and headers; how long their messages may be is the server's to know.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request. Raises `AddressTooLongError`, `HeadersTooLongError` and `InvalidParameterError`."""
        if scope["type"] != "lifespan":
            _check(scope)
        await self._app(scope, _bounded(scope, receive) if scope["type"] == "http" else receive, send)


def _check(scope: Scope) -> None:
    if len(scope["path"]) + len(scope["query_string"]) > MAX_ADDRESS_BYTES:
        raise AddressTooLongError(f"The address is longer than {MAX_ADDRESS_BYTES:,} bytes. Ask for less at once.")
    if not scope["query_string"].isascii():
        raise InvalidParameterError("The query has bytes that an address cannot have. Write them as %XX.")
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADER_BYTES:
        raise HeadersTooLongError(f"The headers are longer than {MAX_HEADER_BYTES:,} bytes. Send fewer cookies.")


def _bounded(scope: Scope, receive: Receive) -> Receive:
    """Return what reads a body as far as the route takes it, which is known by the time it is read.

    Raises an HTTPException: FastAPI takes every other error of a body for one of its form.
    """
    had = 0

    async def receive_bounded() -> Message:
        nonlocal had
        message = await receive()
        had += len(message.get("body", b""))
        if max(had, _declared(scope)) > getattr(scope.get("endpoint"), _MAX_BODY, MAX_BODY_BYTES):
            raise HTTPException(CONTENT_TOO_LARGE, headers={"Connection": "close"})
        return message

    return receive_bounded


def _declared(scope: Scope) -> int:
    """Return how long the body is said to be, 0 where nothing is said."""
    told = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(told) if told.isdigit() else 0
