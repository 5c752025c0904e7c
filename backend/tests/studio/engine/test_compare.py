"""A difference is shown where there is one, and not where there is none, as often as its interval promises."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from src.studio.engine.bootstrap import bootstrap_distribution, bootstrap_interval, percentile
from src.studio.engine.compare import difference, fewest, holm

VALUES = st.lists(st.floats(min_value=0.001, max_value=1e6), min_size=10, max_size=120)


@pytest.mark.parametrize(("n", "percent"), [(1, 50), (2, 50), (10, 50), (31, 50), (30, 95), (100, 95), (2000, 99)])
def test_a_percentile_s_distribution_is_what_resampling_tends_to(n: int, percent: int) -> None:
    draws = random.Random(n)  # noqa: S311 - not a secret
    values = sorted(draws.lognormvariate(0, 1) for _ in range(n))
    distribution = bootstrap_distribution(values, percent)
    assert sum(share for _, share in distribution) == pytest.approx(1)
    assert [value for value, _ in distribution] == sorted(value for value, _ in distribution)
    drawn = [percentile(sorted(draws.choices(values, k=n)), percent) for _ in range(min(4000, 400_000 // n))]
    for limit in values[:: max(n // 20, 1)]:
        computed = sum(share for value, share in distribution if value <= limit)
        assert computed == pytest.approx(sum(value <= limit for value in drawn) / len(drawn), abs=0.12)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(VALUES, VALUES)
def test_the_other_way_round_it_is_the_same_with_another_sign(a: list[float], b: list[float]) -> None:
    there, back = difference(a, b), difference(b, a)
    assert there.difference == percentile(sorted(b), 50) - percentile(sorted(a), 50)
    assert there.interval is not None
    assert back.interval is not None
    assert there.interval[0] <= there.interval[1]
    assert back.difference == -(there.difference or 0)
    assert {there.verdict, back.verdict} in ({"higher", "lower"}, {"none_shown"})
    assert there.p_value == pytest.approx(back.p_value, abs=1e-6)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(VALUES)
def test_nothing_differs_from_itself(values: list[float]) -> None:
    same = difference(values, values)
    assert (same.difference, same.verdict) == (0, "none_shown")
    assert (same.p_value or 0) > 0.05


def test_against_a_constant_the_interval_is_that_of_the_other_side() -> None:
    draws = random.Random(1)  # noqa: S311 - not a secret
    values = sorted(draws.gauss(100, 10) for _ in range(50))
    found = difference([40.0] * 50, values)
    low, high = bootstrap_interval(values, 50)
    assert found.interval == pytest.approx((low - 40, high - 40), abs=1.0)
    assert (found.verdict, found.p_value) == ("higher", pytest.approx(0, abs=1e-6))
    assert found.ratio == pytest.approx(percentile(values, 50) / 40)
    assert difference(values, [40.0] * 50).verdict == "lower"


@pytest.mark.parametrize(("n", "percent"), [(10, 50), (30, 50), (100, 50), (100, 95), (300, 95), (500, 99)])
def test_an_interval_holds_the_true_difference_as_often_as_it_says(n: int, percent: int) -> None:
    draws = random.Random(n * percent)  # noqa: S311 - not a secret
    true = sorted(draws.lognormvariate(0, 0.5) for _ in range(200_000))
    truth = percentile(true, percent)  # b is twice as large
    held = 0
    trials = 300
    for _ in range(trials):
        a = [draws.lognormvariate(0, 0.5) for _ in range(n)]
        b = [2 * draws.lognormvariate(0, 0.5) for _ in range(n)]
        interval = difference(a, b, percent).interval
        assert interval is not None
        held += interval[0] <= truth <= interval[1]
    assert 0.92 <= held / trials <= 0.995


def test_too_few_values_have_no_verdict() -> None:
    assert [fewest(percent) for percent in (50, 90, 95, 99)] == [10, 50, 100, 500]
    few = difference([1.0] * 9, [2.0] * 10)
    assert (few.verdict, few.interval, few.p_value, few.difference, few.ratio) == ("too_few", None, None, 1.0, 2.0)
    assert difference([1.0] * 99, [2.0] * 200, 95).verdict == "too_few"
    nothing = difference([], [2.0])
    assert (nothing.verdict, nothing.a, nothing.b, nothing.difference) == ("too_few", None, 2.0, None)
    assert difference([0.0] * 10, [2.0] * 10).ratio is None


def test_of_many_differences_the_chance_ones_are_sorted_out() -> None:
    assert holm([0.04, 0.001, None, 0.03]) == [False, True, False, False]
    assert holm([0.01, 0.02, 0.03]) == [True, True, True]
    assert holm([0.04]) == [True]
    assert holm([None, None]) == [False, False]
    assert holm([]) == []


def test_of_twenty_runs_of_one_server_holm_shows_no_difference_as_often_as_it_says() -> None:
    draws = random.Random(5)  # noqa: S311 - not a secret
    wrong = 0
    for _ in range(40):
        runs = [[draws.gauss(100, 10) for _ in range(30)] for _ in range(11)]
        wrong += any(holm([difference(runs[0], run).p_value for run in runs[1:]]))
    assert wrong <= 6


def test_a_large_run_is_compared_quickly_and_sharply() -> None:
    draws = random.Random(9)  # noqa: S311 - not a secret
    a, b = ([draws.gauss(mean, 20) for _ in range(10_000)] for mean in (100, 102))
    found = difference(a, b, 95)
    assert found.interval is not None
    assert (found.verdict, found.interval[1] - found.interval[0] < 3) == ("higher", True)
