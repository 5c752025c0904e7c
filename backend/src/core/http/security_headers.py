"""Puts the same security headers on every answer, whoever gives it: page, API, errors, kept answers, files."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
