"""Records against a model server whose log is the truth: counts, channels, statuses; times are a benchmark's."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.engine import BROKEN
from benchmarks.truth import TOKEN_EVENTS
from src.studio.engine.events import Finished, Started
from src.studio.engine.generator import Generator
from src.studio.engine.plan import Plan
from src.studio.engine.record import Record
from src.studio.engine.statistics import summarise_records
from tests.studio.engine.records import by_model, plan
from tests.studio.engine.test_generator import records, told
from tests.studio.llm_mock import LlmMock, running_mock


@pytest.fixture(scope="module")
def server() -> Iterator[LlmMock]:
    with running_mock() as running:
        yield running


def measured(server: LlmMock, *models: str, **options: int) -> dict[str, list[Record]]:
    """Return the records of each model."""
    return by_model(records(told(plan(server.api_url, models, **options))))


def test_counts_and_channels_are_the_true_ones(server: LlmMock) -> None:
    models = ("fast", "reasoning", "mock:reasoning=5,reasoning_key=reasoning,ttft=30,itl=1", "chunky", "cached")
    found = measured(server, *models, concurrency=5)
    truth = {entry["request_id"]: entry for entry in server.log()}
    for [record] in found.values():
        entry = truth[record.request_id]
        events = [(sent, tokens) for kind, sent, tokens, _ in entry["events"] if kind in TOKEN_EVENTS]
        assert record.status == "success"
        assert (record.response_id, record.finish_reason) == (entry["id"], entry["finish_reason"])
        assert (record.chunks, record.output_tokens) == (len(events), sum(tokens for _, tokens in events))
        assert record.input_tokens == entry["usage"]["prompt_tokens"]
        assert record.reasoning_tokens == entry["usage"]["completion_tokens_details"]["reasoning_tokens"]
        assert record.cached_tokens == entry["usage"]["prompt_tokens_details"]["cached_tokens"]
        assert record.tokens_source == "usage"
    thinking = found["reasoning"][0]
    assert thinking.ttft_ms is not None
    assert thinking.ttfo_ms is not None
    assert thinking.ttfo_ms - thinking.ttft_ms > 300
    assert found["cached"][0].cached_tokens == 64


def test_without_usage_the_estimate_of_plain_text_is_close(server: LlmMock) -> None:
    [[record]] = measured(server, "mock:usage=never,tokens=40,ttft=20,itl=1,per_chunk=8").values()
    assert (record.status, record.tokens_source) == ("success", "estimate")
    assert record.output_tokens == 40  # of " tok" each


def test_tool_calls_are_output(server: LlmMock) -> None:
    tools = [{"type": "function", "function": {"name": "weather", "description": "Say hello", "parameters": {}}}]
    given = plan(server.api_url, ["tools"], params={"tools": tools, "tool_choice": "required"})
    [record] = records(told(given))
    assert (record.status, record.finish_reason) == ("success", "tool_calls")
    assert record.chunks > 0
    assert record.ttfo_ms == record.ttft_ms


STATUSES = {"truncated", "error", "timeout"}


def test_none_of_a_hundred_broken_streams_is_a_success(server: LlmMock) -> None:
    given = plan(server.api_url, BROKEN, concurrency=20, times=10, timeout_seconds=3)
    found = records(told(given))
    assert len(found) == 100
    assert Counter(record.status for record in found).keys() == STATUSES
    assert all(record.error and record.error_kind for record in found)


def test_a_model_that_fails_at_times_is_counted_right(server: LlmMock) -> None:
    found = measured(server, "flaky", times=20)["flaky"]
    summary = summarise_records(found)
    assert summary.statuses == {"success": 16, "error": 4}
    assert [(error.kind, error.count) for error in summary.errors] == [("http_503", 4)]
    assert {record.retry_after_seconds for record in found if record.status == "error"} == {1.0}


def test_a_limit_of_the_server_is_told_by_every_429(server: LlmMock) -> None:
    found = measured(server, "limited", concurrency=8, times=8)["limited"]
    assert Counter(record.error_kind for record in found) == {None: 4, "http_429": 4}


def test_a_cancel_in_flight_is_seen_by_the_server_at_once(server: LlmMock) -> None:
    async def cancel(given: Plan) -> tuple[list[Record], int]:
        found, started, cancelled = list[Record](), 0, 0
        async with Generator(given) as generator:
            async for event in generator:
                started += isinstance(event, Started)
                if started == 8 and not cancelled:
                    await asyncio.sleep(0.3)
                    cancelled = time.perf_counter_ns()
                    generator.cancel()
                if isinstance(event, Finished):
                    found.append(event.record)
        return found, cancelled

    found, cancelled = asyncio.run(cancel(plan(server.api_url, ["slow"], concurrency=8, times=50)))
    assert Counter(record.status for record in found) == {"cancelled": 8}
    until = time.monotonic() + 30
    truth: dict[str, dict[str, Any]] = {}
    while not all(truth.get(record.request_id, {}).get("end_ns") for record in found):
        assert time.monotonic() < until
        truth = {entry["request_id"]: entry for entry in server.log()}
    for record in found:
        entry = truth[record.request_id]
        assert entry["outcome"] == "client gone"
        assert (entry["end_ns"] - cancelled) / 1e9 < 5  # at once; later where this machine is busy
