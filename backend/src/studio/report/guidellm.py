"""GuideLLM's results, `benchmarks.json`: a point for each of its benchmarks."""

from __future__ import annotations

import datetime as dt

from src.studio.report.foreign import (
    MS_PER_SECOND,
    UnreadableResultsError,
    foreign_point,
    foreign_summary,
    spread,
    statuses,
)
from src.studio.report.values import Dict, as_dict, dicts, figure, positive, text, whole

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
    return [{"kind": "error", "count": count, "example": "GuideLLM's summary does not say why."}] if count else []


def _sum(metrics: Dict, name: str) -> int | None:
    found = figure(_successful(metrics, name).get("total_sum"))
    return None if found is None else round(found)


def _moment(value: object) -> str | None:
    """Return a time of seconds since 1970, ISO 8601; None where it is none."""
    found = figure(value)
    return None if found is None or found > LATEST else dt.datetime.fromtimestamp(found, dt.UTC).isoformat()
