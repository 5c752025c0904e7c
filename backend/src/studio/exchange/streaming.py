"""What is known to break tool calls in streams, and is therefore asked for whole answers."""

from __future__ import annotations

from typing import NamedTuple


class Broken(NamedTuple):
    """A server of models by its provider's key: what goes wrong there, where that is told, and when we looked."""

    provider_key: str
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
)
_REASONS = {broken.provider_key: broken.reason for broken in BROKEN}


def reason_not_to_stream(provider_key: str) -> str | None:
    """Say why a provider is asked for whole answers, None where streams are all right."""
    return _REASONS.get(provider_key)
