"""The assistant's message of an answer, put together from the documents that the answer came in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson

from src.studio.llm.limits import LARGEST_MESSAGE, MOST_CALLS, TooLargeError

OPENED = "{"
LONGEST_NAME = 4096
# What some providers want back with the message that it came with, or they refuse the next request: DeepSeek's and
# others' thoughts, Anthropic's signed ones as LiteLLM has them, and OpenRouter's.
THOUGHTS = ("reasoning_content", "reasoning_details", "thinking_blocks")
_HEAD = ("id", "created", "model", "provider", "system_fingerprint", "service_tier")
_OWN = frozenset({"index", "id", "type", "function"})
_PIECES = ("thinking", "text", "summary", "data")


@dataclass(slots=True)
class ToolCall:
    """A call as it came: `arguments` is its text, whatever that is. `id` is None where the provider gave none.

    `extra` is what else stood in it, such as Gemini's signature of the thought behind it, which it wants back.
    """

    name: str = ""
    id: str | None = None
    pieces: list[str] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def arguments(self) -> str:
        """Return the text of its arguments."""
        return "".join(self.pieces)

    def to_dict(self) -> dict[str, Any]:
        """Return the call in OpenAI's form."""
        extra = dict(self.extra)
        function = {**extra.pop("function", {}), "name": self.name, "arguments": self.arguments}
        return {**({"id": self.id} if self.id else {}), "type": "function", "function": function, **extra}

    def take(self, piece: dict[str, Any]) -> None:
        """Add a piece of the call."""
        function = _dict(piece.get("function"))
        self.id = self.id or _text(piece.get("id"))
        name = _text(function.get("name"))
        if name and name != self.name and not self.pieces and len(self.name) < LONGEST_NAME:
            self.name += name  # some repeat it with each piece, and a few cut it up
        if text := arguments_text(function.get("arguments")):
            self.pieces.append(text)
        self.extra |= {name: value for name, value in piece.items() if name not in _OWN and value is not None}
        if beside := {key: value for key, value in function.items() if key not in {"name", "arguments"} and value}:
            self.extra["function"] = {**self.extra.get("function", {}), **beside}

    def is_begun_anew_by(self, piece: dict[str, Any]) -> bool:
        """Tell whether a piece at this call's place begins another: Ollama and Gemini give all calls one place.

        With an id it is another one where it has a name and another id. Without ids it is where this one's
        arguments are whole and more of them come with a name.
        """
        function = _dict(piece.get("function"))
        name, given = _text(function.get("name")), _text(piece.get("id"))
        if not name:
            return False
        if given and self.id:
            return given != self.id
        return bool(arguments_text(function.get("arguments"))) and _is_object(self.arguments)


