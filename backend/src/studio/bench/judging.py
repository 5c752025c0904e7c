"""Whether conditions of `--fail-if` hold, point by point, with a sentence for each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from src.studio.bench.conditions import SHARES, SPEED, Condition, read_conditions
from src.studio.engine.compare import Difference, difference, holm

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from src.studio.bench.baseline import Baseline
    from src.studio.bench.samples import Samples

FEWEST_P99 = 100
ROUNDING = 1e-9
UNASKED = ("ttft_p50>+0%", "ttft_p95>+0%", "itl_p50>+0%", "request_latency_p95>+0%")
"""What is compared with a baseline where nobody says what."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of a condition at a point. `sentence` says it in words."""

    condition: str
    point: str | None
    fails: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Change:
    """A value beside the baseline's. `shown`: chance does not explain the difference; None: it cannot be told."""

    condition: Condition
    point: str
    base: float
    value: float
    p_value: float | None
    shown: bool | None
    why_not: str = ""


def judge(
    conditions: Sequence[Condition],
    points: Sequence[Mapping[str, Any]],
    samples: Mapping[str, Samples],
    baseline: Baseline | None,
) -> list[Finding]:
    """Return what becomes of each condition at each point.

    What cannot be judged here fails, since a check that says nothing is no pass. Where the baseline has no
    counterpart, that is said. A change fails only where chance does not explain it: over all changes that are
    asked for, with 95 %, by Holm's method.
    """
    findings = [
        _absolute(condition, point) for condition in conditions if not condition.relative for point in points
    ]
    if baseline is None:
        return findings
    relative = [condition for condition in conditions if condition.relative]
    informs = not relative
    changes: list[Change] = []
    for condition in relative or [condition for text in UNASKED for condition in read_conditions(text)]:
        for point in points:
            change = _change(condition, point, samples.get(point["point"]), baseline)
            if isinstance(change, Change):
                changes.append(change)
            elif change is not None and not informs:
                findings.append(change)
    findings += _judged(changes, informs=informs)
    findings += _without_counterpart(points, baseline)
    if not changes and not informs and not any(finding.fails for finding in findings):
        findings.append(Finding("", None, True, "Nothing could be compared with the baseline, which is no pass."))
    return findings


