"""Runs as files: JSON and CSV with the earlier Studio's names first, JSON lines, and JUnit's XML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from src.core.clock import iso
from src.core.csv import to_csv
from src.studio.scoring.junit import AnswerTest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Values = dict[str, Any]

COLUMNS = (
    *("model_id", "model", "provider_key", "provider", "test_case", "test_case_id", "case_index", "category"),
    *("repeat", "disputed", "status", "reason", "problem", "error", "expected_tool", "actual_tool"),
    *("expected_params", "actual_params", "tool_selection_score", "param_accuracy", "overall_score"),
    *("schema_score", "required_present", "type_correct", "hallucination_free", "latency_ms", "cost"),
    *("input_tokens", "output_tokens", "rounds", "prompt"),
)
HISTORY_COLUMNS = (
    *("timestamp", "suite_name", "model_id", "model_display_name", "tool_accuracy_pct", "param_accuracy_pct"),
    *("overall_score_pct", "total_cases", "cases_passed", "run_id", "label", "state", "version", "provider_key"),
    *("provider", "profile", "tool_choice", "temperature", "repeats", "accuracy_pct", "accuracy_low_pct"),
    *("accuracy_high_pct", "n", "unscored", "disputed", "latency_ms_p50", "latency_ms_p95", "cost"),
    *("input_tokens", "output_tokens"),
)
OF_RUN = ("suite_name", "label", "state", "version", "profile", "tool_choice", "temperature", "repeats")
OF_SUMMARY = (
    *("model_id", "provider_key", "provider", "total_cases", "cases_passed", "unscored", "disputed"),
    *("cost", "input_tokens", "output_tokens"),
)


def json_pieces(head: Values, pages: Iterable[Iterable[Values]]) -> Iterator[bytes]:
    """Yield JSON: what `head` has, and results beside it."""
    start = orjson.dumps(head).removesuffix(b"}")
    yield start + (b',"results":[' if head else b'"results":[')
    separator = b""
    for page in pages:
        yield separator + b",".join(map(orjson.dumps, page))
        separator = b","
    yield b"]}"


def lines(pages: Iterable[Iterable[Values]]) -> Iterator[bytes]:
    """Yield JSON lines, one a result."""
    for page in pages:
        yield b"".join(orjson.dumps(result, option=orjson.OPT_APPEND_NEWLINE) for result in page)


def csv_pieces(columns: Sequence[str], pages: Iterable[Iterable[Mapping[str, Any]]]) -> Iterator[bytes]:
    """Yield CSV in UTF-8: its head, then each page."""
    head = to_csv(columns, ())
    yield head.encode()
    for page in pages:
        yield to_csv(columns, page).removeprefix(head).encode()


def csv_row(result: Mapping[str, Any]) -> Values:
    """Return the line of a result."""
    told = {name: result.get(name) for name in COLUMNS}
    for name in ("expected_params", "actual_params", "expected_tool"):
        told[name] = _as_text(result.get(name))
    return told | {"problem": " ".join(problem["sentence"] for problem in result["problems"])}


def _as_text(value: Any) -> str | None:  # noqa: ANN401 - JSON
    return value if value is None or isinstance(value, str) else orjson.dumps(value).decode()


def history_rows(run: Mapping[str, Any]) -> Iterator[Values]:
    """Yield a line for each model of a run that was summed up."""
    for summary in run["summaries"] or ():
        accuracy, latency = summary["accuracy"] or {}, summary["latency_ms"] or {}
        yield {
            **{name: run[name] for name in OF_RUN},
            **{name: summary[name] for name in OF_SUMMARY},
            "run_id": run["id"],
            "timestamp": iso(run["created_at"]),
            "model_display_name": summary["display_name"],
            "tool_accuracy_pct": percent_of(summary["tool_selection_score"]),
            "param_accuracy_pct": percent_of(summary["param_accuracy_score"]),
            "overall_score_pct": percent_of(summary["overall_score"]),
            "accuracy_pct": percent_of(accuracy.get("rate")),
            "accuracy_low_pct": percent_of(accuracy.get("low")),
            "accuracy_high_pct": percent_of(accuracy.get("high")),
            "n": accuracy.get("n"),
            "latency_ms_p50": latency.get("p50"),
            "latency_ms_p95": latency.get("p95"),
        }


def percent_of(share: float | None) -> float | None:
    """Return a share in percent."""
    return None if share is None else 100 * share


def junit_test(result: Mapping[str, Any]) -> AnswerTest:
    """Return what build servers are told of a result."""
    names = ("category", "repeat", "status", "disputed", "reason", "error", "latency_ms")
    sentences = [problem["sentence"] for problem in result["problems"]]
    return AnswerTest(result["test_case"], **{name: result[name] for name in names}, sentences=sentences)
