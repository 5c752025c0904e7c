"""Runs blocking gateway calls on threads of their own, so that whoever waits for one holds none.

While the gateway is down, calls fail at once instead of waiting for it one by one.
"""

from __future__ import annotations

import asyncio
import contextvars
import datetime as dt
import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from src.client.errors import GatewayError, GatewayRateLimitedError, GatewayTimeoutError, GatewayUnavailableError
from src.core.errors import Problem
from src.core.request_notes import current_request

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
Queue = OrderedDict[Future[Any], "Callable[[], Any]"]

URGENT_WORKERS = 2
QUEUE_LIMIT = 64
# A gateway that asks for a longer pause is asked again after this one.
MAX_PAUSE = dt.timedelta(minutes=1)
OUTAGES = (GatewayUnavailableError, GatewayTimeoutError)
# For how long a call waits for another one's question; the client gives up on the question earlier.
QUESTION_SECONDS = 2.5


class GatewayBusyError(GatewayError):
    """So much is being fetched already that nothing more is begun. Come again after `retry_after` seconds."""

    problem = Problem(503, "busy")
    retry_after = 5.0

    def __init__(self) -> None:
        super().__init__("Many other days are being fetched from the gateway. Try again in a moment.")


class CircuitBreaker:
    """Opens with the first outage, for the client has retried by then; closes when `is_alive` says so.

    While it is open, one call asks `is_alive`, and all that came before the answer share it: they go through if
    the gateway is back, and fail together if it is not. So nobody waits longer than that question takes, however
    many there are, and nobody waits for a timer once the gateway is there.
    """

    def __init__(self, is_alive: Callable[[], bool] | None) -> None:
        self._is_alive = is_alive
        self._asking = threading.Lock()
        self._outage: GatewayError | None = None
        self._answered = 0
        self.refusals = 0  # how many questions had no for an answer

    @property
    def is_open(self) -> bool:
        """Whether calls fail at once."""
        return self._outage is not None

    def run(self, call: Callable[[], T], *, refusals: int | None = None, apart: bool = False) -> T:
        """Run `call`, or raise the error of the outage that goes on.

        `refusals` is how many there were when the call was queued, if it was: a later one holds for it, too. When
        a call `apart` fails, that is no outage while the gateway answers otherwise: too much was asked, perhaps.
        """
        if self._outage is not None and self._is_alive is not None:
            self._check(self._outage, self._is_alive, self.refusals if refusals is None else refusals)
        answered = self._answered
        try:
            result = call()
        except OUTAGES as error:
            if not (apart and self._answers_otherwise(error, answered)):
                self._outage = error
            raise
        except GatewayError:
            self._outage, self._answered = None, self._answered + 1  # it is there, whatever it says
            raise
        self._outage, self._answered = None, self._answered + 1
        return result

    def _answers_otherwise(self, error: GatewayError, answered: int) -> bool:
        """Tell whether others were answered while one call timed out, or else whether the gateway is alive now."""
        if isinstance(error, GatewayTimeoutError) and self._answered > answered:
            return True
        return self._is_alive is not None and self._is_alive()

    def _check(self, outage: GatewayError, is_alive: Callable[[], bool], refusals: int) -> None:
        """Return once the gateway is back, raise the outage's error if it is not."""
        if not self._asking.acquire(timeout=QUESTION_SECONDS):
            raise _again(outage)
        try:
            if self._outage is not None and self.refusals == refusals:
                self._ask(is_alive)
            if self._outage is not None:
                raise _again(self._outage)
        finally:
            self._asking.release()

    def _ask(self, is_alive: Callable[[], bool]) -> None:
        is_back = False
        try:
            is_back = is_alive()
        finally:  # also where it went wrong: those who wait do not ask one by one
            if is_back:
                self._outage = None
            else:
                self.refusals += 1


