"""A demo gateway whose clock the tests set, and a client that carries its key."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from src.demo.gateway import DEMO_API_KEY, create_demo_gateway

FRIDAY_AFTERNOON = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)

Get = Callable[..., Any]


class SettableClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="session")
def shared_clock() -> SettableClock:
    return SettableClock(FRIDAY_AFTERNOON)


@pytest.fixture(scope="session")
def shared_gateway(shared_clock: SettableClock) -> FastAPI:
    """One gateway for all tests: it keeps nothing but days that it has made up already."""
    return create_demo_gateway(shared_clock)


@pytest.fixture
def clock(shared_clock: SettableClock) -> SettableClock:
    shared_clock.now = FRIDAY_AFTERNOON
    return shared_clock


@pytest.fixture
def client(shared_gateway: FastAPI, clock: SettableClock) -> TestClient:
    return TestClient(shared_gateway, headers={"Authorization": f"Bearer {DEMO_API_KEY}"})


@pytest.fixture
def activity(client: TestClient) -> Get:
    """Daily activity of a range; `page_size` is large unless given."""

    def get(start: str, end: str, **more: str | int) -> Any:
        params: dict[str, str | int] = {"start_date": start, "end_date": end, "page_size": 100_000, **more}
        answer = client.get("/team/daily/activity", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return get


@pytest.fixture
def logs(client: TestClient) -> Get:
    """One page of spend logs of a window; a thousand rows unless `page_size` is given."""

    def get(start: str, end: str, **more: str | int) -> Any:
        params: dict[str, str | int] = {"start_date": start, "end_date": end, "page_size": 1000, **more}
        answer = client.get("/spend/logs/v2", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return get


@pytest.fixture
def all_logs(logs: Get) -> Get:
    """Every spend log of a window that holds no more than 10,000, newest first."""

    def get(start: str, end: str, **more: str | int) -> list[Any]:
        first = logs(start, end, **more)
        assert not first["total_is_capped"]
        rows = first["data"]
        for page in range(2, first["total_pages"] + 1):
            rows += logs(start, end, page=page, **more)["data"]
        return rows

    return get
