"""Daily activity is read page by page until the end, whatever the pages cut through."""

from typing import Any

import pytest
from polars.testing import assert_frame_equal

from src.client import activity
from src.client.errors import GatewayUnstablePagesError
from src.client.models import SpendAnalyticsPaginatedResponse
from src.client.usage_rows import flatten
from tests.days import MONDAY, TUESDAY, WEDNESDAY, day, used
from tests.fake_gateway.faults import Request
from tests.fake_gateway.server import FakeGateway

ACTIVITY = "/team/daily/activity"


def fetch(gateway: FakeGateway, page_size: int, team_ids: list[str] | None = None) -> Any:
    client = gateway.client()
    return client.fetch_team_daily_activity(team_ids, day(MONDAY), day(WEDNESDAY), page_size)


def pages_asked_for(gateway: FakeGateway) -> list[str]:
    """Return the number of each page that was asked for, with its size where that is not 1."""
    asked = [(request.query["page"], request.query["page_size"]) for request in gateway.usage_requests]
    return [page if size == "1" else f"{page} of {size}" for page, size in asked]


def dumped(answer: SpendAnalyticsPaginatedResponse) -> list[dict[str, Any]]:
    return [part.model_dump(mode="json", exclude_none=True) for part in answer.results]


@pytest.fixture
def three_days(gateway: FakeGateway) -> FakeGateway:
    """Seven rows on three days, so that most page sizes cut a day in two."""
    gateway.knows.teams = {"red": "Red", "blue": None}
    gateway.knows.rows = [
        used(team, key, model, 10 * number + 1, completion=number, spend=number / 8, date=date, failed=number % 2)
        for number, (date, team, key, model) in enumerate(
            [
                (MONDAY, "red", "k1", "gpt"),
                (MONDAY, "red", "k1", "claude"),
                (MONDAY, "blue", "k2", "gpt"),
                (TUESDAY, "red", "k1", "gpt"),
                (WEDNESDAY, "blue", "k2", "gpt"),
                (WEDNESDAY, "blue", "k3", "claude"),
                (WEDNESDAY, None, "k4", None),
            ]
        )
    ]
    return gateway


