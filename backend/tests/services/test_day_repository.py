"""Each day is fetched once, kept while it is good, and served when the gateway is not there."""

import asyncio
import datetime as dt
import threading
from collections.abc import Iterator

import polars as pl
import pytest

from src.client.errors import GatewayRejectedKeyError, GatewayUnavailableError
from src.core.clock import DAY
from src.services.day_repository import DayRepository, Days, Keeping
from src.services.gateway_calls import GatewayCalls
from src.store.records import DayRecord, Freshness, MemoryUsageStore
from tests.conftest import SettableClock
from tests.days import MONDAY, TUESDAY, WEDNESDAY, day

OTHER_DAYS = ("2025-02-01", "2025-02-03", "2025-02-05", "2025-02-07")

Span = tuple[str, str]


class Source:
    """Loads empty days and remembers which spans it was asked for."""

    def __init__(self, clock: SettableClock) -> None:
        self._clock = clock
        self.spans: list[Span] = []
        self.error: Exception | None = None
        self.unreadable: set[dt.date] = set()
        self.may_answer = threading.Event()
        self.may_answer.set()

    def load(self, start: dt.date, end: dt.date) -> list[DayRecord]:
        self.spans.append((str(start), str(end)))
        assert self.may_answer.wait(60)
        if self.error is not None:
            raise self.error
        dates = [start + n * DAY for n in range((end - start).days + 1)]
        return [DayRecord(d, pl.DataFrame(), self._clock()) for d in dates if d not in self.unreadable]


@pytest.fixture
def source(clock: SettableClock) -> Source:
    return Source(clock)


@pytest.fixture
def repository(clock: SettableClock, source: Source) -> Iterator[DayRepository]:
    calls = GatewayCalls(4, clock)
    freshness = Freshness(settle=dt.timedelta(hours=6), live_ttl=dt.timedelta(seconds=30), clock=clock)
    yield DayRepository(Keeping(MemoryUsageStore(), calls, freshness), source.load)
    calls.close()


def fetch(repository: DayRepository, start: str, end: str) -> Days:
    return asyncio.run(repository.fetch(day(start), day(end)))


def test_a_range_is_its_days_oldest_first(repository: DayRepository) -> None:
    days = fetch(repository, MONDAY, WEDNESDAY)
    assert [str(record.date) for record in days.records] == [MONDAY, TUESDAY, WEDNESDAY]
    assert (days.missing, days.stale) == ([], False)


def test_a_range_is_whole_however_little_fits_into_memory(clock: SettableClock, source: Source) -> None:
    calls = GatewayCalls(4, clock)
    freshness = Freshness(settle=dt.timedelta(hours=6), live_ttl=dt.timedelta(seconds=30), clock=clock)
    small = DayRepository(Keeping(MemoryUsageStore(max_days=1), calls, freshness), source.load)
    days = fetch(small, "2025-02-01", WEDNESDAY)
    calls.close()
    assert (len(days.records), days.missing) == (40, [])


def test_settled_days_are_fetched_once(repository: DayRepository, source: Source, clock: SettableClock) -> None:
    for _ in range(3):
        fetch(repository, MONDAY, TUESDAY)
        clock.move(hours=3)
    assert source.spans == [(MONDAY, TUESDAY)]


def test_a_wider_range_fetches_only_what_is_not_there(repository: DayRepository, source: Source) -> None:
    fetch(repository, TUESDAY, TUESDAY)
    fetch(repository, "2025-03-09", TUESDAY)
    assert source.spans == [(TUESDAY, TUESDAY), ("2025-03-09", MONDAY)]


def test_days_that_may_change_are_fetched_again_when_they_are_old(
    repository: DayRepository, source: Source, clock: SettableClock
) -> None:
    fetch(repository, WEDNESDAY, WEDNESDAY)
    clock.move(seconds=29)
    fetch(repository, WEDNESDAY, WEDNESDAY)
    assert len(source.spans) == 1
    clock.move(seconds=1)
    days = fetch(repository, WEDNESDAY, WEDNESDAY)
    assert len(source.spans) == 2
    assert days.records[0].fetched_at == clock.now
    assert not days.stale


@pytest.mark.parametrize(("hours", "fetches"), [(5.9, 2), (6, 1)])
def test_a_day_is_settled_some_hours_after_it_ended(
    repository: DayRepository, source: Source, clock: SettableClock, hours: float, fetches: int
) -> None:
    clock.now = dt.datetime.combine(day(WEDNESDAY), dt.time(), dt.UTC) + dt.timedelta(hours=hours)
    fetch(repository, TUESDAY, TUESDAY)
    clock.move(hours=30)
    fetch(repository, TUESDAY, TUESDAY)
    assert len(source.spans) == fetches


def test_days_that_may_change_are_fetched_apart(repository: DayRepository, source: Source) -> None:
    fetch(repository, MONDAY, WEDNESDAY)
    assert sorted(source.spans) == [(MONDAY, TUESDAY), (WEDNESDAY, WEDNESDAY)]


def test_long_ranges_are_fetched_in_pieces_of_a_week(repository: DayRepository, source: Source) -> None:
    days = fetch(repository, "2024-11-01", "2025-02-28")
    lengths = [(day(end) - day(start)).days + 1 for start, end in sorted(source.spans)]
    assert lengths == [7] * 17 + [1]
    assert len(days.records) == 120


