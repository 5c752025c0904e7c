"""The answer of an evaluation in words, no surer than its statistics are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from src.studio.scoring.statistics import LEVEL, compare_paired, holm, smallest_difference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from src.studio.scoring.statistics import Proportion
    from src.studio.scoring.summary import EvalSummary

MOST_NAMED = 3


def eval_sentence(summaries: Sequence[EvalSummary]) -> str | None:
    """Say which model calls rightly, how often, how sure that is, and on what it fails most; None of no models.

    Models are ranked only where the paired test shows a difference on the cases that both answered, over all of
    them by Holm's method.
    """
    if not summaries:
        return None
    unscored = sum(summary.unscored for summary in summaries)
    answers = sum(summary.results for summary in summaries)
    told = [summary for summary in summaries if summary.accuracy is not None]
    if not told:
        return "No answer could be scored."
    best, *others = sorted(told, key=lambda summary: -_rate(summary))
    above, alike = _ranked(best, others)
    sentence = _about(best)
    if above:
        sentence += f", more often than {_named(above)}"
    if (on := _fails_on(best)) is not None:
        sentence += f"{', and' if above else ' and'} fails most {on}"
    sentence += "."
    if alike:
        sentence += f" No difference is shown to {_named(alike)}."
    if unscored:
        sentence += f" {unscored:,} of {answers:,} answers could not be scored."
    return sentence


def percent(rate: float) -> str:
    """Write a rate from 0 to 1 in whole percent, but never as all or nothing where it is not."""
    shown = round(100 * rate)
    if shown in {0, 100} and 0 < rate < 1:
        return f"{min(max(100 * rate, 0.1), 99.9):.1f}"
    return f"{shown}"


def interval(proportion: Proportion) -> str:
    """Write the interval of a rate: 86 to 98 %, with a dash."""
    return f"{percent(proportion.low)}\N{EN DASH}{percent(proportion.high)} %"


def _rate(summary: EvalSummary) -> float:
    return summary.accuracy.rate if summary.accuracy else 0.0


def _about(summary: EvalSummary) -> str:
    proportion = summary.accuracy
    assert proportion is not None  # noqa: S101 - those without are not told of
    cases = f"{summary.cases:,} {'case' if summary.cases == 1 else 'cases'}"
    of = cases if proportion.n == summary.cases else f"{proportion.n:,} answers to {cases}"
    return f"{summary.target} calls rightly in {percent(proportion.rate)} % of {of} ({interval(proportion)})"


def _ranked(best: EvalSummary, others: Sequence[EvalSummary]) -> tuple[list[EvalSummary], list[EvalSummary]]:
    """Return the models that are shown to be behind the best one, and those that no difference is shown to.

    One that is shown to be ahead of it on the cases that both answered, by whichever rate of its own, is neither.
    """
    compared = [compare_paired(other.counts, best.counts) for other in others]
    adjusted = holm([one.p for one in compared])
    behind, alike = [], []
    for other, difference, p in zip(others, (one.difference for one in compared), adjusted, strict=True):
        if p is None or difference is None or p > 1 - LEVEL:
            alike.append(other)
        elif difference > 0:
            behind.append(other)
    return behind, alike


def _named(summaries: Sequence[EvalSummary]) -> str:
    if len(summaries) > MOST_NAMED:
        return f"{len(summaries)} others ({percent(_rate(summaries[-1]))} to {percent(_rate(summaries[0]))} %)"
    names = [f"{summary.target} ({percent(_rate(summary))} %)" for summary in summaries]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _fails_on(summary: EvalSummary) -> str | None:
    """Return what most failures have in common: their category, where there are several, else their reason.

    Where more failures have no category than any one has, that is their reason, too.
    """
    failures = {name: sum(of.reasons.values()) for name, of in summary.by_category.items()}
    without = sum(summary.reasons.values()) - sum(failures.values())
    if len(failures) > 1 and max(failures.values()) >= max(without, 1):
        return f"on {max(failures, key=lambda name: failures[name])}"
    return f"by {next(iter(summary.reasons)).replace('_', ' ')}" if summary.reasons else None


def power_sentence(summaries: Sequence[EvalSummary]) -> str | None:
    """Say which difference so many cases can show; None where nothing was scored."""
    told = [summary for summary in summaries if summary.accuracy is not None]
    if not told:
        return None
    best = max(told, key=_rate)
    cases = f"{best.cases:,} {'case' if best.cases == 1 else 'cases'}"
    least = smallest_difference(best.cases, _rate(best))
    if least is None:
        return f"Enough cases? {cases} can show no difference at all."
    return (
        f"Enough cases? Beside {best.target}, {cases} show a difference of {math.ceil(100 * least)} points "
        "four times of five; smaller ones take more."
    )
