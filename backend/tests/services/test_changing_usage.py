"""Usage that comes in between two questions is noticed, and never becomes a wrong figure."""

from collections.abc import Callable

import pytest

from src.utils.dependency_config import Gateway
from tests.days import MONDAY, TUESDAY, WEDNESDAY, day, used
from tests.fake_gateway.faults import Request
from tests.fake_gateway.rows import UsageRow
from tests.fake_gateway.server import FakeGateway
from tests.services.usage_of import fetch, prompt_tokens

LIST = "/team/list"
LATE = used("red", "shared", "gpt", 100, date=WEDNESDAY)


@pytest.fixture
def shared_key(gateway: FakeGateway) -> FakeGateway:
    """Return a gateway with a key that two teams and nobody used on Wednesday, and usage on another day."""
    gateway.knows.rows = [
        used("red", "own", "gpt", 1, date=MONDAY),
        used("red", "shared", "gpt", 2, date=WEDNESDAY),
        used("blue", "shared", "claude", 4, date=WEDNESDAY),
        used(None, "shared", "claude", 8, date=WEDNESDAY),
    ]
    return gateway


def adding(gateway: FakeGateway, row: UsageRow, times: int) -> Callable[[Request], None]:
    """Add `row` before each of the first `times` questions for one team alone."""

    def add(request: Request) -> None:
        asked = [seen for seen in gateway.requests if seen.query.get("team_ids") == "red"]
        if request.query.get("team_ids") == "red" and len(asked) <= times:
            gateway.knows.rows.append(row)

    return add


@pytest.mark.parametrize("times", [1, 2])
def test_days_whose_answers_contradict_each_other_are_read_again(
    shared_key: FakeGateway, services: Gateway, times: int
) -> None:
    shared_key.on_request = adding(shared_key, LATE, times)
    usage = fetch(services)
    assert usage.missing_days == []
    assert prompt_tokens(usage) == {
        ("red", "own", "gpt"): 1,
        ("red", "shared", "gpt"): 2 + times * 100,
        ("blue", "shared", "claude"): 4,
        (None, "shared", "claude"): 8,
    }


def test_it_is_noticed_too_where_nobody_without_a_team_used_the_key(
    shared_key: FakeGateway, services: Gateway
) -> None:
    shared_key.knows.rows = [row for row in shared_key.knows.rows if row.team_id is not None]
    shared_key.on_request = adding(shared_key, LATE, 99)
    usage = fetch(services)
    assert usage.missing_days == [day(WEDNESDAY)]
    assert prompt_tokens(usage) == {("red", "own", "gpt"): 1}


def test_only_the_contradictory_day_is_read_again(shared_key: FakeGateway, services: Gateway) -> None:
    shared_key.on_request = adding(shared_key, LATE, 1)
    fetch(services)
    common = [request.query for request in shared_key.usage_requests if "team_ids" not in request.query]
    spans = sorted((query["start_date"], query["end_date"]) for query in common)
    assert spans == [(MONDAY, TUESDAY), (WEDNESDAY, WEDNESDAY), (WEDNESDAY, WEDNESDAY)]


def test_a_day_that_goes_on_contradicting_itself_is_missing_and_in_no_figure(
    shared_key: FakeGateway, services: Gateway
) -> None:
    shared_key.on_request = adding(shared_key, LATE, 99)
    usage = fetch(services)
    assert usage.missing_days == [day(WEDNESDAY)]
    assert prompt_tokens(usage) == {("red", "own", "gpt"): 1}


def test_a_day_that_was_missing_is_had_once_the_gateway_is_quiet(
    shared_key: FakeGateway, services: Gateway
) -> None:
    shared_key.on_request = adding(shared_key, LATE, 99)
    assert fetch(services).missing_days == [day(WEDNESDAY)]
    shared_key.on_request = lambda request: None
    assert fetch(services).missing_days == []


def test_an_answer_that_leaves_less_than_nothing_for_the_unassigned_is_noticed(
    shared_key: FakeGateway, services: Gateway
) -> None:
    def swap_model(request: Request) -> None:
        if request.query.get("team_ids") == "blue":
            shared_key.knows.rows[2] = used("blue", "shared", "gpt", 4, date=WEDNESDAY)

    shared_key.on_request = swap_model
    assert prompt_tokens(fetch(services)) == {
        ("red", "own", "gpt"): 1,
        ("red", "shared", "gpt"): 2,
        ("blue", "shared", "gpt"): 4,
        (None, "shared", "claude"): 8,
    }


def test_a_range_whose_pages_go_on_changing_is_missing(shared_key: FakeGateway, services: Gateway) -> None:
    def grow(request: Request) -> None:
        if request.path == LIST:
            return
        page, pages = int(request.query["page"]), 1 + len(shared_key.usage_requests)
        body = {"results": [{"date": WEDNESDAY}], "metadata": {"page": page, "total_pages": pages + 1}}
        if request.query["start_date"] == WEDNESDAY:
            shared_key.fail(body=body, times=1)

    shared_key.on_request = grow
    usage = fetch(services, TUESDAY, WEDNESDAY)
    assert usage.missing_days == [day(WEDNESDAY)]
