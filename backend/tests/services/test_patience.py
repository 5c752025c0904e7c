"""Nobody waits long for what is known, nor for ever for what is not; and an outage is over when it is over."""

import asyncio
import datetime as dt
from collections.abc import Iterator

import pytest

from src.client.errors import GatewayUnavailableError
from src.services.day_repository import DayRepository, Days, Keeping
from src.services.gateway_calls import GatewayCalls
from src.services.refreshed import Lifetime, Refreshed
from src.store.records import Freshness, MemoryUsageStore
from tests.conftest import SettableClock
from tests.days import MONDAY, TUESDAY, WEDNESDAY, day
from tests.services.test_day_repository import Source, fetch
from tests.services.test_refreshed import Counter

HALF_AGAIN = 45
OVERDUE = 120


class Gateway:
    """Tells whether it is alive."""

    def __init__(self) -> None:
        self.alive = True

    def is_alive(self) -> bool:
        return self.alive


@pytest.fixture
def source(clock: SettableClock) -> Source:
    return Source(clock)


@pytest.fixture
def pulse() -> Gateway:
    return Gateway()


@pytest.fixture
def calls(clock: SettableClock, pulse: Gateway, source: Source) -> Iterator[GatewayCalls]:
    made = GatewayCalls(4, clock, pulse.is_alive)
    yield made
    source.may_answer.set()
    made.close()


@pytest.fixture
def repository(calls: GatewayCalls, clock: SettableClock, source: Source) -> DayRepository:
    freshness = Freshness(settle=dt.timedelta(hours=6), live_ttl=dt.timedelta(seconds=30), clock=clock)
    return DayRepository(Keeping(MemoryUsageStore(), calls, freshness), source.load)


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("src.services.day_repository.RANGE_PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr("src.services.day_repository.KNOWN_PATIENCE_SECONDS", 0.01)


def let_answer(repository: DayRepository, source: Source, date: str) -> None:
    """Let the fetch of a day that is under way come to its end."""
    flights = repository.start([day(date)])
    source.may_answer.set()
    for flight in flights:
        flight.result(60)


def dates_of(days: Days) -> list[str]:
    return [str(record.date) for record in days.records]


@pytest.mark.usefixtures("_impatient")
def test_an_unknown_day_that_takes_long_is_missing_now_and_there_later(
    repository: DayRepository, source: Source
) -> None:
    fetch(repository, MONDAY, MONDAY)
    source.may_answer.clear()
    days = fetch(repository, MONDAY, TUESDAY)
    assert (dates_of(days), days.missing, days.stale) == ([MONDAY], [day(TUESDAY)], False)
    let_answer(repository, source, TUESDAY)
    days = fetch(repository, MONDAY, TUESDAY)
    assert (dates_of(days), days.missing) == ([MONDAY, TUESDAY], [])
    assert source.spans == [(MONDAY, MONDAY), (TUESDAY, TUESDAY)]


@pytest.mark.usefixtures("_impatient")
def test_a_range_of_which_nothing_is_there_yet_is_missing_and_no_error(
    repository: DayRepository, source: Source
) -> None:
    source.may_answer.clear()
    days = fetch(repository, MONDAY, TUESDAY)
    assert (dates_of(days), days.missing) == ([], [day(MONDAY), day(TUESDAY)])


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize(("age", "stale"), [(HALF_AGAIN, False), (OVERDUE, True)])
def test_an_old_live_day_is_answered_while_it_is_fetched_again(
    repository: DayRepository, source: Source, clock: SettableClock, age: int, stale: bool
) -> None:
    before = fetch(repository, WEDNESDAY, WEDNESDAY)
    clock.move(seconds=age)
    source.may_answer.clear()
    days = fetch(repository, WEDNESDAY, WEDNESDAY)
    assert (days.records, days.stale) == (before.records, stale)
    let_answer(repository, source, WEDNESDAY)
    days = fetch(repository, WEDNESDAY, WEDNESDAY)
    assert (days.records[0].fetched_at, days.stale) == (clock.now, False)
    assert len(source.spans) == 2


def test_a_refresh_that_failed_is_told_even_if_the_day_is_not_old(
    repository: DayRepository, source: Source, clock: SettableClock
) -> None:
    fetch(repository, WEDNESDAY, WEDNESDAY)
    clock.move(seconds=HALF_AGAIN)
    source.error = GatewayUnavailableError("Down.")
    assert fetch(repository, WEDNESDAY, WEDNESDAY).stale


@pytest.mark.parametrize(("hours", "due"), [(47.99, []), (48, [day(MONDAY)])])
def test_a_settled_day_is_looked_at_once_more_after_two_days(
    repository: DayRepository, clock: SettableClock, hours: float, due: list[dt.date]
) -> None:
    fetch(repository, MONDAY, MONDAY)
    clock.now = dt.datetime.combine(day(TUESDAY), dt.time(), dt.UTC) + dt.timedelta(hours=hours)
    assert asyncio.run(repository.recheck_due([day(MONDAY), day(TUESDAY)])) == due
    if due:
        for flight in repository.start(due, again=True):
            flight.result(60)
        clock.move(days=30)
        assert asyncio.run(repository.recheck_due(due)) == []


def test_days_that_were_refused_during_an_outage_are_asked_for_after_it(
    repository: DayRepository, source: Source, pulse: Gateway
) -> None:
    source.error, pulse.alive = GatewayUnavailableError("Down."), False
    for _ in range(3):
        with pytest.raises(GatewayUnavailableError, match="Down"):
            fetch(repository, MONDAY, MONDAY)
    assert len(source.spans) == 1
    source.error, pulse.alive = None, True
    assert dates_of(fetch(repository, MONDAY, MONDAY)) == [MONDAY]


def test_a_value_that_was_refused_during_an_outage_is_read_after_it(
    calls: GatewayCalls, clock: SettableClock, pulse: Gateway
) -> None:
    counter = Counter()
    refreshed = Refreshed(calls, counter.read, Lifetime(dt.timedelta(seconds=60), clock))
    counter.error, pulse.alive = GatewayUnavailableError("Down."), False
    for _ in range(3):
        with pytest.raises(GatewayUnavailableError, match="Down"):
            asyncio.run(refreshed.get())
    assert counter.reads == 1
    counter.error, pulse.alive = None, True
    assert asyncio.run(refreshed.get()) == 2


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize(("age", "stale"), [(0, False), (9, False), (10, True)])
def test_without_a_time_to_live_a_day_that_came_a_moment_ago_is_not_stale(
    calls: GatewayCalls, clock: SettableClock, source: Source, age: int, stale: bool
) -> None:
    freshness = Freshness(settle=dt.timedelta(hours=6), live_ttl=dt.timedelta(0), clock=clock)
    restless = DayRepository(Keeping(MemoryUsageStore(), calls, freshness), source.load)
    for flight in restless.start([day(WEDNESDAY)]):
        flight.result(60)
    source.may_answer.clear()
    clock.move(seconds=age)
    assert fetch(restless, WEDNESDAY, WEDNESDAY).stale is stale
