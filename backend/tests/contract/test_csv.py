"""The five answers as CSV: the same rows as the JSON, and nothing that a spreadsheet would run."""

import csv
import io
import re
from typing import Any

import pytest

from tests.contract.answers import Items, keys_of, models_of, points_of
from tests.contract.comparison import equal
from tests.contract.dashboard import RANGE_ENDPOINTS, Dashboard
from tests.contract.period import Period

RUN_BY_A_SPREADSHEET = re.compile(r"(?:^|.*[;\t\r\n])\s*[=+\-@]|\s*[\t\r]", re.DOTALL)
FIGURE = re.compile(r"-?[\d.]+")
COLUMNS = {
    "/tokens": {"team", "team_id", "kind", "api_key", "key_alias", "model_name", "tokens", "spend"},
    "/tokens/timeseries": {"date", "team", "team_id", "kind", "tokens", "total_requests"},
    "/tokens/models": {"model", "label", "tokens"},
    "/tokens/success-rate": {"team", "team_id", "kind", "total_requests", "success_rate"},
    "/tokens/cost-efficiency": {"team", "team_id", "model", "total_cost", "cost_per_1k_tokens"},
}


def flat(path: str, answer: dict[str, Any]) -> Items:
    """Return a JSON answer as rows: of `/tokens`, a row for each model of a key, and for each idle team."""
    if path == "/tokens":
        return [row for team in answer["teams"] for row in team_rows(team)]
    items = {
        "/tokens/timeseries": lambda: points_of(answer["timeseries"]),
        "/tokens/models": lambda: answer["models"],
        "/tokens/success-rate": lambda: answer["teams"],
        "/tokens/cost-efficiency": lambda: answer["cells"],
    }[path]()
    return [{"team": item.get("name"), **item} for item in items]


def team_rows(team: dict[str, Any]) -> Items:
    keys = keys_of([team])
    head = {"team": team["name"], "team_id": team["team_id"], "kind": team["kind"]}
    if not keys:
        return [team | head]
    aliases = {key["api_key"]: key["key_alias"] for key in keys}
    return [
        {**row, **head, "tokens": row["total_tokens"], "key_alias": aliases[row["api_key"]]}
        for row in models_of(keys)
    ]


def read(text: str) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    rows = list(reader)
    assert all(None not in row and None not in row.values() for row in rows), "a row of another length"
    return rows


def is_cell_of(value: Any, cell: str) -> bool:
    """Tell whether a cell shows a value: figures in full, text unharmed, or defused if it needs that."""
    if value is None:
        return cell == ""
    if isinstance(value, int):
        return cell == str(value)
    if isinstance(value, float):
        return equal(value, float(cell))
    return cell.replace("'", "") == value.replace("'", "") and not RUN_BY_A_SPREADSHEET.match(cell)


@pytest.mark.parametrize("path", RANGE_ENDPOINTS)
def test_csv_has_the_rows_of_the_json(dashboard: Dashboard, period: Period, path: str) -> None:
    expected = flat(path, dashboard.get(path, period))
    rows = read(dashboard.csv(path, period))
    assert len(rows) == len(expected)
    for row, right in zip(rows, expected, strict=True):
        assert row.keys() >= COLUMNS[path]
        wrong = {
            name: (right.get(name), cell) for name, cell in row.items() if not is_cell_of(right.get(name), cell)
        }
        assert not wrong, f"JSON and CSV differ in {wrong} of {right}"


@pytest.mark.parametrize("path", RANGE_ENDPOINTS)
def test_no_cell_is_run_by_a_spreadsheet(dashboard: Dashboard, everything: Period, path: str) -> None:
    cells = [cell for row in read(dashboard.csv(path, everything)) for cell in row.values()]
    assert [cell for cell in cells if RUN_BY_A_SPREADSHEET.match(cell) and not FIGURE.fullmatch(cell)] == []


def test_without_a_breakdown_csv_has_a_row_for_each_team(dashboard: Dashboard, everything: Period) -> None:
    response = dashboard.ask("/tokens", everything, format="csv", breakdown="false")
    teams = dashboard.get("/tokens", everything)["teams"]
    assert [row["team_id"] for row in read(response.content.decode("utf-8-sig"))] == [
        team["team_id"] or "" for team in teams
    ]
