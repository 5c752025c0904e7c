"""A run's answer in one sentence, no surer than its statistics are."""

from __future__ import annotations

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
    overlap, are not ranked.
    """
    tiers = sorted({result.context_tokens for result in results})
    smallest = [result for result in results if result.context_tokens == tiers[0]]
    ranked = sorted((result for result in smallest if result.ttft), key=lambda result: _ttft(result).p50)
    if not ranked:
        return None
    about = _about_several(ranked) if len(ranked) > 1 else _about_one(ranked[0])
    context = f" with {_context(tiers[0])}" if len(tiers) > 1 else ""
    return f"{about}; {_count(ranked)}{context}{_caution(ranked)}{_failures(smallest)}."


def milliseconds(value: float) -> str:
    """Write a duration with its unit: "21 ms", "1.42 s"."""
    if value < ONE_DIGIT_BELOW_MS:
        return f"{value:.1f} ms"
    if round(value) < SECOND:
        return f"{value:.0f} ms"
    return f"{value / SECOND:,.{2 if value < TEN_SECONDS else 1}f} s"


def _about_one(result: Measured) -> str:
    speed = result.summary.output_tps_user
    writes = f" and then writes {speed.p50:,.1f} tokens a second" if speed else ""
    return f"{result.name} answers after {_median_and_p95(result)}{writes}"


def _about_several(ranked: Sequence[Measured]) -> str:
    first, *others = ranked
    last = others[-1]
    equal = [other for other in others if _may_be_equal(_ttft(first), _ttft(other))]
    slowest = "" if last in equal else f"; {last.name} {_longer(_ttft(last).p50 / _ttft(first).p50)}"
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


def _median_and_p95(result: Measured) -> str:
    return f"{milliseconds(_ttft(result).p50)}, p95 {milliseconds(_ttft(result).p95)}"


def _with_median(result: Measured) -> str:
    return f"{result.name} ({milliseconds(_ttft(result).p50)})"


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
    if not failures:
        return ""
    if silent:
        return f". {silent[0] if len(silent) == 1 else f'{len(silent)} models'} never answered"
    return f". {failures} of {requests:,} requests failed"
