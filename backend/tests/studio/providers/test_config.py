"""`/api/config`: providers and models of one's own, on both databases."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from src.studio.accounts.tables import audit
from src.studio.providers import own as module
from tests.studio.conftest import MakeStudio, sign_up

KEY = "sk-ada-keeps-this-0001"
MINE: dict[str, Any] = {"provider_key": "mine", "display_name": "Mine", "api_base": "http://127.0.0.1:4100/v1/"}


class People:
    """An app, an administrator who signed up first, and two others."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.admin = sign_up(client, "root@example.com")
        self.ada, self.bob = sign_up(client, "ada@example.com"), sign_up(client, "bob@example.com")

    def ask(
        self, method: str, path: str, body: Any = None, status: int = 200, who: Any = None, **query: str
    ) -> Any:
        answer = self.client.request(method, path, json=body, params=query or None, headers=who or self.ada)
        assert answer.status_code == status, answer.text
        assert KEY not in answer.text
        told = answer.json()
        return told if status == 200 else told["detail"]

    def add(self, status: int = 200, who: Any = None, **changes: Any) -> Any:
        return self.ask("POST", "/api/config/provider", {**MINE, **changes}, status, who)

    def add_model(self, name: str = "fast", status: int = 200, **changes: Any) -> Any:
        body = {"provider_key": "mine", "id": name, **changes}
        return self.ask("POST", "/api/config/model", body, status)

    def change_model(self, name: str = "fast", status: int = 200, **changes: Any) -> Any:
        body = {"provider_key": "mine", "model_id": name, **changes}
        return self.ask("PUT", "/api/config/model", body, status)

    def providers(self, who: Any = None) -> Any:
        return self.ask("GET", "/api/config", who=who)["providers"]

    @property
    def models(self) -> Any:
        return {model["model_id"]: model for model in self.providers()["Mine"]["models"]}


@pytest.fixture
def people(make_studio: MakeStudio, store_url: str) -> Iterator[People]:
    app = make_studio(studio_database_url=store_url, studio_workers=0)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield People(client)


def test_a_new_user_has_no_providers(people: People) -> None:
    told = people.ask("GET", "/api/config")
    assert (told["providers"], told["shared"]) == ({}, {})
    assert told["defaults"].keys() == {"max_tokens", "temperature", "context_tiers", "prompt"}


def test_a_provider_is_kept_told_changed_and_deleted(people: People) -> None:
    assert people.add() == {"status": "ok", "provider_key": "mine"}
    told = people.providers()["Mine"]
    assert told | {"models": None} == {
        "provider_key": "mine",
        "display_name": "Mine",
        "source": "own",
        "status": "ok",
        "detail": None,
        "api_base": "http://127.0.0.1:4100/v1",
        "api_key_env": None,
        "api_key": "",
        "model_id_prefix": None,
        "direct_local": False,
        "timeout": None,
        "route": "native",
        "models": None,
    }
    changes = {"display_name": "Others", "timeout": 5.5, "direct_local": True, "api_base": None}
    people.ask("PUT", "/api/config/provider", {"provider_key": "mine", **changes})
    told = people.providers()["Others"]
    assert {name: told[name] for name in changes} == changes
    people.ask("PUT", "/api/config/provider", {"provider_key": "mine", "display_name": "Mine"})
    assert people.providers()["Mine"]["timeout"] == 5.5
    assert people.ask("DELETE", "/api/config/provider", {"provider_key": "mine"}) == {"status": "ok"}
    assert people.providers() == {}


def test_statuses_of_providers_are_those_of_the_contract(people: People) -> None:
    people.add()
    assert people.add(400) == "There is a provider of the key 'mine' already. Choose another."
    for changes in (
        {"provider_key": "no spaces"},
        {"provider_key": "x" * 65},
        {"display_name": "x" * 257},
        {"new": 1},
    ):
        people.add(422, **changes)
    for key in ("gateway", "demo"):
        assert "Choose another" in people.add(400, provider_key=key)
    for body in (
        {},
        {"provider_key": "mine", "display_name": ""},
        {"provider_key": "mine", "timeout": "long"},
        [],
    ):
        people.ask("PUT", "/api/config/provider", body, 400)
    assert people.ask("PUT", "/api/config/provider", {"provider_key": "x"}, 404) == "There is no such provider."
    people.ask("DELETE", "/api/config/provider", {}, 400)
    people.ask("DELETE", "/api/config/provider", status=400)
    people.ask("DELETE", "/api/config/provider", {"provider_key": "x"}, 404)
    people.ask("DELETE", "/api/config/provider", provider_key="mine")
    assert people.providers() == {}


