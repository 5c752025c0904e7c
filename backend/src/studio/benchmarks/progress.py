"""How far a run is, in percent and in words, and how long it will take."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

MINUTE = 60


@dataclass(frozen=True, slots=True)
class Counted:
    """Of requests whose number is known; `before` of them had ended when this began."""

    total: int
    before: int
    began: float = field(default_factory=time.monotonic)

    def __call__(self, ended: int) -> tuple[float, str]:
        """Return percent and a sentence, so many requests having ended since it began."""
        done = self.before + ended
        told = f"{done:,} of {self.total:,} requests"
        if done >= self.total:
            return 100.0, f"{told}."
        left = (time.monotonic() - self.began) / ended * (self.total - done)
        return 100 * done / self.total, f"{told}, about {duration(left)} left."


@dataclass(frozen=True, slots=True)
class AtAPoint:
    """Of points that are measured one after another: `name` is under way, and `done` were before it.

    `requests` is how many it has, and `seconds` how long it takes, as far as that is known.
    """

    name: str
    done: int
    points: int
    is_at_most: bool
    requests: int | None
    seconds: float | None
    ended_before: int
    began: float = field(default_factory=time.monotonic)

    def __call__(self, ended: int) -> tuple[float, str]:
        """Return percent and a sentence, so many requests having ended in this attempt."""
        here = ended - self.ended_before
        share = here / self.requests if self.requests else 0.0
        if self.seconds:
            share = (time.monotonic() - self.began) / self.seconds
        of = f"{'at most ' if self.is_at_most else ''}{self.points:,}"
        told = f"{self.name}: {here:,} requests; point {self.done + 1:,} of {of}."
        return 100 * (self.done + min(share, 1.0)) / self.points, told


def duration(seconds: float) -> str:
    """Write a duration that is a guess, no more exact than that: "40 s", "3 min"."""
    return f"{seconds:.0f} s" if round(seconds) < MINUTE else f"{seconds / MINUTE:.0f} min"
