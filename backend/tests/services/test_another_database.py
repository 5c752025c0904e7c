"""What is under way while a gateway gets another database is neither kept nor served."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, text

from src.client.errors import DatabaseReplacedError, GatewayTimeoutError, GatewayUnavailableError
from src.store.sql import DurableStore
from src.utils.dependency_config import Gateway
from tests.conftest import SettableClock
from tests.days import MONDAY, TUESDAY, WEDNESDAY, day, used
from tests.fake_gateway.server import FakeGateway
from tests.services.usage_of import fetch, prompt_tokens
from tests.settings import settings

pytestmark = pytest.mark.usefixtures("pauses")

LIST, ACTIVITY = "/team/list", "/team/daily/activity"


@pytest.fixture
def services(gateway: FakeGateway, clock: SettableClock, engine: Engine) -> Iterator[Gateway]:
    """Return services with a store, which know the gateway's database."""
    gateway.knows.teams = {"red": "Red"}
    gateway.knows.rows = [used("red", "k", "gpt", n, date=date) for n, date in ((1, MONDAY), (2, TUESDAY))]
    client = gateway.client()
    wired = Gateway(client, settings(), clock, DurableStore(engine, client.identity))
    fetch(wired, MONDAY, MONDAY)
    yield wired
    wired.calls.close(wait=True)


def set_up_anew(gateway: FakeGateway) -> None:
    gateway.knows.created["red"] = f"{WEDNESDAY}T11:00:00"
    gateway.knows.rows = [used("red", "k", "gpt", 5, date=date) for date in (MONDAY, TUESDAY)]


def successor(services: Gateway, clock: SettableClock, engine: Engine) -> Gateway:
    durable = DurableStore(engine, services.client.identity)  # ty: ignore[missing-attribute]
    return Gateway(services.client, settings(), clock, durable, services)


