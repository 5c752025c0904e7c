"""The demo gateway's teams and deployments, and who may see them."""

import pytest
from fastapi.testclient import TestClient

from src.demo.teams import TEAMS

GUARDED = ["/team/list", "/model/info", "/team/daily/activity", "/spend/logs/v2"]


def test_teams_are_listed_by_name_with_their_keys(client: TestClient) -> None:
    listed = client.get("/team/list").json()
    assert [team["team_alias"] for team in listed] == sorted(team.alias for team in TEAMS)
    for team in listed:
        assert {key["team_id"] for key in team["keys"]} == {team["team_id"]}
    aliases = {key["token"]: key["key_alias"] for team in listed for key in team["keys"]}
    assert aliases == {key.token: key.alias for team in TEAMS for key in team.key_list}


def test_one_public_name_has_two_deployments(client: TestClient) -> None:
    data = client.get("/model/info").json()["data"]
    names = [model["model_name"] for model in data]
    assert len(names) == len(set(names)) + 1
    assert names.count("gpt-5.2") == 2
    assert len({model["model_info"]["id"] for model in data}) == len(data)


def test_prices_are_usd_per_token_and_null_where_there_is_none(client: TestClient) -> None:
    prices = {
        model["model_name"]: model["model_info"]["input_cost_per_token"]
        for model in client.get("/model/info").json()["data"]
    }
    assert prices["gpt-5.2"] == pytest.approx(1.75e-6)
    assert prices["qwen3-coder"] is None


def test_every_model_in_use_is_listed(client: TestClient) -> None:
    listed = {model["model_name"] for model in client.get("/model/info").json()["data"]}
    answer = client.get("/team/daily/activity?start_date=2026-11-19&end_date=2026-11-19&page_size=10000")
    assert set(answer.json()["results"][0]["breakdown"]["model_groups"]) == listed


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer sk-other", "Basic sk-demo-leaderboard"])
def test_a_call_without_the_key_is_a_401(client: TestClient, path: str, header: str | None) -> None:
    client.headers.pop("Authorization")
    answer = client.get(path, headers={} if header is None else {"Authorization": header})
    assert answer.status_code == 401
    assert answer.json()["error"]["type"] == "auth_error"
    assert answer.json()["error"]["code"] == "401"


def test_liveliness_needs_no_key(client: TestClient) -> None:
    client.headers.pop("Authorization")
    assert client.get("/health/liveliness").json() == "I'm alive!"


def test_an_unknown_path_is_a_404(client: TestClient) -> None:
    assert client.get("/nothing").status_code == 404
