"""Percentiles, and how sure they are: the percentile bootstrap, computed instead of drawn."""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LEVEL = 0.95
NEGLIGIBLE = 1e-16
RARE = 1e-9
"""Of a percentile's distribution, what lies further out than so much of it is counted to its ends."""

Interval = tuple[float, float]


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Return a percentile of sorted values, interpolated between the two nearest ranks."""
    rank, share = _position(len(ordered), percent)
    return _between(ordered, rank, min(rank + 1, len(ordered) - 1), share)


def bootstrap_interval(ordered: Sequence[float], percent: float) -> Interval:
    """Return the 95 % percentile-bootstrap interval of a percentile of sorted values.

    It is what resampling tends to, computed instead of drawn: the k-th smallest of n values that are drawn from n
    is at most the j-th of them with the probability that a binomial of n and j/n is at least k. So it has no noise
    and no seed, and costs as much for 10,000 values as for ten. Between two ranks, their bounds are interpolated
    as the percentile is.
    """
    n = len(ordered)
    rank, share = _position(n, percent)
    lower, upper = _bounds(n, rank), _bounds(n, min(rank + 1, n - 1))
    return _between(ordered, lower[0], upper[0], share), _between(ordered, lower[1], upper[1], share)


def bootstrap_distribution(ordered: Sequence[float], percent: float) -> list[tuple[float, float]]:
    """Return the percentile-bootstrap distribution of a percentile of sorted values, as values and their shares.

    Values rise, shares add up to 1. Between two ranks, values of the same quantile are interpolated, as
    `bootstrap_interval` does with its bounds.
    """
    n = len(ordered)
    rank, share = _position(n, percent)
    lower, upper = _cumulated(n, rank), _cumulated(n, min(rank + 1, n - 1))
    steps = sorted({0.0, *(up_to for _, up_to in lower), *(up_to for _, up_to in upper)})
    distribution, low, high = list[tuple[float, float]](), 0, 0
    for start, end in pairwise(steps):
        while lower[low][1] <= start:
            low += 1
        while upper[high][1] <= start:
            high += 1
        distribution.append((_between(ordered, lower[low][0], upper[high][0], share), end - start))
    return distribution


def _position(n: int, percent: float) -> tuple[int, float]:
    """Return the rank below a percentile, from 0, and how far it lies towards the next one, from 0 to 1."""
    position = (n - 1) * percent / 100
    rank = min(int(position), n - 1)
    return rank, position - rank


def _between(ordered: Sequence[float], first: int, second: int, share: float) -> float:
    low, high = ordered[first], ordered[second]
    return min(low + (high - low) * share, high)


@lru_cache(maxsize=4096)
def _bounds(n: int, rank: int) -> tuple[int, int]:
    """Return the ranks between which the value of `rank` stays in 95 % of resamples; all from 0."""
    tail = (1 - LEVEL) / 2
    return _first(n, rank + 1, tail), _first(n, rank + 1, 1 - tail)


@lru_cache(maxsize=64)
def _cumulated(n: int, rank: int) -> list[tuple[int, float]]:
    """Return the ranks that the value of `rank` has in resamples, each with how probable it or a lower one is."""
    k = rank + 1
    first, last = _first(n, k, RARE), _first(n, k, 1 - RARE)
    return [(at, _at_least(k, n, (at + 1) / n)) for at in range(first, last)] + [(last, 1.0)]


def _first(n: int, k: int, probability: float) -> int:
    """Return the smallest rank, from 0, that a resample's k-th smallest stays at or below so probably."""
    low, high = 1, n
    while low < high:
        middle = (low + high) // 2
        if _at_least(k, n, middle / n) >= probability:
            high = middle
        else:
            low = middle + 1
    return low - 1


def _at_least(k: int, n: int, p: float) -> float:
    """Return the probability of k or more successes in n trials, 1 ≤ k ≤ n, 0 < p ≤ 1."""
    if p >= 1:
        return 1.0
    if k <= n * p:  # the shorter tail is summed, from its largest term on
        return 1 - _tail(n - k + 1, n, 1 - p)
    return _tail(k, n, p)


def _tail(k: int, n: int, p: float) -> float:
    """Return what `_at_least` does, for k above the mean: terms fall from the first one on."""
    odds = p / (1 - p)
    log_choices = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    term = total = math.exp(log_choices + k * math.log(p) + (n - k) * math.log1p(-p))
    for i in range(k, n):
        term *= (n - i) / (i + 1) * odds
        total += term
        if term <= total * NEGLIGIBLE:  # also where all of them are too small for a float
            break
    return total
