"""Runs as files: CSV with the earlier Studio's columns first, and JSON; made in pieces, however long they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from src.core.clock import iso
from src.core.csv import to_csv
from src.studio.benchmarks.points import cell_of
from src.studio.engine.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from src.studio.benchmarks.points import Load

RUN_COLUMNS = (
    *("model_id", "run_number", "tokens_per_second", "ttft_ms", "cost", "context_tokens", "output_tokens"),
    *("input_tokens", "provider", "phase", "status", "error_kind", "error", "ttfo_ms", "request_latency_ms"),
    *("itl_ms", "output_speed_tps", "input_tokens_per_second", "reasoning_tokens", "cached_tokens"),
    *("tokens_source", "finish_reason", "http_status", "sent_s", "request_id", "response_id"),
    *("point", "load_mode", "load", "output_tier", "scheduled_ttft_ms", "scheduled_latency_ms"),
    *("dispatch_delay_ms", "chunks", "first_chunk_tokens", "scheduled_s", "end_s"),
)
HISTORY_COLUMNS = (
    *("timestamp", "prompt", "model_id", "tokens_per_second", "ttft_ms", "cost", "context_tokens"),
    *("output_tokens", "input_tokens", "run_id", "label", "state", "provider", "mode", "concurrency", "runs"),
    *("success_count", "error_count", "error", "total_time_s", "itl_ms", "output_speed_tps"),
    *("input_tokens_per_second", "std_dev_tps", "confidence_level"),
    *("point", "load_mode", "load", "output_tier", "request_rate", "output_tps", "goodput", "goodput_share"),
    *("offered_rate", "ttft_ms_p50", "ttft_ms_p95", "itl_ms_p50", "request_latency_ms_p50"),
    *("request_latency_ms_p95", "slo", "tool"),
)
# The names of averages in results, where columns have others
AVERAGES = {
    "tokens_per_second": "avg_tokens_per_second",
    "ttft_ms": "avg_ttft_ms",
    "total_time_s": "avg_total_time_s",
    "itl_ms": "avg_itl_ms",
    "output_speed_tps": "avg_output_speed_tps",
    "input_tokens_per_second": "avg_input_tokens_per_second",
}
NANOSECONDS = 1_000_000_000

Row = dict[str, Any]


def csv_pieces(columns: Sequence[str], pages: Iterable[Iterable[Mapping[str, Any]]]) -> Iterator[bytes]:
    """Yield a CSV file in UTF-8: its head, then each page.

    It has no byte order mark: programs that read the earlier Studio's files look for the first column by its name.
    """
    head = to_csv(columns, ())
    yield head.encode()
    for page in pages:
        yield to_csv(columns, page).removeprefix(head).encode()


def list_pieces(start: bytes, pages: Iterable[Iterable[bytes]], end: bytes) -> Iterator[bytes]:
    """Yield JSON in which a list of texts that are JSON stands between `start` and `end`."""
    separator = b""
    yield start
    for page in pages:
        yield separator + b",".join(page)
        separator = b","
    yield end


def run_row(record: Record, context_tokens: int, load: Load) -> Row:
    """Return the line of a request. `load` is that of points that do not name one."""
    cell = cell_of(record.key)
    mode, value = cell.load or load
    own = {name: getattr(record, name, None) for name in RUN_COLUMNS}
    return own | {
        "model_id": record.model,
        "run_number": record.run,
        "context_tokens": context_tokens,
        "load_mode": mode,
        "load": value,
        "output_tier": cell.output,
        "sent_s": None if record.sent_ns is None else record.sent_ns / NANOSECONDS,
        "scheduled_s": record.scheduled_ns / NANOSECONDS,
        "end_s": record.end_ns / NANOSECONDS,
    }


def record_rows(page: Iterable[Mapping[str, Any]], load: Load) -> Iterator[Row]:
    """Yield the lines of records, as the repository has them."""
    for row in page:
        yield run_row(Record.from_dict(orjson.loads(row["record"])), row["context_tokens"], load)


def history_rows(run: Mapping[str, Any], results: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
    """Yield a line for each result of a run: averages of successes, sums of tokens and cost of all requests."""
    settings = run["settings"]
    for result in results:
        averages = {name: result[known] for name, known in AVERAGES.items()}
        own = {
            "timestamp": iso(run["created_at"]),
            "prompt": run["prompt_start"],
            "run_id": run["id"],
            "label": run["label"],
            "state": run["state"],
            "mode": settings["mode"],
            "concurrency": settings["concurrency"],
            "slo": run["slo"],
            "tool": run["tool"],
        }
        yield {**result, **averages, **own}