def kept_days(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(
            map(str, connection.execute(text("SELECT date FROM leaderboard_days ORDER BY date")).scalars())
        )


def test_a_day_that_was_asked_of_the_former_database_is_not_kept(
    gateway: FakeGateway, services: Gateway, clock: SettableClock, engine: Engine
) -> None:
    hold = gateway.hold(ACTIVITY)
    flights = services.activity.days.start([day(TUESDAY)])
    assert hold.arrived.wait(60)
    set_up_anew(gateway)
    clock.move(seconds=60)
    with pytest.raises(DatabaseReplacedError):
        asyncio.run(services.database.look_closely())
    hold.release()
    for flight in flights:
        assert isinstance(flight.exception(60), DatabaseReplacedError)
    assert kept_days(engine) == [MONDAY]
    assert set(prompt_tokens(fetch(successor(services, clock, engine), MONDAY, TUESDAY)).values()) == {10}


def test_an_answer_is_not_made_of_two_databases(
    gateway: FakeGateway, services: Gateway, clock: SettableClock
) -> None:
    set_up_anew(gateway)
    clock.move(seconds=60)
    with pytest.raises(DatabaseReplacedError):
        asyncio.run(services.database.look_closely())
    for start, end in ((MONDAY, MONDAY), (MONDAY, TUESDAY)):
        with pytest.raises(DatabaseReplacedError):
            fetch(services, start, end)


def test_after_an_outage_nothing_is_kept_before_the_gateway_has_shown_itself(
    gateway: FakeGateway, services: Gateway, engine: Engine
) -> None:
    gateway.fail(503, path=ACTIVITY)
    with pytest.raises(GatewayUnavailableError):
        fetch(services, TUESDAY, TUESDAY)
    gateway.recover()
    gateway.fail(500, path=LIST)
    usage = fetch(services, TUESDAY, TUESDAY)
    assert (prompt_tokens(usage), usage.stale) == ({("red", "k", "gpt"): 2}, False)
    assert kept_days(engine) == [MONDAY]
    gateway.recover()
    asyncio.run(services.database.look_closely())
    assert fetch(services, TUESDAY, TUESDAY).frame.equals(usage.frame)
    assert kept_days(engine) == [MONDAY, TUESDAY]


def test_after_an_outage_what_is_kept_is_stale_until_the_gateway_has_shown_itself(
    gateway: FakeGateway, services: Gateway
) -> None:
    assert not fetch(services, MONDAY, MONDAY).stale
    gateway.fail(503)
    with pytest.raises(GatewayUnavailableError):
        fetch(services, TUESDAY, TUESDAY)
    assert fetch(services, MONDAY, MONDAY).stale
    gateway.recover()
    asyncio.run(services.database.look_closely())
    assert not fetch(services, MONDAY, MONDAY).stale


def test_a_gateway_that_does_not_answer_in_time_makes_what_is_kept_stale(
    gateway: FakeGateway, clock: SettableClock
) -> None:
    services = Gateway(gateway.client(read_timeout=0.05), settings(), clock)
    assert not fetch(services, MONDAY, MONDAY).stale
    hold = gateway.hold(ACTIVITY)
    with pytest.raises(GatewayTimeoutError):
        fetch(services, TUESDAY, TUESDAY)
    assert fetch(services, MONDAY, MONDAY).stale
    hold.release()
    asyncio.run(services.database.look_closely())
    assert not fetch(services, MONDAY, MONDAY).stale
    services.calls.close(wait=True)


@pytest.mark.parametrize("fault", [{"status": 503}, {"drop": True}])
def test_what_is_kept_is_stale_while_a_look_at_the_teams_finds_no_gateway(
    gateway: FakeGateway, services: Gateway, clock: SettableClock, fault: dict[str, Any]
) -> None:
    gateway.fail(**fault)
    for _ in range(2):  # the breaker refuses the second one
        clock.move(seconds=60)
        asyncio.run(services.database.look())
        assert fetch(services, MONDAY, MONDAY).stale
        assert services.teams.expires_at is None
    gateway.recover()
    clock.move(seconds=2)
    asyncio.run(services.database.look())
    assert not fetch(services, MONDAY, MONDAY).stale


def test_a_look_that_the_breaker_refuses_makes_what_is_kept_stale_too(
    gateway: FakeGateway, services: Gateway, clock: SettableClock
) -> None:
    gateway.requests.clear()
    gateway.fail(503)
    asyncio.run(services.models.get_display_names())
    assert services.calls.breaker.is_open
    clock.move(seconds=60)
    asyncio.run(services.database.look())
    assert LIST not in gateway.paths
    assert fetch(services, MONDAY, MONDAY).stale


def test_labels_that_cannot_be_had_do_not_make_what_is_kept_stale(
    gateway: FakeGateway, services: Gateway, clock: SettableClock
) -> None:
    gateway.fail(503, path="/model/info")
    asyncio.run(services.models.get_display_names())
    clock.move(seconds=60)
    asyncio.run(services.database.look())
    assert not fetch(services, MONDAY, MONDAY).stale


def test_a_look_that_failed_does_not_hold_up_what_comes_in_all_the_same(
    gateway: FakeGateway, services: Gateway, clock: SettableClock, engine: Engine
) -> None:
    gateway.fail(503, path=LIST)
    clock.move(seconds=60)
    asyncio.run(services.database.look())
    assert prompt_tokens(fetch(services, TUESDAY, TUESDAY)) == {("red", "k", "gpt"): 2}
    assert kept_days(engine) == [MONDAY, TUESDAY]


def test_a_list_of_teams_that_fails_by_itself_holds_nothing_up(
    gateway: FakeGateway, services: Gateway, clock: SettableClock
) -> None:
    gateway.fail(503, path=LIST)
    clock.move(hours=1)
    assert prompt_tokens(fetch(services, TUESDAY, TUESDAY)) == {("red", "k", "gpt"): 2}


def test_each_database_is_looked_for_once_however_much_is_fetched(gateway: FakeGateway, services: Gateway) -> None:
    fetch(services, "2025-01-01", WEDNESDAY)
    assert gateway.paths.count(LIST) == 1
