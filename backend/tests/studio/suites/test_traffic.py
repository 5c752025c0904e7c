"""Cases of real traffic: a pasted request and answer, whole or streamed, and what came between them."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.studio.scoring.case import read_case
from src.studio.scoring.score import TurnOutcome, score_case
from src.studio.scoring.toolbox import Toolbox
from src.studio.scoring.verdict import Call
from src.studio.suites.bfcl import read_bfcl
from src.studio.suites.errors import SuiteError
from src.studio.suites.openapi import operations_of
from src.studio.suites.suite import read_suite
from src.studio.suites.tools import check_tools
from src.studio.suites.traffic import case_of_traffic
from tests.cpu import CpuTime

if TYPE_CHECKING:
    from collections.abc import Sequence

Json = Any

TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Tell it.",
        "parameters": {"type": "object", "properties": {}},
    },
}


def request(*messages: Json, **more: Json) -> dict[str, Json]:
    return {"model": "m", "messages": list(messages) or [user("Weather in Paris?")], "tools": [TOOL]} | more


def user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def call(arguments: str = '{"city": "Paris"}', identity: str = "c1", name: str = "get_weather") -> dict[str, Json]:
    return {"id": identity, "type": "function", "function": {"name": name, "arguments": arguments}}


def answer(*calls: Json, content: str | None = None) -> dict[str, Json]:
    message = {"role": "assistant", "content": content, "tool_calls": list(calls) or None}
    return {"id": "x", "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}]}


def test_what_was_called_is_what_is_expected() -> None:
    found = case_of_traffic(request(), answer(call()))
    assert found["case"] == {
        "prompt": "Weather in Paris?",
        "expected_calls": [{"tool": "get_weather", "arguments": {"city": "Paris"}}],
    }
    assert found["tools"] == [TOOL]
    assert found["notes"] == []


def test_text_is_taken_as_objects_are() -> None:
    assert case_of_traffic(json.dumps(request()), json.dumps(answer(call()))) == case_of_traffic(
        request(), answer(call())
    )


def test_a_streamed_answer_is_put_together() -> None:
    deltas = [
        {"role": "assistant", "content": ""},
        {"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "get_weather", "arguments": ""}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": '{"city": '}}]},
        {"tool_calls": [{"index": 1, "id": "c2", "function": {"name": "get_weather", "arguments": "{}"}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": '"Paris"}'}}]},
    ]
    chunks = [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas] + [{"choices": [], "usage": {}}]
    text = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
    calls = case_of_traffic(request(), text)["case"]["expected_calls"]
    assert [one["arguments"] for one in calls] == [{"city": "Paris"}, {}]
    assert case_of_traffic(request(), chunks) == case_of_traffic(request(), text)


@pytest.mark.parametrize("ids", [("c1", "c2", "c3"), (None, None, None), ("", "", "")])
@pytest.mark.parametrize("as_objects", [False, True])
def test_calls_that_are_all_streamed_at_one_place_are_told_apart(ids: Sequence[Json], as_objects: bool) -> None:
    made: list[Json] = [{"city": "Paris"}, {"city": "Rome"}, {}]
    deltas = [
        {
            "tool_calls": [
                {
                    "index": 0,
                    "id": identity,
                    "function": {"name": "get_weather", "arguments": one if as_objects else json.dumps(one)},
                }
            ]
        }
        for identity, one in zip(ids, made, strict=True)
    ]
    chunks = [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    calls = case_of_traffic(request(), chunks)["case"]["expected_calls"]
    assert [one["arguments"] for one in calls] == made


def test_pieces_that_repeat_their_name_are_one_call() -> None:
    pieces = ['{"city": ', '"Paris"', "}"]
    deltas = [
        {"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "get_weather", "arguments": piece}}]}
        for piece in pieces
    ]
    chunks = [{"choices": [{"delta": delta}]} for delta in deltas]
    (one,) = case_of_traffic(request(), chunks)["case"]["expected_calls"]
    assert one["arguments"] == {"city": "Paris"}


def test_many_thousand_pieces_of_long_arguments_are_put_together_once() -> None:
    pieces = ['{"city": "', *["x" * 50] * 40_000, '"}']
    made: list[Json] = [{"tool_calls": [{"index": 0, "function": {"arguments": piece}}]} for piece in pieces]
    made[0]["tool_calls"][0]["function"]["name"] = "get_weather"
    chunks = [{"choices": [{"delta": delta}]} for delta in made]
    started = CpuTime()
    (one,) = case_of_traffic(request(), chunks)["case"]["expected_calls"]
    assert one["arguments"] == {"city": "x" * 2_000_000}
    assert started.seconds < 5


def test_a_line_of_a_stream_ends_at_a_line_feed_alone() -> None:
    chunk = {"choices": [{"delta": {"tool_calls": [{"index": 0, **call('{"city": "a\u2028b"}')}]}}]}
    text = f"data: {json.dumps(chunk, ensure_ascii=False)}\r\n\r\ndata: [DONE]\r\n"
    (one,) = case_of_traffic(request(), text)["case"]["expected_calls"]
    assert one["arguments"] == {"city": "a\u2028b"}


@pytest.mark.parametrize("ids", [(None, None), ("", ""), ("same", "same")])
def test_results_of_calls_without_ids_of_their_own_are_taken_in_order(ids: Sequence[Json]) -> None:
    cities = ("Paris", "Rome")
    calls = [call(json.dumps({"city": city}), identity) for city, identity in zip(cities, ids, strict=True)]
    results = [
        {"role": "tool", "tool_call_id": one, "content": f'"{city}"'}
        for one, city in zip(ids, cities, strict=True)
    ]
    messages = [user("Both?"), {"role": "assistant", "tool_calls": calls}, *results]
    mocks = case_of_traffic(request(*messages), answer(content="Done."))["case"]["mock_responses"]
    assert mocks == {"get_weather": [{"when": {"city": city}, "result": city} for city in cities]}


def test_more_calls_than_can_be_expected_are_refused() -> None:
    with pytest.raises(SuiteError, match=r"answer: There may be 100 calls, not 101\."):
        case_of_traffic(request(), answer(*[call()] * 101))


def test_an_answer_in_words_wants_no_call_and_says_so() -> None:
    found = case_of_traffic(request(), answer(content="It is sunny."))
    assert found["case"]["should_call_tool"] is False
    assert found["notes"] == [
        "Nothing was called, so the case wants no call; if one should have been made, add it."
    ]


def test_a_message_alone_and_the_older_function_call_are_taken() -> None:
    message = {"role": "assistant", "content": None, "function_call": call()["function"]}
    old = request(functions=[TOOL["function"]])
    del old["tools"]
    assert case_of_traffic(old, message) == case_of_traffic(request(), answer(call()))


def test_the_older_function_call_is_put_together_where_it_was_streamed() -> None:
    made = [{"name": "get_weather", "arguments": ""}, {"arguments": '{"city": '}, {"arguments": '"Paris"}'}, None]
    chunks = [{"choices": [{"index": 0, "delta": {"function_call": piece}}]} for piece in made]
    assert case_of_traffic(request(), chunks) == case_of_traffic(request(), answer(call()))


def test_results_of_the_older_function_calls_become_mocks_by_their_names() -> None:
    made = [call(name=name)["function"] for name in ("get_weather", "get_time")]
    results = [("get_time", "12"), ("get_weather", "rain")]
    since = [
        *({"role": "assistant", "content": None, "function_call": one} for one in made),
        *({"role": "function", "name": name, "content": content} for name, content in results),
    ]
    case = case_of_traffic(request(user("Both?"), *since), answer(content="Done."))["case"]
    assert case["mock_responses"] == {"get_time": [{"result": 12}], "get_weather": [{"result": "rain"}]}
    assert [one["tool"] for one in case["expected_calls"]] == ["get_weather", "get_time"]


def test_what_came_after_the_users_last_message_becomes_calls_and_mocks() -> None:
    messages = [
        {"role": "system", "content": "Be brief."},
        user("Weather in Paris and Rome?"),
        {"role": "assistant", "content": None, "tool_calls": [call(), call('{"city": "Rome"}', "c2")]},
        {"role": "tool", "tool_call_id": "c1", "content": '{"sun": true}'},
        {"role": "tool", "tool_call_id": "c2", "content": "rain"},
    ]
    found = case_of_traffic(request(*messages), answer(call('{"city": "Oslo"}', "c3"), content="One more:"))
    case = found["case"]
    assert [message["role"] for message in case["messages"]] == ["system", "user"]
    assert [one["arguments"]["city"] for one in case["expected_calls"]] == ["Paris", "Rome", "Oslo"]
    assert case["multi_turn"] is True
    assert case["mock_responses"] == {
        "get_weather": [
            {"when": {"city": "Paris"}, "result": {"sun": True}},
            {"when": {"city": "Rome"}, "result": "rain"},
        ]
    }
    assert found["notes"] == [
        "The system message stays in the case's messages; a suite's system prompt would come before it.",
        "What the model said beside its calls is not judged.",
    ]
    made = [Call("get_weather", {"city": city}) for city in ("Paris", "Rome", "Oslo")]
    assert score_case(read_case(case), [TurnOutcome(made)], Toolbox([open_tool()])).passed


def open_tool() -> dict[str, Json]:
    return {"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object"}}}


def test_what_a_case_does_not_keep_is_named() -> None:
    asked = request(
        temperature=0.2, top_p=1, tool_choice="required", tools=[TOOL, {"type": "web_search"}], metadata={"a": "b"}
    )
    assert case_of_traffic(asked, answer(call(name="other")))["notes"] == [
        "other was called, which the request does not offer: such a call can never be right.",
        "The provider's own tools are not offered: web_search.",
        "Parameters are set for a run, and not kept with a case: temperature, top_p.",
        "The request's tool_choice was required; a run sets it for all cases.",
    ]


def test_arguments_with_keys_like_operators_are_meant_literally() -> None:
    found = case_of_traffic(request(), answer(call('{"where": {"$any": 1}}')))
    assert found["case"]["expected_calls"][0]["arguments"] == {"where": {"$literal": {"$any": 1}}}


@pytest.mark.parametrize(
    ("asked", "answered", "told"),
    [
        ("nothing", "{}", "request: This is no request for a chat completion: it has no list of messages."),
        ("{", "{}", "request: This is no JSON"),
        ({"input": "Hi"}, "{}", "request: This is a request of the Responses API"),
        (request() | {"messages": []}, answer(), "request.messages: The messages must be a list of objects."),
        (
            request({"role": "system", "content": "x"}),
            answer(),
            "request.messages: There is no message of a user's.",
        ),
        (request(tools=[{"function": {}}]), answer(), "request.tools[0]/function/name: It must be a name."),
        (request(), {"error": {"message": "no"}}, "answer: This answer is an error"),
        (request(), {"choices": []}, "answer: This is no answer of a chat completion"),
        (request(), "data: {", "answer: This is no JSON"),
        (
            request(),
            answer(call('{"city": ')),
            "answer: The call of get_weather cannot be expected: The arguments",
        ),
        (request(user("")), answer(), "request: prompt"),
    ],
)
def test_what_is_no_traffic_is_refused_with_its_part(asked: Json, answered: Json, told: str) -> None:
    with pytest.raises(SuiteError) as failure:
        case_of_traffic(asked, answered)
    assert str(failure.value).startswith(told)


WORDS = """
messages tools functions function name arguments role user assistant tool content tool_calls id choices message
delta
index parameters type properties question ground_truth answer test_cases prompt turns expected_calls $any
openapi paths
get requestBody schema $ref in required initial_config involved_classes tool_call_id mock_responses missed_function
"""
KEYS = st.sampled_from(WORDS.split())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-1, 1) | st.text(max_size=5) | KEYS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=15,
)
READERS = {
    "traffic": lambda value: case_of_traffic({"messages": value, "tools": value}, {"choices": value}),
    "history": lambda value: case_of_traffic({"messages": [user("a"), {"role": "tool"}, value]}, value),
    "a stream": lambda value: case_of_traffic(request(), [value, {"choices": [{"delta": value}]}]),
    "BFCL": lambda value: read_bfcl({"question": value, "function": value, "ground_truth": value, "id": value}),
    "BFCL's answers": lambda value: read_bfcl({"question": "a", "id": "b", "function": [{"name": "f"}]}, value),
    "BFCL's turns": lambda value: read_bfcl(
        {"question": [[user("a")]] * 2, "function": [], "ground_truth": [value]}
    ),
    "BFCL's schemas": lambda value: read_bfcl({"question": "a", "function": [{"name": "f", "parameters": value}]}),
    "a suite": lambda value: read_suite({"tools": value, "test_cases": value, "name": value}),
    "a case": lambda value: read_suite({"tools": [{"name": "f"}], "test_cases": [value]}),
    "OpenAPI": lambda value: operations_of(
        {"openapi": "3.0.1", "paths": {"/a": {"get": value, "parameters": value}}}
    ),
    "OpenAPI's bodies": lambda value: operations_of(
        {"openapi": "3.1.0", "paths": {"/a": {"get": {"requestBody": {"content": {"*/*": {"schema": value}}}}}}}
    ),
    "tools": lambda value: check_tools(
        [value, {"type": "function", "function": {"name": "f", "parameters": value}}]
    ),
}


@pytest.mark.parametrize("reader", READERS)
@given(value=JSON)
def test_whatever_it_is_given_a_reader_reads_it_or_says_what_is_wrong(reader: str, value: Json) -> None:
    with contextlib.suppress(SuiteError):
        READERS[reader](value)
