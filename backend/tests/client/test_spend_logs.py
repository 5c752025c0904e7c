"""Every spend log of a span of time is read exactly once, whatever its pages do."""

import datetime as dt
import itertools

import pytest

from src.client.errors import (
    GatewayInvalidResponseError,
    GatewayUnstablePagesError,
    SpendLogsUnavailableError,
)
from tests.days import MONDAY, TUESDAY, utc
from tests.fake_gateway.faults import Request
from tests.fake_gateway.rows import LogRow
from tests.fake_gateway.server import FakeGateway

MIDNIGHT = utc(f"{MONDAY}T00:00:00")
DAY = dt.timedelta(days=1)


def log(moment: dt.datetime, number: int = 0) -> LogRow:
    start = moment.replace(tzinfo=None).isoformat()
    return LogRow(f"{start}-{number}", start, "red", prompt=1)


def every(seconds: float, number: int) -> list[LogRow]:
    return [log(MIDNIGHT + dt.timedelta(seconds=n * seconds)) for n in range(number)]


def read(gateway: FakeGateway, end: dt.datetime = MIDNIGHT + DAY) -> list[str]:
    batches = gateway.client().fetch_spend_logs(MIDNIGHT, end)
    return [found.request_id for found in itertools.chain.from_iterable(batches)]


def assert_read_once(gateway: FakeGateway, expected: list[LogRow]) -> None:
    assert sorted(read(gateway)) == sorted(row.request_id for row in expected)


def test_a_day_without_requests_is_one_question(gateway: FakeGateway) -> None:
    assert read(gateway) == []
    query = gateway.requests[0].query
    assert (query["start_date"], query["end_date"]) == (f"{MONDAY} 00:00:00", f"{TUESDAY} 00:00:00")
    assert len(gateway.requests) == 1


@pytest.mark.parametrize("number", [1, 999, 1000, 1001, 2500])
def test_any_number_of_requests_is_read_once_each(gateway: FakeGateway, number: int) -> None:
    gateway.knows.logs = every(30, number)
    assert_read_once(gateway, gateway.knows.logs)
    assert len(gateway.requests) <= number // 1000 + 1


def test_a_capped_count_does_not_end_the_reading(gateway: FakeGateway) -> None:
    gateway.knows.log_cap = 1500
    gateway.knows.logs = every(7.3, 4200)
    assert_read_once(gateway, gateway.knows.logs)


def test_older_releases_are_asked_for_a_hundred_at_a_time(gateway: FakeGateway) -> None:
    gateway.knows.max_log_page_size = 100
    gateway.knows.logs = every(60, 350)
    assert_read_once(gateway, gateway.knows.logs)
    assert [request.query["page_size"] for request in gateway.requests] == ["1000", *["100"] * 4]


@pytest.mark.parametrize("crowd", [999, 1000, 1001, 2000, 2300])
@pytest.mark.parametrize("fraction", [0, 0.25])
def test_a_crowd_in_one_second_is_read_whole(gateway: FakeGateway, crowd: int, fraction: float) -> None:
    moment = MIDNIGHT + dt.timedelta(hours=9, seconds=fraction)
    gateway.knows.logs = [*every(600, 100), *(log(moment, number) for number in range(1, crowd + 1))]
    assert_read_once(gateway, gateway.knows.logs)


def test_a_crowd_in_the_first_second_of_the_day_is_read_whole(gateway: FakeGateway) -> None:
    gateway.knows.logs = [log(MIDNIGHT, number) for number in range(1200)]
    assert_read_once(gateway, gateway.knows.logs)


def test_a_crowd_beyond_the_cap_is_an_error_and_not_a_wrong_figure(gateway: FakeGateway) -> None:
    gateway.knows.log_cap = 1500
    gateway.knows.logs = [log(MIDNIGHT + dt.timedelta(hours=9), number) for number in range(1600)]
    with pytest.raises(GatewayUnstablePagesError):
        read(gateway)


def test_the_first_moment_belongs_to_the_day_and_the_next_midnight_does_not(gateway: FakeGateway) -> None:
    tick = dt.timedelta(microseconds=1)
    inside = [log(MIDNIGHT), log(MIDNIGHT + DAY - dt.timedelta(seconds=0.5)), log(MIDNIGHT + DAY - tick)]
    outside = [log(MIDNIGHT - tick), log(MIDNIGHT + DAY)]
    gateway.knows.logs = [*inside, *outside]
    assert_read_once(gateway, inside)


def test_fractions_of_seconds_on_the_edge_of_a_page_are_not_lost(gateway: FakeGateway) -> None:
    gateway.knows.logs = every(0.4, 3000)
    assert_read_once(gateway, gateway.knows.logs)


def test_requests_that_come_in_while_reading_do_not_push_others_out(gateway: FakeGateway) -> None:
    before = every(30, 2500)
    gateway.knows.logs = list(before)

    def grow(_: Request) -> None:
        gateway.knows.logs += [log(MIDNIGHT + dt.timedelta(hours=23), len(gateway.requests))] * 3

    gateway.on_request = grow
    found = read(gateway)
    assert len(found) == len(set(found))
    assert set(found) >= {row.request_id for row in before}


def test_what_is_listed_twice_is_read_once(gateway: FakeGateway) -> None:
    gateway.knows.logs = every(30, 10) * 2
    assert_read_once(gateway, every(30, 10))


def test_a_gateway_without_the_endpoint_has_no_spend_logs(gateway: FakeGateway) -> None:
    gateway.knows.has_spend_logs = False
    with pytest.raises(SpendLogsUnavailableError, match=r"1\.80\.8"):
        read(gateway)


def test_a_gateway_that_refuses_every_page_size_is_told_so(gateway: FakeGateway) -> None:
    gateway.knows.max_log_page_size = 50
    with pytest.raises(GatewayInvalidResponseError):
        read(gateway)
    assert len(gateway.requests) == 2


def test_a_gateway_that_counts_more_than_it_lists_is_told_so(gateway: FakeGateway) -> None:
    gateway.fail(body={"data": [], "total": 5, "total_is_capped": False})
    with pytest.raises(GatewayUnstablePagesError):
        read(gateway)


@pytest.mark.parametrize("written", ["2025-03-10T12:00:00", "2025-03-10T12:00:00Z", "2025-03-10T14:00:00+02:00"])
def test_times_are_utc_however_they_are_written(gateway: FakeGateway, written: str) -> None:
    gateway.fail(body={"data": [{"request_id": "a", "startTime": written}], "total": 1})
    end = MIDNIGHT + dt.timedelta(hours=12)
    assert read(gateway, end) == []
    assert read(gateway, end + dt.timedelta(seconds=1)) == ["a"]


def test_without_a_count_a_full_page_means_more(gateway: FakeGateway) -> None:
    gateway.knows.logs = every(30, 1500)
    rows = sorted(gateway.knows.logs, key=lambda row: row.moment, reverse=True)
    gateway.fail(body={"data": [row.json for row in rows[:1000]]}, times=1)
    assert_read_once(gateway, rows)
