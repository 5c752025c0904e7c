"""What charts are made of: looks, scales, the front, and figures in words."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.studio.report import scales, words
from src.studio.report.looks import looks_of
from src.studio.report.points import points_of
from src.studio.report.trade_off import front_of
from tests.studio.report.made import point

POSITIVE = st.floats(min_value=1e-3, max_value=1e9)


def test_models_have_the_colours_that_the_page_gives_them() -> None:
    # as frontend/src/shared/charts/palette.js says
    keys = ["gateway::fast", "gateway::slow", "demo::größe", "openai::gpt/5"]
    assert [look.color for look in looks_of(keys).values()] == [f"var(--team-{at})" for at in (12, 9, 8, 10)]
    many = looks_of([f"p::m{at}" for at in range(50)])
    assert many["p::m45"].color == "var(--team-14)"
    assert many["p::m49"].color == "color-mix(in srgb, var(--team-38) 74%, var(--color-text))"


def test_twenty_models_differ_in_more_than_colour() -> None:
    looks = looks_of([f"p::m{at}" for at in range(20)])
    assert len({(look.dash, look.marker) for look in looks.values()}) == 20


@given(st.lists(st.tuples(POSITIVE, POSITIVE), min_size=1, max_size=40))
def test_the_front_is_what_nothing_else_beats(pairs: list[tuple[float, float]]) -> None:
    (row,) = points_of({"points": [point()]})
    found = {(latency, tps) for _, latency, tps in front_of([(row, *pair) for pair in pairs])}
    slowly = {
        (latency, tps)
        for latency, tps in pairs
        if not any((a <= latency and b > tps) or (a < latency and b >= tps) for a, b in pairs)
    }
    assert found == slowly


@given(st.lists(POSITIVE, min_size=1, max_size=40), st.sampled_from(["from_zero", "latencies", "loads"]))
def test_all_values_lie_on_their_scale_and_in_their_order(values: list[float], name: str) -> None:
    scale = getattr(scales, name)(values)
    assert scale.low <= min(values)
    assert max(values) <= scale.high
    assert all(scale.low <= tick <= scale.high for tick in scale.ticks)
    places = [scale.percent(value) for value in sorted(values)]
    assert places == sorted(places)
    assert all(0 <= place <= 100 for place in places)


def test_labels_of_loads_do_not_touch() -> None:
    scale = scales.loads([1, 2, 4, 8, 16, 32, 33, 34, 35, 64])
    places = [scale.percent(tick) for tick in scale.ticks]
    assert all(after - before >= scales.CLOSEST for before, after in pairwise(places))
    assert scale.ticks[-1] == 64
    assert scale.is_log


@pytest.mark.parametrize(
    ("share", "told"),
    [(1.0, "100 %"), (0.99999, "99.9 %"), (0.0, "0 %"), (0.00001, "0.1 %"), (0.5, "50 %"), (None, words.UNKNOWN)],
)
def test_a_share_never_says_all_or_nothing_where_it_is_not(share: float | None, told: str) -> None:
    assert words.percent(share) == told


@pytest.mark.parametrize(
    ("usd", "told"),
    [(0.0, "$0.00"), (0.00001234, "$0.00001234"), (1.5, "$1.500"), (1234.5, "$1,234.50"), (None, words.UNKNOWN)],
)
def test_money_keeps_what_says_something(usd: float | None, told: str) -> None:
    assert words.money(usd) == told


@pytest.mark.parametrize(
    ("value", "told"), [(9.99, "10.0 ms"), (999.7, "1.00 s"), (21.4, "21 ms"), (12_345, "12.3 s")]
)
def test_times_have_their_unit(value: float, told: str) -> None:
    assert words.milliseconds(value) == told


def test_a_column_has_one_unit() -> None:
    unit = words.Durations.of([21.0, 1400.0, None])
    assert (unit.unit, unit(21.0), unit(1400.0), unit(None)) == ("s", "0.021", "1.400", words.UNKNOWN)


@pytest.mark.parametrize(
    ("seconds", "told"), [(8.23, "8.2 s"), (200, "3 min 20 s"), (7500, "2 h 5 min"), (120, "2 min")]
)
def test_how_long_it_took(seconds: float, told: str) -> None:
    assert words.span(seconds) == told
