"""Services go by names of their own, for whoever calls them: they tell what the routes answer."""

import datetime as dt
from typing import Annotated, Any

import orjson
import pytest
from fastapi import Depends, FastAPI, Response
from fastapi.testclient import TestClient

from src.api import reports
from src.api.answers import to_json
from src.api.audience import INSIDERS
from src.api.usage_report import UsageReport
from src.utils import dependency_config as factories
from tests.api.dataset import RANGE

DECLARED = {report.name: report for report in reports.REPORTS if isinstance(report, UsageReport)}
NAMED = [
    ("tokens", "", factories.get_token_aggregation_service, "fetch_total_tokens_per_team"),
    ("timeseries", "/timeseries", factories.get_time_series_service, "fetch_daily_timeseries_per_team"),
    ("models", "/models", factories.get_model_usage_service, "fetch_model_usage"),
    ("success-rate", "/success-rate", factories.get_success_rate_service, "fetch_team_success_rate_summary"),
    ("cost-efficiency", "/cost-efficiency", factories.get_cost_efficiency_service, "fetch_cost_efficiency"),
]


def rows_by_name(app: FastAPI, declared: UsageReport, get_service: Any, method: str, **options: bool) -> Any:
    """Return what a service has for the range, in the form of its route."""

    async def ask(service: Annotated[Any, Depends(get_service)]) -> Response:
        report = await getattr(service, method)(*map(dt.date.fromisoformat, RANGE.values()), **options)
        return Response(to_json({"rows": declared.shaped(report.rows(), INSIDERS, report.names.directory)}))

    app.router.add_api_route("/asked-by-name", ask)
    return orjson.loads(TestClient(app).get("/asked-by-name").content)["rows"]


@pytest.mark.parametrize(("name", "path", "get_service", "method"), NAMED, ids=[name for name, *_ in NAMED])
def test_a_service_tells_what_its_route_answers(
    app: FastAPI, name: str, path: str, get_service: Any, method: str
) -> None:
    declared = DECLARED[name]
    answered = TestClient(app).get(f"/tokens{path}", params=RANGE).json()[declared.field]
    assert answered
    assert rows_by_name(app, declared, get_service, method) == answered


def test_the_service_leaves_out_keys_as_its_route_does(app: FastAPI) -> None:
    answered = TestClient(app).get("/tokens", params={**RANGE, "breakdown": "false"}).json()["teams"]
    named = factories.get_token_aggregation_service, "fetch_total_tokens_per_team"
    assert rows_by_name(app, DECLARED["tokens"], *named, breakdown=False) == answered
