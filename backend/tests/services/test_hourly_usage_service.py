"""Hours of the day in any time zone, from spend logs; days without logs are missing and not zero."""

import asyncio
import itertools
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from src.client.errors import GatewayUnavailableError, SpendLogsUnavailableError
from src.services.hourly_usage_service import HourlyQuery, TooManyPagesError
from src.services.report import Report
from src.services.team_service import UnknownTeamError
from src.utils.dependency_config import Gateway
from tests.conftest import SettableClock
from tests.days import MONDAY, TUESDAY, WEDNESDAY, day, used
from tests.fake_gateway.faults import Request
from tests.fake_gateway.rows import LogRow
from tests.fake_gateway.server import FakeGateway
from tests.settings import settings

pytestmark = pytest.mark.usefixtures("pauses")

LOGS = "/spend/logs/v2"


def log(start: str, prompt: int, team_id: str | None = "red", status: str = "success") -> LogRow:
    return LogRow(f"{start}-{prompt}-{team_id}", start, team_id, prompt=prompt, completion=1, status=status)


def report(services: Gateway, start: str, end: str, team: str | None = None, timezone: str = "UTC") -> Report:
    query = HourlyQuery(team, ZoneInfo(timezone))
    return asyncio.run(services.hourly.fetch_hourly_tokens(day(start), day(end), query))


def tokens(found: Report) -> dict[int, int]:
    """Return tokens by hour, without the hours that have none."""
    assert [row["hour"] for row in found.rows()] == list(range(24))
    return {row["hour"]: row["tokens"] for row in found.rows() if row["tokens"]}


@pytest.fixture(autouse=True)
def _known(gateway: FakeGateway) -> None:
    gateway.knows.teams = {"red": "Red", "blue": "Blue"}
    gateway.knows.rows = [
        used(team, "k", "gpt", 1, date=date) for date in (MONDAY, TUESDAY) for team in ("red", "blue")
    ]
    gateway.knows.logs = [
        log(f"{MONDAY}T00:00:00", 10),
        log(f"{MONDAY}T09:59:59.9", 20),
        log(f"{MONDAY}T10:00:00", 30, "blue"),
        log(f"{TUESDAY}T10:20:00", 40),
        log(f"{TUESDAY}T23:59:59.5", 50, None),
        log(f"{WEDNESDAY}T00:00:00", 1000),
    ]


def test_requests_count_in_the_hour_in_which_they_started(services: Gateway) -> None:
    assert tokens(report(services, MONDAY, TUESDAY)) == {0: 11, 9: 21, 10: 31 + 41, 23: 51}


def test_a_midnight_belongs_to_the_day_that_begins(services: Gateway) -> None:
    assert tokens(report(services, MONDAY, MONDAY)) == {0: 11, 9: 21, 10: 31}
    assert tokens(report(services, TUESDAY, TUESDAY)) == {10: 41, 23: 51}


@pytest.mark.parametrize(
    ("team", "expected"),
    [("red", {0: 11, 9: 21, 10: 41}), ("Blue", {10: 31}), ("Unassigned", {23: 51})],
)
def test_one_teams_hours(services: Gateway, team: str, expected: dict[int, int]) -> None:
    assert tokens(report(services, MONDAY, TUESDAY, team)) == expected


def test_a_team_that_does_not_exist_is_told(services: Gateway) -> None:
    with pytest.raises(UnknownTeamError):
        report(services, MONDAY, TUESDAY, "Nobody")


@pytest.mark.parametrize("name", ["everyone", "all", "None", "null"])
def test_a_team_may_have_any_id(gateway: FakeGateway, services: Gateway, name: str) -> None:
    gateway.knows.teams[name] = "Odd"
    gateway.knows.logs.append(log(f"{MONDAY}T05:00:00", 99, name))
    assert tokens(report(services, MONDAY, MONDAY, name)) == {5: 100}


@pytest.mark.parametrize(
    ("timezone", "expected"),
    [
        ("UTC", {0: 11, 9: 21, 10: 31}),
        ("Europe/Berlin", {1: 11, 10: 21, 11: 31}),
        ("Asia/Kolkata", {5: 11, 15: 21 + 31}),
        ("Asia/Kathmandu", {5: 11, 15: 21 + 31}),
        ("America/St_Johns", {21: 11, 7: 21 + 31}),
        ("Pacific/Kiritimati", {14: 11, 23: 21, 0: 31}),
    ],
)
def test_hours_are_those_of_the_time_zone(services: Gateway, timezone: str, expected: dict[int, int]) -> None:
    assert tokens(report(services, MONDAY, MONDAY, timezone=timezone)) == expected


