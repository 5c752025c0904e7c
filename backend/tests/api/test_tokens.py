"""`GET /tokens`: every team, its keys and their models."""

import hashlib
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.dataset import RANGE, meta, metrics
from tests.days import MONDAY, TUESDAY, used
from tests.fake_gateway.server import FakeGateway

NOTHING = metrics(0, 0, 0.0, 0)


def team(team_id: str | None, name: str, kind: str, tokens: int) -> dict[str, Any]:
    return {"team_id": team_id, "name": name, "kind": kind, "tokens": tokens}


def key(api_key: str, alias: str | None, figures: dict[str, Any], models: list[dict[str, Any]]) -> dict[str, Any]:
    total = figures["prompt_tokens"] + figures["completion_tokens"]
    return {"api_key": api_key, "key_alias": alias, "total_tokens": total, **figures, "models": models}


def model(name: str, label: str, figures: dict[str, Any]) -> dict[str, Any]:
    total = figures["prompt_tokens"] + figures["completion_tokens"]
    return {"model_name": name, "label": label, "total_tokens": total, **figures}


RED_GPT = metrics(100, 50, 0.03125, 3, 1) | {"cache_read_input_tokens": 10}
RED_CLAUDE = metrics(10, 5, 0.25, 1) | {"cache_creation_input_tokens": 4}
RED_LAPTOP = metrics(110, 55, 0.28125, 4, 1) | {"cache_read_input_tokens": 10, "cache_creation_input_tokens": 4}
RED = metrics(117, 58, 0.28125, 5, 1) | {"cache_read_input_tokens": 10, "cache_creation_input_tokens": 4}
BLUE = metrics(400, 100, 0.125, 7, 2)
GONE = metrics(20, 0, 0.5, 1)
UNASSIGNED = metrics(1, 1, 0.0625, 1)

TEAMS = [
    (team("blue", "Blue", "team", 500), BLUE),
    (team("red", "Red", "team", 175), RED),
    (team("gone", "gone", "former", 20), GONE),
    (team(None, "Unassigned", "unassigned", 2), UNASSIGNED),
    (team("idle", "idle", "team", 0), NOTHING),
]
KEYS = [
    [
        key(
            "k-blue",
            None,
            BLUE,
            [
                model("gpt", "gpt", metrics(400, 100, 0.125, 5)),
                model("(unknown)", "(unknown)", metrics(0, 0, 0.0, 2, 2)),
            ],
        )
    ],
    [
        key(
            "k-red",
            "laptop",
            RED_LAPTOP,
            [model("gpt", "gpt", RED_GPT), model("Acme/claude", "claude", RED_CLAUDE)],
        ),
        key("k-two", None, metrics(7, 3, 0.0, 1), [model("gpt", "gpt", metrics(7, 3, 0.0, 1))]),
    ],
    [key("k-gone", None, GONE, [model("gpt", "gpt", GONE)])],
    [key("", None, UNASSIGNED, [model("gpt", "gpt", UNASSIGNED)])],
    [],
]


def test_every_team_is_there_with_its_keys_and_their_models(api: TestClient) -> None:
    teams = [
        {**head, **figures, "breakdown": {"api_keys": keys}}
        for (head, figures), keys in zip(TEAMS, KEYS, strict=True)
    ]
    assert api.get("/tokens", params=RANGE).json() == {"meta": meta(), "teams": teams}


def test_the_breakdown_can_be_left_out(api: TestClient) -> None:
    answer = api.get("/tokens", params={**RANGE, "breakdown": "false"})
    assert answer.json() == {"meta": meta(), "teams": [{**head, **figures} for head, figures in TEAMS]}


@pytest.mark.parametrize("breakdown", ["true", "1", "yes"])
def test_the_breakdown_can_be_asked_for(api: TestClient, breakdown: str) -> None:
    answer = api.get("/tokens", params={**RANGE, "breakdown": breakdown})
    assert all("breakdown" in found for found in answer.json()["teams"])


