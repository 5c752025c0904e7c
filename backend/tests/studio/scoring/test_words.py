"""What is told of a value that is wrong: sentences that can be read, whatever was expected."""

from __future__ import annotations

from typing import Any

import pytest

from src.studio.scoring.words import wanted
from tests.cpu import CpuTime
from tests.studio.scoring.table import judge, made, want


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        ("Paris", '"Paris"'),
        (12345678, "12345678"),
        ({"$any": ["NYC", "New York"]}, '"NYC" or "New York"'),
        ({"$any": ["a", "b", "c", "d"]}, '"a" or "b" or "c" …'),
        ({"$any": [{"$date": "2026-05-03"}, {"$contains": "May"}]}, 'the date 2026-05-03 or what contains "May"'),
        ({"$any": []}, "nothing that there is"),
        ({"$number": 12345678.5}, "12345678.5"),
        ({"$number": 0.3, "tolerance": 0.05}, "0.3 ± 0.05"),
        ({"$date": "May 3, 2026"}, "the date May 3, 2026"),
        ({"$date": "2026-05-03T10:00Z"}, "the time 2026-05-03T10:00Z"),
        ({"$text": "Paris"}, '"Paris"'),
        ({"$text": "Paris", "casefold": True}, '"Paris" in any case'),
        ({"$contains": 'a "b"'}, 'what contains "a \\"b\\""'),
        ({"$pattern": "^[A-Z]+$"}, "a text that matches ^[A-Z]+$"),
        ({"$anything": True}, "anything"),
        ({"$literal": {"$any": [1]}}, '{"$any":[1]}'),
        ({"$multiset": ["a", {"$any": ["b", "c"]}]}, '["a", "b" or "c"] in any order'),
        (
            {"$object": {"a": 1, "b": {"$date": "2026-05-03"}}, "optional": ["b"]},
            OBJECT := ('{"a": 1, "b": the date 2026-05-03 (may be left out)}'),
        ),
        ([{"$object": {"a": 1, "b": {"$date": "2026-05-03"}}, "optional": ["b"]}], f"[{OBJECT}]"),
        ({"a": [{"$number": 1, "tolerance": 1}]}, '{"a": [1 ± 1]}'),
        ({"a": [1, 2]}, '{"a":[1,2]}'),
    ],
)
def test_an_expected_value_is_told_in_words(expected: Any, words: str) -> None:
    assert wanted(expected) == words


def test_the_words_of_what_is_very_large_are_short_and_soon_there() -> None:
    wide: Any = {"$multiset": [{"$any": ["x" * 1000] * 1000}] * 1000}
    deep: Any = {"$any": ["a"]}
    for _ in range(90):
        deep = {"$object": {"a": deep, "b": deep}}
    start = CpuTime()
    for expected in (wide, {"$object": {str(n): wide for n in range(1000)}}, [wide] * 1000):
        assert len(wanted(expected)) <= 401
    assert len(wanted(deep)) <= 401
    assert start.seconds < 1


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        ({"$literal": {"$x": 1}}, '{"$x":1}'),
        ({"$literal": [{"$x": 1}]}, '[{"$x":1}]'),
        ({"$object": {"a": 1}, "optional": ["a"]}, '{"a": 1 (may be left out)}'),
        ({"$object": {"a": {"$literal": {"$x": 1}}}}, '{"a": {"$x":1}}'),
        ({"$multiset": ["a", "b"]}, '["a", "b"] in any order'),
    ],
)
@pytest.mark.parametrize("profile", ["strict", "bfcl"])
def test_a_value_of_another_kind_is_told_beside_what_was_expected(expected: Any, words: str, profile: Any) -> None:
    [problem] = judge([want("book", note=expected)], [made("book", note="Oslo")], profile=profile).problems
    assert problem.sentence == f'note is "Oslo"; expected is {words}.'
    assert problem.expected == expected


def test_a_sentence_tells_what_came_and_what_was_expected() -> None:
    expected = {"$any": ["NYC", {"$contains": "york"}]}
    [problem] = judge([want("book", note=expected)], [made("book", note="Oslo")]).problems
    assert problem.sentence == 'note is "Oslo"; expected is "NYC" or what contains "york".'
    [problem] = judge([want("book", note=expected)], [made("book", note="Oslo")], profile="bfcl").problems
    assert problem.sentence == 'note is "Oslo"; expected is "NYC" or what contains "york".'
