"""Calls through LiteLLM's SDK, against a model server that speaks three protocols and whose log is the truth."""

import asyncio
import dataclasses
import importlib.util
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from src.studio import parameters
from src.studio.engine.events import Finished, Report
from src.studio.engine.generator import Generator
from src.studio.engine.plan import Block, Lane, Plan, Planned, Price, Target
from src.studio.engine.record import Record
from src.studio.engine.run import Run
from src.studio.llm import sdk
from src.studio.llm.answer import Answer
from src.studio.llm.client import ChatClient
from src.studio.llm.egress import EgressPolicy
from src.studio.llm.request import ChatRequest, Endpoint
from src.studio.llm.stamping import StampingConnector
from tests.studio.engine.test_generator import told
from tests.studio.llm_mock import LlmMock, running_mock

KEY = "sk-ant-the-key-in-use-4711"

needs_pack = pytest.mark.skipif(not sdk.sdk_available(), reason="LiteLLM's SDK is not installed")


@pytest.fixture(scope="module")
def server() -> Iterator[LlmMock]:
    with running_mock() as running:
        yield running


def plan(server: LlmMock, *models: str, times: int = 1, concurrency: int = 1, **params: object) -> Plan:
    """Return a plan that asks each model so many times by the SDK's route."""
    targets = [
        Target(
            str(at), "own", model, server.base_url, KEY, {"max_tokens": 100, **params}, Price(1, 2), route="sdk"
        )
        for at, model in enumerate(models)
    ]
    requests = [Planned(f"{target.id}-{n}", target.id, "p", run=n) for target in targets for n in range(times)]
    lane = Lane("own", [Block(concurrency, requests)])
    return Plan(targets, {"p": [{"role": "user", "content": "Say hello."}]}, [lane], timeout_seconds=20)


def measured(given: Plan) -> list[Record]:
    """Return the records of a plan, in the order in which they ended."""
    return [event.record for event in told(given) if isinstance(event, Finished)]


@needs_pack
def test_counts_channels_and_times_are_those_of_the_log(server: LlmMock) -> None:
    server.reset()
    models = ("anthropic/fast", "anthropic/reasoning", "gemini/reasoning", "gemini/cached")
    found = measured(plan(server, *models, times=2))
    truth = {entry["request_id"]: entry for entry in server.log()}
    assert [record.model for record in found] == [model for model in models for _ in range(2)]
    for record in found:
        entry = truth[record.request_id]
        events = [event for event in entry["events"] if event[0] in {"content", "reasoning"}]
        assert record.status == "success", record.error
        assert (record.response_id, record.http_status, record.finish_reason) == (entry["id"], 200, "stop")
        assert (record.chunks, record.output_tokens) == (len(events), sum(event[2] for event in events))
        assert record.input_tokens == entry["usage"]["prompt_tokens"]
        assert record.tokens_source == "usage"
        spent = entry["usage"]["prompt_tokens"] + 2 * entry["usage"]["completion_tokens"]
        assert record.cost == pytest.approx(spent / 1e6)
        first = (events[0][1] - entry["recv_ns"]) / 1e6
        assert record.ttft_ms is not None
        assert first - 5 < record.ttft_ms < first + 250  # a machine that is busy; the benchmark is exact
    thinking = {record.model: record for record in found if "reasoning" in record.model}
    assert all((record.ttfo_ms or 0) - (record.ttft_ms or 0) > 300 for record in thinking.values())
    assert thinking["gemini/reasoning"].reasoning_tokens == 40
    assert thinking["anthropic/reasoning"].reasoning_tokens is None  # its protocol does not tell
    assert found[-1].cached_tokens == 64


