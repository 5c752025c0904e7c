"""Threads for calls to the gateway, on which some calls give way to others."""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
Queue = OrderedDict[Future[Any], "Callable[[], Any]"]


class _Job(NamedTuple):
    future: Future[Any]
    call: Callable[[], Any]
    gives_way: bool


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
        while (job := self._take()) is not None:
            if not job.future.set_running_or_notify_cancel():
                self._end(job)
                continue
            try:
                result = job.call()
            except BaseException as error:  # noqa: BLE001 - the waiter's to handle, whatever it is
                self._end(job)
                job.future.set_exception(error)
            else:
                self._end(job)
                job.future.set_result(result)

    def _take(self) -> _Job | None:
        with self._lock:
            gives_way = not self._waiting[False]
            queue = self._waiting[gives_way]
            if not queue or (gives_way and self._running[True] >= self._share):
                return None
            self._running[gives_way] += 1
            return _Job(*queue.popitem(last=False), gives_way)

    def _end(self, job: _Job) -> None:
        """Count a call no more. Before its future is done: whoever waited for it is to find it so."""
        with self._lock:
            self._running[job.gives_way] -= 1
