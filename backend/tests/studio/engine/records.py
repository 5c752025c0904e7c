"""Records and plans, as tests make them."""

from collections.abc import Iterable, Sequence
from typing import Any

from src.studio.engine.plan import Block, Lane, Plan, Planned, Target
from src.studio.engine.record import Record

KEY = "sk-the-key-in-use-4711"


def record(**fields: Any) -> Record:
    """Return a success of one second, measured; `at` and `took` (seconds) place it in time."""
    at, took = fields.pop("at", 0.0), fields.pop("took", 1.0)
    known: dict[str, Any] = {
        "key": "k",
        "target": "t",
        "model": "m",
        "provider": "p",
        "point": "",
        "phase": "measure",
        "run": 1,
        "request_id": "r",
        "status": "success",
        "scheduled_ns": round(at * 1e9),
        "end_ns": round((at + took) * 1e9),
    }
    return Record(**{**known, **fields})


def plan(base_url: str, models: Sequence[str], *, concurrency: int = 1, times: int = 1, **options: Any) -> Plan:
    """Return a plan that asks each model so many times, in one block."""
    params = options.pop("params", {})
    targets = [Target(model, "p", model, base_url, KEY, params, options.pop("price", None)) for model in models]
    requests = [
        Planned(f"{model}/{number}", model, "hello", point=model, run=number)
        for number in range(times)
        for model in models
    ]
    prompts = options.pop("prompts", {"hello": [{"role": "user", "content": "Say hello."}]})
    return Plan(targets, prompts, [Lane("p", [Block(concurrency, requests)])], **options)


def by_model(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Return the records of each model."""
    found: dict[str, list[Record]] = {}
    for one in records:
        found.setdefault(one.model, []).append(one)
    return found
