"""The profile that judges as BFCL does, where it differs from the strict one."""

from __future__ import annotations

from typing import Any

import pytest

from src.studio.scoring.toolbox import Toolbox
from tests.studio.scoring.table import judge, made, want

TYPES = {
    "text": {"type": "string"},
    "whole": {"type": "integer", "maximum": 10},
    "fraction": {"type": "number"},
    "flag": {"type": "boolean"},
    "texts": {"type": "array", "items": {"type": "string"}},
    "fractions": {"type": "array", "items": {"type": "number"}},
    "object": {"type": "object", "properties": {"a": {"type": "string"}}},
    "objects": {"type": "array", "items": {"type": "object"}},
    "any": {},
}
TOOLBOX = Toolbox([{"name": "t", "parameters": {"type": "object", "properties": TYPES}}])


def reason_of(argument: str, expected: Any, actual: Any, optional: Any = ()) -> str | None:
    wanted = [want("t", optional=optional, **{argument: expected})]
    return judge(wanted, [made("t", **{argument: actual})], profile="bfcl", toolbox=TOOLBOX).reason


@pytest.mark.parametrize(
    ("argument", "expected", "actual"),
    [
        ("text", "1.5", "15"),
        ("text", "New York", "new-york"),
        ("text", "it's", 'it"s'),
        ("text", {"$any": ["NYC", "New York"]}, "newyork"),
        ("text", 5, 5),  # a value of the type of the alternative, whatever is declared
        ("whole", 5, 5),
        ("whole", 50, 50),  # the schema is advisory
        ("whole", 2.5, 2.5),
        ("fraction", 5.0, 5),
        ("fraction", 5, 5.0),
        pytest.param("fraction", 10**400, 10**400, id="beyond all fractions"),
        ("flag", True, True),
        ("texts", ["New York", "b"], ["new york", "B."]),
        ("texts", {"$any": [["a"], ["b"]]}, ["B"]),
        ("fractions", [1, 2], [1, 2]),
        ("fractions", [1.0, 2.0], [1.0, 2.0]),
        ("object", {"a": "New York"}, {"a": "newyork"}),
        ("object", {"$object": {"a": {"$any": ["x", "y"]}, "b": 1}, "optional": ["b"]}, {"a": "Y"}),
        ("object", {"$object": {"a": 1, "b": True}}, {"a": True, "b": 1}),  # as Python compares
        ("objects", [{"a": "x"}, {"$object": {"b": {"$any": [1, 2]}}}], [{"a": "X"}, {"b": 2}]),
        ("any", "a", "A"),
        ("any", [1, 2], [1, 2]),
        ("fraction", {"$number": 5, "tolerance": 1}, 6),
        ("text", {"$date": "2026-05-03"}, "May 3, 2026"),
        ("text", {"$literal": "New York"}, "new-york"),
        ("text", {"$any": [{"$literal": "NYC"}, {"$pattern": "^New"}]}, "nyc"),
        ("text", {"$any": [{"$literal": "NYC"}, {"$pattern": "^New"}]}, "Newark"),
        ("text", {"$any": ["NYC", {"$any": ["Oslo", {"$text": "Rome"}]}]}, "Rome"),
        ("whole", {"$literal": 5}, 5),
        ("texts", {"$literal": ["New York"]}, ["new york"]),
        ("texts", ["a", {"$any": ["b", "c"]}], ["a", "c"]),
        ("texts", ["a", {"$literal": "New York"}], ["a", "newyork"]),
        ("texts", {"$multiset": ["a", "b"]}, ["b", "a"]),
        ("object", {"$literal": {"a": "New York"}}, {"a": "newyork"}),
        ("object", {"$literal": {"$any": ["a"]}}, {"$any": ["a"]}),
        ("object", {"a": {"$number": 1, "tolerance": 0.5}, "b": {"$anything": True}}, {"a": 1.5, "b": "x"}),
        ("object", {"a": {"$any": [{"$contains": "york"}, 3]}}, {"a": "New York"}),
        ("object", {"a": {"$literal": "New York"}}, {"a": "newyork"}),
        ("object", {"$object": {"a": {"b": [{"$number": 1, "tolerance": 1}]}}}, {"a": {"b": [2]}}),
        ("objects", [{"a": {"$date": "2026-05-03"}}], [{"a": "May 3, 2026"}]),
        ("texts", [{"$object": {"a": {"$any": ["x", "y"]}}}], [{"a": "Y"}]),
    ],
)
def test_what_bfcl_takes_passes(argument: str, expected: Any, actual: Any) -> None:
    assert reason_of(argument, expected, actual) is None


