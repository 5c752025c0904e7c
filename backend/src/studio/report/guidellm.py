"""GuideLLM's results, `benchmarks.json`: a point for each of its benchmarks."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from src.studio.report.foreign import (
    MS_PER_SECOND,
    NS_PER_SECOND,
    UnreadableResultsError,
    foreign_point,
    foreign_record,
    foreign_summary,
    spread,
    statuses,
)
from src.studio.report.values import Dict, as_dict, dicts, figure, positive, text, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from src.studio.engine.record import Record, Status

NOTES = (
    "GuideLLM counts a stream that ends cleanly without a finish reason as a success.",
    "Its request latency ends with the stream, not with the last token.",
    "Its inter-token latency takes the first chunk for one token; its time per output token, which includes the "
    "time to the first one, is left out.",
    "It keeps no times between chunks, and its percentiles come without intervals.",
)
# Ours, theirs, and what makes milliseconds of theirs
METRICS = (
    ("ttft_ms", "time_to_first_token_ms", 1),
    ("ttfo_ms", "time_to_first_output_token_ms", 1),
    ("request_latency_ms", "request_latency", MS_PER_SECOND),
    ("itl_ms", "inter_token_latency_ms", 1),
)
PERCENTILES = ("p50", "p75", "p90", "p95", "p99")
LOADS = {"concurrent": ("concurrency", "streams"), "constant": ("rate", "rate"), "poisson": ("rate", "rate")}
NO_REASON = "GuideLLM's file does not say why."
STATUSES: dict[str, Status] = {"successful": "success", "errored": "error", "incomplete": "cancelled"}
LATEST = dt.datetime(2200, 1, 1, tzinfo=dt.UTC).timestamp()


def is_guidellm(data: Dict) -> bool:
    """Tell whether this is a file of GuideLLM's."""
    first = (dicts(data.get("benchmarks")) or [{}])[0]
    return "guidellm_version" in as_dict(data.get("metadata")) or {"metrics", "scheduler_state"} <= first.keys()


def guidellm_summary(data: Dict) -> Dict:
    """Return the summary of a file. Raises `UnreadableResultsError`."""
    benchmarks = dicts(data.get("benchmarks"))
    if not benchmarks:
        raise UnreadableResultsError("GuideLLM's file has no benchmarks in it.")
    starts = [at for benchmark in benchmarks if (at := _moment(benchmark.get("start_time")))]
    ends = [at for benchmark in benchmarks if (at := _moment(benchmark.get("end_time")))]
    return foreign_summary(
        "guidellm",
        as_dict(data.get("metadata")).get("guidellm_version"),
        [_point(benchmark, data) for benchmark in benchmarks],
        NOTES,
        started_at=min(starts, default=None),
        ended_at=max(ends, default=None),
        settings={"profile": as_dict(as_dict(benchmarks[0].get("config")).get("profile"))},
    )


def guidellm_records(data: Dict, points: list[Dict]) -> Iterator[Record]:
    """Yield the requests that a file holds, those of each benchmark as of its point."""
    start = min((at for benchmark in dicts(data.get("benchmarks")) if (at := _start(benchmark))), default=0.0)
    for benchmark, point in zip(dicts(data.get("benchmarks")), points, strict=True):
        requests = as_dict(benchmark.get("requests"))
        for name, status in STATUSES.items():
            for number, request in enumerate(dicts(requests.get(name)), 1):
                found = _record(request, point, number, start, status)
                if found is not None:
                    yield found


