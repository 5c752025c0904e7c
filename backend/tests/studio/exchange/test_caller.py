"""Calls of models: their limits, what is tried again, and what may not be called."""

import asyncio
import time

import pytest

from src.studio.exchange import caller as caller_module
from src.studio.exchange.caller import Caller
from src.studio.llm import sdk
from src.studio.llm.egress import EgressPolicy
from tests.studio.exchange.asking import HELLO, KEY, called, model_at, script
from tests.studio.llm.raw_server import CHUNKED, DONE, END, FINISH, chunk, close, raw_server
from tests.studio.llm.raw_server import HELLO as WORDS
from tests.studio.llm_mock import LlmMock

needs_pack = pytest.mark.skipif(not sdk.sdk_available(), reason="LiteLLM's SDK is not installed")
LOOPBACK = EgressPolicy(allowed_networks=("127.0.0.0/8",))
LIMITED = {"options": {"status": 429, "retry_after": 1}}
FAILED = {"options": {"status": 500}}


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize("model", ["fast", pytest.param("anthropic/fast", marks=needs_pack)])
def test_what_fails_for_a_moment_is_tried_again_and_told(mock: LlmMock, model: str, streamed: bool) -> None:
    script(mock, {"sequence": [LIMITED, FAILED, {"content": "Hello at last."}]})
    found = called(model_at(mock, model, params={"max_tokens": 50}), streamed=streamed)
    assert (found.answer.status, found.said.content) == ("success", "Hello at last.")
    assert [retry.http_status for retry in found.retries] == [429, 500]
    assert "limit is reached" in found.retries[0].error
    assert 1000 <= found.retries[0].waited_ms <= 1250  # Retry-After
    first, second, third = sorted(mock.log(), key=lambda entry: entry["recv_ns"])
    assert second["recv_ns"] - first["end_ns"] > 1e9
    assert third["recv_ns"] - second["end_ns"] > 1e9


