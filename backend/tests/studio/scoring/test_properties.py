"""Verdicts of made-up cases: what always holds, and what a slow way of the same finds."""

from __future__ import annotations

import copy
import itertools
import json
from collections import Counter
from typing import Any, get_args

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from src.studio.scoring import bfcl, strict
from src.studio.scoring.case import Case, ExpectedCall, ScoringConfig, Turn, read_case
from src.studio.scoring.toolbox import Toolbox
from src.studio.scoring.values import mismatch
from src.studio.scoring.verdict import Call, Reason
from src.studio.scoring.work import Work
from tests.studio.scoring.table import judge

CITIES = ["Paris", "London", "Rome"]
TOOLBOX = Toolbox(
    [
        {
            "name": name,
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}, "days": {"type": "integer", "maximum": 2}},
                "required": ["city"],
            },
        }
        for name in ("one", "two")
    ]
)
EXPECTED_CITY = st.one_of(
    st.sampled_from(CITIES),
    st.lists(st.sampled_from(CITIES), min_size=1, max_size=3).map(lambda any_: {"$any": any_}),
)
WANTED = st.builds(
    lambda tools, arguments, optional: ExpectedCall(tuple(tools), arguments, tuple(optional)),
    st.lists(st.sampled_from(["one", "two"]), min_size=1, max_size=2, unique=True),
    st.fixed_dictionaries({"city": EXPECTED_CITY}, optional={"days": st.integers(1, 2)}),
    st.lists(st.sampled_from(["days", "city"]), max_size=2, unique=True),
)
ARGUMENTS = st.fixed_dictionaries(
    {}, optional={"city": st.sampled_from([*CITIES, 3]), "days": st.integers(1, 3), "town": st.just("x")}
)
MADE = st.builds(
    Call,
    st.sampled_from(["one", "two", "One"]),
    st.one_of(ARGUMENTS.map(json.dumps), ARGUMENTS.map(json.dumps), st.just("{")),
)
CONFIG = st.fixed_dictionaries(
    {
        "order": st.sampled_from(["any", "strict"]),
        "extra": st.lists(st.sampled_from(["one", "two"]), max_size=1).map(tuple),
    }
)
PROFILES = st.sampled_from(["strict", "bfcl"])


def is_right(wanted: ExpectedCall, call: Call, profile: str) -> bool:
    """Tell whether a call is right by the rules of this file's tools, told once more."""
    arguments = call.read[0]
    if arguments is None or call.name not in wanted.tools or arguments.keys() - {"city", "days"}:
        return False
    if "city" not in arguments or not isinstance(arguments["city"], str):
        return False
    if profile == "strict" and arguments.get("days", 1) > 2:
        return False
    for name, value in arguments.items():
        if name not in wanted.arguments and name not in wanted.optional:
            return False
        expected = wanted.arguments.get(name, value)
        if value not in (expected["$any"] if isinstance(expected, dict) else [expected]):
            return False
    return all(name in arguments or name in wanted.optional for name in wanted.arguments)


@settings(max_examples=250, deadline=None)
@given(st.lists(WANTED, min_size=1, max_size=4), st.lists(MADE, max_size=5), CONFIG, PROFILES)
def test_a_turn_passes_where_there_is_any_way_to_pair_its_calls(
    expected: list[ExpectedCall], actual: list[Call], config: dict[str, Any], profile: Any
) -> None:
    verdict = judge(expected, actual, toolbox=TOOLBOX, profile=profile, **config)
    spare = {place for place, call in enumerate(actual) if call.name in config["extra"] and not call.is_malformed}
    orders = itertools.permutations(range(len(actual)), len(expected))
    passes = any(
        all(is_right(wanted, actual[place], profile) for wanted, place in zip(expected, order, strict=True))
        and set(range(len(actual))) - set(order) <= spare
        and (config["order"] == "any" or list(order) == sorted(order))
        for order in orders
    )
    assert verdict.passed is passes


