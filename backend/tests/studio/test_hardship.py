"""A disk that is full, a database that is locked, read-only, or of a newer version: with real processes."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from src.studio.database.database import Database
from src.studio.database.migrate import migrate
from tests.studio.whole import Person, assert_whole, until
from tests.test_cli import environment_of, top_level
from tests.test_serving import Serve, serve

__all__ = ["serve", "top_level"]

FULL = "Studio cannot write: the disk of its database is full."
BUSY = "Studio's database is busy. Try again."
READ_ONLY = "STUDIO_DATABASE_URL: Studio cannot write: its database is read-only."
PROMPT = {"key": "mine", "label": "Mine", "prompt": "x"}
# Root without what lets it write where nobody may.
UNPRIVILEGED = ("setpriv", "--bounding-set", "-dac_override", "--inh-caps", "-dac_override")
Start = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder that holds three megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    if mount is None or unmount is None or os.geteuid() != 0:
        pytest.skip("only root can make a small disk")
    command = [mount, "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    made = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    if made.returncode != 0:
        pytest.skip("this machine lets nobody make a small disk")
    yield folder
    subprocess.run([unmount, "--lazy", folder], check=True)  # noqa: S603


def fill(folder: Path) -> Path:
    """Take all the room that a disk has, and return the file that has it."""
    path = folder / "filler"
    with path.open("wb", buffering=0) as file:
        for size in (65_536, 4_096, 1):
            while True:
                try:
                    file.write(bytes(size))
                except OSError:
                    break
    return path


def test_a_full_disk_is_told_of_and_all_goes_on_when_there_is_room(serve: Serve, small_disk: Path) -> None:
    with serve(STUDIO_DATABASE_URL=f"sqlite:///{small_disk / 'studio.db'}") as server:
        ada = Person(server)
        run_id = ada.start()
        until(lambda: ada.get(f"/api/history/{run_id}")["requests_done"] >= 2)
        filler = fill(small_disk)
        until(lambda: f"A job waits for its database: {FULL}" in "\n".join(server.errors))
        status, told = ada.ask("POST", "/api/config/prompts", {**PROMPT, "prompt": "x" * 9_000})
        assert (status, told["detail"], told["code"]) == (503, FULL, "storage_unavailable")
        assert ada.get(f"/api/history/{run_id}")["state"] == "running"  # what is there can be read
        time.sleep(1)
        filler.unlink()
        until(lambda: ada.get(f"/api/history/{run_id}")["state"] != "running")
        assert_whole(ada, run_id)
        status, told = ada.ask("POST", "/api/config/prompts", PROMPT)
        assert status == 200, told
    assert "Traceback" not in "".join(server.errors)


def test_a_database_that_is_locked_for_long_is_told_of_and_all_goes_on_when_it_is_not(
    serve: Serve, tmp_path: Path
) -> None:
    path = tmp_path / "jobs.db"
    with serve(STUDIO_DATABASE_URL=f"sqlite:///{path}") as server:
        ada = Person(server)
        run_id = ada.start()
        until(lambda: ada.get(f"/api/history/{run_id}")["requests_done"] >= 2)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        status, told = ada.ask("POST", "/api/benchmark", {"targets": [{"provider_key": "demo", "model_id": "x"}]})
        assert (status, told["detail"], told["code"]) == (503, BUSY, "storage_unavailable")
        assert time.monotonic() - began < 15
        assert ada.get(f"/api/history/{run_id}")["state"] == "running"
        until(lambda: f"A job waits for its database: {BUSY}" in "\n".join(server.errors))
        other.close()
        until(lambda: ada.get(f"/api/history/{run_id}")["state"] != "running")
        assert_whole(ada, run_id)
        assert len(ada.get("/api/jobs")["jobs"]) == 1  # what was refused did not come about
    assert "Traceback" not in "".join(server.errors)


@pytest.fixture
def start(top_level: Path) -> Start:
    """Return what starts the server, or a worker, on a database that it cannot use, and waits for its end."""

    def run(path: Path, *arguments: str, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        gateway = {"LITELLM_BASE_URL": "http://127.0.0.1:9", "LITELLM_API_KEY": "sk-of-a-test"}
        return subprocess.run(  # noqa: S603 - our own program
            [*before, sys.executable, str(top_level / "backend" / "app.py"), *arguments],
            env=environment_of(STUDIO_DATABASE_URL=f"sqlite:///{path}", **gateway),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Return the file of a database, in a folder of its own."""
    path = tmp_path / "of-its-own" / "studio.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path


def digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("arguments", [(), ("worker",)])
def test_a_newer_database_is_left_as_it_is(start: Start, made: Path, arguments: tuple[str, ...]) -> None:
    with sqlite3.connect(made) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.execute("CREATE TABLE of_the_future (x INTEGER)")
    connection.close()
    before = digest_of(made)
    ended = start(made, *arguments)
    assert ended.returncode == 2
    assert ended.stderr.splitlines() == [
        "leaderboard: STUDIO_DATABASE_URL: the database was written by a newer version of Studio. "
        "Start that version, or restore a backup from before."
    ]
    assert digest_of(made) == before


@pytest.mark.parametrize("arguments", [(), ("worker",)])
@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_database_that_may_not_be_written_is_told_of_at_the_start(
    start: Start, made: Path, what: str, arguments: tuple[str, ...]
) -> None:
    before, as_root = digest_of(made), os.geteuid() == 0
    if as_root and shutil.which("setpriv") is None:
        pytest.skip("root may write everything here")
    closed = made if what == "file" else made.parent
    mode = closed.stat().st_mode
    closed.chmod(mode & ~0o222)
    try:
        ended = start(made, *arguments, before=UNPRIVILEGED if as_root else ())
    finally:
        closed.chmod(mode)
    assert ended.returncode == 2
    assert ended.stderr.splitlines() == [f"leaderboard: {READ_ONLY}"]
    assert digest_of(made) == before
    assert [path.name for path in made.parent.iterdir()] == [made.name]  # nothing that may not be written either