def test_quarters_of_an_hour_fall_on_the_right_side_in_zones_with_odd_offsets(
    gateway: FakeGateway, services: Gateway
) -> None:
    gateway.knows.logs = [log(f"{MONDAY}T10:14:59", 1), log(f"{MONDAY}T10:15:00", 2), log(f"{MONDAY}T10:30:00", 4)]
    assert tokens(report(services, MONDAY, MONDAY, timezone="Asia/Kathmandu")) == {15: 2, 16: 3 + 5}
    assert tokens(report(services, MONDAY, MONDAY, timezone="Asia/Kolkata")) == {15: 2 + 3, 16: 5}


def test_on_the_day_that_clocks_go_forward_an_hour_is_left_out(gateway: FakeGateway, services: Gateway) -> None:
    spring = "2024-03-31"
    gateway.knows.logs = [log(f"{spring}T0{hour}:30:00", 10**hour) for hour in range(4)]
    found = tokens(report(services, spring, spring, timezone="Europe/Berlin"))
    assert found == {1: 2, 3: 11, 4: 101, 5: 1001}


def test_on_the_day_that_clocks_go_back_an_hour_counts_twice(gateway: FakeGateway, services: Gateway) -> None:
    autumn = "2024-10-27"
    gateway.knows.logs = [log(f"{autumn}T0{hour}:30:00", 10**hour) for hour in range(3)]
    found = tokens(report(services, autumn, autumn, timezone="Europe/Berlin"))
    assert found == {2: 2 + 11, 3: 101}


def test_totals_are_those_of_the_logs(gateway: FakeGateway, services: Gateway) -> None:
    gateway.knows.logs.append(log(f"{MONDAY}T12:00:00", 5, status="failure"))
    totals = report(services, MONDAY, MONDAY).usage.totals()
    assert (totals.tokens, totals.prompt_tokens, totals.completion_tokens) == (10 + 20 + 30 + 5 + 4, 65, 4)
    assert (totals.api_requests, totals.successful_requests, totals.failed_requests) == (4, 3, 1)


def test_usage_without_any_logs_is_told_and_not_zero(gateway: FakeGateway, services: Gateway) -> None:
    gateway.knows.logs = []
    with pytest.raises(SpendLogsUnavailableError, match="disable_spend_logs"):
        report(services, MONDAY, TUESDAY)


def test_a_gateway_without_the_endpoint_is_told_of(gateway: FakeGateway, services: Gateway) -> None:
    gateway.knows.has_spend_logs = False
    with pytest.raises(SpendLogsUnavailableError, match=r"1\.80\.8"):
        report(services, MONDAY, TUESDAY)


def test_days_whose_logs_are_gone_are_missing(gateway: FakeGateway, services: Gateway) -> None:
    gateway.knows.logs = [row for row in gateway.knows.logs if row.start >= TUESDAY]
    found = report(services, MONDAY, TUESDAY)
    assert found.usage.missing_days == [day(MONDAY)]
    assert tokens(found) == {10: 41, 23: 51}


def test_days_without_usage_and_without_logs_are_whole(gateway: FakeGateway, services: Gateway) -> None:
    found = report(services, "2025-03-08", MONDAY)
    assert found.usage.missing_days == []
    empty = report(services, "2025-03-01", "2025-03-02")
    assert tokens(empty) == {}
    assert empty.usage.missing_days == []


def test_settled_days_are_read_once(gateway: FakeGateway, services: Gateway, clock: SettableClock) -> None:
    report(services, MONDAY, TUESDAY)
    clock.move(hours=6)
    report(services, MONDAY, MONDAY, timezone="Asia/Tokyo")
    assert gateway.paths.count(LOGS) == 2


def test_older_figures_are_served_while_the_gateway_is_down(
    gateway: FakeGateway, services: Gateway, clock: SettableClock
) -> None:
    before = report(services, MONDAY, WEDNESDAY)
    gateway.fail(503)
    clock.move(minutes=5)
    after = report(services, MONDAY, WEDNESDAY)
    assert tokens(after) == tokens(before)
    assert (before.usage.stale, after.usage.stale) == (False, True)
    assert after.usage.as_of == before.usage.as_of


