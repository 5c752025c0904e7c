"""The HTTP session to the gateway: a connection pool and the one retry policy."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.exceptions import InvalidHeader, MaxRetryError, ReadTimeoutError, ResponseError
from urllib3.util.retry import Retry

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse
    from urllib3.connectionpool import ConnectionPool

RETRIED_STATUSES = frozenset({429, 500, 502, 503, 504})
MAX_RETRY_AFTER_SECONDS = 10
LOOPBACK = {"localhost", "127.0.0.1", "::1"}

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


def open_session(base_url: str, api_key: str, pool_size: int, *, retried: bool = True) -> requests.Session:
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
