"""Pairing by who fits whom and by cost, held against trying every way."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.studio.scoring.matching import cheapest, cover, in_order, remembered
from tests.cpu import CpuTime
from tests.studio.scoring.table import judge, made, want

Edges = list[list[bool]]
SQUARES = st.integers(0, 5).flatmap(
    lambda rows: st.integers(0, 5).flatmap(
        lambda columns: st.lists(
            st.lists(st.booleans(), min_size=columns, max_size=columns), min_size=rows, max_size=rows
        )
    )
)


def ways(rows: int, columns: int) -> list[list[int | None]]:
    """Return every way to give each row a column of its own, or none."""
    choices = itertools.product([None, *range(columns)], repeat=rows)
    return [
        list(way)
        for way in choices
        if len({column for column in way if column is not None}) == sum(column is not None for column in way)
    ]


@settings(max_examples=150, deadline=None)
@given(SQUARES, st.sets(st.integers(0, 4)))
def test_a_cover_is_as_large_as_any_and_has_all_that_is_needed_where_any_has(
    edges: Edges, needed: set[int]
) -> None:
    rows, columns = len(edges), len(edges[0]) if edges else 0
    needed = {column for column in needed if column < columns}
    found = cover(rows, columns, lambda row, column: edges[row][column], sorted(needed))
    taken = [column for column in found if column is not None]
    assert len(set(taken)) == len(taken)
    assert all(edges[row][column] for row, column in enumerate(found) if column is not None)
    valid = [
        way
        for way in ways(rows, columns)
        if all(edges[row][column] for row, column in enumerate(way) if column is not None)
    ]
    assert len(taken) == max(sum(column is not None for column in way) for way in valid)
    if any(None not in way and needed <= set(way) for way in valid):
        assert None not in found
        assert needed <= set(taken)


@settings(max_examples=150, deadline=None)
@given(SQUARES, st.sets(st.integers(0, 4)))
def test_pairs_in_order_are_found_where_there_are_any(edges: Edges, spare: set[int]) -> None:
    rows, columns = len(edges), len(edges[0]) if edges else 0
    found = in_order(rows, columns, lambda row, column: edges[row][column], spare.__contains__)
    valid = [
        list(way)
        for way in itertools.combinations(range(columns), rows)
        if all(edges[row][column] for row, column in enumerate(way)) and set(range(columns)) - set(way) <= spare
    ]
    assert (found in valid) if valid else found is None


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 5).flatmap(
        lambda rows: st.integers(rows, 6).flatmap(
            lambda columns: st.lists(
                st.lists(st.integers(0, 9), min_size=columns, max_size=columns), min_size=rows, max_size=rows
            )
        )
    )
)
def test_no_other_pairs_are_cheaper(costs: list[list[int]]) -> None:
    found = cheapest(costs)
    columns = len(costs[0]) if costs else 0
    assert len(set(found)) == len(found) == len(costs)
    least = min(
        sum(costs[row][column] for row, column in enumerate(way))
        for way in itertools.permutations(range(columns), len(costs))
    )
    assert sum(costs[row][column] for row, column in enumerate(found)) == least


def test_what_is_remembered_is_asked_once() -> None:
    asked = []
    fits = remembered(lambda one, other: asked.append((one, other)) or one == other)
    assert [fits(1, 1), fits(1, 2), fits(1, 1)] == [True, False, True]
    assert asked == [(1, 1), (1, 2)]


def test_the_problem_that_is_told_is_that_of_the_nearest_pairs() -> None:
    expected = [
        want("get_weather", city="Paris", unit="celsius", days=1),
        want("get_weather", city="London", unit="fahrenheit", days=2),
    ]
    calls = [
        made("get_weather", city="London", unit="fahrenheit", days=3),
        made("get_weather", city="Paris", unit="celsius", days=1),
    ]
    verdict = judge(expected, calls)
    [problem] = verdict.problems
    assert (problem.path, problem.expected, problem.actual, problem.wanted, problem.call) == ("/days", 2, 3, 1, 0)
    assert verdict.pairs == ((0, 0, 1), (0, 1, 0))


def test_a_call_of_the_same_tool_is_nearer_than_another_ones() -> None:
    verdict = judge(
        [want("get_weather", city="Paris")], [made("get_time", city="Paris"), made("get_weather", city="Rome")]
    )
    assert [problem.reason for problem in verdict.problems] == ["extra_call", "wrong_arguments"]


def test_a_tool_that_may_be_called_beside_is_no_wrong_one() -> None:
    verdict = judge([want("get_weather", city="Paris")], [made("get_time", city="Paris")], extra=("get_time",))
    assert verdict.reason == "missing_call"


def test_a_call_that_may_be_there_beside_makes_room_for_one_that_may_not() -> None:
    expected = [want("get_weather", "get_time", city="Paris")]
    calls = [made("get_weather", city="Paris"), made("get_time", city="Paris")]
    assert judge(expected, calls, extra=("get_weather",)).pairs == ((0, 0, 1),)
    assert judge(expected, calls, extra=("get_time",)).pairs == ((0, 0, 0),)
    verdict = judge(expected, [*calls, made("stop")], extra=("get_weather",))
    assert [problem.call for problem in verdict.problems] == [2]


def test_a_call_that_nobody_wants_is_not_made_good_by_one_that_may_be_there_beside() -> None:
    calls = [made("get_weather", city="Paris"), made("stop")]
    verdict = judge([want("get_weather", city="Paris")], calls, extra=("get_weather",))
    assert verdict.reason == "extra_call"


@pytest.mark.parametrize("is_right", [True, False])
@pytest.mark.parametrize("order", ["any", "strict"])
def test_fifty_calls_are_paired_with_fifty_quickly(is_right: bool, order: str) -> None:
    expected = [want("get_weather", city={"$any": [f"c{n}", f"c{n + 1}"]}, days=3) for n in range(50)]
    calls = [made("get_weather", city=f"c{n}", days=3) for n in range(50 if is_right else 49)]
    if order == "any":
        random.Random(7).shuffle(calls)  # noqa: S311 - not a secret
    if not is_right:
        calls.append(made("get_weather", city="nowhere", days=3))
    start = CpuTime()
    verdict = judge(expected, calls, order=order)
    assert start.seconds < 1.5
    assert verdict.passed is is_right
    assert len(verdict.problems) == (0 if is_right else 1)


def test_a_hundred_wanted_calls_and_a_thousand_made_ones_end() -> None:
    expected = [want("get_weather", city=f"c{n}") for n in range(100)]
    calls = [made("get_weather", city=f"d{n}") for n in range(1000)]
    start = CpuTime()
    verdict = judge(expected, calls)
    assert start.seconds < 5
    assert verdict.reason == "extra_call"
    assert len(verdict.problems) == 50
    assert (
        judge(expected, calls * 2).problems[0].sentence == "2000 calls are made; more than 1000 are not looked at."
    )


@pytest.mark.parametrize(
    ("calls", "extra", "share"),
    [
        (["get_weather", "get_time"], ("get_time",), 1.0),  # which may be there beside
        (["get_weather", "get_time"], (), 0.5),
        (["get_weather", "get_time", "get_time"], ("get_time",), 1.0),
        (["get_time"], ("get_time",), 0.0),
        (["get_weather", "stop", "get_time"], ("get_time",), 0.5),
    ],
)
def test_a_call_that_may_be_there_beside_takes_nothing_from_the_tools_that_were_right(
    calls: list[str], extra: tuple[str, ...], share: float
) -> None:
    verdict = judge([want("get_weather", city="Paris")], [made(name, city="Rome") for name in calls], extra=extra)
    assert not verdict.passed
    assert verdict.scores.tool_selection == share
