"""Refuses requests whose address or headers are longer than any that there is a use for, or no address at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from src.core.errors import AddressTooLongError, HeadersTooLongError, InvalidParameterError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

# The page's own addresses name each row that is open: more than a hundred of them fit.
MAX_ADDRESS_BYTES = 8192
MAX_HEADER_BYTES = 16_384


class RequestBoundsMiddleware:
    """Stands before all that reads a request: nothing of what is refused is parsed, kept or logged."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request. Raises `AddressTooLongError`, `HeadersTooLongError` and `InvalidParameterError`."""
        if scope["type"] == "http":
            _check(scope)
        await self._app(scope, receive, send)


def _check(scope: Scope) -> None:
    if len(scope["path"]) + len(scope["query_string"]) > MAX_ADDRESS_BYTES:
        raise AddressTooLongError(f"The address is longer than {MAX_ADDRESS_BYTES:,} bytes. Ask for less at once.")
    if not scope["query_string"].isascii():
        raise InvalidParameterError("The query has bytes that an address cannot have. Write them as %XX.")
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADER_BYTES:
        raise HeadersTooLongError(f"The headers are longer than {MAX_HEADER_BYTES:,} bytes. Send fewer cookies.")
