"""Lists of teams of any length and spelling are asked for with URLs that servers accept."""

import json
import time
from typing import Any

import pytest

from src.client.errors import GatewayInvalidResponseError, GatewayUnavailableError
from tests.days import MONDAY, day, used
from tests.fake_gateway.server import FakeGateway

LONGEST = 4096
DELETED = "/v2/team/list"


def ids_like(shape: str, number: int) -> list[str]:
    return [shape.format(n) for n in range(number)]


@pytest.mark.parametrize(
    "team_ids",
    [
        pytest.param(ids_like("0fd630f1-f29d-0da9-953f-{:012}", 500), id="uuids"),
        pytest.param(ids_like("{}", 3000), id="short ids"),
        pytest.param(ids_like("équipe/à côté {}", 300), id="ids that need quoting"),
        pytest.param(ids_like("🦊🦊🦊{}", 300), id="emoji"),
    ],
)
def test_a_long_list_of_teams_is_asked_for_in_short_urls(gateway: FakeGateway, team_ids: list[str]) -> None:
    gateway.knows.rows = [used(team_id, f"key of {team_id}", "gpt", 1) for team_id in team_ids]
    answer: Any = gateway.client().fetch_team_daily_activity(team_ids, day(MONDAY), day(MONDAY))
    asked = [team_id for request in gateway.requests for team_id in request.query["team_ids"].split(",")]
    assert asked == team_ids
    assert max(len(request.target) for request in gateway.requests) < LONGEST
    assert len(gateway.requests) > 1
    (monday,) = answer.results
    assert monday.metrics.prompt_tokens == len(team_ids)
    assert monday.breakdown.entities.keys() == set(team_ids)


def test_a_short_list_of_teams_is_one_request(gateway: FakeGateway) -> None:
    gateway.knows.rows = [used("red", "k", "gpt", 3), used("blue", "k", "gpt", 4), used(None, "k", "gpt", 5)]
    answer: Any = gateway.client().fetch_team_daily_activity(["red", "blue"], day(MONDAY), day(MONDAY))
    assert len(gateway.requests) == 1
    assert answer.results[0].metrics.prompt_tokens == 7


def test_an_empty_list_of_teams_is_no_usage_and_no_request(gateway: FakeGateway) -> None:
    gateway.knows.rows = [used("red", "k", "gpt", 3)]
    assert gateway.client().fetch_team_daily_activity([], day(MONDAY), day(MONDAY)).results == []
    assert gateway.requests == []


def test_the_last_batch_of_one_team_is_not_lost(gateway: FakeGateway) -> None:
    ids = ["a" * 1999, "b" * 1999, "c"]
    gateway.knows.rows = [used(team_id, "k", "gpt", 1) for team_id in ids]
    answer: Any = gateway.client().fetch_team_daily_activity(ids, day(MONDAY), day(MONDAY))
    assert answer.results[0].metrics.prompt_tokens == 3


@pytest.mark.parametrize(("number", "pages"), [(0, 1), (100, 1), (101, 2), (250, 3), (5000, 50), (5001, 50)])
def test_deleted_teams_are_read_from_all_pages_up_to_some_thousand(
    gateway: FakeGateway, number: int, pages: int
) -> None:
    gateway.knows.deleted = {f"id-{n}": f"Team {n}" for n in range(number)}
    teams = gateway.client().fetch_deleted_teams()
    assert {team.team_id: team.team_alias for team in teams} == dict(list(gateway.knows.deleted.items())[:5000])
    assert gateway.paths == [DELETED] * pages


def test_deleted_teams_are_asked_for_once_whatever_comes_of_it(gateway: FakeGateway, pauses: list[float]) -> None:
    gateway.fail(500)
    with pytest.raises(GatewayUnavailableError):
        gateway.client().fetch_deleted_teams()
    assert (gateway.paths, pauses) == ([DELETED], [])


def test_a_list_of_teams_may_take_longer_than_anything_that_people_wait_for(gateway: FakeGateway) -> None:
    gateway.knows.teams = {"red": "Red"}
    gateway.on_request = lambda _: time.sleep(0.6)
    assert [team.team_id for team in gateway.client(read_timeout=0.5).fetch_teams()] == ["red"]


TEAM = {"team_id": "red", "team_alias": 'a "]", [', "keys": [{"metadata": {"x": [1, {}]}}], "created_at": None}


@pytest.mark.parametrize("number", [0, 1, 3])
@pytest.mark.parametrize("indent", [None, 2])
def test_a_list_of_teams_is_read_an_item_at_a_time(gateway: FakeGateway, number: int, indent: int | None) -> None:
    gateway.fail(body=f"\n {json.dumps([TEAM] * number, indent=indent)}\r\n", path="/team/list")
    teams = gateway.client().fetch_teams()
    assert [(team.team_id, team.team_alias) for team in teams] == [("red", 'a "]", [')] * number


BROKEN = ["", "{}", "null", "[", "[{}", "[{},", "[{},]", "[,{}]", "[{}] []", "[{} {}]", "[1]", "[[]]", b"[\xff]"]


@pytest.mark.parametrize("body", [*BROKEN, '[{"team_id": 1}]', "[" * 100_000], ids=range(len(BROKEN) + 2))
def test_what_is_no_list_of_teams_is_not_read(gateway: FakeGateway, body: str | bytes) -> None:
    gateway.fail(body=body, path="/team/list")
    with pytest.raises(GatewayInvalidResponseError):
        gateway.client().fetch_teams()
