"""Cold work is bounded: who asks for days beyond the limit is told to come again, and nobody else notices."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from fastapi import FastAPI

from tests.api.conftest import NOW, MakeApp
from tests.api.dataset import ENDPOINTS, RANGE, REPORTS
from tests.api.test_crowds import ACTIVITY, Client, crowd, run
from tests.api.test_error_table import assert_error
from tests.conftest import SettableClock
from tests.days import TUESDAY, used
from tests.fake_gateway.server import FakeGateway

LIMIT = 3
TOLD = "Many other days are being fetched from the gateway. Try again in a moment."
TODAY = dict.fromkeys(RANGE, f"{NOW:%Y-%m-%d}")


def asked_for(gateway: FakeGateway, begins: str) -> list[str]:
    """Return the days that usage was asked for from, of those that begin so."""
    starts = [request.query["start_date"] for request in gateway.usage_requests]
    return [start for start in starts if start.startswith(begins)]


def january(day: int) -> dict[str, str]:
    return dict.fromkeys(RANGE, f"2025-01-{day:02}")


@pytest.fixture
def app(make_app: MakeApp, gateway: FakeGateway) -> FastAPI:
    """Return an app that begins with nothing more while it has three pieces to fetch."""
    return make_app(gateway.client(), litellm_queue_limit=LIMIT)


@pytest.fixture
def while_busy(app: FastAPI, gateway: FakeGateway) -> Callable[..., None]:
    """Return what runs a scenario while as much as may wait does; then lets the gateway answer all of it.

    A scenario may return more that waits for it.
    """

    def run_it(scenario: Callable[[Client], Awaitable[Any]], *known: dict[str, str]) -> None:
        async def around(client: Client) -> None:
            for params in known:
                assert (await client.get("/tokens", params=params)).status_code == 200
            arrived = threading.Semaphore(0)
            gateway.on_request = lambda request: arrived.release() if request.path == ACTIVITY else None
            hold = gateway.hold(ACTIVITY)
            waiting = [task for day in range(1, 1 + LIMIT) for task in crowd(client, 1, january(day))]
            for _ in waiting:
                assert await asyncio.to_thread(arrived.acquire, timeout=60)
            waiting += await scenario(client) or []
            assert not any(task.done() for task in waiting)
            hold.release()
            assert {answer.status_code for answer in await asyncio.gather(*waiting)} == {200}
            assert (await client.get("/tokens", params=january(9))).status_code == 200

        run(app, around)

    return run_it


def test_days_that_nobody_has_asked_for_are_refused_at_once(
    while_busy: Callable[..., None], gateway: FakeGateway
) -> None:
    async def ask(client: Client) -> None:
        for path in ENDPOINTS:
            answer = await asyncio.wait_for(client.get(path, params=january(9)), 20)
            assert_error(answer, 503, "busy", TOLD)
            assert answer.headers["retry-after"] == "5"
        assert asked_for(gateway, "2025-01-09") == []

    while_busy(ask)


def test_it_is_not_asked_who_asks(while_busy: Callable[..., None]) -> None:
    async def ask(client: Client) -> None:
        answers = [
            await client.get("/tokens", params=january(9), headers={"X-Forwarded-For": f"192.0.2.{number}"})
            for number in range(3)
        ]
        assert {answer.status_code for answer in answers} == {503}

    while_busy(ask)


def test_what_is_known_is_answered_as_ever(while_busy: Callable[..., None]) -> None:
    async def ask(client: Client) -> None:
        for path in REPORTS:
            answer = await client.get(path, params=RANGE)
            assert (answer.status_code, answer.json()["meta"]["complete"]) == (200, True)

    while_busy(ask, RANGE)


def test_what_is_on_its_way_already_can_be_waited_for(
    gateway: FakeGateway, while_busy: Callable[..., None]
) -> None:
    async def ask(client: Client) -> list[asyncio.Task[Any]]:
        joining = crowd(client, 20, january(1))
        await asyncio.sleep(0.1)
        return joining

    while_busy(ask)
    assert asked_for(gateway, "2025-01-01") == ["2025-01-01"]


def test_the_known_part_of_a_range_is_answered_with_what_is_missing(while_busy: Callable[..., None]) -> None:
    async def ask(client: Client) -> None:
        answer = await client.get("/tokens", params={"start_date": TUESDAY, "end_date": "2025-03-12"})
        assert answer.status_code == 200
        assert answer.json()["meta"]["missing_days"] == ["2025-03-12"]

    while_busy(ask, RANGE)


def test_live_days_are_fetched_again_all_the_same(
    while_busy: Callable[..., None], gateway: FakeGateway, clock: SettableClock, impatient: None
) -> None:
    async def ask(client: Client) -> None:
        clock.move(seconds=30)
        gateway.knows.rows.append(used("red", "k-red", "gpt", 5, date=TODAY["start_date"]))
        answer = await client.get("/tokens", params=TODAY)
        assert (answer.status_code, answer.json()["meta"]["complete"]) == (200, True)

    while_busy(ask, TODAY)
    assert len(asked_for(gateway, TODAY["start_date"])) == 2


def test_a_range_of_any_length_is_begun_whole(app: FastAPI) -> None:
    async def ask(client: Client) -> None:
        answer = await client.get("/tokens", params={"start_date": "2024-06-01", "end_date": "2025-03-01"})
        assert (answer.status_code, answer.json()["meta"]["complete"]) == (200, True)

    run(app, ask)
