"""Secrets planted in every input: none of them is in any answer, log line or representation."""

import contextlib
import itertools
import logging
from collections.abc import Callable, Iterator

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.api.conftest import MakeApp
from tests.api.dataset import ENDPOINTS, RANGE
from tests.client.test_secrecy import FAULTS
from tests.fake_gateway.server import FakeGateway
from tests.test_serving import TOKEN as SERVED_TOKEN
from tests.test_serving import Serve, serve, top_level

__all__ = ["serve", "top_level"]

pytestmark = pytest.mark.usefixtures("pauses")

MARK = "planted"
KEY, TOKEN, PASSWORD = f"sk-{MARK}-key", f"{MARK}-token", f"{MARK}-password"
STORE = f"postgresql+psycopg://{MARK}-user:{PASSWORD}@127.0.0.1:1/{MARK}-database"
PATHS = [*ENDPOINTS, "/config", "/health", "/ready", "/metrics", "/leaderboard", f"/{MARK}", f"/tokens/{MARK}"]
QUERIES: list[dict[str, str]] = [
    RANGE,
    {"start_date": f"{MARK}-start"},
    {"end_date": f"https://{MARK}@elsewhere.example"},
    {**RANGE, "format": MARK},
    {**RANGE, "breakdown": MARK},
    {**RANGE, "team": MARK},
    {**RANGE, "timezone": MARK},
    {**RANGE, "token": TOKEN, "api_key": KEY},
    {**RANGE, "x": 9000 * MARK},
]
HEADERS: list[dict[str, str]] = [
    {"Authorization": f"Bearer {TOKEN}"},
    {"Authorization": f"Bearer {MARK}-wrong"},
    {"Authorization": f"Bearer {TOKEN}", "Cookie": f"session={MARK}", "Origin": f"https://{MARK}.example"},
    {"Authorization": f"Bearer {TOKEN}", "X-Request-ID": f"<{MARK}>", "User-Agent": MARK, "Referer": MARK},
    {"Authorization": f"Bearer {TOKEN}", "If-None-Match": MARK, "Accept-Encoding": MARK, "Accept": MARK},
]


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Return what tells all that was logged, of whatever weight, with everything that a record carries."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # the test's own client
    return lambda: caplog.text + "".join(str(vars(record)) for record in caplog.records)


@pytest.fixture
def dashboard(make_app: MakeApp, gateway: FakeGateway) -> FastAPI:
    """Return a dashboard all of whose secrets are planted, and whose store cannot be reached."""
    gateway.knows.api_key = KEY
    configured = {"litellm_base_url": gateway.base_url, "litellm_api_key": KEY, "sync_days": 0}
    return make_app(**configured, server_basic_auth_token=TOKEN, usage_store_url=STORE)


@pytest.fixture
def planted(dashboard: FastAPI) -> Iterator[TestClient]:
    """Return a client of the dashboard, which runs."""
    with TestClient(dashboard, raise_server_exceptions=False) as client:
        yield client


def assert_nothing_told(text: str, gateway: FakeGateway) -> None:
    assert MARK not in text
    assert gateway.address not in text


@pytest.mark.parametrize("headers", HEADERS)
def test_no_input_is_told(
    planted: TestClient, gateway: FakeGateway, said: Callable[[], str], headers: dict[str, str]
) -> None:
    for path in PATHS:
        for query in QUERIES:
            response = planted.get(path, params=query, headers=headers)
            assert_nothing_told(response.text + str(response.headers), gateway)
    assert_nothing_told(said(), gateway)


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_that_the_gateway_says_of_them_is_told(
    planted: TestClient, gateway: FakeGateway, said: Callable[[], str], fault: str
) -> None:
    gateway.fail(headers={"X-Planted": MARK}, status=200, body={"results": [{"date": KEY}], "data": KEY}, times=1)
    FAULTS[fault](gateway)
    for path in PATHS:
        response = planted.get(path, params=RANGE, headers=HEADERS[0])
        text = response.text + str(response.headers)
        assert_nothing_told(text, gateway)
        assert "sk-very-secret" not in text
    assert_nothing_told(said(), gateway)
    assert "sk-very-secret" not in said()


def test_nothing_that_the_app_is_made_of_shows_them(dashboard: FastAPI) -> None:
    state = dashboard.state.leaderboard
    parts = [dashboard, state, state.settings, state.client(), state.gateway(state.client())]
    for part in (
        *parts,
        dashboard.state.audiences,
        *vars(state).values(),
        *vars(dashboard.state.audiences).items(),
    ):
        shown = repr(part) + str(part)
        assert not any(secret in shown for secret in (KEY, TOKEN, PASSWORD))


def test_a_process_says_nothing_either(serve: Serve, gateway: FakeGateway) -> None:
    gateway.knows.api_key = KEY
    configured = {"LITELLM_BASE_URL": gateway.base_url, "LITELLM_API_KEY": KEY, "USAGE_STORE_URL": STORE}
    with serve(**configured, LOG_LEVEL="debug") as server:
        for query, headers in itertools.product(QUERIES, HEADERS):
            with contextlib.suppress(httpx2.TransportError):  # it need not read a long address to its end
                httpx2.get(f"http://127.0.0.1:{server.port}/tokens", params=query, headers=headers)
        gateway.fail(500, f"{KEY} at {gateway.base_url}")
        server.get("/ready")
    told = "\n".join([*server.out, *server.errors])
    assert "gateway_calls" in told
    assert_nothing_told(told, gateway)
    assert SERVED_TOKEN not in told
