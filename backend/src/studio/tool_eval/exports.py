"""Runs as files: JSON and CSV with the earlier Studio's names first, JSON lines, and JUnit's XML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

import orjson

from src.core.clock import iso
from src.core.csv import to_csv

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
# What XML cannot say at all
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
MS_PER_SECOND = 1000


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


def junit_pieces(suite_name: str, models: Iterable[tuple[str, Sequence[Values]]]) -> Iterator[bytes]:
    """Yield JUnit's XML: a suite for each model, a test for each result; `models` have names and results.

    What is unscored is an error, and what is disputed is skipped, unless it passed.
    """
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f"<testsuites name={_attribute(suite_name)}>\n".encode()
    for name, results in models:
        yield _testsuite(name, suite_name, results).encode()
    yield b"</testsuites>\n"


def _testsuite(name: str, suite_name: str, results: Sequence[Values]) -> str:
    cases = [_testcase(suite_name, result) for result in results]
    counts = {kind: sum(found == kind for found, _ in cases) for kind in ("failure", "error", "skipped")}
    seconds = sum(result["latency_ms"] or 0.0 for result in results) / MS_PER_SECOND
    head = (
        f'  <testsuite name={_attribute(name)} tests="{len(cases)}" failures="{counts["failure"]}" '
        f'errors="{counts["error"]}" skipped="{counts["skipped"]}" time="{seconds:.3f}">\n'
    )
    return f"{head}{''.join(text for _, text in cases)}  </testsuite>\n"


def _testcase(suite_name: str, result: Mapping[str, Any]) -> tuple[str | None, str]:
    """Return which element tells that a test did not pass, None where it did, and the test."""
    repeat = f" ({result['repeat']})" if result["repeat"] > 1 else ""
    seconds = (result["latency_ms"] or 0.0) / MS_PER_SECOND
    head = (
        f"    <testcase classname={_attribute(result['category'] or suite_name)} "
        f'name={_attribute(result["test_case"] + repeat)} time="{seconds:.3f}"'
    )
    if result["status"] == "pass":
        return None, f"{head}/>\n"
    sentences = [problem["sentence"] for problem in result["problems"]]
    kind = "error" if result["status"] == "unscored" else "failure"
    reason = result["reason"] or "unscored"
    text = result["error"] if kind == "error" else "\n".join(sentences)
    if result["disputed"]:
        return (
            "skipped",
            f"{head}>\n      <skipped message={_attribute(f'disputed: {reason}')}/>\n    </testcase>\n",
        )
    inner = f"<{kind} type={_attribute(reason)} message={_attribute((text or reason).partition(chr(10))[0])}>"
    return kind, f"{head}>\n      {inner}{_text(text or '')}</{kind}>\n    </testcase>\n"


def _attribute(text: str) -> str:
    return quoteattr(_ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _text(text: str) -> str:
    return escape(_ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text))
