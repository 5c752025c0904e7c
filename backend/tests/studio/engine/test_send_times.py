"""Times of sending are drawn before the start: so many a second, and the same ones for the same seed."""

import itertools
import random
import statistics
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.studio.engine.schedule import Arrival, send_times

RATES = st.floats(min_value=0.01, max_value=10_000)


@given(RATES, st.integers(0, 200), st.sampled_from(["constant", "poisson"]), st.integers(0, 2**32))
def test_there_are_as_many_as_were_asked_for_in_rising_order(
    rate: float, count: int, arrival: Arrival, seed: int
) -> None:
    times = send_times(rate, arrival, count=count, seed=seed)
    assert len(times) == count
    assert times == sorted(times)
    assert times == send_times(rate, arrival, count=count, seed=seed)
    assert all(at >= 0 for at in times)


@given(RATES, st.floats(min_value=0, max_value=20))
def test_none_is_at_the_end_or_after_it(rate: float, seconds: float) -> None:
    times = send_times(rate, "constant", duration_s=seconds, count=500)
    assert all(at < 1000 * seconds for at in times)
    assert times == [1000 * (n / rate) for n in range(500) if n / rate < seconds]


@pytest.mark.parametrize(("burstiness", "variation"), [(1.0, 1.0), (0.25, 2.0), (4.0, 0.5), (100.0, 0.1)])
def test_gaps_have_the_mean_of_the_rate_and_the_variation_of_the_burstiness(
    burstiness: float, variation: float
) -> None:
    times = send_times(50, "poisson", burstiness=burstiness, count=20_000, seed=3)
    gaps = [after - before for before, after in itertools.pairwise(times)]
    assert statistics.mean(gaps) == pytest.approx(20, rel=0.03)
    assert statistics.stdev(gaps) / statistics.mean(gaps) == pytest.approx(variation, rel=0.03)


def test_other_seeds_have_other_times() -> None:
    assert send_times(5, "poisson", count=3, seed=1) != send_times(5, "poisson", count=3, seed=2)


def test_a_poisson_schedule_counts_as_poisson_does() -> None:
    counts = [len(send_times(10, "poisson", duration_s=5, seed=seed)) for seed in range(400)]
    assert statistics.mean(counts) == pytest.approx(50, rel=0.03)
    assert statistics.variance(counts) == pytest.approx(50, rel=0.2)


@pytest.mark.parametrize("arrival", ["constant", "poisson"])
def test_over_a_ramp_the_rate_rises_evenly(arrival: Arrival) -> None:
    times = send_times(100, arrival, duration_s=40, ramp_s=20, seed=1)
    seen = [sum(1000 * start <= at < 1000 * (start + 5) for at in times) for start in range(0, 40, 5)]
    expected = [62.5, 187.5, 312.5, 437.5, 500, 500, 500, 500]
    slack = 1 if arrival == "constant" else 90
    assert all(abs(one - other) <= slack for one, other in zip(seen, expected, strict=True))


def test_a_ramp_agrees_with_the_sum_of_its_rate() -> None:
    draws = random.Random(1)  # noqa: S311 - not a secret
    for _ in range(50):
        rate, ramp = draws.uniform(1, 50), draws.uniform(0.1, 10)
        for number, at in enumerate(send_times(rate, "constant", count=200, ramp_s=ramp)):
            seconds = at / 1000
            sent = rate * seconds**2 / 2 / ramp if seconds < ramp else rate * (seconds - ramp / 2)
            assert sent == pytest.approx(number, abs=1e-6)


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate": 0},
        {"rate": float("inf")},
        {"rate": float("nan")},
        {"burstiness": 0},
        {"ramp_s": -1},
        {"count": None},
    ],
)
def test_a_schedule_without_sense_or_end_is_refused(wrong: dict[str, Any]) -> None:
    given: dict[str, Any] = {"rate": 1, "arrival": "poisson", "count": 1}
    with pytest.raises(ValueError, match=r"above 0|ends after"):
        send_times(**{**given, **wrong})
