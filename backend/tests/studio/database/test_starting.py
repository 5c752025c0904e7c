"""A server whose database cannot be used says so in one line, and does not start."""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from src.core.errors import ConfigurationError
from src.studio.database.database import Database
from src.studio.database.migrate import check, migrate
from src.studio.errors import StorageError
from tests.test_cli import Run, run, top_level

__all__ = ["run", "top_level"]


def made(path: Path) -> Path:
    """Make a database that is up to date."""
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path


def garbage(path: Path) -> None:
    path.write_bytes(b"This is a letter to my aunt. " * 1000)


def damaged(path: Path) -> None:
    content = made(path).read_bytes()
    path.write_bytes(content[: len(content) // 2])


def newer(path: Path) -> None:
    with sqlite3.connect(made(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        (garbage, "What Studio is to use as its database is none of SQLite."),
        (damaged, "Studio's database is damaged. Put a backup back."),
        (newer, "the database was written by a newer version of Studio."),
        (Path.mkdir, "Studio's database cannot be reached. Try again."),
    ],
)
def test_what_is_wrong_with_a_database_is_said_in_a_sentence(
    tmp_path: Path, prepare: Callable[[Path], object], sentence: str
) -> None:
    prepare(tmp_path / "studio.db")
    with pytest.raises(ConfigurationError) as caught:
        check(f"sqlite:///{tmp_path / 'studio.db'}")
    assert str(caught.value).startswith(f"STUDIO_DATABASE_URL: {sentence}")


def test_a_database_that_somebody_else_keeps_is_not_waited_for_without_end(tmp_path: Path) -> None:
    other = sqlite3.connect(made(tmp_path / "studio.db"), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    started = time.monotonic()
    with pytest.raises(ConfigurationError, match="Studio's database is busy"):
        check(f"sqlite:///{tmp_path / 'studio.db'}")
    assert time.monotonic() - started < 20
    other.close()


def test_a_database_that_is_full_says_so(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{made(tmp_path / 'studio.db')}")

    def fill() -> None:
        with database.writing() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1")
            connection.exec_driver_sql("CREATE TABLE filler AS SELECT randomblob(1000000) AS bytes")

    with pytest.raises(StorageError, match="the disk of its database is full"):
        fill()
    database.close()


def test_a_server_does_not_start_on_a_database_that_it_cannot_use(run: Run, tmp_path: Path) -> None:
    garbage(tmp_path / "studio.db")
    gateway = {"LITELLM_BASE_URL": "http://127.0.0.1:9", "LITELLM_API_KEY": "sk-of-a-test"}
    ended = run(STUDIO_DATABASE_URL=f"sqlite:///{tmp_path / 'studio.db'}", **gateway)
    assert ended.returncode == 2
    (line,) = ended.stderr.splitlines()
    assert line == "leaderboard: STUDIO_DATABASE_URL: What Studio is to use as its database is none of SQLite."


def test_a_database_that_turns_out_to_be_read_only_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite lets a transaction begin there that may not write."""
    path = made(tmp_path / "studio.db")
    uri = f"sqlite:///file:{path}?mode=ro&uri=true"
    with pytest.raises(ConfigurationError, match="its database is read-only"):
        check(uri)
