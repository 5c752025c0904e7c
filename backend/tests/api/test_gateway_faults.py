"""A gateway that fails, over HTTP: each fault its code, older figures where there are some, nothing given away."""

import time
from typing import Any

import pytest
from fastapi.testclient import TestClient

from src.client.api_client import PROBE
from tests.api.dataset import ENDPOINTS, RANGE, REPORTS
from tests.conftest import SettableClock
from tests.days import MONDAY
from tests.fake_gateway.faults import proxy_error
from tests.fake_gateway.server import FakeGateway

pytestmark = pytest.mark.usefixtures("pauses")

FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "key unknown": ({"status": 401, "body": proxy_error(401, "unknown")}, "gateway_rejected_key"),
    "key may not": ({"status": 403}, "gateway_forbidden"),
    "team unknown": ({"status": 404, "body": {"detail": {"error": "no"}}}, "gateway_forbidden"),
    "not LiteLLM": ({"status": 404, "body": "<html>"}, "gateway_invalid_response"),
    "rate limit": ({"status": 429}, "gateway_rate_limited"),
    "error": ({"status": 500}, "gateway_unavailable"),
    "unavailable": ({"status": 503}, "gateway_unavailable"),
    "HTML": ({"body": "<html><h1>Sign in</h1>"}, "gateway_invalid_response"),
    "truncated JSON": ({"body": '{"results": [{"da'}, "gateway_invalid_response"),
    "truncated body": ({"body": "{}", "missing_bytes": 50}, "gateway_unavailable"),
    "nothing": ({"body": ""}, "gateway_invalid_response"),
    "dropped": ({"drop": True}, "gateway_unavailable"),
    "redirect": ({"status": 302, "headers": {"Location": "http://elsewhere.invalid"}}, "gateway_invalid_response"),
}
ACTIVITY = "/team/daily/activity"


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("path", ["/tokens", "/tokens/hourly"])
def test_a_fault_is_told_in_a_sentence_and_over_when_it_is_over(
    api: TestClient, gateway: FakeGateway, caplog: pytest.LogCaptureFixture, fault: str, path: str
) -> None:
    caplog.set_level("INFO")
    how, code = FAULTS[fault]
    gateway.fail(**how)
    response = api.get(path, params=RANGE)
    assert (response.status_code, response.json()["code"]) == (502, code)
    assert response.json()["detail"].endswith(".")
    for secret in (gateway.knows.api_key, gateway.address, "Traceback"):
        assert secret not in response.text + caplog.text
    gateway.recover()
    assert api.get(path, params=RANGE).status_code == 200


def test_a_gateway_that_asks_for_a_pause_gets_it_from_everybody(
    api: TestClient, gateway: FakeGateway, clock: SettableClock
) -> None:
    gateway.fail(429, headers={"Retry-After": "30"})
    assert api.get("/tokens", params=RANGE).status_code == 502
    gateway.recover()
    gateway.requests.clear()
    clock.move(seconds=20)
    for path in (*ENDPOINTS, "/ready"):
        response = api.get(path, params=RANGE)
        assert response.status_code >= 502
    assert api.get("/tokens", params=RANGE).headers["Retry-After"] == "10"
    assert gateway.requests == []
    clock.move(seconds=10)
    assert api.get("/tokens", params=RANGE).status_code == 200


@pytest.mark.parametrize("path", ENDPOINTS)
def test_a_gateway_that_does_not_answer_in_time_is_a_504(make_app: Any, gateway: FakeGateway, path: str) -> None:
    gateway.hold()
    api = TestClient(make_app(gateway.client(read_timeout=0.05)))
    response = api.get(path, params=RANGE)
    assert (response.status_code, response.json()["code"]) == (504, "gateway_timeout")


