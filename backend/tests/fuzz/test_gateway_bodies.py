"""Hypothesis answers for the gateway. Whatever it says, the dashboard answers no 500 and quotes nothing."""

import copy
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from src.utils.endpoint_utils import ERRORS
from tests.api.dataset import ENDPOINTS
from tests.fake_gateway.faults import Request
from tests.fake_gateway.server import FakeGateway
from tests.fuzz.conftest import app_on, knowledge

RANGE = {"start_date": "2026-11-19", "end_date": "2026-11-20"}
# What each endpoint of the gateway is asked for, and by which of ours.
ASKED = {
    "/team/list": ({}, "/tokens"),
    "/team/daily/activity": ({**RANGE, "page": "1", "page_size": "5000"}, "/tokens"),
    "/model/info": ({}, "/tokens/models"),
    "/spend/logs/v2": (
        {"start_date": "2026-11-19 00:00:00", "end_date": "2026-11-20 23:59:59", "page": "1", "page_size": "1000"},
        "/tokens/hourly",
    ),
}
DECLARED = {(problem.status, problem.code) for _, problem in ERRORS}
SECRET = "sk-planted"

fuzzed = settings(max_examples=12, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
numbers = st.integers() | st.floats() | st.sampled_from([0, -1, 2**63, 10**30, float("nan"), float("inf")])
texts = st.text(max_size=20) | st.sampled_from(["", "2026-13-45", "0001-01-01", "9999-12-31", SECRET])
scalars = st.none() | st.booleans() | numbers | texts
values = st.recursive(
    scalars,
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(st.text(max_size=10) | texts, parts, max_size=4),
    max_leaves=12,
)
statuses = st.sampled_from([200, 200, 200, 201, 204, 301, 400, 401, 403, 404, 418, 422, 429, 500])


@pytest.fixture(autouse=True)
def _at_once(pauses: list[float]) -> None:
    """Let retries take no time."""


def right_answer(path: str) -> Any:
    """Return what the gateway rightly answers."""
    knows = knowledge()
    query, _ = ASKED[path]
    request = Request("GET", path, path, query, {"authorization": f"Bearer {knows.api_key}"})
    answer = knows.answer(request)
    assert answer.status == 200
    return json.loads(answer.body)


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the ways to all parts of a JSON value, itself included."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way, *(place for key, part in parts for place in places(part, (*way, key)))]


def replaced(value: Any, way: tuple[Any, ...], other: Any) -> Any:
    """Return a copy of a JSON value with `other` in one place."""
    if not way:
        return other
    whole = copy.deepcopy(value)
    part = whole
    for key in way[:-1]:
        part = part[key]
    part[way[-1]] = other
    return whole


def ask_all(path: str, status: int, body: Any) -> None:
    """Ask for everything while one endpoint of the gateway answers so, and fail where that breaks something."""
    with FakeGateway(knowledge()) as gateway:
        gateway.fail(status, body, path=path)
        app = app_on(gateway)
        api = TestClient(app, raise_server_exceptions=False)
        for endpoint in dict.fromkeys((ASKED[path][1], *ENDPOINTS, "/ready")):
            answer = api.get(endpoint, params=RANGE)
            if answer.status_code >= 400 and endpoint != "/ready":
                told = answer.json()
                assert answer.status_code != 500, (endpoint, told)
                assert (answer.status_code, told["code"]) in DECLARED
                assert SECRET not in told["detail"]
                assert gateway.address not in answer.text
        app.state.leaderboard.close()


@pytest.mark.parametrize("path", ASKED)
@given(data=st.data())
@fuzzed
def test_an_answer_with_something_else_in_one_place_breaks_nothing(path: str, data: st.DataObject) -> None:
    right = right_answer(path)
    way = data.draw(st.sampled_from(places(right)))
    ask_all(path, 200, json.dumps(replaced(right, way, data.draw(values))))


@pytest.mark.parametrize("path", ASKED)
@given(status=statuses, body=values.map(json.dumps).map(str.encode) | st.binary(max_size=200))
@fuzzed
def test_an_answer_that_is_nothing_like_it_breaks_nothing(path: str, status: int, body: bytes) -> None:
    ask_all(path, status, body)
