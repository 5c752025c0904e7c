"""A circuit breaker: while the gateway is down, calls fail at once instead of waiting for it one by one."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

from src.client.errors import GatewayError, GatewayTimeoutError, GatewayUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

OUTAGES = (GatewayUnavailableError, GatewayTimeoutError)


class CircuitBreaker:
    """Opens with the first outage, for the client has retried by then; closes when `is_alive` says so.

    While it is open, each call asks `is_alive`, one at a time, and goes through if the gateway is back.
    So nobody waits longer than that question takes, and nobody waits for a timer once the gateway is there.
    """

    def __init__(self, is_alive: Callable[[], bool] | None) -> None:
        self._is_alive = is_alive
        self._asking = threading.Lock()
        self._outage: GatewayError | None = None

    @property
    def is_open(self) -> bool:
        """Whether calls fail at once."""
        return self._outage is not None

    def run(self, call: Callable[[], T]) -> T:
        """Run `call`, or raise the error of the outage that goes on."""
        if self._outage is not None and self._is_alive is not None:
            self._check(self._outage)
        try:
            result = call()
        except OUTAGES as error:
            self._outage = error
            raise
        except GatewayError:
            self._outage = None  # it is there, whatever it says
            raise
        self._outage = None
        return result

    def _check(self, outage: GatewayError) -> None:
        if not self._asking.acquire(blocking=False):
            raise _again(outage)
        try:
            if self._is_alive is not None and not self._is_alive():
                raise _again(outage)
        finally:
            self._asking.release()


def _again(outage: GatewayError) -> GatewayError:
    """Return a new error of the same kind: a raised one carries the trace of where it was raised."""
    return type(outage)(str(outage), status=outage.status)
