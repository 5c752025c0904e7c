"""The services as the app wires them, on a fake gateway, at Wednesday noon (UTC)."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine

from src.store.sql import DurableStore
from src.utils.dependency_config import Gateway
from tests.conftest import SettableClock
from tests.days import WEDNESDAY, utc
from tests.fake_gateway.server import FakeGateway
from tests.settings import settings


@pytest.fixture
def clock() -> SettableClock:
    """Return a clock at a moment when Monday and Tuesday are settled and Wednesday is not."""
    return SettableClock(utc(f"{WEDNESDAY}T12:00:00"))


@pytest.fixture
def services(gateway: FakeGateway, clock: SettableClock) -> Iterator[Gateway]:
    """Return the services of an app that has asked nothing yet."""
    wired = Gateway(gateway.client(), settings(), clock)
    yield wired
    wired.calls.close()


@pytest.fixture
def start(gateway: FakeGateway, clock: SettableClock, engine: Engine) -> Iterator[Callable[[], Gateway]]:
    """Return what starts processes that share a store."""
    started: list[Gateway] = []

    def make() -> Gateway:
        client = gateway.client()
        started.append(Gateway(client, settings(), clock, DurableStore(engine, client.identity)))
        return started[-1]

    yield make
    for services in started:
        services.calls.close(wait=True)
