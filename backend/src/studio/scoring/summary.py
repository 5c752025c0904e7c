"""What an evaluation came to: rates with intervals, by model and category, what failed and why, time and money."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from src.studio.scoring.statistics import accuracy, flaky, pass_at_k, pass_hat_k, taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from src.studio.scoring.sign_flips import Count
    from src.studio.scoring.statistics import Proportion

Status = Literal["pass", "fail", "unscored"]
MOST_K = 20
SCORES = {
    "tool_selection_score": "tool_selection",
    "param_accuracy_score": "param_accuracy",
    "overall_score": "overall",
}
"""Means of a verdict's scores, from 0 to 1, by their names in a summary."""
PERCENTAGES = {
    "schema_score_pct": "schema_score",
    "required_present_pct": "required_present",
    "type_correct_pct": "type_correct",
    "hallucination_free_pct": "hallucination_free",
}
"""The same in percent."""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What came of one case, asked of one model once.

    `case` and `target` tell one from another in their run. `scores` are a verdict's, each None where it does not
    apply. `wants_call` is False of a case in which no call is wanted. Times are milliseconds, `cost` is USD; what
    is not known is None.
    """

    target: str
    case: str
    category: str | None
    repeat: int
    status: Status
    disputed: bool = False
    wants_call: bool = True
    reason: str | None = None
    scores: Mapping[str, float | None] = field(default_factory=dict)
    latency_ms: float | None = None
    cost: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    rounds: int | None = None


@dataclass(frozen=True, slots=True)
class CategorySummary:
    """How one category went: `cases` were scored at least once, `cases_passed` passed every time."""

    accuracy: Proportion | None
    cases: int
    cases_passed: int
    unscored: int
    reasons: dict[str, int]

    def to_dict(self) -> dict[str, Any]:
        """Return all figures, for JSON."""
        return {
            "accuracy": self.accuracy and self.accuracy.to_dict(),
            "cases": self.cases,
            "cases_passed": self.cases_passed,
            "unscored": self.unscored,
            "reasons": self.reasons,
        }


@dataclass(frozen=True, slots=True)
class EvalSummary:
    """How one model did. Disputed cases are in no rate; `disputed` counts their results, whatever these are.

    `counts` has passed and scored of each case that counts. `unscored` counts results without a verdict, which are
    in no rate either. `pass_at_k` and `pass_hat_k` are by k, as far as cases were scored so often. `flaky` are
    cases that passed at one time and failed at another. Latencies are of what was scored; cost is USD of all that
    was asked, None where no price is known. `scores` are named as in `SCORES` and `PERCENTAGES`.
    """

    target: str
    accuracy: Proportion | None
    counts: dict[str, Count]
    results: int
    passed: int
    failed: int
    unscored: int
    disputed: int
    cases: int
    cases_passed: int
    pass_at_k: dict[int, float]
    pass_hat_k: dict[int, float]
    flaky: list[str]
    reasons: dict[str, int]
    by_category: dict[str, CategorySummary]
    irrelevance: Proportion | None
    scores: dict[str, float | None]
    latency_ms: dict[str, float] | None
    avg_latency_ms: float | None
    cost: float | None
    cost_per_case: float | None
    input_tokens: int | None
    output_tokens: int | None

    def to_dict(self) -> dict[str, Any]:
        """Return all figures, for JSON: those of the HTTP interface under its names, the others beside them."""
        return {
            "accuracy": self.accuracy and self.accuracy.to_dict(),
            **self.scores,
            "total_cases": self.cases,
            "cases_passed": self.cases_passed,
            "results": self.results,
            "passed": self.passed,
            "failed": self.failed,
            "unscored": self.unscored,
            "disputed": self.disputed,
            "pass_at_k": {str(k): value for k, value in self.pass_at_k.items()},
            "pass_hat_k": {str(k): value for k, value in self.pass_hat_k.items()},
            "flaky": [
                {"case": case, "passed": self.counts[case][0], "scored": self.counts[case][1]}
                for case in self.flaky
            ],
            "reasons": self.reasons,
            "by_category": {name: of.to_dict() for name, of in self.by_category.items()},
            "category_breakdown": {name: _breakdown(of) for name, of in self.by_category.items()},
            "irrelevance_accuracy_pct": self.irrelevance and 100 * self.irrelevance.rate,
            "latency_ms": self.latency_ms,
            "avg_latency_ms": self.avg_latency_ms,
            "cost": self.cost,
            "cost_per_case": self.cost_per_case,
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
        }


def summarise(results: Iterable[CaseResult]) -> dict[str, EvalSummary]:
    """Return the summary of each model, by its target, in the order in which they first come."""
    by_target: dict[str, list[CaseResult]] = {}
    for result in results:
        by_target.setdefault(result.target, []).append(result)
    return {target: _summary(target, own) for target, own in by_target.items()}


def counts_of(results: Iterable[CaseResult]) -> dict[str, Count]:
    """Return how often each case passed, and of how many times that it was scored."""
    counts: dict[str, Count] = {}
    for result in results:
        passed, scored = counts.get(result.case, (0, 0))
        counts[result.case] = passed + (result.status == "pass"), scored + (result.status != "unscored")
    return counts


def _summary(target: str, results: Sequence[CaseResult]) -> EvalSummary:
    counting = [result for result in results if not result.disputed]
    scored = [result for result in counting if result.status != "unscored"]
    counts = counts_of(counting)
    cases = counts.values()
    most = min(max((n for _, n in cases), default=0), MOST_K)
    latencies = sorted(result.latency_ms for result in scored if result.latency_ms is not None)
    costs = [result.cost for result in results if result.cost is not None]
    return EvalSummary(
        target=target,
        accuracy=accuracy(cases),
        counts=counts,
        results=len(counting),
        passed=sum(result.status == "pass" for result in counting),
        failed=sum(result.status == "fail" for result in counting),
        unscored=len(counting) - len(scored),
        disputed=len(results) - len(counting),
        cases=sum(n > 0 for _, n in cases),
        cases_passed=sum(c == n > 0 for c, n in cases),
        pass_at_k={k: found for k in range(1, most + 1) if (found := pass_at_k(cases, k)) is not None},
        pass_hat_k={k: found for k in range(1, most + 1) if (found := pass_hat_k(cases, k)) is not None},
        flaky=flaky(counts),
        reasons=taxonomy(result.reason for result in scored),
        by_category=_by_category(counting),
        irrelevance=accuracy(counts_of(result for result in counting if not result.wants_call).values()),
        scores=_scores(scored),
        latency_ms={"p50": _percentile(latencies, 50), "p95": _percentile(latencies, 95)} if latencies else None,
        avg_latency_ms=_mean(latencies),
        cost=math.fsum(costs) if costs else None,
        cost_per_case=_mean(costs),
        input_tokens=_sum(result.input_tokens for result in results),
        output_tokens=_sum(result.output_tokens for result in results),
    )


def _by_category(results: Sequence[CaseResult]) -> dict[str, CategorySummary]:
    """Return the summary of each category, in the order in which they come; cases without one are in none."""
    by_category: dict[str, list[CaseResult]] = {}
    for result in results:
        if result.category:
            by_category.setdefault(result.category, []).append(result)
    return {category: _category(own) for category, own in by_category.items()}


def _category(results: Sequence[CaseResult]) -> CategorySummary:
    cases = counts_of(results).values()
    return CategorySummary(
        accuracy=accuracy(cases),
        cases=sum(n > 0 for _, n in cases),
        cases_passed=sum(c == n > 0 for c, n in cases),
        unscored=sum(result.status == "unscored" for result in results),
        reasons=taxonomy(result.reason for result in results if result.status == "fail"),
    )


def _breakdown(category: CategorySummary) -> dict[str, Any]:
    rate = None if category.accuracy is None else category.accuracy.rate
    return {
        "total": category.cases,
        "passed": category.cases_passed,
        "accuracy_pct": None if rate is None else 100 * rate,
    }


def _scores(scored: Sequence[CaseResult]) -> dict[str, float | None]:
    def mean(name: str) -> float | None:
        return _mean([value for one in scored if (value := one.scores.get(name)) is not None])

    shares = {shown: mean(name) for shown, name in SCORES.items()}
    percentages = {shown: mean(name) for shown, name in PERCENTAGES.items()}
    return shares | {shown: None if value is None else 100 * value for shown, value in percentages.items()}


def _percentile(ordered: Sequence[float], percent: float) -> float:
    """Return a percentile of sorted values, interpolated between the two nearest ranks."""
    position = (len(ordered) - 1) * percent / 100
    rank = int(position)
    above = ordered[min(rank + 1, len(ordered) - 1)]
    return ordered[rank] + (above - ordered[rank]) * (position - rank)


def _mean(values: Sequence[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