@pytest.mark.parametrize(
    "address",
    [
        "ftp://example.com/v1",
        "example.com/v1",
        "http://",
        "http://name:secret@example.com/v1",
        "https://example.com/v1?key=secret",
        "https://example.com/v1#top",
        "https://example.com/v1/chat/completions",
        "http://0x7f.1/v1",
        "http://2130706433/",
        "http://example.com:99999/v1",
        "https://exa mple.com/v1",
        "https://example.com/" + "x" * 2048,
    ],
)
def test_what_is_no_address_is_refused_in_a_sentence(people: People, address: str) -> None:
    told = people.add(422, api_base=address)
    assert told.startswith("api_base: ")
    assert "secret" not in told


def test_providers_of_one_name_are_told_apart_by_their_keys(people: People) -> None:
    for key in ("mine", "two", "three"):
        people.add(provider_key=key)
    assert people.providers().keys() == {"Mine", "Mine (two)", "Mine (three)"}


def test_a_key_goes_into_the_vault_and_comes_out_nowhere(people: People) -> None:
    people.add(api_key=KEY)
    assert people.providers()["Mine"]["api_key"] == "***"
    services = people.client.app.state.studio  # ty: ignore[missing-attribute]
    user_id = people.ask("GET", "/api/auth/me")["user"]["id"]
    assert services.vault.reveal(user_id, "mine") == KEY
    for unchanged in ("***", "", None):
        people.ask("PUT", "/api/config/provider", {"provider_key": "mine", "api_key": unchanged})
        assert services.vault.reveal(user_id, "mine") == KEY
    people.ask("PUT", "/api/config/provider", {"provider_key": "mine", "api_key": "sk-another-key-2"})
    assert services.vault.reveal(user_id, "mine") == "sk-another-key-2"


def test_a_key_that_cannot_be_kept_leaves_all_as_it_was(people: People) -> None:
    assert "line break" in people.add(422, api_key=f"{KEY}\nX-Other: 1")
    assert people.providers() == {}
    people.add()
    assert "line break" in people.ask(
        "PUT", "/api/config/provider", {"provider_key": "mine", "display_name": "New", "api_key": "a\nb"}, 422
    )
    assert list(people.providers()) == ["Mine"]
    people.add(400, api_key=KEY)
    assert people.providers()["Mine"]["api_key"] == ""


