"""Where a value lies on an axis, and which values are written there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

WIDE = 8
"""From this ratio on, loads are drawn by their logarithm."""
VERY_WIDE = 40
"""And latencies from this one on."""
CLOSEST = 9.0
"""Percent of the axis between two labels, at least."""
STEPS = (1, 2, 5, 10)
MOST_TICKS = 5
FEW_DECADES = 3
ROOM = 1.06


@dataclass(frozen=True, slots=True)
class Scale:
    """From `low` to `high`, evenly or by the logarithm."""

    low: float
    high: float
    ticks: tuple[float, ...]
    is_log: bool = False

    def percent(self, value: float) -> float:
        """Return how far along the axis a value lies, 0 to 100; values beyond it lie at its ends."""
        if self.high <= self.low:
            return 50.0
        if self.is_log:
            value = min(max(value, self.low), self.high)
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return round(100 * min(max(share, 0.0), 1.0), 2)


def from_zero(values: Iterable[float]) -> Scale:
    """Return a scale from 0 to a little above the largest value."""
    most = max(values, default=0.0)
    if most <= 0:
        return Scale(0, 1, (0, 1))
    step = _step(most)
    high = most if most % step == 0 else min(most * ROOM, math.ceil(most / step) * step)
    return Scale(0, high, tuple(step * at for at in range(math.floor(high / step * (1 + 1e-9)) + 1)))


def latencies(values: Iterable[float]) -> Scale:
    """Return a scale for times: from 0, or by the logarithm where they are of very different length."""
    found = [value for value in values if value > 0]
    if found and max(found) / min(found) >= VERY_WIDE:
        return logarithmic(found)
    return from_zero(found)


def logarithmic(values: Iterable[float]) -> Scale:
    """Return a logarithmic scale around positive values, with round numbers on it."""
    found = list(values)
    low, high = min(found) / ROOM, max(found) * ROOM
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    steps = STEPS[:3] if last - first <= FEW_DECADES else STEPS[:1]
    marks = [step * 10.0**power for power in range(first, last + 1) for step in steps]
    ticks = [mark for mark in marks if low <= mark <= high]
    return Scale(low, high, tuple(ticks), is_log=True)


def loads(values: Iterable[float]) -> Scale:
    """Return a scale for what was tried: these values are its labels, by the logarithm where they double."""
    found = sorted(set(values))
    is_log = found[0] > 0 and found[-1] / found[0] >= WIDE
    bare = Scale(found[0], found[-1], (), is_log=is_log)
    ticks = [found[-1]]
    for value in reversed(found[:-1]):
        if bare.percent(ticks[-1]) - bare.percent(value) >= CLOSEST:
            ticks.append(value)
    return Scale(found[0], found[-1], tuple(reversed(ticks)), is_log=is_log)


def _step(most: float) -> float:
    rough = most / MOST_TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in STEPS if step * power >= rough * (1 - 1e-9))
