"""Summaries and records, as tests of reports and files make them."""

from typing import Any

from src.studio.engine.statistics import summarise


def statistics(ttft: list[float], **more: Any) -> dict[str, Any]:
    """Return what the engine would say of successes with these times to the first token."""
    found = {name: summarise(value * factor for value in ttft) for name, factor in FACTORS.items()}
    known = {name: summary and summary.to_dict() for name, summary in found.items()}
    statuses = {"success": len(ttft)} if ttft else {}
    return {"n": len(ttft), "statuses": statuses, "errors": [], "confidence": "high", **known, **more}


FACTORS = {"ttft_ms": 1, "icl_ms": 0.1, "itl_ms": 0.1, "request_latency_ms": 3, "output_tps_user": 0.5}


def point(
    model: str = "fast", load: float | None = None, ttft: float = 20, n: int = 40, **more: Any
) -> dict[str, Any]:
    """Return a point of a summary."""
    own = {
        "model_id": model,
        "display_name": model,
        "provider": "Mock",
        "provider_key": "mock",
        "context_tokens": 0,
        "output_tier": None,
        "load_mode": "single" if load is None else "concurrency",
        "load": load,
        "success_count": n,
        "error_count": 0,
        "request_rate": 10.0 * (load or 1),
        "output_tps": 100.0 * (load or 1),
        "cost": None,
        "statistics": statistics([ttft + at for at in range(n)]),
    }
    return {**own, **more}


def summary(points: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    """Return the summary of a run that is done."""
    own = {
        "version": 1,
        "tool": "bench",
        "tool_version": "0.1.0",
        "title": "Nightly",
        "sentence": "fast answers first: 21 ms, p95 26 ms; n = 40.",
        "state": "done",
        "error": None,
        "started_at": "2026-11-26T20:00:00+00:00",
        "ended_at": "2026-11-26T20:03:20+00:00",
        "settings": {"mode": "single", "slo": None, "max_tokens": 512},
        "targets": [],
        "points": [point()] if points is None else points,
        "knees": [],
        "skipped": [],
        "adjustments": [],
        "measured": {"lag_p50_ms": 0.1, "lag_p99_ms": 0.6, "cpu_share": 0.1, "client_limited": False},
    }
    return {**own, **more}


def sweep() -> dict[str, Any]:
    """Return the summary of a sweep of two models over five loads, with limits and a knee."""
    points = [
        point(model, load, ttft=base * max(1, load / 4), goodput=10.0 * min(load, 4), goodput_share=0.9, n=120)
        for model, base in (("fast", 20), ("slow", 200))
        for load in (1, 2, 4, 8, 16)
    ]
    knee = {"model_id": "slow", "provider_key": "mock", "context_tokens": 0, "output_tier": None}
    told = {"over": "concurrency", "load": 4, "goodput": 40, "is_bound": None, "caveat": None}
    told["sentence"] = "slow keeps up with 4."
    settings = {"mode": "sweep", "slo": "ttft<400"}
    return summary(points, settings=settings, knees=[knee | told])


def record(number: int = 0, **more: Any) -> dict[str, Any]:
    """Return a success that was sent `number` times 100 ms after the start, as `records.jsonl` has it."""
    start = number * 100_000_000
    own = {
        "key": f"0-0-{number}",
        "model": "fast",
        "provider": "mock",
        "point": "fast@0",
        "phase": "measure",
        "run": number + 1,
        "request_id": f"r{number}",
        "response_id": None,
        "status": "success",
        "scheduled_ns": start,
        "sent_ns": start + 1_000_000,
        "first_token_ns": start + 21_000_000,
        "first_output_ns": start + 21_000_000,
        "last_token_ns": start + 59_000_000,
        "end_ns": start + 60_000_000,
        "icl_ms": [2.0, 2.5],
        "ttft_ms": 20.0,
    }
    return {**own, **more}
