"""In public mode, those without the token cannot use up what is there for those who have it."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from tests.api.dataset import ENDPOINTS, RANGE
from tests.api.test_busy import TOLD, january
from tests.api.test_crowds import ACTIVITY, Client, run
from tests.api.test_error_table import assert_error
from tests.api.test_public_mode import INSIDER, TOKEN
from tests.fake_gateway.faults import Request
from tests.fake_gateway.server import FakeGateway

LIMIT, THREADS = 8, 4
# Seventy days in ten pieces: more than may wait for the public, and more than may wait in all.
WEEKS = {"start_date": "2024-10-01", "end_date": "2024-12-09"}


class Slow:
    """A gateway that does not answer what it is asked for days of the public until it is let go."""

    def __init__(self, gateway: FakeGateway) -> None:
        self._arrived = threading.Semaphore(0)
        self._go_on = threading.Event()
        gateway.on_request = self._hold

    def _hold(self, request: Request) -> None:
        if request.path == ACTIVITY and request.query["start_date"] < "2025-01-09":
            self._arrived.release()
            self._go_on.wait(60)

    async def wait_for(self, number: int) -> None:
        for _ in range(number):
            assert await asyncio.to_thread(self._arrived.acquire, timeout=60)

    def let_go(self) -> None:
        self._go_on.set()


@pytest.fixture
def slow(gateway: FakeGateway) -> Iterator[Slow]:
    made = Slow(gateway)
    yield made
    made.let_go()


@pytest.fixture
def scenario(configured: Any, slow: Slow) -> Callable[..., None]:
    """Return what runs a scenario, lets the gateway answer, and waits for what the scenario returns."""

    def run_it(ask: Callable[[Client], Awaitable[list[asyncio.Task[Any]]]], **changes: Any) -> None:
        public = {"public_mode": True, "server_basic_auth_token": TOKEN, "usage_store_url": "memory"}
        limits = {"litellm_queue_limit": LIMIT, "litellm_concurrency": THREADS}
        app = configured(**{**public, **limits, **changes}).app

        async def around(client: Client) -> None:
            waiting = await ask(client)
            assert not any(task.done() for task in waiting)
            slow.let_go()
            assert {answer.status_code for answer in await asyncio.gather(*waiting)} == {200}

        run(app, around)

    return run_it


def begin(client: Client, *ranges: dict[str, str], **headers: str) -> list[asyncio.Task[Any]]:
    return [asyncio.create_task(client.get("/tokens", params=params, headers=headers)) for params in ranges]


async def ask(client: Client, params: dict[str, str], path: str = "/tokens", **headers: str) -> Any:
    return await asyncio.wait_for(client.get(path, params=params, headers=headers), 60)


async def queued(client: Client, number: int) -> None:
    """Wait until so many calls run and wait."""
    state = client._transport.app.state.leaderboard  # ty: ignore[missing-attribute]
    pool = state.current_gateway.calls.pool
    while sum(pool.unfinished(gives_way=kind) for kind in (False, True)) < number:  # noqa: ASYNC110
        await asyncio.sleep(0.01)  # there is nothing to wait for: nobody is told of what is queued


async def fill(client: Client, slow: Slow) -> list[asyncio.Task[Any]]:
    """Let the public ask for as much as it may."""
    assert (await ask(client, RANGE)).status_code == 200
    waiting = begin(client, *(january(day) for day in range(1, 1 + LIMIT // 2)))
    await slow.wait_for(THREADS // 2)
    await queued(client, LIMIT // 2)
    return waiting


@pytest.mark.parametrize("path", ENDPOINTS)
def test_the_public_may_fill_half_of_the_queue(scenario: Callable[..., None], slow: Slow, path: str) -> None:
    async def refused(client: Client) -> list[asyncio.Task[Any]]:
        waiting = await fill(client, slow)
        assert_error(await ask(client, january(9), path), 503, "busy", TOLD)
        assert (await ask(client, RANGE)).json()["meta"]["complete"]
        return waiting

    scenario(refused)


def test_those_with_the_token_need_not_wait_for_the_public(scenario: Callable[..., None], slow: Slow) -> None:
    async def served(client: Client) -> list[asyncio.Task[Any]]:
        waiting = await fill(client, slow)
        for path in ENDPOINTS:
            answer = await ask(client, january(10 + ENDPOINTS.index(path)), path, **INSIDER)
            assert (answer.status_code, answer.json()["meta"]["complete"]) == (200, True)
        return waiting

    scenario(served)


def test_a_range_of_the_publics_that_is_longer_than_the_queue_keeps_nobody_out(
    scenario: Callable[..., None], slow: Slow
) -> None:
    async def served(client: Client) -> list[asyncio.Task[Any]]:
        waiting = begin(client, WEEKS)
        await slow.wait_for(THREADS // 2)
        await queued(client, 10)
        assert (await ask(client, january(9))).status_code == 503
        answer = await ask(client, january(9), **INSIDER)
        assert (answer.status_code, answer.json()["meta"]["complete"]) == (200, True)
        return waiting

    scenario(served)


def test_days_that_the_public_waits_for_come_at_once_when_somebody_with_the_token_wants_them(
    scenario: Callable[..., None], slow: Slow
) -> None:
    async def served(client: Client) -> list[asyncio.Task[Any]]:
        # the last piece of the range is one that the gateway answers, but for those before it
        range_ = {"start_date": "2024-12-12", "end_date": "2025-01-15"}
        waiting = begin(client, range_)
        await slow.wait_for(THREADS // 2)
        await queued(client, 5)
        answer = await ask(client, january(15), **INSIDER)
        assert (answer.status_code, answer.json()["meta"]["complete"]) == (200, True)
        return waiting

    scenario(served)


def test_those_with_the_token_may_fill_all_of_the_queue(scenario: Callable[..., None], slow: Slow) -> None:
    async def fill_all(client: Client) -> list[asyncio.Task[Any]]:
        waiting = begin(client, *(january(day) for day in range(1, 9)), **INSIDER)
        await slow.wait_for(THREADS)
        await queued(client, LIMIT)
        for headers in ({}, INSIDER):
            assert_error(await ask(client, january(9), **headers), 503, "busy", TOLD)
        return waiting

    scenario(fill_all)


def test_where_there_is_no_token_the_queue_is_the_publics(scenario: Callable[..., None], slow: Slow) -> None:
    async def fill_all(client: Client) -> list[asyncio.Task[Any]]:
        waiting = begin(client, *(january(day) for day in range(1, 9)))
        await slow.wait_for(THREADS)
        await queued(client, LIMIT)
        assert_error(await ask(client, january(9)), 503, "busy", TOLD)
        return waiting

    scenario(fill_all, server_basic_auth_token=None)


def test_a_queue_of_one_is_enough_for_the_public_and_for_the_others(
    scenario: Callable[..., None], slow: Slow
) -> None:
    async def each_in_turn(client: Client) -> list[asyncio.Task[Any]]:
        waiting = begin(client, january(1))
        await slow.wait_for(1)
        assert (await ask(client, january(9))).status_code == 503
        assert (await ask(client, january(9), **INSIDER)).status_code == 200
        return waiting

    scenario(each_in_turn, litellm_queue_limit=1)
