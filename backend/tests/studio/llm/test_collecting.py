"""What a model said is kept by both ways to call it, streamed and not; the log has what it was to say."""

import asyncio
import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from src.studio.llm import sdk
from src.studio.llm.answer import Answer
from src.studio.llm.client import ChatClient
from src.studio.llm.message import MessageCollector
from src.studio.llm.request import ChatRequest, Endpoint
from src.studio.llm.stamping import StampingConnector
from tests.studio.llm_mock import LlmMock, running_mock

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOLS = [{"type": "function", "function": {"name": "get_weather", "parameters": SCHEMA}}]
CALLS = [
    {"name": "get_weather", "arguments": {"city": "Oslo"}},
    {"name": "get_weather", "arguments": {"city": "São Paulo, where it is “warm” most of the year"}},
]

needs_pack = pytest.mark.skipif(not sdk.sdk_available(), reason="LiteLLM's SDK is not installed")
WAYS = ["fast", pytest.param("anthropic/fast", marks=needs_pack), pytest.param("gemini/fast", marks=needs_pack)]


@pytest.fixture(scope="module")
def server() -> Iterator[LlmMock]:
    with running_mock() as running:
        yield running


def script(server: LlmMock, **reply: Any) -> None:
    server.reset()
    body = json.dumps([{"reply": reply}]).encode()
    urllib.request.urlopen(f"{server.base_url}/_script", data=body).close()  # noqa: S310 - our own


def asked(server: LlmMock, model: str, *, streamed: bool) -> tuple[Answer, MessageCollector]:
    """Return what came of one call, and what the model said."""
    is_native = "/" not in model
    address = server.api_url if is_native else server.base_url
    params = {"tools": TOOLS, "max_tokens": 100}
    endpoint = Endpoint(address, model, "sk-the-key", params, streamed=streamed)
    body = endpoint.head() + orjson.dumps([{"role": "user", "content": "How is the weather?"}]) + b"}"
    answer, collector = Answer(), MessageCollector()

    async def ask() -> None:
        async with ChatClient(StampingConnector()) as client:
            way = client
            if not is_native:
                from src.studio.llm.sdk_client import SdkClient  # noqa: PLC0415 - not where the pack is missing

                way = SdkClient(client)
            await way.ask(ChatRequest(endpoint, "r", [body], 20, collect=collector), answer)

    asyncio.run(ask())
    return answer, collector


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize("model", WAYS)
def test_calls_are_kept_with_their_arguments_in_order(server: LlmMock, model: str, streamed: bool) -> None:
    script(server, tool_calls=CALLS)
    answer, said = asked(server, model, streamed=streamed)
    assert (answer.status, answer.failure, answer.streamed) == ("success", None, streamed)
    found = [{"name": call.name, "arguments": json.loads(call.arguments)} for call in said.tool_calls]
    assert found == CALLS
    assert len({call.id for call in said.tool_calls}) == 2
    assert answer.usage is not None
    assert answer.finish_reason == "tool_calls"
    [entry] = server.log()
    assert entry["stream"] is streamed


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize("model", WAYS)
def test_text_is_kept(server: LlmMock, model: str, streamed: bool) -> None:
    script(server, content="It rains in Oslo, as ever.")
    answer, said = asked(server, model, streamed=streamed)
    assert (answer.status, said.content, said.tool_calls) == ("success", "It rains in Oslo, as ever.", [])
    document = said.document()
    assert document["choices"][0]["message"]["content"] == "It rains in Oslo, as ever."
    assert document["usage"]["completion_tokens"] > 0


@pytest.mark.parametrize("streamed", [True, False])
def test_arguments_that_do_not_parse_come_as_they_are(server: LlmMock, streamed: bool) -> None:
    script(server, tool_calls=[{"name": "get_weather", "arguments": '{"city": "Os'}])
    _, said = asked(server, "fast", streamed=streamed)
    assert [call.arguments for call in said.tool_calls] == ['{"city": "Os']


@pytest.mark.parametrize("streamed", [True, False])
def test_an_error_is_nothing_that_the_model_said(server: LlmMock, streamed: bool) -> None:
    script(server, content="half of it", options={"error_after": 1})
    answer, said = asked(server, "fast", streamed=streamed)
    assert answer.status == "error"
    assert said.tool_calls == []


def test_without_a_stream_no_stream_is_asked_for(server: LlmMock) -> None:
    script(server, content="Hello")
    answer, _ = asked(server, "fast", streamed=False)
    [entry] = server.log()
    assert entry["body"]["stream"] is False
    assert "stream_options" not in entry["body"]
    assert len(answer.token_ns) == 1
