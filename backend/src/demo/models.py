"""How the demo gateway's chat models behave when they are called. All of it is made up, nothing measured."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from src.demo.failures import RATE_LIMITED, UNAVAILABLE, Failure

NONE: Mapping[Failure, int] = MappingProxyType({})


class Model(NamedTuple):
    """What is true of one model; names and `ms_per_token` are those of its requests in the made-up usage.

    - `first_token_ms`: from the whole request to the first token, reasoning included
    - `ms_per_token`: from each token to the next; a token is a word, or four characters of a tool's arguments
    - `tokens`: the least length of an answer in prose, which ends with the sentence that reaches it
    - `per_chunk`: tokens in one event of a stream, which is sent when the first of them is due
    - `reasoning`: the least length of the reasoning before it, if it reasons
    - `jitter`: by how many percent the first token, and each step to a later one, is early or late at most
    - `prompt_ms`: what each 1,000 tokens of the prompt add to `first_token_ms`
    - `mistakes`: the percentage of tool questions that it gets wrong, the same ones each time
    - `failures`: the percentage of requests that fail so, instead of an answer
    - `breaks_off`: the percentage of requests whose answer ends with an error in the middle
    - `at_once`: how many requests it answers at a time; others wait for their turn, in order
    """

    name: str
    first_token_ms: int
    ms_per_token: int
    tokens: int
    per_chunk: int = 1
    reasoning: int = 0
    jitter: int = 10
    prompt_ms: int = 5
    mistakes: int = 10
    failures: Mapping[Failure, int] = NONE
    breaks_off: int = 0
    at_once: int = 1


MODELS = {
    model.name: model
    for model in (
        # small and fast, several tokens an event
        Model("gemini-3-flash", 90, 6, 44, per_chunk=4, prompt_ms=2, mistakes=18, at_once=12),
        Model("claude-haiku-4-5", 200, 9, 52, per_chunk=2, jitter=30, prompt_ms=4, mistakes=12, at_once=8),
        # large and steady
        Model("claude-opus-4-6", 450, 19, 50, jitter=3, prompt_ms=10, mistakes=3, at_once=5),
        # thinks first
        Model("gpt-5.2", 180, 14, 44, reasoning=40, prompt_ms=6, mistakes=5, at_once=6),
        # slow, and long before it starts
        Model("qwen3-coder", 700, 24, 48, jitter=15, prompt_ms=20, mistakes=42, at_once=3),
        # fails sometimes
        Model(
            "gpt-4.1-mini",
            150,
            8,
            48,
            mistakes=22,
            failures=MappingProxyType({UNAVAILABLE: 6, RATE_LIMITED: 4}),
            breaks_off=5,
            at_once=8,
        ),
    )
}
