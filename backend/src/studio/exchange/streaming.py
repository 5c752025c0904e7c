"""What is known to break tool calls in streams, and is therefore asked for whole answers."""

from __future__ import annotations

from typing import NamedTuple


class Broken(NamedTuple):
    """A kind of server: what goes wrong there, where that is told, and when we looked.

    It is known by what its providers' keys begin with, or what its models' names do.
    """

    name: str
    reason: str
    source: str
    seen: str


BROKEN = (
    Broken(
        "vllm",
        "Its parsers of tool calls drop or cut arguments in streams, each model family's in its own way.",
        "https://github.com/vllm-project/vllm/issues/31501, /issues/21756, /issues/47901",
        "2026-11",
    ),
    Broken(
        "ollama",
        "Several calls of one answer came under one place in streams; with tools it streams nothing anyway.",
        "https://github.com/ollama/ollama/issues/15457, /issues/9092",
        "2026-11",
    ),
    Broken(
        "lm_studio",
        "Answers after a tool's result broke off in streams.",
        "https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/1066",
        "2026-11",
    ),
    Broken(
        "cohere",
        "LiteLLM's SDK looks for the calls in Cohere's streams elsewhere than they are.",
        "litellm/llms/cohere/common_utils.py, https://docs.cohere.com/reference/chat-stream",
        "2026-11",
    ),
)


def reason_not_to_stream(provider_key: str, model: str) -> str | None:
    """Say why a model is asked for whole answers, None where streams are all right."""
    found = (one.reason for one in BROKEN if provider_key.startswith(one.name) or model.startswith(one.name))
    return next(found, None)
