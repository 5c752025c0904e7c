"""What a piece of an answer says, in the dialects that there are."""

from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from src.studio.llm.chunks import Chunk, Usage, read_chunk, read_usage


def sizes(delta: Any) -> tuple[int, int]:
    """Return the bytes of reasoning and of output in a delta."""
    chunk = read_chunk(orjson.dumps({"choices": [{"index": 0, "delta": delta}]}))
    return chunk.reasoning, chunk.output


@pytest.mark.parametrize(
    ("delta", "expected"),
    [
        ({"content": "abc"}, (0, 3)),
        ({"content": "ä"}, (0, 2)),
        ({"reasoning_content": "abc"}, (3, 0)),
        ({"reasoning": "abc"}, (3, 0)),
        ({"reasoning": "abc", "reasoning_content": "abc"}, (3, 0)),
        ({"reasoning_content": ["ab", "c"]}, (3, 0)),
        ({"reasoning": [{"type": "text", "text": "abc"}]}, (3, 0)),
        ({"reasoning": "ab", "content": "c"}, (2, 1)),
        ({"content": [{"type": "text", "text": "abc"}]}, (0, 3)),
        ({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "abc"}]}]}, (3, 0)),
        ({"tool_calls": [{"index": 0, "function": {"name": "f", "arguments": ""}}]}, (0, 1)),
        ({"tool_calls": [{"index": 0, "function": {"arguments": '{"a"'}}]}, (0, 4)),
        ({"role": "assistant", "content": ""}, (0, 0)),
        ({"content": None, "reasoning": None, "tool_calls": None}, (0, 0)),
        ({"tool_calls": [{"index": 0, "id": "x", "function": {"name": "", "arguments": ""}}]}, (0, 0)),
        ({"tool_calls": ["x", {"function": 5}]}, (0, 0)),
        ({}, (0, 0)),
        (None, (0, 0)),
    ],
)
def test_text_reasoning_and_tool_calls_are_told_apart(delta: Any, expected: tuple[int, int]) -> None:
    assert sizes(delta) == expected


def test_role_usage_and_finish_chunks_are_no_token_events() -> None:
    for document in (
        {"choices": [{"delta": {"role": "assistant", "content": ""}}]},
        {"choices": [{"delta": {}, "finish_reason": "stop"}]},
        {"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2}},
        {},
    ):
        assert not read_chunk(orjson.dumps(document)).has_tokens


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (
            {
                "prompt_tokens": 100,
                "completion_tokens": 90,
                "completion_tokens_details": {"reasoning_tokens": 40},
                "prompt_tokens_details": {"cached_tokens": 64},
            },
            Usage(100, 90, 40, 64),
        ),
        ({"prompt_tokens": 5, "completion_tokens": 0}, Usage(5, 0, None, None)),
        ({"prompt_tokens": 5, "completion_tokens": 3, "prompt_cache_hit_tokens": 4}, Usage(5, 3, None, 4)),
        (
            {
                "prompt_tokens": 5,
                "completion_tokens": 3,
                "total_tokens": 15,
                "completion_tokens_details": {"reasoning_tokens": 7},
            },
            Usage(5, 10, 7, None),
        ),
        ({"prompt_tokens": None, "completion_tokens": "many"}, None),
        ({"prompt_tokens": -1, "completion_tokens": True}, None),
        ({"prompt_tokens": 2**31, "completion_tokens": 2**31 - 1}, Usage(None, 2**31 - 1, None, None)),
        ({}, None),
        (None, None),
        ([], None),
    ],
)
def test_usage_is_what_the_server_counted(usage: Any, expected: Usage | None) -> None:
    assert read_usage(usage) == expected


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ({"error": {"message": "no"}}, {"message": "no"}),
        ({"error": "no"}, "no"),
        ({"object": "error", "message": "no"}, {"object": "error", "message": "no"}),
    ],
)
def test_an_error_is_told_from_a_chunk(document: Any, error: Any) -> None:
    assert read_chunk(orjson.dumps(document)).error == error
    assert read_chunk(b'{"error": null, "id": "a"}') == Chunk(id="a")


KEYS = st.sampled_from(
    ["choices", "delta", "message", "content", "reasoning", "tool_calls", "function", "name", "arguments", "usage",
     "completion_tokens", "prompt_tokens", "completion_tokens_details", "reasoning_tokens", "finish_reason", "id",
     "error", "text", "type", "thinking"]
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=30,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # of a busy machine
@given(st.dictionaries(KEYS, JSON, max_size=6))
def test_no_object_is_too_odd_to_be_read(document: dict[str, Any]) -> None:
    read_chunk(orjson.dumps(document))


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"1", b"null", b'"a"', b'{"a": "\xff"}', b"NaN"])
def test_what_is_no_object_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"not an object|\w"):
        read_chunk(data)
