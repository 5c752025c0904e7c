"""Single requests over HTTP, timed; crowds of them are `load.py`'s."""

from __future__ import annotations

import gzip
import http.client
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping


class BenchmarkError(Exception):
    """A row cannot be measured; the message says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and the seconds from the first byte sent to the last one read."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


@dataclass(frozen=True, slots=True)
class Peer:
    """A server on this machine, or a gateway, and the headers that every request to it carries."""

    base_url: str
    headers: Mapping[str, str]
    timeout_seconds: float = 300

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return urlsplit(self.base_url).port or 80

    def request(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask on a connection of its own and return the answer, whatever its status. Raises OSError."""
        url = urlsplit(self.base_url)
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = kind(url.hostname or "127.0.0.1", url.port, timeout=self.timeout_seconds)
        target = url.path.rstrip("/") + with_query(path, params)
        started = time.perf_counter()
        try:
            connection.request(method, target, body, {**self.headers, **(headers or {})})
            response = connection.getresponse()
            content = response.read()
        except http.client.HTTPException as error:
            raise BenchmarkError(f"{path}: {type(error).__name__}") from error
        finally:
            connection.close()
        seconds = time.perf_counter() - started
        return Answer(
            response.status, {name.lower(): value for name, value in response.getheaders()}, content, seconds
        )

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """Return the answer with status 200. Raises `BenchmarkError` for any other."""
        answer = self.request(path, params)
        if answer.status != HTTPStatus.OK:
            raise BenchmarkError(f"{with_query(path, params)}: {answer.status} {answer.body[:200]!r}")
        return answer


def with_query(path: str, params: Mapping[str, str] | None) -> str:
    """Return the path with `params` behind it."""
    return f"{path}?{urlencode(params)}" if params else path


def content_of(answer: Answer) -> bytes:
    """Return the body as it was before it was compressed."""
    return gzip.decompress(answer.body) if answer.headers.get("content-encoding") == "gzip" else answer.body
