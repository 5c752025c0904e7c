"""Our own results, `summary.json` and `records.jsonl`: taken field by field, for anybody may have written them."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, get_args

import orjson

from src.studio.engine.record import Record, Status
from src.studio.report.foreign import EMPTY, VERSION, UnreadableResultsError
from src.studio.report.points import LOADED
from src.studio.report.values import Dict, as_dict, dicts, figure, positive, text, texts, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

MODES = ("single", *LOADED)
STATES = ("done", "interrupted", "failed")
STATUSES = get_args(Status)
LONGEST_ERROR = 500
MOST_CHUNKS = 100_000
LARGEST_WHOLE = 2**53
REQUIRED = {"key": "", "target": "", "model": "", "provider": "", "point": "", "request_id": ""}
SUMMARIES = (
    *("ttft_ms", "ttfo_ms", "request_latency_ms", "itl_ms", "icl_ms", "output_tps_user"),
    *("scheduled_ttft_ms", "scheduled_latency_ms", "dispatch_delay_ms"),
)
MEANS = ("avg_tokens_per_second", "avg_input_tokens_per_second", "std_dev_tps")
FIGURES = ("mean", "std", "min", "p50", "p75", "p90", "p95", "p99", "max")


def is_own(data: Dict) -> bool:
    """Tell whether this is a summary of ours."""
    return isinstance(data.get("points"), list) and "version" in data and "targets" in data


def own_summary(data: Dict) -> Dict:
    """Return a summary with nothing in it but what belongs there. Raises `UnreadableResultsError`."""
    if data.get("version") != VERSION:
        raise UnreadableResultsError(
            f"This summary is of another version than {VERSION}, the one that can be read."
        )
    state, tool = text(data.get("state")), text(data.get("tool"))
    points = [_point(point) for point in dicts(data.get("points"))]
    if not points:
        raise UnreadableResultsError("This summary has no points in it.")
    return {
        "version": VERSION,
        "tool": tool if tool in {"bench", "studio", "aiperf", "guidellm"} else "bench",
        "tool_version": text(data.get("tool_version"))[:64] or None,
        **{
            name: text(data.get(name)) or None for name in ("title", "sentence", "error", "started_at", "ended_at")
        },
        "state": state if state in STATES else "done",
        "settings": as_dict(data.get("settings")),
        "targets": dicts(data.get("targets")),
        "points": points,
        "knees": [_knee(knee) for knee in dicts(data.get("knees"))],
        "skipped": dicts(data.get("skipped")),
        "adjustments": [],
        "measured": as_dict(data.get("measured")) or None,
        "notes": texts(data.get("notes")),
    }


def own_records(lines: str) -> Iterator[Record]:
    """Yield the records of `records.jsonl`. Raises `UnreadableResultsError`, which names the line."""
    return map(_record, json_lines(lines))


def json_lines(lines: str) -> Iterator[Dict]:
    """Yield the objects of JSON lines. Raises `UnreadableResultsError`, which names the line."""
    for number, line in enumerate(lines.splitlines(), 1):
        if not line.strip():
            continue
        try:
            data = orjson.loads(line.encode("utf-8", "surrogatepass"))
        except orjson.JSONDecodeError:
            raise UnreadableResultsError(f"Line {number:,} of the requests is no JSON.") from None
        if not isinstance(data, dict):
            raise UnreadableResultsError(f"Line {number:,} of the requests is no record.")
        yield data


def _point(point: Dict) -> Dict:
    model = text(point.get("model_id")).strip()
    if not model:
        raise UnreadableResultsError("A point of this summary has no model_id.")
    mode, given = text(point.get("load_mode")), as_dict(point.get("statistics"))
    load = positive(point.get("load"))
    known = {name: _spread(as_dict(given.get(name))) for name in SUMMARIES}
    counted = {name: whole(count) for name, count in as_dict(given.get("statuses")).items() if name in STATUSES}
    names = ("request_rate", "output_tps", "goodput", "offered_rate", "cost")
    share = figure(point.get("goodput_share"))
    numbers = {name: _first(figure(point.get(name)), figure(given.get(name))) for name in names}
    numbers["goodput_share"] = share if share is not None and share <= 1 else None
    statistics = {
        **EMPTY,
        **known,
        **numbers,
        "n": whole(given.get("n")) or whole(point.get("runs")),
        "statuses": counted or {"success": whole(point.get("success_count"))},
        "errors": [
            {
                "kind": text(error.get("kind"))[:64],
                "count": whole(error.get("count")),
                "example": text(error.get("example"))[:LONGEST_ERROR],
            }
            for error in dicts(given.get("errors"))
        ],
        **{
            name: figure(given.get(name))
            for name in ("input_tokens", "output_tokens", "window_seconds", "good", "max_in_flight")
        },
        "distributions": {
            name: [value for item in values if (value := figure(item)) is not None][:101]
            for name, values in as_dict(given.get("distributions")).items()
            if name in SUMMARIES and isinstance(values, list)
        },
        "confidence": "high" if given.get("confidence") == "high" else "low",
    }
    return {
        "model_id": model,
        "model": text(point.get("model")) or model,
        "display_name": text(point.get("display_name")) or text(point.get("model")) or model,
        "provider": text(point.get("provider")) or text(point.get("provider_key")) or "bench",
        "provider_key": text(point.get("provider_key")) or "imported",
        "context_tokens": whole(point.get("context_tokens")),
        "output_tier": whole(point.get("output_tier")) or None,
        "load_mode": mode if mode in MODES and (load or mode == "single") else "single",
        "load": load if mode in LOADED else None,
        "success_count": whole(point.get("success_count")),
        "error_count": whole(point.get("error_count")),
        **numbers,
        **{name: figure(point.get(name)) for name in MEANS},
        "statistics": statistics,
    }


def _spread(of: Dict) -> Dict | None:
    found = {name: figure(of.get(name)) for name in FIGURES}
    if found["p50"] is None:
        return None
    return {"n": whole(of.get("n")), **found, **{name: _interval(of.get(name)) for name in INTERVALS}}


INTERVALS = ("p50_interval", "p95_interval")


def _interval(value: object) -> list[float] | None:
    if not isinstance(value, list) or len(value) != len(("low", "high")):
        return None
    found = [figure(end) for end in value]
    return None if None in found else [end for end in found if end is not None]


def _knee(knee: Dict) -> Dict:
    over, bound = text(knee.get("over")), text(knee.get("is_bound"))
    return {
        "model_id": text(knee.get("model_id")),
        "provider_key": text(knee.get("provider_key")) or "imported",
        "context_tokens": whole(knee.get("context_tokens")),
        "output_tier": whole(knee.get("output_tier")) or None,
        "over": over if over in LOADED else LOADED[0],
        "load": figure(knee.get("load")) or 0.0,
        "goodput": figure(knee.get("goodput")),
        "is_bound": bound if bound in {"none_reached", "below"} else None,
        "caveat": text(knee.get("caveat"))[:LONGEST_ERROR] or None,
        "sentence": text(knee.get("sentence"))[:LONGEST_ERROR],
    }


def _first(*values: float | None) -> float | None:
    return next((value for value in values if value is not None), None)


def _record(data: Dict) -> Record:
    """Return a record whose every field is of its kind; what is not is left out."""
    known: dict[str, Any] = dict(REQUIRED)
    for field in fields(Record):
        value = _of_kind(str(field.type), data.get(field.name))
        if value is not None:
            known[field.name] = value
    status = known.get("status")
    known["status"] = status if status in STATUSES else "error"
    known["phase"] = "warmup" if known.get("phase") == "warmup" else "measure"
    known["tokens_source"] = (
        data.get("tokens_source") if data.get("tokens_source") in ("usage", "estimate") else None
    )
    known.setdefault("run", 1)
    return Record(**known)


def _of_kind(kind: str, value: object) -> Any:  # noqa: ANN401 - one of the kinds that a record has
    if kind.startswith("bool"):
        return value if isinstance(value, bool) else None
    if kind.startswith("list"):
        items = value if isinstance(value, list) else []
        return [found for item in items[:MOST_CHUNKS] if (found := figure(item)) is not None]
    if kind.startswith("int"):
        found = figure(value)
        return int(found) if found is not None and found < LARGEST_WHOLE else None
    if kind.startswith("float"):
        return figure(value)
    return text(value)[:LONGEST_ERROR] or None