def test_one_flight_serves_all_who_ask_at_the_same_time(repository: DayRepository, source: Source) -> None:
    source.may_answer.clear()

    async def ask_together() -> list[Days]:
        asking = [asyncio.create_task(repository.fetch(day(MONDAY), day(TUESDAY))) for _ in range(50)]
        await asyncio.sleep(0)
        source.may_answer.set()
        return await asyncio.gather(*asking)

    answers = asyncio.run(ask_together())
    assert source.spans == [(MONDAY, TUESDAY)]
    assert {len(days.records) for days in answers} == {2}


def test_ranges_that_overlap_share_what_is_under_way(repository: DayRepository, source: Source) -> None:
    source.may_answer.clear()

    async def ask_together() -> None:
        first = asyncio.create_task(repository.fetch(day(MONDAY), day(MONDAY)))
        second = asyncio.create_task(repository.fetch(day("2025-03-09"), day(TUESDAY)))
        await asyncio.sleep(0)
        source.may_answer.set()
        await asyncio.gather(first, second)

    asyncio.run(ask_together())
    assert sorted(source.spans) == [("2025-03-09",) * 2, (MONDAY, MONDAY), (TUESDAY, TUESDAY)]


def test_one_who_gives_up_does_not_take_the_flight_from_the_others(
    repository: DayRepository, source: Source
) -> None:
    source.may_answer.clear()

    async def give_up_and_wait() -> Days:
        # all threads are busy, so that Monday's call waits in the queue, where it could be cancelled
        busy = [asyncio.create_task(repository.fetch(day(date), day(date))) for date in OTHER_DAYS]
        await asyncio.sleep(0)
        one, other = (asyncio.create_task(repository.fetch(day(MONDAY), day(MONDAY))) for _ in range(2))
        await asyncio.sleep(0)
        one.cancel()
        await asyncio.gather(one, return_exceptions=True)
        source.may_answer.set()
        await asyncio.gather(*busy)
        return await other

    assert len(asyncio.run(give_up_and_wait()).records) == 1
    assert source.spans.count((MONDAY, MONDAY)) == 1


def test_without_an_older_record_a_failure_is_told(repository: DayRepository, source: Source) -> None:
    source.error = GatewayRejectedKeyError("No.")
    with pytest.raises(GatewayRejectedKeyError):
        fetch(repository, MONDAY, TUESDAY)


def test_with_older_records_a_failure_serves_them_and_says_so(
    repository: DayRepository, source: Source, clock: SettableClock
) -> None:
    before = fetch(repository, MONDAY, WEDNESDAY)
    source.error = GatewayUnavailableError("Down.")
    clock.move(minutes=10)
    days = fetch(repository, MONDAY, WEDNESDAY)
    assert days.records == before.records
    assert days.stale
    source.error = None
    assert not fetch(repository, MONDAY, WEDNESDAY).stale


def test_settled_days_are_not_stale_while_the_gateway_is_down(
    repository: DayRepository, source: Source, clock: SettableClock
) -> None:
    fetch(repository, MONDAY, TUESDAY)
    source.error = GatewayUnavailableError("Down.")
    clock.move(days=10)
    assert not fetch(repository, MONDAY, TUESDAY).stale


def test_days_that_are_known_are_served_although_the_others_fail(
    repository: DayRepository, source: Source
) -> None:
    fetch(repository, MONDAY, MONDAY)
    source.error = GatewayUnavailableError("Down.")
    days = fetch(repository, MONDAY, TUESDAY)
    assert [str(record.date) for record in days.records] == [MONDAY]
    assert days.missing == [day(TUESDAY)]


def test_after_a_failure_the_days_are_asked_for_again(repository: DayRepository, source: Source) -> None:
    source.error = GatewayUnavailableError("Down.")
    for _ in range(2):
        with pytest.raises(GatewayUnavailableError):
            fetch(repository, MONDAY, MONDAY)
    source.error = None
    assert len(fetch(repository, MONDAY, MONDAY).records) == 1
    assert len(source.spans) == 3


def test_a_day_that_cannot_be_read_whole_is_missing(repository: DayRepository, source: Source) -> None:
    source.unreadable = {day(TUESDAY)}
    days = fetch(repository, MONDAY, WEDNESDAY)
    assert days.missing == [day(TUESDAY)]
    assert [str(record.date) for record in days.records] == [MONDAY, WEDNESDAY]


def test_an_older_record_stands_in_for_a_day_that_cannot_be_read_whole(
    repository: DayRepository, source: Source, clock: SettableClock
) -> None:
    before = fetch(repository, WEDNESDAY, WEDNESDAY)
    source.unreadable = {day(WEDNESDAY)}
    clock.move(minutes=1)
    days = fetch(repository, WEDNESDAY, WEDNESDAY)
    assert (days.records, days.missing, days.stale) == (before.records, [], True)


def test_a_mistake_of_our_own_is_not_taken_for_a_gateway_that_is_down(
    repository: DayRepository, source: Source, clock: SettableClock
) -> None:
    fetch(repository, WEDNESDAY, WEDNESDAY)
    clock.move(minutes=1)
    source.error = ValueError("a mistake")
    with pytest.raises(ValueError, match="a mistake"):
        fetch(repository, WEDNESDAY, WEDNESDAY)


def test_it_knows_when_it_fetched_last(repository: DayRepository, clock: SettableClock) -> None:
    assert repository.last_fetched_at is None
    fetch(repository, MONDAY, MONDAY)
    fetched_at = clock.now
    clock.move(hours=6)
    fetch(repository, MONDAY, MONDAY)
    assert repository.last_fetched_at == fetched_at
