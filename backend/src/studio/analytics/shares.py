"""Shares of requests that succeeded: how sure they are, and whether two of them differ."""

from __future__ import annotations

import math
from dataclasses import dataclass

Z = 1.959963984540054
"""Of the normal distribution: 95 % lie within so many standard deviations."""
ALMOST_AS_RARE = 1 + 1e-7


@dataclass(frozen=True, slots=True)
class Share:
    """So many of `n` requests, which is one at least."""

    count: int
    n: int

    @property
    def value(self) -> float:
        """The share, 0 to 1."""
        return self.count / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's score interval, 95 %: never below 0 or above 1, and no point where all succeeded."""
        p, n = self.value, self.n
        middle, width = p + Z**2 / (2 * n), Z * math.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
        scale = 1 + Z**2 / n
        return max(0.0, (middle - width) / scale), min(1.0, (middle + width) / scale)


def difference_interval(a: Share, b: Share) -> tuple[float, float]:
    """Return the 95 % interval of b - a: Newcombe's, which is made of both shares' score intervals."""
    (a_low, a_high), (b_low, b_high) = a.interval, b.interval
    difference = b.value - a.value
    down = math.hypot(b.value - b_low, a_high - a.value)
    up = math.hypot(b_high - b.value, a.value - a_low)
    return max(-1.0, difference - down), min(1.0, difference + up)


def p_value(a: Share, b: Share) -> float:
    """Return how probable shares so far apart are where nothing differs: Fisher's exact test, two-sided."""
    failed = a.n - a.count + b.n - b.count
    succeeded = a.n + b.n - failed
    rarer = min(failed, succeeded)  # fewer of them are fewer ways to have them
    seen = a.n - a.count if rarer == failed else a.count
    chances = {
        at: math.exp(_log_ways(a.n, at) + _log_ways(b.n, rarer - at) - _log_ways(a.n + b.n, rarer))
        for at in range(max(0, rarer - b.n), min(rarer, a.n) + 1)
    }
    return min(1.0, math.fsum(chance for chance in chances.values() if chance <= chances[seen] * ALMOST_AS_RARE))


def _log_ways(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
