"""Hours of the day are the same as those that are looked up request by request, in every time zone."""

import datetime as dt
import zoneinfo
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from src.client.models import SpendLog
from src.services.logged_days import add_up_logs, by_quarter, hours_of, logs_of, told_of, told_rows, with_told
from src.store.records import DayRecord
from src.store.sql import SqlUsageStore
from tests.days import MONDAY, day, utc

FIRST, LAST = utc("2023-01-01T00:00:00"), utc("2027-12-31T23:59:59")
ODD = ("Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham", "America/St_Johns", "Pacific/Kiritimati")

zones = st.sampled_from(ODD) | st.sampled_from(sorted(zoneinfo.available_timezones()))
moments = st.datetimes(FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None), timezones=st.just(dt.UTC))
requests = st.lists(st.tuples(moments, st.integers(-(2**40), 2**40), st.sampled_from(["red", "blue", None])))


def log(moment: dt.datetime, tokens: int, team_id: str | None = None) -> SpendLog:
    row = {"request_id": "x", "startTime": moment, "team_id": team_id, "prompt_tokens": tokens}
    return SpendLog.model_validate({**row, "completion_tokens": 1, "spend": 0.5})


def one_by_one(logs: list[SpendLog], zone: ZoneInfo) -> list[int]:
    hours = [0] * 24
    for found in logs:
        hours[found.start_time.astimezone(zone).hour] += (found.prompt_tokens or 0) + 1
    return hours


@given(requests, zones)
@example([(utc(f"2024-03-31T0{hour}:59:59"), 10**hour, "red") for hour in range(4)], "Europe/Berlin")
@example([(utc(f"2024-10-27T0{hour}:30:00"), 10**hour, "red") for hour in range(4)], "Europe/Berlin")
@example([(utc(f"2024-04-06T{hour}:45:00"), 10**hour, None) for hour in range(12, 18)], "Australia/Lord_Howe")
@settings(max_examples=150, deadline=None)
def test_hours_are_those_of_each_request(found: list[tuple[dt.datetime, int, str | None]], name: str) -> None:
    logs, zone = [log(*request) for request in found], ZoneInfo(name)
    assert hours_of([by_quarter(add_up_logs([logs[::2], logs[1::2]]))], zone) == one_by_one(logs, zone)


def test_hours_of_many_days_do_not_overflow() -> None:
    logs = [add_up_logs([[log(utc(f"2025-03-1{n}T09:00:00"), 2**63 - 2)]]) for n in range(5)]
    assert hours_of(map(by_quarter, logs), ZoneInfo("UTC"))[9] == 5 * (2**63 - 1)


@pytest.mark.parametrize("requests", [{"red": 5, None: 2}, {}])
def test_what_usage_told_is_kept_with_the_logs(engine, requests: dict[str | None, int]) -> None:  # noqa: ANN001
    logs = add_up_logs([[log(utc(f"{MONDAY}T09:00:00"), 7, "red"), log(utc(f"{MONDAY}T10:00:00"), 8)]])
    usage = pl.DataFrame(
        {"team_id": list(requests), "api_requests": list(requests.values())},
        schema={"team_id": pl.Categorical, "api_requests": pl.Int64},
    )
    record = DayRecord(day(MONDAY), with_told(logs, told_rows(usage)), utc(f"{MONDAY}T12:00:00"))
    store = SqlUsageStore(engine, "view", "hourly")
    store.put([record])
    (kept,) = store.get([day(MONDAY)]).values()
    assert logs_of(kept.frame).rows() == logs.rows()
    told = told_of(kept.frame)
    assert told is not None
    assert dict(told.iter_rows()) == (requests or {None: 0})


def test_logs_that_were_kept_before_tell_nothing_of_usage() -> None:
    logs = add_up_logs([[log(utc(f"{MONDAY}T09:00:00"), 7)]])
    record = DayRecord(day(MONDAY), with_told(logs, None), utc(f"{MONDAY}T12:00:00"))
    assert told_of(record.frame) is None
    assert logs_of(record.frame).rows() == logs.rows()
