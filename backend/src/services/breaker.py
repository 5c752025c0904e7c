"""A circuit breaker: while the gateway is down, calls fail at once instead of waiting for it one by one."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

from src.client.errors import GatewayError, GatewayTimeoutError, GatewayUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

OUTAGES = (GatewayUnavailableError, GatewayTimeoutError)
# For how long a call waits for another one's question; the client gives up on the question earlier.
QUESTION_SECONDS = 2.5


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
