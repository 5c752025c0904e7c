"""A store that cannot be used says so in one line, without its secrets, and is left as it is."""

import gc
import os
import random
import shutil
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, inspect, text

from src.store.database import SCHEMA_VERSION, StoreUnavailableError, open_database
from src.store.sql import SqlUsageStore
from tests.store.samples import record

NOBODY = 65534
ON_POSTGRES = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)


def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


def refusal(url: str) -> str:
    with pytest.raises(StoreUnavailableError) as raised:
        open_database(url)
    assert raised.value.__cause__ is None
    return str(raised.value)


@pytest.fixture
def powerless() -> Iterator[Path]:
    """Return a folder that may be read and not be written, by a user for whom that counts."""
    folder = Path(tempfile.mkdtemp(prefix="leaderboard-store-"))
    user = os.geteuid()
    yield folder
    os.seteuid(user)
    folder.chmod(0o700)
    shutil.rmtree(folder)


def give_up_power(folder: Path, mode: int = 0o555) -> None:
    folder.chmod(mode)
    if os.geteuid() == 0:
        os.seteuid(NOBODY)


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    file = tmp_path / "some" / "where" / "usage.db"
    open_database(sqlite_url(file)).dispose()
    assert file.is_file()


def test_an_sqlite_file_may_be_read_while_it_is_written(tmp_path: Path) -> None:
    engine = open_database(sqlite_url(tmp_path / "usage.db"))
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    engine.dispose()


def test_many_that_start_at_once_all_open_it(store_url: str) -> None:
    together = threading.Barrier(4)
    opened: list[Engine | str] = []

    def start() -> None:
        together.wait(60)
        try:
            opened.append(open_database(store_url))
        except StoreUnavailableError as error:
            opened.append(str(error))

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engines = [one for one in opened if isinstance(one, Engine)]
    for engine in engines:
        with engine.connect() as connection:
            versions = connection.execute(text("SELECT version FROM leaderboard_schema")).scalars().all()
        assert versions == [SCHEMA_VERSION]
        engine.dispose()
    assert len(engines) == 4, opened


def test_a_store_of_a_newer_version_is_left_as_it_is(store_url: str) -> None:
    engine = create_engine(store_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE leaderboard_schema (version INTEGER PRIMARY KEY)"))
        statement = text("INSERT INTO leaderboard_schema VALUES (:version)")
        connection.execute(statement, {"version": SCHEMA_VERSION + 1})
    assert "newer version" in refusal(store_url)
    gc.collect()  # a connection that was left open would complain now
    assert inspect(engine).get_table_names() == ["leaderboard_schema"]
    engine.dispose()


@pytest.mark.parametrize("size", [10, 9000])
def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path, size: int) -> None:
    file = tmp_path / "usage.db"
    content = random.Random(1).randbytes(size)  # noqa: S311 - not a secret
    file.write_bytes(content)
    assert "not a database" in refusal(sqlite_url(file))
    assert file.read_bytes() == content


def test_a_folder_in_place_of_the_file_cannot_be_used(tmp_path: Path) -> None:
    assert "unable to open" in refusal(sqlite_url(tmp_path))


def test_a_file_in_place_of_the_folder_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    assert refusal(sqlite_url(tmp_path / "file" / "usage.db"))
    assert (tmp_path / "file").read_text() == "mine"


def test_a_folder_that_may_not_be_written_cannot_be_used(powerless: Path) -> None:
    give_up_power(powerless)
    assert refusal(sqlite_url(powerless / "usage.db"))
    assert refusal(sqlite_url(powerless / "new" / "usage.db"))
    assert list(powerless.iterdir()) == []


@pytest.mark.parametrize("mode", [0o555, 0o777])
def test_a_file_that_may_not_be_written_is_left_as_it_is(
    powerless: Path, mode: int, caplog: pytest.LogCaptureFixture
) -> None:
    file = powerless / "usage.db"
    open_database(sqlite_url(file)).dispose()
    content = file.read_bytes()
    file.chmod(0o444)
    give_up_power(powerless, mode)
    try:
        engine = open_database(sqlite_url(file))
        SqlUsageStore(engine, "view", "usage").put([record()])
        engine.dispose()
        assert caplog.messages == ["the store cannot be written (OperationalError)"]
    except StoreUnavailableError as error:
        assert "readonly" in str(error)  # noqa: PT017 - either of them is a clear line
    assert file.read_bytes() == content