@needs_pack
@pytest.mark.parametrize(
    ("model", "status", "kind", "words"),
    [
        ("anthropic/mock:end_after=3", "truncated", "truncated", "before it was complete"),
        ("gemini/mock:end_after=3", "truncated", "truncated", "before it was complete"),
        ("anthropic/mock:error_after=3", "error", "in_stream", "error: The mock was told to fail in mid-stream."),
        ("gemini/mock:error_after=3", "error", "in_stream", "error: The mock was told to fail in mid-stream"),
        ("anthropic/mock:close_after=3", "error", "connection", "in the middle of the answer"),
        ("gemini/mock:close_after=3", "error", "connection", "in the middle of the answer"),
        ("anthropic/mock:hang_after=2", "timeout", "timeout", "after 6 seconds"),
        ("anthropic/mock:hang=1", "timeout", "timeout", "no answer after 6 seconds"),
        ("anthropic/mock:status=429", "error", "http_429", "The provider's limit is reached (HTTP 429): The mock"),
        ("gemini/mock:status=401", "error", "http_401", "did not accept the key (HTTP 401)"),
        ("anthropic/mock:status=500,body=html", "error", "http_500", "a web page"),
        ("anthropic/no-such-model", "error", "http_404", "no such model"),
    ],
)
def test_what_fails_is_told_in_the_provider_s_words(
    server: LlmMock, model: str, status: str, kind: str, words: str
) -> None:
    # the first call of a process loads parts of the SDK
    [record] = measured(replace(plan(server, model), timeout_seconds=6))
    assert (record.status, record.error_kind) == (status, kind)
    assert words in (record.error or "")
    assert "litellm" not in (record.error or "").lower()
    assert KEY not in str(record.to_dict())


@needs_pack
def test_what_a_user_has_named_is_called_where_the_guard_lets_it(server: LlmMock) -> None:
    server.reset()
    given = plan(server, "anthropic/fast")
    guarded = replace(given, targets=[replace(target, guarded=True) for target in given.targets])
    [record] = measured(guarded)
    assert (record.status, record.error_kind, server.log()) == ("error", "egress_refused", [])
    assert "STUDIO_ALLOWED_NETWORKS" in (record.error or "")
    [allowed] = measured(replace(guarded, egress=EgressPolicy(allowed_networks=("127.0.0.0/8",))))
    assert allowed.status == "success"


@needs_pack
def test_counts_that_the_provider_does_not_send_are_estimated_and_said_to_be(server: LlmMock) -> None:
    [record] = measured(plan(server, "anthropic/mock:usage=never,tokens=40,ttft=20,itl=1"))
    assert (record.status, record.tokens_source, record.output_tokens) == ("success", "estimate", 40)


@needs_pack
def test_tool_calls_are_output(server: LlmMock) -> None:
    tools = [{"type": "function", "function": {"name": "weather", "description": "Say hello", "parameters": {}}}]
    [record] = measured(plan(server, "anthropic/tools", tools=tools, tool_choice="required"))
    assert (record.status, record.finish_reason) == ("success", "tool_calls")
    assert record.chunks > 0


@needs_pack
def test_a_parameter_that_the_provider_does_not_take_is_refused_with_its_name(server: LlmMock) -> None:
    [record] = measured(plan(server, "anthropic/fast", frequency_penalty=1.0))
    assert (record.status, record.error_kind, record.http_status) == ("error", "sdk", None)
    assert "frequency_penalty" in (record.error or "")


@needs_pack
def test_never_more_than_four_at_once(server: LlmMock) -> None:
    server.reset()
    found = measured(plan(server, "anthropic/mock:ttft=150,tokens=2", times=12, concurrency=12))
    assert [record.status for record in found] == ["success"] * 12
    assert max(entry["active"] for entry in server.log()) == sdk.MOST_AT_ONCE


@needs_pack
def test_a_stall_is_cancelled_at_once(server: LlmMock) -> None:
    async def cancelled() -> list[Record]:
        found = []
        async with Generator(plan(server, "anthropic/mock:hang_after=2")) as generator:
            async for event in generator:
                if not isinstance(event, Finished | Report):
                    generator.cancel()
                if isinstance(event, Finished):
                    found.append(event.record)
        return found

    assert [record.status for record in asyncio.run(cancelled())] in ([], ["cancelled"])


@needs_pack
@pytest.mark.parametrize("model", ["anthropic/fast", "gemini/fast", "cohere_chat/fast"])
def test_what_a_user_has_named_is_called_through_the_guard_alone(server: LlmMock, model: str) -> None:
    server.reset()
    given = plan(server, model)
    guarded = dataclasses.replace(given, targets=[dataclasses.replace(given.targets[0], guarded=True)])
    [record] = measured(guarded)
    assert (record.status, record.error_kind, record.sent_ns) == ("error", "egress_refused", None)
    assert (record.error or "").startswith("The address [address] leads to this machine itself, which is not open")
    assert server.log() == []


