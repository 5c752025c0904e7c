"""What a model said, put together from the pieces that providers send it in."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.studio.llm.limits import LARGEST_MESSAGE, MOST_CALLS, TooLargeError
from src.studio.llm.message import MessageCollector


def collected(*deltas: dict[str, Any]) -> MessageCollector:
    """Return what takes a stream of such deltas."""
    collector = MessageCollector()
    for delta in deltas:
        collector.take({"id": "c1", "model": "m", "choices": [{"index": 0, "delta": delta}]})
    return collector


def piece(arguments: Any = None, /, **more: Any) -> dict[str, Any]:
    function = (
        {"arguments": arguments} if "name" not in more else {"name": more.pop("name"), "arguments": arguments}
    )
    return {"tool_calls": [{**more, "function": function}]}


def calls(*deltas: dict[str, Any]) -> list[tuple[str | None, str, str]]:
    return [(call.id, call.name, call.arguments) for call in collected(*deltas).tool_calls]


def test_fragments_of_arguments_are_joined_by_their_place() -> None:
    found = calls(
        {"role": "assistant", "content": None},
        piece("", index=0, id="a", type="function", name="weather"),
        piece('{"ci', index=0),
        piece("", index=1, id="b", type="function", name="time"),
        piece('ty": "Oslo"}', index=0),
        piece('{"zone"', index=1),
        piece(': "CET"}', index=1),
    )
    assert found == [("a", "weather", '{"city": "Oslo"}'), ("b", "time", '{"zone": "CET"}')]


@pytest.mark.parametrize(
    "deltas",
    [
        # Ollama and Gemini: one place for all, whole arguments
        [piece('{"a": 1}', index=0, id="a", name="f"), piece('{"a": 2}', index=0, id="b", name="f")],
        # no place at all
        [piece('{"a": 1}', id="a", name="f"), piece('{"a": 2}', id="b", name="f")],
        [piece('{"a"', id="a", name="f"), piece(": 1}"), piece("", id="b", name="f"), piece('{"a": 2}', id="b")],
        # both in one chunk
        [
            {
                "tool_calls": [
                    {"id": "a", "index": 0, "function": {"name": "f", "arguments": {"a": 1}}},
                    {"id": "b", "index": 0, "function": {"name": "f", "arguments": {"a": 2}}},
                ]
            }
        ],
    ],
)
def test_two_calls_that_are_told_apart_by_their_ids_alone_stay_two(deltas: list[dict[str, Any]]) -> None:
    found = calls(*deltas)
    assert [(given, name, json.loads(text)) for given, name, text in found] == [
        ("a", "f", {"a": 1}),
        ("b", "f", {"a": 2}),
    ]


def test_two_calls_without_ids_are_told_apart_where_the_first_is_whole() -> None:
    found = calls(piece('{"a": 1}', index=0, name="f"), piece('{"a": 2}', index=0, name="f"))
    assert found == [(None, "f", '{"a": 1}'), (None, "f", '{"a": 2}')]


@pytest.mark.parametrize(
    "deltas",
    [
        # the name with each piece, and once more with nothing at the end
        [
            piece('{"a"', index=0, name="look_up"),
            piece(": 1}", index=0, name="look_up"),
            piece("", index=0, name="look_up"),
        ],
        # the id with each piece
        [piece('{"a"', index=0, id="x", name="look_up"), piece(": 1}", index=0, id="x")],
        # another id with each piece, but no name
        [piece('{"a"', index=0, id="x", name="look_up"), piece(": 1}", index=0, id="y")],
        # the name in pieces
        [piece("", index=0, name="look"), piece(None, index=0, name="_up"), piece('{"a": 1}', index=0)],
        # an empty name where there is nothing new
        [piece('{"a"', index=0, id="x", name="look_up"), piece(": 1}", index=0, id="", name="")],
    ],
)
def test_one_call_stays_one(deltas: list[dict[str, Any]]) -> None:
    [(_, name, arguments)] = calls(*deltas)
    assert (name, arguments) == ("look_up", '{"a": 1}')


def test_arguments_are_kept_as_they_came() -> None:
    assert calls(piece('{"a": 1.0, "a":2', index=0, name="f")) == [(None, "f", '{"a": 1.0, "a":2')]
    assert calls(piece("not json", index=0, name="f")) == [(None, "f", "not json")]
    assert calls(piece(None, index=0, name="f")) == [(None, "f", "")]


def test_texts_are_told_apart_by_their_channel() -> None:
    found = collected(
        {"role": "assistant", "content": ""},
        {"reasoning_content": "First"},
        {"reasoning_content": " think."},
        {"content": "It "},
        {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": " Then"}]}]},
        {"content": [{"type": "text", "text": "rains."}], "refusal": "No"},
        {"refusal": " more."},
    )
    assert (found.content, found.reasoning, found.refusal) == ("It rains.", "First think. Then", "No more.")


def test_nothing_said_is_none() -> None:
    found = collected({"role": "assistant", "content": ""})
    assert (found.content, found.reasoning, found.refusal, found.tool_calls) == (None, None, None, [])
    assert found.message() == {"role": "assistant", "content": None}


def test_a_whole_completion_is_taken_and_kept_as_it_came() -> None:
    call = {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    message = {"role": "assistant", "content": "Hm.", "tool_calls": [call]}
    whole = {"id": "c", "odd": 1, "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}]}
    collector = MessageCollector()
    collector.take(whole)
    assert collector.document() is whole
    assert collector.message() == {"role": "assistant", "content": "Hm.", "tool_calls": [call]}


def test_a_stream_comes_to_a_whole_completion() -> None:
    collector = collected({"reasoning": "Hm."}, piece('{"a":', index=0, id="x", name="f"), piece("1}", index=0))
    collector.take({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]})
    collector.take({"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}})
    call = {"id": "x", "type": "function", "function": {"name": "f", "arguments": '{"a":1}'}}
    message = {"role": "assistant", "content": None, "tool_calls": [call], "reasoning": "Hm."}
    assert collector.document() == {
        "id": "c1",
        "model": "m",
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 4},
    }


def test_of_several_choices_the_first_one_counts() -> None:
    collector = MessageCollector()
    choices = [{"index": at, "delta": {"content": text}} for at, text in ((1, "second"), (0, "first"))]
    collector.take({"choices": choices})
    assert collector.content == "first"


def test_signatures_go_back_with_what_they_sign() -> None:
    google = {"google": {"thought_signature": "s1"}}
    collector = collected(
        {"thinking_blocks": [{"type": "thinking", "thinking": "One"}], "reasoning_content": "One"},
        {"thinking_blocks": [{"type": "thinking", "thinking": " two."}], "reasoning_content": " two."},
        {"thinking_blocks": [{"type": "thinking", "thinking": "", "signature": "sig"}]},
        {"thinking_blocks": [{"type": "redacted_thinking", "data": "xyz"}]},
        piece("{}", index=0, id="a", name="f", extra_content=google),
    )
    message = collector.message()
    assert message["thinking_blocks"] == [
        {"type": "thinking", "thinking": "One two.", "signature": "sig"},
        {"type": "redacted_thinking", "data": "xyz"},
    ]
    assert message["reasoning_content"] == "One two."
    assert message["tool_calls"][0]["extra_content"] == google


@pytest.mark.parametrize(
    "delta",
    [
        {"tool_calls": "x"},
        {"tool_calls": [1, None, {}]},
        {"tool_calls": [{"index": "0", "id": 7, "function": "f"}]},
        {"tool_calls": [{"function": {"name": ["f"], "arguments": 4}}]},
        {"content": {"x": 1}, "reasoning": 7, "refusal": []},
        {"thinking_blocks": [None, "x"], "reasoning_details": 3},
    ],
)
def test_what_no_provider_should_send_breaks_nothing(delta: dict[str, Any]) -> None:
    collector = collected(delta, {"content": "still there"})
    assert collector.content == "still there"
    assert all(call.name == "" and call.arguments == "" for call in collector.tool_calls)
    json.dumps(collector.document())


NAMES = st.text("abc_", min_size=1, max_size=8)
OBJECTS = st.dictionaries(st.text(max_size=4), st.text(max_size=12) | st.integers() | st.none(), max_size=3)


@given(st.lists(st.tuples(NAMES, OBJECTS), max_size=4), st.data())
def test_whatever_the_pieces_the_calls_are_the_same(
    made: list[tuple[str, dict[str, Any]]], data: st.DataObject
) -> None:
    """As OpenAI streams them: each call opens with its id and name, and pieces of several may take turns."""
    ahead: list[list[dict[str, Any]]] = []
    for at, (name, arguments) in enumerate(made):
        text = json.dumps(arguments)
        cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=4)))
        fragments = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
        opened = piece("", index=at, id=f"id{at}", type="function", name=name)
        ahead.append([opened, *(piece(fragment, index=at) for fragment in fragments)])
    deltas = []
    begun = 0
    while any(ahead):  # a call begins after the one before it has
        ready = [at for at, pieces in enumerate(ahead) if pieces and at <= begun]
        at = data.draw(st.sampled_from(ready))
        begun = max(begun, at + 1)
        deltas.append(ahead[at].pop(0))
    found = [(call.id, call.name, json.loads(call.arguments)) for call in collected(*deltas).tool_calls]
    assert found == [(f"id{at}", name, arguments) for at, (name, arguments) in enumerate(made)]


def test_a_model_that_does_not_stop_is_stopped() -> None:
    text = "x" * (LARGEST_MESSAGE // 4)
    with pytest.raises(TooLargeError, match="8 MB"):
        collected({"content": text}, {"reasoning_content": text}, piece(text, index=0), piece(text, index=0))
    with pytest.raises(TooLargeError, match="1,000 calls"):
        collected(*(piece("{}", index=at, name="f") for at in range(MOST_CALLS + 1)))


def test_many_small_pieces_are_soon_taken() -> None:
    collector = MessageCollector()
    thought = {"thinking_blocks": [{"type": "thinking", "thinking": "tok"}], "reasoning_content": "tok"}
    start = time.process_time()
    for _ in range(100_000):
        collector.take({"choices": [{"delta": {"content": "tok", **thought}}]})
    assert len(collector.message()["thinking_blocks"][0]["thinking"]) == 300_000
    assert time.process_time() - start < 5


def test_what_is_nested_deeper_than_json_is_written_is_refused() -> None:
    deep: Any = "x"
    for _ in range(900):
        deep = [deep]
    for delta in ({"tool_calls": [{"index": 0, "extra_content": deep}]}, {"thinking_blocks": [{"x": deep}]}):
        with pytest.raises(ValueError, match="ecursion"):
            collected(delta)
    with pytest.raises(ValueError, match="ecursion"):
        MessageCollector().take({"choices": [{"message": {"content": "x", "odd": deep}}]})
