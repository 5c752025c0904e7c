"""What a run came to: by model, by category, and in one sentence, from its results as they are kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from src.studio.benchmarks.results import sum_if_known
from src.studio.scoring.sentence import eval_sentence
from src.studio.scoring.statistics import accuracy, smallest_difference
from src.studio.scoring.summary import CaseResult, counts_of, summarise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from src.studio.benchmarks.targets import RunTarget
    from src.studio.scoring.summary import EvalSummary
    from src.studio.tool_eval.runs import AskedCase

Values = dict[str, Any]


def case_results(rows: Iterable[Mapping[str, Any]], cases: Sequence[AskedCase]) -> list[CaseResult]:
    """Return results as statistics take them; `rows` are the repository's, `cases` those of the run."""
    wants_call = {asked.index: asked.case.should_call_tool for asked in cases}
    return [_case_result(row, wants_call=wants_call.get(row["case_index"], True)) for row in rows]


def _case_result(row: Mapping[str, Any], *, wants_call: bool) -> CaseResult:
    same = ("category", "repeat", "status", "disputed", "reason", "scores", "latency_ms", "cost", "rounds")
    return CaseResult(
        target=str(row["target"]),
        case=str(row["case_index"]),
        wants_call=wants_call,
        input_tokens=row["input_tokens"],
        output_tokens=row["output_tokens"],
        **{name: row[name] for name in same},
    )


def sum_up(results: Sequence[CaseResult], targets: Sequence[RunTarget], cases: Sequence[AskedCase]) -> Values:
    """Return the columns of a run that its results decide: counts, rates, cost, summaries by target, sentence."""
    found = summarise(results)
    counting = [result for result in results if not result.disputed]
    overall = accuracy(counts_of(counting).values())
    statuses = Counter(result.status for result in counting)
    names = {asked.index: asked.name for asked in cases}
    named = [(found[str(at)], name) for at, name in enumerate(names_of(targets)) if str(at) in found]
    return {
        "results_done": len(results),
        "passed": statuses["pass"],
        "failed": statuses["fail"],
        "unscored": statuses["unscored"],
        "accuracy": overall and overall.rate,
        "accuracy_low": overall and overall.low,
        "accuracy_high": overall and overall.high,
        "cost": sum_if_known(result.cost for result in results if result.cost is not None or _has_answer(result)),
        "summaries": [
            _told(at, target, found[str(at)], names) for at, target in enumerate(targets) if str(at) in found
        ],
        "sentence": eval_sentence([replace(summary, target=name) for summary, name in named]),
    }


def _has_answer(result: CaseResult) -> bool:
    """Tell whether somebody may have to be paid for it: what was never answered costs nothing that is known."""
    return result.status != "unscored"


def names_of(targets: Sequence[RunTarget]) -> list[str]:
    """Return what models are called for people, each otherwise: with its provider where two have one name."""
    counts = Counter(target.display_name for target in targets)
    return [
        target.display_name
        if counts[target.display_name] == 1
        else f"{target.display_name} ({target.provider_key}::{target.model_id})"
        for target in targets
    ]


def _told(at: int, target: RunTarget, summary: EvalSummary, names: Mapping[int, str]) -> Values:
    told = summary.to_dict()
    told["flaky"] = [
        {**one, "case": int(one["case"]), "name": names.get(int(one["case"]))} for one in told["flaky"]
    ]
    return {
        "target": at,
        "provider_key": target.provider_key,
        "provider": target.provider,
        "model_id": target.model_id,
        "display_name": target.display_name,
        **told,
    }


def enough(summaries: Sequence[Mapping[str, Any]]) -> Values:
    """Return which difference of pass rates so many cases can show, with 80 %; None where none can be."""
    known = [one for one in summaries if one["accuracy"]]
    if not known:
        return {"cases": 0, "smallest_difference": None}
    cases = min(one["total_cases"] for one in known)
    rate = sum(one["accuracy"]["rate"] for one in known) / len(known)
    return {"cases": cases, "smallest_difference": smallest_difference(cases, rate)}
