"""Providers are tested, discovered and called for their health, by whoever keeps them."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from src.studio.llm import sdk
from src.studio.llm.egress import EgressPolicy
from src.studio.providers import asking
from src.studio.providers.service import NO_KEY
from tests.studio.conftest import MakeStudio, sign_up
from tests.studio.llm_mock import LlmMock
from tests.studio.providers.provider_server import ProviderServer, provider_server
from tests.studio.providers.test_listings import ANTHROPIC, GEMINI, LM_STUDIO, OLLAMA, OPENAI

KEY, WRONG = "sk-right-key-0001", "sk-wrong-key-0002"


@pytest.fixture
def server() -> Iterator[ProviderServer]:
    with provider_server() as running:
        yield running


class Ada:
    """Somebody who is signed in, and has told nobody's key but her own."""

    def __init__(self, client: TestClient) -> None:
        self.client, self.headers = client, sign_up(client)

    def ask(self, method: str, path: str, body: Any = None, status: int = 200, **query: str) -> Any:
        answer = self.client.request(method, path, json=body, params=query or None, headers=self.headers)
        assert answer.status_code == status, answer.text
        assert KEY not in answer.text
        assert WRONG not in answer.text
        told = answer.json()
        return told if status == 200 else told["detail"]

    def add(self, key: str, address: str | None, *models: str, **more: Any) -> None:
        provider = {"provider_key": key, "display_name": key.title(), "api_base": address, **more}
        self.ask("POST", "/api/config/provider", provider)
        for model in models:
            self.ask("POST", "/api/config/model", {"provider_key": key, "id": model})

    def test(self, **draft: Any) -> Any:
        return self.ask("POST", "/api/config/provider/test", draft)

    def discover(self, key: str, status: int = 200) -> Any:
        return self.ask("GET", "/api/models/discover", status=status, provider_key=key)


@pytest.fixture
def ada(make_studio: MakeStudio, store_url: str, no_proxies: None) -> Iterator[Ada]:
    app = make_studio(studio_database_url=store_url, studio_workers=0)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Ada(client)


def open_to(server: ProviderServer, path: str, data: Any, key: str = KEY) -> None:
    """Answer a path to whoever shows a key, and refuse it to others."""
    server.tell(path, {"error": {"message": f"Incorrect API key provided: {WRONG}."}}, 401)
    refuse = server.answers[path]
    server.tell(path, data)
    answer = server.answers[path]

    def write(handler: Any) -> None:
        shown = {handler.headers[name] for name in ("Authorization", "x-api-key", "x-goog-api-key")}
        (answer if shown & {key, f"Bearer {key}"} else refuse)(handler)

    server.answers[path] = write


def test_a_provider_that_is_there_and_takes_the_key_says_so(ada: Ada, server: ProviderServer) -> None:
    open_to(server, "/v1/models", OPENAI)
    told = ada.test(api_base=f"{server.base_url}/v1", api_key=KEY)
    latency = told.pop("latency_ms")
    assert told == {
        "reachable": True,
        "key_accepted": True,
        "models": 2,
        "detail": f"Reachable, key accepted, 2 models, {latency:,} ms.",
    }


def test_a_kept_provider_is_tested_with_its_key_and_with_another_one_before_that_is_kept(
    ada: Ada, server: ProviderServer
) -> None:
    open_to(server, "/models", OPENAI)
    ada.add("mine", server.base_url, api_key=KEY)
    assert ada.test(provider_key="mine")["key_accepted"] is True
    assert ada.test(provider_key="mine", api_key="***")["key_accepted"] is True
    refused = ada.test(provider_key="mine", api_key=WRONG)
    assert (refused["reachable"], refused["key_accepted"], refused["models"]) == (True, False, None)
    assert refused["detail"].startswith("The provider did not accept the key (HTTP 401): Incorrect API key")
    assert ada.test(provider_key="mine")["key_accepted"] is True


def test_a_list_for_everybody_says_nothing_of_a_key(ada: Ada, server: ProviderServer) -> None:
    server.tell("/models", OPENAI)
    told = ada.test(api_base=server.base_url, api_key=WRONG)
    assert (told["reachable"], told["key_accepted"], told["models"]) == (True, None, 2)
    assert told["detail"].endswith("Its list is told without a key, too, so the key was not tried.")
    assert ada.test(api_base=server.base_url)["detail"].startswith("Reachable, 2 models, ")


def test_what_fails_is_an_answer_with_a_sentence(ada: Ada, server: ProviderServer) -> None:
    told = ada.test(api_base="http://127.0.0.1:9/v1")
    assert (told["reachable"], told["detail"]) == (False, "The provider's address refuses connections.")
    told = ada.test(api_base="http://169.254.169.254/v1")
    assert not told["reachable"]
    assert "not open here" in told["detail"]
    assert "There is no key for" in ada.test(provider_key="openai")["detail"]
    server.tell("/models", b"<html>", Content_Type="text/html")
    assert "web page" in ada.test(api_base=server.base_url)["detail"]
    ada.ask("POST", "/api/config/provider/test", {"provider_key": "nobody"}, 404)
    ada.ask("POST", "/api/config/provider/test", {"api_base": "file:///etc/passwd"}, 422)


