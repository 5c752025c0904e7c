"""What results of other tools have in common: figures that are taken as they are, and points made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from src.studio.engine.statistics import FEWEST_FOR_CONFIDENCE, FEWEST_FOR_P99, MOST_VARIATION
from src.studio.report.values import Dict, figure, text, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VERSION = 1
NAMES = ("mean", "std", "min", "p50", "p75", "p90", "p95", "p99", "max")
PROVIDER_KEY = "imported"
MS_PER_SECOND = 1000


class UnreadableResultsError(ValueError):
    """These are no results that can be read. The message is one sentence for whoever sent them."""


def spread(n: int, figures: Mapping[str, object], factor: float = 1) -> Dict | None:
    """Return a metric as our summaries have it, None where its median is not known.

    There are no intervals, for these need the values; a p99 of fewer than 100 of them is left out, as ours is.
    """
    found = {name: figure(figures.get(name)) for name in NAMES}
    scaled = {name: None if value is None else value * factor for name, value in found.items()}
    if n < 1 or scaled["p50"] is None:
        return None
    if n < FEWEST_FOR_P99:
        scaled["p99"] = None
    return {"n": n, **scaled, "p50_interval": None, "p95_interval": None}


def foreign_point(model: str, *, tool: str, mode: str, load: float | None, statistics: Dict) -> Dict:
    """Return a point. `statistics` has `n`, `statuses`, `errors` and metrics; what is missing is null."""
    statuses = statistics["statuses"]
    ttft, latency = statistics.get("ttft_ms"), statistics.get("request_latency_ms")
    whole_statistics = EMPTY | statistics | {"confidence": _confidence(ttft, latency)}
    known = {name: whole_statistics[name] for name in ("request_rate", "output_tps", "goodput", "goodput_share")}
    return {
        "model_id": model,
        "model": model,
        "display_name": model,
        "provider": tool,
        "provider_key": PROVIDER_KEY,
        "context_tokens": 0,
        "output_tier": None,
        "load_mode": mode,
        "load": load,
        "success_count": statuses["success"],
        "error_count": sum(count for status, count in statuses.items() if status not in {"success", "cancelled"}),
        "cost": None,
        **known,
        "statistics": whole_statistics,
    }


EMPTY: Dict = {
    **dict.fromkeys(("ttft_ms", "ttfo_ms", "request_latency_ms", "itl_ms", "icl_ms", "output_tps_user")),
    **dict.fromkeys(("scheduled_ttft_ms", "scheduled_latency_ms", "dispatch_delay_ms", "distributions")),
    **dict.fromkeys(("request_rate", "output_tps", "good", "goodput", "goodput_share", "offered_rate", "cost")),
    **dict.fromkeys(("input_tokens", "output_tokens", "reasoning_tokens", "cached_tokens", "tokens_source")),
}


def foreign_summary(tool: str, version: object, points: list[Dict], notes: Iterable[str], **more: Any) -> Dict:  # noqa: ANN401 - what JSON has
    """Return the summary of a run that another tool measured."""
    targets = {point["model_id"]: point for point in points}
    return {
        "version": VERSION,
        "tool": tool,
        "tool_version": text(version)[:64] or None,
        "title": None,
        "sentence": None,
        "state": "done",
        "error": None,
        "started_at": None,
        "ended_at": None,
        "settings": {},
        "targets": [
            {
                "model": model,
                "model_id": model,
                "provider": point["provider"],
                "provider_key": PROVIDER_KEY,
                "through": None,
                "route": None,
            }
            for model, point in targets.items()
        ],
        "points": points,
        "knees": [],
        "skipped": [],
        "adjustments": [],
        "measured": None,
        "notes": list(notes),
        **more,
    }


def statuses(success: object, failed: object, cancelled: object = 0) -> dict[str, int]:
    """Return how many requests ended in which way; those of which there are none are left out, but successes."""
    counts = {"success": whole(success), "error": whole(failed), "cancelled": whole(cancelled)}
    return {status: count for status, count in counts.items() if count or status == "success"}


def _confidence(*metrics: Dict | None) -> str:
    """Return what our statistics say of as many values that vary as much."""
    there = [metric for metric in metrics if metric]
    if any(metric["n"] >= FEWEST_FOR_CONFIDENCE for metric in there):
        return "high"
    steady = [
        metric["n"] > 1 and bool(metric["mean"]) and metric["std"] is not None
        and metric["std"] / metric["mean"] < MOST_VARIATION
        for metric in there
    ]  # fmt: skip
    return "high" if steady and all(steady) else "low"
