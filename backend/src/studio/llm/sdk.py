"""LiteLLM's SDK, for providers that speak no OpenAI dialect: a pack that may be missing, which is then said."""

from __future__ import annotations

import importlib.util
import time
from typing import TYPE_CHECKING, Protocol

from src.studio.llm.failures import Failure

if TYPE_CHECKING:
    from src.studio.llm.answer import Answer
    from src.studio.llm.request import ChatRequest

SDK = "sdk"
"""The kind of failures of calls that the SDK did not send."""
MOST_AT_ONCE = 4
"""Calls through the SDK in one process: with more, its own time would be taken for the model's."""
MISSING = (
    "This provider is called through LiteLLM's SDK, which is not installed here. "
    "The server's operator installs it with `make providers`."
)
# Their calls in LiteLLM go by the client that they are given, and so by connections that are guarded and stamped.
SPOKEN = frozenset({"anthropic", "cohere_chat", "gemini"})


class Asks(Protocol):
    """What calls models, by whichever way."""

    async def ask(self, request: ChatRequest, answer: Answer, /) -> None:
        """Send a call and fill `answer` with what comes of it."""
        ...


def sdk_available() -> bool:
    """Tell whether the pack is there. Does not load it: that takes seconds."""
    return importlib.util.find_spec("litellm") is not None


def is_spoken(model: str) -> bool:
    """Tell whether a model, named as LiteLLM names it (`anthropic/claude-…`), can be called through the SDK."""
    prefix, _, name = model.partition("/")
    return prefix in SPOKEN and bool(name)


class MissingSdk:
    """Stands where the SDK is missing, and fails each call with the sentence that says so."""

    async def ask(self, _request: ChatRequest, answer: Answer) -> None:
        """Fill `answer` with why there is none."""
        answer.fail(Failure(SDK, MISSING))
        answer.end_ns = time.perf_counter_ns()
