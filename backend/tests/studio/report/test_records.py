"""Records as files: the same columns in each, nothing lost, and never all in memory at once."""

import csv
import io
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import run
from typing import Any

import orjson
import polars as pl
import pytest

from src.studio.engine.record import Record
from src.studio.report.records import (
    BATCH,
    COLUMNS,
    csv_pieces,
    jsonl_pieces,
    parquet_bytes,
    parquet_pieces,
    row_of,
    write_jsonl,
)
from tests.studio.engine.records import record as engine_record
from tests.studio.report.made import record

BACKEND = Path(__file__).parents[3]
EVIL = '=HYPERLINK("http://a")'


def many(count: int) -> list[dict[str, Any]]:
    return [record(number, cost=0.1 * number, error=None if number else EVIL) for number in range(count)]


def test_every_field_of_a_record_is_a_column() -> None:
    assert set(engine_record().to_dict()) - {"target"} == set(COLUMNS)


def test_a_record_and_what_was_kept_of_it_are_the_same_line() -> None:
    made = engine_record(icl_ms=[1.0, 2.0], ttft_ms=3.0)
    assert row_of(made) == row_of(made.to_dict())
    assert list(row_of(made)) == list(COLUMNS)


def test_json_lines_come_back_as_records(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    write_jsonl(path, many(BATCH + 3))
    lines = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    assert lines == [row_of(one) for one in many(BATCH + 3)]
    back = Record.from_dict({"target": "", **lines[5]})
    assert (back.ttft_ms, back.icl_ms, back.sent_ns) == (20.0, [2.0, 2.5], 501_000_000)


def test_csv_has_each_line_and_no_formula() -> None:
    text = b"".join(csv_pieces(many(BATCH + 3))).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == BATCH + 3
    assert tuple(rows[0]) == COLUMNS
    assert rows[0]["error"] == f"'{EVIL}"
    assert rows[2]["icl_ms"] == "[2.0,2.5]"
    assert rows[2]["response_id"] == ""


@pytest.mark.parametrize("count", [0, 1, 2 * BATCH + 1])
def test_parquet_has_types_and_nulls(count: int) -> None:
    frame = pl.read_parquet(io.BytesIO(parquet_bytes(many(count))))
    assert frame.columns == list(COLUMNS)
    assert frame.height == count
    assert frame.schema["sent_ns"] == pl.Int64
    assert frame.schema["icl_ms"] == pl.List(pl.Float64)
    if count:
        assert frame.to_dicts() == [row_of(one) for one in many(count)]


@pytest.mark.parametrize("pieces_of", [jsonl_pieces, csv_pieces])
def test_no_more_is_read_than_was_asked_for(pieces_of: Any) -> None:
    read = 0

    def endless() -> Iterator[dict[str, Any]]:
        nonlocal read
        while True:
            read += 1
            yield record(read)

    pieces = pieces_of(endless())
    next(pieces), next(pieces)
    assert read <= 2 * BATCH


def test_a_large_parquet_file_comes_in_pieces() -> None:
    drawn = random.Random(1)  # noqa: S311 - no secret
    pieces = list(
        parquet_pieces(record(number, icl_ms=[drawn.random() for _ in range(2_000)]) for number in range(50))
    )
    assert len(pieces) > 1
    assert pl.read_parquet(io.BytesIO(b"".join(pieces))).height == 50


def test_polars_is_not_loaded_before_a_parquet_file_is_made() -> None:
    code = "import sys; import src.studio.report.records, src.studio.report.html; print('polars' in sys.modules)"
    told = run([sys.executable, "-c", code], cwd=BACKEND, capture_output=True, text=True, check=True)  # noqa: S603
    assert told.stdout.strip() == "False"
