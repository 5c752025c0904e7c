"""Calls LiteLLM's management endpoints with the admin's key, which is only ever in a header."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import urllib.error
import urllib.parse
import urllib.request
from typing import IO, TYPE_CHECKING, Any, NoReturn

from workshop.errors import GatewayError, UsageError
from workshop.refusals import refusal

if TYPE_CHECKING:
    from email.message import Message

TIMEOUT_SECONDS = 30


class StayHere(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the admin's key would go along to wherever it leads."""

    def redirect_request(  # noqa: PLR0913, PLR0917 - as it is called
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        """Refuse; the answer is then an error like any other."""


class Gateway:
    """A LiteLLM gateway and its admin's key."""

    def __init__(self, base_url: str, admin_key: str) -> None:
        self.address = checked_address(base_url)
        self._admin_key = checked_key(admin_key)
        self._opener = urllib.request.build_opener(StayHere)

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """Return the JSON object of a GET. Raises `GatewayError`."""
        return self._object(self._call("GET", f"{path}?{urllib.parse.urlencode(query)}", None))

    def get_list(self, path: str) -> list[dict[str, Any]]:
        """Return the JSON objects of a GET. Raises `GatewayError`."""
        answer = self._call("GET", path, None)
        if not isinstance(answer, list):
            raise self.strange()
        return [self._object(item) for item in answer]

    def post(self, path: str, body: dict[str, Any]) -> None:
        """Ask for a change whose answer does not matter. Raises `GatewayError`."""
        self._call("POST", path, body)

    def create(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Return the JSON object that a POST is answered with. Raises `GatewayError`."""
        return self._object(self._call("POST", path, body))

    def _call(self, method: str, path: str, body: dict[str, Any] | None) -> object:
        headers = {"Authorization": f"Bearer {self._admin_key}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, headers, method=method)  # noqa: S310 - checked
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise refusal(error.code, error.headers, self._body(error), self._admin_key) from None
        except (OSError, http.client.HTTPException) as error:
            self._unreachable(getattr(error, "reason", None) or error)
        try:
            return json.loads(text)
        except ValueError:
            raise self.strange() from None

    def _body(self, error: urllib.error.HTTPError) -> bytes:
        try:
            return error.read()
        except (OSError, http.client.HTTPException):
            return b""

    def _object(self, answer: object) -> dict[str, Any]:
        if not isinstance(answer, dict):
            raise self.strange()
        return answer

    def strange(self) -> GatewayError:
        """Return the error for an answer that LiteLLM would not give."""
        return GatewayError(f"{self.address} does not answer as LiteLLM does: is LITELLM_BASE_URL the gateway's?")

    def _unreachable(self, reason: object) -> NoReturn:
        if isinstance(reason, TimeoutError):
            what = f"did not answer within {TIMEOUT_SECONDS} seconds"
        elif isinstance(reason, ConnectionRefusedError):
            what = "refuses the connection: is the gateway running there?"
        elif isinstance(reason, socket.gaierror):
            what = "has a host name that cannot be found: is LITELLM_BASE_URL right?"
        elif isinstance(reason, ssl.SSLError):
            why = getattr(reason, "verify_message", "") or reason.reason
            what = f"has a certificate or TLS version that is not trusted here ({why})"
        else:
            what = "closed the connection without an answer"
        raise GatewayError(f"{self.address} {what}") from None


def checked_address(base_url: str) -> str:
    """Return the address without a slash at its end. Raises `UsageError` unless it is plain http(s)."""
    try:
        parts = urllib.parse.urlsplit(base_url.strip())
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole, parts = False, urllib.parse.SplitResult("", "", "", "", "")
    if not whole or parts.query or parts.fragment or parts.username or not base_url.strip().isprintable():
        raise UsageError("LITELLM_BASE_URL must be the gateway's address, such as https://litellm.example.com")
    return urllib.parse.urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))


def checked_key(key: str) -> str:
    """Return the key. Raises `UsageError` where it cannot be sent in a header."""
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise UsageError("LITELLM_ADMIN_KEY must be printable ASCII without spaces.")
    return key