@settings(max_examples=150, deadline=None)
@given(st.lists(WANTED, max_size=3), st.lists(MADE, max_size=4), CONFIG, PROFILES, st.booleans())
def test_a_verdict_has_problems_where_it_fails_and_its_reason_is_the_gravest(
    expected: list[ExpectedCall], actual: list[Call], config: dict[str, Any], profile: Any, wants: bool
) -> None:
    verdict = judge(
        expected, actual, toolbox=TOOLBOX, wants_call=wants or bool(expected), profile=profile, **config
    )
    gravity = get_args(Reason)
    ranks = [gravity.index(problem.reason) for problem in verdict.problems]
    assert verdict.passed is (not ranks)
    assert ranks == sorted(ranks)
    assert verdict.reason == (verdict.problems[0].reason if ranks else None)
    for share in vars(verdict.scores).values():
        assert share is None or 0 <= share <= 1
    assert len({wanted for _, wanted, _ in verdict.pairs}) == len({made for *_, made in verdict.pairs})
    assert orjson.loads(orjson.dumps(verdict.to_dict()))["passed"] is verdict.passed
    assert verdict == judge(
        expected, actual, toolbox=TOOLBOX, wants_call=wants or bool(expected), profile=profile, **config
    )


@settings(max_examples=250, deadline=None)
@given(WANTED, ARGUMENTS, st.sampled_from([strict, bfcl]))
def test_arguments_are_right_where_no_problem_is_told_of_them(
    wanted: ExpectedCall, arguments: dict[str, Any], profile: Any
) -> None:
    tool = TOOLBOX.get("one")
    found = profile.problems(wanted, arguments, tool, ScoringConfig(), Work())
    assert profile.fits(wanted, arguments, tool, ScoringConfig(), Work()) is (not found)
    assert (profile.faults(wanted, arguments, tool, ScoringConfig(), Work()) == 0) is (not found)
    assert len({problem.path for problem in found}) == len(found)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([0.5, 1.5])
    | st.sampled_from(["a", "b", "A", ""]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "/"]), inner, max_size=2)
    ),
    max_leaves=6,
)


def same(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool) or one is None or other is None:
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return (type(one) in {int, float} and type(other) in {int, float} and one == other) or (
        isinstance(one, str) and one == other
    )


@settings(max_examples=250, deadline=None)
@given(JSON, JSON)
def test_a_value_fits_itself_and_what_is_the_same_alone(one: Any, other: Any) -> None:
    assert mismatch(one, copy.deepcopy(one), ScoringConfig()) is None
    assert (mismatch(one, other, ScoringConfig()) is None) is same(one, other)
    assert (mismatch({"$literal": one}, other, ScoringConfig()) is None) is same(one, other)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(["a", "b", "c"]), max_size=5), st.lists(st.sampled_from(["a", "b", "c"]), max_size=5)
)
def test_lists_in_any_order_are_the_same_where_each_item_is_there_as_often(
    one: list[str], other: list[str]
) -> None:
    fits = mismatch({"$multiset": one}, other, ScoringConfig()) is None
    assert fits is (Counter(one) == Counter(other))
    long = [str(number) for number in range(100)]
    assert (mismatch({"$multiset": [*one, *long]}, [*long, *other], ScoringConfig()) is None) is fits


TURNS = st.builds(
    Turn,
    prompt=st.sampled_from(["Hi.", "And?"]),
    expected_calls=st.lists(WANTED, min_size=1, max_size=2).map(tuple),
    expected_state=st.dictionaries(st.sampled_from(["", "/a", "/b/0"]), JSON, max_size=1),
    max_rounds=st.none() | st.integers(1, 20),
)
CASES = st.builds(
    Case,
    turns=st.lists(TURNS, min_size=1, max_size=3).map(tuple),
    name=st.none() | st.just("x"),
    tools=st.none() | st.just(("one",)),
    multi_turn=st.just(True),
    max_rounds=st.integers(1, 20),
    disputed=st.booleans(),
    scoring_config=st.builds(ScoringConfig, casefold=st.booleans(), order=st.sampled_from(["any", "strict"])),
    state=st.dictionaries(st.just("a"), JSON, max_size=1),
    mock_responses=st.dictionaries(st.just("one"), JSON, max_size=1),
    optimal_hops=st.none() | st.integers(0, 5),
)


@settings(max_examples=150, deadline=None)
@given(CASES)
def test_a_case_that_is_written_is_read_as_the_same(case: Case) -> None:
    assert read_case(json.loads(json.dumps(case.to_dict()))) == case
    assert read_case(case.to_dict(old_fields=True)) == case
