"""A value that is read from the gateway, kept for a while, and read again once for all who ask."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Generic, TypeVar

from src.client.errors import GatewayError
from src.services.gateway_calls import GatewayCalls, wait_for

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from concurrent.futures import Future

T = TypeVar("T")

logger = logging.getLogger(__name__)

# An old value is better than a long wait: a slow gateway holds nobody up for longer than this.
PATIENCE_SECONDS = 2.0


class Refreshed(Generic[T]):
    """A value with a time to live; at most one reading is under way."""

    def __init__(
        self, calls: GatewayCalls, read: Callable[[], T], ttl: dt.timedelta, clock: Callable[[], dt.datetime]
    ) -> None:
        self._calls, self._read, self._ttl, self._clock = calls, read, ttl, clock
        self._lock = threading.Lock()
        self._kept: tuple[T, dt.datetime] | None = None
        self._reading: Future[T] | None = None

    async def get(self, *, newer_than: dt.datetime | None = None) -> T:
        """Return the value, read again when it has expired or was read before `newer_than`.

        Raises a `GatewayError` only when there is no value at all; an old one is kept when the gateway
        fails or is slow.
        """
        kept = self._kept
        if kept is not None and self._is_current(kept[1], newer_than):
            return kept[0]
        reading = self._start()
        if kept is None:
            return await wait_for(reading)
        try:
            return await wait_for(reading, PATIENCE_SECONDS)
        except (GatewayError, TimeoutError) as error:
            logger.warning("keeping an older answer of the gateway (%s)", type(error).__name__)
            return kept[0]

    def _is_current(self, read_at: dt.datetime, newer_than: dt.datetime | None) -> bool:
        return self._clock() - read_at < self._ttl and (newer_than is None or read_at >= newer_than)

    def _start(self) -> Future[T]:
        with self._lock:
            if self._reading is None:
                self._reading = self._calls.submit(self._read_and_keep)
            return self._reading

    def _read_and_keep(self) -> T:
        asked_at = self._clock()
        try:
            value = self._read()
            self._kept = (value, asked_at)
            return value
        finally:
            with self._lock:
                self._reading = None
