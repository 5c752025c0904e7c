"""Spellings of days and times: those with one reading, those with two, and what is none."""

import datetime as dt

import pytest

from src.studio.scoring.dates import read_date

DAY = dt.date(2026, 5, 3)
NAIVE = dt.datetime(2026, 5, 3, 14, 30)  # noqa: DTZ001 - of no zone
AWARE = NAIVE.replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "text",
    [
        *("2026-05-03", "2026-5-3", "2026/05/03", "2026.05.03", "20260503", " 2026-05-03 "),
        *("3 May 2026", "03 may 2026", "3. May 2026", "3-May-2026", "3rd of May 2026", "3 May, 2026"),
        *("May 3, 2026", "May 3 2026", "May 3rd, 2026", "MAY 03, 2026"),
        *("Sunday, May 3, 2026", "Sun 3 May 2026", "Sun, 3 May 2026"),
    ],
)
def test_a_day_is_read_in_every_spelling_that_has_one_reading(text: str) -> None:
    assert read_date(text) == DAY


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31/12/2026", dt.date(2026, 12, 31)),
        ("12/31/2026", dt.date(2026, 12, 31)),
        ("5.5.2026", dt.date(2026, 5, 5)),
        ("Sept. 9, 2026", dt.date(2026, 9, 9)),
        ("29 Feb 2028", dt.date(2028, 2, 29)),
    ],
)
def test_a_day_whose_parts_can_only_be_one_is_read(text: str, day: dt.date) -> None:
    assert read_date(text) == day


@pytest.mark.parametrize(
    "text",
    [
        *("03/05/2026", "3.5.2026", "03-05-2026"),  # May or March
        *("3 May 26", "May 2026", "2026-05", "tomorrow", "Monday, May 3, 2026", "30 Feb 2026", "2026-02-30"),
        *("2026-05/03", "3 Mai 2026", "2026-05-03T25:00", "2026-05-03 13:00 pm", "2026-05-03T10:00+99:00"),
        *(
            "",
            "10.0.0.1",
            "1.2.2026.5",
            "0000-01-01",
            "2026-05-03" * 10,
            "\N{FULLWIDTH DIGIT TWO}026-05-03",
        ),
    ],
)
def test_what_is_no_date_or_may_be_two_is_none(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-05-03T14:30", NAIVE),
        ("2026-05-03 14:30:00.000", NAIVE),
        ("May 3, 2026 at 2:30 pm", NAIVE),
        ("3 May 2026, 2:30 P.M.", NAIVE),
        ("2026-05-03T14:30:00Z", AWARE),
        ("2026-05-03T14:30:00.000000001Z", AWARE),
        ("2026-05-03 14:30 UTC", AWARE),
        ("2026-05-03T16:30+02:00", AWARE),
        ("2026-05-03T10:00:00-0430", AWARE),
        ("2026-05-04T00:30+10", AWARE),
        ("Sun, 03 May 2026 14:30:00 +0000", AWARE),
        ("2026-05-03 12:05 am", dt.datetime(2026, 5, 3, 0, 5)),  # noqa: DTZ001 - of no zone
    ],
)
def test_a_time_is_the_same_instant_in_every_zone(text: str, time: dt.datetime) -> None:
    assert read_date(text) == time
