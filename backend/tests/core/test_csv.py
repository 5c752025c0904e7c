"""The CSV writer alone: the cases that it shares with the page's, and spreadsheets that open its files."""

import csv
import io
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest

from src.core.csv import ENCODING, to_csv

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "csv_cases.json").read_text("utf-8"))
FIGURES = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
"""Those that JSON has no way to write; the others are whole."""


def cell_of(case: dict[str, Any]) -> Any:
    if "figure" not in case:
        return case["cell"]
    figure = case["figure"]
    return FIGURES[figure] if figure in FIGURES else int(figure)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_cell_is_written_as_the_page_writes_it(case: dict[str, Any]) -> None:
    cell = cell_of(case)
    assert to_csv(["team", "value"], [{"team": "x", "value": cell}]) == f"team,value\r\nx,{case['written']}\r\n"
    assert to_csv(["team", "value"], [{"team": cell, "value": 1}]) == f"team,value\r\n{case['written']},1\r\n"


def test_a_file_begins_with_a_byte_order_mark() -> None:
    assert to_csv(["team"], [{"team": "Zoë"}]).encode(ENCODING) == b"\xef\xbb\xbfteam\r\nZo\xc3\xab\r\n"


def test_a_column_that_a_row_has_not_is_empty() -> None:
    assert to_csv(["team", "spend"], [{"team": "Red"}]) == "team,spend\r\nRed,\r\n"


RUN = re.compile(r"[\s\x00-\x20\x7f-\xa0\u200b-\u200f\ufeff\"]*[=+\-@\uff1d\uff0b\uff0d\uff20]")
"""What a spreadsheet could run, figures aside; more than any does, as none skips quotes."""
FIGURE = re.compile(r"-?[\d.]+")
PIECES = [
    *"=+-@ab ,;\"'\t\r\n1",
    "\r\n",
    "=1",
    ";=",
    ';"',
    '";',
    '";"',
    ',"',
    "\uff1d",
    "\uff20",
    "\u00a0",
    "\u3000",
    "\u200b",
]


def rows_of(chance: random.Random) -> list[dict[str, Any]]:
    def text() -> str:
        return "".join(chance.choices(PIECES, k=chance.randrange(9)))

    def figure() -> Any:
        return chance.choice([None, 0, -1, 12, -0.5, 4.35e-7, float("nan"), 2**60])

    return [
        {"team": text(), "kind": text(), "tokens": figure(), "model": text(), "spend": figure()}
        for _ in range(chance.randrange(1, 4))
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_spreadsheet_finds_a_formula(separator: str) -> None:
    chance = random.Random(20261126)  # noqa: S311 - made-up names
    for _ in range(6000):
        rows = rows_of(chance)
        text = to_csv(list(rows[0]), rows)
        # Excel, too, takes what follows a closing quote as more text of the cell
        cells = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) for cell in row]
        assert [cell for cell in cells if RUN.match(cell) and not FIGURE.fullmatch(cell)] == [], repr(text)


def test_each_cell_is_read_as_it_was_but_for_apostrophes() -> None:
    chance = random.Random(20261127)  # noqa: S311 - made-up names
    for _ in range(2000):
        rows = rows_of(chance)
        text = to_csv(list(rows[0]), rows)
        read = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
        for row, found in zip(rows, read, strict=True):
            for column in ("team", "kind", "model"):
                assert found[column].replace("'", "") == row[column].replace("'", "")
