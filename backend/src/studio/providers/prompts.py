"""Prompts to begin with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """A prompt that can be chosen by its label."""

    category: str
    label: str
    prompt: str


SEEDED = {
    "recursion": PromptTemplate(
        "reasoning",
        "Explain recursion",
        "Explain recursion to somebody who has just learned what a function is. "
        "Use one example from daily life and one in code.",
    ),
    "code_generation": PromptTemplate(
        "code",
        "Write a function",
        "Write a Python function that merges two sorted lists into one sorted list without using sort. "
        "Give it type hints and a docstring, and show three tests.",
    ),
    "creative": PromptTemplate(
        "creative",
        "Tell a story",
        "Write a short story about a lighthouse keeper who finds a message in a bottle. "
        "Let it end with a surprise.",
    ),
    "qa": PromptTemplate(
        "qa",
        "Answer a question",
        "What causes the seasons on Earth? Answer in one paragraph, then list three common misunderstandings.",
    ),
}
DEFAULT_PROMPT = SEEDED["recursion"].prompt
