"""CSV: the same figures as JSON, safe to open in a spreadsheet."""

import csv
import io
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.dataset import RANGE, REPORTS, TOTALS
from tests.days import MONDAY, TUESDAY, used
from tests.fake_gateway.server import FakeGateway


def table(api: TestClient, path: str, **params: str) -> list[dict[str, str]]:
    response = api.get(path, params={**RANGE, **params, "format": "csv"})
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("path", REPORTS)
def test_a_report_comes_as_a_file_with_a_name(api: TestClient, path: str) -> None:
    response = api.get(path, params={**RANGE, "format": "csv"})
    name = path.removeprefix("/tokens").strip("/") or "tokens"
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"] == (
        f'attachment; filename="leaderboard-{name}-{MONDAY}-{TUESDAY}.csv"'
    )
    assert response.text.count("\r\n") == response.text.count("\n")
    assert response.text.startswith("\ufeff"), "without a byte order mark, Excel reads no UTF-8"


def test_a_table_says_beside_itself_what_meta_says(api: TestClient) -> None:
    meta = api.get("/tokens", params=RANGE).json()["meta"]
    headers = api.get("/tokens", params={**RANGE, "format": "csv"}).headers
    assert headers["leaderboard-as-of"] == f"{meta['as_of'][:19]}Z"
    assert (headers["leaderboard-stale"], headers["leaderboard-complete"]) == ("false", "true")
    assert "leaderboard-missing-days" not in headers


@pytest.mark.usefixtures("pauses")
def test_an_incomplete_table_says_so_in_its_name_too(api: TestClient, gateway: FakeGateway) -> None:
    api.get("/tokens", params=dict.fromkeys(RANGE, MONDAY))
    gateway.fail(503)
    response = api.get("/tokens", params={**RANGE, "format": "csv"})
    assert response.status_code == 200
    assert response.headers["leaderboard-complete"] == "false"
    assert response.headers["leaderboard-missing-days"] == TUESDAY
    assert f"{TUESDAY}-incomplete.csv" in response.headers["content-disposition"]


COLUMNS = {
    "/tokens": (
        "team,team_id,kind,api_key,key_alias,model_name,tokens,prompt_tokens,completion_tokens,"
        "cache_read_input_tokens,cache_creation_input_tokens,spend,api_requests,successful_requests,failed_requests"
    ),
    "/tokens/timeseries": (
        "date,team,team_id,kind,tokens,prompt_tokens,completion_tokens,total_requests,successful_requests,"
        "failed_requests,spend"
    ),
    "/tokens/models": (
        "model,label,tokens,prompt_tokens,completion_tokens,spend,api_requests,successful_requests,failed_requests"
    ),
    "/tokens/success-rate": ("team,team_id,kind,total_requests,successful_requests,failed_requests,success_rate"),
    "/tokens/cost-efficiency": "team,team_id,kind,model,cost_per_1k_tokens,total_cost,total_tokens",
}


@pytest.mark.parametrize("path", COLUMNS)
def test_a_report_has_its_columns(api: TestClient, path: str) -> None:
    assert list(table(api, path)[0]) == COLUMNS[path].split(",")


@pytest.mark.parametrize(
    ("path", "sums"),
    [
        ("/tokens", {"tokens": "tokens", "spend": "spend", "api_requests": "api_requests"}),
        ("/tokens/timeseries", {"tokens": "tokens", "spend": "spend", "api_requests": "total_requests"}),
        ("/tokens/models", {"tokens": "tokens"}),
        ("/tokens/success-rate", {"api_requests": "total_requests", "failed_requests": "failed_requests"}),
        ("/tokens/cost-efficiency", {"tokens": "total_tokens", "spend": "total_cost"}),
    ],
)
def test_columns_add_up_to_the_totals(api: TestClient, path: str, sums: dict[str, str]) -> None:
    rows = table(api, path)
    for total, column in sums.items():
        assert sum(float(row[column]) for row in rows) == TOTALS[total]


def test_without_a_breakdown_there_is_a_row_for_each_team(api: TestClient) -> None:
    rows = table(api, "/tokens", breakdown="false")
    assert [(row["team"], row["tokens"]) for row in rows] == [
        ("Blue", "500"),
        ("Red", "175"),
        ("gone", "20"),
        ("Unassigned", "2"),
        ("idle", "0"),
    ]


def test_with_a_breakdown_there_is_a_row_for_each_model_and_one_for_an_idle_team(api: TestClient) -> None:
    rows = table(api, "/tokens")
    assert [(row["team"], row["api_key"], row["model_name"], row["tokens"]) for row in rows] == [
        ("Blue", "k-blue", "gpt", "500"),
        ("Blue", "k-blue", "(unknown)", "0"),
        ("Red", "k-red", "gpt", "150"),
        ("Red", "k-red", "Acme/claude", "15"),
        ("Red", "k-two", "gpt", "10"),
        ("gone", "k-gone", "gpt", "20"),
        ("Unassigned", "", "gpt", "2"),
        ("idle", "", "", "0"),
    ]


def test_null_is_an_empty_cell_and_figures_are_in_full(api: TestClient) -> None:
    rates = {row["team"]: row["success_rate"] for row in table(api, "/tokens/success-rate")}
    body: Any = api.get("/tokens/success-rate", params=RANGE).json()
    assert rates["idle"] == ""
    assert float(rates["Blue"]) == body["teams"][0]["success_rate"]


FORMULAS = [
    "=1+1",
    "+1",
    "-cmd",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\uff1d1+1",
    '=HYPERLINK("http://x","y")',
]


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_in_names_are_text(api: TestClient, gateway: FakeGateway, text: str) -> None:
    gateway.knows.teams = {text: None, "red": f"{text} "}
    gateway.knows.rows = [used("red", "k", text, 1, key_alias=text), used(text, text, "gpt", 1)]
    rows = [row for path in REPORTS for row in table(api, path)]
    cells = [cell for row in rows for cell in row.values() if text.strip() in cell]
    assert len(cells) > 10
    assert [cell for cell in cells if not cell.startswith("'")] == []


@pytest.mark.parametrize("name", ["a,b", 'a "b" c', "a\nb", "a\r\nb", "a;b", "<b>", "🦊", "1", "'quoted'"])
def test_any_name_stays_in_its_cell(api: TestClient, gateway: FakeGateway, name: str) -> None:
    gateway.knows.teams = {"red": name}
    assert [row["team"] for row in table(api, "/tokens", breakdown="false")].count(name) == 1


def test_hours_come_as_json_alone(api: TestClient) -> None:
    response = api.get("/tokens/hourly", params=RANGE)
    assert response.headers["content-type"] == "application/json"
