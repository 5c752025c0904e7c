"""The API's description: complete, true to the code, and the same as the committed file."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from fastapi.testclient import TestClient

from src.api import examples
from src.core.http.errors import HTTP_CODES
from src.utils.endpoint_utils import ERRORS
from tests.api.conftest import MakeApp
from tests.api.dataset import DECLARED, ENDPOINTS, RANGE, REPORTS
from tests.fake_gateway.server import FakeGateway

COMMITTED = Path(__file__).resolve().parents[2] / "openapi.json"


@pytest.fixture
def schema(make_app: MakeApp) -> dict[str, Any]:
    """Return what the app says of itself."""
    return TestClient(make_app()).get("/openapi.json").json()


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in schema["paths"].items():
        assert set(methods) == {"get"}
        yield path, methods["get"]


def resolved(schema: dict[str, Any], model: Any) -> dict[str, Any]:
    """Return a model's schema with the parts that it refers to, as a validator takes it."""
    return {**model, "components": schema["components"]}


def test_the_committed_file_is_what_the_code_says(make_app: MakeApp) -> None:
    schema = TestClient(make_app(studio=True)).get("/openapi.json").json()
    assert json.loads(COMMITTED.read_text()) == schema, "run: make openapi"


def test_the_version_is_that_of_the_project(schema: dict[str, Any]) -> None:
    project = tomllib.loads((COMMITTED.parent / "pyproject.toml").read_text())["project"]
    assert schema["info"]["version"] == project["version"]


def test_every_route_is_described(schema: dict[str, Any]) -> None:
    assert {*ENDPOINTS, "/config", "/health", "/ready", "/metrics"} <= set(schema["paths"])
    for path, operation in operations(schema):
        assert operation["summary"], path
        assert operation["description"].endswith("."), path
        assert len(operation["tags"]) == 1, path
        assert {"200", "414", "431", "500"} <= set(operation["responses"]), path
        assert "422" not in operation["responses"], path


def test_every_parameter_and_field_says_what_it_is(schema: dict[str, Any]) -> None:
    for path, operation in operations(schema):
        for parameter in operation.get("parameters", []):
            assert parameter["description"].endswith("."), (path, parameter["name"])
            assert "anyOf" not in parameter["schema"], "a query has no null"
    for name, model in schema["components"]["schemas"].items():
        assert model["description"], name
        for field, part in model["properties"].items():
            assert "$ref" in part or part.get("description", "").endswith("."), (name, field)


def test_every_answer_has_an_example_that_is_one(schema: dict[str, Any]) -> None:
    for path, operation in operations(schema):
        for status, response in operation["responses"].items():
            for kind, content in response.get("content", {}).items():
                shown = [example["value"] for example in content.get("examples", {}).values()]
                shown += [content["example"]] if "example" in content else []
                assert shown, (path, status, kind)
                for example in shown:
                    jsonschema.validate(example, resolved(schema, content["schema"]))


@pytest.mark.parametrize("path", ENDPOINTS)
def test_examples_are_of_the_same_usage(schema: dict[str, Any], path: str) -> None:
    example = schema["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["example"]
    DECLARED[path].model.model_validate(example)
    tokens, spend = sum_of(example)
    assert tokens == examples.META["totals"]["tokens"]
    assert spend is None or spend == pytest.approx(examples.META["totals"]["spend"])


def sum_of(example: dict[str, Any]) -> tuple[int, float | None]:
    """Return the tokens and the cost of all leaves of an example, those of all where it tells none."""
    (field,) = set(example) - {"meta", "timezone", "coverage"}
    rows = example[field]
    if field == "timeseries":
        rows = [team for day in rows for team in day["teams"]]
    if "breakdown" in rows[0]:
        keys = [key for team in rows for key in team["breakdown"]["api_keys"]]
        assert sum(team["tokens"] for team in rows) == sum(key["total_tokens"] for key in keys)
        rows = [model for key in keys for model in key["models"]]
    if "success_rate" in rows[0]:
        assert sum(row["total_requests"] for row in rows) == examples.META["totals"]["api_requests"]
        return examples.META["totals"]["tokens"], None
    tokens = sum(row.get("tokens", row.get("total_tokens")) for row in rows)
    costs = [row.get("spend", row.get("total_cost")) for row in rows]
    return tokens, None if None in costs else sum(costs)


def test_every_code_has_a_sentence(schema: dict[str, Any]) -> None:
    codes = {problem.code for _, problem in ERRORS} | {HTTP_CODES[404]}
    assert set(examples.SENTENCES) == codes
    assert all(sentence.endswith(".") for sentence in examples.SENTENCES.values())


def test_every_error_of_the_table_is_declared_under_its_status(schema: dict[str, Any]) -> None:
    declared = {
        (int(status), code)
        for _, operation in operations(schema)
        for status, response in operation["responses"].items()
        for code in response.get("content", {}).get("application/json", {}).get("examples", {})
    }
    assert declared == {(problem.status, problem.code) for _, problem in ERRORS}


@pytest.mark.parametrize("path", REPORTS)
def test_reports_are_declared_as_json_and_csv_and_as_unchanged(schema: dict[str, Any], path: str) -> None:
    responses = schema["paths"][path]["get"]["responses"]
    assert set(responses["200"]["content"]) == {"application/json", "text/csv"}
    assert {"ETag", "X-Request-ID", "Content-Disposition"} <= set(responses["200"]["headers"])
    assert "content" not in responses["304"]
    assert "Retry-After" in responses["503"]["headers"]
    assert "WWW-Authenticate" in responses["401"]["headers"]


def test_usage_and_metrics_take_the_token_and_others_do_not(schema: dict[str, Any]) -> None:
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for path, operation in operations(schema):
        assert bool(operation.get("security")) == path.startswith(("/tokens", "/metrics")), path
    text = json.dumps(schema["paths"])
    assert '"authorization"' not in text


@pytest.mark.parametrize("public", [False, True])
def test_answers_are_as_declared_also_to_the_public(
    make_app: MakeApp, gateway: FakeGateway, schema: dict[str, Any], public: bool
) -> None:
    api = TestClient(make_app(gateway.client(), public_mode=public))
    for path in ENDPOINTS:
        content = schema["paths"][path]["get"]["responses"]["200"]["content"]
        answer = api.get(path, params=RANGE)
        jsonschema.validate(answer.json(), resolved(schema, content["application/json"]["schema"]))
        assert ("spend" in answer.text) is not public or path.endswith(("success-rate", "hourly"))


def test_what_is_hidden_in_public_mode_says_so(schema: dict[str, Any]) -> None:
    team = schema["components"]["schemas"]["TeamOut"]
    assert "public mode" in team["properties"]["spend"]["description"]
    assert "spend" not in team["required"]
    assert "tokens" in team["required"]


def test_fastapis_own_pages_that_load_from_elsewhere_are_not_there(make_app: MakeApp) -> None:
    api = TestClient(make_app())
    assert [api.get(path).status_code for path in ("/docs", "/redoc", "/docs/oauth2-redirect")] == [404] * 3
