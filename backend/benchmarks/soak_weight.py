"""What a process holds while it is under load: memory, descriptors, threads; and whether that grows."""

from __future__ import annotations

import contextlib
import statistics
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.machine import resident_megabytes

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

SECONDS_BETWEEN = 1.0
# By then, threads that have nothing to do have ended, and connections that nobody uses are closed.
REST_SECONDS = 15
# Caches fill up, and the allocator keeps what it may need again: that much is no leak.
GROWTH_MEGABYTES, GROWTH_SHARE = 24, 0.1
MORE_THINGS = 6


@dataclass(frozen=True, slots=True)
class Weight:
    """What is held at a moment."""

    megabytes: float
    descriptors: int
    threads: int

    def __str__(self) -> str:
        return f"{self.megabytes:.0f} MB, {self.descriptors} descriptors, {self.threads} threads"


class Weights:
    """What a process holds: at rest, before and after, and each second under load. Linux alone tells."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._at_rest: list[Weight] = []
        self._loaded: list[Weight] = []

    def rest(self) -> None:
        """Let the process come to rest, and weigh it."""
        time.sleep(REST_SECONDS)
        self._at_rest += filter(None, [weigh(self._pid)])

    @contextlib.contextmanager
    def watched(self) -> Generator[None]:
        """Weigh the process each second while the block runs."""
        over = threading.Event()

        def watch() -> None:
            while not over.wait(SECONDS_BETWEEN):
                self._loaded.extend(filter(None, [weigh(self._pid)]))

        thread = threading.Thread(target=watch)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def grown(self) -> list[str]:
        """Return what grew under load, or did not come back to what it was at rest."""
        if not self._at_rest or len(self._loaded) < 4:  # noqa: PLR2004 - quarters
            return ["there is nothing to weigh a process with"]
        found = []
        earlier, later = _quarter(self._loaded, 1), _quarter(self._loaded, 3)
        if later - earlier > max(GROWTH_MEGABYTES, earlier * GROWTH_SHARE):
            found.append(f"memory grew under load from {earlier:.0f} to {later:.0f} MB")
        before, after = self._at_rest[0], self._at_rest[-1]
        if after.descriptors > before.descriptors + MORE_THINGS:
            found.append(f"descriptors grew from {before.descriptors} to {after.descriptors}")
        if after.threads > before.threads + MORE_THINGS:
            found.append(f"threads grew from {before.threads} to {after.threads}")
        return found

    def told(self) -> str:
        """Return all of it in a few lines."""
        step = max(1, len(self._loaded) // 5)
        lines = [f"under load: {weight}" for weight in self._loaded[step - 1 :: step]]
        ends = [f"at rest:    {weight}" for weight in self._at_rest]
        return "\n".join([*ends[:1], *lines, *ends[1:]])


def weigh(pid: int) -> Weight | None:
    """Return what a process holds, None where the system does not tell, or it is gone."""
    folder = Path(f"/proc/{pid}")
    try:
        memory = resident_megabytes(pid)
        descriptors, threads = (len(list((folder / name).iterdir())) for name in ("fd", "task"))
    except OSError:
        return None
    return None if memory is None else Weight(memory[0], descriptors, threads)


def _quarter(weights: Sequence[Weight], number: int) -> float:
    """Return the median of the megabytes in a quarter of the time, counted from 0."""
    size = len(weights) // 4
    return statistics.median(weight.megabytes for weight in weights[number * size : (number + 1) * size])
