"""Reproducible draws: integers that depend on nothing but the words they are asked for."""

import hashlib
import struct
from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")

LANE_BITS = 16
LANE_RANGE = 1 << LANE_BITS


def lanes(words: str, count: int) -> tuple[int, ...]:
    """Return `count` evenly distributed integers from 0 to 65,535 that belong to `words`.

    A hash instead of a random generator, and integers instead of floats: the same on every machine and
    Python version.
    """
    return struct.unpack(f"<{count}H", hashlib.shake_256(words.encode()).digest(2 * count))


def draw(words: str, low: int, high: int) -> int:
    """Return one integer from `low` to `high`, both included, that belongs to `words`."""
    return low + lanes(words, 1)[0] * (high - low + 1) // LANE_RANGE


def slots(weights: Mapping[T, int], count: int) -> list[T]:
    """Repeat each item as its weight says, `count` entries in all: picking one evenly draws by weight."""
    total = sum(weights.values())
    filled: list[T] = []
    reached = 0
    for item, weight in weights.items():
        reached += weight
        filled += [item] * (reached * count // total - len(filled))
    return filled


def quantile(knots: tuple[int, ...], lane: int) -> int:
    """Return the value at `lane` on the curve through nine evenly spaced quantiles (the least first)."""
    segment = lane >> 13
    low = knots[segment]
    return low + ((knots[segment + 1] - low) * (lane & 8191) >> 13)