class MessageCollector:
    """Takes each document of an answer, a stream's chunks or the whole completion, and keeps what the model said.

    Of several choices the first one counts. Raises `TooLargeError` where it is more than anybody should say, and
    `ValueError` for what is nested deeper than JSON is written.
    """

    def __init__(self) -> None:
        self.tool_calls: list[ToolCall] = []
        """In the order in which they began."""
        self._texts: dict[str, list[str]] = {}
        self._thoughts: dict[str, _Pieces] = {}
        self._blocks: dict[str, list[dict[str, Any]]] = {}
        self._at: dict[int, ToolCall] = {}
        self._head: dict[str, Any] = {}
        self._whole: dict[str, Any] | None = None
        self._finish_reason: str | None = None
        self._usage: dict[str, Any] | None = None
        self._size = 0

    @property
    def content(self) -> str | None:
        """What the model said to the user; None where it said nothing."""
        return self._joined("content")

    @property
    def reasoning(self) -> str | None:
        """What it thought before, as far as the provider tells."""
        return self._joined("reasoning")

    @property
    def refusal(self) -> str | None:
        """Why it will not answer, where the provider tells that apart."""
        return self._joined("refusal")

    def take(self, document: dict[str, Any]) -> None:
        """Add a document that is no error."""
        for name in _HEAD:
            if name not in self._head and document.get(name) is not None:
                self._head[name] = document[name]
        self._usage = document.get("usage") or self._usage
        for choice in _dicts(document.get("choices")):
            if choice.get("index") not in {None, 0}:
                continue
            self._finish_reason = _text(choice.get("finish_reason")) or self._finish_reason
            if isinstance(message := choice.get("delta"), dict) and message:
                self._take(message)
                for piece in _dicts(message.get("tool_calls")):
                    self._add(self._call_of(piece), piece)
            elif isinstance(message := choice.get("message"), dict):
                _check_depth(document)
                self._whole = document
                self._take(message)
                for piece in _dicts(message.get("tool_calls")):
                    self._add(self._new_call(), piece)

    def message(self) -> dict[str, Any]:
        """Return the message in OpenAI's form, with all that the provider wants back with it."""
        calls = {"tool_calls": [call.to_dict() for call in self.tool_calls]} if self.tool_calls else {}
        refusal = {"refusal": self.refusal} if self.refusal else {}
        thoughts = {name: "".join(pieces) for name, pieces in self._thoughts.items()}
        signed = {name: [_whole(block) for block in blocks] for name, blocks in self._blocks.items()}
        return {"role": "assistant", "content": self.content, **refusal, **calls, **thoughts, **signed}

    def document(self) -> dict[str, Any]:
        """Return the whole answer as it came, or what the pieces of a stream come to."""
        if self._whole is not None:
            return self._whole
        message = self.message()
        if self.reasoning and not self._thoughts and not self._blocks:
            message["reasoning"] = self.reasoning
        choice = {"index": 0, "message": message, "finish_reason": self._finish_reason}
        usage = {"usage": self._usage} if self._usage else {}
        return {**self._head, "object": "chat.completion", "choices": [choice], **usage}

    def _joined(self, name: str) -> str | None:
        return "".join(self._texts.get(name, ())) or None

    def _take(self, message: dict[str, Any]) -> None:
        self._take_texts(message)
        for name in THOUGHTS:
            if isinstance(thought := message.get(name), str) and thought:
                self._count(len(thought))
                self._thoughts.setdefault(name, _Pieces()).append(thought)
            elif pieces := _dicts(thought):
                self._count(_check_depth(pieces))
                _join_blocks(self._blocks.setdefault(name, []), pieces)

    def _take_texts(self, message: dict[str, Any]) -> None:
        content = message.get("content")
        thoughts, said = [message.get("reasoning") or message.get("reasoning_content")], [content]
        if isinstance(content, list):  # Mistral's, where thinking is a kind of content
            is_thought = [isinstance(part, dict) and part.get("type") == "thinking" for part in content]
            thoughts += [part for part, thought in zip(content, is_thought, strict=True) if thought]
            said = [part for part, thought in zip(content, is_thought, strict=True) if not thought]
        texts = {"content": said, "reasoning": thoughts, "refusal": [message.get("refusal")]}
        for name, parts in texts.items():
            if text := "".join(map(_text_of, parts)):
                self._count(len(text))
                self._texts.setdefault(name, []).append(text)

    def _call_of(self, piece: dict[str, Any]) -> ToolCall:
        """Return the call that a piece belongs to: by its place, where it has one, by its id, or the last one."""
        index, given = piece.get("index"), _text(piece.get("id"))
        if isinstance(index, int):
            found = self._at.get(index)
        elif given:
            found = next((call for call in self.tool_calls if call.id == given), None)
        else:
            found = self.tool_calls[-1] if self.tool_calls else None
        if found is None or found.is_begun_anew_by(piece):
            found = self._new_call()
            if isinstance(index, int):
                self._at[index] = found
        return found

    def _add(self, call: ToolCall, piece: dict[str, Any]) -> None:
        self._count(_check_depth(piece))
        call.take(piece)

    def _count(self, size: int) -> None:
        self._size += size
        if self._size > LARGEST_MESSAGE:
            raise TooLargeError(f"The model says more than {LARGEST_MESSAGE // 1024 // 1024} MB.")

    def _new_call(self) -> ToolCall:
        if len(self.tool_calls) == MOST_CALLS:
            raise TooLargeError(f"The model makes more than {MOST_CALLS:,} calls in one answer.")
        call = ToolCall()
        self.tool_calls.append(call)
        return call


def arguments_text(arguments: object) -> str:
    """Return arguments as text; some servers give the object in place of its text."""
    if isinstance(arguments, str):
        return arguments
    return orjson.dumps(arguments).decode() if isinstance(arguments, dict) else ""


def _check_depth(value: object) -> int:
    """Return the bytes of something as JSON. Raises `ValueError` where it is nested too deep for that."""
    try:
        return len(orjson.dumps(value))
    except TypeError as error:
        raise ValueError(str(error)) from None


class _Pieces(list[str]):
    """A text that is still coming."""


def _join_blocks(blocks: list[dict[str, Any]], pieces: list[dict[str, Any]]) -> None:
    """Add pieces of signed thoughts: one goes on until its signature has come."""
    for piece in pieces:
        last = blocks[-1] if blocks else {}
        same = last.get("type") == piece.get("type") and last.get("index") == piece.get("index")
        if not last or not same or last.get("signature"):
            last = {}
            blocks.append(last)
        for name, value in piece.items():
            if name in _PIECES and isinstance(value, str):
                last[name] = last[name] if isinstance(last.get(name), _Pieces) else _Pieces()
                last[name].append(value)
            elif value is not None:
                last[name] = value


def _whole(block: dict[str, Any]) -> dict[str, Any]:
    return {name: "".join(value) if isinstance(value, _Pieces) else value for name, value in block.items()}


def _is_object(text: str) -> bool:
    if not text.startswith(OPENED):
        return False
    try:
        return isinstance(orjson.loads(text), dict)
    except ValueError:
        return False


def _text_of(part: object) -> str:
    """Return the text of a text, of a list of texts, or of a part that has one."""
    if isinstance(part, str):
        return part
    if isinstance(part, list):
        return "".join(map(_text_of, part))
    if isinstance(part, dict):
        return next((text for name in ("text", "thinking", "content") if (text := _text_of(part.get(name)))), "")
    return ""


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
