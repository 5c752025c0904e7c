"""Why a call failed: a kind and one sentence, with the provider's own words and without its secrets."""

from __future__ import annotations

import email.utils
import errno
import html
import math
import re
import ssl
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp
import orjson

from src.core.redaction import SHORTEST_SECRET, redact_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_SENTENCE = 500
LONGEST_NAME = 256
SHORTEST_START = 8
"""Characters of a secret that are told where it was cut: fewer may be a word of anybody's."""
CONNECTION, TIMEOUT, TRUNCATED, TOO_LARGE = "connection", "timeout", "truncated", "too_large"
INVALID_STREAM, IN_STREAM = "invalid_stream", "in_stream"
EGRESS_REFUSED = "egress_refused"

_STATUS = {
    400: "The provider refused the request",
    401: "The provider did not accept the key",
    402: "The provider wants to be paid first",
    403: "The key may not do this",
    404: "The provider knows no such model or address",
    408: "The provider gave up waiting",
    413: "The request is too large for the provider",
    422: "The provider refused the request",
    429: "The provider's limit is reached",
}
_NO_CONNECTION = "No connection to the provider could be made."
_NOT_A_SENTENCE = re.compile(r"[\s\x00-\x1f\x7f]+")
_TITLE = re.compile(rb"<title[^>]*>([^<]{1,200})</title>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong. `sentence` has at most 500 characters and no secrets."""

    kind: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Secrets:
    """What must not be told of a call: the key that was used, and the address that was asked."""

    api_key: str | None
    base_url: str

    def taken_out(self, text: str) -> str:
        """Return one line of at most 500 characters without keys and without the address."""
        text = redact_secrets(text, [self.api_key] if self.api_key else [])
        for address in self._addresses():
            text = re.sub(re.escape(address), "[address]", text, flags=re.IGNORECASE)
        text = _NOT_A_SENTENCE.sub(" ", text).strip()
        return text if len(text) <= LONGEST_SENTENCE else text[: LONGEST_SENTENCE - 1] + "…"

    def taken_out_literally(self, text: str) -> str:
        """Return a text, of whatever length and form, without the key and the address themselves.

        Where a text was cut, with "…" in place of what followed, the start of one may stand before that.
        """
        named = [(address, "[address]") for address in self._addresses()]
        if self.api_key and len(self.api_key) >= SHORTEST_SECRET:
            named.insert(0, (self.api_key, "[key]"))
        for secret, word in named:
            text = text.replace(secret, word)
            if "…" in text:
                pieces = text.split("…")
                text = "…".join([*(_without_start(piece, secret, word) for piece in pieces[:-1]), pieces[-1]])
        return text

    def taken_out_of_name(self, name: str | None) -> str | None:
        """Return an id or a word of the server's own as `taken_out` does; None where it is too long for either."""
        return None if name is None or len(name) > LONGEST_NAME else self.taken_out(name)

    def _addresses(self) -> list[str]:
        try:
            host = urlsplit(self.base_url).netloc.rpartition("@")[2]
        except ValueError:
            host = ""
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        base = self.base_url.rstrip("/")
        named = [name] if "." in name else []  # a bare word, such as localhost, may mean anything
        return [address for address in (base, host if host != name else "", *named) if address]


def _without_start(text: str, secret: str, word: str) -> str:
    """Return a text that was cut, without as much of a secret as stands at its end."""
    for length in range(len(secret) - 1, SHORTEST_START - 1, -1):
        if text.endswith(secret[:length]):
            return text[:-length] + word
    return text


def of_status(status: int, headers: Mapping[str, str], body: bytes, secrets: Secrets) -> Failure:
    """Return why an answer with a status other than 200 is none."""
    if status < HTTPStatus.MULTIPLE_CHOICES:
        said = "The provider answered without a completion"
    elif HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        said = "The provider answered with a redirect, which is not followed: enter the address that it leads to"
    elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        said = "The provider failed"
    else:
        said = _STATUS.get(status, "The provider refused the request")
    return Failure(f"http_{status}", _sentence(f"{said} (HTTP {status})", _words_of_body(headers, body), secrets))


def in_stream(error: object, secrets: Secrets) -> Failure:
    """Return what an error event within a stream says."""
    return Failure(IN_STREAM, _sentence("The provider broke off with an error", _words(error), secrets))


def of_exception(error: BaseException, secrets: Secrets, *, began: bool) -> Failure:
    """Return why no answer, or no whole one, could be read. `began`: the answer's head had arrived."""
    if isinstance(error, aiohttp.ClientResponseError):
        return Failure(INVALID_STREAM, "What answered does not speak HTTP as it should.")
    if isinstance(error, ValueError) and not began:
        return Failure(CONNECTION, "The address or the key has characters that cannot be sent.")
    return Failure(CONNECTION, secrets.taken_out(_of_connection(error, began=began)))


def of_timeout(seconds: float, *, began: bool) -> Failure:
    """Return that the time was over."""
    what = "The answer was not complete" if began else "There was no answer"
    return Failure(TIMEOUT, f"{what} after {seconds:g} seconds.")


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """Return how long the provider asks to wait, also where a LiteLLM gateway passes that on."""
    value = headers.get("Retry-After") or headers.get("llm_provider-retry-after")
    if not value:
        return None
    try:
        seconds = float(value)
        return max(seconds, 0.0) if math.isfinite(seconds) else None
    except ValueError:
        return _until(value, headers.get("Date"))


def _until(date: str, now: str | None) -> float | None:
    """Return the seconds between two HTTP dates of the same server; its clock need not be ours."""
    try:
        then, sent = email.utils.parsedate_to_datetime(date), email.utils.parsedate_to_datetime(now or "")
        return max((then - sent).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None


def _of_connection(error: BaseException, *, began: bool) -> str:
    if began:
        return "The connection broke off in the middle of the answer."
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "The name of the provider's address cannot be resolved."
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError | ssl.SSLError):
        return "No secure connection to the provider could be made: its certificate or its TLS is not accepted."
    if isinstance(error, aiohttp.ClientConnectorError):
        refused = isinstance(error.os_error, ConnectionRefusedError)
        return "The provider's address refuses connections." if refused else _NO_CONNECTION
    gone = isinstance(error, OSError) and error.errno in (errno.ECONNRESET, errno.EPIPE)
    if gone or isinstance(error, aiohttp.ServerDisconnectedError | ConnectionError):
        return "The provider closed the connection without an answer."
    return _NO_CONNECTION


def _sentence(said: str, words: str, secrets: Secrets) -> str:
    return secrets.taken_out(f"{said}: {words}" if words else f"{said}.")


def _words_of_body(headers: Mapping[str, str], body: bytes) -> str:
    """Return what an error's body says, in a sentence; nothing where it is empty or of no use."""
    try:
        return _words(orjson.loads(body))
    except ValueError:
        pass
    text = body.decode(errors="replace").strip()
    if "html" in headers.get("Content-Type", "").lower() or text[:1] == "<":
        title = _TITLE.search(body)
        return (
            f"a web page, “{html.unescape(title[1].decode(errors='replace')).strip()}”" if title else "a web page"
        )
    return text


def _words(error: Any) -> str:  # noqa: ANN401 - whatever JSON it is
    """Return the sentence in an error of OpenAI's form, LiteLLM's, FastAPI's, Google's or Ollama's."""
    if isinstance(error, str):
        return error
    if isinstance(error, list):
        return "; ".join(filter(None, map(_words, error[:3])))
    if isinstance(error, dict):
        for name in ("error", "message", "detail", "msg", "error_description", "title"):
            if words := _words(error.get(name)):
                return words
    return ""
