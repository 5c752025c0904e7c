"""What a run would come to: requests, tokens, money and time, each with what it rests on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from src.studio.benchmarks.planning import count_requests
from src.studio.benchmarks.results import sum_if_known
from src.studio.benchmarks.sending import output_limit
from src.studio.benchmarks.targets import prompt_tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

    from src.studio.benchmarks.schemas import BenchmarkIn
    from src.studio.benchmarks.targets import Resolved, RunTarget

MS_PER_SECOND = 1000

TOLD = "the provider tells now"
WHOSE = {"user": "you entered", "litellm": "LiteLLM's list had when it was installed"}

TargetKey = tuple[str, str]
"""A model's provider key and its id."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Warm-up is part of all but `requests`. What is not known is None."""

    requests: int
    warmup_requests: int
    input_tokens: int
    output_tokens_max: int
    cost_max: float | None
    seconds: float | None
    assumptions: list[str]


def estimate(
    request: BenchmarkIn, prompt: str, resolved: Resolved, latencies: Mapping[TargetKey, float]
) -> Estimate:
    """Return what a run would come to. `latencies` are milliseconds that models took for an answer before."""
    asked = prompt_tokens(prompt)
    loads = [_load(request, target, asked) for target in resolved.targets]
    return Estimate(
        requests=count_requests(request, resolved.targets),
        warmup_requests=len(loads) if request.warmup else 0,
        input_tokens=sum(load.input_tokens for load in loads),
        output_tokens_max=sum(load.output_tokens for load in loads),
        cost_max=sum_if_known(load.cost for load in loads),
        seconds=_seconds(request, resolved, latencies),
        assumptions=_assumptions(request, asked, resolved, latencies),
    )


@dataclass(frozen=True, slots=True)
class _Load:
    input_tokens: int
    output_tokens: int
    cost: float | None


def _load(request: BenchmarkIn, target: RunTarget, asked: int) -> _Load:
    answer = output_limit(target.params, request.max_tokens)
    contexts = [tier for tier in target.tiers for _ in range(request.requests_per_point)]
    contexts += target.tiers[:1] if request.warmup else []
    asked += prompt_tokens(target.system_prompt or "")
    read, written = sum(contexts) + asked * len(contexts), answer * len(contexts)
    return _Load(read, written, None if target.price is None else target.price.cost(read, written))


def _seconds(request: BenchmarkIn, resolved: Resolved, latencies: Mapping[TargetKey, float]) -> float | None:
    """Return how long the provider with the most to do would take: providers are asked beside each other."""
    lanes: defaultdict[str, float] = defaultdict(float)
    for target in resolved.targets:
        latency = latencies.get((target.provider_key, target.model_id))
        if latency is None:
            return None
        rounds = len(target.tiers) * request.runs + request.warmup
        lanes[target.provider_key] += rounds * latency / MS_PER_SECOND
    return max(lanes.values(), default=None)


def _assumptions(
    request: BenchmarkIn, asked: int, resolved: Resolved, latencies: Mapping[TargetKey, float]
) -> list[str]:
    answers = [output_limit(target.params, request.max_tokens) for target in resolved.targets]
    most = max(answers, default=request.max_tokens)
    told = [
        f"The prompt is taken for {asked:,} tokens, a quarter of its characters.",
        f"Every answer is taken to be as long as it may be, {most:,} tokens.",
    ]
    if request.mode == "concurrency":
        told.append(
            f"{request.concurrency:,} requests are under way at a time; {request.runs:,} in each of these places."
        )
    if any(not target.has_price for target in resolved.targets):
        told.append("The cost is not known: a model has no price.")
    elif resolved.targets:
        sources = dict.fromkeys(WHOSE.get(target.price_source or "", TOLD) for target in resolved.targets)
        told.append(f"Prices are those that {', or that '.join(sources)}; nothing is taken to be cached.")
    if _seconds(request, resolved, latencies) is None:
        told.append("The time is not known: a model was not measured before.")
    else:
        told.append("Each answer is taken to last as long as the model's median when you last measured it.")
    return told
