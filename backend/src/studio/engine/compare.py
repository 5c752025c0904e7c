"""Whether two runs differ: the difference of a percentile, with its interval."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import asdict, dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Literal

from src.studio.engine.bootstrap import LEVEL, Interval, bootstrap_distribution, percentile

if TYPE_CHECKING:
    from collections.abc import Sequence

    Distribution = list[tuple[float, float]]

Verdict = Literal["higher", "lower", "none_shown", "too_few"]
FEWEST = 10
FEWEST_BEYOND = 5
"""Values that lie beyond the percentile, on its thinner side: with fewer, the interval would be too narrow."""
STEPS = 64


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
    from_a, from_b = bootstrap_distribution(first, percent), bootstrap_distribution(second, percent)
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


def _at_most(a: Distribution, b: Distribution, limit: float) -> float:
    """Return the probability that b - a is at most `limit`."""
    values, sums = [value for value, _ in b], [0.0, *accumulate(share for _, share in b)]
    return math.fsum(share * sums[bisect_right(values, value + limit)] for value, share in a)


def _below(a: Distribution, b: Distribution, limit: float) -> float:
    """Return the probability that b - a is less than `limit`."""
    values, sums = [value for value, _ in b], [0.0, *accumulate(share for _, share in b)]
    return math.fsum(share * sums[bisect_left(values, value + limit)] for value, share in a)


def _quantile(a: Distribution, b: Distribution, probability: float) -> float:
    """Return the smallest difference b - a that so much of its distribution does not exceed, by halving."""
    low, high = b[0][0] - a[-1][0], b[-1][0] - a[0][0]
    if _at_most(a, b, low) >= probability:
        return low
    for _ in range(STEPS):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        if _at_most(a, b, middle) >= probability:
            high = middle
        else:
            low = middle
    return high
