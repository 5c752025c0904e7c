"""`/api/keys`: what is taken, and that no key is ever told."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.conftest import SettableClock
from tests.studio.conftest import NOW, MakeStudio, sign_up
from tests.studio.vault.conftest import KEY

OPENAI = {"provider_key": "openai", "value": KEY}


@pytest.fixture
def client(make_studio: MakeStudio, store_url: str) -> Iterator[TestClient]:
    """Return a client of somebody who is signed in, of an app with a gateway that nobody asks."""
    app = make_studio(
        studio_database_url=store_url,
        litellm_base_url="http://127.0.0.1:1",
        studio_gateway_api_key="sk-of-the-operator",
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        client.headers.update(sign_up(client))
        yield client


def keys(client: TestClient) -> dict[str, dict[str, Any]]:
    """Return what is told, by provider."""
    answer = client.get("/api/keys")
    assert answer.status_code == 200, answer.text
    return {key.pop("provider_key"): key for key in answer.json()["keys"]}


def test_the_gateway_is_there_and_says_whether_the_server_has_a_key(client: TestClient) -> None:
    assert keys(client) == {
        "gateway": {
            "display_name": "Gateway",
            "key_env_name": "STUDIO_GATEWAY_API_KEY",
            "has_global_key": True,
            "has_user_key": False,
            "user_key_updated_at": None,
            "key_name": None,
            "standalone": False,
        }
    }


def test_without_a_gateway_there_is_nothing_until_a_key_is_kept(studio: TestClient) -> None:
    studio.headers.update(sign_up(studio))
    assert keys(studio) == {}
    assert studio.put("/api/keys", json=OPENAI).status_code == 200
    assert list(keys(studio)) == ["openai"]


def test_a_key_is_kept_and_never_told(client: TestClient, clock: SettableClock) -> None:
    answer = client.put("/api/keys", json={**OPENAI, "key_name": "Mine ✓"})
    told = answer.json()
    assert (answer.status_code, told["status"], told["provider_key"]) == (200, "ok", "openai")
    assert len(told["key_id"]) == 32
    clock.move(minutes=1)
    again = client.put("/api/keys", json={"provider_key": "openai", "api_key": KEY + "2"})
    assert again.json() == told
    found = keys(client)
    assert found["openai"] == {
        "display_name": "openai",
        "key_env_name": None,
        "has_global_key": False,
        "has_user_key": True,
        "user_key_updated_at": clock().strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "key_name": "Mine ✓",
        "standalone": True,
    }
    assert clock() != NOW
    assert KEY not in answer.text + again.text + client.get("/api/keys").text


def test_ones_own_key_for_the_gateway_stands_beside_the_operators(client: TestClient) -> None:
    client.put("/api/keys", json={"provider_key": "gateway", "value": KEY})
    found = keys(client)
    assert list(found) == ["gateway"]
    assert (found["gateway"]["has_user_key"], found["gateway"]["has_global_key"]) == (True, True)
    assert found["gateway"]["standalone"] is False


@pytest.mark.parametrize("way", ["query", "body", "both"])
def test_a_key_is_deleted_by_its_provider_in_the_address_or_in_the_body(client: TestClient, way: str) -> None:
    client.put("/api/keys", json=OPENAI)
    params = {"provider_key": "openai"} if way != "body" else {}
    body = {"provider_key": "openai"} if way != "query" else None
    answers = [client.request("DELETE", "/api/keys", params=params, json=body) for _ in range(2)]
    assert (answers[0].status_code, answers[0].json()) == (200, {"status": "ok"})
    assert (answers[1].status_code, answers[1].json()["error"]) == (404, "There is no such key.")
    assert list(keys(client)) == ["gateway"]


@pytest.mark.parametrize("named", [{}, {"provider_key": ""}, {"provider_key": "a b"}, {"provider_key": "\0"}])
def test_who_names_no_provider_is_told_so(client: TestClient, named: dict[str, str]) -> None:
    for answer in (
        client.request("DELETE", "/api/keys", params=named),
        client.request("DELETE", "/api/keys", json=named),
    ):
        assert answer.status_code == 400, answer.text
        assert "provider_key" in answer.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"value": KEY},
        {"provider_key": "openai"},
        {"provider_key": "openai", "value": None},
        {"provider_key": "openai", "value": ""},
        {"provider_key": "openai", "value": "", "api_key": KEY},
        {"provider_key": "openai", "value": KEY + "\n"},
        {"provider_key": "openai", "value": "sk-\u2028x"},
        {"provider_key": "openai", "value": f"Bearer {KEY}"},
        {"provider_key": "openai", "value": "\ud800"},
        {"provider_key": "openai", "value": "\0"},
        {"provider_key": "openai", "value": KEY * 400},
        {"provider_key": "openai", "value": [KEY]},
        {"provider_key": "openai", "value": {"key": KEY}},
        {"provider_key": "a/b", "value": KEY},
        {"provider_key": "a" * 65, "value": KEY},
        {"provider_key": "", "value": KEY},
        {"provider_key": 7, "value": KEY},
        {"provider_key": "openai", "value": KEY, "key_name": "n" * 257},
        {"provider_key": "openai", "value": KEY, "key_name": "\0"},
        [KEY],
        KEY,
    ],
)
def test_what_is_no_key_is_refused_with_a_sentence_that_does_not_tell_it(client: TestClient, body: Any) -> None:
    answer = client.put("/api/keys", content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, answer.text
    assert answer.json()["detail"].endswith(".")
    assert KEY not in answer.text
    assert list(keys(client)) == ["gateway"]


def test_a_closed_vault_is_told_in_a_sentence_and_all_else_goes_on(
    client: TestClient, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: Any) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("src.studio.vault.keys.is_readable_by_others", lost)
    answer = client.put("/api/keys", json=OPENAI)
    assert (answer.status_code, answer.json()["code"]) == (503, "vault_unavailable")
    assert answer.json()["detail"] == "The vault is closed: vault.key cannot be used (Permission denied)."
    for path in ("/api/keys", "/api/config", "/api/history", "/api/jobs", "/health"):
        assert client.get(path).status_code == 200, path


def test_guests_of_the_demo_have_no_keys_to_enter_for_it(make_studio: MakeStudio) -> None:
    app = make_studio(
        leaderboard_demo=True, litellm_base_url="http://127.0.0.1:1", studio_gateway_api_key="sk-demo"
    )
    with TestClient(app) as client:
        client.headers["Authorization"] = f"Bearer {client.post('/api/auth/demo').json()['access_token']}"
        assert keys(client) == {}
