"""Public mode: without the token nothing tells of money, keys or, if so set, teams; with it everything is there.

Every endpoint in every form is searched for planted values, also when it is answered from what was kept.
"""

import csv
import io
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel

from src.api import models
from src.api.audience import HIDDEN_FROM_THE_PUBLIC
from tests.api.conftest import MakeApp
from tests.api.dataset import ENDPOINTS, RANGE, REPORTS
from tests.api.test_error_table import assert_error
from tests.days import MONDAY, used
from tests.fake_gateway.rows import LogRow
from tests.fake_gateway.server import FakeGateway

TOKEN = "planted-token"
INSIDER = {"Authorization": f"Bearer {TOKEN}"}
FORMS = [(path, form) for path in REPORTS for form in ("json", "csv")] + [("/tokens/hourly", "json")]
KEYS = ["planted-hash-1", "planted-hash-2", "planted-alias"]
TEAMS = ["id-zebras", "Planted Zebras", "id-apes", "Planted Apes", "id-idle", "Planted Idlers", "id-gone"]
# no sum, quotient or count of the data set has these digits but for money
MONEY = ["7.7", "0.0"]

Browse = Callable[..., TestClient]


@pytest.fixture
def gateway(gateway: FakeGateway) -> FakeGateway:
    """Return a gateway whose dearest team is not the one with the most tokens."""
    knows = gateway.knows
    knows.teams = {"id-zebras": "Planted Zebras", "id-apes": "Planted Apes", "id-idle": "Planted Idlers"}
    knows.rows = [
        used("id-zebras", "planted-hash-1", "gpt", 1000, spend=0.001, key_alias="planted-alias"),
        used("id-apes", "planted-hash-2", "gpt", 100, spend=7.7, requests=3, failed=1),
        used("id-gone", "planted-hash-2", "gpt", 50),
        used(None, "", "gpt", 10),
    ]
    knows.logs = [LogRow("a", f"{MONDAY}T09:00:00", "id-apes", prompt=100, spend=7.7)]
    return gateway


@pytest.fixture
def browse(configured: Any) -> Browse:
    """Return a maker of clients of a public dashboard."""
    return lambda **changes: configured(**{"public_mode": True, "server_basic_auth_token": TOKEN, **changes})