def test_after_four_tries_the_last_error_stands(mock: LlmMock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("src.studio.exchange.retrying.FIRST_WAIT_SECONDS", 0.01)
    script(mock, {"reply": FAILED})
    found = called(model_at(mock))
    assert (found.answer.http_status, len(found.retries), found.transient) == (500, 3, True)
    assert len(mock.log()) == 4


def test_what_will_not_change_is_asked_once(mock: LlmMock) -> None:
    script(mock, {"reply": {"options": {"status": 400}}})
    found = called(model_at(mock))
    assert (found.answer.http_status, found.retries, found.transient) == (400, (), False)
    assert len(mock.log()) == 1


@pytest.mark.parametrize("fault", [{"close_after": 0}, {"close_after": 1}, {"error_after": 1}, {"end_after": 1}])
def test_an_answer_that_breaks_off_is_asked_for_again(mock: LlmMock, fault: dict[str, int]) -> None:
    script(mock, {"sequence": [{"content": "Half of it", "options": fault}, {"content": "All of it"}]})
    found = called(model_at(mock))
    assert (found.said.content, len(found.retries)) == ("All of it", 1)


def test_a_connection_that_goes_before_the_answer_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("src.studio.exchange.retrying.FIRST_WAIT_SECONDS", 0.01)
    with raw_server(close) as server:
        model = model_at(LlmMock(server.base_url.removesuffix("/v1")))
        found = called(model)
    assert (found.answer.failure and found.answer.failure.kind, len(found.retries)) == ("connection", 3)
    assert len(server.requests) == 4


def test_where_nobody_listens_it_is_told_at_once() -> None:
    found = called(model_at(LlmMock("http://127.0.0.1:9")))
    assert (found.retries, found.transient) == ((), False)
    assert found.answer.failure is not None
    assert found.answer.failure.sentence == "The provider's address refuses connections."


def test_a_timeout_is_not_tried_again(mock: LlmMock) -> None:
    script(mock, {"reply": {"options": {"hang": 1}}})
    found = called(model_at(mock, timeout_seconds=0.3))
    assert (found.answer.status, found.retries) == ("timeout", ())


def test_no_more_calls_at_once_than_asked_for_and_each_provider_has_its_own(mock: LlmMock) -> None:
    script(mock, {"reply": {"content": "Hello.", "options": {"ttft": 100}}})

    async def ask() -> None:
        async with Caller(EgressPolicy(), at_once=2) as caller:
            models = [model_at(mock, "fast", provider_key=key) for key in ("a", "b") for _ in range(5)]
            await asyncio.gather(*(caller.ask(model, HELLO, {}) for model in models))

    asyncio.run(ask())
    entries = mock.log()
    assert len(entries) == 10
    assert max(entry["active"] for entry in entries) == 4


def test_a_place_is_kept_while_a_call_waits_to_be_tried_again(mock: LlmMock) -> None:
    script(mock, {"sequence": [LIMITED, {"content": "one"}, {"content": "two"}]})

    async def ask() -> list[str | None]:
        async with Caller(EgressPolicy(), at_once=1) as caller:
            found = await asyncio.gather(*(caller.ask(model_at(mock), HELLO, {}) for _ in range(2)))
            return [one.said.content for one in found]

    assert asyncio.run(ask()) == ["one", "two"]


@pytest.mark.parametrize("model", ["fast", pytest.param("anthropic/fast", marks=needs_pack)])
def test_what_a_user_has_named_is_called_where_the_policy_lets_it(mock: LlmMock, model: str) -> None:
    script(mock, {"reply": {"content": "Hello."}})
    named = model_at(mock, model, guarded=True, params={"max_tokens": 5})
    refused = called(named)
    assert refused.answer.failure is not None
    assert (refused.answer.failure.kind, refused.retries, mock.log()) == ("egress_refused", (), [])
    assert called(named, policy=LOOPBACK).said.content == "Hello."


def test_an_operator_s_address_opens_nothing_to_users(mock: LlmMock) -> None:
    script(mock, {"reply": {"content": "Hello."}})

    async def ask() -> list[str | None]:
        async with Caller(EgressPolicy()) as caller:
            found = [
                await caller.ask(model_at(mock, guarded=guarded), HELLO, {}) for guarded in (False, True, False)
            ]
            return [one.answer.failure.kind if one.answer.failure else None for one in found]

    assert asyncio.run(ask()) == [None, "egress_refused", None]


def test_a_body_says_what_was_asked_and_has_no_key(mock: LlmMock) -> None:
    script(mock, {"reply": {"content": "Hello."}})
    model = model_at(mock, params={"temperature": 0.2, "seed": 7}, send_tags=True)
    found = called(model, tool_choice="auto", tools=[])
    [entry] = mock.log()
    assert entry["body"] == found.request
    assert found.request["metadata"] == {"tags": ["studio"]}
    assert (found.request["temperature"], found.request["seed"]) == (0.2, 7)
    assert KEY not in str(found.request) + repr(model)


def test_numbers_of_any_length_and_halves_of_characters_are_sent(mock: LlmMock) -> None:
    script(mock, {"reply": {"content": "Hello."}})
    found = called(model_at(mock), [{"role": "user", "content": "half \ud83d of it"}], tools=[], seed=10**30)
    assert found.answer.status == "success"
    assert mock.log()[0]["body"]["seed"] == 10**30


def test_without_the_pack_it_is_said_what_is_missing(mock: LlmMock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caller_module, "sdk_available", lambda: False)
    found = called(model_at(mock, "anthropic/fast"))
    assert found.answer.failure is not None
    assert "make providers" in found.answer.failure.sentence


def test_a_call_ends_when_it_is_cancelled(mock: LlmMock) -> None:
    script(mock, {"reply": {"options": {"hang": 1}}})

    async def ask() -> float:
        async with Caller(EgressPolicy()) as caller:
            task = asyncio.create_task(caller.ask(model_at(mock), HELLO, {}))
            await asyncio.sleep(0.3)
            task.cancel()
            start = time.perf_counter()
            with pytest.raises(asyncio.CancelledError):
                await task
        return time.perf_counter() - start

    assert asyncio.run(ask()) < 0.5


def test_connections_are_used_again() -> None:
    whole = CHUNKED + chunk(WORDS + FINISH + DONE) + END
    with raw_server(whole) as server:

        async def ask() -> None:
            async with Caller(EgressPolicy()) as caller:
                model = model_at(LlmMock(server.base_url.removesuffix("/v1")))
                for _ in range(3):
                    await caller.ask(model, HELLO, {})

        asyncio.run(ask())
    assert (len(server.requests), server.connections) == (3, 1)