def test_a_database_that_another_one_locks_cannot_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("src.core.database.engines.BUSY_SECONDS", 0.05)
    url = sqlite_url(tmp_path / "usage.db")
    other = sqlite3.connect(tmp_path / "usage.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert "locked" in refusal(url)
    other.close()
    open_database(url).dispose()


def pauses_of_the_store(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the pauses that are made before what failed is tried again, in seconds."""
    made: list[float] = []
    monkeypatch.setattr("src.store.database.time", SimpleNamespace(monotonic=time.monotonic, sleep=made.append))
    return made


def test_a_database_that_is_locked_for_good_holds_the_start_up_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("src.core.database.engines.BUSY_SECONDS", 0.3)
    pauses = pauses_of_the_store(monkeypatch)
    url = sqlite_url(tmp_path / "usage.db")
    other = sqlite3.connect(tmp_path / "usage.db", isolation_level=None)
    other.execute("PRAGMA journal_mode=WAL")
    other.execute("BEGIN IMMEDIATE")
    assert "locked" in refusal(url)
    assert pauses == []
    other.close()


def test_the_file_of_a_uri_makes_no_odd_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    open_database(f"sqlite:///file:{tmp_path}/usage.db?uri=true").dispose()
    assert [path.name for path in tmp_path.iterdir()] == ["usage.db"]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://user:secret@127.0.0.1:1/x", "Connection refused"),
        ("postgresql://user:secret@127.0.0.1:1/x?sslmode=nonsense", "OperationalError"),
    ],
)
def test_a_server_that_is_not_there_is_told_of_without_its_address(url: str, reason: str) -> None:
    told = refusal(url)
    assert reason in told
    assert not [part for part in ("127.0.0.1", "port", "user", "secret") if part in told]


def test_a_server_that_does_not_let_in_is_told_of_without_names(postgres: str) -> None:
    told = refusal(f"{postgres}/no_such_database")
    assert "does not exist" in told
    assert "no_such" not in told
    assert "postgres" not in told


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:secret@127.0.0.1:1/x",
        "postgresql://user:secret@127.0.0.1:port/x",
        "postgresql://user:sec:ret@secret@127.0.0.1:1:1/x",
        "mysql://user:secret@127.0.0.1/x",
        "postgresql+none://user:secret@127.0.0.1/x",
        "nonsense://user:secret@127.0.0.1/x",
        "user:secret",
        "sqlite:///\0secret",
        "",
    ],
)
def test_it_says_why_in_one_line_without_address_and_password(url: str) -> None:
    told = refusal(url)
    assert told.endswith(".")
    assert "\n" not in told
    assert "secret" not in told
    assert "://" not in told


@ON_POSTGRES
@pytest.mark.parametrize(("query", "timeout"), [("", "5s"), ("?options=-c%20statement_timeout%3D2min", "2min")])
def test_a_postgresql_server_gives_up_what_takes_long_unless_the_address_says_how_long(
    store_url: str, query: str, timeout: str
) -> None:
    engine = open_database(f"{store_url}{query}")
    with engine.connect() as connection:
        assert connection.execute(text("SHOW statement_timeout")).scalar() == timeout
    engine.dispose()


@ON_POSTGRES
@pytest.mark.parametrize(("query", "told"), [("", "5000"), ("?tcp_user_timeout=7000", "7000")])
def test_a_postgresql_server_that_is_gone_without_a_word_is_given_up(
    store_url: str, query: str, told: str
) -> None:
    engine = open_database(f"{store_url}{query}")
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        assert driver.info.get_parameters()["tcp_user_timeout"] == told
    engine.dispose()


@ON_POSTGRES
def test_tables_that_are_locked_on_a_server_hold_the_start_up_no_longer_than_a_locked_file(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_database(store_url).dispose()
    other = create_engine(store_url)
    with other.begin() as connection:
        connection.execute(text("LOCK TABLE leaderboard_schema IN ACCESS EXCLUSIVE MODE"))
        monkeypatch.setattr("src.core.database.engines.BUSY_SECONDS", 1)
        pauses = pauses_of_the_store(monkeypatch)
        assert "statement timeout" in refusal(store_url)
        assert pauses == []
    other.dispose()
