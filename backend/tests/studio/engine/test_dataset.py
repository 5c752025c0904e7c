"""A dataset is read line by line; one that is broken is named, and the rest is used or not, as was asked."""

import pytest

from src.studio.engine.dataset import Dataset, DatasetError, messages_of, read_dataset

HELLO = '{"prompt": "Say hello.", "output_tokens": 5}'
TALK = '{"messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": [{"type": "text"}]}]}'


def test_prompts_and_messages_are_read_and_empty_lines_are_none() -> None:
    dataset = read_dataset([HELLO, "", "  \n", TALK.encode()])
    assert [item.get("output_tokens") for item in dataset.items] == [5, None]
    assert dataset.broken == []
    assert messages_of(dataset.items[0]) == [{"role": "user", "content": "Say hello."}]
    assert [message["role"] for message in messages_of(dataset.items[1])] == ["system", "user"]


BROKEN = [
    ("{", "it is not JSON"),
    (b"\xff", "it is not JSON"),
    ("[]", "it is not an object"),
    ("{}", "it needs either a prompt or messages"),
    ('{"prompt": "a", "messages": []}', "it needs either a prompt or messages"),
    ('{"prompt": 5}', "its prompt is not a text"),
    ('{"prompt": " "}', "its prompt is not a text"),
    ('{"prompt": "a", "max_tokens": 5}', "it has a field 'max_tokens'"),
    ('{"prompt": "a", "output_tokens": 0}', "its output_tokens are not a whole number from 1"),
    ('{"prompt": "a", "output_tokens": true}', "its output_tokens are not a whole number from 1"),
    ('{"prompt": "a", "output_tokens": 1.5}', "its output_tokens are not a whole number from 1"),
    ('{"prompt": "a", "output_tokens": null}', "its output_tokens are not a whole number from 1"),
    ('{"messages": []}', "its messages are not a list with at least one"),
    ('{"messages": ["a"]}', "one of its messages has no role"),
    ('{"messages": [{"role": "robot", "content": "a"}]}', "one of its messages has no role"),
    ('{"messages": [{"role": "user"}]}', "one of its messages has no content"),
]


@pytest.mark.parametrize(("line", "said"), BROKEN)
def test_a_broken_line_is_named(line: str | bytes, said: str) -> None:
    with pytest.raises(DatasetError, match=f"^Line 3 of the dataset cannot be used: {said}"):
        read_dataset([HELLO, "", line, "{"])
    dataset = read_dataset([HELLO, "", line, TALK], skip_broken=True)
    assert len(dataset.items) == 2
    [(number, sentence)] = dataset.broken
    assert (number, sentence.startswith(f"Line 3 was left out: {said}")) == (3, True)


@pytest.mark.parametrize(
    ("lines", "said"), [([], "can be used.$"), (["{"], "Line 1 was left out: it is not JSON.$")]
)
def test_a_dataset_without_a_line_of_use_is_none(lines: list[str], said: str) -> None:
    with pytest.raises(DatasetError, match=f"The dataset has no line that .*{said}"):
        read_dataset(lines, skip_broken=True)


def test_a_call_for_a_tool_has_no_content() -> None:
    line = '{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "tool_calls": [{}]}]}'
    assert isinstance(read_dataset([line]), Dataset)