def of_skipped(conditions: Sequence[Condition], skipped: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """Return that conditions cannot be judged of models, or of context sizes of them, that were not measured."""
    if not conditions:
        return []
    return [
        Finding("", None, True, f"{skipped_sentence(one)} No condition can be judged of it.") for one in skipped
    ]


def skipped_sentence(skipped: Mapping[str, Any]) -> str:
    """Say what was not measured, and why."""
    tier = skipped["context_tokens"]
    at = "" if tier is None else f" at {tier:,} tokens"
    return f"{skipped['model_id']}{at} was not measured: {skipped['reason']}"


def _absolute(condition: Condition, point: Mapping[str, Any]) -> Finding:
    name, value = point["point"], condition.value_of(dict(point))
    if value is None:
        few = condition.statistic == "p99" and 0 < point["success_count"] < FEWEST_P99
        why = f"{point['success_count']} answers are too few" if few else "there is no such figure"
        return Finding(condition.text, name, True, f"{name}: {condition.text} cannot be judged: {why}.")
    holds = condition.holds(value)
    verdict = f"so {condition.text} holds" if holds else f"so {condition.text} does not hold"
    return Finding(
        condition.text, name, holds, f"{name}: {condition.name} is {condition.shown(value)}, {verdict}."
    )


def _change(
    condition: Condition, point: Mapping[str, Any], samples: Samples | None, baseline: Baseline
) -> Change | Finding | None:
    """Return how a point changed, or why that cannot be said; None where the baseline has nothing like it."""
    name = point["point"]
    if not _is_alike(point, baseline):
        return None
    other = baseline.points[name]
    value, base = condition.value_of(dict(point)), condition.value_of(other)
    if base is None:
        return Finding(
            condition.text,
            name,
            False,
            f"{name}: the baseline has no {condition.name}, so {condition.text} is left.",
        )
    if value is None:
        return Finding(
            condition.text, name, True, f"{name}: {condition.text} cannot be judged: there is no such figure now."
        )
    theirs = None if baseline.samples is None else baseline.samples.get(name)
    if condition.metric in SHARES:
        p_value = _p_of_shares(_counts(other, base), _counts(point, value))
        return Change(condition, name, base, value, p_value, None)
    if theirs is not None and samples is not None:
        percent = int(condition.statistic[1:]) if condition.statistic else 50
        told = difference(theirs.of(condition.metric), samples.of(condition.metric), percent)
        return Change(condition, name, base, value, told.p_value, None, _too_few(told))
    shown = _apart(condition, other, point)
    why = "" if shown is not None else "the baseline's records.jsonl is not beside it"
    return Change(condition, name, base, value, None, shown, why)


def _judged(changes: Sequence[Change], *, informs: bool) -> Iterator[Finding]:
    shown_by_p = holm([change.p_value for change in changes])
    for change, by_p in zip(changes, shown_by_p, strict=True):
        condition = change.condition
        shown = by_p if change.p_value is not None else change.shown
        grew = change.value > change.base
        told = (
            f"{change.point}: {condition.name} is {condition.shown(change.value)}, {_by(change)} the baseline's "
            f"{condition.shown(change.base)}"
        )
        if informs:
            verdict = {True: "a difference that is shown", False: "no difference is shown", None: change.why_not}
            yield Finding("", change.point, False, f"{told}: {verdict[shown]}.")
        elif not condition.holds(change.value, change.base):
            yield Finding(condition.text, change.point, False, f"{told}, so {condition.text} does not hold.")
        elif shown is None:
            why = f"that may be chance, for {change.why_not}"
            yield Finding(
                condition.text, change.point, False, f"{told}; {why}, so {condition.text} does not fail."
            )
        elif not shown or grew != condition.upwards:
            why = "no difference is shown, it may be chance"
            yield Finding(
                condition.text, change.point, False, f"{told}; {why}, so {condition.text} does not fail."
            )
        else:
            yield Finding(condition.text, change.point, True, f"{told}, so {condition.text} holds.")


def _by(change: Change) -> str:
    if change.value == change.base:
        return "as is"
    if not change.base:
        return "beside"
    percent = 100 * (change.value / change.base - 1)
    return f"{abs(percent):.1f} % {'above' if percent > 0 else 'below'}"


def _without_counterpart(points: Sequence[Mapping[str, Any]], baseline: Baseline) -> Iterator[Finding]:
    here = {point["point"] for point in points}
    for name in sorted(here - baseline.points.keys()):
        yield Finding("", name, False, f"{name} is not in the baseline, so it was not compared.")
    for name in sorted(
        point["point"] for point in points if point["point"] in baseline.points and not _is_alike(point, baseline)
    ):
        yield Finding("", name, False, f"{name} had another load in the baseline, so it was not compared.")
    for name in sorted(baseline.points.keys() - here):
        yield Finding("", name, False, f"{name} of the baseline was not measured here, so it was not compared.")


def _is_alike(point: Mapping[str, Any], baseline: Baseline) -> bool:
    return baseline.is_alike(point["point"], point["load_mode"], point["load"])


def _too_few(told: Difference) -> str:
    return "there are too few values" if told.verdict == "too_few" else ""


def _apart(condition: Condition, first: Mapping[str, Any], second: Mapping[str, Any]) -> bool | None:
    """Tell by the summaries' intervals whether a percentile differs; None where they have none."""
    name = condition.metric if condition.metric == SPEED else f"{condition.metric}_ms"
    one, other = (
        (point["statistics"].get(name) or {}).get(f"{condition.statistic}_interval") for point in (first, second)
    )
    if one is None or other is None:
        return None
    return one[1] < other[0] or other[1] < one[0]


def _counts(point: Mapping[str, Any], share: float) -> tuple[int, int]:
    """Return how many there were of how many."""
    n = point["success_count"] + point["error_count"]
    return round(share * n), n


def _p_of_shares(first: tuple[int, int], second: tuple[int, int]) -> float | None:
    """Return how probable it is that two shares differ so much by chance: Fisher's exact test, two-sided."""
    (x, n), (y, m) = first, second
    if not n or not m:
        return None
    both = x + y
    logs = [_log_choices(n, k) + _log_choices(m, both - k) for k in range(max(0, both - m), min(n, both) + 1)]
    seen, total = logs[x - max(0, both - m)], _log_choices(n + m, both)
    return min(math.fsum(math.exp(log - total) for log in logs if log <= seen + ROUNDING), 1.0)


def _log_choices(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
