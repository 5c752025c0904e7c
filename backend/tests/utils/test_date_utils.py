"""Ranges of UTC days: what is read as what, and what is refused with a sentence."""

import datetime as dt

import pytest

from src.core.errors import InvalidParameterError, InvalidRangeError
from src.utils.date_utils import DateRange, parse_date_range, parse_timezone
from tests.days import MONDAY, TUESDAY, WEDNESDAY, day, utc

NOON = utc(f"{WEDNESDAY}T12:00:00")
THURSDAY = "2025-03-13"
FRIDAY = "2025-03-14"


def parse(start: str | None, end: str | None, now: dt.datetime = NOON) -> tuple[str, str]:
    found = parse_date_range(start, end, now)
    return str(found.start), str(found.end)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (MONDAY, TUESDAY, (MONDAY, TUESDAY)),
        (MONDAY, MONDAY, (MONDAY, MONDAY)),
        (None, None, (TUESDAY, WEDNESDAY)),
        (MONDAY, None, (MONDAY, WEDNESDAY)),
        (None, WEDNESDAY, (TUESDAY, WEDNESDAY)),
        (None, MONDAY, (MONDAY, MONDAY)),
        (WEDNESDAY, None, (WEDNESDAY, WEDNESDAY)),
        ("2024-02-29", "2024-02-29", ("2024-02-29", "2024-02-29")),
    ],
)
def test_a_range_is_two_days_and_yesterday_to_today_by_default(
    start: str | None, end: str | None, expected: tuple[str, str]
) -> None:
    assert parse(start, end) == expected


MALFORMED = [
    "",
    " ",
    "today",
    "2025-3-1",
    "2025-03-1",
    "20250310",
    "2025.03.10",
    "2025/03/10",
    "10-03-2025",
    "2025-W11-1",
    "2025-070",
    "2025-13-01",
    "2025-02-29",
    "2025-02-30",
    "2025-00-10",
    "0000-01-01",
    "12025-03-10",
    "-2025-03-10",
    " 2025-03-10",
    "2025-03-10 ",
    "2025-03-10\n",
    "2025-03-10T00:00:00",
    "2025-03-10T00:00:00Z",
    "\u0662\u0660\u0662\u0665-\u0660\u0663-\u0661\u0660",
    "2025\u201303\u201310",
    "<script>",
    "1741564800",
    "null",
]


@pytest.mark.parametrize("text", MALFORMED)
@pytest.mark.parametrize("name", ["start_date", "end_date"])
def test_what_is_not_a_day_is_refused_by_name(name: str, text: str) -> None:
    dates = {"start_date": MONDAY, "end_date": TUESDAY, name: text}
    with pytest.raises(InvalidRangeError, match=rf"^{name} is not a date\. Write it as YYYY-MM-DD") as caught:
        parse(dates["start_date"], dates["end_date"])
    assert "<" not in str(caught.value)


def test_a_reversed_range_is_refused() -> None:
    with pytest.raises(InvalidRangeError, match=f"start_date {TUESDAY} is after end_date {MONDAY}"):
        parse(TUESDAY, MONDAY)


@pytest.mark.parametrize(
    ("start", "end"), [(MONDAY, FRIDAY), (FRIDAY, None), (MONDAY, "2999-01-01"), (FRIDAY, FRIDAY)]
)
def test_the_future_is_refused(start: str, end: str | None) -> None:
    with pytest.raises(InvalidRangeError, match=f"is in the future. Today is {WEDNESDAY}"):
        parse(start, end)


@pytest.mark.parametrize(
    ("now", "end", "expected"),
    [
        (utc(f"{WEDNESDAY}T09:59:59"), THURSDAY, None),
        (utc(f"{WEDNESDAY}T10:00:00"), THURSDAY, WEDNESDAY),
        (utc(f"{WEDNESDAY}T23:59:59"), THURSDAY, WEDNESDAY),
        (utc(f"{WEDNESDAY}T23:59:59"), FRIDAY, None),
    ],
)
def test_the_day_that_has_begun_ahead_of_utc_is_read_as_today(
    now: dt.datetime, end: str, expected: str | None
) -> None:
    if expected is None:
        with pytest.raises(InvalidRangeError, match="future"):
            parse(MONDAY, end, now)
    else:
        assert parse(MONDAY, end, now) == (MONDAY, expected)
        assert parse(end, end, now) == (expected, expected)


def test_the_first_day_is_the_first_that_there_can_be_usage_of() -> None:
    assert parse("2023-01-01", "2023-01-02") == ("2023-01-01", "2023-01-02")
    assert parse(None, "2023-01-01") == ("2023-01-01", "2023-01-01")


@pytest.mark.parametrize(
    ("start", "end", "begins"),
    [
        ("2022-12-31", "2023-01-01", "2022-12-31"),
        ("2022-01-01", WEDNESDAY, "2022-01-01"),
        ("0001-01-01", "0001-01-01", "0001-01-01"),
        ("1970-01-01", "1970-12-31", "1970-01-01"),
        (None, "2022-12-31", "2022-12-31"),
    ],
)
def test_days_before_are_refused_with_the_first_one(start: str | None, end: str, begins: str) -> None:
    told = rf"^The range begins on {begins}\. There is no usage before 2023-01-01: begin there\.$"
    with pytest.raises(InvalidRangeError, match=told):
        parse(start, end)


def test_four_hundred_days_are_the_most() -> None:
    start = day(WEDNESDAY) - dt.timedelta(days=399)
    assert parse(str(start), WEDNESDAY) == (str(start), WEDNESDAY)
    with pytest.raises(InvalidRangeError, match=r"has 401 days\. Ask for 400 at most"):
        parse(str(start - dt.timedelta(days=1)), WEDNESDAY)


def test_the_present_is_the_default() -> None:
    today = dt.datetime.now(dt.UTC).date()
    found = parse_date_range(None, None)
    assert found.end - today in {dt.timedelta(0), dt.timedelta(days=1)}
    assert found == DateRange(found.end - dt.timedelta(days=1), found.end)


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/Argentina/Ushuaia"])
def test_a_time_zone_is_known_by_its_iana_name(name: str) -> None:
    assert parse_timezone(name).key == name


@pytest.mark.parametrize("name", [None, ""])
def test_utc_is_the_default_time_zone(name: str | None) -> None:
    assert parse_timezone(name).key == "UTC"


@pytest.mark.parametrize(
    "name",
    [
        "Berlin",
        "europe/berlin",
        "+02:00",
        "../../etc/passwd",
        "/etc/localtime",
        "Europe/",
        "a\0b",
        "Europe/Berlin ",
    ],
)
def test_anything_else_is_no_time_zone(name: str) -> None:
    with pytest.raises(InvalidParameterError, match="IANA") as caught:
        parse_timezone(name)
    assert name not in str(caught.value).replace("Europe/Berlin", "")
