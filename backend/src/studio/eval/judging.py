"""Whether conditions of `--fail-if` hold, model by model, with a sentence for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from src.studio.scoring.sentence import percent
from src.studio.scoring.statistics import LEVEL, compare_paired, holm
from src.studio.scoring.summary import summarise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from src.studio.eval.baseline import Baseline
    from src.studio.eval.conditions import Condition
    from src.studio.scoring.statistics import PairedDifference
    from src.studio.scoring.summary import CaseResult, EvalSummary

IRRELEVANCE = "irrelevance"


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of a condition for a model. `sentence` says it in words."""

    condition: str
    model: str | None
    fails: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Change:
    """A model beside the baseline's on the cases that both have scored; rates are on these."""

    condition: Condition | None
    model: str
    base: float
    value: float
    told: PairedDifference


def judge(
    conditions: Sequence[Condition],
    models: Sequence[str],
    results: Sequence[CaseResult],
    baseline: Baseline | None = None,
    digests: dict[str, str] | None = None,
) -> list[Finding]:
    """Return what becomes of each condition for each model that it is about; `models` are all that were named.

    What cannot be judged fails, since a check that says nothing is no pass; nor is a model that was not asked. A
    change from the baseline fails only where chance does not explain it: over all changes that are asked for, with
    95 %, by Holm's method. With a baseline and no condition about it, changes are told and fail nothing.
    """
    findings, changes = list[Finding](), list[Change]()
    asked = {result.target for result in results}
    for condition in conditions:
        for model in models if condition.model is None else [condition.model]:
            own = [result for result in results if result.target == model and _is_about(condition, result)]
            if model not in asked:
                sentence = f"{model}: {condition.text} cannot be judged: the model was not asked."
                findings.append(Finding(condition.text, model, True, sentence))
            elif not condition.relative:
                findings.append(_absolute(condition, model, own))
            elif baseline is not None:
                change = _change(condition, model, own, baseline, digests or {})
                if isinstance(change, Change):
                    changes.append(change)
                else:
                    findings.append(change)
    if baseline is not None and not any(condition.relative for condition in conditions):
        for model in models:
            own = [result for result in results if result.target == model]
            change = _change(None, model, own, baseline, digests or {})
            if isinstance(change, Change):
                changes.append(change)
            else:
                findings.append(change)
    return [*findings, *_judged(changes)]


def _is_about(condition: Condition, result: CaseResult) -> bool:
    if condition.relative and condition.metric == IRRELEVANCE and result.wants_call:
        return False
    return condition.category is None or result.category == condition.category


def _absolute(condition: Condition, model: str, results: Sequence[CaseResult]) -> Finding:
    summary = summarise(results).get(model)
    value = None if summary is None else condition.value_of(summary)
    if value is None:
        sentence = f"{model}: {condition.text} cannot be judged: there is no such figure."
        return Finding(condition.text, model, True, sentence)
    holds = condition.holds(value)
    verdict = f"so {condition.text} holds" if holds else f"so {condition.text} does not hold"
    return Finding(
        condition.text, model, holds, f"{model}: {condition.name} is {condition.shown(value)}, {verdict}."
    )


def _change(
    condition: Condition | None,
    model: str,
    results: Sequence[CaseResult],
    baseline: Baseline,
    digests: dict[str, str],
) -> Change | Finding:
    """Return how a model changed, or why that cannot be said."""
    text, fails = (condition.text, True) if condition else ("", False)
    summary: EvalSummary | None = summarise(results).get(model)
    other = baseline.model_for(model)
    if other is None:
        return Finding(text, model, fails, f"{model} is not in the baseline, so it was not compared.")
    theirs, ours = baseline.counts[other], summary.counts if summary else {}
    cases = {name for name in baseline.same(digests) if ours.get(name, (0, 0))[1] and theirs.get(name, (0, 0))[1]}
    if not cases:
        sentence = f"{model}: no case was scored both here and in the baseline, so nothing was compared."
        return Finding(text, model, fails, sentence)
    base, value = (_mean_rate([counts[name] for name in sorted(cases)]) for counts in (theirs, ours))
    told = compare_paired({name: theirs[name] for name in cases}, {name: ours[name] for name in cases})
    return Change(condition, model, base, value, told)


def _judged(changes: Sequence[Change]) -> Iterator[Finding]:
    for change, p in zip(changes, holm([change.told.p for change in changes]), strict=True):
        condition, told = change.condition, change.told.among_several(p)
        name = condition.name if condition else "accuracy"
        cases = f"{told.n_cases:,} {'case' if told.n_cases == 1 else 'cases'}"
        said = (
            f"{change.model}: {name} is {percent(change.value)} %, {_by(change)} the baseline's "
            f"{percent(change.base)} % on the same {cases}{_interval(told, p)}"
        )
        is_shown = p is not None and p <= 1 - LEVEL
        if condition is None:
            yield Finding("", change.model, False, f"{said}; {_verdict(told, is_shown=is_shown)}.")
        elif told.p is None:
            sentence = f"{said}; too few to tell from chance, so {condition.text} cannot be judged."
            yield Finding(condition.text, change.model, True, sentence)
        elif not condition.holds(change.value, change.base):
            yield Finding(condition.text, change.model, False, f"{said}, so {condition.text} does not hold.")
        elif not is_shown:
            sentence = f"{said}; no difference is shown, it may be chance, so {condition.text} does not fail."
            yield Finding(condition.text, change.model, False, sentence)
        else:
            yield Finding(condition.text, change.model, True, f"{said}, so {condition.text} holds.")


def _verdict(told: PairedDifference, *, is_shown: bool) -> str:
    if told.p is None:
        return "too few cases to tell from chance"
    return "a difference that is shown" if is_shown else "no difference is shown"


def _by(change: Change) -> str:
    points = 100 * (change.value - change.base)
    if not round(points, 1):
        return "as is"
    return f"{abs(points):.1f} points {'above' if points > 0 else 'below'}"


def _interval(told: PairedDifference, p: float | None) -> str:
    if told.low is None or told.high is None or p is None:
        return ""
    return f" ({100 * told.low:+.1f} to {100 * told.high:+.1f}, p = {p:.2g})"


def _mean_rate(counts: Sequence[tuple[int, int]]) -> float:
    return sum(passed / scored for passed, scored in counts) / len(counts)
