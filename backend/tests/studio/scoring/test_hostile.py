"""What a model may answer to break a scorer: large, deep, endless, and what no program can say."""

from __future__ import annotations

import json
import random
from typing import Any

import orjson
import pytest

from src.studio.scoring import dates
from src.studio.scoring.case import ScoringConfig, read_case
from src.studio.scoring.score import TurnOutcome, score_case
from src.studio.scoring.toolbox import Toolbox
from src.studio.scoring.values import mismatch
from src.studio.scoring.verdict import Call
from src.studio.scoring.work import TooLargeError
from tests.cpu import CpuTime
from tests.studio.scoring.table import TOOLBOX, judge, made, want


@pytest.fixture(autouse=True)
def in_time() -> Any:
    start = CpuTime()
    yield
    assert start.seconds < 8


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


def test_items_of_any_number_are_matched_exactly() -> None:
    near = ScoringConfig(casefold=True, epsilon=0.75)
    for count in (3, 65, 600):
        fold = {"$multiset": [{"$text": "a"}, "A", *(f"x{n}" for n in range(count))]}
        assert mismatch(fold, ["a", "A", *(f"x{n}" for n in range(count))], near) is None
        assert mismatch(fold, [*(f"X{n}" for n in range(count)), "A", "a"], near) is None
        assert mismatch(fold, ["A", "A", *(f"x{n}" for n in range(count))], near)
        numbers_ = [{"$number": n, "tolerance": 0.75} for n in range(count)]
        shifted = [n + 0.5 for n in range(count)]
        assert mismatch({"$multiset": numbers_}, shifted[::-1], near) is None
        assert mismatch({"$multiset": list(range(count))}, shifted[::-1], near) is None
        assert mismatch({"$multiset": list(range(count))}, [*shifted[1:], shifted[1]], near)


def test_what_one_item_leaves_to_another_is_found_among_hundreds() -> None:
    """Each fits its own and the next, and the last one's own is taken by the first: all have to move."""
    count = 400
    expected = {"$multiset": [{"$any": [n, n + 1]} for n in range(count)]}
    assert mismatch(expected, [count, *range(1, count)], ScoringConfig()) is None
    assert mismatch(expected, [count, count, *range(2, count)], ScoringConfig())


def test_dates_and_texts_are_found_among_hundreds_in_each_of_their_spellings() -> None:
    rest = [f"x{n}" for n in range(100)]
    for spelled in ("May 3, 2026", "2026/05/03", " 2026-05-03 "):
        assert mismatch({"$multiset": ["2026-05-03", *rest]}, [*rest, spelled], ScoringConfig()) is None
        assert mismatch({"$multiset": ["2026-05-04", *rest]}, [*rest, spelled], ScoringConfig())
    for how in (ScoringConfig(mode="fuzzy"), ScoringConfig(mode="contains"), ScoringConfig(casefold=True)):
        assert mismatch({"$multiset": ["PARIS", *rest]}, [*rest, "Paris"], how) is None


def test_an_operator_within_an_item_is_no_value_among_many() -> None:
    expected = {"$multiset": [{"a": {"$text": "x"}}, *range(99)]}
    assert mismatch(expected, [{"a": {"$text": "x"}}, *range(99)], ScoringConfig())
    assert mismatch(expected, [*range(99), {"a": "x"}], ScoringConfig()) is None


HOW: Any = {"multiset": True}


def lists_in_any_order(levels: int, width: int, leaf: Any) -> Any:
    return leaf if not levels else [lists_in_any_order(levels - 1, width, leaf) for _ in range(width)]


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (lists_in_any_order(5, 6, "a"), lists_in_any_order(5, 6, "b")),
        ([{"id": n} for n in range(20_000)], [{"id": n + 0.5} for n in range(20_000)]),
        ([{"$contains": "ab" * 100_000}] * 40, ["a" * 200_000] * 40),
        ([{"$any": [{"$pattern": "b$"}] * 1000}] * 1000, ["a"] * 1000),
    ],
)
def test_what_is_too_much_to_compare_is_told_so_and_no_verdict(expected: Any, actual: Any) -> None:
    toolbox = Toolbox([{"name": "t", "parameters": {"properties": {"a": {}}}}])
    for profile in ("strict", "bfcl"):
        with pytest.raises(TooLargeError, match="too much to compare"):
            judge(
                [want("t", a={"$multiset": expected})],
                [made("t", a=actual)],
                toolbox=toolbox,
                profile=profile,
                **HOW,
            )