def test_without_the_pack_each_call_says_what_is_missing(server: LlmMock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    given, events = plan(server, "anthropic/fast"), []

    async def run() -> None:
        async with ChatClient(StampingConnector()) as client:
            await Run(given, client, events.append)()

    asyncio.run(run())
    [record] = [event.record for event in events if isinstance(event, Finished)]
    assert (record.status, record.error_kind) == ("error", "sdk")
    assert "make providers" in (record.error or "")


@pytest.mark.parametrize(
    ("model", "spoken"),
    [("anthropic/claude", True), ("gemini/x", True), ("openai/x", False), ("anthropic/", False), ("x", False)],
)
def test_only_what_goes_by_our_connections_is_spoken(model: str, spoken: bool) -> None:
    assert sdk.is_spoken(model) is spoken


ORDERS: dict[str, Any] = {
    "fallbacks": [{"model": "openai/x", "base_url": "http://127.0.0.1:9/v1", "api_key": "k", "client": None}],
    "client": None,
    "api_base": "http://127.0.0.1:9",
    "base_url": "http://127.0.0.1:9",
    "custom_llm_provider": "bedrock",
    "aws_web_identity_token": "oidc/env/PATH",
    "aws_sts_endpoint": "http://127.0.0.1:9/sts",
    "provider_specific_header": {"custom_llm_provider": "anthropic", "extra_headers": {"X-Evil": "1"}},
    "extra_headers": {"X-Evil": "1"},
    "mock_response": "ok",
    "num_retries": 5,
    "metadata": {},
    "api_key": "k",
    "vertex_credentials": "/etc/passwd",
    "tools": [{"type": "mcp", "server_url": "http://127.0.0.1:9"}],
    "deployment_id": "x",
}


@needs_pack
@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("model", ["anthropic/fast", "gemini/fast", "cohere_chat/fast"])
def test_no_order_to_litellm_itself_comes_from_a_user(server: LlmMock, model: str, name: str) -> None:
    client = sdk_client_of()
    answer = Answer()
    asked = {"model": model, "messages": [{"role": "user", "content": "x"}], name: ORDERS[name]}
    request = ChatRequest(Endpoint(server.base_url, model, KEY), "r", [orjson.dumps(asked)], 5)
    server.reset()
    asyncio.run(client(request, answer))
    assert (answer.status, answer.failure.kind if answer.failure else None) == ("error", "sdk")
    assert name in (answer.failure.sentence if answer.failure else "")
    assert server.log() == []


def sdk_client_of() -> Callable[[ChatRequest, Answer], Coroutine[Any, Any, None]]:
    """Return what makes one call through the SDK, in a loop of its own."""
    from src.studio.llm.sdk_client import SdkClient  # noqa: PLC0415 - not where the pack is missing

    async def ask(request: ChatRequest, answer: Answer) -> None:
        async with ChatClient(StampingConnector()) as client:
            await SdkClient(client).ask(request, answer)

    return ask


@pytest.mark.parametrize(
    "asked",
    [
        {"model": "openai/x", "messages": []},
        {"model": "anthropic.claude-v2", "messages": []},
        {
            "model": "anthropic/x",
            "messages": [{"role": "user", "content": [{"type": "image_url", "image_url": "http://x"}]}],
        },
        {"model": "anthropic/x", "messages": "x"},
        {"model": "anthropic/x", "messages": [], "tools": {"type": "function"}},
    ],
)
def test_what_litellm_would_fetch_or_call_elsewhere_is_refused(asked: dict[str, Any]) -> None:
    assert sdk.refusal_of(asked)


def test_what_the_registry_lets_through_for_these_providers_is_taken() -> None:
    registry = orjson.loads((Path(parameters.__file__).parent / "registry.json").read_bytes())
    names = {name for key in ("anthropic", "cohere", "gemini") for name in registry["providers"][key]["params"]}
    assert names
    assert names - sdk.TAKEN == set()