@pytest.mark.parametrize(
    ("key", "path", "told", "first"),
    [
        ("openai", "/v1/models", OPENAI, "gpt-5.1"),
        ("anthropic", "/v1/models", {**ANTHROPIC, "has_more": False}, "claude-sonnet-4-5-20250929"),
        ("gemini", "/v1beta/models", {**GEMINI, "nextPageToken": ""}, "gemini-2.5-flash"),
    ],
)
def test_models_are_discovered_in_each_providers_own_way(  # noqa: PLR0913, PLR0917 - a case has four parts
    ada: Ada, server: ProviderServer, key: str, path: str, told: Any, first: str
) -> None:
    open_to(server, path, told)
    address = f"{server.base_url}/v1" if key == "openai" else server.base_url
    ada.add(key, address)
    assert ada.discover(key, 400) == f"There is no key for {key.title()}. Enter one."
    ada.ask("PUT", "/api/keys", {"provider_key": key, "value": KEY})
    told = ada.discover(key)
    assert told["models"][0].keys() >= {"id", "display_name"}
    assert (told["models"][0]["id"], told["total"], told["note"]) == (first, len(told["models"]), None)
    assert KEY not in "".join(server.paths)


def test_an_ollama_is_discovered_by_its_address_alone(ada: Ada, server: ProviderServer) -> None:
    server.tell("/api/tags", OLLAMA)
    ada.add("ollama", server.base_url)
    assert [model["id"] for model in ada.discover("ollama")["models"]] == ["llama3.2:latest"]
    assert server.paths == ["/v1/models", "/api/tags"]


def test_what_a_provider_does_not_tell_is_a_bad_gateway(ada: Ada, server: ProviderServer) -> None:
    ada.add("mine", server.base_url)
    assert "knows no such model or address (HTTP 404)" in ada.discover("mine", 502)
    server.tell("/models", b"{")
    assert ada.discover("mine", 502) == "What the provider answered is not JSON."
    ada.add("inside", "http://169.254.1.1/v1")
    assert "not open here" in ada.discover("inside", 400)
    assert ada.discover("nobody", 404) == "There is no such provider."
    ada.discover("no such key", 400)
    ada.ask("GET", "/api/models/discover", status=400)


def test_a_list_of_many_thousands_comes_as_its_first_five(ada: Ada, server: ProviderServer) -> None:
    server.tell("/models", {"data": [{"id": f"m{number}"} for number in range(6_000)]})
    ada.add("mine", server.base_url)
    told = ada.discover("mine")
    assert (len(told["models"]), told["note"].startswith("The provider lists more than 5,000")) == (5_000, True)


@pytest.mark.parametrize(
    ("kinds", "backend"), [(["gguf"], "gguf"), (["mlx"], "mlx"), (["gguf", "mlx"], "mixed"), ([], "unknown")]
)
def test_lm_studio_says_what_runs_its_models(
    ada: Ada, server: ProviderServer, kinds: list[str], backend: str
) -> None:
    rows = [row for row in LM_STUDIO["data"] if row["compatibility_type"] in kinds]
    server.tell("/api/v0/models", {"data": rows})
    ada.add("lm_studio", f"{server.base_url}/v1")
    told = ada.ask("GET", "/api/lm-studio/detect", provider_key="lm_studio")
    assert (told["available"], told["backend_type"]) == (True, backend)
    assert [model["compatibility_type"] for model in told["models"]] == [
        row["compatibility_type"] for row in rows if row["type"] != "embeddings"
    ]
    assert ("frequency_penalty" in told["mlx_unsupported_params"]) == ("mlx" in kinds)


def test_without_lm_studio_nothing_is_available(ada: Ada, server: ProviderServer) -> None:
    server.tell("/api/v0/models", ["no list"])
    ada.add("lm_studio", server.base_url)
    told = ada.ask("GET", "/api/lm-studio/detect")
    assert (told["available"], told["models"], told["backend_type"]) == (False, [], "unknown")
    assert told["detail"] == "What answers there is not LM Studio."
    ada.ask("GET", "/api/lm-studio/detect", status=404, provider_key="nobody")


