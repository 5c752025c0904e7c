"""Workers as processes of their own, on SQLite and on PostgreSQL."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from src.studio.database.database import Database
from src.studio.database.metadata import new_id
from src.studio.jobs.job import Job
from src.studio.services import Services
from tests.studio.jobs.working import items, metadata, services_on

BACKEND = Path(__file__).parents[3]
PATIENCE_SECONDS = 60


class WorkerProcess:
    """A worker in a process of its own."""

    def __init__(self, url: str, worker_id: str, folder: Path) -> None:
        self.id = worker_id
        self._log = folder / f"worker-{new_id()}.log"
        command = [sys.executable, "-m", "tests.studio.jobs.working", url, worker_id]
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=BACKEND, stdin=subprocess.PIPE, stdout=log, stderr=log)  # noqa: S603

    def kill(self) -> None:
        """End it without any warning."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> int:
        """Tell it to stop, and wait until it has."""
        self.process.terminate()
        return self.process.wait(20)

    def close(self) -> None:
        """Close its standard input: whoever started it is gone."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    @property
    def log(self) -> str:
        return self._log.read_text()


@pytest.fixture
def services(database: Database) -> Iterator[Services]:
    """Return services as the server has them, on a database with the tables of the kinds of tests."""
    opened = services_on(database.engine.url.render_as_string(hide_password=False))
    metadata.drop_all(opened.database.engine)
    metadata.create_all(opened.database.engine)
    yield opened
    opened.close()


StartWorker = Callable[..., WorkerProcess]


@pytest.fixture
def start_worker(services: Services, tmp_path: Path) -> Iterator[StartWorker]:
    """Return what starts a worker."""
    started: list[WorkerProcess] = []

    def start(worker_id: str | None = None) -> WorkerProcess:
        url = services.database.engine.url.render_as_string(hide_password=False)
        started.append(WorkerProcess(url, worker_id or new_id(), tmp_path))
        return started[-1]

    yield start
    for worker in started:
        if worker.process.poll() is None:
            worker.kill()
        worker.close()


def wait_for(is_so: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> float:
    """Wait until something is so, and return how long it took."""
    started = time.monotonic()
    while not is_so():
        assert time.monotonic() < started + seconds, "it never was"
        time.sleep(0.01)
    return time.monotonic() - started


def state_of(services: Services, job: Job) -> str:
    """Return the state of a job."""
    return services.jobs.get(job.user_id, job.id).state


def items_of(services: Services, job: Job) -> list[tuple[int, int]]:
    """Return what a job has written: number and attempt."""
    with services.database.reading() as connection:
        chosen = select(items.c.n, items.c.attempt).where(items.c.job_id == job.id).order_by(items.c.n)
        return [(row.n, row.attempt) for row in connection.execute(chosen)]
