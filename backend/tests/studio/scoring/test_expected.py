"""What each operator of an expected value takes, and what it does not."""

from __future__ import annotations

from typing import Any

import pytest

from src.studio.scoring.case import ScoringConfig
from src.studio.scoring.values import mismatch

EXACT = ScoringConfig()


@pytest.mark.parametrize(
    ("expected", "right", "wrong"),
    [
        ({"$any": [1, "a", {"b": 2}]}, [1, 1.0, "a", {"b": 2}], [2, "b", {"b": 3}, True, None, []]),
        ({"$text": "Paris"}, ["Paris", " Paris"], ["paris", "Paris!", 3, None]),
        ({"$text": "Paris", "casefold": True}, ["PARIS"], ["Pari"]),
        ({"$text": "2026-05-03"}, ["2026-05-03"], ["May 3, 2026"]),
        ({"$contains": "par"}, ["Paris, France", "in PARIS", ["PAR", "x"]], ["London", 3, None, ["paris"], {}]),
        ({"$pattern": "^[A-Z]{3}-[0-9]+$"}, ["ABC-1"], ["abc-1", "ABC-", " ABC-1", 3, None]),
        ({"$pattern": "b+"}, ["abba"], ["aaa"]),
        ({"$anything": True}, [None, 0, "", [], {}, "x"], []),
        ({"$literal": {"$any": [1]}}, [{"$any": [1]}], [1, {"$any": [2]}, {}]),
        ({"$literal": {"a": {"$b": [{"$c": 1}]}}}, [{"a": {"$b": [{"$c": 1}]}}], [{"a": {"$b": [{"$c": 2}]}}]),
        ({"$literal": [{"$x": 1}]}, [[{"$x": 1}]], [[{"$x": 1, "y": 2}], []]),
        ({"$literal": "a"}, ["a"], ["b"]),
        (
            {"$object": {"a": 1, "b": {"$any": [2, 3]}}, "optional": ["b"]},
            [{"a": 1}, {"a": 1, "b": 3}],
            [{}, {"b": 2}, {"a": 1, "b": 4}, {"a": 1, "c": 1}, [], None],
        ),
        ({"$multiset": ["a", {"$anything": True}]}, [["a", "b"], ["b", "a"]], [["b", "b"], ["a"], "ab", None]),
        ([{"$any": ["a", "b"]}, "c"], [["a", "c"], ["b", "c"]], [["c", "a"], ["a"]]),
        ({"a": {"b": {"$number": 1, "tolerance": 1}}}, [{"a": {"b": 2}}], [{"a": {"b": 2.1}}, {"a": 1}]),
        ({}, [{}], [{"a": 1}, [], None]),
        ([], [[]], [[1], {}, None]),
        (None, [None], [0, False, "", "null"]),
        (True, [True], [1, "true", False]),
        (False, [False], [0, None]),
        (1, [1, 1.0], [True, "1", 2]),
        (2**70, [2**70], [2**70 + 1, float(2**70) * 2]),
    ],
)
def test_an_expected_value_takes_what_it_says_and_nothing_else(
    expected: Any, right: list[Any], wrong: list[Any]
) -> None:
    assert [value for value in right if mismatch(expected, value, EXACT)] == []
    assert [value for value in wrong if not mismatch(expected, value, EXACT)] == []


@pytest.mark.parametrize(
    ("expected", "right", "wrong"),
    [
        ("New York", ["new york", "NewYork", "new-york!", " NEW_YORK "], ["New York City", "Newark", ""]),
        ("1.5", ["1.5", " (1.5)"], ["15", "1 5"]),
        ("-5", ["-5", "-5."], ["5"]),
        ("C++", ["c++"], ["c", "C#"]),
        ("हिन्दी", ["हिन्दी"], ["हनद"]),
        ("!!!", ["!!!", " !!! "], ["???", ""]),
        ("Straße 1", ["STRASSE, 1"], ["Strase 1"]),
    ],
)
def test_fuzzy_leaves_out_case_spaces_and_punctuation_but_makes_no_other_number(
    expected: str, right: list[str], wrong: list[str]
) -> None:
    fuzzy = ScoringConfig(mode="fuzzy")
    assert [text for text in right if mismatch(expected, text, fuzzy)] == []
    assert [text for text in wrong if not mismatch(expected, text, fuzzy)] == []


def test_contains_finds_the_expected_text_within_the_actual_one_and_nothing_in_nothing() -> None:
    contains = ScoringConfig(mode="contains")
    assert mismatch("paris", "I love Paris!", contains) is None
    assert mismatch("Paris, France", "Paris", contains)
    assert mismatch("", "Paris", contains)
    assert mismatch("", " ", contains) is None
    assert mismatch("5", 15, contains)


@pytest.mark.parametrize(
    ("expected", "actual", "path", "kind"),
    [
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, "/a/0/b", "value"),
        ({"a": {"b/c": 1}}, {"a": {}}, "/a/b~1c", "missing"),
        ({"a": 1}, {"a": 1, "~": 2}, "/~0", "extra"),
        ([1, 2], [1], "/1", "missing"),
        ([1], [1, 2], "/1", "extra"),
        ({"$any": [{"a": 1, "b": 2}, 5]}, {"a": 1, "b": 3}, "/b", "value"),
        ({"$any": [1, 2]}, 3, "", "value"),
        ({"$multiset": [1, 2]}, [2, 3], "/1", "value"),
        ({"$multiset": [1]}, [1, 1], "/1", "extra"),
        ({"$multiset": [1, 1]}, [1], "/1", "missing"),
    ],
)
def test_a_mismatch_tells_where_it_is(expected: Any, actual: Any, path: str, kind: str) -> None:
    found = mismatch(expected, actual, EXACT)
    assert found
    assert (found.path, found.kind) == (path, kind)
