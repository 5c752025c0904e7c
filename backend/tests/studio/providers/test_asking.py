"""Providers are asked within bounds, and whatever comes back is a list of models or a sentence."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from src.studio.errors import ProviderAnswerError
from src.studio.llm.egress import EgressPolicy, EgressRefusedError
from src.studio.providers import asking
from src.studio.providers.asking import MAX_BYTES, Asked, Asker, Told
from tests.studio.providers.provider_server import ProviderServer, provider_server
from tests.studio.providers.test_listings import ANTHROPIC, COHERE, GEMINI, OLLAMA, OPENAI

KEY = "sk-of-the-provider"
LOOPBACK = EgressPolicy(allow_private=True)


@pytest.fixture
def server() -> Iterator[ProviderServer]:
    with provider_server() as running:
        yield running


def ask(address: str, dialect: Any = "openai", api_key: str | None = KEY, policy: EgressPolicy = LOOPBACK) -> Told:
    async def asked() -> Told:
        async with Asker(policy) as asker:
            return await asker.models(Asked(address, dialect, api_key))

    return asyncio.run(asked())


def sentence(address: str, **how: Any) -> str:
    with pytest.raises(ProviderAnswerError) as caught:
        ask(address, **how)
    told = str(caught.value)
    assert KEY not in told
    assert address.partition("://")[2] not in told
    return told


def test_an_openai_compatible_address_is_asked_below_it_with_the_key(server: ProviderServer) -> None:
    server.tell("/v1/models", OPENAI)
    told = ask(f"{server.base_url}/v1")
    assert (list(told.models), told.total, told.note) == (["gpt-5.1", "gpt-4o-mini"], 2, None)
    assert told.latency_ms > 0
    (asked,) = server.asked
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.headers["accept-encoding"] == "identity"


def test_anthropic_is_asked_page_by_page_with_headers_of_its_own(server: ProviderServer) -> None:
    server.tell("/v1/models", ANTHROPIC)
    last = {"data": [{"id": "claude-opus-4-5", "display_name": "Claude Opus 4.5"}], "has_more": False}
    server.tell("/v1/models?limit=1000&after_id=claude-sonnet-4-5-20250929", last)
    assert list(ask(server.base_url, "anthropic").models) == ["claude-sonnet-4-5-20250929", "claude-opus-4-5"]
    for asked in server.asked:
        assert (asked.headers["x-api-key"], asked.headers["anthropic-version"]) == (KEY, "2023-06-01")
        assert "authorization" not in asked.headers


def test_geminis_key_is_in_no_address(server: ProviderServer, caplog: pytest.LogCaptureFixture) -> None:
    server.tell("/v1beta/models", GEMINI)
    server.tell("/v1beta/models?pageSize=1000&pageToken=next", {"models": []})
    caplog.set_level("DEBUG")
    assert list(ask(server.base_url, "gemini").models) == ["gemini-2.5-flash"]
    assert server.paths == ["/v1beta/models?pageSize=1000", "/v1beta/models?pageSize=1000&pageToken=next"]
    assert {asked.headers["x-goog-api-key"] for asked in server.asked} == {KEY}
    assert KEY not in caplog.text


def test_cohere_is_asked_at_its_own_list(server: ProviderServer) -> None:
    server.tell("/v1/models", COHERE)
    assert list(ask(server.base_url, "cohere").models) == ["command-a-03-2025"]


def test_where_there_is_no_list_like_openais_ollamas_own_is_asked_for(server: ProviderServer) -> None:
    server.tell("/api/tags", OLLAMA)
    assert list(ask(server.base_url, api_key=None).models) == ["llama3.2:latest"]
    assert server.paths == ["/models", "/api/tags"]
    assert "authorization" not in server.asked[0].headers


def test_a_list_that_never_ends_is_left_after_so_many_pages(server: ProviderServer) -> None:
    server.tell("/v1/models", ANTHROPIC)
    assert len(ask(server.base_url, "anthropic").models) == 1
    assert len(server.asked) == asking.MAX_PAGES


def test_a_list_of_five_thousand_is_whole_and_of_a_longer_one_the_rest_is_named(server: ProviderServer) -> None:
    rows = [{"id": f"model-{number}"} for number in range(5_001)]
    server.tell("/models", {"data": rows[:5_000] * 2})
    told = ask(server.base_url)
    assert (len(told.models), told.total, told.note) == (5_000, 5_000, None)
    server.tell("/models", {"data": rows})
    told = ask(server.base_url)
    assert (len(told.models), told.total) == (5_000, 5_001)
    assert told.note == "The provider lists more than 5,000 models; these are the first 5,000."


def test_what_is_no_list_is_a_sentence(server: ProviderServer) -> None:
    big = b'{"data": [' + b'{"id": "x"},' * (MAX_BYTES // 12) + b"]}"
    page = b"<!doctype html><title>Sign in</title>"
    cases: list[tuple[bytes | Any, dict[str, Any], str]] = [
        (big, {}, "The provider answered with more than 10 MB."),
        (page, {"Content_Type": "text/html"}, "The address answered with a web page. Is it the one of the API?"),
        (page, {}, "The address answered with a web page. Is it the one of the API?"),
        (b"no models", {}, "What the provider answered is not JSON."),
        (b"[" * 100_000, {}, "What the provider answered is not JSON."),
        ({"object": "list"}, {}, "What the provider answered is no list of models."),
        (b"{}", {"Content_Encoding": "gzip"}, "The provider answered compressed, although it was asked not to."),
        (b'{"data": [', {"Content_Length": "1000"}, "The connection broke off in the middle of the answer."),
    ]
    for body, headers, expected in cases:
        server.tell("/models", body, **headers)
        assert sentence(server.base_url) == expected, expected


def test_what_a_provider_says_of_an_error_is_told_without_its_secrets(server: ProviderServer) -> None:
    said = f"Incorrect API key provided: {KEY}. You can find yours at {server.base_url}/keys"
    server.tell("/models", {"error": {"message": said, "type": "invalid_request_error"}}, 401)
    told = sentence(server.base_url)
    assert told.startswith("The provider did not accept the key (HTTP 401): Incorrect API key provided: [key].")


def test_redirects_are_not_followed(server: ProviderServer) -> None:
    server.tell("/models", {}, 302, Location="/elsewhere")
    server.tell("/elsewhere", OPENAI)
    assert "a redirect, which is not followed" in sentence(server.base_url)
    assert server.paths == ["/models"]


def test_who_does_not_answer_in_time_is_left(server: ProviderServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "WHOLE_SECONDS", 0.2)
    server.hang("/models")
    assert sentence(server.base_url) == "The provider did not answer within 0 seconds."


def test_who_is_not_there_is_named_so(server: ProviderServer) -> None:
    assert sentence("http://127.0.0.1:9") == "The provider's address refuses connections."


def test_keys_that_no_header_can_carry_are_not_sent(server: ProviderServer) -> None:
    server.tell("/models", OPENAI)
    with pytest.raises(ProviderAnswerError, match="characters that cannot be sent"):
        ask(server.base_url, api_key="line\r\nX-Injected: yes")
    assert server.asked == []


def test_no_address_is_asked_that_is_not_open(server: ProviderServer) -> None:
    server.tell("/models", OPENAI)
    with pytest.raises(EgressRefusedError, match="not open here"):
        ask(server.base_url, policy=EgressPolicy())
    assert server.asked == []


def test_proxies_of_the_environment_are_not_asked(server: ProviderServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.tell("/models", json.dumps(OPENAI).encode())
    assert len(ask(server.base_url).models) == 2