def _record(request: Dict, point: Dict, number: int, start: float, status: Status) -> Record | None:
    sent, end = figure(request.get("request_start_time")), figure(request.get("request_end_time"))
    if sent is None or end is None or not start <= sent <= end:
        return None
    latency = figure(request.get("request_latency"))
    times = {
        "scheduled": (sent - start) * NS_PER_SECOND,
        "sent": (sent - start) * NS_PER_SECOND,
        "end": (end - start) * NS_PER_SECOND,
        "ttft": figure(request.get("time_to_first_token_ms")),
        "ttfo": figure(request.get("time_to_first_output_token_ms")),
        "request_latency": None if latency is None else latency * MS_PER_SECOND,
        "itl": figure(request.get("inter_token_latency_ms")),
    }
    return foreign_record(
        point,
        number,
        times,
        request_id=text(request.get("request_id"))[:64],
        response_id=text(request.get("response_id"))[:64] or None,
        input_tokens=whole(request.get("prompt_tokens")) or None,
        output_tokens=whole(request.get("output_tokens")) or None,
        status=status,
        error=None if status == "success" else NO_REASON,
        error_kind="error" if status == "error" else None,
    )


def _start(benchmark: Dict) -> float | None:
    found = [
        at
        for name in STATUSES
        for request in dicts(as_dict(benchmark.get("requests")).get(name))
        if (at := figure(request.get("request_start_time")))
    ]
    return min(found, default=None)


def _point(benchmark: Dict, data: Dict) -> Dict:
    config, metrics = as_dict(benchmark.get("config")), as_dict(benchmark.get("metrics"))
    model = _model(config, as_dict(data.get("config"))) or _model(as_dict(data.get("args")), {})
    if not model:
        raise UnreadableResultsError(
            "GuideLLM's file does not say which model was measured (config.backend.model)."
        )
    totals = as_dict(metrics.get("request_totals"))
    if not whole(totals.get("successful")) and not whole(totals.get("errored")):
        raise UnreadableResultsError("A benchmark in GuideLLM's file has no requests (metrics.request_totals).")
    strategy = as_dict(config.get("strategy"))
    mode, field = LOADS.get(text(strategy.get("type_")), ("single", ""))
    load = positive(strategy.get(field))
    statistics = {
        "n": whole(totals.get("successful")) + whole(totals.get("errored")) + whole(totals.get("incomplete")),
        "statuses": statuses(totals.get("successful"), totals.get("errored"), totals.get("incomplete")),
        "errors": _errors(totals),
        **{ours: _metric(_successful(metrics, theirs), factor) for ours, theirs, factor in METRICS},
        "request_rate": figure(_successful(metrics, "requests_per_second").get("mean")),
        "output_tps": figure(_successful(metrics, "output_tokens_per_second").get("mean")),
        "input_tokens": _sum(metrics, "prompt_token_count"),
        "output_tokens": _sum(metrics, "output_token_count"),
    }
    if load is None:
        mode = "single"
    return foreign_point(model, tool="GuideLLM", mode=mode, load=load, statistics=statistics)


def _model(config: Dict, others: Dict) -> str:
    """Return the model's name, as version 0.8 and as earlier ones write it."""
    for found in (as_dict(config.get("backend")), as_dict(others.get("backend")), config, others):
        name = text(found.get("model")) or text(as_dict(found.get("attributes")).get("model"))
        if name.strip():
            return name.strip()
    return ""


def _successful(metrics: Dict, name: str) -> Dict:
    return as_dict(as_dict(metrics.get(name)).get("successful"))


def _metric(of: Dict, factor: float) -> Dict | None:
    percentiles = as_dict(of.get("percentiles"))
    known = {name: percentiles.get(name) for name in PERCENTILES}
    known |= {"mean": of.get("mean"), "std": of.get("std_dev"), "min": of.get("min"), "max": of.get("max")}
    return spread(whole(of.get("count")), known, factor)


def _errors(totals: Dict) -> list[Dict]:
    count = whole(totals.get("errored"))
    return [{"kind": "error", "count": count, "example": NO_REASON}] if count else []


def _sum(metrics: Dict, name: str) -> int | None:
    found = figure(_successful(metrics, name).get("total_sum"))
    return None if found is None else round(found)


def _moment(value: object) -> str | None:
    """Return a time of seconds since 1970, ISO 8601; None where it is none."""
    found = figure(value)
    return None if found is None or found > LATEST else dt.datetime.fromtimestamp(found, dt.UTC).isoformat()
