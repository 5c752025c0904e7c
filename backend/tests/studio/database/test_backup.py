"""All rows come back as they were: on the same database or the other one, and all of them or none."""

import gzip
import stat
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from src.studio.database.backup import BackupError, back_up, restore
from src.studio.database.database import Database
from src.studio.database.metadata import new_id
from src.studio.database.migrate import HEAD, migrate, revision_of
from src.studio.database.tables import accounts, benchmarks, metadata
from src.studio.errors import StorageError
from tests.studio.conftest import NOW

TEXT = "päß 🏆 '; -- \\u0000 \n"


def user(**changes: Any) -> dict[str, Any]:
    columns = {
        "id": new_id(),
        "email": "ada@example.com",
        "role": "admin",
        "is_demo": False,
        "onboarding_completed": True,
        "benchmarks_per_hour": 20,
        "max_concurrent": 1,
        "max_runs_per_benchmark": 10,
        "created_at": NOW,
    }
    return columns | changes


def run_of(owner: str, **changes: Any) -> dict[str, Any]:
    columns: dict[str, Any] = {
        name: [] for name in ("settings", "targets", "skipped", "adjustments")
    } | dict.fromkeys(("requests_total", "requests_done", "error_count"), 0)
    columns |= {"source": "server", "state": "done", "shared": True, "prompt": TEXT}
    columns |= {"prompt_start": TEXT, "search_text": TEXT}
    return columns | {"id": new_id(), "user_id": owner, "cost": 0.1 + 0.2, "created_at": NOW} | changes


def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    with database.reading() as connection:
        return {
            table.name: [
                dict(row._mapping) for row in connection.execute(select(table).order_by(*table.primary_key))
            ]
            for table in metadata.sorted_tables
        }


@pytest.fixture
def filled(database: Database) -> Database:
    owner = user()
    with database.writing() as connection:
        connection.execute(insert(accounts.users), [owner])
        connection.execute(insert(benchmarks.benchmark_runs), [run_of(owner["id"]) for _ in range(1200)])
    return database


def test_what_is_written_comes_back(filled: Database, tmp_path: Path) -> None:
    before, path = everything(filled), tmp_path / "studio.backup"
    assert back_up(filled, path) == 1201
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with filled.writing() as connection:
        connection.execute(accounts.users.delete())
    assert restore(filled, path) == 1201
    assert everything(filled) == before
    with filled.reading() as connection:
        assert revision_of(connection) == HEAD


def test_a_backup_goes_into_the_other_database(filled: Database, tmp_path: Path) -> None:
    before, path = everything(filled), tmp_path / "studio.backup"
    back_up(filled, path)
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    restore(other, path)
    assert everything(other) == before
    other.close()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[: len(data) // 2],
        lambda data: gzip.compress(b"\n".join(gzip.decompress(data).splitlines()[:-1])),
        lambda data: gzip.compress(b"\n".join(gzip.decompress(data).splitlines()[:-9])),
        lambda data: gzip.compress(gzip.decompress(data) + b'{"rows":0}\n'),
        lambda data: gzip.compress(gzip.decompress(data).replace(HEAD.encode(), b"9999", 1)),
        gzip.decompress,
        lambda _data: b"",
    ],
)
def test_what_is_no_whole_backup_changes_nothing(filled: Database, tmp_path: Path, spoil: Any) -> None:
    before, path = everything(filled), tmp_path / "studio.backup"
    back_up(filled, path)
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(BackupError, match=r"^studio\.backup .*\.$"):
        restore(filled, path)
    assert everything(filled) == before


def test_a_backup_that_cannot_be_written_leaves_the_one_before(filled: Database, tmp_path: Path) -> None:
    path = tmp_path / "studio.backup"
    back_up(filled, path)
    whole = path.read_bytes()
    with filled.writing() as connection:
        connection.execute(benchmarks.benchmark_runs.delete())
    with pytest.raises(BackupError):
        back_up(filled, tmp_path / "nowhere" / "studio.backup")
    assert path.read_bytes() == whole
    assert [found.name for found in tmp_path.glob(".studio*")] == []


def test_a_database_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    gone = Database("postgresql://postgres@127.0.0.1:1/postgres")
    with pytest.raises(StorageError, match="cannot be reached"):
        back_up(gone, tmp_path / "studio.backup")
    gone.close()


def test_an_empty_database_is_backed_up_too(store_url: str, tmp_path: Path) -> None:
    empty = Database(store_url)
    assert back_up(empty, tmp_path / "b") == 0
    assert restore(empty, tmp_path / "b") == 0
    migrate(empty)
    with empty.reading() as connection:
        assert connection.execute(select(func.count()).select_from(accounts.users)).scalar() == 0
    empty.close()
