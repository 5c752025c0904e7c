"""What a benchmark tells while it runs: names and fields as the earlier Studio's clients know them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from src.studio.benchmarks.course import count_points, count_requests, tells_each
from src.studio.benchmarks.points import cell_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from src.studio.benchmarks.planning import RunToDo
    from src.studio.benchmarks.points import Cell
    from src.studio.benchmarks.results import Result
    from src.studio.engine.record import Record

MS_PER_SECOND = 1000

JobEvent = tuple[str, dict[str, Any]]


def init_event(run: RunToDo) -> JobEvent:
    """Say what is going to be measured."""
    targets = [{"provider_key": target.provider_key, "model_id": target.model_id} for target in run.targets]
    request = run.request
    requests = count_requests(request, run.targets)
    data = {
        "targets": targets,
        "runs": None if not request.levels else request.requests_at(request.levels[0]),
        "context_tiers": request.context_tiers,
        "max_tokens": request.max_tokens,
        "output_tiers": request.output_tiers,
        "mode": request.mode,
        "loads": [load.value for load in request.levels],
        "slo": request.slo or None,
        "points": count_points(request, run.targets),
        "requests": requests,
        "tells_each": tells_each(request, requests),
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


def going_on_event(run: RunToDo, cell: Cell, done: int, errors: int) -> JobEvent:
    """Say how many requests have ended in all: in the place of an event for each, where there are very many."""
    counts = {"requests_done": done, "error_count": errors}
    return "benchmark_progress", {"data": {"type": "progress", **_place(run, cell), **counts}}


def point_event(result: Result, knees: Sequence[Mapping[str, Any]]) -> JobEvent:
    """Say what a point came to that was measured as a whole, and what is known of knees by now."""
    return "benchmark_point", {"data": {"type": "point", **result.figures(), "knees": list(knees)}}


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
    target, load = run.targets[cell.target], run.load_of(cell.point)
    return {
        "provider": target.provider,
        "provider_key": target.provider_key,
        "model": target.display_name,
        "model_id": target.model_id,
        "run": cell.number,
        "runs": run.request.requests_at(load),
        "context_tokens": cell.tier,
        "output_tier": cell.output,
        "load_mode": load.mode,
        "load": load.value,
        "point": cell.point.name(target.model_id),
    }
