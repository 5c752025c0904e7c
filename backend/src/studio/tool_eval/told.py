"""How runs and results are told: names and fields as the earlier Studio's clients know them, and more beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from src.core.clock import iso
from src.studio.exchange.record import last_request
from src.studio.exchange.storable import storable
from src.studio.scoring.arguments import ArgumentsError, read_arguments
from src.studio.scoring.summary import PERCENTAGES
from src.studio.tool_eval.runs import targets_of
from src.studio.tool_eval.summaries import names_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from src.studio.benchmarks.targets import RunTarget
    from src.studio.tool_eval.runs import AskedCase

Values = dict[str, Any]

PROMPT_START = 200
"""Characters of a prompt that lists show."""
LONG = ("raw_request", "raw_response", "problems", "calls", "actual_tool", "actual_params", "expected_params")
LONGEST_RAW = 8_000
"""Bytes of JSON of these, that an event carries."""
SCORES = {"tool_selection_score": "tool_selection", "param_accuracy": "param_accuracy", "overall_score": "overall"}
SHARES = {name.removesuffix("_pct"): score for name, score in PERCENTAGES.items()}


def run_told(run: Mapping[str, Any]) -> Values:
    """Return a run as lists have it."""
    targets = targets_of(run)
    as_it_is = (
        "id",
        "suite_id",
        "suite_name",
        "version",
        "state",
        "label",
        "temperature",
        "tool_choice",
        "profile",
    )
    counts = ("repeats", "cases_total", "results_total", "results_done", "passed", "failed", "unscored", "cost")
    return {
        **{name: run[name] for name in (*as_it_is, *counts, "sentence", "error")},
        "timestamp": iso(run["created_at"]),
        "started_at": run["started_at"] and iso(run["started_at"]),
        "completed_at": run["completed_at"] and iso(run["completed_at"]),
        "accuracy": _accuracy(run),
        "models": names_of(targets),
        "targets": [named(at, target) for at, target in enumerate(targets)],
        "orchestrator_type": None,
        "judge_grade": None,
        "judge_score": None,
    }


def _accuracy(run: Mapping[str, Any]) -> Values | None:
    if run["accuracy"] is None:
        return None
    scored = run["passed"] + run["failed"]
    return {"rate": run["accuracy"], "low": run["accuracy_low"], "high": run["accuracy_high"], "n": scored}


def named(at: int, target: RunTarget) -> Values:
    """Return a model of a run, which is told by its position there."""
    as_it_is = ("provider_key", "provider", "model_id", "display_name", "route", "through")
    prices = ("input_cost_per_mtok", "output_cost_per_mtok", "price_source", "price_at")
    told = {name: getattr(target, name) for name in (*as_it_is, *prices)}
    return {"index": at, **told, "profile": target.profile and target.profile["name"]}


def whole_target(at: int, target: RunTarget) -> Values:
    """Return it with what it was sent."""
    return {**named(at, target), "params": target.params, "system_prompt": target.system_prompt}


def case_told(asked: AskedCase) -> Values:
    """Return a case as matrices have it."""
    case = asked.case
    return {
        "index": asked.index,
        "id": asked.id,
        "name": asked.name,
        "prompt_start": prompt_of(asked)[:PROMPT_START],
        "category": case.category,
        "disputed": case.disputed,
    }


def prompt_of(asked: AskedCase) -> str:
    """Return what a case asks first, as text."""
    turn = asked.case.turns[0]
    if turn.prompt is not None:
        return turn.prompt
    content = turn.messages[-1].get("content") if turn.messages else None
    return content if isinstance(content, str) else orjson.dumps(content or "").decode()


def result_told(row: Mapping[str, Any], target: RunTarget, asked: AskedCase) -> Values:
    """Return a result, from its row: with `raw_request` and `raw_response`, the last ones, where the row has them.

    The last request has all that was said before it.
    """
    expected = asked.case.expected_calls
    calls = [call for turn in row["calls"] for call in turn]
    scores = row["scores"]
    as_it_is = ("key", "target", "case_index", "repeat", "category", "disputed", "status", "reason", "error")
    figures = ("latency_ms", "cost", "input_tokens", "output_tokens", "rounds")
    told = {
        **{name: row[name] for name in (*as_it_is, *figures)},
        "provider_key": target.provider_key,
        "provider": target.provider,
        "model_id": target.model_id,
        "model": target.display_name,
        "test_case_id": asked.id,
        "test_case": asked.name,
        "prompt": prompt_of(asked)[:PROMPT_START],
        "success": row["status"] == "pass",
        "should_call_tool": asked.case.should_call_tool,
        "expected_tool": _tools(expected[0].tools) if expected else None,
        "expected_params": dict(expected[0].arguments) if expected else None,
        "actual_tool": calls[0]["name"] if calls else None,
        "actual_params": _parsed(calls[0]["arguments"]) if calls else None,
        "calls": row["calls"],
        **{name: scores.get(score) for name, score in (SCORES | SHARES).items()},
    }
    if "problems" in row:
        told["problems"] = row["problems"]
    if "exchange" in row:
        told |= _raw(row["exchange"])
    return told


def _raw(exchange: Mapping[str, Any]) -> Values:
    rounds = exchange["rounds"]
    return {"raw_request": last_request(rounds), "raw_response": rounds[-1]["response"] if rounds else None}


def for_event(told: Values) -> Values:
    """Return a result as an event tells it: without what a model can make long, where it did."""
    long = {name: told[name] for name in LONG if name in told}
    if len(orjson.dumps(long)) <= LONGEST_RAW:
        return told
    return {name: value for name, value in told.items() if name not in long} | {"raw_omitted": True}


def _tools(tools: Sequence[str]) -> str | list[str]:
    return tools[0] if len(tools) == 1 else list(tools)


def _parsed(arguments: Any) -> Any:  # noqa: ANN401 - JSON
    """Return the arguments of a call, as they came where they cannot be read. The longest integers are text."""
    if not isinstance(arguments, str):
        return arguments
    try:
        return storable(read_arguments(arguments))
    except ArgumentsError:
        return arguments