def _again(outage: GatewayError) -> GatewayError:
    """Return a new error of the same kind: a raised one carries the trace of where it was raised."""
    return type(outage)(str(outage), status=outage.status)


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
    `is_busy` first. Half of that is for requests that give way to others, whose calls wait for all others', too.
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
        self.pool = GatewayPool(workers)
        # names are asked for while people wait, and must not queue behind weeks of usage
        self._urgent = ThreadPoolExecutor(max_workers=URGENT_WORKERS, thread_name_prefix="gateway-urgent")
        self._clock = clock
        self._lock = threading.Lock()
        self.state = GatewayState()
        self.outages = 0
        self._queue_limit = queue_limit
        self._pause: tuple[dt.datetime, str] | None = None  # until when, and what is told meanwhile

    def submit(self, call: Callable[[], T], *, urgent: bool = False, apart: bool = False) -> Future[T]:
        """Queue `call`; the future belongs to no event loop, so any number of loops may wait for it.

        It counts as caused by the request that is being answered where it was queued. What goes wrong with a call
        `apart` holds up no others: it pauses none, and is no outage while the gateway answers otherwise.
        """
        cause, refusals = contextvars.copy_context(), self.breaker.refusals
        observed = partial(cause.run, partial(self._observed, call, refusals, urgent=urgent, apart=apart))
        if urgent:
            return self._urgent.submit(observed)
        return self.pool.submit(observed, gives_way=current_request().gives_way)

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
        """Whether as many calls run and wait as should, for the request that is being answered.

        A range is begun whole, so those who give way may have more than their half. It counts as half to others.
        """
        half = self._queue_limit // 2
        first, later = (self.pool.unfinished(gives_way=gives_way) for gives_way in (False, True))
        if current_request().gives_way:
            return later >= max(1, half) or first + later >= self._queue_limit
        return first + min(later, half) >= self._queue_limit

    def close(self, *, wait: bool = False) -> None:
        """Drop what is queued and let the threads end; `wait` until they have."""
        self.pool.close(wait=wait)
        self._urgent.shutdown(wait=wait, cancel_futures=True)

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


class GatewayPool:
    """Runs calls on `workers` threads, each kind in order.

    Calls that give way wait until no other does, and never have more than half of the threads, so that a thread
    is free, or soon will be, for whoever comes next. A single thread is everybody's.
    """

    def __init__(self, workers: int) -> None:
        self._executor = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="gateway")
        self._share = max(1, workers // 2)
        self._lock = threading.Lock()
        self._waiting: dict[bool, Queue] = {False: OrderedDict(), True: OrderedDict()}  # by whether they give way
        self._running = {False: 0, True: 0}

    def submit(self, call: Callable[[], T], *, gives_way: bool = False) -> Future[T]:
        """Queue `call`."""
        future: Future[T] = Future()
        with self._lock:
            self._executor.submit(self._work)
            self._waiting[gives_way][future] = call
        return future

    def hasten(self, future: Future[Any]) -> None:
        """Let a call that waits give way no longer."""
        with self._lock:
            call = self._waiting[True].pop(future, None)
            if call is not None:
                self._executor.submit(self._work)
                self._waiting[False][future] = call

    def unfinished(self, *, gives_way: bool) -> int:
        """Return how many calls run and wait, of one kind."""
        return len(self._waiting[gives_way]) + self._running[gives_way]

    def close(self, *, wait: bool = False) -> None:
        """Drop what is queued and let the threads end; `wait` until they have."""
        with self._lock:
            dropped = [future for queue in self._waiting.values() for future in queue]
            for queue in self._waiting.values():
                queue.clear()
        for future in dropped:
            future.cancel()
        self._executor.shutdown(wait=wait, cancel_futures=True)

    def _work(self) -> None:
        """Run what may run now, one after another: each call has a thread, or one that will look again."""
        while True:
            with self._lock:
                gives_way = not self._waiting[False]
                queue = self._waiting[gives_way]
                if not queue or (gives_way and self._running[True] >= self._share):
                    return
                self._running[gives_way] += 1
                future, call = queue.popitem(last=False)
            result, failure, is_wanted = None, None, future.set_running_or_notify_cancel()
            try:
                result = call() if is_wanted else None
            except BaseException as error:  # noqa: BLE001 - the waiter's to handle, whatever it is
                failure = error
            with self._lock:  # before its future is done: whoever waited for it is to find it so
                self._running[gives_way] -= 1
            if failure is not None:
                future.set_exception(failure)
            elif is_wanted:
                future.set_result(result)


async def wait_for(future: Future[T], timeout_seconds: float | None = None) -> T:
    """Wait without holding a thread. Giving up, or being cancelled, leaves the call to its other waiters.

    Raises what the call raised, or TimeoutError.
    """
    if not future.done():
        current_request().has_waited = True
    wrapped = asyncio.wrap_future(future)
    # an exception counts as seen: the waiter may be gone, and the call's other waiters get it anyway
    wrapped.add_done_callback(lambda future: future.cancelled() or future.exception())
    return await asyncio.wait_for(asyncio.shield(wrapped), timeout_seconds)
