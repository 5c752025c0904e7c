"""A day is fetched by one process at a time: who claims it first has it, until it is released or has expired."""

import datetime as dt
import threading

import pytest
from sqlalchemy import Engine

from src.store.sql import SqlUsageStore
from tests.days import MONDAY, TUESDAY, day, utc

NOON = utc("2025-03-12T12:00:00")
UNTIL = NOON + dt.timedelta(minutes=2)
MOMENT = dt.timedelta(microseconds=1)
DAYS = [day(MONDAY), day(TUESDAY)]


@pytest.fixture
def store(engine: Engine) -> SqlUsageStore:
    return SqlUsageStore(engine, "view", "usage")


def test_a_claimed_day_is_its_holders(store: SqlUsageStore) -> None:
    assert store.claim(DAYS[:1], "one", NOON, UNTIL) == {DAYS[0]}
    assert store.claim(DAYS, "other", NOON, UNTIL) == {DAYS[1]}


def test_who_holds_a_day_may_claim_it_again(store: SqlUsageStore) -> None:
    store.claim(DAYS, "one", NOON, UNTIL)
    later = UNTIL - MOMENT
    assert store.claim(DAYS, "one", later, later + (UNTIL - NOON)) == set(DAYS)
    assert store.claim(DAYS, "other", UNTIL, UNTIL + MOMENT) == set()


def test_a_claim_is_over_when_it_expires(store: SqlUsageStore) -> None:
    store.claim(DAYS, "one", NOON, UNTIL)
    assert store.claim(DAYS, "other", UNTIL - MOMENT, UNTIL) == set()
    assert store.claim(DAYS, "other", UNTIL, UNTIL + MOMENT) == set(DAYS)


def test_a_released_day_is_free(store: SqlUsageStore) -> None:
    store.claim(DAYS, "one", NOON, UNTIL)
    store.release(DAYS[:1], "one")
    assert store.claim(DAYS, "other", NOON, UNTIL) == {DAYS[0]}


def test_nobody_releases_what_another_holds(store: SqlUsageStore) -> None:
    store.claim(DAYS, "one", NOON, UNTIL)
    store.release(DAYS, "other")
    assert store.claim(DAYS, "other", NOON, UNTIL) == set()


@pytest.mark.parametrize(("view", "kind"), [("view", "hourly"), ("another", "usage")])
def test_claims_of_views_and_kinds_are_apart(engine: Engine, store: SqlUsageStore, view: str, kind: str) -> None:
    store.claim(DAYS, "one", NOON, UNTIL)
    assert SqlUsageStore(engine, view, kind).claim(DAYS, "other", NOON, UNTIL) == set(DAYS)


def test_of_many_at_once_each_day_is_claimed_by_one(store: SqlUsageStore) -> None:
    together = threading.Barrier(8)
    claimed: dict[str, set[dt.date]] = {}

    def claim(holder: str) -> None:
        together.wait(60)
        claimed[holder] = store.claim(DAYS, holder, NOON, UNTIL)

    threads = [threading.Thread(target=claim, args=(str(n),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(date for dates in claimed.values() for date in dates) == DAYS
