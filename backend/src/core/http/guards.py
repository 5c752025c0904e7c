"""Refuses requests before anything reads them: under names that are not the server's, from strangers, too long.

A page of a stranger can have its own name lead to this machine (DNS rebinding). To the browser, the dashboard is
then that page's own server, and its answers are the page's to read. What gives it away is the name in `Host`.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from src.core.errors import (
    AddressTooLongError,
    ForbiddenOriginError,
    HeadersTooLongError,
    InvalidParameterError,
    MisdirectedError,
)
from src.core.http.origins import parse_address

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    Endpoint = TypeVar("Endpoint", bound=Callable)

# What allows every name, so that nothing is checked.
EVERY_HOST = "*"
EVERY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared only
# Names that no DNS is asked for.
LOOPBACK_NAMES = ("localhost", "*.localhost")
REMEMBERED = 256

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?"
_HOST = re.compile(
    rf"(?:\[(?P<v6>[0-9a-f:.]+)\]|(?P<name>{_LABEL}(?:\.{_LABEL})*)\.?)(?::[0-9]{{0,5}})?", re.IGNORECASE
)

# The page's own addresses name each row that is open: more than a hundred of them fit.
MAX_ADDRESS_BYTES = 8192
MAX_HEADER_BYTES = 16_384
MAX_BODY_BYTES = 1024 * 1024
CONTENT_TOO_LARGE = 413
_MAX_BODY = "max_body_bytes"


class KnownHosts:
    """The names that are known, `*.example.com` being all below `example.com`.

    Addresses in numbers and names of a single label always are: nobody else can have such a name lead here. See
    docs/decisions/0014-names-of-the-server.md.
    """

    def __init__(self, names: Iterable[str]) -> None:
        known = {name.lower().rstrip(".") for name in (*names, *LOOPBACK_NAMES)}
        self._names = frozenset(known)
        self._endings = tuple(name.removeprefix("*") for name in known if name.startswith("*."))
        # many requests, few names: each is looked at once
        self.include = lru_cache(REMEMBERED)(self._include)

    def _include(self, host: str) -> bool:
        """Tell whether this is a well-formed `Host`, with or without a port, of one of the names."""
        parts = _HOST.fullmatch(host)
        if parts is None:
            return False
        if parts["v6"] is not None:
            return _is_address(parts["v6"], ipaddress.IPv6Address)
        name = parts["name"].lower()
        return (
            "." not in name
            or name in self._names
            or name.endswith(self._endings)
            or _is_address(name, ipaddress.IPv4Address)
        )


def parse_host(text: str) -> str:
    """Return a host, `*.` and a host, or `*` as it is compared: in lower case, names in ASCII.

    Raises ValueError for everything else, ports and addresses with a scheme included.
    """
    otherwise = "must be names such as board.example.com or *.example.com, or *, separated by commas"
    text = text.strip()
    if text == EVERY_HOST:
        return text
    wildcard, name = ("*.", text[2:]) if text.startswith("*.") else ("", text)
    bracketed = f"[{name}]" if ":" in name and not name.startswith("[") else name
    url = parse_address(f"http://{bracketed}", otherwise)
    host = (url.host or "").rstrip(".")
    if str(url).rstrip("/") != f"http://{url.host}" or bracketed.endswith("/") or "*" in name:
        raise ValueError(otherwise)
    if not _HOST.fullmatch(host) or (wildcard and _is_address(host, ipaddress.IPv4Address)):
        raise ValueError(otherwise)
    return f"{wildcard}{host}"


def own_names() -> list[str]:
    """Return what this machine calls itself, and what it is called without a DNS in its own network."""
    name = socket.gethostname()
    return [name, f"{name.partition('.')[0]}.local"] if name else []


def _is_address(text: str, kind: type[ipaddress.IPv4Address | ipaddress.IPv6Address]) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return True


class HostCheckMiddleware:
    """Lets requests and sockets pass that have one `Host`, which is known."""

    def __init__(self, app: ASGIApp, hosts: KnownHosts) -> None:
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request. Raises `MisdirectedError`."""
        if scope["type"] != "lifespan":
            given = Headers(scope=scope).getlist("host")
            if len(given) != 1 or not self._hosts.include(given[0]):
                raise MisdirectedError(
                    "The dashboard does not go by the host name of this address. "
                    "Use one that it goes by, or add this one to ALLOWED_HOSTS."
                )
        await self._app(scope, receive, send)


class SocketOriginMiddleware:
    """Lets pages open sockets that may read the API, too: browsers ask nobody before they open one elsewhere.

    Programs send no `Origin`, and pass. Requests are the part of CORS, but for those that cookies speak for.
    """

    def __init__(self, app: ASGIApp, origins: Iterable[str]) -> None:
        self._app, self._origins = app, frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one socket. Raises `ForbiddenOriginError` before it is open."""
        if scope["type"] == "websocket" and not has_known_origin(scope, self._origins):
            raise ForbiddenOriginError("Pages of this origin may not open sockets here.")
        await self._app(scope, receive, send)


def has_known_origin(scope: Scope, origins: Collection[str]) -> bool:
    """Tell whether what asks is a page of this server or of one of the `origins`, or no page at all."""
    headers = Headers(scope=scope)
    hosts = headers.getlist("host")
    # by host alone: a proxy that speaks HTTPS passes requests on without
    return all(origin in origins or origin.partition("://")[2] in hosts for origin in headers.getlist("origin"))


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
        had = 0

        async def receive_bounded() -> Message:
            """Read a body as far as the route takes it, which is known by now."""
            nonlocal had
            message = await receive()
            had += len(message.get("body", b""))
            if max(had, _declared(scope)) > getattr(scope.get("endpoint"), _MAX_BODY, MAX_BODY_BYTES):
                # FastAPI takes every other error of a body for one of its form
                raise HTTPException(CONTENT_TOO_LARGE, headers={"Connection": "close"})
            return message

        await self._app(scope, receive_bounded if scope["type"] == "http" else receive, send)


def _check(scope: Scope) -> None:
    if len(scope["path"]) + len(scope["query_string"]) > MAX_ADDRESS_BYTES:
        raise AddressTooLongError(f"The address is longer than {MAX_ADDRESS_BYTES:,} bytes. Ask for less at once.")
    if not scope["query_string"].isascii():
        raise InvalidParameterError("The query has bytes that an address cannot have. Write them as %XX.")
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADER_BYTES:
        raise HeadersTooLongError(f"The headers are longer than {MAX_HEADER_BYTES:,} bytes. Send fewer cookies.")


def _declared(scope: Scope) -> int:
    """Return how long the body is said to be, 0 where nothing is said."""
    told = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(told) if told.isdigit() else 0
