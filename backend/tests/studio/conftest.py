"""Studio on an empty database of its own, in an SQLite file and on PostgreSQL, behind a settable clock."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from src.api.server import create_backend
from src.studio.database.database import Database
from src.studio.database.migrate import migrate
from tests.conftest import SettableClock
from tests.days import utc
from tests.settings import settings
from tests.studio.llm_mock import LlmMock, running_mock
from tests.studio.settings_client import SettingsClient

NOW = utc("2026-11-20T12:00:00")
SECRET = "a secret that nobody would guess in a hundred years"
PASSWORD = "correct horse battery staple"

MakeStudio = Callable[..., FastAPI]


@pytest.fixture(autouse=True)
def _nothing_configured(unconfigured: None) -> None:
    """Let no test depend on the environment of the run."""


@pytest.fixture
def clock() -> SettableClock:
    """Return a clock that stands still."""
    return SettableClock(NOW)


@pytest.fixture
def database(store_url: str) -> Iterator[Database]:
    """Return Studio's database with all its tables: on SQLite, and on PostgreSQL."""
    opened = Database(store_url)
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def make_studio(tmp_path: Path, clock: Callable[[], dt.datetime]) -> MakeStudio:
    """Return a maker of apps with Studio, on SQLite unless told otherwise; to be entered as a client's context."""

    def make(**changes: Any) -> FastAPI:
        changes.setdefault("studio_database_url", f"sqlite:///{tmp_path / 'studio.db'}")
        changes.setdefault("studio_secret", SECRET)
        return create_backend(settings(studio=True, **changes), clock=clock, dist=tmp_path / "dist")

    return make


@pytest.fixture
def studio(make_studio: MakeStudio) -> Iterator[TestClient]:
    """Return a client of an app with Studio that runs."""
    with TestClient(make_studio(), raise_server_exceptions=False) as client:
        yield client


def sign_up(client: TestClient, email: str = "ada@example.com", password: str = PASSWORD) -> dict[str, str]:
    """Make an account, the first one being an administrator's, and return the headers of whoever has it.

    The client has their refresh token in its cookies.
    """
    answer = client.post("/api/auth/register", json={"email": email, "password": password})
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.fixture(scope="module")
def mock() -> Iterator[LlmMock]:
    """Return a model server whose log is the truth; the tests of a file share it."""
    with running_mock() as running:
        yield running


@pytest.fixture
def people(make_studio: MakeStudio, store_url: str) -> Iterator[tuple[SettingsClient, SettingsClient]]:
    """Return Ada and Bob, who are users, on SQLite and on PostgreSQL."""
    app = make_studio(studio_database_url=store_url)
    with TestClient(app, raise_server_exceptions=False) as client:
        sign_up(client, "root@example.com")
        ada, bob = (sign_up(client, f"{name}@example.com") for name in ("ada", "bob"))
        client.cookies.clear()
        yield SettingsClient(client, ada), SettingsClient(client, bob)


@pytest.fixture
def ada(people: tuple[SettingsClient, SettingsClient]) -> SettingsClient:
    """Return Ada alone."""
    return people[0]
