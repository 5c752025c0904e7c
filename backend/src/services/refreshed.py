"""A value that is read from the gateway, kept for a while, and read again once for all who ask."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from src.client.errors import GatewayError, GatewayTimeoutError
from src.services.gateway_calls import GatewayCalls, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from src.services.protocols import FactStore

T = TypeVar("T")

logger = logging.getLogger(__name__)

# An old value is better than a long wait: nobody waits for a reading that takes longer than this already.
PATIENCE_SECONDS = 1.0
# Where there is no old value, people wait for about as long as they do for days that are not known.
FIRST_PATIENCE_SECONDS = 10.0
# A reading that failed is not tried again for each of those who could do with an old value.
FAILURE_PAUSE = dt.timedelta(seconds=1)


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
        self._started = 0.0
        self._failed_at: dt.datetime | None = None
        self._looked_up = lifetime.facts is None

    async def get(self, *, newer_than: dt.datetime | None = None, soon: bool = False) -> T:
        """Return the value, read again when it has expired or was read before `newer_than`.

        Raises a `GatewayError` only when there is no value at all; an old one is kept when the gateway
        fails or is slow. Where there is none, that is a `GatewayTimeoutError` when a reading takes longer than
        `FIRST_PATIENCE_SECONDS`, or with `soon`, `PATIENCE_SECONDS`; the value is kept when it comes.
        """
        if not self._looked_up:
            await asyncio.to_thread(self._look_up)
        kept = self._kept
        if kept is not None and (self._is_current(kept[1], newer_than) or self.has_just_failed):
            return kept[0]
        reading = self.start(lambda: not self._is_kept(newer_than))
        if kept is None:
            return await self._wait_for_first(reading, PATIENCE_SECONDS if soon else FIRST_PATIENCE_SECONDS)
        try:
            return await self.wait_a_moment(reading)
        except (GatewayError, TimeoutError) as error:
            logger.warning("keeping an older answer of the gateway (%s)", type(error).__name__)
            return kept[0]

    @property
    def expires_at(self) -> dt.datetime | None:
        """When (UTC) the value has to be read again; None where there is none, or it could not be read."""
        return None if self._kept is None else self._kept[1] + self._lifetime.ttl

    @property
    def failed_at(self) -> dt.datetime | None:
        """When (UTC) the last reading failed, by the clock at its end; None where it did not."""
        return self._failed_at

    async def wait_a_moment(self, reading: Future[T]) -> T:
        """Return what is being read, unless that takes long or takes long already. Raises TimeoutError then."""
        return await self._wait(reading, PATIENCE_SECONDS)

    def start(self, is_needed: Callable[[], bool]) -> Future[T]:
        """Read the value now, or as part of the reading that is under way.

        `is_needed` is asked once more where there is none: the last one may have ended a moment ago.
        """
        with self._lock:
            if self._reading is not None:
                return self._reading
            if self._kept is not None and not is_needed():
                return _done(self._kept[0])
            self._started = time.monotonic()
            reading = self._reading = self._calls.submit(self._read_and_keep, urgent=True)
        reading.add_done_callback(self._end)  # without the lock: one that is over already calls back at once
        return reading

    @property
    def is_current(self) -> bool:
        """Whether the value need not be read again."""
        return self._is_kept(None)

    @property
    def has_just_failed(self) -> bool:
        """Whether another reading would most likely fail, too."""
        return self._failed_at is not None and self._lifetime.clock() - self._failed_at < FAILURE_PAUSE

    async def _wait_for_first(self, reading: Future[T], patience_seconds: float) -> T:
        try:
            return await self._wait(reading, patience_seconds)
        except TimeoutError:
            raise GatewayTimeoutError("The gateway did not answer in time. Try again.") from None

    async def _wait(self, reading: Future[T], patience_seconds: float) -> T:
        """Return what is being read. Raises TimeoutError when it takes longer, counted from its beginning."""
        if reading.done():
            return await wait_for(reading)  # with no time left, even a value that is there would be too late
        return await wait_for(reading, max(0.0, self._started + patience_seconds - time.monotonic()))

    def _is_kept(self, newer_than: dt.datetime | None) -> bool:
        kept = self._kept
        return kept is not None and self._is_current(kept[1], newer_than)

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

    def _end(self, reading: Future[T]) -> None:
        with self._lock:
            if self._reading is reading:
                self._reading = None
            failed = reading.cancelled() or reading.exception() is not None
            self._failed_at = self._lifetime.clock() if failed else None

    def _read_and_keep(self) -> T:
        asked_at = self._lifetime.clock()
        value = self._read()
        if self._kept is not None and self._kept[0] == value:
            value = self._kept[0]  # what was made of it is still good
        self._kept = (value, asked_at)
        if self._lifetime.facts is not None:
            self._lifetime.facts.save(value, asked_at)
        return value


def _done(value: T) -> Future[T]:
    future: Future[T] = Future()
    future.set_result(value)
    return future
