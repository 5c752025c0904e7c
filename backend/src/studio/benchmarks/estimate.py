"""What a run would come to: requests, tokens, money and time, each with what it rests on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from src.studio.benchmarks.course import count_points, loads_at_most, most_at_a_point, rows_of
from src.studio.benchmarks.results import sum_if_known
from src.studio.benchmarks.sending import output_limit
from src.studio.benchmarks.targets import prompt_tokens, tokens_of_item

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from src.studio.benchmarks.points import Load, Point
    from src.studio.benchmarks.schemas import BenchmarkIn
    from src.studio.benchmarks.targets import Resolved, RunTarget
    from src.studio.engine.dataset import Dataset

MS_PER_SECOND = 1000

TOLD = "the provider tells now"
WHOSE = {"user": "you entered", "litellm": "LiteLLM's list had when it was installed"}

TargetKey = tuple[str, str]
"""A model's provider key and its id."""


START_SECONDS = 0.6
"""What it takes to begin a point that is measured by itself."""
MOST_LINES = 5
"""Broken lines of a dataset that are named."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Warm-up is part of all but `requests`. What is not known is None."""

    requests: int
    is_at_most: bool
    points: int
    warmup_requests: int
    input_tokens: int
    output_tokens_max: int
    cost_max: float | None
    seconds: float | None
    assumptions: list[str]


