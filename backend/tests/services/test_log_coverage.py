"""Figures by hour say which part of the requests that usage tells of they are of, day by day and team by team."""

import asyncio
import math
from collections.abc import Sequence

import pytest

from src.client.errors import GatewayInvalidResponseError
from src.services.hourly_usage_service import HourlyQuery, HourlyReport
from src.utils.dependency_config import Gateway
from tests.conftest import SettableClock
from tests.days import MONDAY, TUESDAY, WEDNESDAY, day, used
from tests.fake_gateway.rows import LogRow
from tests.fake_gateway.server import FakeGateway
from tests.services.usage_of import fetch

pytestmark = pytest.mark.usefixtures("pauses")

LOGS = "/spend/logs/v2"
# (team, requests) on a day
Requests = Sequence[tuple[str | None, int]]


def know(gateway: FakeGateway, date: str, usage: Requests, logs: Requests) -> None:
    """Let the gateway's usage of a day tell of requests, and its logs of others; a token each."""
    knows = gateway.knows
    knows.rows = [row for row in knows.rows if row.date != date]
    knows.rows += [used(team, "k", "gpt", count, date=date, requests=count) for team, count in usage]
    knows.logs = [row for row in knows.logs if not row.start.startswith(date)]
    knows.logs += [
        LogRow(f"{date}-{team}-{number}", f"{date}T09:00:00", team, prompt=1)
        for team, count in logs
        for number in range(count)
    ]


def ask(services: Gateway, start: str = MONDAY, end: str = MONDAY, team: str | None = None) -> HourlyReport:
    return asyncio.run(services.hourly.fetch_hourly_tokens(day(start), day(end), HourlyQuery(team)))


def told(report: HourlyReport) -> tuple[int, int, list[str]]:
    """Return requests, logged ones, and the partial days; a report with such days is not whole."""
    coverage = report.coverage
    assert report.is_whole == (not coverage.partial_days and not report.usage.missing_days)
    return coverage.requests, coverage.logged_requests, [str(date) for date in coverage.partial_days]


@pytest.fixture(autouse=True)
def _known(gateway: FakeGateway) -> None:
    gateway.knows.teams = {"red": "Red", "blue": "Blue"}


def test_one_log_of_a_hundred_requests_is_not_the_whole_day(gateway: FakeGateway, services: Gateway) -> None:
    know(gateway, MONDAY, [("red", 100)], [("red", 1)])
    know(gateway, TUESDAY, [("red", 5)], [("red", 5)])
    report = ask(services, MONDAY, TUESDAY)
    assert told(report) == (105, 6, [MONDAY])
    assert report.usage.missing_days == []
    assert report.usage.totals().tokens == 6


def test_as_many_logs_as_requests_are_whole(gateway: FakeGateway, services: Gateway) -> None:
    know(gateway, MONDAY, [("red", 3), ("blue", 2)], [("red", 3), ("blue", 2)])
    assert told(ask(services)) == (5, 5, [])


def test_logs_of_what_is_in_no_usage_are_counted_in_the_hours_alone(
    gateway: FakeGateway, services: Gateway
) -> None:
    """LiteLLM logs requests without a team, and keeps no usage of them."""
    know(gateway, MONDAY, [("red", 3)], [("red", 3), (None, 4)])
    report = ask(services)
    assert told(report) == (3, 3, [])
    assert report.usage.totals().api_requests == 7


def test_logs_without_a_team_do_not_stand_in_for_those_of_a_team(gateway: FakeGateway, services: Gateway) -> None:
    know(gateway, MONDAY, [("red", 3)], [("red", 1), (None, 4)])
    assert told(ask(services)) == (3, 1, [MONDAY])


def test_a_day_with_too_many_logs_does_not_stand_in_for_another(gateway: FakeGateway, services: Gateway) -> None:
    know(gateway, MONDAY, [("red", 1)], [("red", 9)])
    know(gateway, TUESDAY, [("red", 9)], [("red", 8)])
    assert told(ask(services, MONDAY, TUESDAY)) == (10, 9, [TUESDAY])


