"""A value that is kept for a while: read once for all who ask, and kept when the gateway fails or is slow."""

import asyncio
import datetime as dt
import threading
from collections.abc import Iterator

import pytest

from src.client.errors import GatewayTimeoutError, GatewayUnavailableError
from src.services.gateway_calls import GatewayCalls
from src.services.refreshed import Lifetime, Refreshed
from tests.conftest import SettableClock


class Counter:
    """Reads 1, 2, 3 and so on."""

    def __init__(self) -> None:
        self.reads = 0
        self.error: Exception | None = None
        self.may_answer = threading.Event()
        self.may_answer.set()

    def read(self) -> int:
        self.reads += 1
        assert self.may_answer.wait(60)
        if self.error is not None:
            raise self.error
        return self.reads


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def refreshed(counter: Counter, clock: SettableClock) -> Iterator[Refreshed[int]]:
    calls = GatewayCalls(2, clock)
    yield Refreshed(calls, counter.read, Lifetime(dt.timedelta(seconds=60), clock))
    counter.may_answer.set()
    calls.close()


def get(refreshed: Refreshed[int], newer_than: dt.datetime | None = None) -> int:
    return asyncio.run(refreshed.get(newer_than=newer_than))


def test_a_value_is_kept_until_it_expires(refreshed: Refreshed[int], clock: SettableClock) -> None:
    assert get(refreshed) == 1
    clock.move(seconds=59)
    assert get(refreshed) == 1
    clock.move(seconds=1)
    assert get(refreshed) == 2


def test_a_value_that_is_older_than_wanted_is_read_again(refreshed: Refreshed[int], clock: SettableClock) -> None:
    get(refreshed)
    read_at = clock.now
    clock.move(seconds=10)
    assert get(refreshed, newer_than=read_at) == 1
    assert get(refreshed, newer_than=clock.now) == 2


def test_all_who_ask_at_the_same_time_share_one_reading(refreshed: Refreshed[int], counter: Counter) -> None:
    counter.may_answer.clear()

    async def ask_together() -> list[int]:
        asking = [asyncio.create_task(refreshed.get()) for _ in range(20)]
        await asyncio.sleep(0)
        counter.may_answer.set()
        return await asyncio.gather(*asking)

    assert asyncio.run(ask_together()) == [1] * 20


def test_the_first_failure_is_told(refreshed: Refreshed[int], counter: Counter) -> None:
    counter.error = GatewayUnavailableError("Down.")
    with pytest.raises(GatewayUnavailableError):
        get(refreshed)


def test_a_later_failure_leaves_the_older_value(
    refreshed: Refreshed[int], counter: Counter, clock: SettableClock
) -> None:
    get(refreshed)
    clock.move(hours=1)
    counter.error = GatewayUnavailableError("Down.")
    assert get(refreshed) == 1
    counter.error = None
    clock.move(seconds=1)
    assert get(refreshed) == 3


def test_a_slow_gateway_leaves_the_older_value_and_its_answer_is_kept_when_it_comes(
    refreshed: Refreshed[int], counter: Counter, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("src.services.refreshed.PATIENCE_SECONDS", 0.01)
    get(refreshed)
    clock.move(hours=1)
    counter.may_answer.clear()
    assert get(refreshed) == 1
    assert get(refreshed) == 1
    assert counter.reads == 2
    counter.may_answer.set()
    monkeypatch.undo()
    assert get(refreshed) == 2
    assert counter.reads == 2


@pytest.mark.parametrize(("soon", "patience"), [(False, "FIRST_PATIENCE_SECONDS"), (True, "PATIENCE_SECONDS")])
def test_a_first_value_that_takes_long_is_a_timeout_now_and_there_later(
    refreshed: Refreshed[int], counter: Counter, monkeypatch: pytest.MonkeyPatch, soon: bool, patience: str
) -> None:
    monkeypatch.setattr(f"src.services.refreshed.{patience}", 0.01)
    counter.may_answer.clear()
    for _ in range(2):
        with pytest.raises(GatewayTimeoutError):
            asyncio.run(refreshed.get(soon=soon))
    reading = refreshed.start(lambda: True)
    counter.may_answer.set()
    assert reading.result(60) == 1
    assert asyncio.run(refreshed.get(soon=soon)) == 1
    assert counter.reads == 1


def test_a_failure_counts_from_its_end(
    refreshed: Refreshed[int], counter: Counter, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("src.services.refreshed.FIRST_PATIENCE_SECONDS", 0.01)
    counter.error = GatewayUnavailableError("Down.")
    counter.may_answer.clear()
    with pytest.raises(GatewayTimeoutError):
        get(refreshed)
    reading = refreshed.start(lambda: True)
    assert refreshed.failed_at is None
    clock.move(seconds=60)
    over = threading.Event()
    reading.add_done_callback(lambda _: over.set())
    counter.may_answer.set()
    assert over.wait(60)
    assert refreshed.failed_at == clock.now
