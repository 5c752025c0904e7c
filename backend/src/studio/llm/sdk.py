"""LiteLLM's SDK, for providers that speak no OpenAI dialect: a pack that may be missing, which is then said."""

from __future__ import annotations

import importlib.util
import time
from typing import TYPE_CHECKING, Any, Protocol

from src.studio.llm.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from src.studio.llm.answer import Answer
    from src.studio.llm.request import ChatRequest

LONGEST_TOLD = 200
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
# What of a request goes to the SDK. LiteLLM takes hundreds of other names for orders: where else to call,
# by which client, with which of the machine's files and variables as credentials. No user may give those.
TAKEN = frozenset(
    {
        *("model", "messages", "stream", "stream_options", "max_tokens", "max_completion_tokens", "n", "stop"),
        *("temperature", "top_p", "top_k", "min_p", "frequency_penalty", "presence_penalty", "seed", "logit_bias"),
        *("logprobs", "top_logprobs", "response_format", "tools", "tool_choice", "parallel_tool_calls"),
        *("reasoning_effort", "thinking", "verbosity", "service_tier", "cache_control", "inference_geo"),
        *("safety_settings", "safety_mode", "documents", "citation_options"),
    }
)


def refusal_of(asked: Mapping[str, Any]) -> str | None:
    """Say in a sentence why a request may not go to the SDK, None where it may."""
    if not is_spoken(str(asked.get("model"))):
        return "LiteLLM's SDK is used for Anthropic, Cohere and Gemini alone."
    if unknown := sorted(asked.keys() - TAKEN):
        return f"Through LiteLLM's SDK, {', '.join(unknown)[:LONGEST_TOLD]} cannot be sent. Leave it out."
    tools = asked.get("tools") or []
    if not isinstance(tools, list) or not all(isinstance(t, dict) and t.get("type") == "function" for t in tools):
        return "Through LiteLLM's SDK, tools are functions alone."  # others it would call by itself
    messages = asked.get("messages")
    if not isinstance(messages, list) or not all(map(_is_text_alone, messages)):
        return "Through LiteLLM's SDK, messages are texts alone."  # it fetches what others refer to
    return None


def _is_text_alone(message: object) -> bool:
    content = message.get("content") if isinstance(message, dict) else ()
    if isinstance(content, list):
        return all(isinstance(part, dict) and part.get("type") == "text" for part in content)
    return content is None or isinstance(content, str)


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
