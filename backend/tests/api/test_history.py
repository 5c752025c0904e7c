"""An app that is running fetches history ahead, keeps it in its store, and serves it without the gateway."""

import logging
import time
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import MakeApp
from tests.api.dataset import RANGE, REPORTS, meta
from tests.conftest import SettableClock
from tests.fake_gateway.server import FakeGateway

pytestmark = pytest.mark.usefixtures("pauses")

SYNC_DAYS = 12  # from the day of the test back to before the data set


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "usage.db"


@pytest.fixture
def start(make_app: MakeApp, gateway: FakeGateway, file: Path) -> Any:
    """Return what makes a client that starts and stops an app with a store when it is entered and left."""

    def make(**changes: Any) -> TestClient:
        values: dict[str, Any] = {
            "litellm_base_url": gateway.base_url,
            "litellm_api_key": gateway.knows.api_key,
            "usage_store_url": f"sqlite:///{file}",
            "sync_days": SYNC_DAYS,
        }
        return TestClient(make_app(**{**values, **changes}), raise_server_exceptions=False)

    return make


def wait_for_history(client: TestClient) -> None:
    deadline = time.monotonic() + 120
    while (client.get("/ready").json()["history"] or {}).get("loaded") != SYNC_DAYS:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def answers(client: TestClient) -> dict[str, Any]:
    return {path: client.get(path, params=RANGE).json() for path in REPORTS}


def test_history_is_there_before_anybody_asks(start: Any, gateway: FakeGateway) -> None:
    with start() as client:
        wait_for_history(client)
        assert client.get("/ready").json()["history"] == {"loaded": SYNC_DAYS, "wanted": SYNC_DAYS}
        asked = len(gateway.usage_requests)
        assert client.get("/tokens", params=RANGE).json()["meta"] == meta()
        assert len(gateway.usage_requests) == asked


def test_after_a_restart_settled_days_are_not_fetched_again(start: Any, gateway: FakeGateway) -> None:
    with start() as client:
        wait_for_history(client)
    gateway.requests.clear()
    with start() as client:
        wait_for_history(client)
        client.get("/tokens", params=RANGE)
    assert gateway.usage_requests == []


@pytest.mark.parametrize("fault", [{"status": 503}, {"drop": True}, {"status": 401}, {"body": "<html>"}])
def test_after_a_restart_with_the_gateway_down_everything_is_as_before_and_marked_as_stale(
    start: Any, gateway: FakeGateway, clock: SettableClock, fault: dict[str, Any]
) -> None:
    with start() as client:
        wait_for_history(client)
        before = answers(client)
    gateway.fail(**fault)
    clock.move(hours=2)
    with start() as client:
        for path, after in answers(client).items():
            assert after == {**before[path], "meta": {**before[path]["meta"], "stale": True}}
        assert client.get("/ready").status_code == 200


def test_what_was_never_fetched_is_an_error_and_not_an_empty_answer(start: Any, gateway: FakeGateway) -> None:
    with start() as client:
        wait_for_history(client)
    gateway.fail(503)
    unknown = {"start_date": "2025-01-01", "end_date": "2025-01-02"}
    with start() as client:
        response = client.get("/tokens", params=unknown)
        assert (response.status_code, response.json()["code"]) == (502, "gateway_unavailable")
        known = client.get("/tokens", params={**unknown, "end_date": "2025-03-11"}).json()["meta"]
        assert (known["complete"], known["missing_days"][0]) == (False, "2025-01-01")


def test_another_key_sees_nothing_of_what_was_stored(start: Any, gateway: FakeGateway) -> None:
    with start() as client:
        wait_for_history(client)
    gateway.fail(503)
    with start(litellm_api_key="sk-another") as client:
        assert client.get("/tokens", params=RANGE).status_code == 502


def test_demo_data_is_never_stored(start: Any, file: Path) -> None:
    with start(leaderboard_demo=True) as client:
        assert client.get("/tokens", params=RANGE).json()["meta"]["source"] == "demo"
        assert client.get("/ready").json()["history"] is None
    assert not file.parent.exists()


def test_an_app_that_was_not_started_opens_no_store(start: Any, file: Path) -> None:
    assert start().get("/tokens", params=RANGE).status_code == 200
    assert not file.parent.exists()


def test_without_a_gateway_an_app_starts(start: Any) -> None:
    with start(litellm_base_url=None, litellm_api_key=None) as client:
        assert client.get("/health").status_code == 200


def test_without_sync_nothing_is_fetched_ahead_and_what_was_asked_for_is_kept(
    start: Any, gateway: FakeGateway
) -> None:
    with start(sync_days=0) as client:
        client.get("/tokens", params=RANGE)
    assert len(gateway.usage_requests) >= 1
    gateway.requests.clear()
    with start(sync_days=0) as client:
        assert client.get("/tokens", params=RANGE).json()["meta"] == meta()
    assert gateway.usage_requests == []


def test_a_store_that_cannot_be_opened_costs_one_line_and_nothing_else(
    start: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with start(usage_store_url=f"sqlite:///{tmp_path}") as client:
        wait_for_history(client)
        assert client.get("/tokens", params=RANGE).json()["meta"] == meta()
    told = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [one.getMessage().endswith("Days are kept in memory only.") for one in told] == [True]
    assert str(tmp_path) not in caplog.text
    assert list(tmp_path.iterdir()) == []
