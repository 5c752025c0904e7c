"""What a run would come to: requests, tokens, money and time, each with what it rests on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from src.studio.benchmarks.results import sum_if_known
from src.studio.benchmarks.targets import CHARS_PER_TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from src.studio.benchmarks.targets import RunTarget
    from src.studio.scoring.case import Case
    from src.studio.tool_eval.runs import AskedCase
    from src.studio.tool_eval.schemas import ToolEvalIn

TargetKey = tuple[str, str]
"""A model's provider key and its id."""

MS_PER_MINUTE = 60_000
WORDS_TOKENS = 60
"""Of an answer in words."""
CALL_TOKENS = 20
"""Of a call beside its arguments."""
CALLS_THEN_WORDS = 2
"""Requests of a turn whose tool results go back: one that is answered with calls, and one with words."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is not known is None. Cost is USD."""

    requests: int
    input_tokens: int
    output_tokens: int
    cost: float | None
    minutes: float | None
    assumptions: list[str]


@dataclass(frozen=True, slots=True)
class _Size:
    """Requests of a case, and tokens of all of them without a system prompt."""

    requests: int
    input_tokens: float
    output_tokens: float


def estimate(
    request: ToolEvalIn,
    targets: Sequence[RunTarget],
    tools: Sequence[Mapping[str, Any]],
    cases: Sequence[AskedCase],
    latencies: Mapping[TargetKey, float],
) -> Estimate:
    """Return what a run would come to. `latencies` are milliseconds that models took for a case before."""
    lengths = {tool["function"]["name"]: len(orjson.dumps(tool)) / CHARS_PER_TOKEN for tool in tools}
    sizes = [_size(asked.case, lengths) for asked in cases]
    requests = sum(size.requests for size in sizes) * request.repeats
    asked_tokens = sum(size.input_tokens for size in sizes) * request.repeats
    answered = round(sum(size.output_tokens for size in sizes) * request.repeats)
    read = [round(asked_tokens + requests * _tokens(target.system_prompt)) for target in targets]
    costs = [
        None if target.price is None else target.price.cost(tokens, answered)
        for target, tokens in zip(targets, read, strict=True)
    ]
    minutes = _minutes(request, targets, len(cases), latencies)
    return Estimate(
        requests=requests * len(targets),
        input_tokens=sum(read),
        output_tokens=answered * len(targets),
        cost=sum_if_known(costs),
        minutes=minutes,
        assumptions=list(_assumptions(cases, costs, minutes)),
    )


def _size(case: Case, lengths: Mapping[str, float]) -> _Size:
    offered = lengths.keys() if case.tools is None else case.tools
    tools = sum(lengths.get(name, 0.0) for name in offered)
    requests, read, written, said = 0, 0.0, 0.0, 0.0
    for turn in case.turns:
        said += _tokens(turn.said)
        wants = turn.should_call_tool
        rounds = min(CALLS_THEN_WORDS if wants and case.multi_turn else 1, case.rounds_of(turn))
        calls = sum(CALL_TOKENS + _tokens(call.arguments) for call in turn.expected_calls) or CALL_TOKENS
        answer = calls if wants else WORDS_TOKENS
        requests += rounds
        read += rounds * (tools + said) + (rounds - 1) * answer
        written += answer + (rounds - 1) * WORDS_TOKENS
        said += answer
    return _Size(requests, read, written)


def _tokens(value: Any) -> float:  # noqa: ANN401 - JSON
    """Return about how many tokens a text has, or what stands in JSON."""
    if not value:
        return 0.0
    return len(value if isinstance(value, str) else orjson.dumps(value)) / CHARS_PER_TOKEN


def _minutes(
    request: ToolEvalIn, targets: Sequence[RunTarget], cases: int, latencies: Mapping[TargetKey, float]
) -> float | None:
    """Return how long it takes, providers beside each other; None where a model was not asked before."""
    lanes: defaultdict[str, float] = defaultdict(float)
    for target in targets:
        latency = latencies.get((target.provider_key, target.model_id))
        if latency is None:
            return None
        lanes[target.provider_key] += latency * cases * request.repeats / request.concurrency
    return max(lanes.values(), default=0.0) / MS_PER_MINUTE


def _assumptions(
    cases: Sequence[AskedCase], costs: Sequence[float | None], minutes: float | None
) -> Iterator[str]:
    yield "Prompts and tools are taken for a token in four characters."
    yield (
        f"Answers are taken to be the calls that the cases expect, or {WORDS_TOKENS} tokens of words; models that "
        "think first write more."
    )
    if any(asked.case.multi_turn for asked in cases):
        yield "Where tool results go back, a turn is taken for two requests: for its calls, and for the answer."
    if None in costs:
        yield "The cost is not known: a model has no price."
    if minutes is None:
        yield "The time is not known: a model was not asked a suite before."
    else:
        yield "Each case is taken to last as long as the model's median when you last asked it a suite."
