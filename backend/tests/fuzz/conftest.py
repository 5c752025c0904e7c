"""An app for all that is thrown at it, over a fake gateway with the small data set; and a socket before it."""

import contextlib
import dataclasses
import datetime as dt
import threading
from collections.abc import Generator, Iterator
from typing import Literal

import pytest
import uvicorn
from fastapi import FastAPI

from src.api.server import create_backend
from tests.api.dataset import LOGS, ROWS, TEAMS
from tests.days import MONDAY, TUESDAY, utc
from tests.fake_gateway.routes import Knowledge
from tests.fake_gateway.server import FakeGateway
from tests.settings import settings

NOW = utc("2026-11-20T15:00:00")
# The data set's two days, as the examples of the API's description have them.
DAYS = {MONDAY: "2026-11-19", TUESDAY: "2026-11-20"}


def knowledge() -> Knowledge:
    """Return what the gateway knows: the data set, on the days of the examples."""
    return Knowledge(
        rows=[dataclasses.replace(row, date=DAYS[row.date]) for row in ROWS],
        logs=[dataclasses.replace(log, start=DAYS[log.start[:10]] + log.start[10:]) for log in LOGS],
        teams=dict(TEAMS),
        deployments=[("gpt", "openai/gpt-5")],
    )


def app_on(gateway: FakeGateway, now: dt.datetime = NOW) -> FastAPI:
    """Return an app that is configured, so that all of it is at work: kept answers, too."""
    configured = settings(litellm_base_url=gateway.base_url, litellm_api_key=gateway.knows.api_key)
    return create_backend(configured, clock=lambda: now)


@pytest.fixture(scope="session")
def app() -> Iterator[FastAPI]:
    """Return an app that all tests share."""
    with FakeGateway(knowledge()) as gateway:
        app = app_on(gateway)
        yield app
        app.state.leaderboard.close()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = threading.Event()

    async def startup(self, sockets: list | None = None) -> None:
        await super().startup(sockets)
        self.listens.set()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}"


@contextlib.contextmanager
def serving(app: FastAPI, lifespan: Literal["on", "off"] = "off") -> Generator[str]:
    """Run a server of an app, and give its address."""
    server = _Server(uvicorn.Config(app, port=0, lifespan=lifespan, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    assert server.listens.wait(60)
    yield server.base_url
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def base_url(app: FastAPI) -> Iterator[str]:
    """Return the address of a server of the app."""
    with serving(app) as address:
        yield address
