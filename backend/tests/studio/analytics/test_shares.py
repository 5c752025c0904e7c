"""Intervals and tests of shares, beside published examples."""

import itertools
import math

import pytest

from src.studio.analytics.shares import Share, difference_interval, p_value


def test_an_interval_is_wilsons() -> None:
    # Newcombe (1998), Two-sided confidence intervals for the single proportion, table I, method 3
    assert Share(81, 263).interval == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert Share(0, 20).interval == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert Share(20, 20).interval == pytest.approx((0.8389, 1.0), abs=5e-5)


def test_an_interval_of_a_difference_is_newcombes() -> None:
    # Newcombe (1998), Interval estimation for the difference between independent proportions, table II, method 10
    assert difference_interval(Share(48, 80), Share(56, 70)) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert difference_interval(Share(0, 10), Share(10, 10)) == pytest.approx((0.6075, 1.0), abs=5e-5)


def test_a_p_value_is_fishers() -> None:
    assert p_value(Share(1, 4), Share(3, 4)) == pytest.approx(34 / 70)  # the lady who tastes tea
    assert p_value(Share(10, 10), Share(10, 10)) == 1.0
    assert p_value(Share(0, 7), Share(7, 7)) == pytest.approx(2 / math.comb(14, 7))


def test_a_p_value_is_what_counting_all_tables_gives() -> None:
    for a, b in itertools.product(range(7), range(6)):
        total = a + b
        ways = {at: math.comb(6, at) * math.comb(5, total - at) for at in range(7) if 0 <= total - at <= 5}
        rare = sum(count for count in ways.values() if count <= ways[a])
        assert p_value(Share(a, 6), Share(b, 5)) == pytest.approx(rare / math.comb(11, total)), (a, b)
        assert p_value(Share(b, 5), Share(a, 6)) == pytest.approx(p_value(Share(a, 6), Share(b, 5)))
