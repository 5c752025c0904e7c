"""However the days are fetched, in small pages or in odd order, the figures are the same."""

from collections.abc import Callable

import pytest

from tests.contract.dashboard import Dashboard
from tests.contract.period import Period
from tests.contract.proof import Proof
from tests.contract.truth import Truth

MOST_PAGES = 150
MOST_DAYS = 14

NewDashboard = Callable[..., Dashboard]


def newest_days(truth: Truth, everything: Period, most_rows: int) -> Period:
    """Return as many of the newest days as hold at most so many rows, but at least two."""
    rows = truth.rows_per_day()
    days = everything.days
    start = max(len(days) - 2, 0)
    while start > 0 and sum(rows.get(str(day), 0) for day in days[start - 1 :]) <= most_rows:
        start -= 1
    return Period(days[start], days[-1])


@pytest.mark.parametrize("page_size", [7, 50])
def test_days_split_over_pages_are_added_up(
    new_dashboard: NewDashboard, truth: Truth, everything: Period, right: Proof, page_size: int
) -> None:
    period = newest_days(truth, everything, page_size * MOST_PAGES)
    right(new_dashboard(litellm_page_size=page_size), period)


def test_days_asked_for_one_by_one_newest_first_are_right(
    new_dashboard: NewDashboard, everything: Period, right: Proof
) -> None:
    dashboard = new_dashboard()
    days = everything.days[-MOST_DAYS:]
    for day in reversed(days):
        right(dashboard, Period(day, day))
    right(dashboard, Period(days[0], days[-1]))


def test_a_range_with_days_missing_in_its_middle_is_filled_up(
    new_dashboard: NewDashboard, everything: Period, right: Proof
) -> None:
    dashboard = new_dashboard()
    days = everything.days[-MOST_DAYS:]
    for day in days[1::3]:
        right(dashboard, Period(day, day))
    right(dashboard, Period(days[0], days[-1]))


def test_days_out_of_a_range_fetched_before_are_right(
    new_dashboard: NewDashboard, everything: Period, right: Proof
) -> None:
    dashboard = new_dashboard()
    right(dashboard, everything)
    for day in everything.days[-MOST_DAYS:]:
        right(dashboard, Period(day, day))
