"""Calls that give way run after all others and on half of the threads, and no call is forgotten."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future

import pytest

from src.services.gateway_calls import GatewayPool


class Held:
    """Calls that run until they are let go; `begun` has their names in the order in which they began."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self._arrived = threading.Semaphore(0)
        self._go_on = threading.Event()

    def call(self, name: str) -> str:
        self.begun.append(name)
        self._arrived.release()
        assert self._go_on.wait(60)
        return name

    def wait_for(self, number: int) -> None:
        """Wait until so many more have begun."""
        for _ in range(number):
            assert self._arrived.acquire(timeout=60)

    def nothing_begins(self) -> bool:
        return not self._arrived.acquire(timeout=0.2)

    def let_go(self) -> None:
        self._go_on.set()


@pytest.fixture
def held() -> Iterator[Held]:
    calls = Held()
    yield calls
    calls.let_go()


@pytest.fixture
def pool(held: Held) -> Iterator[GatewayPool]:
    made = GatewayPool(4)
    yield made
    held.let_go()
    made.close(wait=True)


def submit(pool: GatewayPool, held: Held, *names: str) -> list[Future[str]]:
    """Submit calls; those whose names begin with `later` give way."""
    return [pool.submit(lambda n=name: held.call(n), gives_way=name.startswith("later")) for name in names]


def test_calls_that_give_way_have_half_of_the_threads(pool: GatewayPool, held: Held) -> None:
    futures = submit(pool, held, *(f"later {n}" for n in range(5)))
    held.wait_for(2)
    assert held.nothing_begins()
    futures += submit(pool, held, "first 1", "first 2")
    held.wait_for(2)
    assert pool.unfinished(gives_way=True) == 5
    assert pool.unfinished(gives_way=False) == 2
    held.let_go()
    assert {future.result(60) for future in futures} == set(held.begun)
    assert len(held.begun) == 7


def test_other_calls_have_all_threads_and_go_before_those_that_give_way(pool: GatewayPool, held: Held) -> None:
    submit(pool, held, *(f"first {n}" for n in range(4)))
    held.wait_for(4)
    futures = submit(pool, held, "later 1", "first 4", "later 2", "first 5")
    held.let_go()
    assert {future.result(60) for future in futures} == {"later 1", "first 4", "later 2", "first 5"}
    assert set(held.begun[4:6]) == {"first 4", "first 5"}


def test_a_single_thread_is_everybodys(held: Held) -> None:
    pool = GatewayPool(1)
    futures = submit(pool, held, "later 1")
    held.wait_for(1)
    futures += submit(pool, held, "later 2", "first 1")
    held.let_go()
    assert [future.result(60) for future in futures] == ["later 1", "later 2", "first 1"]
    assert held.begun == ["later 1", "first 1", "later 2"]
    pool.close(wait=True)


def test_a_call_that_is_hastened_gives_way_no_longer(pool: GatewayPool, held: Held) -> None:
    futures = submit(pool, held, *(f"later {n}" for n in range(4)))
    held.wait_for(2)
    for future in (futures[3], futures[0]):  # one that waits, and one that runs
        pool.hasten(future)
    held.wait_for(1)
    assert held.begun == ["later 0", "later 1", "later 3"]
    assert (pool.unfinished(gives_way=True), pool.unfinished(gives_way=False)) == (3, 1)
    assert held.nothing_begins()
    held.let_go()
    assert [future.result(60) for future in futures] == [f"later {n}" for n in range(4)]


@pytest.mark.parametrize("gives_way", [False, True])
def test_whoever_waited_for_a_call_finds_it_counted_no_more(pool: GatewayPool, gives_way: bool) -> None:
    counts: list[int] = []

    def note(_future: Future[None]) -> None:
        counts.append(pool.unfinished(gives_way=gives_way))

    def fail() -> None:
        raise ValueError("planned")

    for call in (lambda: None, fail):
        future = pool.submit(call, gives_way=gives_way)
        future.add_done_callback(note)
        future.exception(60)
    pool.close(wait=True)
    assert counts == [0, 0]


def test_a_failure_is_the_waiters_and_the_thread_goes_on(pool: GatewayPool) -> None:
    def fail() -> None:
        raise ValueError("planned")

    with pytest.raises(ValueError, match="planned"):
        pool.submit(fail).result(60)
    assert [pool.submit(lambda n=n: n).result(60) for n in range(8)] == list(range(8))


def test_what_is_queued_is_dropped_at_the_end(pool: GatewayPool, held: Held) -> None:
    running = submit(pool, held, *(f"first {n}" for n in range(4)))
    held.wait_for(4)
    waiting = submit(pool, held, "first 4", "later 1")
    pool.close()
    assert [future.cancelled() for future in waiting] == [True, True]
    held.let_go()
    assert [future.result(60) for future in running] == held.begun
    with pytest.raises(RuntimeError):
        pool.submit(lambda: None)


def test_a_call_that_was_given_up_is_not_run(pool: GatewayPool, held: Held) -> None:
    submit(pool, held, *(f"first {n}" for n in range(4)))
    held.wait_for(4)
    given_up, wanted = submit(pool, held, "first 4", "first 5")
    assert given_up.cancel()
    held.let_go()
    assert wanted.result(60) == "first 5"
    assert "first 4" not in held.begun


def test_many_calls_of_both_kinds_all_end(pool: GatewayPool) -> None:
    futures = [pool.submit(lambda n=n: n, gives_way=n % 3 > 0) for n in range(3000)]
    for future in futures[::7]:
        pool.hasten(future)
    assert [future.result(60) for future in futures] == list(range(3000))
    assert [pool.unfinished(gives_way=kind) for kind in (False, True)] == [0, 0]
