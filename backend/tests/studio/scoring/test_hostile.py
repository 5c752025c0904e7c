"""What a model may answer to break a scorer: large, deep, endless, and what no program can say."""

from __future__ import annotations

import json
import random
import time
from typing import Any

import orjson
import pytest

from src.studio.scoring.case import ScoringConfig
from src.studio.scoring.toolbox import Toolbox
from src.studio.scoring.values import mismatch
from src.studio.scoring.verdict import Call
from tests.studio.scoring.table import judge, made, want


@pytest.fixture(autouse=True)
def in_time() -> Any:
    start = time.process_time()
    yield
    assert time.process_time() - start < 8


def numbers(count: int) -> list[float]:
    return [n / 4 for n in range(count)]


@pytest.mark.parametrize("multiset", [False, True])
def test_lists_of_ten_thousand_items_are_compared(multiset: bool) -> None:
    items, other = numbers(10_000), numbers(10_000)
    if multiset:
        random.Random(7).shuffle(other)  # noqa: S311 - not a secret
    assert judge([want("book", sizes=items)], [made("book", sizes=other)], multiset=multiset).passed
    other[5000] += 0.5
    verdict = judge([want("book", sizes=items)], [made("book", sizes=other)], multiset=multiset)
    assert verdict.problems[0].path.startswith("/sizes/" if multiset else "/sizes/5000")
    assert len(orjson.dumps(verdict.to_dict())) < 10_000


@pytest.mark.parametrize(
    "actual",
    [
        [f"y{n}" for n in range(10_000)],
        [],
        [[] for _ in range(10_000)],
        [{"a": n} for n in range(10_000)],
        list(range(10_000)),
    ],
)
def test_ten_thousand_other_items_in_any_order_are_told_at_once(actual: Any) -> None:
    assert mismatch({"$multiset": [f"x{n}" for n in range(10_000)]}, actual, ScoringConfig())


def test_items_that_may_be_several_are_matched_up_to_a_few_hundred() -> None:
    expected = {"$multiset": [{"$any": [n, n + 1]} for n in range(300)]}
    assert mismatch(expected, list(range(1, 301)), ScoringConfig()) is None
    assert mismatch(expected, list(range(300)), ScoringConfig()) is None
    assert mismatch(expected, [0] * 300, ScoringConfig())


def test_a_pattern_that_others_hang_on_is_matched_in_no_time() -> None:
    schema = {"properties": {"a": {"type": "string", "pattern": "^(a+)+$"}}}
    toolbox = Toolbox([{"name": "t", "parameters": schema}])
    text = "a" * 1_000_000 + "!"
    assert judge([want("t", a="a")], [made("t", a=text)], toolbox=toolbox).reason == "schema_violation"
    assert (
        judge([want("book", note={"$pattern": "(a+)+$"})], [made("book", note=text)]).reason == "wrong_arguments"
    )


@pytest.mark.parametrize("mode", ["exact", "fuzzy", "contains"])
def test_texts_of_hundreds_of_thousands_of_characters_are_compared(mode: Any) -> None:
    for text in ("a" * 500_000, "é " * 200_000, "1.5-" * 100_000, "\u0301" * 300_000):
        verdict = judge([want("book", note="Paris")], [made("book", note=text)], mode=mode)
        assert verdict.reason == "wrong_arguments"
        assert len(verdict.problems[0].actual) <= 2001


@pytest.mark.parametrize("number", ["1" + "0" * 400, "-" + "9" * 4000, "1" * 100])
def test_whole_numbers_of_any_size_are_numbers(number: str) -> None:
    verdict = judge([want("book", guests=3)], [made("book", f'{{"guests": {number}}}')])
    assert verdict.reason == "wrong_arguments"
    orjson.dumps(verdict.to_dict())
    verdict = judge([want("book", price=0.5)], [made("book", f'{{"price": {number}}}')])
    assert verdict.reason == "wrong_arguments"


@pytest.mark.parametrize(
    "text",
    [
        '{"note": NaN}',
        '{"price": 1e999}',
        '{"note": "a", "note": "b"}',
        '{"note": "\\ud800"}',
        '{"note": "\udfff"}',
        '{"note": ' * 100_000,
        "[" * 100_000,
        '{"note": ' + "[" * 5000 + "]" * 5000 + "}",
        '{"a": ' + "9" * 100_000 + "}",
    ],
)
@pytest.mark.parametrize("profile", ["strict", "bfcl"])
def test_texts_that_no_two_programs_agree_about_are_malformed(text: str, profile: Any) -> None:
    verdict = judge([want("book", note="a")], [made("book", text)], profile=profile)
    assert verdict.reason == "malformed_call"
    orjson.dumps(verdict.to_dict())


@pytest.mark.parametrize("profile", ["strict", "bfcl"])
@pytest.mark.parametrize(
    "arguments",
    [
        {"note": float("nan")},
        {"note": float("inf")},
        {"note": "\ud800"},
        {"\ud800": "a"},
        {"note": 2**200},
        {"note": {"a": [None] * 5}},
        {"sizes": [float("nan")]},
    ],
)
def test_arguments_that_somebody_read_may_be_anything_and_never_pass(arguments: Any, profile: Any) -> None:
    verdict = judge([want("book", note="a")], [Call("book", arguments)], profile=profile)
    assert not verdict.passed
    orjson.dumps(verdict.to_dict())


def test_arguments_that_somebody_read_are_not_followed_into_any_depth() -> None:
    value: Any = 1
    for _ in range(100_000):
        value = [value]
    assert judge([want("book", note="a")], [Call("book", {"note": value})]).reason == "malformed_call"


@pytest.mark.parametrize("profile", ["strict", "bfcl"])
def test_names_of_calls_and_arguments_may_be_anything(profile: Any) -> None:
    for name in ("__class__", "\ud800", "a" * 100_000, "", "book\0", "../../etc/passwd", "{0.__class__}", "%s"):
        verdict = judge([want("book", note="a")], [Call(name, json.dumps({"note": "a"}))], profile=profile)
        assert verdict.reason == "hallucinated_tool"
        orjson.dumps(verdict.to_dict())
        verdict = judge([want("book", note="a")], [Call("book", {"note": "a", name: 1})], profile=profile)
        assert not verdict.passed
        orjson.dumps(verdict.to_dict())


def test_an_operator_in_an_answer_is_text_like_any_other() -> None:
    for profile in ("strict", "bfcl"):
        verdict = judge([want("book", note="a")], [made("book", note={"$anything": True})], profile=profile)
        assert not verdict.passed
    many = [{"$anything": True}, *range(99)]
    assert mismatch({"$multiset": list(range(100))}, many, ScoringConfig())
