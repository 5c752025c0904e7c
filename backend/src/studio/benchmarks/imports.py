"""Results that were measured elsewhere, as a run: ours by the command line, AIPerf's, GuideLLM's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from src.studio.benchmarks import runs
from src.studio.benchmarks.schemas import MOST_TIERS, BenchmarkIn, TargetIn
from src.studio.benchmarks.targets import Resolved, RunTarget
from src.studio.database.metadata import new_id
from src.studio.report.foreign import UnreadableResultsError, point_name
from src.studio.report.points import LOADED, model_key
from src.studio.report.values import as_dict, figure, text, texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from src.studio.engine.record import Record
    from src.studio.report.reading import Results
    from src.studio.report.values import Dict

MS_PER_SECOND = 1000
LONGEST_LABEL = 256
MOST_LEVELS = 20
NAMES = {"bench": "bench", "studio": "Studio", "aiperf": "AIPerf", "guidellm": "GuideLLM"}
MEASURED = ("lag_p50_ms", "lag_p99_ms", "cpu_share", "max_rss_mb", "chunks", "processes")
MEANS = {
    "avg_ttft_ms": ("ttft_ms", 1),
    "avg_total_time_s": ("request_latency_ms", MS_PER_SECOND),
    "avg_output_speed_tps": ("output_tps_user", 1),
    "avg_itl_ms": ("itl_ms", 1),
}
OWN_MEANS = ("avg_tokens_per_second", "avg_input_tokens_per_second", "std_dev_tps")


@dataclass(frozen=True, slots=True)
class ImportedRun:
    """The rows of a run, of its results, and of its requests where these came with it."""

    run: Dict
    results: list[Dict]
    records: list[Dict]
    notes: list[str]


def uploaded(asked: object) -> tuple[dict[str, Any], str]:
    """Return the files that a body has, by name, and the name of the run; a body may be one file itself."""
    body = as_dict(asked)
    if isinstance(body.get("files"), dict) and body.keys() <= {"name", "files"}:
        return body["files"], text(body.get("name"))
    return {"The body": asked}, ""


def imported_run(results: Results, owner_id: str, label: str, now: dt.datetime) -> ImportedRun:
    """Return the rows of a run, as it will be kept. Raises `UnreadableResultsError`."""
    summary, points = results.summary, results.summary["points"]
    targets = _targets(points)
    run = runs.new_run(new_id(), _wish(targets, points), "", Resolved(targets), now)
    measured = as_dict(summary["measured"])
    notes = [*summary["notes"], *texts(measured.get("notes"))]
    statuses = [(point["success_count"], point["error_count"]) for point in points]
    costs = [point["cost"] for point in points]
    run |= {
        "user_id": owner_id,
        "source": "import",
        "tool": summary["tool"],
        "slo": text(as_dict(summary["settings"]).get("slo")) or None,
        "knees": summary["knees"],
        "state": summary["state"],
        "label": label.strip()[:LONGEST_LABEL] or text(summary["title"])[:LONGEST_LABEL] or NAMES[summary["tool"]],
        "sentence": summary["sentence"],
        "error": summary["error"],
        "requests_total": sum(point["statistics"]["n"] for point in points),
        "requests_done": sum(success + error for success, error in statuses),
        "error_count": sum(error for _, error in statuses),
        "cost": None if None in costs else sum(costs),
        "started_at": _moment(summary["started_at"], now),
        "completed_at": _moment(summary["ended_at"], now),
        "measured": {
            **{name: figure(measured.get(name)) for name in MEASURED},
            "client_limited": measured.get("client_limited") is True,
            "tool_version": summary["tool_version"],
            "notes": notes,
        },
    }
    names = [name for target in targets for name in (target.model_id, target.provider)]
    run["search_text"] = runs.search_text(run["label"], "", names)
    rows = [_result(run, position, point) for position, point in enumerate(points)]
    return ImportedRun(run, rows, _records(run["id"], targets, points, results.records), notes)


def _targets(points: Sequence[Dict]) -> list[RunTarget]:
    sizes: dict[str, set[int]] = {}
    first: dict[str, Dict] = {}
    for point in points:
        key = model_key(point["provider_key"], point["model_id"])
        first.setdefault(key, point)
        sizes.setdefault(key, set()).add(point["context_tokens"])
    return [
        RunTarget(
            point["provider_key"],
            point["provider"],
            point["model_id"],
            point["display_name"],
            "direct",
            sorted(sizes[key]),
        )
        for key, point in first.items()
    ]


def _wish(targets: Sequence[RunTarget], points: Sequence[Dict]) -> BenchmarkIn:
    """Return the settings as far as they are told; what is not, is as it is by default."""
    tiers = sorted({point["context_tokens"] for point in points})
    if len(tiers) > MOST_TIERS:
        raise UnreadableResultsError(f"There are {len(tiers)} context sizes; {MOST_TIERS} can be kept in a run.")
    named = [TargetIn(provider_key=target.provider_key, model_id=target.model_id) for target in targets]
    try:
        return BenchmarkIn(targets=named, context_tiers=tiers, **_levels(points))
    except ValidationError:
        raise UnreadableResultsError("A load or a context size in it is none that can be kept.") from None


def _levels(points: Sequence[Dict]) -> Dict:
    """Return the loads as a wish names them, the first ones where there are too many."""
    found = {mode: sorted({point["load"] for point in points if point["load_mode"] == mode}) for mode in LOADED}
    if found["rate"]:
        return {"mode": "rate", "rates": found["rate"][:MOST_LEVELS]}
    if found["concurrency"]:
        return {"mode": "concurrency", "concurrencies": [round(at) for at in found["concurrency"][:MOST_LEVELS]]}
    return {}


def _result(run: Dict, position: int, point: Dict) -> Dict:
    statistics = point["statistics"]
    measures = {
        **{name: point.get(name) for name in ("output_tier", "load_mode", "load", "request_rate", "output_tps")},
        **{name: point.get(name) for name in ("goodput", "goodput_share")},
        "ttft_ms_p50": _percentile(statistics, "ttft_ms", "p50"),
        "ttft_ms_p95": _percentile(statistics, "ttft_ms", "p95"),
        "itl_ms_p50": _percentile(statistics, "itl_ms", "p50"),
        "request_latency_ms_p50": _percentile(statistics, "request_latency_ms", "p50"),
        "request_latency_ms_p95": _percentile(statistics, "request_latency_ms", "p95"),
    }
    names = (
        "provider_key",
        "provider",
        "model_id",
        "display_name",
        "context_tokens",
        "success_count",
        "error_count",
    )
    row = {name: point[name] for name in names}
    return {
        **row,
        **measures,
        "run_id": run["id"],
        "user_id": run["user_id"],
        "created_at": run["created_at"],
        "position": position,
        "output_tps_p50": _percentile(statistics, "output_tps_user", "p50"),
        "cost": point["cost"],
        "figures": {**row, **measures, **_figures(point)},
        "statistics": statistics,
    }


def _figures(point: Dict) -> Dict:
    """Return what the API tells of a point beside what the database sorts by."""
    statistics = point["statistics"]
    errors = statistics["errors"]
    means = {
        name: None if statistics[metric] is None else _by(statistics[metric]["mean"], unit)
        for name, (metric, unit) in MEANS.items()
    }
    return {
        "model": point["display_name"],
        "point": point_name(point),
        "runs": statistics["n"],
        **{name: point.get(name) for name in OWN_MEANS},
        **means,
        "error": errors[0]["example"] if errors else None,
        "confidence_level": statistics["confidence"],
        "input_tokens": round(statistics["input_tokens"] or 0),
        "output_tokens": round(statistics["output_tokens"] or 0),
        "cost": point["cost"],
        "offered_rate": statistics["offered_rate"],
    }


def _records(
    run_id: str, targets: Sequence[RunTarget], points: Sequence[Dict], found: Sequence[Record]
) -> list[Dict]:
    places = {target.model_id: at for at, target in enumerate(targets)}
    places |= {model_key(target.provider_key, target.model_id): at for at, target in enumerate(targets)}
    cells = {point_name(point): _cell(point) for point in points}
    rows = []
    for number, record in enumerate(found, 1):
        at = places.get(model_key(record.provider, record.model), places.get(record.model))
        if at is None:
            raise UnreadableResultsError(
                f"records.jsonl: request {number:,} is of “{record.model[:64]}”, which is not in the summary."
            )
        record.target, record.key = str(at), f"{at}-{cells.get(record.point, '0')}-{number}"
        rows.append(runs.record_row(run_id, record, 1))
    return rows


def _cell(point: Dict) -> str:
    """Return the middle of a request's key, as `cell_of` reads it: the context, and what else its point names."""
    load = "" if point["load"] is None else f"{point['load_mode'][0]}{point['load']:g}"
    token = load + (f"o{point['output_tier']}" if point["output_tier"] else "")
    return f"{point['context_tokens']}-{token}" if token else f"{point['context_tokens']}"


def _percentile(statistics: Dict, metric: str, name: str) -> float | None:
    found = statistics[metric]
    return None if found is None else found[name]


def _by(value: float | None, unit: float) -> float | None:
    return None if value is None else value / unit


def _moment(iso: Any, now: dt.datetime) -> dt.datetime:  # noqa: ANN401 - what a file says
    """Return a time that a file tells, `now` where it tells none, or one that was not yet."""
    try:
        found = dt.datetime.fromisoformat(text(iso))
        found = found.replace(tzinfo=found.tzinfo or dt.UTC).astimezone(dt.UTC)
    except (ValueError, OverflowError):  # the latter where it is before the year 1 in UTC
        return now
    return min(found, now)
