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
# Where there is no old value, it is worth a little more; figures do not wait for longer than this for names.
FIRST_PATIENCE_SECONDS = 3.0
# A reading that failed is not tried again for each of those who could do with an old value.
FAILURE_PAUSE = dt.timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """For how long a value is good, by which clock, and where it outlives the process, if anywhere."""

    ttl: dt.timedelta
    clock: Callable[[], dt.datetime]
    facts: FactStore | None = None


class Refreshed(Generic[T]):
    """A value with a time to live; at most one reading is under way.

    A failure of one that is read `apart` holds up no other calls while the gateway answers them.
    """

    def __init__(
        self, calls: GatewayCalls, read: Callable[[], T], lifetime: Lifetime, *, apart: bool = False
    ) -> None:
        self._calls, self._read, self._lifetime, self._apart = calls, read, lifetime, apart
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
        kept = await self.find()
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

    async def find(self) -> tuple[T, dt.datetime] | None:
        """Return the value that there is and when (UTC) it was read, however old; None where there is none."""
        if not self._looked_up:
            await asyncio.to_thread(self.recall)
        return self._kept

    def recall(self) -> tuple[T, dt.datetime] | None:
        """Do the same at once. May read the store."""
        if not self._looked_up:
            found = self._lifetime.facts.load() if self._lifetime.facts is not None else None
            if self._kept is None:
                self._kept = found
            self._looked_up = True
        return self._kept

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

    def wait_in_place(self, reading: Future[T]) -> T:
        """Return the first value, on a thread of its own. Raises TimeoutError when it takes too long."""
        return reading.result(0 if reading.done() else self._time_left(FIRST_PATIENCE_SECONDS))

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
            reading = self._reading = self._calls.submit(self._read_and_keep, urgent=True, apart=self._apart)
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
        return await wait_for(reading, self._time_left(patience_seconds))

    def _time_left(self, patience_seconds: float) -> float:
        return max(0.0, self._started + patience_seconds - time.monotonic())

    def _is_kept(self, newer_than: dt.datetime | None) -> bool:
        kept = self._kept
        return kept is not None and self._is_current(kept[1], newer_than)

    def _is_current(self, read_at: dt.datetime, newer_than: dt.datetime | None) -> bool:
        return self._lifetime.clock() - read_at < self._lifetime.ttl and (
            newer_than is None or read_at >= newer_than
        )

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
