"""Reads the body of a chat completion, and refuses it as LiteLLM does."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from src.demo.deployments import DEPLOYMENTS
from src.demo.errors import ProxyError
from src.demo.models import MODELS, Model

LONGEST_LOOK = 2_000  # characters at the end of a prompt that decide what it is about
WINDOWS = {deployment.public_name: deployment.max_input_tokens for deployment in DEPLOYMENTS}
ROUTE = "/chat/completions"

Rounds = Sequence[Sequence[tuple[str, dict[str, Any]]]]
"""Calls, by name and arguments: those that are made at once, one such after another."""


@dataclass(frozen=True)
class Question:
    """What a model is asked: `prompt` is the end of the user's last message, `results` what tools have found.

    `asked` is all that the user has said, and `answered` how often tools have been called since the last of it.
    """

    model: Model
    prompt: str
    prompt_tokens: int
    limit: int | None = None
    stream: bool = False
    include_usage: bool = False
    tools: list[dict[str, Any]] = field(default_factory=list)
    forced: str | None = None
    """The name of a tool that has to be called; empty where any has to be."""
    results: list[str] = field(default_factory=list)
    asked: tuple[str, ...] = ()
    answered: int = 0
    seed: int | None = None
    temperature: float = 0
    learnt: Rounds | None = None
    """What it has learnt to call for this, None where it has not."""


def read_question(body: bytes) -> Question:
    """Return what a request asks. Raises `ProxyError`."""
    asked = _object(body)
    model = MODELS.get(asked["model"]) if isinstance(asked.get("model"), str) else None
    if model is None:
        raise _refused(
            f"{ROUTE}: Invalid model name passed in model={asked.get('model')}. "
            "Call `/v1/models` to view available models for your key.",
            None,
        )
    messages = _messages(asked)
    texts = [_text(message) for message in messages]
    tokens = sum(len(text.split()) for text in texts)
    if tokens > WINDOWS[model.name]:
        raise _refused(
            f"litellm.ContextWindowExceededError: The prompt has {tokens} tokens, and {model.name} takes "
            f"{WINDOWS[model.name]} at most.",
            None,
        )
    prompts = [text for text, message in zip(texts, messages, strict=True) if message.get("role") == "user"]
    tools, forced = _tools(asked)
    return Question(
        model,
        prompt=prompts[-1][-LONGEST_LOOK:] if prompts else "",
        prompt_tokens=tokens,
        limit=_limit(asked),
        stream=asked.get("stream") is True,
        include_usage=(asked.get("stream_options") or {}).get("include_usage") is True,
        tools=tools,
        forced=forced,
        results=_results(texts, messages),
        asked=tuple(prompts),
        answered=_answered(messages),
        seed=seed if isinstance(seed := asked.get("seed"), int) else None,
        temperature=temperature if isinstance(temperature := asked.get("temperature"), int | float) else 0,
    )


def _object(body: bytes) -> dict[str, Any]:
    try:
        asked = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _refused(f"Invalid JSON payload: {error}", "request_body") from None
    if not isinstance(asked, dict):
        raise _refused("Invalid JSON payload: it has to be an object", "request_body")
    if not isinstance(asked.get("stream_options") or {}, dict):
        raise _refused(f"{ROUTE}: 'stream_options' has to be an object.", "stream_options")
    return asked


def _messages(asked: dict[str, Any]) -> list[dict[str, Any]]:
    messages = asked.get("messages")
    if messages is None:
        raise _refused(f"{ROUTE}: Missing required parameter: 'messages'.", "messages")
    if not isinstance(messages, list) or not messages or not all(isinstance(item, dict) for item in messages):
        raise _refused(f"{ROUTE}: 'messages' must be a list of at least one message.", "messages")
    return messages


def _text(message: dict[str, Any]) -> str:
    """Return a message's text, where it has parts of theirs."""
    content = message.get("content")
    parts = content if isinstance(content, list) else [{"text": content}]
    return " ".join(
        text for part in parts if isinstance(part, dict) and isinstance(text := part.get("text"), str) and text
    )


def _results(texts: list[str], messages: list[dict[str, Any]]) -> list[str]:
    """Return what tools have answered since the last message of anybody else."""
    found: list[str] = []
    for text, message in zip(reversed(texts), reversed(messages), strict=True):
        if message.get("role") != "tool":
            break
        found.insert(0, text)
    return found


def _answered(messages: list[dict[str, Any]]) -> int:
    """Return how many of the messages since the user's last one called tools."""
    roles = [message.get("role") for message in messages]
    start = max((at for at, role in enumerate(roles) if role == "user"), default=0)
    return sum(bool(message.get("tool_calls")) for message in messages[start:])


def _limit(asked: dict[str, Any]) -> int | None:
    name = "max_tokens" if asked.get("max_completion_tokens") is None else "max_completion_tokens"
    limit = asked.get(name)
    if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool) or limit < 1):
        raise _refused(f"{ROUTE}: '{name}' must be an integer of at least 1.", name)
    return limit


def _tools(asked: dict[str, Any]) -> tuple[list[dict[str, Any]], str | None]:
    """Return the functions that may be called, and which has to be."""
    functions = _functions(asked.get("tools") or [])
    choice = asked.get("tool_choice")
    if choice == "none":
        return [], None
    if not isinstance(choice, dict):
        return functions, "" if choice == "required" and functions else None
    function = choice.get("function")
    named = function.get("name") if isinstance(function, dict) else None
    if not any(function["name"] == named for function in functions):
        raise _refused(f"{ROUTE}: 'tool_choice' names a function that is not among 'tools'.", "tool_choice")
    return functions, named


def _functions(tools: object) -> list[dict[str, Any]]:
    functions = (
        [tool.get("function") for tool in tools if isinstance(tool, dict)] if isinstance(tools, list) else []
    )
    whole = [function for function in functions if isinstance(function, dict) and _is_named(function)]
    if not isinstance(tools, list) or len(whole) != len(tools):
        raise _refused(f"{ROUTE}: each of 'tools' must have a function with a name.", "tools")
    return whole


def _is_named(function: dict[str, Any]) -> bool:
    return isinstance(function.get("name"), str) and bool(function["name"])


def _refused(message: str, param: str | None) -> ProxyError:
    return ProxyError(400, "invalid_request_error", message, param)
