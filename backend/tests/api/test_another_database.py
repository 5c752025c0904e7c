"""Another database at the address of an earlier one: its figures are its own, and nothing of the earlier ones."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import MakeApp
from tests.api.dataset import RANGE, REPORTS, TEAMS
from tests.conftest import SettableClock
from tests.days import used
from tests.fake_gateway.server import FakeGateway

pytestmark = pytest.mark.usefixtures("pauses")

ANOTHER = "The gateway has another database now."
LIST = "/team/list"
Start = Callable[..., TestClient]


@pytest.fixture
def start(make_app: MakeApp, gateway: FakeGateway, tmp_path: Path) -> Start:
    """Return what makes a client that starts and stops an app on one store when it is entered and left."""

    def make(**changes: Any) -> TestClient:
        values: dict[str, Any] = {
            "litellm_base_url": gateway.base_url,
            "litellm_api_key": gateway.knows.api_key,
            "usage_store_url": f"sqlite:///{tmp_path / 'usage.db'}",
            "sync_days": 0,
        }
        return TestClient(make_app(**{**values, **changes}), raise_server_exceptions=False)

    return make


def set_up_anew(gateway: FakeGateway, tokens: int = 5) -> None:
    """Put another database in the place of the gateway's: the same names and ids, but made later, other usage."""
    gateway.knows.created = dict.fromkeys(gateway.knows.teams, "2025-03-20T11:59:00")
    gateway.knows.rows = [used("red", "k", "gpt", tokens)]


def ask(client: TestClient, path: str = "/tokens") -> dict[str, Any]:
    response = client.get(path, params=RANGE)
    assert response.status_code == 200, response.text
    return response.json()


def tokens(client: TestClient) -> int:
    return ask(client)["meta"]["totals"]["tokens"]


def test_after_a_restart_on_another_database_nothing_of_the_former_one_is_served(
    start: Start, gateway: FakeGateway, caplog: pytest.LogCaptureFixture
) -> None:
    with start() as client:
        assert tokens(client) == 697
    set_up_anew(gateway)
    with start() as client:
        assert {path: ask(client, path)["meta"]["totals"]["tokens"] for path in REPORTS} == dict.fromkeys(
            REPORTS, 5
        )
        assert ask(client)["meta"]["stale"] is False
    assert [ANOTHER in line for line in caplog.messages].count(True) == 1
    gateway.fail(503)
    with start() as client:
        assert tokens(client) == 5


def test_teams_of_the_former_database_are_not_shown(start: Start, gateway: FakeGateway) -> None:
    with start() as client:
        ask(client)
    gateway.knows.teams = {"green": "Green"}
    gateway.knows.rows = []
    with start() as client:
        assert [team["name"] for team in ask(client)["teams"]] == ["Green"]


def test_teams_that_come_and_go_do_not_cost_what_is_kept(
    start: Start, gateway: FakeGateway, caplog: pytest.LogCaptureFixture
) -> None:
    with start() as client:
        before = ask(client)["meta"]
    gateway.requests.clear()
    first, *_, last = TEAMS
    gateway.knows.teams = {first: "Renamed", last: TEAMS[last], "new": "New"}
    gateway.knows.created["new"] = "2025-03-20T12:00:00"
    with start() as client:
        assert ask(client)["meta"] == before
    assert gateway.usage_requests == []
    assert ANOTHER not in caplog.text


def test_while_it_runs_another_database_is_noticed_with_the_next_list_of_teams(
    start: Start, gateway: FakeGateway, clock: SettableClock, caplog: pytest.LogCaptureFixture
) -> None:
    with start() as client:
        assert tokens(client) == 697
        set_up_anew(gateway)
        clock.move(seconds=60)
        assert tokens(client) == 5
        assert tokens(client) == 5
    assert [ANOTHER in line for line in caplog.messages].count(True) == 1


def test_after_an_outage_it_is_looked_for_at_once(
    start: Start, gateway: FakeGateway, clock: SettableClock
) -> None:
    with start() as client:
        assert tokens(client) == 697
        gateway.fail(503)
        client.get("/tokens", params={"start_date": "2025-02-01", "end_date": "2025-02-01"})
        assert tokens(client) == 697
        gateway.recover()
        set_up_anew(gateway)
        clock.move(seconds=1)
        assert tokens(client) == 5


def test_without_a_store_it_is_noticed_too(start: Start, gateway: FakeGateway, clock: SettableClock) -> None:
    with start(usage_store_url="memory") as client:
        assert tokens(client) == 697
        set_up_anew(gateway)
        clock.move(seconds=60)
        assert tokens(client) == 5


def test_a_gateway_that_takes_long_to_show_itself_is_waited_for_a_moment_only(
    start: Start, gateway: FakeGateway, impatient: None
) -> None:
    with start() as client:
        ask(client)
    set_up_anew(gateway)
    hold = gateway.hold(LIST)
    with start() as client:
        started = time.monotonic()
        meta = ask(client)["meta"]
        assert (meta["totals"]["tokens"], meta["stale"]) == (697, True)
        assert time.monotonic() - started < 20  # the gateway answers after 30
        hold.release()
        deadline = time.monotonic() + 60
        while ask(client)["meta"]["stale"]:
            assert time.monotonic() < deadline
        assert tokens(client) == 5


def test_what_is_kept_is_no_longer_stale_once_the_gateway_has_shown_itself(
    start: Start, gateway: FakeGateway
) -> None:
    with start() as client:
        before = ask(client)
    gateway.fail(503, path=LIST)
    with start() as client:
        assert ask(client)["meta"] == {**before["meta"], "stale": True}
    gateway.recover()
    with start() as client:
        assert ask(client) == before


def test_of_two_that_share_a_store_each_notices(start: Start, gateway: FakeGateway, clock: SettableClock) -> None:
    with start() as one, start() as other:
        assert (tokens(one), tokens(other)) == (697, 697)
        set_up_anew(gateway)
        clock.move(seconds=60)
        assert (tokens(one), tokens(other)) == (5, 5)
        gateway.requests.clear()
        with start() as third:
            assert tokens(third) == 5
        assert gateway.usage_requests == []


def test_a_key_that_may_not_list_teams_keeps_its_days(start: Start, gateway: FakeGateway) -> None:
    gateway.knows.may_list_teams = False
    with start() as client:
        before = ask(client)
        assert before["meta"]["scope"] == "own"
    gateway.requests.clear()
    with start() as client:
        assert ask(client) == before
    assert gateway.usage_requests == []


def test_a_key_that_may_see_all_teams_from_now_on_starts_anew(start: Start, gateway: FakeGateway) -> None:
    everything, gateway.knows.rows = gateway.knows.rows, [used("red", "k", "gpt", 5)]
    gateway.knows.may_list_teams = False
    with start() as client:
        assert tokens(client) == 5
    gateway.knows.may_list_teams, gateway.knows.rows = True, everything
    with start() as client:
        assert tokens(client) == 697
