"""Several turns: each one's calls, the state that the mocks lead to, and arguments that come from answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from src.studio.scoring.case import read_case
from src.studio.scoring.mocks import Mocks, never_taken
from src.studio.scoring.pointers import look_up, put
from src.studio.scoring.score import TurnOutcome, score_case
from src.studio.scoring.toolbox import Toolbox, ToolError
from tests.cpu import CpuTime
from tests.studio.scoring.table import TOOLBOX, made

if TYPE_CHECKING:
    from src.studio.scoring.verdict import Call, Verdict

SHOP = Toolbox(
    [
        {"name": "find", "parameters": {"type": "object", "properties": {"name": {"type": "string"}}}},
        {
            "name": "add",
            "parameters": {
                "type": "object",
                "properties": {"item_id": {"type": "integer"}, "count": {"type": "integer"}},
                "required": ["item_id"],
            },
        },
        {"name": "shop.pay", "parameters": {"type": "object", "properties": {"total": {"type": "number"}}}},
    ]
)
CASE: dict[str, Any] = {
    "prompt": "Put a pen into my cart.",
    "multi_turn": True,
    "expected_calls": [{"tool": "find", "arguments": {"name": "pen"}}, {"tool": "add", "arguments": {}}],
    "expected_state": {"/cart/0/id": 7, "/cart": {"$multiset": [{"id": 7, "count": 1}]}},
    "turns": [
        {"prompt": "How nice.", "should_call_tool": False},
        {
            "prompt": "Pay.",
            "expected_calls": [{"tool": "shop.pay", "arguments": {"total": 1.5}}],
            "expected_state": {"/paid": True},
        },
    ],
    "state": {"cart": [], "paid": False},
    "mock_responses": {
        "find": [
            {"when": {"name": {"$text": "PEN", "casefold": True}}, "result": {"id": 7, "name": {"$arg": "name"}}},
            {"when": {"name": "gold"}, "error": "Sold out."},
        ],
        "add": [
            {
                "set": {"/cart/-": {"id": {"$arg": "item_id"}, "count": 1}},
                "result": {"before": {"$state": "/cart"}},
            }
        ],
        "shop.pay": [{"set": {"/paid": True}}],
    },
    "argument_source": {"item_id": "find.id"},
}
RIGHT = [
    [made("find", name="pen"), made("add", item_id=7)],
    [],
    [made("shop.pay", total=1.5)],
]


def judged(calls: list[list[Call]], case: dict[str, Any] | None = None, **fields: Any) -> Verdict:
    return score_case(read_case((case or CASE) | fields), [TurnOutcome(made) for made in calls], SHOP)


def test_turns_of_which_each_is_right_pass() -> None:
    verdict = judged(RIGHT)
    assert verdict.passed
    assert verdict.pairs == ((0, 0, 0), (0, 1, 1), (2, 0, 0))
    assert verdict.scores.overall == 1


@pytest.mark.parametrize(
    ("turn", "calls", "reason"),
    [
        (0, [made("find", name="pen")], "missing_call"),
        (0, [made("find", name="pen"), made("add", item_id=8)], "wrong_arguments"),
        (1, [made("find", name="pen")], "extra_call"),
        (1, [made("find", "{")], "malformed_call"),
        (1, [made("shop.pay", total=1.5)], "extra_call"),
        (1, [made("look", name="pen")], "hallucinated_tool"),
        (2, [], "missing_call"),
        (2, [made("pay", total=1.5)], "hallucinated_tool"),
        (2, [made("find", name="pen")], "wrong_tool"),
    ],
)
def test_a_turn_that_is_wrong_is_named(turn: int, calls: list[Call], reason: str) -> None:
    verdict = judged([*RIGHT[:turn], calls, *RIGHT[turn + 1 :]])
    assert verdict.reason == reason
    assert verdict.problems[0].turn == turn


def test_turns_that_were_not_had_made_no_calls() -> None:
    verdict = judged(RIGHT[:2])
    assert verdict.reason == "missing_call"
    assert {problem.turn for problem in verdict.problems} == {2}


def test_the_earliest_turn_that_is_wrong_gives_the_reason() -> None:
    verdict = judged([[made("find", name="pen"), made("add", item_id=8)], [], [made("nonsense")]])
    assert verdict.reason == "wrong_arguments"
    assert [problem.turn for problem in verdict.problems] == sorted(problem.turn for problem in verdict.problems)


def test_a_state_that_nobody_kept_is_found_from_the_mocks() -> None:
    case = CASE | {"argument_source": None, "expected_calls": [{"tool": "find", "arguments": {"name": "pen"}}]}
    verdict = judged([[made("find", name="pen")], *RIGHT[1:]], case)
    assert verdict.reason == "wrong_state"
    [first, second] = verdict.problems
    assert (first.path, first.sentence) == ("/cart/0/id", "The state has nothing at /cart/0/id; expected is 7.")
    assert (second.path, second.actual) == ("/cart/0", None)


def test_a_state_that_was_kept_is_the_one_that_counts() -> None:
    case = read_case(CASE)
    outcomes = [TurnOutcome(calls) for calls in RIGHT]
    outcomes[2] = TurnOutcome(RIGHT[2], {"paid": False})
    verdict = score_case(case, outcomes, SHOP)
    assert verdict.reason == "wrong_state"
    assert verdict.problems[0].sentence == "The state's /paid is false; expected is true."


@pytest.mark.parametrize(
    ("turn", "state", "path"),
    [
        (0, {"cart": []}, "/cart/0/id"),
        (0, {"cart": [{"id": 8, "count": 1}]}, "/cart/0/id"),
        (0, {"cart": [{"id": 7, "count": 2}]}, "/cart/0"),
        (0, {"cart": [{"id": 7, "count": 1}, {"id": 7, "count": 1}]}, "/cart/1"),
        (0, {}, "/cart/0/id"),
        (2, {"paid": "true"}, "/paid"),
        (2, {"Paid": True}, "/paid"),
    ],
)
def test_another_state_after_a_turn_is_named(turn: int, state: Any, path: str) -> None:
    outcomes = [TurnOutcome(calls) for calls in RIGHT]
    outcomes[turn] = TurnOutcome(RIGHT[turn], state)
    verdict = score_case(read_case(CASE), outcomes, SHOP)
    assert (verdict.reason, verdict.problems[0].turn, verdict.problems[0].path) == ("wrong_state", turn, path)


def test_a_turn_whose_rounds_were_used_up_is_unfinished() -> None:
    outcomes = [TurnOutcome(RIGHT[0], finished=False), *map(TurnOutcome, RIGHT[1:])]
    verdict = score_case(read_case(CASE | {"max_rounds": 2}), outcomes, SHOP)
    assert verdict.reason == "unfinished"
    assert verdict.problems[0].sentence == "Tools were still called when 2 rounds were used up."


def test_prerequisites_may_be_called_beside_what_is_wanted() -> None:
    calls = [[made("find", name="pen"), made("shop.pay"), made("add", item_id=7)], *RIGHT[1:]]
    assert judged(calls).reason == "extra_call"
    assert judged(calls, valid_prerequisites=["shop.pay"]).passed


def test_the_tools_that_a_case_does_not_offer_are_none() -> None:
    case = {"prompt": "Hi.", "tools": ["find"], "expected_calls": [{"tool": "find", "arguments": {}}]}
    assert judged([[made("find")]], case).passed
    assert judged([[made("add", item_id=1)]], case).reason == "hallucinated_tool"
    with pytest.raises(ToolError, match="no tool named nothing"):
        judged([[made("find")]], case | {"tools": ["nothing"]})


def test_rounds_more_than_the_best_way_needs_are_told() -> None:
    case = read_case({"prompt": "Hi.", "optimal_hops": 2, "expected_calls": []})
    assert score_case(case, [TurnOutcome()], SHOP, rounds=5).extra_rounds == 3
    assert score_case(case, [TurnOutcome()], SHOP).extra_rounds is None


@pytest.mark.parametrize(
    ("source", "calls", "passes"),
    [
        ("find.id", [made("find", name="pen"), made("add", item_id=7)], True),
        ("find.id", [made("find", name="pen"), made("add", item_id="7")], False),
        ("find.name", [made("find", name="pen"), made("add", item_id=7)], False),
        ("find.nothing", [made("find", name="pen"), made("add", item_id=7)], False),
        ("shop.pay.id", [made("find", name="pen"), made("add", item_id=7)], False),
    ],
)
def test_an_argument_is_what_a_tool_answered(source: str, calls: list[Call], passes: bool) -> None:
    assert judged([calls, *RIGHT[1:]], argument_source={"item_id": source}).passed is passes


def test_a_value_that_is_listed_holds_where_the_tool_did_not_answer_one() -> None:
    expected = [{"tool": "add", "arguments": {"item_id": 9}}]
    case = {
        "prompt": "Hi.",
        "multi_turn": True,
        "expected_calls": expected,
        "argument_source": {"item_id": "find.id"},
    }
    assert judged([[made("add", item_id=9)]], case).passed
    assert judged([[made("add", item_id=7)]], case).reason == "wrong_arguments"


@pytest.mark.parametrize(
    ("call", "answer", "cart"),
    [
        (made("find", name="Pen"), {"id": 7, "name": "Pen"}, []),
        (made("find", name="gold"), {"error": "Sold out."}, []),
        (made("find", name="silver"), {"error": "Nothing is known for these arguments."}, []),
        (made("find"), {"error": "Nothing is known for these arguments."}, []),
        (made("find", "[]"), {"error": "The arguments are no object."}, []),
        (made("add", item_id=7), {"before": []}, [{"id": 7, "count": 1}]),
        (made("add"), {"before": []}, [{"id": None, "count": 1}]),
        (made("shop.pay"), {"ok": True}, []),
        (made("nonsense"), {"error": "There is no tool named nonsense."}, []),
    ],
)
def test_a_mock_answers_by_the_first_rule_that_fits(call: Call, answer: Any, cart: Any) -> None:
    state = {"cart": [], "paid": False}
    answered, after = Mocks(read_case(CASE), SHOP.names).answer(call, state)
    assert answered == answer
    assert after["cart"] == cart
    assert state == {"cart": [], "paid": False}


@pytest.mark.parametrize(
    ("mock", "answer"),
    [
        ({"sky": "clear"}, {"sky": "clear"}),
        ([1, 2], [1, 2]),
        ([], []),
        ([{"name": "pen"}], [{"name": "pen"}]),
        ("done", "done"),
        (None, None),
        ({"city": {"$arg": "city"}, "list": [{"$arg": "none"}]}, {"city": "Paris", "list": [None]}),
        ({"$state": "/a/0"}, "x"),
        ({"$state": "/nothing"}, None),
        ({"$arg": 3}, {"$arg": 3}),
    ],
)
def test_a_mock_may_be_one_result(mock: Any, answer: Any) -> None:
    case = read_case({"prompt": "Hi.", "mock_responses": {"get_weather": mock}})
    assert Mocks(case).answer(made("get_weather", city="Paris"), {"a": ["x"]})[0] == answer


@pytest.mark.parametrize(
    ("path", "value", "after"),
    [
        ("/a", 1, {"a": 1, "list": ["x"], "text": "t"}),
        ("/list/0", 1, {"a": {}, "list": [1], "text": "t"}),
        ("/list/-", 1, {"a": {}, "list": ["x", 1], "text": "t"}),
        ("/list/1", 1, {"a": {}, "list": ["x", 1], "text": "t"}),
        ("/list/7", 1, {"a": {}, "list": ["x"], "text": "t"}),
        ("/list/name", 1, {"a": {}, "list": ["x"], "text": "t"}),
        ("/a/b/c", 1, {"a": {"b": {"c": 1}}, "list": ["x"], "text": "t"}),
        ("/text/b", 1, {"a": {}, "list": ["x"], "text": {"b": 1}}),
        ("/a~1b/~0", 1, {"a": {}, "list": ["x"], "text": "t", "a/b": {"~": 1}}),
        ("/list/0/b/-", 1, {"a": {}, "list": [{"b": {"-": 1}}], "text": "t"}),
    ],
)
def test_a_rule_puts_something_into_the_state(path: str, value: Any, after: Any) -> None:
    mock = [{"set": {path: value}}]
    case = read_case({"prompt": "Hi.", "mock_responses": {"stop": mock}})
    assert Mocks(case, TOOLBOX.names).answer(made("stop"), {"a": {}, "list": ["x"], "text": "t"})[1] == after


def test_a_pointer_of_any_length_is_followed() -> None:
    made_deep = put({}, "/a" * 20_000, 1)
    assert look_up(made_deep, "/a" * 20_000) == 1


@pytest.mark.parametrize(
    ("first", "second", "is_never_taken"),
    [
        ({}, {"city": "Paris"}, True),
        ({"city": "Paris"}, {"city": "Paris", "days": 3}, True),
        ({"city": {"$any": ["Paris", "Rome"]}}, {"city": "Rome"}, True),
        ({"city": {"$any": ["Paris", "Rome"]}}, {"city": {"$any": ["Rome", "Paris"]}}, True),
        ({"city": {"$anything": True}}, {"city": {"$pattern": "^P"}}, True),
        ({"city": {"$contains": "par"}}, {"city": "Paris"}, True),
        ({"city": "Paris"}, {"city": "Paris"}, True),
        ({"city": {"$pattern": "^P"}}, {"city": {"$pattern": "^P"}}, True),
        ({"city": "Paris", "days": 3}, {"city": "Paris"}, False),
        ({"city": "Paris"}, {}, False),
        ({"city": "Paris"}, {"city": "Rome"}, False),
        ({"city": "Paris"}, {"days": 3}, False),
        ({"city": "Paris"}, {"city": {"$any": ["Paris", "Rome"]}}, False),
        ({"city": "Paris"}, {"city": {"$anything": True}}, False),
        ({"city": {"$pattern": "^P"}}, {"city": {"$pattern": "^Pa"}}, False),  # as far as it can be told
    ],
)
def test_a_rule_that_no_call_gets_to_is_known(first: Any, second: Any, is_never_taken: bool) -> None:
    rules = [{"when": {"city": "Oslo"}, "result": 0}, {"when": first, "result": 1}, {"when": second, "result": 2}]
    case = read_case({"prompt": "Hi.", "mock_responses": {"get_weather": rules}})
    assert list(never_taken(case)) == ([("get_weather", 2, 1)] if is_never_taken else [])


def test_very_many_rules_are_not_looked_at_for_long() -> None:
    rules = [{"when": {"city": f"c{n}"}, "result": n} for n in range(20_000)]
    case = read_case({"prompt": "Hi.", "mock_responses": {"get_weather": rules}})
    start = CpuTime()
    assert list(never_taken(case)) == []
    assert start.seconds < 6
