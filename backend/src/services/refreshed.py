"""A value that is read from the gateway, kept for a while, and read again once for all who ask."""

from __future__ import annotations

import asyncio
import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from src.client.errors import GatewayError
from src.services.gateway_calls import GatewayCalls, wait_for

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from concurrent.futures import Future

    from src.services.protocols import FactStore

T = TypeVar("T")

logger = logging.getLogger(__name__)

# An old value is better than a long wait: a slow gateway holds nobody up for longer than this.
PATIENCE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Lifetime:
    """For how long a value is good, by which clock, and where it outlives the process, if anywhere."""

    ttl: dt.timedelta
    clock: Callable[[], dt.datetime]
    facts: FactStore | None = None


class Refreshed(Generic[T]):
    """A value with a time to live; at most one reading is under way."""

    def __init__(
        self,
        calls: GatewayCalls,
        read: Callable[[], T],
        lifetime: Lifetime,
    ) -> None:
        self._calls, self._read, self._lifetime = calls, read, lifetime
        self._lock = threading.Lock()
        self._kept: tuple[T, dt.datetime] | None = None
        self._reading: Future[T] | None = None
        self._looked_up = lifetime.facts is None

    async def get(self, *, newer_than: dt.datetime | None = None) -> T:
        """Return the value, read again when it has expired or was read before `newer_than`.

        Raises a `GatewayError` only when there is no value at all; an old one is kept when the gateway
        fails or is slow.
        """
        if not self._looked_up:
            await asyncio.to_thread(self._look_up)
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

    @property
    def expires_at(self) -> dt.datetime | None:
        """When (UTC) the value has to be read again; None where there is none, or it could not be read."""
        return None if self._kept is None else self._kept[1] + self._lifetime.ttl

    def _is_current(self, read_at: dt.datetime, newer_than: dt.datetime | None) -> bool:
        return self._lifetime.clock() - read_at < self._lifetime.ttl and (
            newer_than is None or read_at >= newer_than
        )

    def _look_up(self) -> None:
        """Take over what an earlier process has read."""
        found = self._lifetime.facts.load() if self._lifetime.facts is not None else None
        if self._kept is None:
            self._kept = found
        self._looked_up = True

    def _start(self) -> Future[T]:
        with self._lock:
            if self._reading is not None:
                return self._reading
            reading = self._reading = self._calls.submit(self._read_and_keep, urgent=True)
        reading.add_done_callback(self._end)  # without the lock: one that is over already calls back at once
        return reading

    def _end(self, reading: Future[T]) -> None:
        with self._lock:
            if self._reading is reading:
                self._reading = None

    def _read_and_keep(self) -> T:
        asked_at = self._lifetime.clock()
        value = self._read()
        if self._kept is not None and self._kept[0] == value:
            value = self._kept[0]  # what was made of it is still good
        self._kept = (value, asked_at)
        if self._lifetime.facts is not None:
            self._lifetime.facts.save(value, asked_at)
        return value
