"""Days are kept in memory, the newest record of each, and no more than there is room for."""

import datetime as dt

import polars as pl

from src.store.records import DayRecord, MemoryUsageStore
from tests.days import MONDAY, TUESDAY, WEDNESDAY, day, utc

MORNING, EVENING = utc(f"{WEDNESDAY}T08:00:00"), utc(f"{WEDNESDAY}T20:00:00")


def record(date: str, fetched_at: dt.datetime = MORNING) -> DayRecord:
    return DayRecord(day(date), pl.DataFrame(), fetched_at)


def kept(store: MemoryUsageStore, *dates: str) -> list[str]:
    return [str(date) for date in store.get([day(date) for date in dates])]


def test_what_was_put_is_there_and_nothing_else() -> None:
    store = MemoryUsageStore()
    store.put([record(MONDAY), record(TUESDAY)])
    assert kept(store, MONDAY, WEDNESDAY) == [MONDAY]


def test_the_newest_record_of_a_day_wins() -> None:
    store = MemoryUsageStore()
    store.put([record(MONDAY)])
    store.put([record(MONDAY, EVENING)])
    assert store.get([day(MONDAY)])[day(MONDAY)].fetched_at == EVENING


def test_the_days_that_were_not_used_for_longest_make_room() -> None:
    store = MemoryUsageStore(max_days=2)
    store.put([record(MONDAY), record(TUESDAY)])
    store.get([day(MONDAY)])
    store.put([record(WEDNESDAY)])
    assert kept(store, MONDAY, TUESDAY, WEDNESDAY) == [MONDAY, WEDNESDAY]


def test_the_longest_range_fits() -> None:
    store = MemoryUsageStore()
    dates = [day(MONDAY) + dt.timedelta(days=n) for n in range(400)]
    store.put(DayRecord(date, pl.DataFrame(), MORNING) for date in dates)
    assert len(store.get(dates)) == 400


def test_stores_share_nothing() -> None:
    MemoryUsageStore().put([record(MONDAY)])
    assert kept(MemoryUsageStore(), MONDAY) == []
