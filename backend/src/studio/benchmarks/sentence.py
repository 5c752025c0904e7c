"""A run's answer in one sentence, no surer than its statistics are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from src.studio.engine.statistics import PointSummary, Summary

FEW = 5
"""Fewer answers tell next to nothing."""
SECOND, TEN_SECONDS = 1000, 10_000
ONE_DIGIT_BELOW_MS = 10
ALMOST_EQUAL, ONE_DIGIT_BELOW = 1.1, 10


class Measured(Protocol):
    """What is told of a model at one context size; `name` tells it from the others of the run."""

    @property
    def name(self) -> str: ...  # noqa: D102 - see above
    @property
    def context_tokens(self) -> int: ...  # noqa: D102
    @property
    def summary(self) -> PointSummary: ...  # noqa: D102
    @property
    def ttft(self) -> Summary | None: ...  # noqa: D102
    @property
    def success_count(self) -> int: ...  # noqa: D102
    @property
    def error_count(self) -> int: ...  # noqa: D102


def sentence_of(results: Sequence[Measured]) -> str | None:
    """Say who answers first, by how much, and on how many answers that rests; None where nothing answered.

    It speaks of the smallest context alone. Models whose medians may be the same, because their 95 % intervals
    overlap, are not ranked. Where a rate was not kept up with, times count from when requests were due.
    """
    tiers = sorted({result.context_tokens for result in results})
    smallest = [result for result in results if result.context_tokens == tiers[0]]
    told = [result for result in smallest if result.ttft]
    if not told:
        return _without_tokens(smallest)
    is_late = any(map(_is_late, told))
    ranked = sorted(
        (_Ranked(result, _wait(result, is_late=is_late)) for result in told), key=lambda one: one.wait.p50
    )
    about = _about_several(ranked) if len(ranked) > 1 else _about_one(ranked[0])
    context = f" with {_context(tiers[0])}" if len(tiers) > 1 else ""
    due = ". Times count from when each request was due" if is_late else ""
    return f"{about}; {_count(told)}{context}{_caution(told)}{due}{_failures(smallest)}."


def milliseconds(value: float) -> str:
    """Write a duration with its unit: "21 ms", "1.42 s"."""
    if value < ONE_DIGIT_BELOW_MS:
        return f"{value:.1f} ms"
    if round(value) < SECOND:
        return f"{value:.0f} ms"
    return f"{value / SECOND:,.{2 if value < TEN_SECONDS else 1}f} s"


@dataclass(frozen=True, slots=True)
class _Ranked:
    """A model, and how long its first token is waited for."""

    result: Measured
    wait: Summary

    @property
    def name(self) -> str:
        return self.result.name


def _is_late(result: Measured) -> bool:
    """Tell whether requests of a rate were sent so late that somebody would have waited longer than TTFT says."""
    due = result.summary.scheduled_ttft_ms
    if result.summary.offered_rate is None or due is None:
        return False
    return due.p50 > ALMOST_EQUAL * _ttft(result).p50 or due.p95 > ALMOST_EQUAL * _ttft(result).p95


def _wait(result: Measured, *, is_late: bool) -> Summary:
    return (is_late and result.summary.scheduled_ttft_ms) or _ttft(result)


def _without_tokens(results: Sequence[Measured]) -> str | None:
    """Say that answers had nothing in them; None where there were no answers."""
    empty = [result for result in results if result.success_count]
    if not empty:
        return None
    name = empty[0].name if len(empty) == 1 else f"{len(empty)} models"
    return f"{name} answered without a single token; {_count(empty)}{_failures(results)}."


def _about_one(ranked: _Ranked) -> str:
    speed = ranked.result.summary.output_tps_user
    writes = f" and then writes {speed.p50:,.1f} tokens a second" if speed else ""
    return f"{ranked.name} answers after {_median_and_p95(ranked)}{writes}"


def _about_several(ranked: Sequence[_Ranked]) -> str:
    first, *others = ranked
    last = others[-1]
    equal = [other for other in others if _may_be_equal(first.wait, other.wait)]
    slowest = "" if last in equal else f"; {last.name} {_longer(last.wait.p50 / first.wait.p50)}"
    if not equal:
        return f"{first.name} answers first: {_median_and_p95(first)}{slowest}"
    if len(equal) == 1:
        return f"No difference shown between {_with_median(first)} and {_with_median(equal[0])}{slowest}"
    return (
        f"No difference shown between the {len(equal) + 1} quickest, "
        f"{_with_median(first)} and {len(equal)} others{slowest}"
    )


def _ttft(result: Measured) -> Summary:
    assert result.ttft is not None  # noqa: S101 - those without are not ranked
    return result.ttft


def _may_be_equal(a: Summary, b: Summary) -> bool:
    return a.p50_interval[0] <= b.p50_interval[1] and b.p50_interval[0] <= a.p50_interval[1]


def _median_and_p95(ranked: _Ranked) -> str:
    return f"{milliseconds(ranked.wait.p50)}, p95 {milliseconds(ranked.wait.p95)}"


def _with_median(ranked: _Ranked) -> str:
    return f"{ranked.name} ({milliseconds(ranked.wait.p50)})"


def _longer(ratio: float) -> str:
    if ratio < ALMOST_EQUAL:
        return f"takes {max(1, round(100 * (ratio - 1)))}% longer"
    return f"takes {ratio:.{1 if ratio < ONE_DIGIT_BELOW else 0}f} times as long"


def _context(tier: int) -> str:
    if not tier:
        return "no context"
    return f"{tier // 1000:,}K of context" if tier % 1000 == 0 else f"{tier:,} of context"


def _count(results: Sequence[Measured]) -> str:
    counts = [result.success_count for result in results]
    least, most = min(counts), max(counts)
    if least != most:
        return f"n = {least} to {most}"
    return f"n = {least}{' each' if len(counts) > 1 else ''}"


def _caution(results: Sequence[Measured]) -> str:
    return ", too few to be sure of" if min(result.success_count for result in results) < FEW else ""


def _failures(results: Sequence[Measured]) -> str:
    silent = [result.name for result in results if not result.success_count and result.error_count]
    failures = sum(result.error_count for result in results)
    requests = failures + sum(result.success_count for result in results)
    unanswered = sum(result.summary.statuses.get("cancelled", 0) for result in results)
    late = f". {unanswered:,} more had no answer when it ended" if unanswered else ""
    if not failures:
        return late
    if silent:
        return f". {silent[0] if len(silent) == 1 else f'{len(silent)} models'} never answered{late}"
    return f". {failures:,} of {requests:,} requests failed{late}"
