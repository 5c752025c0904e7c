"""A run as files: the HTML report, JSON lines and Parquet, as the command line writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from src.studio.report.html import report_html
from src.studio.report.records import jsonl_pieces, parquet_pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FORMS = {
    "html": "text/html; charset=utf-8",
    "jsonl": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
}
"""And what each is sent as."""
VERSION = 1


def file_pieces(form: str, run: Mapping[str, Any], records: Iterable[bytes]) -> Iterator[bytes]:
    """Yield a file of a run, as `BenchmarkService.detail` has it; `records` are its requests, each as JSON."""
    found = (orjson.loads(record) for record in records)
    if form == "html":
        return iter([report_html(summary_of(run), found).encode()])
    return jsonl_pieces(found) if form == "jsonl" else parquet_pieces(found)


def summary_of(run: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `summary.json` of the command line would say of a run."""
    measured = run["measured"] or {}
    return {
        "version": VERSION,
        "tool": run.get("tool", "studio"),
        "tool_version": measured.get("tool_version"),
        "title": run["label"] or "Benchmark",
        "sentence": run["sentence"],
        "state": run["state"],
        "error": run["error"],
        "started_at": run["started_at"],
        "ended_at": run["completed_at"],
        "settings": {**run["config"], "prompt": run["prompt"], "slo": run.get("slo")},
        "targets": [
            {
                "model": target["display_name"],
                "model_id": target["model_id"],
                "provider": target["provider"],
                "provider_key": target["provider_key"],
                "through": run["through"],
                "route": target["route"],
            }
            for target in run["targets"]
        ],
        "points": run["results"],
        "knees": run.get("knees") or [],
        "skipped": run["skipped"],
        "adjustments": run["adjustments"],
        "measured": run["measured"],
        "notes": measured.get("notes") or [],
    }
