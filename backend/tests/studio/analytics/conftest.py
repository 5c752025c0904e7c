"""What analytics is tested with: people, and runs of theirs that have ended, on both databases."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import update

from src.studio.benchmarks import repository, runs
from src.studio.benchmarks.tables import benchmark_results, benchmark_runs
from src.studio.benchmarks.targets import Resolved, RunTarget
from src.studio.database.metadata import new_id
from src.studio.engine.record import Record
from tests.studio.benchmarks.made import record, target, wish
from tests.studio.conftest import NOW, MakeStudio, sign_up
from tests.studio.settings_client import SettingsClient


class Lab:
    """An app whose people have runs. The first of them administrates."""

    def __init__(self, client: TestClient) -> None:
        assert isinstance(client.app, FastAPI)
        self.client, self.database = client, client.app.state.studio.database
        self.headers = {name: sign_up(client, f"{name}@example.com") for name in ("root", "ada", "bob")}
        client.cookies.clear()
        self.root, self.ada, self.bob = (SettingsClient(client, headers) for headers in self.headers.values())
        self._ids = {
            name: client.get("/api/auth/me", headers=headers).json()["user"]["id"]
            for name, headers in self.headers.items()
        }

    def run(
        self,
        records: Sequence[Record],
        *,
        of: str = "ada",
        targets: Sequence[RunTarget] | None = None,
        values: dict[str, Any] | None = None,
        results: dict[str, Any] | None = None,
        **asked: Any,
    ) -> str:
        """Keep a run that has ended, and return its id.

        `values` are columns of the run, `results` of all its results, in the place of what these come to.
        """
        targets = targets or [target(model) for model in dict.fromkeys(one.model for one in records)]
        request = wish(*(one.model_id for one in targets), **{"context_tiers": [0, 1000, 5000], **asked})
        row = runs.new_run(new_id(), request, "Say hello.", Resolved(list(targets)), NOW)
        row |= {"user_id": self._ids[of], "state": "done", "measured": None, **(values or {})}
        with self.database.writing() as connection:
            repository.add_run(connection, row)
            kept = [runs.record_row(row["id"], one, 1) for one in records]
            repository.keep_records(self.database, connection, kept)
            runs.write_results(connection, row, runs.results_of_run(row, records))
            if results:
                changed = update(benchmark_results).where(benchmark_results.c.run_id == row["id"])
                connection.execute(changed.values(**results))
        return row["id"]

    def change(self, run_id: str, **values: Any) -> None:
        """Change a run behind everybody's back."""
        with self.database.writing() as connection:
            connection.execute(update(benchmark_runs).where(benchmark_runs.c.id == run_id).values(**values))


def answers(
    ttfts: Sequence[float], model: str = "fast", at: int = 0, tier: int = 0, **changes: Any
) -> list[Record]:
    """Return requests that went well, each with its time to the first token."""
    return [
        record(at, tier, number, model, ttft_ms=ttft, request_latency_ms=ttft + 38, **changes)
        for number, ttft in enumerate(ttfts, 1)
    ]


@pytest.fixture
def lab(make_studio: MakeStudio, store_url: str) -> Iterator[Lab]:
    """Return an app with Root, Ada and Bob, and nothing to measure, on SQLite and on PostgreSQL."""
    with TestClient(make_studio(studio_database_url=store_url, studio_workers=0)) as client:
        yield Lab(client)
