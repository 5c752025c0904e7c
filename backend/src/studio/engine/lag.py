"""How late the generator itself is: its loop, its share of a core, its memory."""

from __future__ import annotations

import asyncio
import sys
import time
from array import array
from pathlib import Path
from typing import Self

from src.studio.engine.bootstrap import percentile

TICK_SECONDS = 0.01
MOST_KEPT = 2**16
"""Values, of ten minutes' ticks: those of hours would be what a process weighs."""
STATUS = Path("/proc/self/status")


class Sample:
    """Values of which there may be any number: so many are kept at most, evenly taken."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most, self._every, self._seen = most, 1, 0
        self._kept = array("d")

    def add(self, value: float) -> None:
        """Take a value, or leave it out."""
        if self._seen % self._every == 0:
            if len(self._kept) >= self._most:
                self._kept, self._every = self._kept[::2], 2 * self._every
            if self._seen % self._every == 0:
                self._kept.append(value)
        self._seen += 1

    def percentile(self, percent: float) -> float | None:
        """Return a percentile of what is kept; None before the first value."""
        return percentile(sorted(self._kept), percent) if self._kept else None


class LagMeter:
    """Sleeps again and again while it is entered, and notes how much later than planned it woke up."""

    def __init__(self) -> None:
        self._lags = Sample()
        self._started = self._cpu = 0.0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._started, self._cpu = time.perf_counter(), time.process_time()
        self._task = asyncio.create_task(self._tick())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _tick(self) -> None:
        while True:
            planned = time.perf_counter() + TICK_SECONDS
            await asyncio.sleep(TICK_SECONDS)
            self._lags.add(max(time.perf_counter() - planned, 0.0) * 1000)

    def lag_ms(self, percent: float) -> float:
        """Return a percentile of the lags so far, in milliseconds; 0 before the first."""
        return self._lags.percentile(percent) or 0.0

    def cpu_share(self) -> float:
        """Return the share of a core that this process took since it was entered."""
        elapsed = time.perf_counter() - self._started
        return (time.process_time() - self._cpu) / elapsed if elapsed > 0 else 0.0


def max_rss_mb() -> float:
    """Return the most memory that this process has had, in MB.

    On Linux, `getrusage` would tell the parent's, from before this program was loaded.
    """
    if STATUS.exists():
        lines = STATUS.read_text().splitlines()
        return next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM"))
    if sys.platform == "win32":
        return 0.0
    import resource  # noqa: PLC0415 - not on every system

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most * 1024 / 1e6