@pytest.mark.parametrize(
    ("team", "expected"), [("red", (3, 3, [])), ("Blue", (4, 0, [MONDAY])), (None, (7, 3, [MONDAY]))]
)
def test_a_team_is_compared_by_itself(
    gateway: FakeGateway, services: Gateway, team: str | None, expected: tuple[int, int, list[str]]
) -> None:
    know(gateway, MONDAY, [("red", 3), ("blue", 4)], [("red", 3)])
    assert told(ask(services, team=team)) == expected


def test_usage_without_requests_lacks_no_logs(gateway: FakeGateway, services: Gateway) -> None:
    gateway.knows.rows = [used("red", "", "gpt", 0, spend=12.5, requests=0)]
    assert told(ask(services)) == (0, 0, [])


def test_corrections_lack_no_logs(gateway: FakeGateway, services: Gateway) -> None:
    know(gateway, MONDAY, [("red", 3), ("blue", 2)], [("red", 3), ("blue", 2)])
    gateway.knows.rows += [used("red", "k", "gpt", 0, requests=-1), used("blue", "k", "gpt", 0, requests=-5)]
    assert told(ask(services)) == (-1, 2, [])


def test_days_without_any_logs_are_missing_and_their_requests_are_not_covered(
    gateway: FakeGateway, services: Gateway
) -> None:
    know(gateway, MONDAY, [("red", 7)], [])
    know(gateway, TUESDAY, [("red", 2)], [("red", 2)])
    report = ask(services, MONDAY, TUESDAY)
    assert report.usage.missing_days == [day(MONDAY)]
    assert told(report) == (9, 2, [MONDAY])


def test_usage_that_came_after_the_logs_does_not_make_them_partial(
    gateway: FakeGateway, services: Gateway, clock: SettableClock
) -> None:
    know(gateway, WEDNESDAY, [("red", 5)], [("red", 5)])
    fetch(services, WEDNESDAY)
    clock.move(seconds=20)
    assert told(ask(services, WEDNESDAY, WEDNESDAY)) == (5, 5, [])
    know(gateway, WEDNESDAY, [("red", 8), ("blue", 1)], [("red", 8), ("blue", 1)])
    clock.move(seconds=15)  # usage has expired, and logs have not
    again = ask(services, WEDNESDAY, WEDNESDAY)
    assert gateway.paths.count(LOGS) == 1
    assert fetch(services, WEDNESDAY).totals().api_requests == 9
    assert told(again) == (5, 5, [])
    clock.move(seconds=15)
    assert told(ask(services, WEDNESDAY, WEDNESDAY)) == (9, 9, [])


def test_logs_that_were_read_after_usage_and_have_less_are_partial(
    gateway: FakeGateway, services: Gateway, clock: SettableClock
) -> None:
    know(gateway, WEDNESDAY, [("red", 8)], [("red", 5)])
    assert told(ask(services, WEDNESDAY, WEDNESDAY)) == (8, 5, [WEDNESDAY])
    know(gateway, WEDNESDAY, [("red", 9)], [("red", 8)])
    clock.move(seconds=15)
    assert told(ask(services, WEDNESDAY, WEDNESDAY)) == (8, 5, [WEDNESDAY])
    clock.move(seconds=15)
    assert told(ask(services, WEDNESDAY, WEDNESDAY)) == (9, 8, [WEDNESDAY])
    know(gateway, WEDNESDAY, [("red", 9)], [("red", 9)])
    clock.move(seconds=30)
    assert told(ask(services, WEDNESDAY, WEDNESDAY)) == (9, 9, [])


def test_logs_that_are_much_older_than_usage_are_partial(
    gateway: FakeGateway, services: Gateway, clock: SettableClock
) -> None:
    know(gateway, WEDNESDAY, [("red", 5)], [("red", 5)])
    ask(services, WEDNESDAY, WEDNESDAY)
    know(gateway, WEDNESDAY, [("red", 50)], [("red", 50)])
    gateway.fail(400, path=LOGS)
    clock.move(minutes=10)
    report = ask(services, WEDNESDAY, WEDNESDAY)
    assert report.usage.stale
    assert told(report) == (50, 5, [WEDNESDAY])


