"""When each piece of an answer is due, and how OpenAI's completions put it: in one piece, or as a stream."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import orjson

from src.demo.answers import answer
from src.demo.draws import LANE_RANGE, draw, lanes
from src.demo.errors import ProxyError
from src.demo.failures import Failure
from src.demo.models import Model
from src.demo.questions import Question

RETRY_SECONDS = 1
KINDS = {"reasoning": "reasoning_content", "content": "content"}
DONE = b"data: [DONE]\n\n"


class Timed(NamedTuple):
    """What is sent when: milliseconds after the request, and an event of a stream."""

    due: float
    event: bytes


class Completion:
    """One answer, planned to the millisecond; `number` counts its model's requests, and decides about chances.

    So a model's first, second … request after the start of the gateway have the same fate and jitter each time.
    """

    def __init__(self, question: Question, number: int, created: int) -> None:
        self.question = question
        self.words = f"{question.model.name} request {number}"
        self.id = f"chatcmpl-demo-{lanes(self.words, 1)[0]:04x}-{number}"
        self.created = created  # seconds of the epoch
        whole = answer(question, number)
        self.tokens = whole[: question.limit]
        self.cut = len(self.tokens) < len(whole)
        self._due = _due(question, len(self.tokens), self.words)

    @property
    def failure(self) -> Failure | None:
        """The failure that takes the answer's place, if any."""
        drawn = draw(f"{self.words} fails", 0, 99)
        reached = 0
        for failure, percent in self.question.model.failures.items():
            reached += percent
            if drawn < reached:
                return failure
        return None

    @property
    def breaks_off(self) -> bool:
        """Whether the answer ends with an error in the middle."""
        return draw(f"{self.words} breaks off", 0, 99) < self.question.model.breaks_off

    @property
    def end(self) -> float:
        """When the last token is due, in milliseconds after the request."""
        return self._due[-1]

    @property
    def finish_reason(self) -> str:
        """As OpenAI has it: `stop`, `length` or `tool_calls`."""
        if self.cut:
            return "length"
        return "tool_calls" if self.tokens[-1].kind in ("name", "arguments") else "stop"

    @property
    def usage(self) -> dict[str, Any]:
        """Tokens, as OpenAI counts them: reasoning is part of the completion."""
        prompt, completion = self.question.prompt_tokens, len(self.tokens)
        reasoning = sum(token.kind == "reasoning" for token in self.tokens)
        return {
            "completion_tokens": completion,
            "prompt_tokens": prompt,
            "total_tokens": prompt + completion,
            "completion_tokens_details": {"reasoning_tokens": reasoning},
            "prompt_tokens_details": {"cached_tokens": 0},
        }

    def body(self) -> bytes:
        """Return the answer in one piece."""
        message: dict[str, Any] = {"role": "assistant", "content": self._text("content") or None}
        if reasoning := self._text("reasoning"):
            message["reasoning_content"] = reasoning
        if calls := sorted({token.call for token in self.tokens if token.kind == "name"}):
            message["tool_calls"] = [self._call(place) for place in calls]
        choice = {"finish_reason": self.finish_reason, "index": 0, "message": message}
        return orjson.dumps(self._head("chat.completion") | {"choices": [choice], "usage": self.usage})

    def events(self) -> list[Timed]:
        """Return the answer as a stream, the role at once; one that breaks off ends after half of it."""
        timed = [Timed(0, self._chunk({"role": "assistant", "content": ""}))]
        timed += self._pieces()
        if self.breaks_off:
            timed = timed[: 1 + len(timed) // 2]
            return [*timed, Timed(timed[-1].due, _event(broken_off(self.question.model).body))]
        end = self._chunk({}, self.finish_reason)
        if self.question.include_usage:
            end += self._chunk({}, usage=self.usage)
        return [*timed, Timed(self.end, end + DONE)]

    def _pieces(self) -> list[Timed]:
        """Return the tokens' events: as many tokens in one as the model has, all of one kind, a name alone."""
        pieces: list[Timed] = []
        position = 0
        for (kind, place), group in itertools.groupby(self.tokens, key=lambda token: (token.kind, token.call)):
            run = list(group)
            for start in range(0, len(run), self.question.model.per_chunk):
                several = run[start : start + self.question.model.per_chunk]
                text = "".join(token.text for token in several)
                pieces.append(Timed(self._due[position], self._chunk(self._delta(kind, text, place))))
                position += len(several)
        return pieces

    def _call(self, place: int) -> dict[str, Any]:
        function = {"name": self._text("name", place), "arguments": self._text("arguments", place)}
        return {"id": self._id_of(place), "type": "function", "function": function}

    def _delta(self, kind: str, text: str, place: int) -> dict[str, Any]:
        if kind in KINDS:
            return {KINDS[kind]: text}
        call: dict[str, Any] = {"function": {"arguments": text}, "type": "function", "index": place}
        if kind == "name":
            call = {"id": self._id_of(place), **call, "function": {"arguments": "", "name": text}}
        return {"tool_calls": [call]}

    def _id_of(self, place: int) -> str:
        return f"call_{self.id}-{place}"

    def _chunk(self, delta: dict[str, Any], finish_reason: str | None = None, **more: object) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        return _event(self._head("chat.completion.chunk") | {"choices": [choice]} | more)

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": self.id, "created": self.created, "model": self.question.model.name, "object": kind}

    def _text(self, kind: str, place: int = 0) -> str:
        return "".join(token.text for token in self.tokens if (token.kind, token.call) == (kind, place))


async def sent(timed: list[Timed], start: float) -> AsyncIterator[bytes]:
    """Yield each event when it is due, `start` being the loop's time at the request."""
    now = asyncio.get_running_loop().time
    for due, event in timed:
        wait = start + due / 1000 - now()
        if wait > 0:
            await asyncio.sleep(wait)
        yield event


def refused(failure: Failure, model: Model) -> ProxyError:
    """Return the error that a model answers with in place of an answer, as LiteLLM passes it on."""
    kind = "throttling_error" if failure.code == "429" else "internal_server_error"
    message = f"litellm.{failure.error_class}: {failure.message}\n\n{_group(model)}"
    return ProxyError(int(failure.code), kind, message, None, retry_after=RETRY_SECONDS)


def broken_off(model: Model) -> ProxyError:
    """Return the error that ends an answer in the middle."""
    message = f"litellm.APIConnectionError: The model closed the connection.\n\n{_group(model)}"
    return ProxyError(500, None, message, None)


def _group(model: Model) -> str:
    return f"LiteLLM: model group '{model.name}' failed with the error above. No fallback was attempted."


def _event(body: dict[str, Any]) -> bytes:
    return b"data: " + orjson.dumps(body) + b"\n\n"


def _due(question: Question, count: int, words: str) -> list[float]:
    """Return when each token is due: on its model's grid, a little early or late."""
    model = question.model
    first, *steps = ((2 * lane / LANE_RANGE - 1) * model.jitter / 100 for lane in lanes(f"{words} jitter", count))
    start = model.first_token_ms * (1 + first) + model.prompt_ms * question.prompt_tokens / 1000
    return [start, *(start + model.ms_per_token * (place + step) for place, step in enumerate(steps, start=1))]
