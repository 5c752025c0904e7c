"""What a piece of an OpenAI-compatible answer says: text, reasoning, tool calls, finish reason, usage, errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from src.studio.llm.message import MessageCollector

# No answer has more; sums of counts that nobody can have counted would be too large for JSON.
MOST_TOKENS = 2**31


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the server counted them; None where it did not say. Output includes reasoning."""

    input_tokens: int | None
    output_tokens: int | None
    reasoning_tokens: int | None
    cached_tokens: int | None


@dataclass(frozen=True, slots=True)
class Chunk:
    """One piece, or a whole answer. `reasoning` and `output` count UTF-8 bytes; tool calls are output."""

    id: str | None = None
    reasoning: int = 0
    output: int = 0
    finish_reason: str | None = None
    usage: Usage | None = None
    error: Any = None

    @property
    def has_tokens(self) -> bool:
        """Tell whether it is a token event: role, empty and usage chunks are none."""
        return self.reasoning > 0 or self.output > 0


def read_chunk(data: bytes, *, is_error: bool = False, collect: MessageCollector | None = None) -> Chunk:
    """Return what JSON of a chunk (or a whole completion) says. Raises `ValueError` where it is neither.

    `is_error`: it came as an event of that name, whatever its form. `collect` is given what is no error.
    """
    document = orjson.loads(data)
    if not isinstance(document, dict):
        raise ValueError("not an object")  # noqa: TRY004 - what cannot be read is one kind of error to callers
    if is_error or document.get("error") or document.get("object") == "error":
        return Chunk(error=document.get("error") or document)
    if collect is not None:
        collect.take(document)
    return chunk_of(document)


def chunk_of(document: dict[str, Any]) -> Chunk:
    """Return what a chunk, or a whole completion, says that is no error."""
    reasoning = output = 0
    finish_reason = None
    for choice in _dicts(document.get("choices")):
        message = choice.get("delta") or choice.get("message")
        if isinstance(message, dict):
            thought, said = _sizes(message)
            reasoning, output = reasoning + thought, output + said
        finish_reason = _text(choice.get("finish_reason")) or finish_reason
    return Chunk(_text(document.get("id")), reasoning, output, finish_reason, read_usage(document.get("usage")))


def read_usage(usage: object) -> Usage | None:
    """Return the counts of a `usage` object; None where there are none."""
    if not isinstance(usage, dict):
        return None
    output, prompt = _dict(usage.get("completion_tokens_details")), _dict(usage.get("prompt_tokens_details"))
    sent, made, thought = (
        _count(usage.get("prompt_tokens")),
        _count(usage.get("completion_tokens")),
        _count(output.get("reasoning_tokens")),
    )
    if sent is None and made is None:
        return None
    if thought and made is not None and usage.get("total_tokens") == (sent or 0) + made + thought:
        made += thought  # xAI counts reasoning beside the completion
    cached = _count(prompt.get("cached_tokens"))
    if cached is None:
        cached = _count(usage.get("prompt_cache_hit_tokens"))  # DeepSeek's
    return Usage(sent, made, thought, cached)


def _sizes(message: dict[str, Any]) -> tuple[int, int]:
    """Return the bytes of reasoning and of output in a delta or a message."""
    reasoning = _size(message.get("reasoning")) or _size(message.get("reasoning_content"))
    content = message.get("content")
    output = 0
    if isinstance(content, list):  # Mistral's, where thinking is a kind of content
        for part in content:
            if isinstance(part, dict) and part.get("type") == "thinking":
                reasoning += _size(part.get("thinking"))
            else:
                output += _size(part)
    else:
        output = _size(content)
    for call in _dicts(message.get("tool_calls")):
        function = _dict(call.get("function"))
        output += _size(function.get("name")) + _size(function.get("arguments"))
    return reasoning, output


def _size(value: object) -> int:
    """Return the UTF-8 bytes of a text, of a list of texts, or of parts that have one."""
    if isinstance(value, str):
        return len(value.encode())
    if isinstance(value, list):
        return sum(map(_size, value))
    if isinstance(value, dict):
        return next((size for name in ("text", "content", "summary") if (size := _size(value.get(name)))), 0)
    return 0


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MOST_TOKENS else None
