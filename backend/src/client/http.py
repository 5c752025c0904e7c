"""GET requests to the gateway: a pool of connections, the one retry policy, and what every answer has to be."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar
from urllib.parse import urlsplit

import requests
from pydantic import TypeAdapter, ValidationError
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.exceptions import InvalidHeader, MaxRetryError, ReadTimeoutError, ResponseError
from urllib3.util.retry import Retry

from src.client.errors import GatewayInvalidResponseError
from src.client.failures import NOT_LITELLM, error_for_exception, error_for_status

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from urllib3 import BaseHTTPResponse
    from urllib3.connectionpool import ConnectionPool

T = TypeVar("T")
Timeout = float | tuple[float, float]
"""Seconds to connect and to read."""

RETRIED_STATUSES = frozenset({429, 500, 502, 503, 504})
MAX_RETRY_AFTER_SECONDS = 10
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
CHUNK_BYTES = 65_536

_DECODER = json.JSONDecoder()
# The start of a list and what is between its items, each with the end of the list if that follows.
_START, _BETWEEN = (
    re.compile(r"[ \t\r\n]*\[[ \t\r\n]*(\][ \t\r\n]*)?"),
    re.compile(r"[ \t\r\n]*(?:,|(\]))[ \t\r\n]*"),
)

# urllib3 tells of each retry with the gateway's host and the query; what came of them is logged by whoever asked
logging.getLogger("urllib3").setLevel(logging.ERROR)


class BearerAuth(AuthBase):
    """Sends the key. Being an auth object, it goes before what a `.netrc` has for the gateway's host."""

    def __init__(self, api_key: str) -> None:
        self._api_key = api_key

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        """Return the request with the key."""
        r.headers["Authorization"] = f"Bearer {self._api_key}"
        return r


class ReadRetry(Retry):
    """Retries reads with jittered backoff, but never waits longer than a reader would.

    A read timeout is final: the gateway is busy with the same question already, and asking again
    doubles its load and the wait. A `Retry-After` above the cap is final too.
    """

    def increment(  # noqa: D102 - the signature is urllib3's
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: Any = None,  # noqa: ANN401 - a traceback, handed on
    ) -> Self:
        if isinstance(error, ReadTimeoutError):
            raise error
        if response is not None and (self.get_retry_after(response) or 0) > MAX_RETRY_AFTER_SECONDS:
            raise MaxRetryError(_pool, url, ResponseError("the pause is too long"))  # ty: ignore[invalid-argument-type]
        return super().increment(method, url, response, error, _pool, _stacktrace)

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        """Return the pause asked for in seconds, None where there is none or it is malformed."""
        try:
            return super().get_retry_after(response)
        except InvalidHeader:
            return None
        except (ValueError, OverflowError):  # a number beyond all numbers
            return float(self.retry_after_max)


def _open_session(base_url: str, api_key: str, pool_size: int, *, retried: bool) -> requests.Session:
    """Return a pooled session that authenticates with `api_key` and, if `retried`, retries GET requests.

    Proxies and certificates that the environment names are used, but for a gateway on this machine.
    """
    session = requests.Session()
    session.trust_env = urlsplit(base_url).hostname not in LOOPBACK
    session.auth = BearerAuth(api_key)
    session.headers["Accept"] = "application/json"
    retry = ReadRetry(
        total=3 if retried else 0,
        allowed_methods={"GET"},
        status_forcelist=RETRIED_STATUSES,
        backoff_factor=0.2,
        backoff_jitter=0.2,
        raise_on_status=False,
        redirect=0,
        raise_on_redirect=False,
    )
    adapter = HTTPAdapter(pool_connections=1, pool_maxsize=pool_size, max_retries=retry)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


class WatchedCall(Protocol):
    """One call, retries included, from its start until its answer is checked, or an error is raised."""

    @property
    def headers(self) -> dict[str, str]:
        """Headers to send along."""
        ...

    def answered(self) -> None:
        """Tell that the answer is there; what is left is to be read and checked."""
        ...


