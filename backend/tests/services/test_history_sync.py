"""The last days are fetched before anybody asks: newest first, few at a time, with a rest after a failure."""

import asyncio
import datetime as dt
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from src.client.errors import GatewayError, GatewayRateLimitedError, GatewayUnavailableError
from src.services.day_repository import DayRepository, Keeping
from src.services.gateway_calls import GatewayCalls
from src.services.history_sync import HistorySync, Progress
from src.store.records import Freshness, MemoryUsageStore
from tests.conftest import SettableClock
from tests.days import TUESDAY, WEDNESDAY, day, utc
from tests.services.test_day_repository import Source

TTL = dt.timedelta(seconds=30)


@pytest.fixture
def source(clock: SettableClock) -> Source:
    return Source(clock)


@pytest.fixture
def repository(clock: SettableClock, source: Source) -> Iterator[DayRepository]:
    calls = GatewayCalls(8, clock)
    freshness = Freshness(settle=dt.timedelta(hours=6), live_ttl=TTL, clock=clock)
    yield DayRepository(Keeping(MemoryUsageStore(), calls, freshness), source.load)
    source.may_answer.set()
    calls.close()


def history(
    repository: DayRepository, clock: SettableClock, *, days: int = 8, concurrency: int = 1, seconds: float = 30
) -> HistorySync:
    interval = dt.timedelta(seconds=seconds)
    return HistorySync(repository, clock, days=days, concurrency=concurrency, interval=interval)


async def until_asked(source: Source, times: int) -> None:
    """Wait until so many spans were asked for, and all who are ready have had their turn."""
    async with asyncio.timeout(10):
        while len(source.spans) < times:  # noqa: ASYNC110 - told by another thread
            await asyncio.sleep(0.001)
    for _ in range(20):
        await asyncio.sleep(0)


def test_the_newest_days_come_first(repository: DayRepository, source: Source, clock: SettableClock) -> None:
    asyncio.run(history(repository, clock).run_once())
    assert sorted(source.spans[:2]) == [("2025-03-10", TUESDAY), (WEDNESDAY, WEDNESDAY)]
    assert source.spans[2:] == [("2025-03-07", "2025-03-09"), ("2025-03-05", "2025-03-06")]


def test_what_is_there_is_not_fetched_again(
    repository: DayRepository, source: Source, clock: SettableClock
) -> None:
    sync = history(repository, clock)
    asyncio.run(sync.run_once())
    source.spans.clear()
    asyncio.run(sync.run_once())
    assert source.spans == []
    clock.move(seconds=30)
    asyncio.run(sync.run_once())
    assert source.spans == [(WEDNESDAY, WEDNESDAY)]


@pytest.mark.parametrize("concurrency", [1, 2, 3])
def test_no_more_spans_than_wanted_are_fetched_at_once(
    repository: DayRepository, source: Source, clock: SettableClock, concurrency: int
) -> None:
    source.may_answer.clear()

    async def look_while_fetching() -> list[tuple[str, str]]:
        sync = asyncio.create_task(history(repository, clock, days=30, concurrency=concurrency).run_once())
        await until_asked(source, 1 + concurrency)  # today is fetched apart from the rest of its span
        asked = list(source.spans)
        source.may_answer.set()
        await sync
        return asked

    assert len(asyncio.run(look_while_fetching())) == 1 + concurrency
    assert len(source.spans) == 1 + 30 / 3


def test_it_tells_how_far_it_is(repository: DayRepository, source: Source, clock: SettableClock) -> None:
    sync = history(repository, clock)
    assert sync.progress is None
    source.may_answer.clear()

    async def look_while_fetching() -> Progress | None:
        fetching = asyncio.create_task(sync.run_once())
        await until_asked(source, 2)
        progress = sync.progress
        source.may_answer.set()
        await fetching
        return progress

    assert asyncio.run(look_while_fetching()) == Progress(0, 8)
    assert sync.progress == Progress(8, 8)


