"""Reading a case from a document, and writing it: every field, the older ones, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from src.studio.scoring.case import Case, CaseError, ExpectedCall, ScoringConfig, Turn, read_case

CALL = {"tool": "get_weather", "arguments": {"city": "Paris"}}
FULL: dict[str, Any] = {
    "id": "0198",
    "name": "two turns",
    "category": "travel",
    "disputed": True,
    "disputed_reason": "Nobody knows.",
    "tools": ["get_weather", "book"],
    "prompt": "What is the weather in Paris?",
    "expected_calls": [CALL | {"optional": ["unit"]}, {"tool": ["a", "b"], "arguments": {}}],
    "expected_state": {"/seen": True},
    "turns": [
        {"prompt": "Thanks.", "should_call_tool": False},
        {"messages": [{"role": "user", "content": "Book it."}], "expected_calls": [CALL], "max_rounds": 3},
    ],
    "multi_turn": True,
    "max_rounds": 5,
    "scoring_config": {"mode": "fuzzy", "epsilon": 0.1, "multiset": True, "order": "strict", "extra": ["search"]},
    "state": {"seen": False},
    "mock_responses": {
        "get_weather": {"sky": "clear"},
        "book": [{"when": {"city": {"$any": ["Paris"]}}, "result": {"$arg": "city"}, "set": {"/seen": True}}],
    },
    "valid_prerequisites": ["search"],
    "optimal_hops": 2,
    "argument_source": {"id": "get_weather.id"},
}


def test_a_case_of_all_fields_is_read_and_written_as_it_was() -> None:
    case = read_case(FULL)
    assert case.to_dict() == FULL
    assert read_case(case.to_dict()) == case
    assert case.scoring_config == ScoringConfig("fuzzy", 0.1, False, True, "strict", ("search",))
    assert [turn.prompt for turn in case.turns] == ["What is the weather in Paris?", "Thanks.", None]
    assert [case.rounds_of(turn) for turn in case.turns] == [5, 5, 3]


@pytest.mark.parametrize(
    "document",
    [
        {"prompt": "Hi."},
        {"prompt": "Hi.", "should_call_tool": False},
        {"prompt": "Hi.", "expected_calls": [CALL], "disputed": True},
        {"messages": [{"role": "system", "content": "Be short."}, {"role": "user", "content": "Hi."}]},
        {"prompt": "Hi.", "multi_turn": True, "optimal_hops": 0},
        {
            "prompt": "Hi.",
            "turns": [{"prompt": "Hi.", "max_rounds": 2, "expected_calls": [CALL]}],
            "multi_turn": True,
        },
        {
            "prompt": "Hi.",
            "turns": [{"prompt": "Hi."}, {"prompt": "Hi.", "expected_calls": [CALL]}],
            "multi_turn": True,
        },
        {"prompt": "Hi.", "tools": []},
        {"prompt": "Hi.", "scoring_config": {"casefold": True, "dates": False}},
    ],
)
def test_what_is_by_default_is_not_written(document: dict[str, Any]) -> None:
    case = read_case(document)
    assert case.to_dict() == document
    assert read_case(case.to_dict()) == case


def test_turns_may_say_all_and_the_first_prompt_is_told_for_whoever_reads_that_alone() -> None:
    turns = [{"prompt": "One.", "max_rounds": 2}, {"prompt": "Two."}]
    case = read_case({"turns": turns})
    assert [turn.prompt for turn in case.turns] == ["One.", "Two."]
    assert case.multi_turn
    assert case.to_dict() == {"prompt": "One.", "turns": turns, "multi_turn": True}


def test_the_older_fields_of_one_call_are_read_and_told() -> None:
    document = {"prompt": "Hi.", "expected_tool": "get_weather", "expected_params": {"city": "Paris"}}
    case = read_case(document | {"param_scoring": "contains"})
    assert case.expected_calls == (ExpectedCall(("get_weather",), {"city": "Paris"}),)
    assert case.scoring_config.mode == "contains"
    told = case.to_dict(old_fields=True)
    assert told | document == told
    assert read_case(told) == case
    assert read_case({"prompt": "Hi.", "expected_tool": ["a", "b"]}).expected_calls[0].tools == ("a", "b")
    assert read_case({"prompt": "Hi."}).to_dict(old_fields=True)["expected_tool"] is None


HELLO, BOOK = {"prompt": "Hello."}, {"tool": "book", "arguments": {"x": 2}}


@pytest.mark.parametrize(
    "own",
    [
        {"should_call_tool": False, "expected_state": {"/a": 1}},
        {"should_call_tool": False},
        {"expected_calls": []},
        {"expected_state": {"/a": 1}},
        {"expected_calls": [BOOK]},
        {"expected_tool": "book", "expected_params": {"x": 1}},
        {"expected_tool": "book", "expected_params": {"x": True}},
        {"expected_tool": "other"},
    ],
)
def test_a_first_turn_that_says_otherwise_is_one_of_its_own_though_the_same_is_said_next(own: Any) -> None:
    case = read_case(HELLO | own | {"turns": [HELLO | {"expected_calls": [BOOK]}, {"prompt": "Thanks."}]})
    assert [turn.prompt for turn in case.turns] == ["Hello.", "Hello.", "Thanks."]
    assert case.turns[0] == read_case(HELLO | own).turns[0]
    assert read_case(case.to_dict()) == read_case(case.to_dict(old_fields=True)) == case


@pytest.mark.parametrize(
    "own",
    [
        {},
        {"should_call_tool": True, "expected_tool": None, "expected_params": None},
        {"expected_tool": "book", "expected_params": {"x": 2}},
        {"expected_tool": "book"},
        {"expected_state": {"/a": 1}},
    ],
)
def test_a_first_turn_that_says_no_more_than_the_one_that_repeats_it_is_that(own: Any) -> None:
    turns = [
        HELLO | {"max_rounds": 2, "expected_calls": [BOOK], "expected_state": {"/a": 1}},
        {"prompt": "Thanks."},
    ]
    case = read_case(HELLO | own | {"turns": turns})
    assert case.to_dict() == HELLO | {"turns": turns, "multi_turn": True}
    assert read_case(case.to_dict(old_fields=True)) == case


def test_a_turn_that_wants_no_call_is_read_beside_the_word_that_a_case_of_any_turn_has() -> None:
    turns = [HELLO | {"should_call_tool": False, "max_rounds": 2}, {"prompt": "Thanks."}]
    for own in ({}, {"should_call_tool": True}, {"should_call_tool": False}, {"expected_calls": []}):
        assert len(read_case({"turns": turns} | own).turns) == 2
        assert len(read_case(HELLO | {"turns": turns} | own).turns) == 2


@pytest.mark.parametrize(
    ("own", "path"),
    [
        ({"should_call_tool": False}, "should_call_tool"),
        ({"expected_calls": []}, "expected_calls"),
        ({"expected_calls": [CALL]}, "expected_calls"),
        ({"expected_calls": [{"tool": "book", "arguments": {"x": 2.0}}]}, "expected_calls"),
        ({"expected_calls": [BOOK], "should_call_tool": False}, "should_call_tool"),
        ({"expected_tool": "other"}, "expected_tool"),
        ({"expected_tool": "book", "expected_params": {}}, "expected_params"),
        ({"expected_params": {"x": 2}}, "expected_params"),
        ({"expected_state": {"/a": 1}}, "expected_state"),
    ],
)
def test_what_a_case_says_otherwise_than_its_turns_is_refused_where_they_say_all(own: Any, path: str) -> None:
    turns = [HELLO | {"expected_calls": [BOOK]}, {"prompt": "Thanks."}]
    assert len(read_case({"turns": turns, "expected_calls": [BOOK], "expected_tool": "book"}).turns) == 2
    with pytest.raises(CaseError) as raised:
        read_case({"turns": turns} | own)
    assert raised.value.path == path


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({}, True),
        ({"expected_calls": []}, False),
        ({"expected_calls": [], "should_call_tool": True}, True),
        ({"expected_calls": None}, True),
        ({"expected_calls": [CALL]}, True),
        ({"should_call_tool": False}, False),
    ],
)
def test_an_empty_list_of_calls_says_that_none_is_wanted(fields: dict[str, Any], wanted: bool) -> None:
    assert read_case({"prompt": "Hi."} | fields).should_call_tool is wanted


def test_nothing_is_what_null_says() -> None:
    nothing = dict.fromkeys(set(FULL) - {"prompt"})
    assert read_case(nothing | {"prompt": "Hi."}) == Case((Turn("Hi."),))


DEEP: Any = 1
for _ in range(101):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"prompt": None}, "prompt"),
        ({"prompt": ""}, "prompt"),
        ({"prompt": "x" * 50_001}, "prompt"),
        ({"prompt": 3}, "prompt"),
        ({"prompt": "\ud800"}, "prompt"),
        ({"prompt": "a\0b"}, "prompt"),
        ({"messages": [{"role": "user", "content": "Hi."}]}, "prompt"),
        ({"prompt": None, "messages": [{"role": "assistant", "content": "Hi."}]}, "messages"),
        ({"prompt": None, "messages": [{"role": "robot"}]}, "messages[0].role"),
        ({"prompt": None, "messages": ["Hi."]}, "messages[0]"),
        ({"name": "x" * 201}, "name"),
        ({"category": "x" * 101}, "category"),
        ({"disputed": "yes"}, "disputed"),
        ({"tools": "get_weather"}, "tools"),
        ({"tools": [3]}, "tools[0]"),
        ({"expectd_calls": []}, "expectd_calls"),
        ({"expected_calls": {}}, "expected_calls"),
        ({"expected_calls": [CALL] * 101}, "expected_calls"),
        ({"expected_calls": [{"arguments": {}}]}, "expected_calls[0].tool"),
        ({"expected_calls": [{"tool": []}]}, "expected_calls[0].tool"),
        ({"expected_calls": [{"tool": "a", "args": {}}]}, "expected_calls[0].args"),
        ({"expected_calls": [{"tool": "a", "arguments": []}]}, "expected_calls[0].arguments"),
        ({"expected_calls": [{"tool": "a", "optional": "b"}]}, "expected_calls[0].optional"),
        ({"expected_calls": [CALL], "should_call_tool": False}, "should_call_tool"),
        ({"expected_params": {"a": 1}}, "expected_params"),
        ({"expected_calls": {"a": 1}, "expected_tool": "a"}, "expected_calls"),
        ({"expected_calls": "a", "expected_tool": "a"}, "expected_calls"),
        ({"expected_calls": 3, "expected_tool": "a"}, "expected_calls"),
        ({"expected_calls": [{"tool": "a", "arguments": {1: 2}}]}, "expected_calls[0].arguments"),
        ({"expected_calls": [{"tool": "a", "arguments": {"b": {1: 2}}}]}, "expected_calls[0].arguments.b"),
        ({"expected_calls": [{"tool": "a", "arguments": {"\ud800": 2}}]}, "expected_calls[0].arguments"),
        ({"expected_state": {"/a" * 101: 1}}, "expected_state." + "/a" * 101),
        ({"expected_state": {"/" + "a" * 3000: 1}}, "expected_state./" + "a" * 240),
        ({"expected_calls": [CALL], "expected_tool": "other"}, "expected_tool"),
        (
            {"expected_calls": [CALL], "expected_tool": "get_weather", "expected_params": {"city": "Oslo"}},
            "expected_params",
        ),
        ({"expected_calls": [CALL], "expected_tool": "get_weather", "expected_params": {}}, "expected_params"),
        ({"param_scoring": "semantic"}, "param_scoring"),
        ({"scoring_config": {"mode": "semantic"}}, "scoring_config.mode"),
        ({"scoring_config": {"epsilon": -1}}, "scoring_config.epsilon"),
        ({"scoring_config": {"epsilon": float("nan")}}, "scoring_config.epsilon"),
        ({"scoring_config": {"epsilon": 10**400}}, "scoring_config.epsilon"),
        ({"scoring_config": {"order": "loose"}}, "scoring_config.order"),
        ({"scoring_config": {"casefold": 1}}, "scoring_config.casefold"),
        ({"scoring_config": {"extra": "a"}}, "scoring_config.extra"),
        ({"turns": [{"prompt": "a", "turns": []}]}, "turns[0].turns"),
        ({"turns": [{"expected_calls": []}]}, "turns[0].prompt"),
        ({"turns": [{"prompt": "a"}] * 51}, "turns"),
        ({"turns": [{"prompt": "a", "max_rounds": 21}]}, "turns[0].max_rounds"),
        ({"max_rounds": 0}, "max_rounds"),
        ({"max_rounds": True}, "max_rounds"),
        ({"expected_state": {"seen": True}}, "expected_state.seen"),
        ({"state": []}, "state"),
        ({"state": {"a": float("inf")}}, "state.a"),
        ({"state": {"a": 2**65}}, "state.a"),
        ({"state": {"a": -(2**64) + 1}}, "state.a"),
        ({"state": {"a": DEEP}}, "state.a" + "[0]" * 99),
        (
            {"mock_responses": {"a": [{"when": {"b": {"$any": []}}, "result": 1}]}},
            "mock_responses.a[0].when.b.$any",
        ),
        ({"mock_responses": {"a": [{"set": {"b": 1}}]}}, "mock_responses.a[0].set.b"),
        ({"mock_responses": {"a": [{"set": {"/b" * 101: 1}}]}}, "mock_responses.a[0].set." + "/b" * 101),
        ({"mock_responses": {"a": [{"set": {f"/{n}": 1 for n in range(101)}}]}}, "mock_responses.a[0].set"),
        ({"mock_responses": {"a": [{"error": 3}]}}, "mock_responses.a[0].error"),
        ({"argument_source": {"a": "tool"}}, "argument_source.a"),
        ({"optimal_hops": -1}, "optimal_hops"),
    ],
)
def test_a_field_that_cannot_be_read_is_named(fields: dict[str, Any], path: str) -> None:
    with pytest.raises(CaseError) as raised:
        read_case({"prompt": "Hi."} | fields)
    assert raised.value.path == path
    assert raised.value.sentence


@pytest.mark.parametrize(
    ("expected", "path"),
    [
        ({"$any": []}, "$any"),
        ({"$any": "a"}, "$any"),
        ({"$any": [{"$nothing": 1}]}, "$any[0].$nothing"),
        ({"$any": ["a"], "b": 1}, "b"),
        ({"b": 1, "$any": ["a"]}, "b"),
        ({"$number": "3"}, "$number"),
        ({"$number": True}, "$number"),
        ({"$number": 3, "tolerance": -1}, "tolerance"),
        ({"$number": 3, "tolerance": 10**400}, "tolerance"),
        ({"$number": 10**400}, "$number"),
        ({"$date": "03/05/2026"}, "$date"),
        ({"$date": "soon"}, "$date"),
        ({"$text": 3}, "$text"),
        ({"$text": "a", "casefold": "yes"}, "casefold"),
        ({"$contains": ""}, "$contains"),
        ({"$contains": " "}, "$contains"),
        ({"$contains": "\u00a0\n"}, "$contains"),
        ({"$multiset": {}}, "$multiset"),
        ({"$object": []}, "$object"),
        ({"$object": {"a": 1}, "optional": ["b"]}, "optional[0]"),
        ({"$object": {"a": 1}, "optional": [[]]}, "optional[0]"),
        ({"$object": {"a": 1}, "optional": [{}]}, "optional[0]"),
        ({"$object": {1: 2}}, "$object"),
        ({"$pattern": "("}, "$pattern"),
        ({"$pattern": "(?=a)b"}, "$pattern"),
        ({"$pattern": r"(a)\1"}, "$pattern"),
        ({"$pattern": "((a{100}){100}){100}"}, "$pattern"),
        ({"$anything": False}, "$anything"),
        ({"$literal": float("nan")}, "$literal"),
        ({"a": [{"b": {"$x": 1}}]}, "a[0].b.$x"),
        (float("nan"), ""),
    ],
)
def test_an_expected_value_that_is_none_is_named(expected: Any, path: str) -> None:
    with pytest.raises(CaseError) as raised:
        read_case({"prompt": "Hi.", "expected_calls": [{"tool": "t", "arguments": {"x": expected}}]})
    where = "expected_calls[0].arguments.x"
    assert raised.value.path == (f"{where}.{path}" if path else where)


@pytest.mark.parametrize("document", [None, [], "case", 3])
def test_what_is_no_object_is_no_case(document: Any) -> None:
    with pytest.raises(CaseError, match="must be an object"):
        read_case(document)