def test_without_older_figures_a_failure_is_told(gateway: FakeGateway, services: Gateway) -> None:
    gateway.fail(503, path=LOGS)
    with pytest.raises(GatewayUnavailableError):
        report(services, MONDAY, MONDAY)


def test_times_without_a_zone_are_utc(gateway: FakeGateway, services: Gateway) -> None:
    rows = [
        {"request_id": str(number), "startTime": start, "prompt_tokens": 1, "team_id": ""}
        for number, start in enumerate([f"{MONDAY}T08:00:00", f"{MONDAY}T08:00:00Z", f"{MONDAY}T10:00:00+02:00"])
    ]
    gateway.fail(body={"data": rows, "total": 3}, path=LOGS)
    assert tokens(report(services, MONDAY, MONDAY)) == {8: 3}


def test_a_day_with_a_crowd_that_cannot_be_told_apart_is_missing(gateway: FakeGateway, services: Gateway) -> None:
    gateway.knows.log_cap = 1000
    crowd = [LogRow(str(number), f"{MONDAY}T10:00:00", "red", prompt=1) for number in range(1100)]
    gateway.knows.logs += crowd
    found = report(services, MONDAY, TUESDAY)
    assert found.usage.missing_days == [day(MONDAY)]
    assert tokens(found) == {10: 41, 23: 51}


@pytest.fixture
def limited(gateway: FakeGateway, clock: SettableClock) -> Iterator[Gateway]:
    """Return services that read four pages at most at a time."""
    wired = Gateway(gateway.client(), settings(hourly_max_pages=4), clock)
    yield wired
    wired.calls.close()


def grow(gateway: FakeGateway, date: str, requests: int) -> None:
    """Let a day have so many requests more than the two that it has."""
    gateway.knows.rows.append(used("red", "many", "gpt", 0, date=date, requests=requests))


def test_as_many_pages_as_allowed_are_read(gateway: FakeGateway, limited: Gateway) -> None:
    grow(gateway, MONDAY, 2998)
    assert tokens(report(limited, MONDAY, TUESDAY)) == {0: 11, 9: 21, 10: 31 + 41, 23: 51}


def test_a_range_that_takes_more_is_refused_before_any_is_read(gateway: FakeGateway, limited: Gateway) -> None:
    grow(gateway, MONDAY, 2999)
    with pytest.raises(TooManyPagesError, match=r"take 5 pages .* no more than 4 .* Ask for fewer days first: "):
        report(limited, MONDAY, TUESDAY)
    assert LOGS not in gateway.paths


def test_one_day_that_takes_more_has_another_way_out(gateway: FakeGateway, limited: Gateway) -> None:
    grow(gateway, MONDAY, 1_233_999)
    with pytest.raises(TooManyPagesError, match=r"take 1,235 pages .* Raise HOURLY_MAX_PAGES"):
        report(limited, MONDAY, MONDAY)


def test_days_that_were_read_do_not_count_again(gateway: FakeGateway, limited: Gateway) -> None:
    for date in (MONDAY, TUESDAY):
        grow(gateway, date, 2998)
    with pytest.raises(TooManyPagesError):
        report(limited, MONDAY, TUESDAY)
    report(limited, MONDAY, MONDAY)
    assert tokens(report(limited, MONDAY, TUESDAY)) == {0: 11, 9: 21, 10: 31 + 41, 23: 51}


def test_a_gateway_with_small_pages_reaches_the_limit_sooner(gateway: FakeGateway, limited: Gateway) -> None:
    gateway.knows.max_log_page_size = 100
    report(limited, MONDAY, MONDAY)
    grow(gateway, TUESDAY, 400)
    with pytest.raises(TooManyPagesError, match="take 5 pages"):
        report(limited, TUESDAY, TUESDAY)


def test_logs_of_days_whose_usage_is_not_known_are_not_read(gateway: FakeGateway, services: Gateway) -> None:
    pages = itertools.count(2)

    def go_on_changing(request: Request) -> None:
        if request.query.get("start_date") == TUESDAY:
            metadata = {"page": 1, "total_pages": next(pages)}
            gateway.fail(body={"results": [{"date": TUESDAY}], "metadata": metadata}, times=1)

    report(services, MONDAY, MONDAY)
    gateway.on_request = go_on_changing
    assert report(services, MONDAY, TUESDAY).usage.missing_days == [day(TUESDAY)]
    assert gateway.paths.count(LOGS) == 1
