"""`/config` for the page, `/health` and `/ready` for whoever runs the dashboard."""

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import MakeApp
from tests.api.dataset import RANGE
from tests.api.test_error_table import assert_error
from tests.conftest import SettableClock
from tests.fake_gateway.server import FakeGateway

pytestmark = pytest.mark.usefixtures("pauses")


def test_the_page_is_told_what_it_needs(make_app: MakeApp) -> None:
    assert TestClient(make_app()).get("/config").json() == {
        "title": "Tokens Leaderboard 🏆",
        "subtitle": "AI Bootcamp",
        "demo": False,
        "auth_required": False,
        "public_mode": False,
        "live_ttl_seconds": 30,
        "first_day": "2023-01-01",
        "studio": False,
    }


def test_the_page_is_told_what_was_set(make_app: MakeApp) -> None:
    app = make_app(
        leaderboard_title="<T>",
        leaderboard_subtitle="S",
        leaderboard_demo=True,
        server_basic_auth_token="t",
        live_ttl_seconds=5,
    )
    body = TestClient(app).get("/config").json()
    assert (body["title"], body["subtitle"], body["demo"]) == ("<T>", "S", True)
    assert (body["auth_required"], body["live_ttl_seconds"]) == (True, 5)


def test_demo_data_is_marked_as_such(make_app: MakeApp, gateway: FakeGateway) -> None:
    app = make_app(gateway.client(), leaderboard_demo=True)
    assert TestClient(app).get("/tokens", params=RANGE).json()["meta"]["source"] == "demo"


def test_a_process_without_a_gateway_is_alive(make_app: MakeApp) -> None:
    response = TestClient(make_app()).get("/health")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_it_is_ready_once_the_gateway_answered(api: TestClient, gateway: FakeGateway) -> None:
    response = api.get("/ready")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ready",
        "gateway": {"state": "reachable", "checked_at": "2025-03-20T12:00:00Z"},
        "data_as_of": None,
        "data_age_seconds": None,
        "history": None,
    }
    api.get("/ready")
    assert len(gateway.requests) == 1


def test_it_tells_how_old_the_data_is(api: TestClient, clock: SettableClock) -> None:
    api.get("/tokens", params=RANGE)
    clock.move(minutes=2)
    body = api.get("/ready").json()
    assert (body["data_as_of"], body["data_age_seconds"]) == ("2025-03-20T12:00:00Z", 120)


@pytest.mark.parametrize(("status", "state"), [(401, "gateway_rejected_key"), (503, "gateway_unavailable")])
def test_it_is_not_ready_while_a_gateway_fails_that_never_answered(
    api: TestClient, gateway: FakeGateway, status: int, state: str
) -> None:
    gateway.fail(status)
    response = api.get("/ready")
    assert response.status_code == 503
    assert (response.json()["status"], response.json()["gateway"]["state"]) == ("unavailable", state)
    assert gateway.knows.api_key not in response.text


def test_it_stays_ready_with_data_while_the_gateway_is_down(api: TestClient, gateway: FakeGateway) -> None:
    api.get("/tokens", params=RANGE)
    gateway.fail(503)
    api.get("/tokens", params={"start_date": "2025-03-01", "end_date": "2025-03-02"})
    response = api.get("/ready")
    assert (response.status_code, response.json()["gateway"]["state"]) == (200, "gateway_unavailable")


def test_it_becomes_ready_when_the_gateway_is_back(
    api: TestClient, gateway: FakeGateway, clock: SettableClock
) -> None:
    gateway.fail(503)
    assert api.get("/ready").status_code == 503
    gateway.recover()
    clock.move(minutes=1)
    assert api.get("/ready").status_code == 200


def test_without_configuration_it_is_not_ready_and_says_why(make_app: MakeApp) -> None:
    told = "LITELLM_BASE_URL is missing: set it to the address of the LiteLLM gateway."
    assert_error(TestClient(make_app()).get("/ready"), 502, "gateway_unavailable", told)


def test_the_api_describes_itself(api: TestClient) -> None:
    paths = api.get("/openapi.json").json()["paths"]
    assert {"/tokens", "/tokens/hourly", "/config", "/health", "/ready"} <= paths.keys()
