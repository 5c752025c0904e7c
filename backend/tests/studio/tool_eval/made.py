"""Results as the worker writes them, without a model having been asked."""

from typing import Any

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