def fields(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the name of every field, and the value of those that hold no others, at any depth."""
    if isinstance(value, dict):
        for inner_name, inner in value.items():
            yield inner_name, None
            yield from fields(inner, inner_name)
    elif isinstance(value, list):
        for inner in value:
            yield from fields(inner, name)
    else:
        yield name, value


def told(response: Any) -> list[tuple[str, Any]]:
    """Return every field or cell of an answer."""
    if response.headers["content-type"].startswith("text/csv"):
        rows = csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff")))
        return [(column, cell) for row in rows for column, cell in row.items()]
    return list(fields(response.json()))


def assert_public(response: Any, hidden: list[str]) -> None:
    assert response.status_code == 200
    everything = response.text + str(response.headers)
    for planted in hidden:
        assert planted not in everything
    for name, value in told(response):
        assert name not in HIDDEN_FROM_THE_PUBLIC
        if name != "success_rate":
            assert not isinstance(value, float)
            assert not any(money in str(value) for money in MONEY)


def ask(api: TestClient, path: str, form: str, **headers: str) -> Any:
    return api.get(path, params=RANGE | ({"format": form} if form != "json" else {}), headers=headers)


@pytest.mark.parametrize("pseudonyms", [False, True], ids=["names", "pseudonyms"])
@pytest.mark.parametrize(("path", "form"), FORMS)
def test_the_public_sees_neither_money_nor_keys(browse: Browse, path: str, form: str, pseudonyms: bool) -> None:
    api = browse(public_pseudonyms=pseudonyms)
    hidden = KEYS + (TEAMS if pseudonyms else [])
    for _ in range(3):
        assert_public(ask(api, path, form), hidden)


@pytest.mark.parametrize(("path", "form"), FORMS)
def test_the_token_shows_everything(browse: Browse, make_app: MakeApp, path: str, form: str) -> None:
    private = browse(public_mode=False)
    for public in (browse(), browse(public_pseudonyms=True)):
        assert ask(public, path, form, **INSIDER).content == ask(private, path, form, **INSIDER).content


@pytest.mark.parametrize("first", ["public", "insider"])
@pytest.mark.parametrize(("path", "form"), FORMS)
def test_what_one_is_answered_is_never_sent_to_the_other(browse: Browse, path: str, form: str, first: str) -> None:
    api = browse(public_pseudonyms=True)
    orders = {"public": [{}, INSIDER], "insider": [INSIDER, {}]}
    answers: dict[bool, Any] = {}
    for sent in itertools.chain(*itertools.repeat(orders[first], 3)):
        answer = ask(api, path, form, **sent)
        is_insider = bool(sent)
        assert answers.setdefault(is_insider, answer).content == answer.content
        if not is_insider:
            assert_public(answer, KEYS + TEAMS)
    assert answers[True].content != answers[False].content


@pytest.mark.parametrize(("path", "form"), FORMS[:-1])
def test_nothing_has_changed_only_for_who_has_that_very_answer(browse: Browse, path: str, form: str) -> None:
    api = browse(public_pseudonyms=True)
    inside, public = (ask(api, path, form, **sent).headers["etag"] for sent in (INSIDER, {}))
    assert inside != public
    assert ask(api, path, form, **{"If-None-Match": public}).status_code == 304
    assert_public(ask(api, path, form, **{"If-None-Match": inside}), KEYS + TEAMS)
    assert ask(api, path, form, **INSIDER, **{"If-None-Match": public}).status_code == 200


def test_no_intermediary_may_keep_an_answer_for_others(browse: Browse) -> None:
    headers = ask(browse(), "/tokens", "json").headers
    assert "private" in headers["cache-control"]
    assert "authorization" in headers["vary"].lower()


@pytest.mark.parametrize("path", [path for path in ENDPOINTS if path != "/tokens/models"])
@pytest.mark.parametrize(
    "given", ["Bearer wrong", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer", " ", "nothing"]
)
def test_a_wrong_token_is_refused_whether_or_not_answers_are_kept(browse: Browse, path: str, given: str) -> None:
    api = browse()
    for sent in (INSIDER, {}):
        assert api.get(path, params=RANGE, headers=sent).status_code == 200
    refused = api.get(path, params=RANGE, headers={"Authorization": given})
    told_so = "This is not the dashboard's token. Send the right one, or none to see what is for everybody."
    assert_error(refused, 401, "unauthorized", told_so)


def test_where_no_token_is_set_everybody_is_the_public(browse: Browse) -> None:
    api = browse(server_basic_auth_token=None)
    assert_public(ask(api, "/tokens", "json"), KEYS)
    assert ask(api, "/tokens", "json", **INSIDER).status_code == 401


@pytest.mark.parametrize("sent", [{}, INSIDER], ids=["public", "insider"])
def test_everything_else_tells_of_no_team_and_no_key_to_anybody(browse: Browse, sent: dict[str, str]) -> None:
    api = browse(public_pseudonyms=True)
    ask(api, "/tokens", "json")
    paths = {*api.get("/openapi.json").json()["paths"], "/openapi.json", "/docs", "/leaderboard"} - set(ENDPOINTS)
    assert {"/config", "/ready"} <= paths
    for path in paths:
        text = api.get(path, headers=sent).text
        assert not any(planted in text for planted in [*KEYS, *TEAMS, TOKEN])


def test_the_page_is_told_that_there_is_a_public(browse: Browse) -> None:
    told_to_page = browse().get("/config").json()
    assert (told_to_page["public_mode"], told_to_page["auth_required"]) == (True, False)
    told_to_page = browse(public_mode=False).get("/config").json()
    assert (told_to_page["public_mode"], told_to_page["auth_required"]) == (False, True)


@pytest.mark.parametrize("form", ["json", "csv"])
def test_the_order_does_not_tell_what_costs_most(browse: Browse, form: str) -> None:
    api = browse()
    orders = []
    for sent in (INSIDER, {}):
        answer = told(ask(api, "/tokens/cost-efficiency", form, **sent))
        orders.append([int(value) for name, value in answer if name == "total_tokens" and value is not None])
    by_cost, by_tokens = orders
    assert by_cost[:2] == [100, 1000]
    assert by_tokens == [1000, 100, 50, 10]


def test_nor_does_it_tell_names_apart_that_are_not_shown(browse: Browse, gateway: FakeGateway) -> None:
    gateway.knows.rows = []
    gateway.knows.teams = {f"id-{number}": f"{number:03}" for number in range(30)}
    api = browse(public_pseudonyms=True)
    shown = [team["name"] for team in ask(api, "/tokens", "json").json()["teams"]]
    assert len(set(shown)) == 30
    assert shown == sorted(shown)


def teams_of(response: Any) -> dict[int, tuple[str, str]]:
    """Return id and name of each team, by its tokens."""
    return {team["tokens"]: (team["team_id"], team["name"]) for team in response.json()["teams"]}


def test_pseudonyms_are_the_same_everywhere_and_after_a_restart(browse: Browse) -> None:
    api = browse(public_pseudonyms=True)
    teams = teams_of(ask(api, "/tokens", "json"))
    assert teams_of(ask(browse(public_pseudonyms=True), "/tokens", "json")) == teams
    assert teams[10] == (None, "Unassigned")
    known = set(teams.values())
    for path in ("/tokens/timeseries", "/tokens/success-rate"):
        rows = ask(api, path, "json").json()
        rows = rows["timeseries"][0] if "timeseries" in rows else rows
        assert {(team["team_id"], team["name"]) for team in rows["teams"]} <= known
    cells = ask(api, "/tokens/cost-efficiency", "json").json()["cells"]
    assert {(cell["team_id"], cell["team"]) for cell in cells} <= known


@pytest.mark.parametrize("changed", [{"server_basic_auth_token": "another"}, {"litellm_api_key": "sk-another"}])
def test_pseudonyms_cannot_be_worked_out_without_the_secrets(
    browse: Browse, gateway: FakeGateway, changed: dict[str, str]
) -> None:
    before = teams_of(ask(browse(public_pseudonyms=True), "/tokens", "json"))
    gateway.knows.api_key = changed.get("litellm_api_key", gateway.knows.api_key)
    after = teams_of(ask(browse(public_pseudonyms=True, **changed), "/tokens", "json"))
    assert after.keys() == before.keys()
    assert {name for _, name in after.values()} & {name for _, name in before.values()} == {"Unassigned"}


def test_a_team_is_found_by_its_pseudonym_and_by_nothing_else(browse: Browse) -> None:
    api = browse(public_pseudonyms=True)
    team_id, name = teams_of(ask(api, "/tokens", "json"))[100]
    for called in (team_id, name):
        found = api.get("/tokens/hourly", params={**RANGE, "team": called})
        assert found.json()["meta"]["totals"]["tokens"] == 100
        assert_public(found, KEYS + TEAMS)
    assert api.get("/tokens/hourly", params={**RANGE, "team": "Unassigned"}).status_code == 200
    for real in TEAMS:
        refused = api.get("/tokens/hourly", params={**RANGE, "team": real})
        assert_error(refused, 400, "invalid_parameter", "No team has this id or name.")
    assert api.get("/tokens/hourly", params={**RANGE, "team": "Planted Apes"}, headers=INSIDER).status_code == 200
    assert api.get("/tokens/hourly", params={**RANGE, "team": name}, headers=INSIDER).status_code == 400


def test_the_documentation_says_what_may_be_absent(browse: Browse) -> None:
    schemas = browse().get("/openapi.json").json()["components"]["schemas"]
    required = {name for schema in schemas.values() for name in schema.get("required", [])}
    assert "tokens" in required
    assert not required & HIDDEN_FROM_THE_PUBLIC


def test_no_field_with_money_or_keys_is_forgotten() -> None:
    tells = {
        name
        for model in vars(models).values()
        if isinstance(model, type) and issubclass(model, BaseModel)
        for name, field in model.model_fields.items()
        if "USD" in (field.description or "")
        or any(word in name for word in ("cost", "spend", "price", "api_key", "alias"))
    }
    assert tells - {"api_keys"} == HIDDEN_FROM_THE_PUBLIC  # api_keys: what was used through each, the list itself
