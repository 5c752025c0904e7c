"""Wishes, targets, runs and records, as tests of benchmarks need them."""

from typing import Any

from src.studio.benchmarks.planning import RunToDo
from src.studio.benchmarks.points import Cell
from src.studio.benchmarks.schemas import BenchmarkIn, TargetIn
from src.studio.benchmarks.targets import RunTarget
from src.studio.engine.record import Record
from src.studio.providers.catalog import OfferedModel, Provider
from tests.days import utc

PRICED: dict[str, Any] = {"input_cost_per_mtok": 1.0, "output_cost_per_mtok": 2.0}


def wish(*models: str, **settings: Any) -> BenchmarkIn:
    """Return a wish for models of the gateway."""
    targets = [TargetIn(provider_key="gateway", model_id=model) for model in models]
    return BenchmarkIn(targets=targets, **settings)


def provider(*models: OfferedModel, **changes: Any) -> Provider:
    """Return a gateway that offers models."""
    told: dict[str, Any] = {"provider_key": "gateway", "display_name": "Gateway", "source": "gateway", **changes}
    return Provider(**told, models={model.model_id: model for model in models})


def target(model: str = "fast", **changes: Any) -> RunTarget:
    """Return a model that is measured."""
    told: dict[str, Any] = {"provider_key": "gateway", "provider": "Gateway", "through": "gateway", "tiers": [0]}
    told |= {"model_id": model, "display_name": model} | changes
    return RunTarget(**told)


def to_do(request: BenchmarkIn, *targets: RunTarget, **changes: Any) -> RunToDo:
    """Return a run that has just begun."""
    told: dict[str, Any] = {"skipped": [], "adjustments": [], "started_at": utc("2026-11-20T12:00:00")}
    return RunToDo(
        id="a" * 32, owner_id="b" * 32, request=request, prompt="Say hello.", targets=targets, **told | changes
    )


def record(at: int, tier: int, number: int, model: str = "fast", **changes: Any) -> Record:
    """Return a request that went well: 20 ms to the first of 20 tokens, 58 ms in all."""
    cell = Cell(at, tier, number)
    sent = (number * 100 + at) * 1_000_000
    told: dict[str, Any] = {
        "key": cell.key,
        "target": str(at),
        "model": model,
        "provider": "gateway",
        "point": f"{model}@{tier}",
        "phase": "measure" if number else "warmup",
        "run": number,
        "request_id": f"r-{cell.key}",
        "scheduled_ns": sent,
        "sent_ns": sent,
        "end_ns": sent + 58_000_000,
        "chunks": 20,
        "input_tokens": 10 + tier,
        "output_tokens": 20,
        "tokens_source": "usage",
        "finish_reason": "stop",
        "status": "success",
        "ttft_ms": 20.0,
        "ttfo_ms": 20.0,
        "request_latency_ms": 58.0,
        "itl_ms": 2.0,
        "cost": 0.00005,
    }
    return Record(**told | changes)


def failed(at: int, tier: int, number: int, kind: str = "http_500", **changes: Any) -> Record:
    """Return a request that failed before its first token."""
    told: dict[str, Any] = dict.fromkeys(
        ("ttft_ms", "ttfo_ms", "request_latency_ms", "itl_ms", "output_tokens", "cost")
    )
    told |= {"status": "error", "error_kind": kind, "error": f"It failed: {kind}.", "finish_reason": None}
    return record(at, tier, number, **told | changes)