def test_it_does_not_claim_days_that_could_not_be_read(
    repository: DayRepository, source: Source, clock: SettableClock
) -> None:
    source.unreadable = {day(TUESDAY)}
    sync = history(repository, clock)
    asyncio.run(sync.run_once())
    assert sync.progress == Progress(7, 8)


def test_settled_days_are_looked_at_once_more_when_nothing_more_can_come(
    repository: DayRepository, source: Source, clock: SettableClock
) -> None:
    sync = history(repository, clock)
    asyncio.run(sync.run_once())
    source.spans.clear()
    clock.now = utc("2025-03-13T23:59:59")
    asyncio.run(sync.run_once())
    assert not [span for span in source.spans if span[0] <= TUESDAY <= span[1]]
    clock.now = utc("2025-03-14T00:00:00")
    source.spans.clear()
    asyncio.run(sync.run_once())
    assert len([span for span in source.spans if span[0] <= TUESDAY <= span[1]]) == 1
    clock.move(seconds=1)
    source.spans.clear()
    asyncio.run(sync.run_once())
    assert source.spans == []


def test_a_failure_is_told_and_stops_the_others_too(
    repository: DayRepository, source: Source, clock: SettableClock
) -> None:
    source.error = GatewayUnavailableError("Down.")
    source.may_answer.clear()

    async def fail() -> None:
        sync = asyncio.create_task(history(repository, clock, days=30, concurrency=2).run_once())
        await until_asked(source, 3)
        source.may_answer.set()
        with pytest.raises(GatewayUnavailableError):
            await sync
        asked = len(source.spans)
        for _ in range(50):
            await asyncio.sleep(0.001)  # for whoever would go on
        assert len(source.spans) == asked == 3

    asyncio.run(fail())


class Script:
    """Ends one round after another as told, and remembers the rests in between."""

    def __init__(self, sync: HistorySync, monkeypatch: pytest.MonkeyPatch, *outcomes: Exception | None) -> None:
        self._outcomes = iter(outcomes)
        self.rests: list[float] = []
        monkeypatch.setattr(sync, "run_once", self._run_once)
        # its own asyncio: that of everybody is used by servers that other tests have left on threads
        own = SimpleNamespace(**{**vars(asyncio), "sleep": self._sleep})
        monkeypatch.setattr("src.services.history_sync.asyncio", own)
        with pytest.raises(asyncio.CancelledError):
            asyncio.run(sync.run())

    async def _run_once(self) -> None:
        outcome = next(self._outcomes, asyncio.CancelledError())
        if outcome is not None:
            raise outcome

    async def _sleep(self, seconds: float) -> None:
        self.rests.append(seconds)


def test_it_rests_for_longer_and_longer_while_the_gateway_fails(
    repository: DayRepository, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    down: list[GatewayError | None] = [GatewayUnavailableError("Down.") for _ in range(8)]
    script = Script(history(repository, clock, seconds=30), monkeypatch, *down, None)
    assert script.rests == [1, 2, 4, 8, 16, 32, 60, 60, 30]


@pytest.mark.parametrize(("retry_after", "rest"), [(7, 7), (600, 60), (0, 1), (None, 1)])
def test_it_rests_as_long_as_the_gateway_asks_for(
    repository: DayRepository,
    clock: SettableClock,
    monkeypatch: pytest.MonkeyPatch,
    retry_after: float | None,
    rest: float,
) -> None:
    limited = GatewayRateLimitedError("Later.", retry_after=retry_after)
    assert Script(history(repository, clock, seconds=1), monkeypatch, limited).rests == [rest]


def test_it_looks_for_live_days_as_often_as_they_expire(
    repository: DayRepository, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Script(history(repository, clock, seconds=30), monkeypatch, None, None).rests == [30, 30]


def test_a_mistake_of_our_own_does_not_end_it(
    repository: DayRepository, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(Script(history(repository, clock), monkeypatch, ValueError("a mistake"), None).rests) == 2
