"""Rows that come in, or change, between two pages: what is told was the truth at some moment, or is an error.

LiteLLM's rows of a day are in the order of random ids, so that a new one can be in front of all others.
"""

from collections.abc import Callable
from typing import Any

import pytest

from src.client import activity
from src.client.errors import GatewayUnstablePagesError
from tests.days import MONDAY, day, used
from tests.fake_gateway.faults import Request
from tests.fake_gateway.rows import UsageRow
from tests.fake_gateway.server import FakeGateway

ROWS = [used("red", f"key {number}", "gpt", 1000) for number in range(11)]
LATE = used("red", "late", "gpt", 1)
SETTLED = pytest.mark.parametrize("settled", [False, True], ids=["live", "settled"])


@pytest.fixture(autouse=True)
def _rows(gateway: FakeGateway) -> None:
    gateway.knows.rows = list(ROWS)


def tokens(
    gateway: FakeGateway, page_size: int = 3, *, settled: bool = False, client: Any = None
) -> dict[str, int]:
    client = client or gateway.client()
    rows = client.fetch_usage_rows(None, day(MONDAY), day(MONDAY), page_size, settled=settled)
    return dict(rows.by_team_key.select("api_key", "prompt_tokens").iter_rows())


def truth(rows: list[UsageRow]) -> dict[str, int]:
    return {row.api_key: row.prompt for row in rows}


def once(gateway: FakeGateway, number: str, change: Callable[[], None]) -> None:
    """Have `change` happen right before a page is answered, the first time that it is asked for."""
    left = [change]

    def on_request(request: Request) -> None:
        if request.query.get("page") == number and request.query["page_size"] != "1" and left:
            left.pop()()

    gateway.on_request = on_request


@SETTLED
@pytest.mark.parametrize("number", ["2", "3", "4"])
@pytest.mark.parametrize("place", [0, 4, 8, 11])
def test_a_row_that_comes_in_anywhere_is_told_or_not_but_no_other_is_told_twice(
    gateway: FakeGateway, number: str, place: int, *, settled: bool
) -> None:
    client = gateway.client()
    tokens(gateway, settled=settled, client=client)  # from now on, settled rows are counted first
    once(gateway, number, lambda: gateway.knows.rows.insert(place, LATE))
    assert tokens(gateway, settled=settled, client=client) in (truth(ROWS), truth([*ROWS, LATE]))


@SETTLED
def test_it_holds_for_the_first_reading_too(gateway: FakeGateway, *, settled: bool) -> None:
    once(gateway, "2", lambda: gateway.knows.rows.insert(0, LATE))
    assert tokens(gateway, settled=settled) == truth([*ROWS, LATE])


@pytest.mark.parametrize("place", [0, 4, 8, 11])
def test_settled_rows_may_come_in_before_they_are_counted_for_the_first_time(
    gateway: FakeGateway, place: int
) -> None:
    late = [LATE]

    def on_request(request: Request) -> None:
        if request.query["page_size"] == "1" and late:
            gateway.knows.rows.insert(place, late.pop())

    gateway.on_request = on_request
    assert tokens(gateway, settled=True) in (truth(ROWS), truth([*ROWS, LATE]))
    assert not late


def test_settled_rows_are_counted_after_the_first_page_of_all(gateway: FakeGateway) -> None:
    tokens(gateway, settled=True)
    asked = [(request.query["page"], request.query["page_size"]) for request in gateway.requests]
    assert asked == [("1", "3"), ("1", "1"), ("2", "3"), ("3", "3"), ("4", "3"), ("1", "1"), ("1", "3")]


@SETTLED
def test_a_row_that_goes_is_noticed(gateway: FakeGateway, *, settled: bool) -> None:
    client = gateway.client()
    tokens(gateway, settled=settled, client=client)
    once(gateway, "3", lambda: gateway.knows.rows.remove(ROWS[0]))
    assert tokens(gateway, settled=settled, client=client) == truth(ROWS[1:])


def test_two_rows_that_change_are_told_as_they_were_at_one_moment(gateway: FakeGateway) -> None:
    def book() -> None:
        for index in (0, 10):
            gateway.knows.rows[index] = used("red", f"key {index}", "gpt", 5000)

    once(gateway, "3", book)
    assert tokens(gateway) == truth(ROWS) | {"key 0": 5000, "key 10": 5000}


def test_where_rows_come_in_all_the_time_they_are_told_as_one_look_finds_them(gateway: FakeGateway) -> None:
    looks = []

    def grow(request: Request) -> None:
        gateway.knows.rows.insert(0, used("red", f"late {len(gateway.requests)}", "gpt", 1))
        looks.append(truth(gateway.knows.rows))

    gateway.on_request = grow
    assert tokens(gateway) in looks
    assert gateway.requests[-1].query["page"] == "1"


def test_where_there_are_too_many_for_that_it_is_an_error(
    gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity, "MAX_ROWS_AT_ONCE", 10)

    def grow(request: Request) -> None:
        gateway.knows.rows.insert(0, used("red", f"late {len(gateway.requests)}", "gpt", 1))

    gateway.on_request = grow
    with pytest.raises(GatewayUnstablePagesError):
        tokens(gateway)


def test_settled_rows_are_counted_and_read_once(gateway: FakeGateway) -> None:
    client = gateway.client()
    tokens(gateway, settled=True, client=client)
    gateway.requests.clear()
    tokens(gateway, settled=True, client=client)
    asked = [(request.query["page"], request.query["page_size"]) for request in gateway.requests]
    assert asked == [("1", "1"), ("1", "3"), ("2", "3"), ("3", "3"), ("4", "3"), ("1", "1")]


def test_settled_rows_on_one_page_are_not_counted(gateway: FakeGateway) -> None:
    tokens(gateway, page_size=11, settled=True)
    assert len(gateway.requests) == 1


def test_where_rows_cannot_be_counted_settled_pages_are_read_twice(gateway: FakeGateway) -> None:
    metrics = {"prompt_tokens": 5}
    pages = [
        {"results": [{"date": MONDAY, "metrics": metrics}], "metadata": {"page": page, "has_more": more}}
        for page, more in ((1, True), (2, False))
    ]
    uncounted = {"results": [], "metadata": {"page": 1, "has_more": True}}
    for body in (pages[0], uncounted, pages[1], pages[0]):
        gateway.fail(body=body, times=1)
    rows = gateway.client().fetch_usage_rows(None, day(MONDAY), day(MONDAY), 1, settled=True)
    assert rows.totals[day(MONDAY)][0] == 10
