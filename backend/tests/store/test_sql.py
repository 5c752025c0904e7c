"""Days in a database come back exactly, the newest of each, to those alone whom they belong to."""

import datetime as dt

import polars as pl
import pytest
from sqlalchemy import Engine

from src.services.team_daily_activity_service import SCHEMA
from src.store.database import open_database
from src.store.records import DayRecord
from src.store.sql import SqlUsageStore
from tests.days import MONDAY, TUESDAY, WEDNESDAY, day, utc
from tests.store.samples import EVENING, MORNING, assert_same, hourly_frame, record, usage_frame


@pytest.fixture
def store(engine: Engine) -> SqlUsageStore:
    return SqlUsageStore(engine, "view", "usage")


def kept(store: SqlUsageStore, *dates: str) -> list[str]:
    return sorted(str(date) for date in store.get([day(date) for date in dates]))


@pytest.mark.parametrize("frame", [usage_frame(), hourly_frame(), pl.DataFrame(schema=SCHEMA)])
def test_a_day_comes_back_as_it_was_put(store: SqlUsageStore, frame: pl.DataFrame) -> None:
    put = record(frame=frame)
    store.put([put])
    assert_same(store.get([put.date])[put.date], put)


def test_what_was_put_is_there_and_nothing_else(store: SqlUsageStore) -> None:
    store.put([record(MONDAY), record(TUESDAY)])
    assert kept(store, MONDAY, WEDNESDAY) == [MONDAY]
    assert kept(store) == []


def test_a_day_without_names_has_none(store: SqlUsageStore) -> None:
    store.put([DayRecord(day(MONDAY), usage_frame(), MORNING)])
    assert store.get([day(MONDAY)])[day(MONDAY)].team_aliases == {}


@pytest.mark.parametrize(
    "fetched_at",
    [
        utc("2025-03-12T08:00:00.000001"),
        utc("1970-01-01T00:00:00"),
        utc("9999-12-31T23:59:59.999999"),
        dt.datetime(2025, 3, 30, 2, 30, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=45))),
    ],
)
def test_times_are_kept_to_the_microsecond(store: SqlUsageStore, fetched_at: dt.datetime) -> None:
    store.put([record(fetched_at=fetched_at)])
    assert store.get([day(MONDAY)])[day(MONDAY)].fetched_at == fetched_at


@pytest.mark.parametrize("order", [(MORNING, EVENING), (EVENING, MORNING)])
def test_the_newer_fetch_of_a_day_wins(store: SqlUsageStore, order: tuple[dt.datetime, dt.datetime]) -> None:
    for fetched_at in order:
        store.put([record(fetched_at=fetched_at, tokens=fetched_at.hour)])
    found = store.get([day(MONDAY)])[day(MONDAY)]
    assert_same(found, record(fetched_at=EVENING, tokens=20))


def test_an_older_fetch_does_not_hold_up_the_days_beside_it(store: SqlUsageStore) -> None:
    store.put([record(MONDAY, EVENING, tokens=1)])
    store.put([record(MONDAY, MORNING, tokens=2), record(TUESDAY, MORNING, tokens=2)])
    found = store.get([day(MONDAY), day(TUESDAY)])
    assert [found[day(date)].fetched_at for date in (MONDAY, TUESDAY)] == [EVENING, MORNING]


def test_no_days_are_no_trouble(store: SqlUsageStore) -> None:
    store.put([])
    assert store.get([]) == {}


@pytest.mark.parametrize(("view", "kind"), [("view", "hourly"), ("another", "usage")])
def test_views_and_kinds_are_apart(engine: Engine, store: SqlUsageStore, view: str, kind: str) -> None:
    other = SqlUsageStore(engine, view, kind)
    store.put([record(tokens=1)])
    assert kept(other, MONDAY) == []
    other.put([record(tokens=2)])
    assert_same(store.get([day(MONDAY)])[day(MONDAY)], record(tokens=1))


def test_days_are_there_after_a_restart(store: SqlUsageStore, store_url: str) -> None:
    store.put([record()])
    again = open_database(store_url)
    assert_same(SqlUsageStore(again, "view", "usage").get([day(MONDAY)])[day(MONDAY)], record())
    again.dispose()


def test_the_longest_range_fits(store: SqlUsageStore) -> None:
    dates = [str(day(MONDAY) + dt.timedelta(days=n)) for n in range(400)]
    store.put([record(date, frame=usage_frame(rows=1)) for date in dates])
    assert kept(store, *dates) == dates