def test_sums_over_teams_keys_and_models_are_the_totals(api: TestClient) -> None:
    body = api.get("/tokens", params=RANGE).json()
    for name in ("prompt_tokens", "completion_tokens", "spend", "api_requests", "failed_requests"):
        teams = body["teams"]
        keys = [key for team in teams for key in team["breakdown"]["api_keys"]]
        models = [model for key in keys for model in key["models"]]
        for rows in (teams, keys, models):
            assert sum(row[name] for row in rows) == body["meta"]["totals"][name]


def test_teams_with_equal_tokens_are_in_the_order_of_their_names(api: TestClient, gateway: FakeGateway) -> None:
    gateway.knows.teams = {"3": "c", "1": "a", "2": "b"}
    gateway.knows.rows = []
    answer = api.get("/tokens", params=RANGE).json()
    assert [found["name"] for found in answer["teams"]] == ["a", "b", "c"]


def test_names_come_as_they_are(api: TestClient, gateway: FakeGateway) -> None:
    name = "<img src=x onerror=alert(1)> \"quoted\" \u2028 'n' 🦊"
    gateway.knows.teams = {"red": name}
    answer = api.get("/tokens", params={**RANGE, "breakdown": "false"})
    assert answer.json()["teams"][1]["name"] == name
    assert answer.headers["content-type"] == "application/json"


def test_one_day_is_that_day_alone(api: TestClient) -> None:
    body = api.get("/tokens", params={"start_date": MONDAY, "end_date": MONDAY, "breakdown": "false"}).json()
    assert body["meta"]["totals"]["tokens"] == 685
    assert {found["name"]: found["tokens"] for found in body["teams"]} == {
        "Blue": 500,
        "Red": 165,
        "gone": 20,
        "idle": 0,
    }


def test_a_key_that_may_not_list_teams_shows_its_own_and_says_so(api: TestClient, gateway: FakeGateway) -> None:
    gateway.knows.may_list_teams = False
    gateway.knows.rows = [row for row in gateway.knows.rows if row.team_id == "red"]
    body = api.get("/tokens", params={**RANGE, "breakdown": "false"}).json()
    assert body["meta"]["scope"] == "own"
    assert [(found["name"], found["kind"]) for found in body["teams"]] == [("Red", "team")]


def test_an_empty_gateway_is_all_zeros(api: TestClient, gateway: FakeGateway) -> None:
    gateway.knows.rows, gateway.knows.teams = [], {}
    body = api.get("/tokens", params=RANGE).json()
    assert body == {"meta": meta(totals=dict.fromkeys(meta()["totals"], 0)), "teams": []}


def test_no_key_of_the_gateway_leaves_it(api: TestClient, gateway: FakeGateway) -> None:
    gateway.knows.rows = [row for row in gateway.knows.rows if row.team_id == "red"]
    gateway.fail(
        body={
            "results": [
                {
                    "date": MONDAY,
                    "breakdown": {
                        "entities": {
                            "red": {
                                "metrics": {"prompt_tokens": 5},
                                "api_key_breakdown": {
                                    "sk-leak": {
                                        "metrics": {"prompt_tokens": 5},
                                        "metadata": {"key_alias": "sk-leak"},
                                    }
                                },
                            }
                        }
                    },
                }
            ]
        },
        path="/team/daily/activity",
    )
    answer = api.get("/tokens", params=RANGE)
    assert answer.json()["meta"]["totals"]["tokens"] == 5
    assert "sk-" not in answer.text


def test_what_a_key_is_called_is_what_shows_of_it(api: TestClient, gateway: FakeGateway) -> None:
    aliases = {"unseen": "\u200b\u3164", "hidden": "\u200bsk-secret", "named": " laptop\ufeff"}
    gateway.knows.rows = [used("red", key, "gpt", 1, key_alias=alias) for key, alias in aliases.items()]
    gateway.knows.rows += [used("red", "once", "gpt", 1, key_alias="old")]
    gateway.knows.rows += [used("red", "once", "gpt", 1, key_alias="\u2060", date=TUESDAY)]
    (team,) = (team for team in api.get("/tokens", params=RANGE).json()["teams"] if team["team_id"] == "red")
    told = {key["api_key"]: key["key_alias"] for key in team["breakdown"]["api_keys"]}
    hidden = hashlib.sha256(b"sk-secret").hexdigest()
    assert told == {"unseen": None, "hidden": hidden, "named": "laptop", "once": "old"}
