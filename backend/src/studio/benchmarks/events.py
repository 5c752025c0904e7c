"""What a benchmark tells while it runs: names and fields as the earlier Studio's clients know them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from src.studio.benchmarks.planning import cell_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from src.studio.benchmarks.planning import Cell, RunToDo
    from src.studio.engine.record import Record

MS_PER_SECOND = 1000

JobEvent = tuple[str, dict[str, Any]]


def init_event(run: RunToDo) -> JobEvent:
    """Say what is going to be measured."""
    targets = [{"provider_key": target.provider_key, "model_id": target.model_id} for target in run.targets]
    data = {
        "targets": targets,
        "runs": run.request.requests_per_point,
        "context_tiers": run.request.context_tiers,
        "max_tokens": run.request.max_tokens,
    }
    return "benchmark_init", {"data": data}


def skipped_event(skipped: Mapping[str, Any]) -> JobEvent:
    """Say what is left out, and why."""
    data = {
        "type": "skipped",
        "provider": skipped["provider_key"],
        "model": skipped["model_id"],
        "context_tokens": skipped["context_tokens"],
        "reason": skipped["reason"],
    }
    return "benchmark_result", {"data": data}


def progress_event(run: RunToDo, cell: Cell) -> JobEvent:
    """Say which request was sent."""
    return "benchmark_progress", {"data": {"type": "progress", **_place(run, cell)}}


def result_event(run: RunToDo, record: Record) -> JobEvent:
    """Say what came of a request; a whole answer's time is in seconds, as it always was."""
    latency = record.request_latency_ms
    data = {
        "type": "result",
        **_place(run, cell_of(record.key)),
        "ttft_ms": record.ttft_ms,
        "total_time_s": None if latency is None else latency / MS_PER_SECOND,
        "output_tokens": record.output_tokens,
        "input_tokens": record.input_tokens,
        "tokens_per_second": record.tokens_per_second,
        "input_tokens_per_second": record.input_tokens_per_second,
        "output_speed_tps": record.output_speed_tps,
        "itl_ms": record.itl_ms,
        "cost": record.cost,
        "success": record.status == "success",
        "error": record.error,
        "record": {name: value for name, value in record.to_dict().items() if name != "icl_ms"},
    }
    return "benchmark_result", {"data": data}


def _place(run: RunToDo, cell: Cell) -> dict[str, Any]:
    target = run.targets[cell.target]
    return {
        "provider": target.provider,
        "provider_key": target.provider_key,
        "model": target.display_name,
        "model_id": target.model_id,
        "run": cell.number,
        "runs": run.request.requests_per_point,
        "context_tokens": cell.tier,
    }
