"""What is declared of a report is all that it takes: a route, JSON, CSV and documentation are made of it."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from src.api import reports
from src.api.audience import HIDDEN_FROM_THE_PUBLIC
from src.api.fields import Meta, Out, Requests, Usd
from src.api.usage_report import Endpoint, UsageReport, largest_first
from src.services.report import Row
from src.services.team_service import TeamDirectory
from src.services.usage import Usage
from tests.api.conftest import MakeApp
from tests.api.dataset import RANGE, TOTALS, meta
from tests.fake_gateway.server import FakeGateway

TOKEN = {"Authorization": "Bearer t"}
# Words in the names of fields that are not for everybody.
TELLING = ("cost", "spend", "price", "api_key", "alias")


class ModelCost(Out):
    """What a model cost."""

    label: str
    requests: Requests
    spend: Usd


class CostsOut(Out):
    """Every model."""

    meta: Meta
    costs: list[ModelCost]


def dearest_first(usage: Usage, directory: TeamDirectory, labels: Mapping[str, str]) -> list[Row]:
    rows = usage.by("model").sort("spend", descending=True).iter_rows(named=True)
    return [
        {"label": labels.get(row["model"], row["model"]), "requests": row["api_requests"], "spend": row["spend"]}
        for row in rows
    ]


EXAMPLE = {"costs": [{"label": "openai/gpt-5", "requests": 18, "spend": 0.0131}]}
COSTS = UsageReport(
    name="costs-of-models",
    summary="Cost per model",
    description="Tell what each model cost.",
    model=CostsOut,
    group=dearest_first,
    needs_labels=True,
    public_order=largest_first("requests", "label"),
    example=EXAMPLE,
)
BY_COST = [("gpt", 0.71875), ("claude", 0.25), ("(unknown)", 0.0)]
BY_REQUESTS = ["gpt", "(unknown)", "claude"]


def with_costs(app: FastAPI) -> TestClient:
    COSTS.add_to(app.router)
    return TestClient(app)


@pytest.fixture
def api(make_app: MakeApp, gateway: FakeGateway) -> TestClient:
    """Return the app with one report more."""
    return with_costs(make_app(gateway.client()))


def test_it_answers_at_its_name_with_what_it_groups(api: TestClient) -> None:
    body = api.get("/costs-of-models", params=RANGE).json()
    assert body["meta"] == meta()
    assert [(row["label"], row["spend"]) for row in body["costs"]] == BY_COST
    assert sum(row["requests"] for row in body["costs"]) == TOTALS["api_requests"]


def test_its_table_has_the_columns_of_its_model(api: TestClient) -> None:
    answer = api.get("/costs-of-models", params=RANGE | {"format": "csv"})
    assert "leaderboard-costs-of-models-" in answer.headers["Content-Disposition"]
    header, *lines = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert header == ["label", "requests", "spend"]
    assert [(label, float(spend)) for label, _, spend in lines] == BY_COST


def test_it_is_sent_again_while_nothing_has_changed(api: TestClient) -> None:
    tag = api.get("/costs-of-models", params=RANGE).headers["ETag"]
    again = api.get("/costs-of-models", params=RANGE, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_the_public_sees_neither_cost_nor_an_order_by_cost(make_app: MakeApp, gateway: FakeGateway) -> None:
    app = make_app(gateway.client(), public_mode=True, server_basic_auth_token="t")
    api = with_costs(app)
    told = api.get("/costs-of-models", params=RANGE).json()["costs"]
    assert [row["label"] for row in told] == BY_REQUESTS
    assert all(set(row) == {"label", "requests"} for row in told)
    table = api.get("/costs-of-models", params=RANGE | {"format": "csv"}).text
    assert table.removeprefix("\ufeff").startswith("label,requests\r\n")
    told = api.get("/costs-of-models", params=RANGE, headers=TOKEN).json()["costs"]
    assert [(row["label"], row["spend"]) for row in told] == BY_COST


def test_labels_are_asked_for_only_by_those_that_need_them(api: TestClient, gateway: FakeGateway) -> None:
    api.get("/tokens/success-rate", params=RANGE)
    assert "/model/info" not in [request.path for request in gateway.requests]
    api.get("/costs-of-models", params=RANGE)
    assert "/model/info" in [request.path for request in gateway.requests]


def test_it_is_documented(api: TestClient) -> None:
    schema: dict[str, Any] = api.get("/openapi.json").json()
    operation = schema["paths"]["/costs-of-models"]["get"]
    assert (operation["operationId"], operation["summary"]) == ("getCostsOfModels", "Cost per model")
    assert operation["description"] == "Tell what each model cost."
    assert [parameter["name"] for parameter in operation["parameters"]] == ["start_date", "end_date", "format"]
    content = operation["responses"]["200"]["content"]
    assert content["application/json"]["schema"] == {"$ref": "#/components/schemas/CostsOut"}
    assert content["text/csv"]["example"] == "label,requests,spend\r\nopenai/gpt-5,18,0.0131\r\n"
    jsonschema.validate(COSTS.whole_example, {"$ref": "#/components/schemas/CostsOut", **schema})


@pytest.mark.parametrize("report", reports.REPORTS, ids=lambda report: report.name)
def test_each_column_of_a_table_has_figures_in_its_example(report: Endpoint) -> None:
    if isinstance(report, UsageReport):
        rows = list(report.flatten(report.example[report.field]))
        assert set(report.columns) <= {name for row in rows for name in row}


def test_all_files_of_the_folder_are_found_and_those_that_lead_come_first() -> None:
    names = [report.name for report in reports.REPORTS]
    files = {path.stem for path in Path(reports.__file__).parent.glob("*.py")} - {"__init__"}
    assert {name.replace("-", "_") for name in names} == files
    assert [name.replace("-", "_") for name in names[: len(reports.FIRST)]] == list(reports.FIRST)


def test_no_field_with_money_or_keys_of_any_report_is_forgotten(make_app: MakeApp) -> None:
    schemas = TestClient(make_app()).get("/openapi.json").json()["components"]["schemas"]
    told = [field for schema in schemas.values() for field in schema["properties"].items()]
    tells = {
        name
        for name, field in told
        if "USD" in field.get("description", "") or any(word in name for word in TELLING)
    }
    assert tells - {"api_keys"} == HIDDEN_FROM_THE_PUBLIC  # api_keys: what was used through each, the list itself
