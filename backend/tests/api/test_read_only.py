"""The dashboard only ever reads: whatever is asked of it, the gateway gets nothing but `GET`."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from src.resync import resync
from tests.api.conftest import MakeApp
from tests.api.dataset import ENDPOINTS, RANGE, REPORTS
from tests.api.test_history import SYNC_DAYS, wait_for_history
from tests.days import MONDAY, TUESDAY
from tests.fake_gateway.server import FakeGateway
from tests.settings import settings

READ = {"/team/list", "/team/daily/activity", "/model/info", "/spend/logs/v2"}


def methods(gateway: FakeGateway) -> set[str]:
    return {request.method for request in gateway.requests}


def test_every_address_by_every_method_reads(make_app: MakeApp, gateway: FakeGateway) -> None:
    address = {"litellm_base_url": gateway.base_url, "litellm_api_key": gateway.knows.api_key}
    api = TestClient(make_app(**address), raise_server_exceptions=False)
    paths = [*ENDPOINTS, *api.get("/openapi.json").json()["paths"], "/", "/leaderboard", "/docs", "/openapi.json"]
    for path in paths:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            api.request(method, path, params=RANGE)
    for path in REPORTS:
        api.get(path, params={**RANGE, "format": "csv"})
    assert {request.path for request in gateway.requests} >= READ
    assert methods(gateway) == {"GET"}


def test_a_sync_reads(make_app: MakeApp, gateway: FakeGateway) -> None:
    address = {"litellm_base_url": gateway.base_url, "litellm_api_key": gateway.knows.api_key}
    with TestClient(make_app(**address, sync_days=SYNC_DAYS)) as client:
        wait_for_history(client)
    assert len(gateway.usage_requests) > 1
    assert methods(gateway) == {"GET"}


def test_a_resync_reads(gateway: FakeGateway, tmp_path: Path) -> None:
    configured = settings(
        litellm_base_url=gateway.base_url,
        litellm_api_key=gateway.knows.api_key,
        usage_store_url=f"sqlite:///{tmp_path / 'usage.db'}",
    )
    assert len(resync(configured, MONDAY, TUESDAY).fetched) == 2
    assert methods(gateway) == {"GET"}


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
def test_a_gateway_that_fails_is_read_again_and_no_more(
    api: TestClient, gateway: FakeGateway, pauses: list[float], status: int
) -> None:
    gateway.fail(status)
    for path in (*ENDPOINTS, "/ready"):
        api.get(path, params=RANGE)
    assert methods(gateway) == {"GET"}


def test_a_gateway_that_sends_elsewhere_is_not_followed(api: TestClient, gateway: FakeGateway) -> None:
    gateway.fail(307, headers={"Location": "/key/generate"})
    assert api.get("/tokens", params=RANGE).status_code == 502
    assert "/key/generate" not in gateway.paths
    assert methods(gateway) == {"GET"}
