"""The app in front of a fake gateway with a small data set, asked without a network in between."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from src.api.server import create_backend
from src.utils.dependency_config import get_api_client
from tests.api.dataset import LOGS, ROWS, TEAMS
from tests.conftest import SettableClock
from tests.days import utc
from tests.fake_gateway.server import FakeGateway
from tests.settings import settings

NOW = utc("2025-03-20T12:00:00")

MakeApp = Callable[..., FastAPI]


@pytest.fixture(autouse=True)
def _nothing_configured(unconfigured: None) -> None:
    """Let no test depend on the environment of the run."""


@pytest.fixture
def clock() -> SettableClock:
    """Return a clock at a moment when all days of the data set are settled."""
    return SettableClock(NOW)


@pytest.fixture
def gateway(gateway: FakeGateway) -> FakeGateway:
    """Return a gateway that knows the data set."""
    gateway.knows.rows = list(ROWS)
    gateway.knows.logs = list(LOGS)
    gateway.knows.teams = dict(TEAMS)
    gateway.knows.deployments = [("gpt", "openai/gpt-5"), ("Acme/claude", "anthropic/claude")]
    return gateway


@pytest.fixture
def make_app(tmp_path: Path, clock: Callable[[], dt.datetime]) -> Iterator[MakeApp]:
    """Return a maker of apps: settings by name, and the client of the gateway where it is not configured."""
    made: list[FastAPI] = []

    def make(
        client: Any = None, *, dist: Path = tmp_path / "dist", development: bool = False, **changes: Any
    ) -> FastAPI:
        changes.setdefault("usage_store_url", f"sqlite:///{tmp_path / 'usage.db'}")
        app = create_backend(settings(**changes), clock=clock, dist=dist, development=development)
        if client is not None:
            app.dependency_overrides[get_api_client] = lambda: client
        made.append(app)
        return app

    yield make
    for app in made:
        app.state.leaderboard.close()


@pytest.fixture
def configured(make_app: MakeApp, gateway: FakeGateway) -> Any:
    """Return a maker of clients of apps in which no dependency is overridden, so that answers are kept."""

    def make(**changes: Any) -> TestClient:
        address = {"litellm_base_url": gateway.base_url, "litellm_api_key": gateway.knows.api_key}
        return TestClient(make_app(**{**address, **changes}), raise_server_exceptions=False)

    return make


@pytest.fixture
def app(make_app: MakeApp, gateway: FakeGateway) -> FastAPI:
    """Return an app on the fake gateway."""
    return make_app(gateway.client())


@pytest.fixture
def api(app: FastAPI) -> TestClient:
    """Return a client of the app, not entered as a context."""
    return TestClient(app, raise_server_exceptions=False)