@pytest.fixture
def only_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no number of rows be few enough to be asked for at once."""
    monkeypatch.setattr(activity, "MAX_ROWS_AT_ONCE", 0)


@pytest.mark.parametrize("page_size", [1, 2, 3, 4, 7, 100])
def test_pages_as_columns_add_up_to_the_same_rows(three_days: FakeGateway, page_size: int) -> None:
    rows = three_days.client().fetch_usage_rows(None, day(MONDAY), day(WEDNESDAY), page_size)
    whole = flatten(fetch(three_days, 100).results)
    for view in ("by_team_key", "by_key_model", "by_key_provider_model"):
        assert_frame_equal(getattr(rows, view), getattr(whole, view), check_row_order=False)
    assert rows.team_aliases == whole.team_aliases == {"red": "Red"}


def test_no_teams_have_no_rows(three_days: FakeGateway) -> None:
    rows = three_days.client().fetch_usage_rows([], day(MONDAY), day(WEDNESDAY))
    assert rows.by_team_key.is_empty()
    assert rows.by_key_model.is_empty()


def test_a_number_of_pages_that_keeps_changing_is_an_error_for_columns_too(
    three_days: FakeGateway, only_pages: None
) -> None:
    def add(request: Request) -> None:
        three_days.knows.rows.append(used("red", f"key {len(three_days.requests)}", "gpt", 1))

    three_days.on_request = add
    with pytest.raises(GatewayUnstablePagesError):
        three_days.client().fetch_usage_rows(None, day(MONDAY), day(WEDNESDAY), 1)


@pytest.mark.parametrize("page_size", [1, 2, 3, 4, 7])
def test_pages_of_any_size_add_up_to_the_same_days(three_days: FakeGateway, page_size: int) -> None:
    whole = fetch(three_days, 100)
    assert dumped(fetch(three_days, page_size)) == dumped(whole)


def test_a_day_split_over_two_pages_is_added_up(three_days: FakeGateway) -> None:
    monday = fetch(three_days, 2).results[-1]
    assert monday.date == day(MONDAY)
    assert monday.metrics.prompt_tokens == 1 + 11 + 21
    assert monday.metrics.completion_tokens == 0 + 1 + 2
    assert monday.metrics.spend == (0 + 1 + 2) / 8
    assert monday.metrics.failed_requests == 1
    red = monday.breakdown.entities["red"]
    assert red.metrics.prompt_tokens == 1 + 11
    assert red.metadata.team_alias == "Red"
    assert red.api_key_breakdown["k1"].metrics.api_requests == 2
    assert monday.breakdown.model_groups["gpt"].metrics.prompt_tokens == 1 + 21


def test_days_come_newest_first_and_once_each(three_days: FakeGateway) -> None:
    dates = [part.date for part in fetch(three_days, 1).results]
    assert dates == [day(WEDNESDAY), day(TUESDAY), day(MONDAY)]


def test_every_page_but_the_last_is_asked_for_twice_and_in_order(three_days: FakeGateway) -> None:
    fetch(three_days, 3)
    assert pages_asked_for(three_days) == [f"{number} of 3" for number in (1, 2, 3, 1, 2)]


def test_one_page_is_asked_for_once(three_days: FakeGateway) -> None:
    fetch(three_days, 7)
    assert pages_asked_for(three_days) == ["1 of 7"]


def test_the_range_is_asked_for_as_days_and_all_teams_by_no_list(three_days: FakeGateway) -> None:
    fetch(three_days, 100)
    query = three_days.requests[0].query
    assert (query["start_date"], query["end_date"]) == (MONDAY, WEDNESDAY)
    assert "team_ids" not in query


def test_a_gateway_without_usage_has_no_days(gateway: FakeGateway) -> None:
    assert fetch(gateway, 100).results == []
    assert len(gateway.requests) == 1


def grow_on(gateway: FakeGateway, pages: set[tuple[int, str]]) -> None:
    """Add a row when the n-th request for a page number comes."""
    seen: dict[str, int] = {}

    def grow(request: Request) -> None:
        number = request.query["page"]
        seen[number] = seen.get(number, 0) + 1
        if (seen[number], number) in pages:
            gateway.knows.rows.append(used("red", "k1", "gpt", 1000))

    gateway.on_request = grow


def test_where_the_number_of_pages_changes_all_rows_are_asked_for_at_once(three_days: FakeGateway) -> None:
    grow_on(three_days, {(1, "2")})
    answer = fetch(three_days, 1)
    assert sum(part.metrics.prompt_tokens for part in answer.results) == 217 + 1000
    assert pages_asked_for(three_days) == ["1", "2", "1 of 10"]


def test_reading_starts_over_page_by_page_where_there_are_too_many_rows(
    three_days: FakeGateway, only_pages: None
) -> None:
    grow_on(three_days, {(1, "2")})
    answer = fetch(three_days, 1)
    assert sum(part.metrics.prompt_tokens for part in answer.results) == 217 + 1000
    assert pages_asked_for(three_days) == ["1", "2", *map(str, range(1, 9)), *map(str, range(1, 8))]


def test_reading_starts_over_twice(three_days: FakeGateway, only_pages: None) -> None:
    grow_on(three_days, {(1, "2"), (2, "2")})
    answer = fetch(three_days, 1)
    assert sum(part.metrics.prompt_tokens for part in answer.results) == 217 + 2000


def test_pages_that_go_on_changing_are_an_error_and_not_a_wrong_figure(
    three_days: FakeGateway, only_pages: None
) -> None:
    grow_on(three_days, {(n, "2") for n in range(1, 10)})
    with pytest.raises(GatewayUnstablePagesError):
        fetch(three_days, 1)
    assert pages_asked_for(three_days) == ["1", "2"] * 3


def test_without_total_pages_has_more_tells_whether_to_go_on(gateway: FakeGateway) -> None:
    for more in (True, True, False, True, True):
        day_of_it = {"date": MONDAY, "metrics": {"prompt_tokens": 5}}
        gateway.fail(body={"results": [day_of_it], "metadata": {"has_more": more}}, times=1)
    assert fetch(gateway, 1).results[0].metrics.prompt_tokens == 15
    assert pages_asked_for(gateway) == ["1", "2", "3", "1", "2"]


def test_an_empty_page_does_not_end_the_reading_where_more_are_announced(gateway: FakeGateway) -> None:
    for tokens in (1, None, 4, 1, None):
        days = [] if tokens is None else [{"date": MONDAY, "metrics": {"prompt_tokens": tokens}}]
        gateway.fail(body={"results": days, "metadata": {"total_pages": 3}}, times=1)
    assert fetch(gateway, 1).results[0].metrics.prompt_tokens == 5


def test_a_gateway_that_always_has_more_but_lists_nothing_is_not_read_for_ever(gateway: FakeGateway) -> None:
    gateway.fail(body={"results": [], "metadata": {"has_more": True}}, times=3)
    fetch(gateway, 1)
    assert len(gateway.requests) == 1


@pytest.mark.parametrize("metadata", [{}, {"total_pages": None, "has_more": None}, {"total_pages": 0}])
def test_without_any_word_of_more_there_is_one_page(gateway: FakeGateway, metadata: dict[str, None]) -> None:
    gateway.fail(body={"results": [], "metadata": metadata})
    fetch(gateway, 1)
    assert gateway.paths == [ACTIVITY]
