"""Suites, runs and results as they are kept, without a model having been asked."""

from typing import Any

from sqlalchemy import Connection, insert

from src.studio.database.metadata import new_id
from src.studio.tool_eval.tables import tool_eval_results, tool_eval_runs
from src.studio.tool_suites.tables import tool_cases, tool_suite_versions, tool_suites
from tests.studio.conftest import NOW

SCORES = {"tool_selection": 1.0, "param_accuracy": 1.0, "overall": 1.0}


def result(run_id: str, target: int = 0, case: int = 0, repeat: int = 1, **changes: Any) -> dict[str, Any]:
    """Return the row of a result that passed."""
    call = {"name": "mine", "arguments": "{}", "id": "call-1"}
    request = {"model": "fast", "messages": [{"role": "user", "content": "Mine."}]}
    answer = {"turn": 0, "request": request, "response": {"choices": []}, "latency_ms": 100.0, "retries": []}
    exchange: dict[str, Any] = {
        "status": "answered",
        "error": None,
        "transient": False,
        "pairs": [[0, 0, 0]],
        "extra_rounds": None,
    }
    exchange |= {"turns": [{"calls": [call], "state": {}, "finished": True}], "rounds": [answer]}
    row: dict[str, Any] = {
        "run_id": run_id,
        "key": f"{target}-{case}-{repeat}",
        "target": target,
        "case_index": case,
        "case_id": None,
        "repeat": repeat,
        "category": None,
        "disputed": False,
        "status": "pass",
        "reason": None,
        "latency_ms": 100.0,
        "cost": 0.001,
        "input_tokens": 100,
        "output_tokens": 20,
        "rounds": 1,
        "attempt": 1,
        "error": None,
        "scores": SCORES,
        "calls": [[call]],
        "problems": [],
        "exchange": exchange,
    }
    return row | changes


def run_row(owner_id: str, version_id: str, **changes: Any) -> dict[str, Any]:
    """Return the row of a run that has ended."""
    counts = dict.fromkeys(("results_done", "passed", "failed", "unscored", "cases_total", "results_total"), 0)
    texts: dict[str, Any] = {name: [] for name in ("targets", "skipped", "adjustments")}
    row: dict[str, Any] = {
        "id": new_id(),
        "user_id": owner_id,
        "suite_id": new_id(),
        "suite_name": "Mine",
        "version": 1,
    }
    row |= {"version_id": version_id, "state": "done", "settings": {}, "profile": "strict", "search_text": ""}
    row |= {"tool_choice": "auto", "temperature": 0.0, "repeats": 1, "created_at": NOW}
    return row | counts | texts | changes


def keep_run(connection: Connection, owner_id: str, results: int = 5) -> str:
    """Keep a suite, its version, and a run of it with results; return the run's id."""
    owned = {"user_id": owner_id, "created_at": NOW}
    texts = dict.fromkeys(("name", "description", "system_prompt"), "Mine")
    suite = {"id": new_id(), "tools": [], "tool_count": 0, "case_count": 1, "version": 1, "updated_at": NOW}
    case = {"id": new_id(), "suite_id": suite["id"], "position": 0, "disputed": False, "content": {}}
    version = {"id": new_id(), "suite_id": suite["id"], "version": 1, "digest": "d", "content": {}}
    run = run_row(owner_id, version["id"], suite_id=suite["id"])
    rows: list[tuple[Any, list[dict[str, Any]]]] = [
        (tool_suites, [suite | owned | texts | {"search_text": ""}]),
        (tool_cases, [case | owned | {"search_text": "", "updated_at": NOW}]),
        (tool_suite_versions, [version | owned | {"tool_count": 0, "case_count": 1}]),
        (tool_eval_runs, [run]),
        (tool_eval_results, [result(run["id"], case=at) for at in range(results)]),
    ]
    for table, kept in rows:
        connection.execute(insert(table), kept)
    return run["id"]
