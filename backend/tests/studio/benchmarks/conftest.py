"""An app whose gateway offers three models, and jobs that run here, without a worker."""

import asyncio
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Connection

from src.studio.benchmarks import repository, runs
from src.studio.benchmarks.handler import BenchmarkHandler
from src.studio.database.database import Database
from src.studio.engine.record import Record
from src.studio.llm.egress import EgressPolicy
from src.studio.services import Services
from tests.conftest import SettableClock
from tests.studio.conftest import PASSWORD, MakeStudio, sign_up
from tests.studio.providers.conftest import Lists, deployment, lists

__all__ = ["lists"]

T = TypeVar("T")
KEY = "sk-studio-benchmarks"


class JobHere:
    """A job under way, as its kind sees it: events are kept in a list."""

    def __init__(self, database: Database, owner_id: str, run_id: str, attempt: int = 1) -> None:
        self.id, self.owner_id, self.attempt = run_id, owner_id, attempt
        self.params: Mapping[str, Any] = {}
        self.is_stopping = False
        self.deadline = dt.datetime.max.replace(tzinfo=dt.UTC)
        self.events: list[tuple[str, Mapping[str, Any]]] = []
        self.calls: list[str] = []
        self.has_measured = asyncio.Event()
        self._database = database

    async def emit(self, event: str, **fields: object) -> None:
        self.events.append((event, fields))

    async def progress(self, percent: float, detail: str) -> None:
        self.events.append(("job_progress", {"progress_pct": percent, "progress_detail": detail}))

    async def write(
        self,
        work: Callable[[Connection], T],
        *,
        events: Iterable[tuple[str, Mapping[str, object]]] = (),
        calls: Iterable[str] = (),
    ) -> T:
        with self._database.writing() as connection:
            result = work(connection)
        self.events += events
        self.calls += calls
        if {"benchmark_result", "tool_eval_result"}.intersection(self.types):
            self.has_measured.set()
        return result

    async def read(self, work: Callable[[Connection], T]) -> T:
        with self._database.reading() as connection:
            return work(connection)

    @property
    def types(self) -> list[str]:
        """The types of the events, in their order."""
        return [event for event, _ in self.events]


class Studio:
    """A client that is signed in, and what stands behind it."""

    def __init__(self, client: TestClient, services: Services) -> None:
        self.client, self.services, self.database = client, services, services.database
        self.headers = sign_up(client)
        self.user_id: str = self.get("/api/auth/me")["user"]["id"]

    def sign_in(self) -> None:
        """Come once more."""
        account = {"email": "ada@example.com", "password": PASSWORD}
        token = self.client.post("/api/auth/login", json=account).json()["access_token"]
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str, status: int = 200, **params: Any) -> Any:
        answer = self.client.get(path, params=params, headers=self.headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    def send(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        answer = self.client.request(method, path, json=body, headers=self.headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    def start(self, *models: str, **changes: Any) -> str:
        """Ask for a benchmark and return its id."""
        targets = [{"provider_key": "gateway", "model_id": model} for model in models or ("fast",)]
        return self.send("POST", "/api/benchmark", {"targets": targets, **changes})["job_id"]

    @property
    def handler(self) -> BenchmarkHandler:
        return BenchmarkHandler(self.database, self.services.providers, self.services.clock, EgressPolicy())

    def keep(self, run_id: str, records: Iterable[Record]) -> None:
        """Write records as the worker does."""
        rows = [runs.record_row(run_id, record, 1) for record in records]
        with self.database.writing() as connection:
            repository.keep_records(self.database, connection, rows)
            repository.count_records(connection, self.user_id, run_id)

    def end(self, run_id: str, state: str = "done", error: str | None = None) -> None:
        """End a run, as the worker does."""
        with self.database.writing() as connection:
            self.handler.ended(connection, run_id, state, error)
        self.handler.settle()

    def results(self, run_id: str) -> Any:
        with self.database.reading() as connection:
            run = repository.own_run(connection, self.user_id, run_id)
            assert run is not None
            return runs.results_so_far(connection, self.user_id, run)


@pytest.fixture
def studio_url(store_url: str) -> str:
    """Return the address of an empty database: on SQLite, and on PostgreSQL."""
    return store_url


@pytest.fixture
def own(make_studio: MakeStudio, studio_url: str, lists: Lists, clock: SettableClock) -> Iterator[Studio]:
    """Return Studio with somebody signed in, whose gateway offers `fast`, `slow` and `small`."""
    prices = {"input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6}
    rows = [
        deployment("fast", **prices),
        deployment("slow"),
        deployment("small", max_input_tokens=8_000, **prices),
    ]
    lists.tell("/model/info", {"data": rows})
    app = make_studio(
        studio_database_url=studio_url,
        litellm_base_url=lists.base_url,
        studio_gateway_api_key=KEY,
        studio_workers=0,
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Studio(client, app.state.studio)
