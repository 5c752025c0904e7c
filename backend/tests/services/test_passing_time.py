"""A day from its first request to its last look: over midnight, past settling, and once more after two days."""

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from src.store.sql import DurableStore
from src.utils.dependency_config import Gateway
from tests.conftest import SettableClock
from tests.days import TUESDAY, WEDNESDAY, day, used, utc
from tests.fake_gateway.server import FakeGateway
from tests.services.usage_of import fetch
from tests.settings import settings

THURSDAY = "2025-03-13"


@pytest.fixture
def services(gateway: FakeGateway, clock: SettableClock, engine: Engine) -> Iterator[Gateway]:
    """Return services with a store, shortly before Tuesday's midnight."""
    clock.now = utc(f"{TUESDAY}T23:59:50")
    gateway.knows.teams = {"red": "Red"}
    client = gateway.client()
    wired = Gateway(client, settings(sync_days=4), clock, DurableStore(engine, client.identity))
    yield wired
    wired.calls.close(wait=True)


def book(gateway: FakeGateway, date: str, tokens: int) -> None:
    gateway.knows.rows.append(used("red", f"k{len(gateway.knows.rows)}", "gpt", tokens, date=date))


def tokens(services: Gateway, date: str) -> int:
    usage = fetch(services, date, date)
    assert (usage.stale, usage.missing_days) == (False, [])
    return usage.totals().tokens


def asked_for(gateway: FakeGateway) -> list[tuple[str, str]]:
    spans = sorted((request.query["start_date"], request.query["end_date"]) for request in gateway.usage_requests)
    gateway.requests.clear()
    return spans


def test_a_day_goes_on_changing_until_it_is_settled(
    gateway: FakeGateway, services: Gateway, clock: SettableClock
) -> None:
    book(gateway, TUESDAY, 1)
    assert tokens(services, TUESDAY) == 1
    clock.now = utc(f"{WEDNESDAY}T00:00:20")
    book(gateway, TUESDAY, 2)
    book(gateway, WEDNESDAY, 10)
    assert (tokens(services, TUESDAY), tokens(services, WEDNESDAY)) == (3, 10)
    clock.now = utc(f"{WEDNESDAY}T05:59:59")
    book(gateway, TUESDAY, 4)
    assert tokens(services, TUESDAY) == 7
    clock.now = utc(f"{WEDNESDAY}T06:00:29")
    book(gateway, TUESDAY, 8)
    assert tokens(services, TUESDAY) == 15
    clock.now = utc(f"{WEDNESDAY}T23:00:00")
    book(gateway, TUESDAY, 16)
    assert tokens(services, TUESDAY) == 15


def test_what_was_booked_late_is_there_after_two_days(
    gateway: FakeGateway, services: Gateway, clock: SettableClock
) -> None:
    book(gateway, TUESDAY, 1)
    clock.now = utc(f"{WEDNESDAY}T12:00:00")
    asyncio.run(services.sync.run_once())
    book(gateway, TUESDAY, 2)
    clock.now = utc(f"{THURSDAY}T23:59:59")
    asyncio.run(services.sync.run_once())
    assert tokens(services, TUESDAY) == 1
    clock.now = utc("2025-03-14T00:00:00")
    asyncio.run(services.sync.run_once())
    assert tokens(services, TUESDAY) == 3


def test_without_a_sync_whoever_asks_after_two_days_has_it_looked_for(
    gateway: FakeGateway, services: Gateway, clock: SettableClock
) -> None:
    book(gateway, TUESDAY, 1)
    clock.now = utc(f"{WEDNESDAY}T12:00:00")
    assert tokens(services, TUESDAY) == 1
    book(gateway, TUESDAY, 2)
    clock.now = utc("2025-03-14T00:00:00")
    tokens(services, TUESDAY)
    for flight in services.activity.days.start([day(TUESDAY)]):
        flight.result(60)
    assert tokens(services, TUESDAY) == 3
    asked_for(gateway)
    assert tokens(services, TUESDAY) == 3
    assert asked_for(gateway) == []


def test_history_moves_on_with_midnight(gateway: FakeGateway, services: Gateway, clock: SettableClock) -> None:
    asyncio.run(services.sync.run_once())
    assert asked_for(gateway) == [("2025-03-08", "2025-03-08"), ("2025-03-09", "2025-03-10"), (TUESDAY, TUESDAY)]
    clock.now = utc(f"{WEDNESDAY}T00:00:05")
    asyncio.run(services.sync.run_once())
    assert asked_for(gateway) == [("2025-03-09", "2025-03-09"), (WEDNESDAY, WEDNESDAY)]  # the first once more
    clock.now = utc(f"{WEDNESDAY}T06:00:05")
    asyncio.run(services.sync.run_once())
    assert (TUESDAY, TUESDAY) in asked_for(gateway)
    clock.now = utc(f"{WEDNESDAY}T07:00:00")
    asyncio.run(services.sync.run_once())
    assert asked_for(gateway) == [(WEDNESDAY, WEDNESDAY)]
