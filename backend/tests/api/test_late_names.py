"""Names may come later than figures: a list of teams that is slow, or fails, holds nothing else up."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import MakeApp
from tests.api.dataset import ENDPOINTS, RANGE, REPORTS, TEAMS, meta
from tests.conftest import SettableClock
from tests.days import MONDAY, TUESDAY, used
from tests.fake_gateway.faults import proxy_error
from tests.fake_gateway.server import FakeGateway

pytestmark = pytest.mark.usefixtures("pauses", "impatient")

LIST = "/team/list"
FAILURES: dict[str, dict[str, Any]] = {
    "an error of its own": {"status": 500},
    "unavailable": {"status": 503},
    "a rate limit": {"status": 429},
    "a long rate limit": {"status": 429, "headers": {"Retry-After": "60"}},
    "a refusal of everything": {"status": 403},
    "a page": {"body": "<html>"},
    "half an answer": {"body": "[{", "missing_bytes": 9},
    "nothing": {"drop": True},
}
Configured = Callable[..., TestClient]


def ask(client: TestClient, path: str = "/tokens", **params: str) -> dict[str, Any]:
    response = client.get(path, params={**RANGE, **params})
    assert response.status_code == 200, response.text
    return response.json()


def ask_again(client: TestClient) -> dict[str, Any]:
    """Ask, and do as one is told where the gateway shows another database in that very moment."""
    response = client.get("/tokens", params=RANGE)
    if response.status_code == 502:
        assert response.json()["detail"].endswith("Try again.")
    return ask(client)


def names(answer: dict[str, Any]) -> dict[str | None, tuple[str, str]]:
    return {team["team_id"]: (team["name"], team["kind"]) for team in answer["teams"]}


UNLISTED = {
    "red": ("Red", "team"),
    "blue": ("Blue", "team"),
    "gone": ("gone", "team"),
    None: ("Unassigned", "unassigned"),
}
LISTED = {**UNLISTED, "gone": ("gone", "former"), "idle": ("idle", "team")}


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_figures_do_not_wait_for_a_slow_list_and_names_come_by_themselves(
    configured: Configured, gateway: FakeGateway
) -> None:
    hold = gateway.hold(LIST)
    client = configured()
    started = time.monotonic()
    first = client.get("/tokens", params=RANGE)
    assert time.monotonic() - started < 5
    assert first.json()["meta"] == meta()
    assert names(first.json()) == UNLISTED
    assert all(ask(client, path)["meta"] == meta() for path in REPORTS)
    again = client.get("/tokens", params=RANGE, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    hold.release()
    until(lambda: names(ask(client)) == LISTED)
    later = client.get("/tokens", params=RANGE, headers={"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 200
    assert later.json()["meta"] == meta()
    assert len(gateway.usage_requests) == 1


@pytest.mark.parametrize("failure", FAILURES)
def test_figures_are_there_while_the_list_fails_and_names_when_it_no_longer_does(
    configured: Configured, gateway: FakeGateway, clock: SettableClock, failure: str
) -> None:
    gateway.fail(**FAILURES[failure], path=LIST)
    client = configured()
    for _ in range(3):
        answer = ask(client)
        assert (names(answer), answer["meta"]) == (UNLISTED, meta())
        clock.move(seconds=20)
    assert client.get("/ready").json()["status"] == "ready"
    assert ask(client, start_date="2025-02-01", end_date="2025-02-02")["meta"]["complete"]
    gateway.recover()
    clock.move(seconds=60)
    until(lambda: names(ask(client)) == LISTED)  # nobody waits for a list that takes more than a moment
    assert ask(client)["meta"] == meta()


def test_a_list_that_never_ends_in_time_is_no_outage(make_app: MakeApp, gateway: FakeGateway) -> None:
    gateway.hold(LIST)
    client = TestClient(make_app(gateway.client(read_timeout=0.5)))
    assert ask(client)["meta"] == meta()
    time.sleep(1.5)  # the list has been given up
    assert ask(client)["meta"] == meta()
    assert ask(client, start_date="2025-02-01", end_date="2025-02-02")["meta"]["stale"] is False


def test_hours_of_a_team_that_is_not_known_yet_are_no_hours_of_nobody(
    configured: Configured, gateway: FakeGateway
) -> None:
    gateway.knows.rows = [row for row in gateway.knows.rows if row.team_id != "gone"]
    hold = gateway.hold(LIST)
    client = configured()
    assert ask(client, "/tokens/hourly", team="Red")["hours"]
    answer = client.get("/tokens/hourly", params={**RANGE, "team": "idle"})
    assert answer.status_code == 400
    assert "not told all its teams yet" in answer.json()["detail"]
    hold.release()
    until(lambda: client.get("/tokens/hourly", params={**RANGE, "team": "idle"}).status_code == 200)


@pytest.mark.parametrize("status", [500, 401])
def test_an_error_is_told_where_usage_cannot_be_read_or_the_key_is_rejected(
    configured: Configured, gateway: FakeGateway, status: int
) -> None:
    gateway.fail(500, path="/team/daily/activity") if status == 500 else None
    gateway.fail(status, proxy_error(status, "no"), path=LIST)
    code = {500: "gateway_unavailable", 401: "gateway_rejected_key"}[status]
    client = configured()
    assert {client.get(path, params=RANGE).json().get("code") for path in ENDPOINTS} == {code}


def test_a_list_that_failed_is_left_alone_for_a_while(
    configured: Configured, gateway: FakeGateway, clock: SettableClock
) -> None:
    gateway.fail(429, headers={"Retry-After": "30"}, path=LIST)
    client = configured()
    for _ in range(3):
        ask(client)
        clock.move(seconds=9)
    assert gateway.paths.count(LIST) == 1
    clock.move(seconds=5)
    ask(client)
    assert gateway.paths.count(LIST) == 2


def test_a_list_that_begins_to_fail_leaves_what_is_known_as_it_is(
    configured: Configured, gateway: FakeGateway, clock: SettableClock
) -> None:
    client = configured()
    before = ask(client)
    gateway.fail(500, path=LIST)
    for _ in range(3):
        clock.move(minutes=5)
        assert ask(client) == before


def test_a_team_that_is_newer_than_the_list_is_no_former_one(
    configured: Configured, gateway: FakeGateway, clock: SettableClock
) -> None:
    clock.move(days=-9)
    client = configured()
    ask(client)
    gateway.fail(500, path=LIST)
    gateway.knows.teams["new"] = "New"
    gateway.knows.rows.append(used("new", "k", "gpt", 1, date=TUESDAY))
    clock.move(minutes=2)
    told = names(ask(client))
    assert (told["new"], told["gone"]) == (("New", "team"), ("gone", "former"))


def test_days_of_a_gateway_that_has_not_shown_its_database_outlive_an_outage_as_stale_ones(
    configured: Configured, gateway: FakeGateway, clock: SettableClock
) -> None:
    gateway.fail(500, path=LIST)
    client = configured()
    assert ask(client)["meta"] == meta()
    gateway.fail(503)
    client.get("/tokens", params={"start_date": "2025-02-01", "end_date": "2025-02-01"})
    assert ask(client)["meta"] == meta(stale=True)
    gateway.recover()
    clock.move(seconds=60)
    gateway.requests.clear()
    assert ask(client)["meta"] == meta(as_of="2025-03-20T12:01:00Z")
    assert len(gateway.usage_requests) == 1  # whose the former ones were is not known


def test_a_key_that_may_not_list_teams_is_not_claimed_to_see_its_own_only_before_it_is_known(
    configured: Configured, gateway: FakeGateway
) -> None:
    gateway.knows.may_list_teams = False
    hold = gateway.hold(LIST)
    client = configured()
    assert ask(client)["meta"]["scope"] == "all"
    hold.release()
    until(lambda: ask(client)["meta"]["scope"] == "own")
    assert set(TEAMS) - set(names(ask(client))) == {"idle"}


def test_days_of_a_kept_database_and_of_one_that_has_not_shown_itself_are_never_in_one_answer(
    configured: Configured, gateway: FakeGateway, clock: SettableClock
) -> None:
    with configured(sync_days=0) as client:
        kept = ask(client, end_date=MONDAY)["meta"]["totals"]["tokens"]
    gateway.knows.created = dict.fromkeys(gateway.knows.teams, "2025-03-20T11:59:00")
    gateway.knows.rows = [used("red", "k", "gpt", 5, date=date) for date in (MONDAY, TUESDAY)]
    hold = gateway.hold(LIST)
    with configured(sync_days=0) as client:
        fresh = ask(client, start_date=TUESDAY)
        assert (fresh["meta"]["totals"]["tokens"], fresh["meta"]["stale"]) == (5, False)
        mixed = ask(client)["meta"]
        assert (mixed["totals"]["tokens"], mixed["stale"], mixed["missing_days"]) == (kept, True, [TUESDAY])
        clock.move(seconds=31)
        until(lambda: ask(client)["meta"]["totals"]["tokens"] == 10)
        assert ask(client)["meta"]["stale"] is False
        hold.release()
        until(lambda: "idle" in names(ask_again(client)))
        assert ask(client)["meta"]["totals"]["tokens"] == 10
    gateway.requests.clear()
    with configured(sync_days=0) as client:
        assert ask(client)["meta"]["totals"]["tokens"] == 10
    assert gateway.usage_requests == []