# Stands around each call to an endpoint of the gateway, which is a path without parameters.
Watch = Callable[[str], AbstractContextManager[WatchedCall]]


@dataclass(frozen=True, slots=True)
class _Unwatched:
    headers: dict[str, str] = field(default_factory=dict)

    def answered(self) -> None:
        """Nobody wants to know."""


def unwatched(_endpoint: str) -> AbstractContextManager[WatchedCall]:
    """Watch nothing."""
    return nullcontext(_Unwatched())


class Connection:
    """Sends GET requests to one gateway with one key. Safe to use from several threads."""

    def __init__(  # noqa: PLR0913 - what a connection is made of
        self,
        base_url: str,
        api_key: str,
        *,
        timeout: Timeout,
        pool_size: int,
        watch: Watch,
        retried: bool = True,
    ) -> None:
        self._base_url, self._timeout, self._watch = base_url, timeout, watch
        self._session = _open_session(base_url, api_key, pool_size, retried=retried)

    def close(self) -> None:
        """Close all connections of the pool."""
        self._session.close()

    @contextmanager
    def get(
        self,
        path: str,
        *,
        checked: bool = True,
        **options: Any,  # noqa: ANN401 - the session's
    ) -> Generator[requests.Response]:
        """Give the answer; raise what goes wrong, also while it is read, as a kind of `GatewayError`.

        Where it is `checked`, every answer but a 200 goes wrong. `options` are those of a session's `get`.
        """
        with self._watch(path) as call:
            options = {
                "timeout": self._timeout,
                **options,
                "headers": {**call.headers, **options.get("headers", {})},
            }
            try:
                with self._session.get(self._base_url + path, allow_redirects=False, **options) as response:
                    call.answered()
                    if checked and response.status_code != requests.codes.ok:
                        raise error_for_status(response)
                    yield response
            except requests.RequestException as error:
                # the cause is left out on purpose: it would quote the gateway's address
                raise error_for_exception(error) from None

    def read(self, path: str, params: Mapping[str, str], adapter: TypeAdapter[T], **options: Any) -> T:  # noqa: ANN401
        """Return what `adapter` makes of the answer. Raises a kind of `GatewayError`."""
        with self.get(path, params=params, **options) as response:
            return parse(response.content, adapter)


def read_body(response: requests.Response) -> bytearray:
    """Return the body of an answer that is still under way, and leave nothing of it with the response.

    Responses are in circles, and so stay until a collection finds them, which is rare while the dashboard runs.
    """
    body = bytearray()
    for chunk in response.iter_content(CHUNK_BYTES):
        body += chunk
    return body


def parse(body: bytes | bytearray, adapter: TypeAdapter[T]) -> T:
    """Validate the body of a 200 answer. Raises `GatewayInvalidResponseError`."""
    try:
        return adapter.validate_json(body)
    except ValidationError:
        # the cause is left out on purpose: it would quote the answer
        raise GatewayInvalidResponseError(NOT_LITELLM, status=requests.codes.ok) from None


def parse_items(body: bytes, adapter: TypeAdapter[T]) -> list[T]:
    """Validate the body of a 200 answer that is a list, an item at a time.

    A list of thousands of teams with all their keys takes a third of a second. Done as one piece, that is for as
    long as no other thread gets a turn, the one included that answers everybody.
    """
    try:
        return [adapter.validate_python(item) for item in _items(body.decode())]
    except (ValueError, RecursionError):  # a ValidationError is a ValueError, too
        # the cause is left out on purpose: it would quote the answer
        raise GatewayInvalidResponseError(NOT_LITELLM, status=requests.codes.ok) from None


def _items(text: str) -> Iterator[object]:
    """Yield the items of a JSON list. Raises ValueError where it is none."""
    mark = _START.match(text)
    while mark is not None and mark[1] is None:
        item, place = _DECODER.raw_decode(text, mark.end())
        yield item
        mark = _BETWEEN.match(text, place)
    if mark is None or mark.end() != len(text):
        raise ValueError("this is no list, or there is something behind it")