def test_variables_of_the_server_are_named_by_administrators_and_from_the_list(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("STUDIO_SECRET_OF_ALL", KEY)
    assert people.add(403, api_key_env="OPENAI_API_KEY") == module.NOT_ADMIN
    assert "is not one of the variables" in people.add(422, people.admin, api_key_env="STUDIO_SECRET_OF_ALL")
    people.add(who=people.admin, api_key_env="OPENAI_API_KEY")
    told = people.providers(people.admin)["Mine"]
    assert (told["api_key_env"], told["api_key"]) == ("OPENAI_API_KEY", "***")
    monkeypatch.delenv("OPENAI_API_KEY")
    assert people.providers(people.admin)["Mine"]["api_key"] == ""
    people.add()
    change = {"provider_key": "mine", "api_key_env": "OPENAI_API_KEY"}
    people.ask("PUT", "/api/config/provider", change, 403)
    people.ask("PUT", "/api/config/provider", {"provider_key": "mine", "api_key_env": ""})


def test_a_model_is_kept_with_all_that_is_said_of_it(people: People) -> None:
    people.add()
    assert people.add_model() == {"status": "ok", "model_id": "fast"}
    model = people.models["fast"]
    assert model == {
        "model_id": "fast",
        "display_name": "fast",
        "context_window": None,
        "max_output_tokens": None,
        "skip_params": [],
        "system_prompt": None,
        "custom_fields": {},
        "input_cost_per_mtok": None,
        "output_cost_per_mtok": None,
        "cached_cost_per_mtok": None,
        "price_source": None,
        "price_at": None,
        "last_measured": None,
    }
    changes: dict[str, Any] = {
        "display_name": "Fast one",
        "context_window": 128_000,
        "max_output_tokens": 4_096,
        "skip_params": ["temperature"],
        "system_prompt": "Be short.\0",
        "custom_fields": {"reasoning_effort": "low", "nested": {"a": [1, None]}},
        "input_cost_per_mtok": 0.5,
        "output_cost_per_mtok": 0,
    }
    changes["system_prompt"] = "Be short."
    people.change_model(**changes)
    told = people.models["fast"]
    assert {name: told[name] for name in changes} == changes
    assert (told["price_source"], told["price_at"]) == ("user", "2026-11-20")
    people.change_model(display_name=None, custom_fields=None, input_cost_per_mtok=None, output_cost_per_mtok=None)
    told = people.models["fast"]
    assert (told["display_name"], told["custom_fields"], told["price_source"]) == ("fast", {}, None)
    assert told["context_window"] == 128_000
    assert people.change_model(new_model_id="faster") == {"status": "ok", "model_id": "faster"}
    assert list(people.models) == ["faster"]


def test_statuses_of_models_are_those_of_the_contract(people: People) -> None:
    people.add()
    people.add_model()
    assert people.add_model(status=400) == "Mine has a model 'fast' already."
    assert people.add_model(status=400, provider_key="x") == "There is no such provider."
    for body in ({"provider_key": "mine"}, {"id": "x"}, {"provider_key": "mine", "id": " "}):
        people.ask("POST", "/api/config/model", body, 400)
    people.add_model("other")
    assert people.change_model(status=422, new_model_id="other") == "Mine has a model 'other' already."
    assert people.change_model("gone", 404) == "There is no such model."
    people.change_model("gone", 404, provider_key="x")
    for changes in (
        {"model_id": "no such model!"},
        {"context_window": 0},
        {"context_window": 2_000_001},
        {"max_output_tokens": 128_001},
        {"display_name": "x" * 257},
        {"system_prompt": "x" * 50_001},
        {"input_cost_per_mtok": -1},
        {"output_cost_per_mtok": "free"},
        {"custom_fields": {"model": "another"}},
        {"custom_fields": {"big": 2**70}},
        {"custom_fields": {"long": "x" * 70_000}},
        {"skip_params": "temperature"},
    ):
        people.ask("PUT", "/api/config/model", {"provider_key": "mine", "model_id": "fast", **changes}, 422)
    people.ask("DELETE", "/api/config/model", {"provider_key": "mine"}, 400)
    people.ask("DELETE", "/api/config/model", {"provider_key": "mine", "model_id": "gone"}, 404)
    people.ask("DELETE", "/api/config/model", {"provider_key": "x", "model_id": "fast"}, 404)
    people.ask("DELETE", "/api/config/model", {"provider_key": "mine", "model_id": "fast"})
    people.ask("DELETE", "/api/config/model", provider_key="mine", model_id="other")
    assert people.models == {}


@pytest.mark.parametrize("name", ["org/model:free", "@cf/meta/llama", "with a space", "mock:ttft=3,itl=1", "🦊/é"])
def test_models_are_called_as_their_providers_call_them(people: People, name: str) -> None:
    people.add()
    people.add_model(f" {name} ")
    assert people.change_model(name, display_name="Renamed")["model_id"] == name
    assert people.models[name]["display_name"] == "Renamed"
    people.ask("DELETE", "/api/config/model", provider_key="mine", model_id=name)
    assert people.models == {}


@pytest.mark.parametrize("name", ["", "   ", "two\nlines", "zero\0byte", "half \ud800", "x" * 513, 7, None])
def test_what_is_no_name_of_a_model_is_refused(people: People, name: Any) -> None:
    people.add()
    escaped = people.client.post(
        "/api/config/model",
        content=b'{"provider_key": "mine", "id": %s}' % ascii_json(name),
        headers={**people.ada, "Content-Type": "application/json"},
    )
    assert escaped.status_code == 400, escaped.text
    assert people.models == {}


def ascii_json(value: Any) -> bytes:
    """Write JSON that can say what UTF-8 cannot."""
    return json.dumps(value).encode()


def test_a_prefix_is_part_of_ids_and_not_of_names(people: People) -> None:
    people.add(model_id_prefix="org")
    assert people.add_model("fast")["model_id"] == "org/fast"
    assert people.add_model("org/fast", status=400) == "Mine has a model 'org/fast' already."
    assert people.change_model("org/fast", new_model_id="slow")["model_id"] == "org/slow"
    people.ask("PUT", "/api/config/provider", {"provider_key": "mine", "model_id_prefix": "other"})
    assert list(people.models) == ["other/slow"]
    people.ask("DELETE", "/api/config/model", provider_key="mine", model_id="other/slow")


def test_nobody_sees_or_changes_what_another_keeps(people: People) -> None:
    people.add(api_key=KEY)
    people.add_model()
    assert people.providers(people.bob) == people.providers(people.admin) == {}
    mine, model = {"provider_key": "mine"}, {"provider_key": "mine", "model_id": "fast"}
    for who in (people.bob, people.admin):
        people.ask("PUT", "/api/config/provider", {**mine, "display_name": "Taken"}, 404, who)
        people.ask("DELETE", "/api/config/provider", mine, 404, who)
        people.ask("POST", "/api/config/model", {**mine, "id": "fast"}, 400, who)
        people.ask("PUT", "/api/config/model", model, 404, who)
        people.ask("DELETE", "/api/config/model", model, 404, who)
        people.ask("GET", "/api/models/discover", status=404, who=who, **mine)
        people.ask("GET", "/api/lm-studio/detect", status=404, who=who, **mine)
        people.ask("POST", "/api/config/provider/test", mine, 404, who)
        assert people.ask("GET", "/api/health/providers", who=who) == {"providers": []}
    people.add(who=people.bob, display_name="Bob's")
    assert list(people.models) == ["fast"]
    assert people.providers(people.bob)["Bob's"]["models"] == []
    people.ask("DELETE", "/api/config/provider", mine, who=people.bob)
    assert list(people.models) == ["fast"]


def test_there_is_an_end_to_providers_and_to_models(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PROVIDERS", 1)
    monkeypatch.setattr(module, "MOST_MODELS", 1)
    people.add()
    people.add_model()
    assert people.add(400, provider_key="two") == "More than 1 providers cannot be kept."
    assert people.add_model("two", 400) == "More than 1 models of a provider cannot be kept."


def test_who_changed_a_provider_is_written_down_without_any_key(people: People) -> None:
    people.add(api_key=KEY)
    people.ask("PUT", "/api/config/provider", {"provider_key": "mine", "timeout": 5})
    people.ask("DELETE", "/api/config/provider", {"provider_key": "mine"})
    database = people.client.app.state.studio.database  # ty: ignore[missing-attribute]
    with database.reading() as connection:
        rows = connection.execute(select(audit).where(audit.c.subject == "mine").order_by(audit.c.id)).all()
    assert [row.action for row in rows] == [
        "key_changed",
        "provider_added",
        "provider_changed",
        "provider_deleted",
    ]
    assert {row.email for row in rows} == {"ada@example.com"}
    assert rows[2].detail == {"changed": ["timeout"]}
    assert KEY not in str(rows)


def test_presets_say_where_each_answers_and_what_needs_the_pack(people: People) -> None:
    presets = {preset["provider_key"]: preset for preset in people.ask("GET", "/api/config/presets")["presets"]}
    assert presets.keys() >= {
        *("openai", "anthropic", "gemini", "mistral", "deepseek", "cohere", "xai", "groq", "openrouter"),
        *("together", "ollama", "lm_studio", "vllm", "llama_cpp", "openai_compatible"),
    }
    assert [key for key, preset in presets.items() if preset["route"] == "sdk"] == [
        "anthropic",
        "gemini",
        "cohere",
    ]
    for preset in presets.values():
        assert preset["available"] == (preset["unavailable_reason"] is None)
        assert preset["local"] == (preset["api_base"] or "").startswith("http://127.0.0.1")
        assert preset["docs"].endswith(".")


def test_five_thousand_models_are_told_at_once(people: People) -> None:
    people.add()
    services = people.client.app.state.studio  # ty: ignore[missing-attribute]
    user_id = people.ask("GET", "/api/auth/me")["user"]["id"]
    rows = [
        {
            "user_id": user_id,
            "provider_key": "mine",
            "name": f"m{number:04}",
            "skip_params": [],
            "custom_fields": {},
        }
        for number in range(5_000)
    ]
    with services.database.writing() as connection:
        connection.execute(
            module.repository.models.insert(), [{**row, "created_at": services.clock()} for row in rows]
        )
    assert len(people.models) == 5_000
    assert people.add_model("one-more", 400) == "More than 5,000 models of a provider cannot be kept."
