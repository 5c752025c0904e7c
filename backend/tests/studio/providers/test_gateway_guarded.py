"""Who names the gateway as an address of their own reaches its models and chat completions, and nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from src.studio.accounts.setup import setup_code
from src.studio.llm.egress import EgressPolicy, EgressRefusedError
from tests.studio.conftest import PASSWORD, MakeStudio
from tests.studio.providers.provider_server import ProviderServer, provider_server
from tests.studio.providers.test_listings import LM_STUDIO, OLLAMA, OPENAI

OPERATORS = "sk-operators-key-0001"
ALLOWED = {"/v1/models", "/models", "/v1/chat/completions", "/chat/completions"}
OF_THE_GATEWAY = {"/model/info"}  # asked for with the operator's key, by the server itself
TEMPTING = (
    "/key/list",
    "/key/list/models",
    "/team/list",
    "/api/tags",
    "/api/v0/models",
    "/v1beta/models",
    "/x/models",
)


@pytest.fixture
def gateway() -> Iterator[ProviderServer]:
    with provider_server() as running:
        for path in TEMPTING:
            running.tell(path, OPENAI)
        running.tell("/api/tags", OLLAMA)
        running.tell("/api/v0/models", LM_STUDIO)
        running.tell("/model/info", {"data": []})
        yield running


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104
def test_whatever_is_entered_nothing_else_of_the_gateway_is_called(
    make_studio: MakeStudio, gateway: ProviderServer, no_proxies: None, host: str
) -> None:
    base = gateway.base_url
    app = make_studio(
        litellm_base_url=base,
        studio_gateway_api_key=OPERATORS,
        host=host,
        studio_registration="open",
        studio_workers=0,
    )
    with TestClient(app) as client:
        account = {
            "email": "ada@example.com",
            "password": PASSWORD,
            "setup_code": setup_code(app.state.studio.settings),
        }
        answer = client.post("/api/auth/register", json=account)
        assert answer.status_code == 200, answer.text
        headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}

        def ask(method: str, path: str, body: Any = None, **query: str) -> Any:
            return client.request(method, path, json=body, params=query or None, headers=headers).json()

        paths = (
            "",
            "/v1",
            "/key",
            "/key/list",
            "/v1/../key/list",
            "/v1/%2e%2e/key/list",
            "/v1/models/..",
            "//key",
            "/x",
        )
        presets = ("openai_compatible", "ollama", "lm_studio", "anthropic", "gemini", "cohere", "mistral")
        for at, (preset, path) in enumerate((preset, path) for preset in presets for path in paths):
            ask(
                "POST",
                "/api/config/provider/test",
                {"provider_key": preset, "api_base": base + path, "api_key": "sk-x"},
            )
            if preset in {"openai_compatible", "anthropic"}:
                key = f"mine-{at}"
                provider = {
                    "provider_key": key,
                    "display_name": key,
                    "api_base": base + path,
                    "api_key": "sk-mine-0001",
                }
                ask("POST", "/api/config/provider", provider)
                ask("POST", "/api/config/model", {"provider_key": key, "id": "m"})
                ask("GET", "/api/models/discover", provider_key=key)
                ask("GET", "/api/lm-studio/detect", provider_key=key)
        ask("GET", "/api/health/providers")
    called = {asked.path.partition("?")[0] for asked in gateway.asked}
    assert called - OF_THE_GATEWAY <= ALLOWED
    assert "/v1/models" in called
    for asked in gateway.asked:
        if OPERATORS in asked.headers.get("authorization", ""):
            assert asked.path in {*OF_THE_GATEWAY, "/v1/models", "/v1/chat/completions"}


@pytest.mark.parametrize(
    ("path", "is_open"),
    [
        ("/v1/models", True),
        ("/models", True),
        ("/v1/chat/completions", True),
        ("/chat/completions", True),
        ("/v1/models?x=1", False),
        ("/v1/models/x", False),
        ("/v1/models/../../key/list", False),
        ("/v1/embeddings", False),
        ("/key/list", False),
        ("", False),
    ],
)
@pytest.mark.parametrize("below", ["", "/litellm"])
def test_its_paths_are_those_below_its_own_address(path: str, is_open: bool, below: str) -> None:
    policy = EgressPolicy(trusted=(f"http://gateway.internal:4000{below}/",))
    url = f"http://gateway.internal:4000{below}{path}"
    if is_open:
        policy.check(url)
    else:
        with pytest.raises(EgressRefusedError, match="and nothing else"):
            policy.check(url)
