"""What administration is tested with: an app on both databases, an administrator, and rows in numbers."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event, insert, select

from src.studio.accounts import tables
from src.studio.benchmarks.tables import benchmark_runs
from src.studio.database.database import Database
from src.studio.database.metadata import new_id
from src.studio.services import Services
from src.studio.vault.tables import provider_keys
from tests.studio.conftest import NOW, MakeStudio, sign_up

Headers = dict[str, str]
ROOT, ADA, BOB = "root@example.com", "ada@example.com", "bob@example.com"


@pytest.fixture
def studio(make_studio: MakeStudio, store_url: str) -> Iterator[TestClient]:
    """Return a client of an app with Studio, on SQLite and on PostgreSQL, whose jobs wait for good."""
    app = make_studio(studio_database_url=store_url, studio_workers=0)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def services(studio: TestClient) -> Services:
    """Return its services."""
    assert isinstance(studio.app, FastAPI)
    return studio.app.state.studio


@pytest.fixture
def root(studio: TestClient) -> Headers:
    """Return the headers of the administrator."""
    return sign_up(studio, ROOT)


@pytest.fixture
def ada(studio: TestClient, root: Headers) -> Headers:
    """Return the headers of somebody else."""
    return sign_up(studio, ADA)


@pytest.fixture
def audited(services: Services) -> Callable[[], list[Any]]:
    """Return what returns the lines of the audit, in order."""

    def read() -> list[Any]:
        with services.database.reading() as connection:
            return list(connection.execute(select(tables.audit).order_by(tables.audit.c.id)))

    return read


def id_of(client: TestClient, headers: Headers) -> str:
    """Return the id of whoever asks with these headers."""
    return client.get("/api/auth/me", headers=headers).json()["user"]["id"]


def told(answer: Any, status: int) -> str:
    """Return the sentence of an error."""
    assert answer.status_code == status, answer.text
    return answer.json()["detail"]


def user_row(email: str, **changes: Any) -> dict[str, Any]:
    """Return somebody as they are kept."""
    row = {
        "id": new_id(),
        "email": email,
        "role": "user",
        "is_demo": False,
        "onboarding_completed": False,
        "benchmarks_per_hour": 20,
        "max_concurrent": 1,
        "max_runs_per_benchmark": 10,
        "created_at": NOW,
    }
    return {**row, **changes}


def run_row(user_id: str, at: dt.datetime = NOW) -> dict[str, Any]:
    """Return a run as it is kept."""
    return {
        "id": new_id(),
        "user_id": user_id,
        "source": "server",
        "state": "done",
        "shared": False,
        "prompt_start": "",
        "prompt": "",
        "settings": {},
        "targets": [],
        "skipped": [],
        "adjustments": [],
        "requests_total": 0,
        "requests_done": 0,
        "error_count": 0,
        "created_at": at,
        "search_text": "",
    }


def key_row(user_id: str, provider_key: str) -> dict[str, Any]:
    """Return a key as it is kept."""
    place = {"id": new_id(), "user_id": user_id, "provider_key": provider_key}
    return {**place, "sealed": "planted-sealed-key", "created_at": NOW, "updated_at": NOW}


def fill(
    database: Database,
    *,
    users: Sequence[dict] = (),
    runs: Sequence[dict] = (),
    keys: Sequence[dict] = (),
) -> None:
    """Write many rows."""
    with database.writing() as connection:
        for table, rows in ((tables.users, users), (benchmark_runs, runs), (provider_keys, keys)):
            if rows:
                connection.execute(insert(table), list(rows))


@pytest.fixture
def statements(services: Services) -> Iterator[list[str]]:
    """Return the statements that are sent to the database, as they are sent."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(services.database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(services.database.engine, "before_cursor_execute", note)
