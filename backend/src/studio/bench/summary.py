"""`summary.json`: what was asked for, and what was measured of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from src import VERSION
from src.core.clock import iso
from src.studio.bench.sentences import knee_sentence, sentence_of_run
from src.studio.engine.fleet import merged

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from src.studio.bench.measuring import FoundKnee, Measurement
    from src.studio.bench.options import Options
    from src.studio.bench.points import Point
    from src.studio.engine.events import Report

FORMAT = 1
TOOL = "bench"
INTERRUPTED = "The run was interrupted: its figures rest on what was measured until then."
NOTHING = "No request was sent."


def summary_of(
    options: Options, measured: Measurement, started_at: dt.datetime, ended_at: dt.datetime
) -> dict[str, Any]:
    """Return the summary of a run that has ended, however it did."""
    state, error = _state(measured)
    points = [point for point in measured.points if point.summary.n]
    return {
        "version": FORMAT,
        "tool": TOOL,
        "tool_version": VERSION,
        "title": options.title,
        "sentence": sentence_of_run(points, measured.knees),
        "state": state,
        "error": error,
        "started_at": iso(started_at),
        "ended_at": iso(max(ended_at, started_at)),  # the clock may have been set back
        "settings": settings_of(options),
        "targets": [_target(options, model) for model in options.models],
        "points": [point.row() for point in points],
        "knees": [_knee(options, found) for found in measured.knees],
        "skipped": [],
        "adjustments": [],
        "measured": _measured(measured.reports),
    }


def settings_of(options: Options) -> dict[str, Any]:
    """Return what was asked for; addresses and keys are left out, so that the file can be handed on."""
    asked = options.dataset
    return {
        "mode": options.mode,
        "concurrencies": [int(level) for level in options.levels] if options.mode == "concurrency" else [],
        "rates": list(options.levels) if options.mode == "rate" else [],
        "sweep": _sweep(options) if options.mode == "sweep" else None,
        "arrival": options.arrival,
        "burstiness": options.burstiness,
        "max_concurrency": options.cap,
        "requests": options.requests,
        "duration_seconds": options.duration_s,
        "warmup": options.warmup,
        "ramp_seconds": options.ramp_s,
        "grace_seconds": options.grace_s,
        "timeout": options.timeout_s,
        "prompt": options.prompt if asked is None else None,
        "system": options.system,
        "dataset_items": None if asked is None else len(asked.items),
        "context_tiers": list(options.inputs),
        "output_tiers": list(options.outputs) if len(options.outputs) > 1 else [],
        "max_tokens": options.outputs[0],
        "cache": "avoid" if options.nonce else "reuse",
        "seed": options.seed,
        "params": options.params,
        "slo": None if options.slo is None else str(options.slo),
        "processes": options.processes,
    }


def _sweep(options: Options) -> dict[str, Any]:
    return {"over": options.sweep_over, "start": options.sweep_start, "most": options.sweep_most}


def _state(measured: Measurement) -> tuple[str, str | None]:
    """Return how it ended, and why where not as planned."""
    if measured.error is not None:
        return "failed", measured.error
    if measured.interrupted:
        return "interrupted", INTERRUPTED
    if any(point.success_count for point in measured.points):
        return "done", None
    return "failed", commonest_error(measured.points)


def commonest_error(points: Sequence[Point]) -> str:
    """Return why nothing succeeded."""
    errors = [error for point in points for error in point.summary.errors]
    if not errors:
        return NOTHING
    return f"No request succeeded. Most often: {max(errors, key=lambda error: error.count).example}"


def _target(options: Options, model: str) -> dict[str, Any]:
    price = options.price_of(model)
    return {
        "model": model,
        "model_id": model,
        "provider": options.provider,
        "provider_key": options.provider,
        "through": None,  # what is behind an address is not known
        "route": "native",
        "input_cost_per_mtok": None if price is None else price.input_per_mtok,
        "output_cost_per_mtok": None if price is None else price.output_per_mtok,
    }


def _knee(options: Options, found: FoundKnee) -> dict[str, Any]:
    return {
        "model_id": found.place.model,
        "provider_key": options.provider,
        "context_tokens": found.place.input_tokens,
        "output_tier": found.place.out,
        "over": found.over,
        "load": found.knee.load,
        "goodput": found.knee.goodput,
        "is_bound": found.knee.is_bound,
        "caveat": found.knee.caveat,
        "sentence": knee_sentence(found),
    }


def _measured(reports: Sequence[Report]) -> dict[str, Any] | None:
    """Return what the load generators say of themselves: of all stages the worst, of chunks and notes all."""
    if not reports:
        return None
    # stages follow each other: what processes beside each other add up to is not so of these
    return replace(
        merged(reports),
        max_rss_mb=max(report.max_rss_mb for report in reports),
        processes=max(report.processes for report in reports),
        overheads={},
    ).to_dict()