def estimate(
    request: BenchmarkIn,
    prompt: str,
    resolved: Resolved,
    latencies: Mapping[TargetKey, float],
    dataset: Dataset | None = None,
) -> Estimate:
    """Return what a run would come to. `latencies` are milliseconds that models took for an answer before."""
    return _Reckoning(request, resolved.targets, latencies, _Asked.of(request, prompt, dataset)).told(dataset)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Tokens of a prompt, and of its answer where a dataset says so: averages of its items."""

    tokens: float
    answer: float | None

    @classmethod
    def of(cls, request: BenchmarkIn, prompt: str, dataset: Dataset | None) -> _Asked:
        if dataset is None:
            return cls(prompt_tokens(prompt), None)
        items = dataset.items
        told = [item.get("output_tokens", request.max_tokens) for item in items]
        has_lengths = any("output_tokens" in item for item in items)
        tokens = sum(map(tokens_of_item, items)) / len(items)
        return cls(tokens, sum(told) / len(told) if has_lengths else None)


@dataclass(frozen=True, slots=True)
class _Part:
    """Requests to one model at one point, or its warm-up, and how long they take."""

    target: RunTarget
    requests: int
    input_tokens: float
    output_tokens: float
    seconds: float | None

    @property
    def cost(self) -> float | None:
        price = self.target.price
        return None if price is None else price.cost(round(self.input_tokens), round(self.output_tokens))


@dataclass(frozen=True, slots=True)
class _Reckoning:
    request: BenchmarkIn
    targets: Sequence[RunTarget]
    latencies: Mapping[TargetKey, float]
    asked: _Asked

    def told(self, dataset: Dataset | None) -> Estimate:
        measured, warmup = list(self._measured()), list(self._warmup())
        parts = measured + warmup
        seconds = self._seconds(parts)
        return Estimate(
            requests=sum(part.requests for part in measured),
            is_at_most=self.request.mode == "sweep" or self._is_reckoned,
            points=count_points(self.request, self.targets),
            warmup_requests=len(warmup),
            input_tokens=round(sum(part.input_tokens for part in parts)),
            output_tokens_max=round(sum(part.output_tokens for part in parts)),
            cost_max=sum_if_known(part.cost for part in parts),
            seconds=seconds,
            assumptions=[*self._assumptions(seconds), *_about(dataset)],
        )

    @property
    def _is_reckoned(self) -> bool:
        """Whether it is not known before how many requests there will be."""
        return self.request.seconds is not None and self.request.over != "rate"

    def _measured(self) -> Iterator[_Part]:
        for row in rows_of(self.request, self.targets):
            for load in loads_at_most(self.request):
                yield self._part(row, load)

    def _warmup(self) -> Iterator[_Part]:
        for target in self.targets if self.request.warmup else ():
            latency = self._latency(target)
            yield self._of(target, target.tiers[0], None, 1, None if latency is None else latency)

    def _part(self, row: Point, load: Load) -> _Part:
        request, target = self.request, self.targets[row.target]
        latency, places = self._latency(target), int(load.value or 1) if load.mode == "concurrency" else 1
        count = request.requests_at(load)
        if count is None:
            most = most_at_a_point(request, self.targets)
            fits = most if latency is None else int(places * (request.seconds or 0) / latency) + places
            count = min(most, fits)
        seconds = request.seconds
        if seconds is None and load.mode == "rate":
            seconds = count / (load.value or 1)
        elif seconds is None and latency is not None:
            seconds = -(-count // places) * latency
        return self._of(target, row.tier, row.output, count, seconds)

    def _of(self, target: RunTarget, tier: int, output: int | None, requests: int, seconds: float | None) -> _Part:
        limit = output_limit(target.params, self.request.max_tokens)
        answer = output or self.asked.answer or limit
        read = tier + self.asked.tokens + prompt_tokens(target.system_prompt or "")
        return _Part(target, requests, requests * read, requests * answer, seconds)

    def _latency(self, target: RunTarget) -> float | None:
        """Return the seconds of an answer, None where the model was not measured before."""
        latency = self.latencies.get((target.provider_key, target.model_id))
        return None if latency is None else latency / MS_PER_SECOND

    def _seconds(self, parts: Sequence[_Part]) -> float | None:
        """Return how long it takes: points go one after another, otherwise providers beside each other."""
        if self.request.goes_by_points:
            known = [part.seconds for part in parts if part.seconds is not None]
            if any(part.seconds is None for part in parts[: -len(self.targets) or None]):
                return None
            return sum(known) + START_SECONDS * count_points(self.request, self.targets)
        lanes: defaultdict[str, float] = defaultdict(float)
        for part in parts:
            if part.seconds is None:
                return None
            lanes[part.target.provider_key] += part.seconds
        return max(lanes.values(), default=None)

    def _assumptions(self, seconds: float | None) -> Iterator[str]:
        request = self.request
        answers = [output_limit(target.params, request.max_tokens) for target in self.targets]
        most = max(request.output_tiers or answers, default=request.max_tokens)
        yield f"The prompt is taken for {self.asked.tokens:,.0f} tokens, a quarter of its characters."
        if self.asked.answer is not None and not request.output_tiers:
            yield "Every answer is taken to be as long as the dataset says, or as it may be."
        else:
            yield f"Every answer is taken to be as long as it may be, {most:,} tokens."
        yield from self._about_load()
        if any(not target.has_price for target in self.targets):
            yield "The cost is not known: a model has no price."
        elif self.targets:
            sources = dict.fromkeys(WHOSE.get(target.price_source or "", TOLD) for target in self.targets)
            yield f"Prices are those that {', or that '.join(sources)}; nothing is taken to be cached."
        if seconds is None:
            yield "The time is not known: a model was not measured before."
        elif request.seconds is None and request.over != "rate":
            yield "Each answer is taken to last as long as the model's median when you last measured it."
        if request.goes_by_points:
            yield (
                f"Points are measured one after another, and each takes {START_SECONDS:g} s to begin; what is "
                "under way at its end may take longer."
            )

    def _about_load(self) -> Iterator[str]:
        request, loads = self.request, loads_at_most(self.request)
        if request.mode == "concurrency" and not request.goes_by_points:
            places, count = int(loads[0].value or 1), request.requests_at(loads[0]) or 0
            each = f"{request.runs:,} in each of these places" if request.requests is None else f"{count:,} in all"
            yield f"{places:,} requests are under way at a time; {each}."
        unit = "requests a second" if request.over == "rate" else "at once"
        if request.mode == "sweep":
            yield (
                f"The search for the knee is taken to try {len(loads):,} loads, from {request.search.start:g} to "
                f"{request.search.most:g} {unit}; it may end earlier."
            )
        elif request.has_levels:
            told = ", ".join(f"{load.value:g}" for load in loads)
            yield f"Each model gets {told} {unit}, one load after another."
        if self._is_reckoned:
            if any(self._latency(target) is None for target in self.targets):
                yield (
                    "How many requests fit into the time is not known: a model was not measured before. A point "
                    f"ends after {most_at_a_point(request, self.targets):,} of them."
                )
            else:
                yield "As many requests are taken to fit into the time as when you last measured the models."


def _about(dataset: Dataset | None) -> Iterator[str]:
    """Yield what is to be known of a dataset."""
    if dataset is None:
        return
    yield f"The dataset has {len(dataset.items):,} prompts, which are taken by turns."
    for _, sentence in dataset.broken[:MOST_LINES]:
        yield sentence
    if len(dataset.broken) > MOST_LINES:
        yield f"So were {len(dataset.broken) - MOST_LINES:,} more."
