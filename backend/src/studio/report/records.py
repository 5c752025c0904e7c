"""The records of requests for other programs: JSON lines, CSV and Parquet, in pieces however many there are."""

from __future__ import annotations

import tempfile
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson

from src.core.csv import to_csv

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    import polars as pl

    from src.studio.engine.record import Record

INTEGERS = (
    *("scheduled_ns", "sent_ns", "first_token_ns", "first_output_ns", "last_token_ns", "end_ns", "chunks"),
    *("first_chunk_tokens", "input_tokens", "output_tokens", "reasoning_tokens", "cached_tokens", "http_status"),
    *("run", "prompt_chars"),
)
FLOATS = (
    *("cost", "ttft_ms", "ttfo_ms", "request_latency_ms", "itl_ms", "dispatch_delay_ms"),
    *("scheduled_ttft_ms", "scheduled_latency_ms", "retry_after_seconds"),
)
BOOLEANS, LISTS = ("streamed", "open_loop"), ("icl_ms",)
COLUMNS = (
    *("request_id", "response_id", "model", "provider", "point", "phase", "scheduled_ns", "sent_ns"),
    *("first_token_ns", "first_output_ns", "last_token_ns", "end_ns", "icl_ms", "chunks", "first_chunk_tokens"),
    *("input_tokens", "output_tokens", "reasoning_tokens", "cached_tokens", "tokens_source", "finish_reason"),
    *("status", "error", "http_status", "cost", "ttft_ms", "ttfo_ms", "request_latency_ms", "itl_ms"),
    *("dispatch_delay_ms", "scheduled_ttft_ms", "scheduled_latency_ms", "error_kind", "retry_after_seconds"),
    *("key", "run", "prompt_chars", "streamed", "open_loop"),
)
"""Of every file, in this order. Times in ns count from the run's start; what is not known is null, or empty."""
BATCH = 2_000
PIECE_BYTES = 256 * 1024
IN_MEMORY_BYTES = 8 * 1024 * 1024
"""Of a Parquet file, beyond which it is made on disk."""

Row = dict[str, Any]


def row_of(record: Record | Mapping[str, Any]) -> Row:
    """Return a record's line, all columns in their order."""
    if not isinstance(record, dict):
        return {name: getattr(record, name, None) for name in COLUMNS}
    return {name: record.get(name) for name in COLUMNS}


def jsonl_pieces(records: Iterable[Record | Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield JSON lines, some thousand at a time."""
    for batch in _batches(records):
        yield b"".join(orjson.dumps(row) + b"\n" for row in batch)


def csv_pieces(records: Iterable[Record | Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield CSV in UTF-8 without a byte order mark: the head, then lines; the times between chunks as JSON."""
    head = to_csv(COLUMNS, ())
    yield head.encode()
    for batch in _batches(records):
        lines = [row | {"icl_ms": orjson.dumps(row["icl_ms"] or []).decode()} for row in batch]
        yield to_csv(COLUMNS, lines).removeprefix(head).encode()


def parquet_pieces(records: Iterable[Record | Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield a Parquet file (zstd). Its records are held as columns, a tenth of what they would take as objects."""
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as file:
        _frame(records).write_parquet(file, compression="zstd")
        file.seek(0)
        while piece := file.read(PIECE_BYTES):
            yield piece


def parquet_bytes(records: Iterable[Record | Mapping[str, Any]]) -> bytes:
    """Return a Parquet file (zstd) as a whole."""
    return b"".join(parquet_pieces(records))


def write_jsonl(path: Path, records: Iterable[Record | Mapping[str, Any]]) -> None:
    """Write JSON lines. Raises `OSError`, as where the disk is full."""
    with path.open("wb") as file:
        file.writelines(jsonl_pieces(records))


def _batches(records: Iterable[Record | Mapping[str, Any]]) -> Iterator[list[Row]]:
    waiting = iter(records)
    while batch := [row_of(record) for record in islice(waiting, BATCH)]:
        yield batch


def _frame(records: Iterable[Record | Mapping[str, Any]]) -> pl.DataFrame:
    import polars as pl  # noqa: PLC0415 - heavy, and no other file needs it

    types: list[tuple[tuple[str, ...], pl.DataType]] = [
        (COLUMNS, pl.String()),
        (INTEGERS, pl.Int64()),
        (FLOATS, pl.Float64()),
        (BOOLEANS, pl.Boolean()),
        (LISTS, pl.List(pl.Float64())),
    ]
    schema = {name: kind for names, kind in types for name in names}
    frames = [pl.DataFrame(batch, schema=schema) for batch in _batches(records)]
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)
