"""Where requests belong, which point is next, and what is said of the loads that a model keeps up with."""

from typing import Any

import pytest

from src.studio.benchmarks.course import count_points, count_requests, loads_at_most, next_point, tells_each
from src.studio.benchmarks.knees import knees_of, outcome_of, sentence_of_knees
from src.studio.benchmarks.measured import with_point
from src.studio.benchmarks.points import Cell, Load, Point, cell_of
from src.studio.benchmarks.results import results_of
from src.studio.engine.slo import Slo
from src.studio.engine.sweep import Outcome
from tests.studio.benchmarks.made import record, target, wish

EIGHT, HALF = Load("concurrency", 8), Load("rate", 2.5)


@pytest.mark.parametrize(
    ("key", "cell", "name"),
    [
        ("0-1000-3", Cell(0, 1000, 3), "m@1000"),
        ("0-0-c8-3", Cell(0, 0, 3, load=EIGHT), "m@0 c8"),
        ("9-0-r2.5-3", Cell(9, 0, 3, load=HALF), "m@0 r2.5"),
        ("0-0-o200-0", Cell(0, 0, 0, 200), "m@0>200"),
        ("99-2000000-r1234.56o128000-50000", Cell(99, 2_000_000, 50_000, 128_000, Load("rate", 1234.56)), ""),
    ],
)
def test_a_key_says_where_a_request_belongs(key: str, cell: Cell, name: str) -> None:
    assert cell_of(key) == cell
    assert cell.key == key
    assert cell.point.name("m") == (name or "m@2000000>128000 r1234.56")
    assert len(key) <= 64


@pytest.mark.parametrize("key", ["", "0-0", "0-0-x8-1", "0-0-c8-c9-1", "a-0-1"])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        cell_of(key)


def outcome(load: float, rate: float) -> Outcome:
    return Outcome(load, rate)


def test_models_take_turns_load_by_load() -> None:
    request, targets = wish("a", "b", mode="concurrency", concurrencies=[4, 1]), [target("a"), target("b")]
    outcomes: dict[Point, list[Outcome]] = {Point(0, 0): [], Point(1, 0): []}
    order = []
    while (point := next_point(request, targets, outcomes)) is not None:
        order.append((point.target, point.load and point.load.value))
        outcomes[point._replace(load=None)].append(outcome(point.load.value or 0 if point.load else 0, 1))
    assert order == [(0, 1), (1, 1), (0, 4), (1, 4)]


def test_a_search_goes_on_where_the_outcomes_are_and_models_that_are_done_are_left() -> None:
    request, targets = wish("a", "b", mode="sweep"), [target("a"), target("b")]
    known = {Point(0, 0): [outcome(1, 9), outcome(2, 9)], Point(1, 0): [outcome(1, 1), outcome(2, 2)]}
    assert next_point(request, targets, known) == Point(1, 0, None, Load("concurrency", 4))


@pytest.mark.parametrize(
    "figures", [{"over": "rate"}, {"over": "concurrency"}, {"over": "rate", "start": 0.1234567}]
)
@pytest.mark.parametrize("knee", [0.5, 3, 11, 23.4, 64, 1000])
def test_a_search_tries_no_more_loads_than_was_said_before(figures: dict[str, Any], knee: float) -> None:
    request, targets = wish("a", mode="sweep", sweep=figures, requests=5), [target("a")]
    outcomes: list[Outcome] = []
    while (point := next_point(request, targets, {Point(0, 0): outcomes})) is not None:
        assert point.load is not None
        level = point.load.value or 0
        assert cell_of(point.cell(1).key).point == point
        offered = level if point.load.mode == "rate" else None
        outcomes.append(Outcome(level, min(level, knee), offered_rate=offered))
    assert len(outcomes) <= len(loads_at_most(request)) == count_points(request, targets)
    assert count_requests(request, targets) == 5 * count_points(request, targets)


def test_of_many_requests_not_each_is_told() -> None:
    assert tells_each(wish("a"), 10_000)
    assert not tells_each(wish("a"), 10_001)
    assert not tells_each(wish("a", mode="sweep", requests=50), 2_001)
    assert not tells_each(wish("a", duration_seconds=5), None)


def loaded(load: Load, count: int, ms: float, seconds: float, at: int = 0) -> list[Any]:
    """Return `count` requests in `seconds`, whose first tokens came after so many milliseconds."""
    step = seconds / count
    told = []
    for number in range(1, count + 1):
        sent = round(step * number * 1e9)
        key = Cell(at, 0, number, load=load).key
        times: dict[str, Any] = {
            "scheduled_ns": sent,
            "sent_ns": sent,
            "end_ns": sent + round(ms * 1e6),
            "ttft_ms": ms,
        }
        told.append(record(at, 0, number, **times, key=key, open_loop=load.mode == "rate"))
    return told


def test_the_sentence_of_rates_says_up_to_where_and_what_happens_above() -> None:
    slo = Slo.parse("ttft<800")
    records = loaded(Load("rate", 10), 100, 100, 10) + loaded(Load("rate", 24), 240, 900, 10)
    slow = loaded(Load("rate", 10), 100, 900, 10, at=1) + loaded(Load("rate", 24), 240, 900, 10, at=1)
    found = results_of([target("fast"), target("slow")], records + slow, slo=slo)
    assert [outcome_of(result).load for result in found] == [10, 24, 10, 24]
    knees = knees_of(found)
    assert [(knee.told()["load"], knee.told()["is_bound"]) for knee in knees] == [(10, None), (10, "below")]
    assert sentence_of_knees(knees) == (
        "fast keeps up with 10 requests a second; from 24 on the wait for the first token grows past 800 ms. "
        "slow does not keep up with 10 requests a second, the least that was tried."
    )
    assert knees[1].sentence.endswith("tried: the wait for the first token grows past 800 ms.")


def test_one_load_shows_no_knee() -> None:
    assert knees_of(results_of([target()], loaded(Load("rate", 10), 100, 100, 10))) == []


def test_a_single_rate_that_was_too_much_is_said() -> None:
    records = loaded(Load("rate", 10), 100, 900, 10)
    (found,) = knees_of(results_of([target()], records, slo=Slo.parse("ttft<800")))
    assert found.sentence.endswith(
        "does not keep up with 10 requests a second, the least that was tried: "
        "the wait for the first token grows past 800 ms."
    )


def test_a_run_has_the_worst_of_what_its_generators_said() -> None:
    first = {"lag_p99_ms": 1.0, "chunks": 5, "client_limited": False, "notes": ["a"], "dispatch_p99_ms": None}
    second = {"lag_p99_ms": 9.0, "chunks": 6, "client_limited": True, "notes": ["a", "b"], "dispatch_p99_ms": 2.0}
    told = with_point(with_point(None, first, {"key": "0-0-c1-"}), second, {"key": "0-0-c2-"})
    points = told.pop("points")
    assert told == second | {"chunks": 11}
    assert [point["key"] for point in points] == ["0-0-c1-", "0-0-c2-"]
    assert points[0]["lag_p99_ms"] == 1
