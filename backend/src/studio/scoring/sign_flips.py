"""The paired test: how often differences of cases add up to so much when chance decides their signs."""

from __future__ import annotations

import math
import random
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Count = tuple[int, int]
"""Of one case: how often it passed, and of how many times that it was scored."""

DRAWS = 20_000
SEED = 20260503
MOST_STEPS = 2_000_000
"""So many additions are made to count all ways; beyond, ways are drawn."""
MOST_SIZES = 100
"""Of differences of more sizes than this, the sum is normal to more digits than could be drawn."""


def sign_flip(pairs: Sequence[tuple[Count, Count]]) -> tuple[float, bool]:
    """Return the two-sided p-value of a difference between both sides, and whether all ways were counted.

    Each pair has the counts (passed, scored, of at least 1) of a case on either side. Where there is no
    difference, each case's difference of rates would as well have had the other sign. With one repeat, this is
    McNemar's exact test. The same pairs always have the same p-value.
    """
    scale = math.lcm(*{scored for pair in pairs for _, scored in pair})
    sizes = Counter[int]()
    total = 0
    for (passed, scored), (other_passed, other_scored) in pairs:
        difference = other_passed * (scale // other_scored) - passed * (scale // scored)
        total += difference
        if difference:
            sizes[abs(difference)] += 1
    if not sizes:
        return 1.0, True
    unit = math.gcd(*sizes)
    sizes = Counter({size // unit: count for size, count in sizes.items()})
    observed = abs(total) // unit
    if _steps(sizes) <= MOST_STEPS:
        return min(_counted(sizes, observed), 1.0), True
    return (_drawn if len(sizes) <= MOST_SIZES else _normal)(sizes, observed), False


def _steps(sizes: Mapping[int, int]) -> int:
    """Return how many additions counting takes at most: sums that there are, times how often each size is."""
    steps, sums = 0, 1
    span = sum(size * count for size, count in sizes.items()) + 1
    for count in sizes.values():
        steps += sums * (count + 1)
        sums = min(sums * (count + 1), span)
    return steps


def _counted(sizes: Mapping[int, int], observed: int) -> float:
    """Return the share of all ways to choose signs whose sum is as far from 0 as the observed one."""
    shares = {0: 1.0}
    for size, count in sizes.items():
        steps = [(size * (2 * positive - count), share) for positive, share in enumerate(_halves(count))]
        added: dict[int, float] = {}
        for total, share in shares.items():
            for step, probability in steps:
                added[total + step] = added.get(total + step, 0.0) + share * probability
        shares = added
    return math.fsum(share for total, share in shares.items() if abs(total) >= observed)


def _halves(count: int) -> list[float]:
    """Return how probable each number of heads is in `count` throws of a fair coin."""
    ways = accumulate(range(count), lambda found, heads: found * (count - heads) // (heads + 1), initial=1)
    return [number / 2**count for number in ways]


def _drawn(sizes: Mapping[int, int], observed: int) -> float:
    """Return the same from ways that are drawn; the observed one is one of them, so it is never 0."""
    rng = random.Random(SEED)  # noqa: S311 - no secret hangs on it
    hits = 0
    for _ in range(DRAWS):
        total = sum(size * (2 * rng.getrandbits(count).bit_count() - count) for size, count in sizes.items())
        hits += abs(total) >= observed
    return (hits + 1) / (DRAWS + 1)


def _normal(sizes: Mapping[int, int], observed: int) -> float:
    """Return the same from the normal distribution that sums of so many independent signs have."""
    scale = max(sizes)
    variance = math.fsum(count * (size / scale) ** 2 for size, count in sizes.items())
    return math.erfc(observed / scale / math.sqrt(2 * variance))
