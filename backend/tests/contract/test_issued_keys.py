"""Keys that `get_api_key.sh` issues at a real gateway: what the dashboard shows with each of them.

Makes users, teams and keys there, so it runs only where `CONTRACT_MAY_ISSUE=1` allows it.
"""

import os
import secrets
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import requests

from tests.contract.dashboard import Dashboard, Gateway
from tests.contract.period import Period
from tests.contract.truth import Truth

TOP_LEVEL = Path(__file__).resolve().parents[3]

pytestmark = pytest.mark.skipif(
    os.environ.get("CONTRACT_MAY_ISSUE") != "1", reason="makes keys: set CONTRACT_MAY_ISSUE=1"
)


@pytest.fixture
def issue(gateway: Gateway, tmp_path: Path) -> Callable[..., Gateway]:
    """Return what runs the script with arguments, and returns the gateway with the issued key."""
    shutil.copytree(TOP_LEVEL / "backend/workshop", tmp_path / "backend/workshop")
    shutil.copy(TOP_LEVEL / "get_api_key.sh", tmp_path)
    env = os.environ | {"LITELLM_BASE_URL": gateway.base_url, "LITELLM_ADMIN_KEY": gateway.api_key}

    def run(*arguments: str) -> Gateway:
        command = ["./get_api_key.sh", *arguments]
        result = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)  # noqa: S603
        assert result.returncode == 0, result.stderr
        return replace(gateway, api_key=result.stdout.splitlines()[0].partition("=")[2])

    return run


@pytest.fixture
def stranger() -> list[str]:
    """Return a name that no user of the gateway has."""
    return ["Zoë", f"Müller-O'Neil {secrets.token_hex(4)}"]


USE = """
    INSERT INTO "LiteLLM_DailyTeamSpend" (id, team_id, date, api_key, model, model_group, custom_llm_provider,
        prompt_tokens, completion_tokens, spend, api_requests, successful_requests, failed_requests, updated_at)
    VALUES (gen_random_uuid(), %s, %s, 'a colleague of the attendee', 'm', 'm', 'p', 7, 5, 0.25, 1, 1, 0, now())
"""


def test_an_attendee_sees_the_usage_of_the_whole_team_and_of_no_other(
    gateway: Gateway, issue: Callable[..., Gateway], stranger: list[str], everything: Period
) -> None:
    issued = issue(*stranger)
    with psycopg.connect(gateway.database_url) as connection:
        find = 'SELECT team_id FROM "LiteLLM_TeamTable" WHERE team_alias = %s'
        team_id = connection.execute(find, [" ".join(stranger)]).fetchone()
        connection.execute(USE, [*(team_id or ()), str(everything.end)])
    answer = Dashboard(issued).get("/tokens", everything)
    assert answer["meta"]["scope"] == "own"
    assert [(team["name"], team["tokens"]) for team in answer["teams"]] == [(" ".join(stranger), 12)]
    assert answer["meta"]["totals"]["api_requests"] == 1


def test_asked_again_the_attendee_keeps_the_key(issue: Callable[..., Gateway], stranger: list[str]) -> None:
    assert issue(*stranger).api_key == issue(*stranger).api_key


def test_a_renewed_key_replaces_the_old_one(
    issue: Callable[..., Gateway], stranger: list[str], everything: Period
) -> None:
    old = issue(*stranger)
    new = issue(*stranger, "--renew", "--yes")
    assert Dashboard(new).get("/tokens", everything)["meta"]["scope"] == "own"
    assert Dashboard(old).ask("/tokens", everything).json()["code"] == "gateway_rejected_key"


def test_the_dashboards_key_sees_all_teams(
    issue: Callable[..., Gateway], truth: Truth, everything: Period
) -> None:
    answer = Dashboard(issue("--dashboard", "--yes")).get("/tokens", everything)
    assert answer["meta"]["scope"] == "all"
    assert {team["team_id"] for team in answer["teams"]} >= set(truth.teams())


def ask_a_model(gateway: Gateway) -> requests.Response:
    """Ask for a chat completion with the gateway's key, of its first chat model."""
    headers = {"Authorization": f"Bearer {gateway.api_key}"}
    listed = requests.get(f"{gateway.base_url}/model/info", headers=headers, timeout=60).json()["data"]
    chats = [model["model_name"] for model in listed if model["model_info"].get("mode") in ("chat", None)]
    body = {"model": chats[0], "messages": [{"role": "user", "content": "Say yes."}], "max_tokens": 5}
    return requests.post(f"{gateway.base_url}/v1/chat/completions", json=body, headers=headers, timeout=60)


def test_an_attendees_key_calls_models(issue: Callable[..., Gateway], stranger: list[str]) -> None:
    answer = ask_a_model(issue(*stranger))
    assert answer.status_code == 200
    assert answer.json()["choices"]


def test_the_dashboards_key_calls_no_model(issue: Callable[..., Gateway]) -> None:
    assert ask_a_model(issue("--dashboard", "--yes")).status_code == 403
