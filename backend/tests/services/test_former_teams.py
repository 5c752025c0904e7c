"""A team that is gone keeps its name where the list had it, or where the gateway still knows it."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from src.client.api_client import DELETED_TEAMS_PATH
from src.services.team_service import TeamDirectory
from src.utils.dependency_config import Gateway
from tests.conftest import SettableClock
from tests.days import MONDAY, TUESDAY, used
from tests.fake_gateway.faults import proxy_error
from tests.fake_gateway.server import FakeGateway
from tests.services.usage_of import fetch

pytestmark = pytest.mark.usefixtures("pauses")

LIST = "/team/list"
FAILURES: dict[str, dict[str, Any]] = {
    "an older release": {"status": 404, "body": {"detail": "Not Found"}},
    "no such table": {"status": 500, "body": proxy_error(500, "The table does not exist")},
    "unavailable": {"status": 503},
    "not for this role": {"status": 401, "body": proxy_error(401, "Your user role=internal_user")},
    "a key it does not know": {"status": 401, "body": proxy_error(401, "unknown")},
    "forbidden": {"status": 403},
    "a rate limit": {"status": 429, "headers": {"Retry-After": "60"}},
    "a page": {"body": "<html>"},
    "another shape": {"body": []},
    "nothing": {"drop": True},
}


@pytest.fixture(autouse=True)
def _a_team_is_gone(gateway: FakeGateway) -> None:
    gateway.knows.teams = {"red": "Red"}
    gateway.knows.deleted = {f"id-{n}": f"Team {n}" for n in range(250)} | {"gone": "Gone"}
    gateway.knows.rows = [used("red", "k", "gpt", 1), used("gone", "k2", "gpt", 1)]


def directory(services: Gateway, date: str = MONDAY) -> TeamDirectory:
    asyncio.run(services.database.look())
    return asyncio.run(services.teams.get_directory(fetch(services, date, date)))


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def until_told(gateway: FakeGateway, services: Gateway, times: int) -> None:
    """Wait until the gateway was asked for deleted teams, and what it told is known."""
    until(lambda: gateway.paths.count(DELETED_TEAMS_PATH) >= times)
    until(lambda: services.teams._former._reading is None)


def test_a_deleted_team_gets_its_name_from_all_pages_and_is_asked_for_once(
    gateway: FakeGateway, services: Gateway, clock: SettableClock
) -> None:
    first = directory(services)
    assert first.kind("gone") == "former"
    until_told(gateway, services, 3)
    for _ in range(3):
        found = directory(services)
        assert (found.name("gone"), found.kind("gone")) == ("Gone", "former")
        clock.move(minutes=10)
    assert "id-1" not in found.names
    asked = [request.query for request in gateway.requests if request.path == DELETED_TEAMS_PATH]
    assert [(query["status"], query["page_size"], query["page"]) for query in asked] == [
        ("deleted", "100", str(page)) for page in (1, 2, 3)
    ]


def test_nobody_waits_for_the_names_of_deleted_teams(gateway: FakeGateway, services: Gateway) -> None:
    hold = gateway.hold(DELETED_TEAMS_PATH)
    started = time.monotonic()
    assert directory(services).name("gone") == "gone"
    assert time.monotonic() - started < 5
    hold.release()
    until(lambda: directory(services).name("gone") == "Gone")


def test_a_gateway_that_knows_no_more_either_is_not_asked_again(
    gateway: FakeGateway, services: Gateway, clock: SettableClock
) -> None:
    gateway.knows.deleted = {}
    for _ in range(3):
        assert directory(services).name("gone") == "gone"
        until_told(gateway, services, 1)
        clock.move(hours=1)
    assert gateway.paths.count(DELETED_TEAMS_PATH) == 1


@pytest.mark.parametrize("failure", FAILURES)
def test_a_gateway_that_does_not_tell_costs_nothing(
    gateway: FakeGateway, services: Gateway, clock: SettableClock, pauses: list[float], failure: str
) -> None:
    gateway.fail(**FAILURES[failure], path=DELETED_TEAMS_PATH)
    for _ in range(3):
        assert (directory(services).name("gone"), directory(services).kind("gone")) == ("gone", "former")
        until_told(gateway, services, 1)
        clock.move(minutes=1)
    assert gateway.paths.count(DELETED_TEAMS_PATH) == 1
    assert pauses == []
    assert not services.calls.breaker.is_open
    assert (services.calls.outages, services.calls.state.error) == (0, None)
    assert not fetch(services, TUESDAY, TUESDAY).stale
    gateway.recover()
    clock.move(minutes=10)
    directory(services)
    until(lambda: directory(services).name("gone") == "Gone")


@pytest.mark.parametrize("alias", ["Red again", None])
def test_where_all_teams_have_names_deleted_ones_are_not_asked_for(
    gateway: FakeGateway, services: Gateway, alias: str | None
) -> None:
    gateway.knows.rows = [used("red", "k", "gpt", 1), used(None, "k", "gpt", 1)]
    gateway.knows.teams["red"] = alias
    directory(services)
    assert DELETED_TEAMS_PATH not in gateway.paths


def test_deleted_teams_are_not_asked_for_before_it_is_known_that_they_are_gone(
    gateway: FakeGateway, services: Gateway
) -> None:
    gateway.fail(500, path=LIST)
    assert directory(services).kind("gone") == "team"
    assert DELETED_TEAMS_PATH not in gateway.paths


def test_what_usage_calls_a_deleted_team_goes_before(gateway: FakeGateway, services: Gateway) -> None:
    gateway.knows.teams["gone"] = "Known by usage"
    usage = fetch(services, MONDAY, MONDAY)
    del gateway.knows.teams["gone"]
    found = asyncio.run(services.teams.get_directory(usage))
    assert DELETED_TEAMS_PATH not in gateway.paths
    assert found.name("gone") == "Known by usage"


@pytest.mark.usefixtures("impatient")
def test_an_invisible_name_of_a_deleted_team_is_none(gateway: FakeGateway, services: Gateway) -> None:
    gateway.knows.deleted = {"gone": "\u200b"}
    directory(services)
    until_told(gateway, services, 1)
    assert directory(services).name("gone") == "gone"


def test_a_team_that_was_listed_keeps_its_name_when_it_is_gone_also_after_a_restart(
    gateway: FakeGateway, start: Callable[[], Gateway], clock: SettableClock
) -> None:
    gateway.knows.has_deleted_teams = False
    gateway.knows.rows = [used("quiet", "k", "gpt", 1)]
    gateway.knows.teams = {"red": "Red", "quiet": "Quiet"}
    services = start()
    gateway.fail(body={"results": []}, path="/team/daily/activity", times=1)
    assert directory(services, TUESDAY).name("quiet") == "Quiet"
    del gateway.knows.teams["quiet"]
    clock.move(minutes=2)
    for process in (lambda: services, start):
        found = directory(process())
        assert (found.name("quiet"), found.kind("quiet")) == ("Quiet", "former")
    assert DELETED_TEAMS_PATH not in gateway.paths


def test_a_team_that_goes_while_nothing_runs_keeps_its_name(
    gateway: FakeGateway, start: Callable[[], Gateway], clock: SettableClock
) -> None:
    gateway.knows.has_deleted_teams = False
    gateway.knows.rows = [used("quiet", "k", "gpt", 1)]
    gateway.knows.teams = {"red": "Red", "quiet": "Quiet"}
    asyncio.run(start().teams.fetch_teams())
    del gateway.knows.teams["quiet"]
    clock.move(minutes=2)
    found = directory(start())
    assert (found.name("quiet"), found.kind("quiet")) == ("Quiet", "former")


def test_names_of_deleted_teams_outlive_the_process(gateway: FakeGateway, start: Callable[[], Gateway]) -> None:
    services = start()
    directory(services)
    until_told(gateway, services, 3)
    gateway.requests.clear()
    assert directory(start()).name("gone") == "Gone"
    assert DELETED_TEAMS_PATH not in gateway.paths