def test_a_gateway_without_spend_logs_has_everything_but_hours(api: TestClient, gateway: FakeGateway) -> None:
    gateway.knows.has_spend_logs = False
    response = api.get("/tokens/hourly", params=RANGE)
    assert (response.status_code, response.json()["code"]) == (502, "spend_logs_unavailable")
    assert all(api.get(path, params=RANGE).status_code == 200 for path in REPORTS)


@pytest.mark.parametrize("path", ENDPOINTS)
def test_known_days_are_served_while_the_gateway_is_down(api: TestClient, gateway: FakeGateway, path: str) -> None:
    before = api.get(path, params=RANGE).json()
    gateway.fail(503)
    assert api.get(path, params=RANGE).json() == before


def test_older_figures_are_marked_as_such(api: TestClient, gateway: FakeGateway, clock: SettableClock) -> None:
    clock.move(days=-9)
    before = api.get("/tokens", params=RANGE).json()
    gateway.fail(503)
    clock.move(minutes=5)
    after = api.get("/tokens", params=RANGE).json()
    assert (before["meta"]["stale"], after["meta"]["stale"]) == (False, True)
    assert after["meta"]["as_of"] == before["meta"]["as_of"] == "2025-03-11T12:00:00Z"
    assert after["teams"] == before["teams"]


def test_figures_that_do_not_change_are_marked_while_nothing_answers_and_no_longer_than_that(
    make_app: Any, gateway: FakeGateway, clock: SettableClock
) -> None:
    api = TestClient(make_app(gateway.client(read_timeout=0.05)))
    before = api.get("/tokens", params=RANGE).json()
    hold = gateway.hold()
    clock.move(minutes=5)
    assert api.get("/tokens", params=RANGE).json()["meta"] == {**before["meta"], "stale": True}
    hold.release()
    clock.move(seconds=2)
    assert api.get("/tokens", params=RANGE).json() == before


def test_a_long_range_comes_whole_after_an_answer_that_took_too_long(make_app: Any, gateway: FakeGateway) -> None:
    api = TestClient(make_app(gateway.client(read_timeout=0.5)))
    hold = gateway.hold(ACTIVITY)
    assert api.get("/tokens", params=RANGE).status_code == 504
    hold.release()
    gateway.on_request = lambda request: time.sleep(0.1) if request.path == PROBE else None
    meta = api.get("/tokens", params={"start_date": "2024-12-01", "end_date": "2025-02-28"}).json()["meta"]
    assert (meta["complete"], meta["missing_days"]) == (True, [])


def test_a_passing_fault_on_every_page_loses_nothing(make_app: Any, gateway: FakeGateway) -> None:
    app = make_app(gateway.client(), litellm_page_size=1)
    gateway.on_request = lambda request: gateway.fail(503, times=1) if len(gateway.requests) % 3 == 0 else None
    body = TestClient(app).get("/tokens", params=RANGE).json()
    assert body["meta"]["totals"]["tokens"] == 697
    assert body["meta"]["complete"]


def test_labels_fail_alone(api: TestClient, gateway: FakeGateway) -> None:
    gateway.fail(500, path="/model/info")
    body = api.get("/tokens/models", params=RANGE).json()
    assert [(model["model"], model["label"]) for model in body["models"]] == [
        ("gpt", "gpt"),
        ("Acme/claude", "Acme/claude"),
        ("(unknown)", "(unknown)"),
    ]


def test_nulls_where_numbers_belong_are_zeros(api: TestClient, gateway: FakeGateway) -> None:
    team = {"metrics": None, "metadata": None, "api_key_breakdown": {"k": {"metrics": {"spend": None}}}}
    day = {"date": MONDAY, "metrics": None, "breakdown": {"entities": {"red": team}, "model_groups": None}}
    gateway.fail(body={"results": [day], "metadata": {}}, path=ACTIVITY)
    body = api.get("/tokens", params=RANGE).json()
    assert body["meta"]["totals"]["tokens"] == 0
    assert {found["name"] for found in body["teams"]} == {"Red", "Blue", "idle"}
