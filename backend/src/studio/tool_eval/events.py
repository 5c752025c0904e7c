"""What a run tells while it is under way: names and fields as the earlier Studio's clients know them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from src.studio.tool_eval.told import named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from src.studio.tool_eval.runs import Place, RunToDo

JobEvent = tuple[str, dict[str, Any]]

MOST_TOLD = 10_000
"""Results of a run of which each is told by an event; of more, how far it is is told once a second."""
LONG, LONGEST = ("flaky", "by_category", "category_breakdown"), 8_000
"""What a summary's event leaves out where it is more bytes of JSON: the run's own detail has it."""


def tells_each(run: RunToDo) -> bool:
    """Tell whether there is an event for each result."""
    return run.total <= MOST_TOLD


def init_event(run: RunToDo) -> JobEvent:
    """Say what is going to be asked of whom."""
    data = {
        "targets": [named(at, target) for at, target in enumerate(run.targets)],
        "total_cases": len(run.cases),
        "suite_name": run.suite_name,
        "repeats": run.request.repeats,
        "results_total": run.total,
        "tells_each": tells_each(run),
        "judge_enabled": False,
        "judge_mode": None,
    }
    return "tool_eval_init", {"data": data}


def warning_event(sentence: str) -> JobEvent:
    """Tell what somebody should know before they believe the figures."""
    return "eval_warning", {"detail": sentence}


def progress_event(run: RunToDo, place: Place, name: str, done: int) -> JobEvent:
    """Say what was asked last, and how many results there are."""
    target = run.targets[place.target]
    data = {
        "current": done,
        "total": run.total,
        "model": target.display_name,
        "model_id": target.model_id,
        "provider_key": target.provider_key,
        "test_case": name,
        "target": place.target,
        "case_index": place.case,
        "repeat": place.repeat,
    }
    return "tool_eval_progress", {"data": data}


def result_event(told: Mapping[str, Any]) -> JobEvent:
    """Say what came of a case."""
    return "tool_eval_result", {"data": dict(told)}


def summary_event(summary: Mapping[str, Any]) -> JobEvent:
    """Say what a model came to: without cases and categories one by one, where there are many."""
    long = {name: summary[name] for name in LONG if name in summary}
    if len(orjson.dumps(long)) <= LONGEST:
        return "tool_eval_summary", {"data": dict(summary)}
    short = {name: value for name, value in summary.items() if name not in long}
    return "tool_eval_summary", {"data": short | {"lists_omitted": True}}


def complete_event(run_id: str) -> JobEvent:
    """Say that all that there is was summed up."""
    return "tool_eval_complete", {"eval_id": run_id, "judge_report_id": None}
