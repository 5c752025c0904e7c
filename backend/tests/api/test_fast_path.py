"""What was answered a moment ago is sent again without a look at anything, for exactly as long as it is good."""

import asyncio
from typing import Any

import pytest
from fastapi.testclient import TestClient

from src.services import report as reports
from src.services.report import Reporter
from tests.api.conftest import NOW
from tests.api.dataset import RANGE, REPORTS
from tests.api.test_another_database import set_up_anew
from tests.api.test_crowds import Client, run
from tests.conftest import SettableClock
from tests.days import used, utc
from tests.fake_gateway.server import FakeGateway

ACTIVITY = "/team/daily/activity"
TODAY = {"start_date": f"{NOW:%Y-%m-%d}", "end_date": f"{NOW:%Y-%m-%d}"}


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the reports that were looked up."""
    names: list[str] = []
    report = Reporter.report

    async def counted(self: Reporter, name: str, *rest: Any) -> reports.Report:
        names.append(name)
        return await report(self, name, *rest)

    monkeypatch.setattr(Reporter, "report", counted)
    return names


@pytest.mark.parametrize("path", REPORTS)
@pytest.mark.parametrize("form", ["json", "csv"])
def test_the_same_request_gets_the_same_answer_at_once(
    configured: Any, looked_up: list[str], path: str, form: str
) -> None:
    api = configured()
    first, again = (api.get(path, params={**RANGE, "format": form}) for _ in range(2))
    assert len(looked_up) == 1
    assert again.content == first.content
    differing = {name for name in first.headers if first.headers[name] != again.headers[name]}
    assert differing == {"x-request-id"}


def test_live_days_are_looked_up_again_when_their_time_is_over(
    configured: Any, gateway: FakeGateway, clock: SettableClock
) -> None:
    api = configured(live_ttl_seconds=30)
    assert tokens(api, TODAY) == 0
    gateway.knows.rows.append(used("red", "k-red", "gpt", 5, date=TODAY["start_date"]))
    clock.move(seconds=29)
    assert tokens(api, TODAY) == 0
    clock.move(seconds=1)
    assert tokens(api, TODAY) == 5


def test_names_are_looked_up_again_when_their_time_is_over(
    configured: Any, gateway: FakeGateway, clock: SettableClock, looked_up: list[str]
) -> None:
    api = configured(team_ttl_seconds=10)
    api.get("/tokens", params=RANGE)
    gateway.knows.teams["red"] = "Renamed"
    clock.move(seconds=10)
    assert "Renamed" in api.get("/tokens", params=RANGE).text
    assert len(looked_up) == 2


def test_settled_days_are_looked_at_again_as_often_as_live_ones(
    configured: Any, clock: SettableClock, looked_up: list[str]
) -> None:
    api = configured(live_ttl_seconds=30, team_ttl_seconds=3600)
    for _ in range(3):
        api.get("/tokens/timeseries", params=RANGE)
        clock.move(seconds=15)
    assert len(looked_up) == 2


def test_a_range_without_dates_becomes_another_at_midnight(configured: Any, clock: SettableClock) -> None:
    clock.now = NOW.replace(hour=23, minute=59, second=59)
    api = configured(live_ttl_seconds=3600, team_ttl_seconds=3600)
    before = days(api)
    clock.move(seconds=1)
    assert days(api) == [before[1], "2025-03-21"]


def test_a_range_without_dates_that_was_answered_after_midnight_becomes_another_all_the_same(
    configured: Any, gateway: FakeGateway, clock: SettableClock
) -> None:
    clock.now = NOW.replace(hour=23, minute=59, second=59)
    api = configured(live_ttl_seconds=3600, team_ttl_seconds=3600)
    gateway.on_request = lambda request: clock.move(seconds=1) if request.path == ACTIVITY else None
    assert days(api)[-1] == "2025-03-20"
    gateway.on_request = lambda _request: None
    # nor does somebody who asks for the former days by their dates make it good again
    api.get("/tokens/timeseries", params={"start_date": "2025-03-19", "end_date": "2025-03-20"})
    assert days(api)[-1] == "2025-03-21"


def test_nothing_is_sent_again_where_live_days_have_no_time_to_live(configured: Any, looked_up: list[str]) -> None:
    api = configured(live_ttl_seconds=0)
    for _ in range(3):
        api.get("/tokens", params=RANGE)
    assert len(looked_up) == 3


def test_stale_figures_are_looked_up_each_time(
    configured: Any, gateway: FakeGateway, clock: SettableClock, looked_up: list[str], pauses: list[float]
) -> None:
    api = configured(live_ttl_seconds=30)
    tokens(api, TODAY)
    gateway.fail(503)
    clock.move(minutes=5)
    answers = [api.get("/tokens", params=TODAY).json()["meta"]["stale"] for _ in range(3)]
    assert answers[1:] == [True, True]
    assert len(looked_up) == 4


@pytest.mark.parametrize("sent", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "t"}])
def test_nobody_gets_an_answer_without_the_token(configured: Any, sent: dict[str, str]) -> None:
    api = configured(server_basic_auth_token="t")
    token = {"Authorization": "Bearer t"}
    assert [api.get("/tokens", params=RANGE, headers=token).status_code for _ in range(2)] == [200, 200]
    assert api.get("/tokens", params=RANGE, headers=sent).status_code == 401


def test_what_the_client_has_is_not_sent_again(configured: Any, looked_up: list[str]) -> None:
    api = configured()
    tag = api.get("/tokens", params=RANGE).headers["etag"]
    for known in (tag, f'"other", {tag}', "*"):
        answer = api.get("/tokens", params=RANGE, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    assert api.get("/tokens", params=RANGE, headers={"If-None-Match": '"other"'}).status_code == 200
    assert len(looked_up) == 1


def test_other_requests_get_other_answers(configured: Any) -> None:
    api = configured()
    queries: list[dict[str, str]] = [RANGE, {**RANGE, "breakdown": "false"}, {**RANGE, "format": "csv"}, TODAY]
    first = [api.get("/tokens", params=query).content for query in queries]
    assert len(set(first)) == len(queries)
    assert [api.get("/tokens", params=query).content for query in queries] == first


def test_an_answer_is_kept_for_the_page_of_another_origin_too(configured: Any) -> None:
    api = configured(cors_origins=("https://board.example",))
    origin = {"Origin": "https://board.example"}
    answers = [api.get("/tokens", params=RANGE, headers=origin) for _ in range(2)]
    assert [answer.headers["access-control-allow-origin"] for answer in answers] == [origin["Origin"]] * 2


def replace(app: Any, gateway: FakeGateway, clock: SettableClock) -> None:
    """Put another database in the place of the gateway's, and let the app have noticed it."""
    set_up_anew(gateway)
    created = {team: utc(at) for team, at in gateway.knows.created.items()}
    app.state.leaderboard.current_gateway.identity.recognise(created, clock())


