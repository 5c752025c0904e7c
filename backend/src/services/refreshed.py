"""A value that is read from the gateway, kept for a while, and read again once for all who ask."""

from __future__ import annotations

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

    from src.store.database import SqlFactStore

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
    facts: SqlFactStore | None = None


class Refreshed(Generic[T]):
    """A value with a time to live; at most one reading is under way.

    `kept` is the value that there is, however old, and when (UTC) it was read; None where there is none.
    `failed_at` is when (UTC) the last reading failed, by the clock at its end; None where it did not. A failure of
    a value that is read `apart` holds up no other calls while the gateway answers them. It may be in the store
    already, which is read at once.
    """

    def __init__(
        self, calls: GatewayCalls, read: Callable[[], T], lifetime: Lifetime, *, apart: bool = False
    ) -> None:
        self._calls, self._read, self._lifetime, self._apart = calls, read, lifetime, apart
        self._lock = threading.Lock()
        self._reading: Future[T] | None = None
        self._started = 0.0
        self.failed_at: dt.datetime | None = None
        self.kept: tuple[T, dt.datetime] | None = None if lifetime.facts is None else lifetime.facts.load()

    async def get(self, *, newer_than: dt.datetime | None = None, soon: bool = False) -> T:
        """Return the value, read again when it has expired or was read before `newer_than`.

        Raises a `GatewayError` only when there is no value at all; an old one is kept when the gateway
        fails or is slow. Where there is none, that is a `GatewayTimeoutError` when a reading takes longer than
        `FIRST_PATIENCE_SECONDS`, or with `soon`, `PATIENCE_SECONDS`; the value is kept when it comes.
        """
        if (self.is_current(newer_than) or self.has_just_failed) and self.kept is not None:
            return self.kept[0]
        kept = self.kept
        reading = self.start(lambda: not self.is_current(newer_than))
        patience = FIRST_PATIENCE_SECONDS if kept is None and not soon else PATIENCE_SECONDS
        try:
            return await wait_for(reading, self.time_left(reading, patience))
        except (GatewayError, TimeoutError) as error:
            if kept is not None:
                logger.warning("keeping an older answer of the gateway (%s)", type(error).__name__)
                return kept[0]
            if isinstance(error, TimeoutError):
                raise GatewayTimeoutError("The gateway did not answer in time. Try again.") from None
            raise

    @property
    def expires_at(self) -> dt.datetime | None:
        """When (UTC) the value has to be read again; None where there is none, or it could not be read."""
        return None if self.kept is None else self.kept[1] + self._lifetime.ttl

    def start(self, is_needed: Callable[[], bool]) -> Future[T]:
        """Read the value now, or as part of the reading that is under way.

        `is_needed` is asked once more where there is none: the last one may have ended a moment ago.
        """
        with self._lock:
            if self._reading is not None:
                return self._reading
            if self.kept is not None and not is_needed():
                known: Future[T] = Future()
                known.set_result(self.kept[0])
                return known
            self._started = time.monotonic()
            reading = self._reading = self._calls.submit(self._read_and_keep, urgent=True, apart=self._apart)
        reading.add_done_callback(self._end)  # without the lock: one that is over already calls back at once
        return reading

    def time_left(self, reading: Future[T], patience_seconds: float) -> float | None:
        """Return how long to wait for what is being read, counted from its beginning; None where it is there."""
        if reading.done():
            return None  # with no time left, even a value that is there would be too late
        return max(0.0, self._started + patience_seconds - time.monotonic())

    def is_current(self, newer_than: dt.datetime | None = None) -> bool:
        """Tell whether the value need not be read again."""
        if self.kept is None:
            return False
        read_at = self.kept[1]
        is_good = self._lifetime.clock() - read_at < self._lifetime.ttl
        return is_good and (newer_than is None or read_at >= newer_than)

    @property
    def has_just_failed(self) -> bool:
        """Whether another reading would most likely fail, too."""
        return self.failed_at is not None and self._lifetime.clock() - self.failed_at < FAILURE_PAUSE

    def _end(self, reading: Future[T]) -> None:
        with self._lock:
            if self._reading is reading:
                self._reading = None
            failed = reading.cancelled() or reading.exception() is not None
            self.failed_at = self._lifetime.clock() if failed else None

    def _read_and_keep(self) -> T:
        asked_at = self._lifetime.clock()
        value = self._read()
        if self.kept is not None and self.kept[0] == value:
            value = self.kept[0]  # what was made of it is still good
        self.kept = (value, asked_at)
        if self._lifetime.facts is not None:
            self._lifetime.facts.save(value, asked_at)
        return value
