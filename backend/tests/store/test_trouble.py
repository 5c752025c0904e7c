"""A store that fails while it is used is passed over; what it holds is kept until something better is there."""

import datetime as dt
import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from src.store.database import SqlFactStore, open_database
from src.store.sql import SqlUsageStore
from tests.days import MONDAY, TUESDAY, day
from tests.store.samples import EVENING, MORNING, assert_same, record, usage_frame

DAYS = [day(MONDAY), day(TUESDAY)]


@pytest.fixture
def store(engine: Engine) -> SqlUsageStore:
    return SqlUsageStore(engine, "view", "usage")


def change(engine: Engine, column: str, value: object) -> None:
    """Change a column of Monday's row behind the store's back."""
    with engine.begin() as connection:
        statement = f"UPDATE leaderboard_days SET {column} = :value WHERE date = '{MONDAY}'"  # noqa: S608 - ours
        connection.execute(text(statement), {"value": value})


def payload(engine: Engine) -> bytes:
    with engine.connect() as connection:
        query = f"SELECT frame FROM leaderboard_days WHERE date = '{MONDAY}'"  # noqa: S608 - ours
        return bytes(connection.execute(text(query)).scalar_one())


@pytest.mark.parametrize(
    "damage",
    [lambda whole: b"", lambda whole: whole[:-1], lambda whole: whole[: len(whole) // 2], lambda whole: b"x" * 99],
    ids=["nothing", "one byte less", "half", "something else"],
)
def test_a_damaged_day_is_not_known_and_makes_room_for_a_good_one(
    engine: Engine, store: SqlUsageStore, damage: Callable[[bytes], bytes], caplog: pytest.LogCaptureFixture
) -> None:
    store.put([record(MONDAY), record(TUESDAY)])
    damaged = damage(payload(engine))
    change(engine, "frame", damaged)
    assert list(store.get(DAYS)) == [day(TUESDAY)]
    assert MONDAY in caplog.text
    assert payload(engine) == damaged
    store.put([record(MONDAY, EVENING)])
    assert_same(store.get(DAYS)[day(MONDAY)], record(MONDAY, EVENING))


def test_no_changed_byte_of_a_day_changes_a_figure(engine: Engine, store: SqlUsageStore) -> None:
    store.put([record()])
    whole = payload(engine)
    for place in range(0, len(whole), len(whole) // 50):
        changed = bytearray(whole)
        changed[place] ^= 0x55
        change(engine, "frame", bytes(changed))
        for found in store.get([day(MONDAY)]).values():
            assert_same(found, record())


@pytest.mark.parametrize(
    ("column", "value"), [("team_aliases", '{"a'), ("fetched_at", "x"), ("frame", "text"), ("team_aliases", "[1]")]
)
def test_a_damaged_row_does_not_hide_the_others(tmp_path: Path, column: str, value: str) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'usage.db'}")
    store = SqlUsageStore(engine, "view", "usage")
    store.put([record(MONDAY), record(TUESDAY)])
    change(engine, column, value)
    assert list(store.get(DAYS)) == [day(TUESDAY)]
    engine.dispose()


@pytest.fixture
def failing(engine: Engine) -> Engine:
    """Return a store whose tables somebody has taken away."""
    with engine.begin() as connection:
        for table in ("days", "facts", "leases"):
            connection.execute(text(f"DROP TABLE leaderboard_{table}"))
    return engine


def use_everything(engine: Engine) -> None:
    """Check that a store that fails holds nobody up."""
    store = SqlUsageStore(engine, "view", "usage")
    store.put([record()])
    assert store.claim(DAYS, "one", MORNING, EVENING) == set(DAYS)
    store.release(DAYS, "one")
    SqlFactStore(engine, "view", "teams").save({}, MORNING)


def test_a_store_that_fails_is_passed_over_with_a_warning(
    failing: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    use_everything(failing)
    assert SqlUsageStore(failing, "view", "usage").get(DAYS) == {}
    assert SqlFactStore(failing, "view", "teams").load() is None
    assert {record.levelno for record in caplog.records} == {logging.WARNING}
    assert not any("\n" in line or "leaderboard_" in line for line in caplog.messages)


def test_a_locked_store_is_read_and_written_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("src.core.database.engines.BUSY_SECONDS", 0.05)
    engine = open_database(f"sqlite:///{tmp_path / 'usage.db'}")
    store = SqlUsageStore(engine, "view", "usage")
    store.put([record(MONDAY)])
    other = sqlite3.connect(tmp_path / "usage.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    use_everything(engine)
    store.put([record(TUESDAY)])
    assert list(store.get(DAYS)) == [day(MONDAY)]
    other.close()
    store.put([record(TUESDAY)])
    assert sorted(store.get(DAYS)) == DAYS
    engine.dispose()


def test_the_write_of_some_days_is_all_or_nothing(engine: Engine, store: SqlUsageStore) -> None:
    store.put([record(MONDAY, frame=usage_frame(1))])
    with pytest.raises(TypeError):
        store.put([record(MONDAY, EVENING), record(TUESDAY, fetched_at=dt.datetime.min)])  # noqa: DTZ901 - wrong
    assert_same(store.get(DAYS)[day(MONDAY)], record(MONDAY, frame=usage_frame(1)))
