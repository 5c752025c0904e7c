"""Many clients at once: one set of gateway calls, and nobody waits for what others wait for."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from tests.api.conftest import MakeApp
from tests.api.dataset import ENDPOINTS, RANGE
from tests.conftest import SettableClock
from tests.fake_gateway.faults import Hold
from tests.fake_gateway.server import FakeGateway

ACTIVITY = "/team/daily/activity"
UNKNOWN = {"start_date": "2025-02-01", "end_date": "2025-02-02"}

Client = httpx2.AsyncClient


def run(app: FastAPI, scenario: Callable[[Client], Awaitable[Any]]) -> Any:
    """Run `scenario` with a client on the app's event loop, as a server would."""

    async def with_client() -> Any:
        transport = httpx2.ASGITransport(app)
        async with Client(transport=transport, base_url="http://testserver") as client:
            return await scenario(client)

    return asyncio.run(with_client())


def crowd(client: Client, number: int, params: dict[str, str], path: str = "/tokens") -> list[asyncio.Task[Any]]:
    return [asyncio.create_task(client.get(path, params=params)) for _ in range(number)]


async def until_asked(hold: Hold) -> None:
    assert await asyncio.to_thread(hold.arrived.wait, 60)


@pytest.mark.parametrize("path", ENDPOINTS)
def test_fifty_clients_of_one_range_cost_one_set_of_gateway_calls(
    app: FastAPI, gateway: FakeGateway, path: str
) -> None:
    async def ask_together(client: Client) -> list[Any]:
        return await asyncio.gather(*crowd(client, 50, RANGE, path))

    answers = run(app, ask_together)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    asked = [(request.path, request.target) for request in gateway.requests]
    assert len(asked) == len(set(asked))


def test_what_is_known_is_answered_while_a_crowd_waits_for_what_is_not(app: FastAPI, gateway: FakeGateway) -> None:
    async def ask_while_others_wait(client: Client) -> None:
        known = await client.get("/tokens", params=RANGE)
        hold = gateway.hold(ACTIVITY)
        waiting = crowd(client, 60, UNKNOWN)
        await until_asked(hold)
        for path in ("/health", "/config", "/ready"):
            assert (await client.get(path)).status_code == 200
        for path in ENDPOINTS[:-1]:
            assert (await client.get(path, params=RANGE)).status_code == 200
        assert (await client.get("/tokens", params=RANGE)).json() == known.json()
        assert not any(task.done() for task in waiting)
        hold.release()
        assert {answer.status_code for answer in await asyncio.gather(*waiting)} == {200}

    run(app, ask_while_others_wait)


def test_a_crowd_for_many_unknown_ranges_keeps_nobody_from_what_is_known(
    app: FastAPI, gateway: FakeGateway
) -> None:
    async def ask_while_others_wait(client: Client) -> None:
        await client.get("/tokens", params=RANGE)
        hold = gateway.hold(ACTIVITY)
        waiting = [
            task
            for number in range(1, 29)
            for task in crowd(client, 2, dict.fromkeys(RANGE, f"2024-02-{number:02}"))
        ]
        await until_asked(hold)
        assert (await client.get("/health")).status_code == 200
        assert (await client.get("/tokens", params=RANGE)).status_code == 200
        assert not any(task.done() for task in waiting)
        hold.release()
        assert {answer.status_code for answer in await asyncio.gather(*waiting)} == {200}

    run(app, ask_while_others_wait)


def test_a_client_that_leaves_does_not_take_the_answer_from_the_others(app: FastAPI, gateway: FakeGateway) -> None:
    async def leave(client: Client) -> int:
        hold = gateway.hold(ACTIVITY)
        leaving, staying = crowd(client, 2, RANGE)
        await until_asked(hold)
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        hold.release()
        return (await staying).json()["meta"]["totals"]["tokens"]

    assert run(app, leave) == 697
    assert gateway.paths.count(ACTIVITY) == 1


def test_a_failure_is_told_to_all_who_waited_for_it(
    make_app: MakeApp, gateway: FakeGateway, pauses: list[float]
) -> None:
    gateway.fail(503, path=ACTIVITY)

    async def ask_together(client: Client) -> list[Any]:
        return await asyncio.gather(*crowd(client, 20, RANGE))

    answers = run(make_app(gateway.client()), ask_together)
    assert {answer.json()["code"] for answer in answers} == {"gateway_unavailable"}
    assert len({answer.json()["request_id"] for answer in answers}) == 20


def test_expired_days_are_fetched_again_once_for_all(
    app: FastAPI, gateway: FakeGateway, clock: SettableClock
) -> None:
    clock.move(days=-9)

    async def ask_twice(client: Client) -> None:
        await asyncio.gather(*crowd(client, 20, RANGE))
        before = gateway.paths.count(ACTIVITY)
        clock.move(seconds=30)
        await asyncio.gather(*crowd(client, 20, RANGE))
        assert gateway.paths.count(ACTIVITY) == before + 1

    run(app, ask_twice)


@pytest.mark.usefixtures("impatient")
def test_labels_that_take_long_keep_nobody_waiting_and_are_shown_when_they_come(
    configured: Callable[[], Any], gateway: FakeGateway
) -> None:
    hold = gateway.hold("/model/info")
    api = configured()
    before = [api.get("/tokens", params=RANGE) for _ in range(3)]  # the hold would end in an error after 30 s
    assert {answer.status_code for answer in before} == {200}
    assert '"label":"claude"' not in "".join(answer.text for answer in before)
    hold.release()
    deadline = time.monotonic() + 60
    while '"label":"claude"' not in api.get("/tokens", params=RANGE).text:  # at a clock that stands still
        assert time.monotonic() < deadline
    assert gateway.paths.count("/model/info") == 1