@pytest.mark.parametrize(
    ("argument", "expected", "actual"),
    [
        ("text", "Paris", "London"),
        ("text", "5", 5),
        ("whole", 5, 5.0),
        ("whole", 5, "5"),
        ("whole", 1, True),
        ("flag", True, 1),
        ("fraction", 0.3, 0.3000001),
        pytest.param("fraction", 0.3, 10**400, id="beyond all fractions"),
        ("texts", ["a", "b"], ["b", "a"]),
        ("texts", ["a"], ["a", "a"]),
        ("texts", ["a"], "a"),
        ("texts", ["a"], [1]),
        ("fractions", [1.5], [1]),
        ("object", {"a": "x"}, {"a": "x", "b": 1}),
        ("object", {"a": "x", "b": 1}, {"a": "x"}),
        ("object", {"a": ["New York"]}, {"a": ["new york"]}),  # within an object's value texts are exact
        ("object", {"a": "x"}, [{"a": "x"}]),
        ("objects", [{"a": "x"}], [{"a": "x"}, {"a": "x"}]),
        ("objects", [{"a": "x"}], ["x"]),
        ("text", {"$date": "2026-05-03"}, "May 4, 2026"),
        ("text", {"$literal": "Oslo"}, "Rome"),
        ("text", {"$any": [{"$literal": "NYC"}, {"$pattern": "^New"}]}, "Oslo"),
        ("texts", ["a", {"$any": ["b", "c"]}], ["a", "d"]),
        ("object", {"$literal": {"$any": ["a"]}}, {"$any": ["b"]}),
        ("object", {"$literal": {"$any": ["a"]}}, "a"),
        ("object", {"a": {"$number": 1, "tolerance": 0.5}}, {"a": 2}),
        ("object", {"a": {"$any": [{"$contains": "york"}, 3]}}, {"a": "Oslo"}),
        ("objects", [{"a": {"$date": "2026-05-03"}}], [{"a": "May 4, 2026"}]),
    ],
)
def test_what_bfcl_refuses_fails(argument: str, expected: Any, actual: Any) -> None:
    assert reason_of(argument, expected, actual) == "wrong_arguments"


@pytest.mark.parametrize(
    ("setting", "argument", "expected", "right", "wrong"),
    [
        ({"multiset": True}, "texts", ["a", "b"], ["b", "a"], ["b", "b"]),
        ({"multiset": True}, "object", {"a": ["a", "b"]}, {"a": ["b", "a"]}, {"a": ["b"]}),
        ({"epsilon": 0.01}, "fraction", 0.3, 0.305, 0.32),
        ({"epsilon": 0.01}, "fraction", {"$any": [1, 0.3]}, 0.305, 0.32),
        ({"casefold": True}, "object", {"a": ["New York"]}, {"a": ["new york"]}, {"a": ["york"]}),
        ({"mode": "contains"}, "text", "Paris", "Paris, France", "France"),
        ({"epsilon": 0.01}, "text", "2026-05-03", "2026.05.03", "May 3, 2026"),  # dates are as BFCL has them
    ],
)
def test_what_a_cases_own_settings_let_pass_is_right(
    setting: Any, argument: str, expected: Any, right: Any, wrong: Any
) -> None:
    def reason(value: Any, **config: Any) -> str | None:
        calls = [made("t", **{argument: value})]
        return judge([want("t", **{argument: expected})], calls, profile="bfcl", toolbox=TOOLBOX, **config).reason

    assert reason(right, **setting) is None
    assert reason(wrong, **setting) == "wrong_arguments"
    assert reason(right) == (None if argument == "text" and right[-2:] == "03" else "wrong_arguments")


@pytest.mark.parametrize(
    ("argument", "expected", "empty"),
    [("text", "a", ""), ("text", "a", " - "), ("texts", ["a"], []), ("objects", [{"a": 1}], [])],
)
def test_an_optional_argument_may_be_left_out_or_be_empty(argument: str, expected: Any, empty: Any) -> None:
    assert reason_of(argument, expected, empty) == "wrong_arguments"
    assert reason_of(argument, expected, empty, [argument]) is None
    left_out = [want("t", optional=[argument], **{argument: expected})]
    assert judge(left_out, [made("t")], profile="bfcl", toolbox=TOOLBOX).passed


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"city": "paris"}, None),
        ({}, "schema_violation"),
        ({"city": "Paris", "unit": "celsius"}, "unexpected_argument"),
        ({"city": "Paris", "town": "Paris"}, "hallucinated_argument"),
    ],
)
def test_names_of_arguments_are_held_to_the_schema_and_the_case(arguments: Any, reason: str | None) -> None:
    assert (
        judge([want("get_weather", city="Paris")], [made("get_weather", **arguments)], profile="bfcl").reason
        == reason
    )


def test_a_missing_argument_of_those_that_the_schema_does_not_require_is_wrong() -> None:
    verdict = judge(
        [want("get_weather", city="Paris", days=3)], [made("get_weather", city="Paris")], profile="bfcl"
    )
    assert [problem.sentence for problem in verdict.problems] == ["days is missing."]


@pytest.mark.parametrize(
    ("calls", "reason"),
    [
        ([made("get_time", city="Paris")], "wrong_tool"),
        ([made("nonsense", city="Paris")], "hallucinated_tool"),
        ([made("get_weather", "{")], "malformed_call"),
        ([made("get_weather", city="Paris")] * 2, "extra_call"),
        ([], "missing_call"),
    ],
)
def test_calls_are_counted_and_named_as_in_the_strict_profile(calls: Any, reason: str) -> None:
    assert judge([want("get_weather", city="Paris")], calls, profile="bfcl").reason == reason


@pytest.mark.parametrize(
    ("calls", "reason"),
    [
        ([made("get_weather", city="Paris")], None),
        ([made("get_weather", days="3", town="Paris")], None),
        ([made("nonsense", city="Paris"), made("stop")], None),
        ([made("get_weather", city="Paris"), made("stop", "{")], "malformed_call"),
        ([], "missing_call"),
    ],
)
def test_any_call_that_can_be_read_will_do_where_any_is_wanted(calls: Any, reason: str | None) -> None:
    verdict = judge([], calls, profile="bfcl")
    assert (verdict.passed, verdict.reason) == (reason is None, reason)


def test_calls_are_paired_by_maximum_matching_where_bfcl_takes_the_first_that_fits() -> None:
    expected = [want("get_weather", city={"$any": ["Paris", "London"]}), want("get_weather", city="Paris")]
    calls = [made("get_weather", city="paris"), made("get_weather", city="london")]
    assert judge(expected, calls, profile="bfcl").passed
