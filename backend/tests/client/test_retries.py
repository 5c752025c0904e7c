"""What passes is waited for, within a reader's patience; what lasts is told at once."""

from collections.abc import Callable
from typing import Any

import pytest

from src.client.errors import (
    GatewayError,
    GatewayInvalidResponseError,
    GatewayRateLimitedError,
    GatewayUnavailableError,
)
from tests.days import MONDAY, day, used
from tests.fake_gateway.faults import Request
from tests.fake_gateway.server import FakeGateway


@pytest.fixture(autouse=True)
def _one_team(gateway: FakeGateway) -> None:
    gateway.knows.teams = {"red": "Red"}


def _fail_once(gateway: FakeGateway, page: str) -> Callable[[Request], None]:
    def fail(request: Request) -> None:
        asked = [seen.query["page"] for seen in gateway.requests]
        if asked[-1] == page and asked.count(page) == 1:
            gateway.fail(502, times=1)

    return fail


def assert_reads_teams(gateway: FakeGateway) -> None:
    assert [team.team_id for team in gateway.client().fetch_teams()] == ["red"]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_two_failures_cost_nothing_but_time(gateway: FakeGateway, pauses: list[float], status: int) -> None:
    gateway.fail(status, times=2)
    assert_reads_teams(gateway)
    assert len(gateway.requests) == 3
    assert sum(pauses) < 2


def test_two_dropped_connections_cost_nothing_but_time(gateway: FakeGateway, pauses: list[float]) -> None:
    gateway.fail(drop=True, times=2)
    assert_reads_teams(gateway)


def test_a_lasting_failure_is_told_after_four_attempts(gateway: FakeGateway, pauses: list[float]) -> None:
    gateway.fail(503)
    with pytest.raises(GatewayUnavailableError, match="503"):
        gateway.client().fetch_teams()
    assert len(gateway.requests) == 4
    assert sum(pauses) < 5


def test_pauses_grow_and_differ(gateway: FakeGateway, pauses: list[float]) -> None:
    gateway.fail(503)
    for _ in range(2):
        with pytest.raises(GatewayUnavailableError):
            gateway.client().fetch_teams()
    first, second = pauses[:2], pauses[2:]
    assert len(pauses) == 4
    assert first != second
    assert all(0.4 <= short < long <= 1.0 for short, long in (first, second))


@pytest.mark.parametrize("asked", ["1", "10", " 3 "])
def test_a_short_pause_that_the_gateway_asks_for_is_made(
    gateway: FakeGateway, pauses: list[float], asked: str
) -> None:
    gateway.fail(429, headers={"Retry-After": asked}, times=1)
    assert_reads_teams(gateway)
    assert pauses == [int(asked)]


@pytest.mark.parametrize(
    ("asked", "told"),
    [("11", 11), ("3600", 3600), ("Fri, 31 Dec 2999 23:59:59 GMT", None)],
)
def test_a_long_pause_is_not_made_but_told(
    gateway: FakeGateway, pauses: list[float], asked: str, told: float | None
) -> None:
    gateway.fail(429, headers={"Retry-After": asked})
    with pytest.raises(GatewayRateLimitedError) as caught:
        gateway.client().fetch_teams()
    assert caught.value.retry_after == told
    assert len(gateway.requests) == 1
    assert pauses == []


@pytest.mark.parametrize("asked", ["soon", "-1", "1.5", "", "٣", "Fri, 31 Dec 1999 23:59:59 GMT", "1e400"])
@pytest.mark.parametrize("status", [429, 503])
def test_a_malformed_or_past_pause_is_like_none(
    gateway: FakeGateway, pauses: list[float], asked: str, status: int
) -> None:
    gateway.fail(status, headers={"Retry-After": asked.encode().decode("latin-1")}, times=2)
    assert_reads_teams(gateway)
    assert sum(pauses) < 2


@pytest.mark.parametrize("digits", [400, 5000])
def test_a_pause_beyond_all_numbers_is_a_long_one(gateway: FakeGateway, pauses: list[float], digits: int) -> None:
    gateway.fail(429, headers={"Retry-After": "9" * digits})
    with pytest.raises(GatewayRateLimitedError) as caught:
        gateway.client().fetch_teams()
    assert caught.value.retry_after is None or caught.value.retry_after < float("inf")
    assert pauses == []


def test_a_failure_in_the_middle_of_the_pages_loses_nothing(gateway: FakeGateway, pauses: list[float]) -> None:
    gateway.knows.rows = [used("red", "k", f"model {number}", 1) for number in range(5)]
    gateway.on_request = _fail_once(gateway, page="3")
    answer: Any = gateway.client().fetch_team_daily_activity(None, day(MONDAY), day(MONDAY), 1)
    assert answer.results[0].metrics.prompt_tokens == 5
    assert [request.query["page"] for request in gateway.requests] == [*"123345", *"1234"]


def test_an_answer_that_makes_no_sense_is_not_asked_for_again(gateway: FakeGateway, pauses: list[float]) -> None:
    gateway.fail(200, "<html>")
    with pytest.raises(GatewayInvalidResponseError):
        gateway.client().fetch_teams()
    assert len(gateway.requests) == 1


def test_a_server_error_with_a_long_pause_is_final(gateway: FakeGateway, pauses: list[float]) -> None:
    gateway.fail(503, headers={"Retry-After": "3600"})
    with pytest.raises(GatewayError) as caught:
        gateway.client().fetch_teams()
    assert caught.value.status == 503
    assert len(gateway.requests) == 1