def test_a_hundred_wrong_calls_in_each_of_fifty_turns_end() -> None:
    calls = [{"tool": "get_weather", "arguments": {"city": f"c{n}", "days": 3}} for n in range(100)]
    turn = {"prompt": "Hi.", "expected_calls": calls}
    case = read_case({"turns": [turn] * 50, "multi_turn": True})
    outcome = TurnOutcome([made("get_weather", city=f"d{n}", days=3) for n in range(100)])
    try:
        verdict = score_case(case, [outcome] * 50, TOOLBOX)
    except TooLargeError:
        return
    assert verdict.reason == "wrong_arguments"


DOUBLING = [{"result": {"$state": "/all"}, "set": {"/all": [{"$state": "/all"}, {"$state": "/all"}]}}]
GROWING = [{"result": 1, "set": {"/all/-": {"$state": "/all"}}}]
ECHO = {"said": [{"$arg": "city"}] * 9}


@pytest.mark.parametrize(
    ("mock", "calls", "told"),
    [
        (DOUBLING, [made("get_weather", city="Oslo")] * 100, "What the mock of get_weather makes of the state"),
        (GROWING, [made("get_weather", city="Oslo")] * 100, "What the mock of get_weather makes of the state"),
        (ECHO, [made("get_weather", city="x" * 200_000)], "What the mock of get_weather answers is too large"),
        (ECHO, [made("get_weather", city="x" * 100_000)] * 9, "more than 4,000,000 characters together"),
        ([{"result": 1, "set": {"/all/-": 1}}], [made("get_weather", city="Oslo")] * 1000, "too much to compare"),
    ],
)
def test_mocks_that_answer_more_than_can_be_kept_are_no_verdict(mock: Any, calls: Any, told: str) -> None:
    more: Any = {"state": {"all": ["text"] * 10_000}} if "compare" in told else {"state": {"all": ["text"]}}
    case = read_case(
        {"prompt": "Hi.", "expected_state": {"/all": 1}, "mock_responses": {"get_weather": mock}} | more
    )
    with pytest.raises(TooLargeError, match=told):
        score_case(case, [TurnOutcome(calls)], TOOLBOX)


def entangled(levels: int, ways: int = 2) -> Any:
    node = {"type": "object", "anyOf": [{"properties": {"a": {"$ref": "#/$defs/n"}}}] * ways}
    value: Any = "no"
    for _ in range(levels):
        value = {"a": value}
    return {"$defs": {"n": node}, "properties": {"a": {"$ref": "#/$defs/n"}}}, value


def test_a_schema_that_leads_to_itself_twice_tells_what_it_can_in_time() -> None:
    for levels, sentence in ((4, "is not valid under any"), (99, "there is too much in them to say why")):
        schema, value = entangled(levels)
        toolbox = Toolbox([{"name": "t", "parameters": schema}])
        for call in (made("t", **value), made("t", a=value)):
            verdict = judge([want("t", a={"$anything": True})], [call], toolbox=toolbox)
            assert verdict.reason == "schema_violation"
            assert sentence in verdict.problems[0].sentence


def test_a_schema_that_leads_to_itself_once_tells_where_it_is_broken_however_deep() -> None:
    tree = {"type": "object", "properties": {"a": {"$ref": "#/$defs/n"}, "b": {"$ref": "#/$defs/n"}}}
    toolbox = Toolbox([{"name": "t", "parameters": {"$defs": {"n": tree}, **tree}}])
    _, value = entangled(90)
    verdict = judge([want("t", a={"$anything": True})], [made("t", **value)], toolbox=toolbox)
    assert verdict.problems[0].path == "/a" * 90


def test_arguments_that_much_is_said_of_are_refused_in_a_word() -> None:
    schema = {"properties": {"a": {"type": "string"}}, "allOf": [{"maxProperties": 0}] * 500}
    toolbox = Toolbox([{"name": "t", "parameters": schema}])
    verdict = judge([want("t", a="x")], [made("t", a="x" * 1_000_000)], toolbox=toolbox)
    assert [problem.reason for problem in verdict.problems] == ["schema_violation", "wrong_arguments"]
    assert verdict.problems[0].sentence.startswith("The schema of t refuses the arguments; there is too much")


def test_very_many_parts_of_a_schema_do_not_look_at_very_many_arguments() -> None:
    patterns = {f"^k{n}": {"type": "integer"} for n in range(5000)}
    toolbox = Toolbox([{"name": "t", "parameters": {"patternProperties": patterns}}])
    arguments: Any = {f"k{n}": 1 for n in range(100_000)}
    with pytest.raises(TooLargeError):
        judge([want("t", **arguments)], [Call("t", arguments)], toolbox=toolbox)
    few: Any = {f"k{n}": 1 for n in range(100)}
    assert judge([want("t", **few)], [Call("t", few)], toolbox=toolbox).passed


def test_long_texts_that_are_no_dates_are_not_kept() -> None:
    kept = dates._read_short.cache_info().currsize
    assert dates.read_date("9" * 1_000_000) is None
    assert dates._read_short.cache_info().currsize == kept
