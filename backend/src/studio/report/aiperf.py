"""AIPerf's results, `profile_export_aiperf.json`: one point a file."""

from __future__ import annotations

from src.studio.report.foreign import UnreadableResultsError, foreign_point, foreign_summary, spread, statuses
from src.studio.report.values import Dict, as_dict, dicts, figure, positive, text, texts, whole

NOTES = (
    "AIPerf counts a stream that breaks off without a finish reason as a success.",
    "Its inter-token latency takes the first chunk for one token.",
    "Its throughput divides by the whole time, start and end of the load included.",
    "Its percentiles come without intervals: the single values are not in this file.",
)
TO_MS = {"ms": 1.0, "sec": 1000.0, "s": 1000.0, "us": 1e-3, "ns": 1e-6, "tokens/sec/user": 1.0}
METRICS = {
    "ttft_ms": "time_to_first_token",
    "ttfo_ms": "time_to_first_output_token",
    "request_latency_ms": "request_latency",
    "itl_ms": "inter_token_latency",
    "icl_ms": "inter_chunk_latency",
    "output_tps_user": "output_token_throughput_per_user",
}
RATES = {"constant", "poisson", "gamma"}


def is_aiperf(data: Dict) -> bool:
    """Tell whether this is a file of AIPerf's."""
    return "aiperf_version" in data or ("input_config" in data and "request_latency" in data)


def aiperf_point(data: Dict) -> Dict:
    """Return the point that a file is of. Raises `UnreadableResultsError`."""
    config = as_dict(data.get("input_config"))
    model, (mode, load) = _model(config), _load(config)
    if not model:
        raise UnreadableResultsError("AIPerf's file does not say which model was measured (input_config).")
    successes, failures = whole(_average(data, "request_count")), whole(_average(data, "error_request_count"))
    if not successes and not failures:
        raise UnreadableResultsError("AIPerf's file has no requests (request_count).")
    found = {name: _metric(as_dict(data.get(theirs)), successes) for name, theirs in METRICS.items()}
    errors = [
        {
            "kind": _kind(as_dict(item.get("error_details"))),
            "count": whole(item.get("count")),
            "example": text(as_dict(item.get("error_details")).get("message"))[:500],
        }
        for item in dicts(data.get("error_summary"))
    ]
    good = figure(_average(data, "good_request_fraction"))
    statistics = {
        "n": successes + failures,
        "statuses": statuses(successes, failures),
        "errors": errors,
        **found,
        "request_rate": figure(_average(data, "request_throughput")),
        "output_tps": figure(_average(data, "output_token_throughput")),
        "goodput": figure(_average(data, "goodput")),
        "goodput_share": good if good is not None and good <= 1 else None,
        **{name: _count(data, theirs) for name, theirs in TOKENS.items()},
    }
    return foreign_point(model, tool="AIPerf", mode=mode, load=load, statistics=statistics)


TOKENS = {"input_tokens": "total_isl", "output_tokens": "total_osl", "reasoning_tokens": "total_reasoning_tokens"}


def aiperf_summary(files: list[Dict]) -> Dict:
    """Return the summary of files of one run, a point each. Raises `UnreadableResultsError`."""
    starts, ends = (texts([data.get(name) for data in files]) for name in ("start_time", "end_time"))
    cancelled = any(data.get("was_cancelled") is True for data in files)
    config = as_dict(files[0].get("input_config"))
    settings = {
        "input_config": {name: value for name, value in config.items() if name not in {"endpoint", "artifacts"}}
    }
    return foreign_summary(
        "aiperf",
        files[0].get("aiperf_version"),
        [aiperf_point(data) for data in files],
        NOTES,
        state="interrupted" if cancelled else "done",
        started_at=min(starts, default=None),
        ended_at=max(ends, default=None),
        settings=settings,
    )


def _model(config: Dict) -> str:
    """Return the first model's name, as version 0.13 and as earlier ones write it."""
    endpoint, models = as_dict(config.get("endpoint")), config.get("models")
    named = (
        [item.get("name") for item in dicts(as_dict(models).get("items"))] or models or endpoint.get("model_names")
    )
    found = texts(named if isinstance(named, list) else [named])
    return found[0] if found else ""


def _load(config: Dict) -> tuple[str, float | None]:
    """Return mode and load of the phase that was measured."""
    phases = [phase for phase in dicts(config.get("phases")) if phase.get("kind") != "warmup"]
    phase = phases[-1] if phases else as_dict(config.get("loadgen"))
    rate = positive(phase.get("rate")) or positive(phase.get("request_rate"))
    if rate and (phase.get("type") in RATES or "type" not in phase):
        return "rate", rate
    streams = positive(phase.get("concurrency"))
    return ("concurrency", streams) if streams and streams > 1 else ("single", None)


def _metric(of: Dict, n: int) -> Dict | None:
    factor = TO_MS.get(text(of.get("unit")))
    if factor is None:
        return None
    return spread(whole(of.get("count")) or n, of | {"mean": of.get("avg")}, factor)


def _average(data: Dict, name: str) -> object:
    return as_dict(data.get(name)).get("avg")


def _count(data: Dict, name: str) -> int | None:
    found = figure(_average(data, name))
    return None if found is None else round(found)


def _kind(details: Dict) -> str:
    code = figure(details.get("code"))
    return f"http_{code:.0f}" if code else text(details.get("type"))[:64] or "error"