def test_health_is_one_short_call_to_each_provider_at_once(
    ada: Ada, mock: LlmMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sdk, "sdk_available", lambda: False)
    mock.reset()
    ada.add("good", mock.api_url, "mock:ttft=300;tokens=9", api_key=KEY)
    ada.add("twin", mock.api_url, "mock:ttft=300;tokens=9")
    ada.add("away", "http://127.0.0.1:9/v1", "x")
    ada.add("empty", mock.api_url)
    ada.add("anthropic", None, "claude")
    told = {found["name"]: found for found in ada.ask("GET", "/api/health/providers")["providers"]}
    assert {name: found["status"] for name, found in told.items()} == {
        "Good": "ok", "Twin": "ok", "Away": "error", "Empty": "error", "Anthropic": "error",
    }  # fmt: skip
    assert 300 <= told["Good"]["latency_ms"] < 3_000
    assert told["Good"]["error"] is None
    assert told["Away"]["error"] == "The provider's address refuses connections."
    assert told["Empty"]["error"] == "It has no model to be called."
    assert "SDK" in told["Anthropic"]["error"]
    log = mock.log()
    assert [entry["params"]["max_tokens"] for entry in log] == [5, 5]
    assert abs(log[0]["recv_ns"] - log[1]["recv_ns"]) < 250e6  # at once, not one after another


def test_of_one_user_a_few_questions_are_under_way_at_once(ada: Ada, server: ProviderServer) -> None:
    ada.add("mine", server.base_url)
    server.hang("/models")
    asked = [threading.Thread(target=ada.discover, args=("mine", 502)) for _ in range(4)]
    for thread in asked:
        thread.start()
    while len(server.asked) < 4:
        threading.Event().wait(0.01)
    answer = ada.client.get("/api/models/discover?provider_key=mine", headers=ada.headers)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "5")
    server.stopped.set()
    for thread in asked:
        thread.join()
    ada.discover("mine", 502)


def test_the_models_of_the_gateway_are_discovered_and_tested_by_ones_own_key(
    make_studio: MakeStudio, server: ProviderServer, no_proxies: None
) -> None:
    open_to(server, "/model/info", {"data": [{"model_name": "gpt", "model_info": {}}]})
    with TestClient(make_studio(litellm_base_url=server.base_url, studio_workers=0)) as client:
        ada = Ada(client)
        assert ada.test(provider_key="gateway")["detail"] == NO_KEY
        ada.ask("PUT", "/api/keys", {"provider_key": "gateway", "value": KEY})
        assert ada.test(provider_key="gateway")["detail"] == "Reachable, key accepted, 1 model."
        assert [model["id"] for model in ada.discover("gateway")["models"]] == ["gpt"]
        (place,) = ada.ask("GET", "/api/keys")["keys"]
        assert (place["provider_key"], place["has_user_key"], place["has_global_key"]) == ("gateway", True, False)


def test_a_slow_provider_is_left_after_its_time(
    ada: Ada, server: ProviderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "WHOLE_SECONDS", 1.0)
    server.hang("/models")
    assert ada.test(api_base=server.base_url)["detail"] == "The provider did not answer within 1 seconds."


def test_who_is_called_through_the_sdk_is_asked_for_its_models_instead(ada: Ada, server: ProviderServer) -> None:
    if not sdk.sdk_available():
        pytest.skip("LiteLLM's SDK is not installed")
    open_to(server, "/v1/models", {**ANTHROPIC, "has_more": False})
    ada.add("anthropic", f"{server.base_url}/v1", "claude")
    (told,) = ada.ask("GET", "/api/health/providers")["providers"]
    assert (told["status"], told["error"]) == ("error", "There is no key for Anthropic. Enter one.")
    ada.ask("PUT", "/api/keys", {"provider_key": "anthropic", "value": KEY})
    (told,) = ada.ask("GET", "/api/health/providers")["providers"]
    assert (told["status"], told["error"]) == ("ok", None)


HERE = ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "127.0.0.1."]  # noqa: S104


@pytest.mark.parametrize("host", HERE)
def test_what_is_not_the_internets_is_not_asked_by_whichever_way(
    ada: Ada, server: ProviderServer, host: str
) -> None:
    services = ada.client.app.state.studio  # ty: ignore[missing-attribute]
    services.checks._policy = EgressPolicy()  # that of a server which others can reach
    server.tell("/models", OPENAI)
    server.tell("/api/v0/models", LM_STUDIO)
    address = f"http://{host}:{server.base_url.rpartition(':')[2]}"
    provider = {"provider_key": "lm_studio", "display_name": "L", "api_base": address}
    if ada.client.post("/api/config/provider", json=provider, headers=ada.headers).status_code == 422:
        return  # not even kept
    ada.ask("POST", "/api/config/model", {"provider_key": "lm_studio", "id": "x"})
    told = [
        ada.test(provider_key="lm_studio")["detail"],
        ada.discover("lm_studio", 400),
        ada.ask("GET", "/api/lm-studio/detect")["detail"],
        ada.ask("GET", "/api/health/providers")["providers"][0]["error"],
    ]
    assert server.asked == []
    for sentence in told:
        assert "not open here" in sentence or "cannot be" in sentence, told
