"""Bodies of requests, put together from parts that are serialised once, before they are sent."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson

from src.studio.engine.synthetic import NONCE_WORDS, filler, nonce
from src.studio.llm.answer import estimated_tokens
from src.studio.llm.request import Endpoint

if TYPE_CHECKING:
    from src.studio.engine.plan import Message, Plan, Planned, Target
    from src.studio.engine.record import Record

LARGEST_CACHE = 16 * 1024 * 1024
"""Bytes of serialised prompts that are kept; one prompt in use is kept whatever its size."""
LARGEST_PIECE = 64 * 1024
"""Bytes up to which a body is one piece, to leave in one packet or few; larger parts are shared, not copied."""
MARK = "\0nonce\0"
JSON_MARK = orjson.dumps(MARK)[1:-1]
SEPARATOR = "\n\n"
SYSTEM = "system"
LIMIT, NEWER_LIMIT = "max_tokens", "max_completion_tokens"


@dataclass(frozen=True, slots=True)
class Messages:
    """Serialised messages, cut where each request puts words of its own."""

    before: bytes
    after: bytes
    nonce_words: int
    chars: int
    tokens: int
    """An estimate, but for synthetic words, which are counted."""


@dataclass(frozen=True, slots=True)
class Body:
    """What one request sends."""

    pieces: list[bytes]
    chars: int
    """Characters of its messages."""
    estimated_tokens: int
    """What its messages come to, where the server doesn't say."""
    words: int = 0
    """Synthetic ones, of a token each."""


class Bodies:
    """Makes the bodies of a plan's requests."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._targets = {target.id: target for target in plan.targets}
        self._endpoints = {target.id: _endpoint(target, plan) for target in plan.targets}
        self._heads: dict[tuple[str, int | None], bytes] = {}
        self._messages = OrderedDict[tuple[str, int], Messages]()
        self._size = 0
        self.overheads = {
            target.id: target.overhead_tokens for target in plan.targets if target.overhead_tokens is not None
        }
        """What the server counted beside synthetic words, by target, where that is known."""

    def endpoint(self, planned: Planned) -> Endpoint:
        """Return where a request goes."""
        return self._endpoints[planned.target]

    def target(self, planned: Planned) -> Target:
        """Return the plan's target of a request."""
        return self._targets[planned.target]

    def words(self, planned: Planned) -> int:
        """Return how many synthetic words a request has: at least one of those that were asked for."""
        if not self._plan.exact_input or not planned.input_tokens:
            return planned.input_tokens
        return max(planned.input_tokens - self.overheads.get(planned.target, 0), 1)

    def calibrate(self, planned: Planned, record: Record, body: Body) -> None:
        """Learn from a warm-up what the server counts beside synthetic words."""
        if planned.phase == "warmup" and body.words and record.input_tokens and record.tokens_source == "usage":
            self.overheads[planned.target] = max(record.input_tokens - body.words, 0)

    def prepare(self, planned: Planned) -> None:
        """Serialise what is large in a request, so that `body` need not."""
        self._messages_of(planned)
        self._head_of(planned)

    def body(self, planned: Planned) -> Body:
        """Return what a request sends, with words of its own at the start where the plan wants that."""
        messages = self._messages_of(planned)
        words = nonce(messages.nonce_words)
        start = self._head_of(planned) + messages.before + words.encode()
        small = len(start) + len(messages.after) <= LARGEST_PIECE
        pieces = [start + messages.after + b"}"] if small else [start, messages.after, b"}"]
        return Body(pieces, messages.chars + len(words), messages.tokens, self.words(planned))

    def _head_of(self, planned: Planned) -> bytes:
        key = (planned.target, planned.output_tokens)
        if key not in self._heads:
            self._heads[key] = _limited(self._endpoints[planned.target], planned.output_tokens).head()
        return self._heads[key]

    def _messages_of(self, planned: Planned) -> Messages:
        words = self.words(planned)
        key = (planned.prompt, words)
        found = self._messages.get(key)
        if found is None:
            found = serialised(self._plan.prompts[planned.prompt], words, nonce=self._plan.nonce)
            self._messages[key] = found
            self._size += len(found.after)
            while self._size > LARGEST_CACHE and len(self._messages) > 1:
                self._size -= len(self._messages.popitem(last=False)[1].after)
        self._messages.move_to_end(key)
        return found


def serialised(messages: list[Message], input_tokens: int, *, nonce: bool) -> Messages:
    """Return messages with `input_tokens` synthetic words in front; without these, a nonce's words alone.

    In front of what is said to the model, that is: a system message stays as it is.
    """
    words = input_tokens or (NONCE_WORDS if nonce else 0)
    if not words or not messages:
        text = "".join(map(_text, messages))
        return Messages(orjson.dumps(messages), b"", 0, len(text), _estimated(text))
    nonce_words = min(NONCE_WORDS, words) if nonce else 0
    context = filler(words - nonce_words) + SEPARATOR
    at = next((at for at, message in enumerate(messages) if message.get("role") != SYSTEM), 0)
    first = _with_prefix(messages[at], MARK + context)
    before, _, after = orjson.dumps([*messages[:at], first, *messages[at + 1 :]]).partition(JSON_MARK)
    text = "".join(map(_text, messages))
    return Messages(before, after, nonce_words, len(context) + len(text), words + _estimated(text))


def _with_prefix(message: Message, prefix: str) -> Message:
    content = message.get("content")
    if isinstance(content, list):
        return {**message, "content": [{"type": "text", "text": prefix}, *content]}
    return {**message, "content": prefix + (content or "")}


def _text(message: Message) -> str:
    content: Any = message.get("content")
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def _estimated(text: str) -> int:
    return estimated_tokens(len(text.encode()))


def _limited(endpoint: Endpoint, output_tokens: int | None) -> Endpoint:
    """Return an endpoint whose answers have so many tokens at most, by whichever name it has that parameter."""
    if output_tokens is None:
        return endpoint
    name = NEWER_LIMIT if NEWER_LIMIT in endpoint.params else LIMIT
    return replace(endpoint, params={**endpoint.params, name: output_tokens})


def _endpoint(target: Target, plan: Plan) -> Endpoint:
    tags = plan.tags if target.send_tags else ()
    return Endpoint(target.base_url, target.model, target.api_key, target.params, tags)