def test_an_answer_of_the_former_database_is_not_sent_again_when_it_comes_late(
    configured: Any, gateway: FakeGateway, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, report = configured().app, Reporter.report
    made, go_on = asyncio.Event(), asyncio.Event()

    async def held_once(self: Reporter, *rest: Any) -> reports.Report:
        of_its_time = await report(self, *rest)
        if not made.is_set():
            made.set()
            await go_on.wait()
        return of_its_time

    async def ask(client: Client) -> int:
        return (await client.get("/tokens", params=RANGE)).json()["meta"]["totals"]["tokens"]

    async def replace_meanwhile(client: Client) -> None:
        late = asyncio.create_task(ask(client))
        await made.wait()
        replace(app, gateway, clock)
        assert await ask(client) == 5
        go_on.set()
        assert await late == 697
        assert [await ask(client) for _ in range(2)] == [5, 5]

    monkeypatch.setattr(Reporter, "report", held_once)
    run(app, replace_meanwhile)


def test_an_answer_during_which_the_database_was_replaced_is_not_sent_again(
    configured: Any, gateway: FakeGateway, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    api, report = configured(), Reporter.report

    async def replaced_meanwhile(self: Reporter, *rest: Any) -> reports.Report:
        of_its_time = await report(self, *rest)
        if not gateway.knows.created:
            replace(api.app, gateway, clock)
        return of_its_time

    monkeypatch.setattr(Reporter, "report", replaced_meanwhile)
    assert [tokens(api, RANGE) for _ in range(3)] == [697, 5, 5]


def tokens(api: TestClient, query: dict[str, str]) -> int:
    return api.get("/tokens", params=query).json()["meta"]["totals"]["tokens"]


def days(api: TestClient) -> list[str]:
    return [day["date"] for day in api.get("/tokens/timeseries").json()["timeseries"]]
