"""Runs blocking gateway calls on threads of their own, so that whoever waits for one holds none."""

from __future__ import annotations

import asyncio
import contextvars
import datetime as dt
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from src.client.errors import GatewayError, GatewayRateLimitedError, GatewayUnavailableError
from src.services.breaker import OUTAGES, CircuitBreaker
from src.telemetry.request import current_request

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

URGENT_WORKERS = 2
QUEUE_LIMIT = 64
# A gateway that asks for a longer pause is asked again after this one.
MAX_PAUSE = dt.timedelta(minutes=1)


class GatewayBusyError(GatewayError):
    """So much is being fetched already that nothing more is begun. Come again after `retry_after` seconds."""

    retry_after = 5.0

    def __init__(self) -> None:
        super().__init__("Many other days are being fetched from the gateway. Try again in a moment.")


@dataclass(frozen=True, slots=True)
class GatewayState:
    """How the last call to the gateway ended: when (UTC), and with which error, if any."""

    checked_at: dt.datetime | None = None
    error: GatewayError | None = None


class GatewayCalls:
    """A bounded pool for calls to one gateway, which remembers how the last call ended.

    With `is_alive`, a circuit breaker stands before the gateway. While the gateway has asked for a pause, calls
    fail at once. `outages` grows with each call that found no gateway, or none that answered in time, urgent ones
    aside that are not `apart`: what answers after one need not be what answered before. `queue_limit` is how many
    calls, urgent ones aside, may run and wait until nothing should be added for people; whoever submits asks
    `is_busy` first.
    """

    def __init__(
        self,
        workers: int,
        clock: Callable[[], dt.datetime],
        is_alive: Callable[[], bool] | None = None,
        *,
        queue_limit: int = QUEUE_LIMIT,
    ) -> None:
        self.breaker = CircuitBreaker(is_alive)
        self._executor = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="gateway")
        # names are asked for while people wait, and must not queue behind weeks of usage
        self._urgent = ThreadPoolExecutor(max_workers=URGENT_WORKERS, thread_name_prefix="gateway-urgent")
        self._clock = clock
        self._lock = threading.Lock()
        self.state = GatewayState()
        self.outages = 0
        self._queue_limit, self._unfinished = queue_limit, 0
        self._pause: tuple[dt.datetime, str] | None = None  # until when, and what is told meanwhile

    def submit(self, call: Callable[[], T], *, urgent: bool = False, apart: bool = False) -> Future[T]:
        """Queue `call`; the future belongs to no event loop, so any number of loops may wait for it.

        It counts as caused by the request that is being answered where it was queued. What goes wrong with a call
        `apart` holds up no others: it pauses none, and is no outage while the gateway answers otherwise.
        """
        cause, refusals = contextvars.copy_context(), self.breaker.refusals

        def observed() -> T:
            return cause.run(lambda: self._observed(call, refusals, urgent=urgent, apart=apart))

        if urgent:
            return self._urgent.submit(observed)

        def counted() -> T:
            # here, not when the future is done: whoever waited for it is to find it counted no more
            try:
                return observed()
            finally:
                self._count(-1)

        self._count(1)
        return self._executor.submit(counted)

    def try_aside(self, call: Callable[[], T]) -> Future[T]:
        """Queue a call that nothing depends on: not made during an outage, and of no consequence if it fails.

        Nobody waits for it, so it counts as caused by no request.
        """

        def unobserved() -> T:
            self._keep_pause()
            if self.breaker.is_open:
                raise GatewayUnavailableError("The gateway cannot be reached.")
            return call()

        return self._urgent.submit(unobserved)

    @property
    def is_busy(self) -> bool:
        """Whether as many calls run and wait as should."""
        return self._unfinished >= self._queue_limit

    def close(self, *, wait: bool = False) -> None:
        """Drop what is queued and let the threads end; `wait` until they have."""
        self._executor.shutdown(wait=wait, cancel_futures=True)
        self._urgent.shutdown(wait=wait, cancel_futures=True)

    def _count(self, change: int) -> None:
        with self._lock:
            self._unfinished += change

    def _observed(self, call: Callable[[], T], refusals: int, *, urgent: bool, apart: bool) -> T:
        self._keep_pause()
        try:
            result = self.breaker.run(call, refusals=refusals, apart=apart)
        except GatewayError as error:
            self._remember(error, tells_of_outages=self.breaker.is_open if apart else not urgent, pauses=not apart)
            raise
        self._remember(None)
        return result

    def _keep_pause(self) -> None:
        if self._pause is None:
            return
        until, told = self._pause
        left = (until - self._clock()).total_seconds()
        if left > 0:
            raise GatewayRateLimitedError(told, retry_after=left)

    def _remember(
        self, error: GatewayError | None, *, tells_of_outages: bool = False, pauses: bool = False
    ) -> None:
        now = self._clock()
        with self._lock:
            self.state = GatewayState(now, error)
            if isinstance(error, OUTAGES) and tells_of_outages:
                self.outages += 1
            if isinstance(error, GatewayRateLimitedError) and error.retry_after and pauses:
                self._pause = now + min(dt.timedelta(seconds=error.retry_after), MAX_PAUSE), str(error)


async def wait_for(future: Future[T], timeout_seconds: float | None = None) -> T:
    """Wait without holding a thread. Giving up, or being cancelled, leaves the call to its other waiters.

    Raises what the call raised, or TimeoutError.
    """
    if not future.done():
        current_request().has_waited = True
    wrapped = asyncio.wrap_future(future)
    wrapped.add_done_callback(_retrieve)
    return await asyncio.wait_for(asyncio.shield(wrapped), timeout_seconds)


def _retrieve(future: asyncio.Future[T]) -> None:
    """Mark an exception as seen: the waiter may be gone, and the call's other waiters get it anyway."""
    if not future.cancelled():
        future.exception()