def test_a_day_that_is_over_is_compared_with_all_that_usage_tells(
    gateway: FakeGateway, services: Gateway, clock: SettableClock
) -> None:
    know(gateway, WEDNESDAY, [("red", 5)], [("red", 5)])
    ask(services, WEDNESDAY, WEDNESDAY)
    clock.move(hours=18)
    assert told(ask(services, WEDNESDAY, WEDNESDAY)) == (5, 5, [])
    know(gateway, WEDNESDAY, [("red", 7)], [("red", 5)])  # late bookings
    clock.move(minutes=1)
    for flight in services.activity.days.start([day(WEDNESDAY)], again=True):
        flight.result()
    assert told(ask(services, WEDNESDAY, WEDNESDAY)) == (7, 5, [WEDNESDAY])


def test_logs_that_the_gateway_deletes_later_are_kept(
    gateway: FakeGateway, services: Gateway, clock: SettableClock
) -> None:
    know(gateway, MONDAY, [("red", 3)], [("red", 3)])
    ask(services)
    know(gateway, MONDAY, [("red", 3)], [("red", 1)])
    clock.move(days=1)  # when a day is looked at once more
    ask(services)
    services.calls.close(wait=True)
    assert gateway.paths.count(LOGS) == 2
    report = ask(services)
    assert told(report) == (3, 3, [])
    assert report.usage.totals().tokens == 3


@pytest.mark.parametrize("spend", [math.nan, math.inf, None])
def test_money_that_the_gateway_does_not_tell_leaves_tokens_alone(
    gateway: FakeGateway, services: Gateway, spend: float | None
) -> None:
    know(gateway, MONDAY, [("red", 2)], [("red", 1)])
    row = {"request_id": "x", "startTime": f"{MONDAY}T09:00:00", "team_id": "red", "spend": spend}
    body = {"data": [{**row, "prompt_tokens": 2**53 + 1}, {**row, "request_id": "y", "spend": 0.5}], "total": 2}
    gateway.fail(body=body, path=LOGS)
    report = ask(services)
    totals = report.usage.totals()
    assert (totals.tokens, report.rows()[9]["tokens"]) == (2**53 + 1, 2**53 + 1)
    assert math.isnan(totals.spend)
    assert told(report) == (2, 2, [])


@pytest.mark.parametrize("tokens", [[2**63], [-(2**63) - 1], [10**30], [2**62, 2**62], [2**62, -(2**62), 2**62]])
def test_more_tokens_than_can_be_are_no_answer_of_a_gateway(
    gateway: FakeGateway, services: Gateway, tokens: list[int]
) -> None:
    know(gateway, MONDAY, [("red", 2)], [])
    rows = [
        {"request_id": str(number), "startTime": f"{MONDAY}T09:00:00", "prompt_tokens": count}
        for number, count in enumerate(tokens)
    ]
    gateway.fail(body={"data": rows, "total": len(rows)}, path=LOGS)
    with pytest.raises(GatewayInvalidResponseError):
        ask(services)


def test_negative_tokens_are_taken_off(gateway: FakeGateway, services: Gateway) -> None:
    know(gateway, MONDAY, [("red", 2)], [])
    gateway.knows.logs = [
        LogRow("a", f"{MONDAY}T09:00:00", "red", prompt=5),
        LogRow("b", f"{MONDAY}T09:20:00", "red", prompt=-8, spend=-0.5),
    ]
    report = ask(services)
    assert (report.rows()[9]["tokens"], report.usage.totals().spend) == (-3, -0.5)


@pytest.mark.parametrize("start", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59.5-05:00"])
def test_a_moment_beyond_all_years_is_no_answer_of_a_gateway(
    gateway: FakeGateway, services: Gateway, start: str
) -> None:
    know(gateway, MONDAY, [("red", 1)], [])
    gateway.fail(body={"data": [{"request_id": "a", "startTime": start}], "total": 1}, path=LOGS)
    with pytest.raises(GatewayInvalidResponseError):
        ask(services)
