"""Two processes on one database fetch each day once between them, and one that dies holds nobody up."""

import asyncio
import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, text

from src.client.errors import GatewayUnavailableError
from src.services.day_repository import DayRepository, Keeping
from src.services.gateway_calls import GatewayCalls
from src.store.records import DayRecord, Freshness, MemoryUsageStore
from src.store.sql import SqlUsageStore
from tests.conftest import SettableClock
from tests.days import MONDAY, TUESDAY, WEDNESDAY, day
from tests.services.test_day_repository import Source, fetch

SUNDAY = "2025-03-09"


class SignallingSource(Source):
    """Tells when it is asked."""

    def __init__(self, clock: SettableClock) -> None:
        super().__init__(clock)
        self.asked = threading.Event()

    def load(self, start: dt.date, end: dt.date) -> list[DayRecord]:
        self.asked.set()
        return super().load(start, end)


@dataclass
class Process:
    """What a process has of its own."""

    source: SignallingSource
    repository: DayRepository
    store: SqlUsageStore


StartProcess = Callable[[], Process]


@pytest.fixture
def start_process(engine: Engine, clock: SettableClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[StartProcess]:
    monkeypatch.setattr("src.store.sql.POLL_SECONDS", 0.02)
    monkeypatch.setattr("src.store.sql.LEASE", dt.timedelta(seconds=8))
    freshness = Freshness(settle=dt.timedelta(hours=6), live_ttl=dt.timedelta(seconds=30), clock=clock)
    pools: list[GatewayCalls] = []

    def start() -> Process:
        pools.append(GatewayCalls(4, clock))
        source = SignallingSource(clock)
        store = SqlUsageStore(engine, "view", "usage")
        keeping = Keeping(MemoryUsageStore(), pools[-1], freshness, store)
        return Process(source, DayRepository(keeping, source.load), store)

    yield start
    for pool in pools:
        pool.close(wait=True)


def test_after_a_restart_settled_days_are_there_without_asking(
    start_process: StartProcess, clock: SettableClock
) -> None:
    before = fetch(start_process().repository, MONDAY, TUESDAY)
    clock.move(hours=11)
    again = start_process()
    days = fetch(again.repository, MONDAY, TUESDAY)
    assert again.source.spans == []
    assert [(one.date, one.fetched_at) for one in days.records] == [
        (one.date, one.fetched_at) for one in before.records
    ]
    assert (days.missing, days.stale) == ([], False)
    assert again.repository.last_fetched_at == before.records[0].fetched_at


def test_after_a_restart_with_the_gateway_down_an_old_live_day_is_served_as_stale(
    start_process: StartProcess, clock: SettableClock
) -> None:
    fetch(start_process().repository, WEDNESDAY, WEDNESDAY)
    clock.move(minutes=1)
    again = start_process()
    again.source.error = GatewayUnavailableError("Down.")
    days = fetch(again.repository, WEDNESDAY, WEDNESDAY)
    assert (len(days.records), days.stale) == (1, True)


def test_a_day_that_cannot_be_read_back_is_fetched_again(start_process: StartProcess, engine: Engine) -> None:
    fetch(start_process().repository, MONDAY, TUESDAY)
    with engine.begin() as connection:
        statement = text("UPDATE leaderboard_days SET frame = :frame WHERE date = :date")
        connection.execute(statement, {"frame": b"damaged", "date": MONDAY})
    again = start_process()
    assert len(fetch(again.repository, MONDAY, TUESDAY).records) == 2
    assert again.source.spans == [(MONDAY, MONDAY)]


def test_what_another_process_fetched_is_taken_over_while_it_is_good(
    start_process: StartProcess, clock: SettableClock
) -> None:
    one, other = start_process(), start_process()
    fetch(other.repository, WEDNESDAY, WEDNESDAY)
    clock.move(seconds=60)
    fetch(one.repository, MONDAY, WEDNESDAY)
    clock.move(seconds=20)
    days = fetch(other.repository, MONDAY, WEDNESDAY)
    assert len(days.records) == 3
    assert other.source.spans == [(WEDNESDAY, WEDNESDAY)]
    clock.move(seconds=10)
    fetch(other.repository, MONDAY, WEDNESDAY)
    assert other.source.spans == [(WEDNESDAY, WEDNESDAY)] * 2


def test_days_asked_for_at_once_are_fetched_by_one_of_the_two(start_process: StartProcess) -> None:
    one, other = start_process(), start_process()
    one.source.may_answer.clear()
    first = one.repository.start([day(MONDAY), day(TUESDAY)])
    assert one.source.asked.wait(60)
    second = other.repository.start([day(SUNDAY), day(MONDAY), day(TUESDAY)])
    assert other.source.asked.wait(60)
    one.source.may_answer.set()
    fetched = {record.date for flight in first | second for record in flight.result(60).kept}
    assert fetched == {day(SUNDAY), day(MONDAY), day(TUESDAY)}
    assert one.source.spans == [(MONDAY, TUESDAY)]
    assert other.source.spans == [(SUNDAY, SUNDAY)]


def test_a_day_that_another_process_ends_between_two_looks_is_not_fetched_twice(
    start_process: StartProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = start_process(), start_process()
    claim = one.store.claim

    def be_overtaken(dates: Sequence[dt.date], *arguments: str | dt.datetime) -> set[dt.date]:
        monkeypatch.undo()
        fetch(other.repository, MONDAY, MONDAY)
        return claim(dates, *arguments)  # ty: ignore[invalid-argument-type]

    monkeypatch.setattr(one.store, "claim", be_overtaken)
    assert len(fetch(one.repository, MONDAY, MONDAY).records) == 1
    assert other.source.spans == [(MONDAY, MONDAY)]
    assert one.source.spans == []


def test_a_process_that_died_is_waited_for_until_its_claim_expires(
    start_process: StartProcess, engine: Engine
) -> None:
    now = dt.datetime.now(dt.UTC)
    SqlUsageStore(engine, "view", "usage").claim([day(MONDAY)], "dead", now, now + dt.timedelta(seconds=0.3))
    process = start_process()
    assert len(fetch(process.repository, MONDAY, TUESDAY).records) == 2
    assert dt.datetime.now(dt.UTC) - now >= dt.timedelta(seconds=0.3)
    assert sorted(process.source.spans) == [(MONDAY, MONDAY), (TUESDAY, TUESDAY)]


def test_a_day_that_takes_longer_than_a_lease_is_still_fetched_once(
    start_process: StartProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a thread that renews it may be late by seconds where the machine is busy
    monkeypatch.setattr("src.store.sql.LEASE", dt.timedelta(seconds=4))
    monkeypatch.setattr("src.store.sql.RENEWAL_SECONDS", 0.2)
    one, other = start_process(), start_process()
    one.source.may_answer.clear()
    first = one.repository.start([day(MONDAY)])
    assert one.source.asked.wait(60)
    second = other.repository.start([day(MONDAY)])
    assert not other.source.asked.wait(5)
    one.source.may_answer.set()
    for flight in first | second:
        flight.result(60)
    assert other.source.spans == []


@pytest.mark.parametrize("error", [GatewayUnavailableError("Down."), ValueError("a mistake")])
def test_a_fetch_that_fails_leaves_the_days_to_the_others(start_process: StartProcess, error: Exception) -> None:
    one, other = start_process(), start_process()
    one.source.error = error
    with pytest.raises(type(error)):
        fetch(one.repository, MONDAY, TUESDAY)
    started = time.monotonic()
    assert len(fetch(other.repository, MONDAY, TUESDAY).records) == 2
    assert time.monotonic() - started < 15  # a lease that is not given up lasts for 20


def test_a_fetch_that_fails_while_another_waits_is_taken_over(start_process: StartProcess) -> None:
    one, other = start_process(), start_process()
    one.source.error = GatewayUnavailableError("Down.")
    one.source.may_answer.clear()
    failing = one.repository.start([day(MONDAY)])
    assert one.source.asked.wait(60)
    waiting = other.repository.start([day(MONDAY)])
    one.source.may_answer.set()
    for flight in failing:
        assert isinstance(flight.exception(60), GatewayUnavailableError)
    for flight in waiting:
        flight.result(60)
    assert other.source.spans == [(MONDAY, MONDAY)]


def test_a_day_that_cannot_be_read_whole_is_not_kept_and_not_held(start_process: StartProcess) -> None:
    one, other = start_process(), start_process()
    one.source.unreadable = {day(MONDAY)}
    assert fetch(one.repository, MONDAY, TUESDAY).missing == [day(MONDAY)]
    assert fetch(other.repository, MONDAY, TUESDAY).missing == []
    assert other.source.spans == [(MONDAY, MONDAY)]


def test_days_that_are_fetched_anew_are_fetched_whatever_is_there(
    start_process: StartProcess, clock: SettableClock
) -> None:
    fetch(start_process().repository, MONDAY, TUESDAY)
    clock.move(days=1)
    other = start_process()
    for flight in other.repository.start([day(MONDAY), day(TUESDAY)], again=True):
        flight.result(60)
    assert other.source.spans == [(MONDAY, TUESDAY)]
    third = start_process()
    assert {one.fetched_at for one in fetch(third.repository, MONDAY, TUESDAY).records} == {clock.now}
    assert asyncio.run(third.repository.recheck_due([day(MONDAY)])) == []


def test_a_day_that_another_process_fetched_anew_is_taken_over_soon(
    start_process: StartProcess, clock: SettableClock
) -> None:
    one, other = start_process(), start_process()
    fetch(one.repository, MONDAY, TUESDAY)
    clock.move(days=1)
    for flight in other.repository.start([day(MONDAY)], again=True):
        flight.result(60)
    assert {record.fetched_at for record in fetch(one.repository, MONDAY, MONDAY).records} == {clock.now}
    clock.move(seconds=29)
    for flight in other.repository.start([day(MONDAY)], again=True):
        flight.result(60)
    assert {record.fetched_at for record in fetch(one.repository, MONDAY, MONDAY).records} != {clock.now}
    clock.move(seconds=1)
    assert {record.fetched_at for record in fetch(one.repository, MONDAY, MONDAY).records} == {
        clock.now - dt.timedelta(seconds=1)
    }
    assert one.source.spans == [(MONDAY, TUESDAY)]


def test_of_two_processes_one_looks_once_more_at_a_settled_day(
    start_process: StartProcess, clock: SettableClock
) -> None:
    one, other = start_process(), start_process()
    for process in (one, other):
        fetch(process.repository, TUESDAY, TUESDAY)
    clock.move(days=2)
    for process in (one, other):
        for flight in process.repository.start([day(TUESDAY)]):
            flight.result(60)
    assert one.source.spans == [(TUESDAY, TUESDAY)] * 2
    assert other.source.spans == []
