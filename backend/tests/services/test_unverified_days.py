"""Days from a gateway that has not shown its database yet are served, and kept by all processes once it has."""

import asyncio
import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, text

from src.client.errors import GatewayUnavailableError
from src.services.history_sync import HistorySync, Progress
from src.utils.dependency_config import Gateway
from tests.conftest import SettableClock
from tests.days import MONDAY, TUESDAY, WEDNESDAY, day, used
from tests.fake_gateway.server import FakeGateway
from tests.services.usage_of import fetch, prompt_tokens

pytestmark = pytest.mark.usefixtures("pauses", "impatient")

LIST, ACTIVITY = "/team/list", "/team/daily/activity"
Start = Callable[[], Gateway]


@pytest.fixture
def start(gateway: FakeGateway, start: Start) -> Start:
    """Return what starts processes that share a store, on a gateway with one team's usage of two days."""
    gateway.knows.teams = {"red": "Red"}
    gateway.knows.rows = [used("red", "k", "gpt", n, date=date) for n, date in ((1, MONDAY), (2, TUESDAY))]
    return start


def kept_days(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(
            map(str, connection.execute(text("SELECT date FROM leaderboard_days ORDER BY date")).scalars())
        )


def total(services: Gateway, start: str, end: str) -> int:
    return sum(prompt_tokens(fetch(services, start, end)).values())


def test_days_are_kept_when_they_are_verified_and_not_before(
    gateway: FakeGateway, start: Start, engine: Engine
) -> None:
    hold = gateway.hold(LIST)
    services = start()
    assert total(services, MONDAY, TUESDAY) == 3
    assert kept_days(engine) == []
    hold.release()
    asyncio.run(services.database.look_closely())
    assert total(services, MONDAY, TUESDAY) == 3
    assert kept_days(engine) == [MONDAY, TUESDAY]
    assert len(gateway.usage_requests) == 1


def test_days_that_are_verified_while_they_are_waited_for_are_not_missing(
    gateway: FakeGateway, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.fail(500, path=LIST)
    services = start()
    days = services.activity.days
    wait = days._wait

    async def wait_until_another_has_settled(*arguments: Any) -> Any:
        waited = await wait(*arguments)
        gateway.recover()
        await services.database.look_closely()
        await days._settle()
        return waited

    monkeypatch.setattr(days, "_wait", wait_until_another_has_settled)
    usage = fetch(services, MONDAY, TUESDAY)
    assert (usage.missing_days, usage.verified, sum(prompt_tokens(usage).values())) == ([], True, 3)


def test_processes_that_share_a_store_do_not_wait_for_each_others_lists(
    gateway: FakeGateway, start: Start, engine: Engine
) -> None:
    hold = gateway.hold(LIST)
    one, other = start(), start()
    assert (total(one, MONDAY, TUESDAY), total(other, MONDAY, TUESDAY)) == (3, 3)
    assert kept_days(engine) == []
    hold.release()
    for services in (one, other):
        asyncio.run(services.database.look_closely())
        assert total(services, MONDAY, TUESDAY) == 3
    assert kept_days(engine) == [MONDAY, TUESDAY]
    gateway.requests.clear()
    third = start()
    asyncio.run(third.database.look_closely())
    assert total(third, MONDAY, TUESDAY) == 3
    assert gateway.usage_requests == []


def test_days_that_came_before_an_outage_are_not_verified_after_it(
    gateway: FakeGateway, start: Start, engine: Engine
) -> None:
    gateway.fail(500, path=LIST)
    services = start()
    assert total(services, MONDAY, MONDAY) == 1
    gateway.fail(503, path=ACTIVITY)
    with pytest.raises(GatewayUnavailableError):
        fetch(services, TUESDAY, TUESDAY)
    gateway.recover()
    gateway.knows.rows = [used("red", "k", "gpt", 5, date=date) for date in (MONDAY, TUESDAY)]
    asyncio.run(services.database.look_closely())
    assert total(services, MONDAY, TUESDAY) == 10
    assert kept_days(engine) == [MONDAY, TUESDAY]


def test_days_of_another_database_are_not_kept_under_the_name_of_the_former_one(
    gateway: FakeGateway, start: Start, engine: Engine
) -> None:
    before = start()
    asyncio.run(before.database.look_closely())
    assert total(before, MONDAY, MONDAY) == 1
    gateway.knows.created["red"] = f"{WEDNESDAY}T11:00:00"
    gateway.knows.rows = [used("red", "k", "gpt", 5, date=TUESDAY)]
    hold = gateway.hold(LIST)
    after = start()
    usage = fetch(after, TUESDAY, TUESDAY)
    assert (prompt_tokens(usage), usage.stale) == ({("red", "k", "gpt"): 5}, False)
    reading = after.database.start_look()
    hold.release()
    assert reading.exception(10) is not None
    assert after.database.is_replaced
    assert kept_days(engine) == [MONDAY]


def test_history_goes_on_while_the_list_fails_and_is_kept_when_it_no_longer_does(
    gateway: FakeGateway, start: Start, clock: SettableClock, engine: Engine
) -> None:
    gateway.fail(500, path=LIST)
    services = start()
    sync = HistorySync(services.activity.days, clock, days=8, concurrency=1, interval=dt.timedelta(seconds=30))
    asyncio.run(sync.run_once())
    assert sync.progress == Progress(8, 8)
    asked = len(gateway.usage_requests)
    asyncio.run(sync.run_once())
    assert len(gateway.usage_requests) == asked
    assert kept_days(engine) == []
    gateway.recover()
    clock.move(seconds=20)
    asyncio.run(sync.run_once())
    assert len(gateway.usage_requests) == asked
    assert len(kept_days(engine)) == 8


def test_live_days_are_kept_fresh_while_the_list_fails(
    gateway: FakeGateway, start: Start, clock: SettableClock
) -> None:
    gateway.fail(500, path=LIST)
    services = start()
    for tokens in (3, 4):
        gateway.knows.rows = [used("red", "k", "gpt", tokens, date=WEDNESDAY)]
        for flight in services.activity.days.start([day(WEDNESDAY)]):
            flight.result(10)
        usage = fetch(services, WEDNESDAY, WEDNESDAY)
        assert (prompt_tokens(usage), usage.stale) == ({("red", "k", "gpt"): tokens}, False)
        clock.move(seconds=30)


def test_no_lease_is_held_while_a_list_is_waited_for(gateway: FakeGateway, start: Start, engine: Engine) -> None:
    hold = gateway.hold(LIST)
    services = start()
    fetch(services, MONDAY, TUESDAY)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM leaderboard_leases")).scalar() == 0
    hold.release()


def test_a_gateway_that_dies_while_its_list_is_read_makes_kept_days_stale(
    gateway: FakeGateway, start: Start
) -> None:
    services = start()
    asyncio.run(services.database.look_closely())
    assert not fetch(services, MONDAY, MONDAY).stale
    outages = services.calls.outages
    over = threading.Event()
    gateway.fail(503)
    reading = services.database.listed.start(lambda: True)
    reading.add_done_callback(lambda _: over.set())
    assert over.wait(10)
    assert services.calls.outages > outages
    assert fetch(services, MONDAY, MONDAY).stale
