"""Looks at a process while it works: its memory and its open descriptors, with all that it has started."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from benchmarks.machine import resident_megabytes

if TYPE_CHECKING:
    from types import TracebackType

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Seen:
    """A look: when (`time.perf_counter`), MB, descriptors."""

    at: float
    megabytes: float
    descriptors: int


class Watch:
    """Looks every so often from `start(pid)` on, in a thread, until the block is left."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self.seen: list[Seen] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def start(self, pid: int) -> None:
        """Look at a process from now on."""
        self._thread = threading.Thread(target=self._look, args=(pid,), daemon=True)
        self._thread.start()

    @property
    def most_megabytes(self) -> float:
        """The most memory that was seen."""
        return max((seen.megabytes for seen in self.seen), default=0.0)

    def growth(self, first_share: float) -> tuple[float, int]:
        """Return by how many MB and descriptors the last looks exceed those after a first share of the time."""
        end = len(self.seen) - 1  # at the very end it is being closed
        early, late = self.seen[round(end * first_share) : end][:LOOKS], self.seen[:end][-LOOKS:]
        megabytes = [max(seen.megabytes for seen in part) for part in (early, late)]
        descriptors = [max(seen.descriptors for seen in part) for part in (early, late)]
        return megabytes[1] - megabytes[0], descriptors[1] - descriptors[0]

    def _look(self, pid: int) -> None:
        while not self._ended.wait(self._seconds):
            looks = [_look_at(one) for one in _family(pid)]
            there = [look for look in looks if look is not None]
            if there:
                megabytes, descriptors = (sum(values) for values in zip(*there, strict=True))
                self.seen.append(Seen(time.perf_counter(), megabytes, round(descriptors)))


LOOKS = 5


def _family(pid: int) -> list[int]:
    """Return a process and all that it, and these, have started."""
    found, ahead = [], [pid]
    while ahead:
        one = ahead.pop()
        found.append(one)
        try:
            ahead += [int(child) for child in (PROC / f"{one}/task/{one}/children").read_text().split()]
        except OSError:
            continue
    return found


def _look_at(pid: int) -> tuple[float, float] | None:
    try:
        size = resident_megabytes(pid)
        return None if size is None else (size[0], float(len(list((PROC / f"{pid}/fd").iterdir()))))
    except (OSError, KeyError):
        return None
