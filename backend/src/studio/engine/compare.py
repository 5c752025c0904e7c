"""Whether two runs differ: the difference of a percentile, with its interval."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import asdict, dataclass
from itertools import accumulate, repeat
from operator import mul
from typing import TYPE_CHECKING, Any, Literal

from src.studio.engine.bootstrap import LEVEL, Interval, bootstrap_distribution, percentile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Verdict = Literal["higher", "lower", "none_shown", "too_few"]
FEWEST = 10
FEWEST_BEYOND = 5
"""Values that lie beyond the percentile, on its thinner side: with fewer, the interval would be too narrow."""
STEPS, SETTLED_EVERY = 64, 3


@dataclass(frozen=True, slots=True)
class Difference:
    """A percentile of `b` beside that of `a`, in their unit.

    `difference` is b - a, `ratio` b / a (None where a is 0), `interval` holds the true difference with 95 %.
    `p_value` is the probability of a difference so far from 0 where there is none. `verdict` says what b is: where
    the interval holds 0, no difference was shown, which is not to say that there is none. With `too_few` values on
    either side, there is neither interval nor p-value. What has no values at all is None.
    """

    a: float | None
    b: float | None
    difference: float | None
    ratio: float | None
    interval: Interval | None
    p_value: float | None
    verdict: Verdict

    def to_dict(self) -> dict[str, Any]:
        """Return all figures, for JSON."""
        return asdict(self) | {"interval": self.interval and list(self.interval)}


def difference(a: Sequence[float], b: Sequence[float], percent: float = 50) -> Difference:
    """Return how a percentile of `b` differs from that of `a`; values in any order.

    The interval is the percentile bootstrap's: both percentiles' distributions under resampling are computed, and
    so is that of their difference, without drawing. The same values always have the same interval.
    """
    first, second = sorted(a), sorted(b)
    of_a, of_b = (percentile(values, percent) if values else None for values in (first, second))
    if of_a is None or of_b is None:
        return Difference(of_a, of_b, None, None, None, None, "too_few")
    ratio = of_b / of_a if of_a else None
    if min(len(first), len(second)) < fewest(percent):
        return Difference(of_a, of_b, of_b - of_a, ratio, None, None, "too_few")
    from_a, from_b = _Distribution.of(first, percent), _Distribution.of(second, percent)
    tail = (1 - LEVEL) / 2
    interval = _quantile(from_a, from_b, tail), _quantile(from_a, from_b, 1 - tail)
    not_higher, not_lower = _at_most(from_a, from_b, 0.0), 1 - _below(from_a, from_b, 0.0)
    verdict: Verdict = "higher" if not_higher < tail else "lower" if not_lower < tail else "none_shown"
    if verdict == "none_shown":  # an end that is 0 was found by halving: within a rounding of it
        interval = min(interval[0], 0.0), max(interval[1], 0.0)
    p_value = min(1.0, max(0.0, 2 * min(not_higher, not_lower)))
    return Difference(of_a, of_b, of_b - of_a, ratio, interval, p_value, verdict)


def fewest(percent: float) -> int:
    """Return how many values either side needs for an interval of a percentile."""
    thinner = min(percent, 100 - percent) / 100
    return max(FEWEST, math.ceil(FEWEST_BEYOND / thinner)) if thinner else FEWEST


def holm(p_values: Sequence[float | None], level: float = LEVEL) -> list[bool]:
    """Return which of several differences are shown, so that all of them are true with a probability of `level`.

    By Holm's step-down method: the smallest p-value has to be below (1 - level) / their number, and so on. None is
    a difference that could not be tested; it counts for nothing.
    """
    tested = sorted((p, at) for at, p in enumerate(p_values) if p is not None)
    shown = [False] * len(p_values)
    for rank, (p, at) in enumerate(tested):
        if p > (1 - level) / (len(tested) - rank):
            break
        shown[at] = True
    return shown


@dataclass(frozen=True, slots=True)
class _Distribution:
    """A percentile under resampling: values that rise, their shares, and these added up, from 0."""

    values: tuple[float, ...]
    shares: tuple[float, ...]
    sums: list[float]

    @classmethod
    def of(cls, ordered: Sequence[float], percent: float) -> _Distribution:
        """Return that of a percentile of sorted values."""
        values, shares = zip(*bootstrap_distribution(ordered, percent), strict=True)
        return cls(values, shares, [0.0, *accumulate(shares)])


def _at_most(a: _Distribution, b: _Distribution, limit: float, bisect: Callable[..., int] = bisect_right) -> float:
    """Return the probability that b - a is at most `limit`. It is asked for often: nothing here is a loop."""
    found = map(bisect, repeat(b.values), [value + limit for value in a.values])
    return math.fsum(map(mul, a.shares, map(b.sums.__getitem__, found)))


def _below(a: _Distribution, b: _Distribution, limit: float) -> float:
    """Return the probability that b - a is less than `limit`."""
    return _at_most(a, b, limit, bisect_left)


def _quantile(a: _Distribution, b: _Distribution, probability: float) -> float:
    """Return the smallest difference b - a that so much of its distribution does not exceed, by halving.

    For each value of `a` there are fewer and fewer of `b` in question, and soon, for most, none: they are settled.
    """
    low, high = b.values[0] - a.values[-1], b.values[-1] - a.values[0]
    if _at_most(a, b, low) >= probability:
        return low
    values, shares, settled = list(a.values), list(a.shares), 0.0
    lows, highs = [0] * len(values), [len(b.values)] * len(values)
    for step in range(STEPS):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        found = list(map(bisect_right, repeat(b.values), [value + middle for value in values], lows, highs))
        if math.fsum([settled, *map(mul, shares, map(b.sums.__getitem__, found))]) >= probability:
            high, highs = middle, found
        else:
            low, lows = middle, found
        if step % SETTLED_EVERY == 0:
            rows = list(zip(values, shares, lows, highs, strict=True))
            settled = math.fsum([settled, *(share * b.sums[at] for _, share, at, to in rows if at == to)])
            left = [row for row in rows if row[2] != row[3]]
            values, shares, lows, highs = map(list, zip(*left, strict=True)) if left else ([], [], [], [])
    return high
