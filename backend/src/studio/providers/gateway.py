"""`GatewayOffers`: what a LiteLLM gateway offers to a key, asked for once for all who have it."""

from __future__ import annotations

import logging
import ssl
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import urllib3

from src.core.clock import utc_now
from src.studio.providers.model_lists import read_model_info, read_model_names

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from src.studio.providers.catalog import OfferedModel, Source

logger = logging.getLogger(__name__)

FRESH_SECONDS = 60.0
# A gateway that is away is not asked by everybody who comes.
RETRY_SECONDS = 5.0
CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 3.0, 10.0, 20.0
MAX_BYTES = 32 * 1024 * 1024
CHUNK_BYTES = 65_536
OK = 200
REFUSED = {401, 403}
MOST_KEYS = 500
"""Keys whose models are kept at once: those that were asked for last."""
OPERATORS_KEY, OWN_KEY = "STUDIO_GATEWAY_API_KEY", "your key"


class GatewayAwayError(Exception):
    """The gateway did not tell its models. The message is a sentence that names no address and no key."""


class NoAnswerError(GatewayAwayError):
    """It did not answer at all: to ask for something else is of no use."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Models by name; `detail` says in a sentence why they are not those of now, None where they are."""

    models: Mapping[str, OfferedModel] = field(default_factory=dict)
    detail: str | None = None


class GatewayModels:
    """The models that a key may call.

    An answer is good for a minute; while it is renewed, others are given the one before. When the gateway is
    away, what it offered last stays, with the reason.
    """

    def __init__(  # noqa: PLR0913 - each has a sense of its own
        self,
        base_url: str,
        api_key: str,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        pool: urllib3.PoolManager | None = None,
        clock: Callable[[], dt.datetime] = utc_now,
        source: Source = "gateway",
        whose: str = OPERATORS_KEY,
    ) -> None:
        """Take who tells the prices, and what sentences call the key as `whose`."""
        self._base_url, self._api_key, self._source, self._whose = base_url, api_key, source, whose
        self._pool, self._clock, self._monotonic = pool or open_pool(), clock, monotonic
        self._lock = threading.Lock()
        self._known: Offer | None = None
        self._good_until = 0.0

    def offer(self) -> Offer:
        """Return what the gateway offers. Waits for it where it was never asked, and never raises."""
        known = self._known
        if known is not None and self._monotonic() < self._good_until:
            return known
        if not self._lock.acquire(blocking=known is None):
            return known or Offer()
        try:
            if self._known is None or self._monotonic() >= self._good_until:
                self._renew()
            return self._known or Offer()
        finally:
            self._lock.release()

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def _renew(self) -> None:
        before = self._known or Offer()
        try:
            self._known, seconds = Offer(self._priced(self._fetch())), FRESH_SECONDS
        except GatewayAwayError as error:
            logger.warning("the gateway's models are not known: %s", error)
            self._known, seconds = Offer(before.models, str(error)), RETRY_SECONDS
        self._good_until = self._monotonic() + seconds

    def _priced(self, models: dict[str, OfferedModel]) -> dict[str, OfferedModel]:
        """Return models whose prices say who told them, and when."""
        stamp: dict[str, Any] = {"price_source": self._source, "price_at": self._clock().date()}
        return {name: replace(model, **stamp) if model.has_price else model for name, model in models.items()}

    def _fetch(self) -> dict[str, OfferedModel]:
        try:
            return self._read("/model/info", read_model_info)
        except NoAnswerError:
            raise
        except GatewayAwayError:
            # other servers than LiteLLM, and keys that may not see deployments
            return self._read("/v1/models", read_model_names)

    def _read(self, path: str, read: Callable[[bytes], dict[str, OfferedModel]]) -> dict[str, OfferedModel]:
        status, body = self._get(path)
        if status in REFUSED:
            raise GatewayAwayError(f"The gateway refuses {self._whose}.")
        if status != OK:
            raise GatewayAwayError(f"The gateway answered with status {status} when it was asked for its models.")
        try:
            return read(body)
        except (ValueError, RecursionError):
            raise GatewayAwayError("The gateway's list of models cannot be read.") from None

    def _get(self, path: str) -> tuple[int, bytes]:
        until = self._monotonic() + WHOLE_SECONDS
        headers = {"Authorization": f"Bearer {self._api_key}", "Accept": "application/json"}
        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        try:
            response = self._pool.request(
                "GET", self._base_url + path, headers=headers, timeout=timeout,
                retries=False, redirect=False, preload_content=False,
            )  # fmt: skip
            with response:
                return response.status, self._body(response, until)
        except urllib3.exceptions.NewConnectionError:  # a kind of time-out to urllib3
            raise NoAnswerError("The gateway cannot be reached.") from None
        except urllib3.exceptions.TimeoutError:
            raise NoAnswerError("The gateway takes too long to tell its models.") from None
        except (urllib3.exceptions.HTTPError, OSError):
            raise NoAnswerError("The gateway cannot be reached.") from None

    def _body(self, response: urllib3.BaseHTTPResponse, until: float) -> bytes:
        parts, had = [], 0
        for part in response.stream(CHUNK_BYTES):
            parts.append(part)
            had += len(part)
            if had > MAX_BYTES:
                raise GatewayAwayError("The gateway's list of models is too long.")
            if self._monotonic() > until:
                raise GatewayAwayError("The gateway takes too long to tell its models.")
        return b"".join(parts)


class GatewayOffers:
    """What a gateway offers to each of the keys that it is asked with."""

    def __init__(self, base_url: str, source: Source, clock: Callable[[], dt.datetime]) -> None:
        self._base_url, self._source, self._clock = base_url, source, clock
        self._lock = threading.Lock()
        self._pool: urllib3.PoolManager | None = None
        self._by_key = OrderedDict[str, GatewayModels]()

    def of(self, api_key: str, whose: str) -> Offer:
        """Return what a key may call, which sentences call `whose`. Never raises."""
        with self._lock:
            if self._pool is None:
                self._pool = open_pool()
            models = self._by_key.get(api_key)
            if models is None:
                how: dict[str, Any] = {"pool": self._pool, "clock": self._clock, "source": self._source}
                models = GatewayModels(self._base_url, api_key, whose=whose, **how)
                self._by_key[api_key] = models
            self._by_key.move_to_end(api_key)
            if len(self._by_key) > MOST_KEYS:
                self._by_key.popitem(last=False)
        return models.offer()

    def close(self) -> None:
        """Close the connections."""
        if self._pool is not None:
            self._pool.clear()


def open_pool() -> urllib3.PoolManager:
    """Return connections that read neither proxies nor `.netrc`: the same way as requests that are measured."""
    return urllib3.PoolManager(num_pools=1, ssl_context=ssl.create_default_context())
