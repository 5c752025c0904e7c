"""The server's own workers, as it runs: started with it, started again, and ended with it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from src.studio.database.database import Database
from src.studio.jobs.tables import workers
from tests.test_cli import environment_of, top_level
from tests.test_serving import Serve, Server, serve

__all__ = ["serve", "top_level"]


def worker_pids(url: str) -> list[int]:
    """Return the processes of workers that have not stopped, as the database knows them."""
    database = Database(url)
    with database.reading() as connection:
        found = connection.execute(select(workers.c.pid).where(workers.c.stopped_at.is_(None))).scalars().all()
    database.close()
    return list(found)


def wait_for_worker(url: str, *, other_than: int = 0) -> int:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for pid in worker_pids(url):
            if pid != other_than and is_running(pid):
                return pid
        time.sleep(0.05)
    pytest.fail("no worker came")


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for_end(pid: int) -> None:
    deadline = time.monotonic() + 20
    while is_running(pid):
        assert time.monotonic() < deadline, "the worker is still there"
        time.sleep(0.05)


@pytest.mark.parametrize("arguments", [(), ("--reload",)])
def test_a_worker_comes_again_and_goes_with_its_server(
    serve: Serve, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    with serve(*arguments, STUDIO_DATABASE_URL=url, STUDIO_WORKERS="2") as server:
        first = wait_for_worker(url)
        os.kill(first, signal.SIGKILL)
        second = wait_for_worker(url, other_than=first)
        assert len(worker_pids(url)) == 1  # SQLite takes one
    wait_for_end(second)
    assert "Traceback" not in "".join(server.errors)
    assert {json.loads(line)["event"] for line in server.errors} >= {"worker_started", "worker_ended"}


def test_a_worker_goes_when_its_server_is_killed(serve: Serve, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    server: Server
    with serve(STUDIO_DATABASE_URL=url) as server:
        pid = wait_for_worker(url)
        server.process.kill()
        wait_for_end(pid)


def test_a_worker_on_a_database_that_has_one_says_so(serve: Serve, top_level: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    with serve(STUDIO_DATABASE_URL=url) as server:
        wait_for_worker(url)
        ended = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, str(top_level / "backend" / "app.py"), "worker"],
            env=environment_of(STUDIO_DATABASE_URL=url),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        metrics = server.get("/metrics")
    assert ended.returncode == 2
    assert ended.stderr.startswith("leaderboard: Another worker runs on this SQLite database")
    assert "studio_workers 1.0" in metrics
    assert "studio_sockets 0.0" in metrics
