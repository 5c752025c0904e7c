"""When two numbers are the same: how far one may be away."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from src.studio.scoring.case import DEFAULT_EPSILON

if TYPE_CHECKING:
    from typing import TypeGuard


def is_number(value: Any) -> TypeGuard[float]:  # noqa: ANN401 - JSON
    """Tell whether it is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def tolerance_of(expected: float, epsilon: float) -> float:
    """Return how far a number may be away from an expected one: epsilon, as it stands.

    Of numbers so small that the epsilon that is there by default would let any through, a thousandth: 4.7e-9 is
    not 2.2e-9.
    """
    if epsilon != DEFAULT_EPSILON or not expected:
        return epsilon
    return min(epsilon, abs(expected) / 1000)


def is_near(expected: float, actual: float, tolerance: float) -> bool:
    """Tell whether two numbers are at most so far apart: 0.300001 is, by 1e-6, from 0.3, whatever floats say."""
    if expected == actual:
        return True
    try:
        distance = abs(actual - expected)
    except OverflowError:  # a whole number beyond all floats
        return False
    slack = 2 * math.ulp(max(abs(expected), abs(actual))) if tolerance and isinstance(distance, float) else 0
    return distance <= tolerance + slack
