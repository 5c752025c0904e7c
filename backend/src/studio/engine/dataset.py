"""Prompts of one's own: JSON lines of `{"prompt"|"messages", "output_tokens"?}`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable

    from src.studio.engine.plan import Message

ROLES = ("system", "developer", "user", "assistant", "tool")
FIELDS = {"prompt", "messages", "output_tokens"}
MOST_OUTPUT_TOKENS = 1_000_000
LONGEST_TOLD = 60


class DatasetError(ValueError):
    """The dataset cannot be used. The message is a sentence that names the first broken line."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Items as they were read, each `{"prompt"|"messages", "output_tokens"?}`, and lines that are none.

    `broken` has the number of each such line, from 1, and a sentence that says why.
    """

    items: list[dict[str, Any]]
    broken: list[tuple[int, str]] = field(default_factory=list)


def read_dataset(lines: Iterable[str | bytes], *, skip_broken: bool = False) -> Dataset:
    """Return the items of JSON lines; empty lines are none.

    Raises `DatasetError` at the first line that is broken, unless these are skipped, and where no item is left.
    """
    dataset = Dataset([])
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            dataset.items.append(_item(line))
        except ValueError as error:
            if not skip_broken:
                raise DatasetError(f"Line {number} of the dataset cannot be used: {error}.") from None
            dataset.broken.append((number, f"Line {number} was left out: {error}."))
    if not dataset.items:
        first = f" {dataset.broken[0][1]}" if dataset.broken else ""
        raise DatasetError(f"The dataset has no line that can be used.{first}")
    return dataset


def messages_of(item: dict[str, Any]) -> list[Message]:
    """Return what an item asks, as messages."""
    return item["messages"] if "messages" in item else [{"role": "user", "content": item["prompt"]}]


def _item(line: str | bytes) -> dict[str, Any]:
    """Return a line's item. Raises `ValueError` with why it is none."""
    try:
        item = orjson.loads(line)
    except ValueError:
        raise ValueError("it is not JSON") from None
    if not isinstance(item, dict):
        raise ValueError("it is not an object")  # noqa: TRY004 - one kind of error to whoever reads
    if unknown := sorted(item.keys() - FIELDS):
        raise ValueError(
            f"it has a field {', '.join(unknown)[:LONGEST_TOLD]!r}, beside prompt, messages and output_tokens"
        )
    if ("prompt" in item) == ("messages" in item):
        raise ValueError("it needs either a prompt or messages")
    if "prompt" in item and (not isinstance(item["prompt"], str) or not item["prompt"].strip()):
        raise ValueError("its prompt is not a text")
    if "messages" in item:
        _check_messages(item["messages"])
    tokens = item.get("output_tokens", 1)
    if isinstance(tokens, bool) or not isinstance(tokens, int) or not 1 <= tokens <= MOST_OUTPUT_TOKENS:
        raise ValueError(f"its output_tokens are not a whole number from 1 to {MOST_OUTPUT_TOKENS:,}")
    return item


def _check_messages(messages: object) -> None:
    if not isinstance(messages, list) or not messages:
        raise ValueError("its messages are not a list with at least one")
    for message in messages:
        if not isinstance(message, dict) or message.get("role") not in ROLES:
            raise ValueError(f"one of its messages has no role of {', '.join(ROLES)}")
        content = message.get("content")
        if not isinstance(content, str | list) and not (content is None and message.get("tool_calls")):
            raise ValueError("one of its messages has no content")
