"""What becomes of every answer, whoever gives it: its security headers, `HEAD` without the body, compression."""

from __future__ import annotations

import gzip
import os
import re
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import brotli
import orjson
from starlette.datastructures import MutableHeaders
from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The page copies text and uses no other feature that a browser asks its user for.
UNUSED_FEATURES = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)
# For this host alone: what else runs below its domain is not the dashboard's to decide.
STRICT_TRANSPORT_SECURITY = (b"strict-transport-security", b"max-age=31536000")
# What routing finds out, which those outside of this want to know.
FOUND = ("route", "endpoint")

# Below this, headers cost more than compression saves.
COMPRESSED_FROM_BYTES = 1024
# Measured on 5 MB of JSON: Brotli's level 1 takes 8 ms and leaves 520 kB, gzip's level 1 takes 26 ms and leaves
# 1,130 kB, its level 6 takes 68 ms and leaves 990 kB.
BROTLI_QUALITY = 1
GZIP_LEVEL = 1
# gzip takes longest of all that makes a long answer; from here on, a second processor is worth the while.
PIECE_BYTES = 1_000_000
WINDOW_BYTES = 2**zlib.MAX_WBITS
# No name and no time, so that the same bytes are the same each time; packed fast, on no system in particular.
GZIP_HEAD = bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 4, 0xFF])

IDENTITY = "identity"
_WEIGHT = re.compile(r"\s*q=([01](?:\.\d*)?)\s*")


def json_response(content: dict[str, Any]) -> Response:
    """Answer with what is JSON already: hundreds of rows are not checked one by one."""
    return Response(orjson.dumps(content), media_type="application/json")


def content_security_policy(connect_to: str | None = None) -> str:
    """Return what a page may load: its own files, and data from its own server and from `connect_to`.

    Scripts and styles are files of their own: none stands within the page, and none comes from elsewhere.
    """
    sources = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "connect-src": f"'self' {connect_to}" if connect_to else "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {source}" for name, source in sources.items())


def security_headers(connect_to: str | None = None) -> dict[str, str]:
    """Return what every answer carries."""
    return {
        "content-security-policy": content_security_policy(connect_to),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",  # for browsers that do not know frame-ancestors
        "referrer-policy": "no-referrer",
        "permissions-policy": ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }


class SecurityHeadersMiddleware:
    """Adds the headers to whatever is answered; to be the outermost.

    Over HTTPS, the browser is told to come by HTTPS only. Over HTTP, browsers ignore that header.
    """

    def __init__(self, app: ASGIApp, connect_to: str | None = None) -> None:
        self._app = app
        self._headers = [(name.encode(), value.encode()) for name, value in security_headers(connect_to).items()]
        self._https_headers = [*self._headers, STRICT_TRANSPORT_SECURITY]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = self._https_headers if scope["scheme"] == "https" else self._headers

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *headers]
            await send(message)

        await self._app(scope, receive, send_with_headers)


class NoStoreMiddleware:
    """Keeps what is answered below a path out of all caches, unless the answer itself says what may be kept."""

    def __init__(self, app: ASGIApp, below: str) -> None:
        self._app, self._below = app, below

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or not scope["path"].startswith(self._below):
            await self._app(scope, receive, send)
            return

        async def send_with_header(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, send_with_header)


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


@lru_cache(maxsize=256)
def choose_encoding(accepted: str) -> str:
    """Return the one of `br`, `gzip` and `identity` that an `Accept-Encoding` header prefers."""
    weights = {}
    for part in accepted.lower().split(","):
        name, _, parameter = part.partition(";")
        weight = _WEIGHT.fullmatch(parameter)
        weights[name.strip()] = float(weight[1]) if weight else float(not parameter)
    by_weight = {name: weights.get(name, weights.get("*", 0.0)) for name in ("br", "gzip")}
    best = max(by_weight, key=lambda name: by_weight[name])  # the first one where they are equal
    return best if by_weight[best] > 0 else IDENTITY


def compress(plain: bytes, encoding: str) -> bytes:
    """Return `plain` in an encoding that `choose_encoding` has chosen."""
    if encoding == "br":
        return brotli.compress(plain, quality=BROTLI_QUALITY)
    return _gzip(plain, os.cpu_count() or 1) if encoding == "gzip" else plain


def _gzip(plain: bytes, processors: int) -> bytes:
    """Return what gzip makes of `plain`, the pieces of a long one on several processors at the same time."""
    count = min(processors, len(plain) // PIECE_BYTES)
    if count <= 1:
        return gzip.compress(plain, compresslevel=GZIP_LEVEL, mtime=0)
    size = -(-len(plain) // count)
    with ThreadPoolExecutor(count) as pool:
        pieces = list(pool.map(partial(_deflate, plain, size), range(0, len(plain), size)))
    return b"".join([GZIP_HEAD, *pieces, struct.pack("<LL", zlib.crc32(plain), len(plain) % 2**32)])


def _deflate(plain: bytes, size: int, start: int) -> bytes:
    """Return the part of one stream that `size` bytes from `start` are; it goes on from the parts before."""
    view, end = memoryview(plain), start + size
    # what the parts before can be referred to by: gzip looks back that far
    known = bytes(view[max(start - WINDOW_BYTES, 0) : start])
    packing = zlib.compressobj(GZIP_LEVEL, wbits=-zlib.MAX_WBITS, zdict=known)
    packed = packing.compress(view[start:end])
    return packed + packing.flush(zlib.Z_FINISH if end >= len(plain) else zlib.Z_SYNC_FLUSH)
