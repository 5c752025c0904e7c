"""The list of teams is kept for a minute, and read anew as soon as usage tells of a team that it lacks."""

import asyncio
import time

import pytest

from src.client.errors import GatewayForbiddenError, GatewayRejectedKeyError
from src.services.team_service import TeamDirectory
from src.utils.dependency_config import Gateway
from tests.conftest import SettableClock
from tests.days import MONDAY, WEDNESDAY, used
from tests.fake_gateway.server import FakeGateway
from tests.services.usage_of import fetch

pytestmark = pytest.mark.usefixtures("pauses")

LIST = "/team/list"


def directory(services: Gateway, date: str = MONDAY) -> TeamDirectory:
    return asyncio.run(services.teams.get_directory(fetch(services, date, date)))


@pytest.fixture(autouse=True)
def _two_teams(gateway: FakeGateway) -> None:
    gateway.knows.teams = {"red": "Red", "blue": None}


def test_teams_are_listed_in_the_gateways_order(services: Gateway) -> None:
    assert asyncio.run(services.teams.get_team_ids()) == ["red", "blue"]
    assert asyncio.run(services.teams.fetch_teams()) == {"red": "Red", "blue": None}


@pytest.mark.parametrize(("team_id", "name"), [("red", "Red"), ("blue", "blue"), ("nobody", "nobody")])
def test_a_team_has_a_name(services: Gateway, team_id: str, name: str) -> None:
    assert asyncio.run(services.teams.get_team_name(team_id)) == name


def test_the_list_is_read_once_a_minute(gateway: FakeGateway, services: Gateway, clock: SettableClock) -> None:
    directory(services)
    clock.move(seconds=59)
    directory(services)
    assert gateway.paths.count(LIST) == 1
    gateway.knows.teams["red"] = "Scarlet"
    clock.move(seconds=1)
    assert directory(services).name("red") == "Scarlet"


def test_a_new_team_is_known_at_once(gateway: FakeGateway, services: Gateway, clock: SettableClock) -> None:
    directory(services, WEDNESDAY)
    gateway.knows.teams["green"] = "Green"
    gateway.knows.created["green"] = f"{WEDNESDAY}T12:00:30"
    gateway.knows.rows = [used("green", "k", "gpt", 1, date=WEDNESDAY)]
    clock.move(seconds=31)
    found = directory(services, WEDNESDAY)
    assert (found.name("green"), found.kind("green")) == ("Green", "team")


def test_a_deleted_team_is_a_former_one_and_not_asked_for_over_and_over(
    gateway: FakeGateway, services: Gateway
) -> None:
    gateway.knows.rows = [used("gone", "k", "gpt", 1)]
    for _ in range(5):
        assert directory(services).kind("gone") == "former"
    assert gateway.paths.count(LIST) == 1


def test_a_deleted_team_is_a_former_one_although_usage_is_always_newer_than_a_slow_list(
    gateway: FakeGateway, services: Gateway, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(services.database.look())
    gateway.knows.rows = [used("gone", "k", "gpt", 1, date=WEDNESDAY)]
    monkeypatch.setattr("src.services.refreshed.PATIENCE_SECONDS", 0.01)
    gateway.on_request = lambda request: time.sleep(0.2) if request.path == LIST else None
    kinds = []
    for _ in range(3):
        clock.move(seconds=40)
        kinds.append(directory(services, WEDNESDAY).kind("gone"))
        time.sleep(0.4)
    assert kinds == ["team", "former", "former"]


def test_a_key_that_may_not_list_teams_sees_those_that_usage_tells_of(
    gateway: FakeGateway, services: Gateway
) -> None:
    gateway.knows.may_list_teams = False
    gateway.knows.rows = [used("red", "k", "gpt", 1)]
    found = directory(services)
    assert (found.scope, found.name("red"), found.kind("red")) == ("own", "Red", "team")
    assert asyncio.run(services.teams.get_team_ids()) == []


def test_a_gateway_that_fails_leaves_the_older_names(
    gateway: FakeGateway, services: Gateway, clock: SettableClock
) -> None:
    directory(services)
    gateway.fail(503)
    clock.move(hours=1)
    assert directory(services).name("red") == "Red"


def test_a_key_that_the_gateway_rejects_is_told(gateway: FakeGateway, services: Gateway) -> None:
    gateway.fail(401, path=LIST)
    with pytest.raises(GatewayRejectedKeyError):
        directory(services)


def test_teams_without_an_id_are_no_teams(gateway: FakeGateway, services: Gateway) -> None:
    gateway.fail(body=[{"team_alias": "x"}, {"team_id": "red"}, {"team_id": ""}], path=LIST)
    assert asyncio.run(services.teams.get_team_ids()) == ["red"]


def test_a_refusal_of_everything_is_not_taken_for_a_key_that_may_not_list_teams(
    gateway: FakeGateway, services: Gateway, clock: SettableClock
) -> None:
    gateway.knows.rows = [used("red", "k", "gpt", 1)]
    gateway.fail(403)
    with pytest.raises(GatewayForbiddenError):
        asyncio.run(services.teams.fetch_teams())
    gateway.recover()
    clock.move(seconds=1)
    found = directory(services)
    assert (found.scope, found.kind("blue")) == ("all", "team")
