"""What a generator notes of itself keeps its percentiles, however much there is of it, and stays small."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.studio.engine.bootstrap import percentile
from src.studio.engine.lag import Sample


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=64))
def test_what_fits_is_kept_as_it_is(values: list[float]) -> None:
    sample = Sample(64)
    for value in values:
        sample.add(value)
    assert sample.percentile(99) == percentile(sorted(values), 99)


@pytest.mark.parametrize("count", [65, 1000, 100_000])
def test_what_does_not_fit_is_thinned_evenly(count: int) -> None:
    draws = random.Random(count)  # noqa: S311 - not a secret
    sample = Sample(2048 if count > 2048 else 64)
    for number in range(count):
        sample.add(draws.uniform(0, 100) if number < count // 2 else draws.uniform(100, 200))
    assert len(sample._kept) <= sample._most
    assert sample.percentile(50) == pytest.approx(100, abs=12)
    assert sample.percentile(99) == pytest.approx(198, abs=12)


def test_of_nothing_there_is_no_percentile() -> None:
    assert Sample().percentile(50) is None
