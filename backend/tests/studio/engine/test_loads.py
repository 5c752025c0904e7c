"""Loads as they are carried out: for a time, with grace, by a ramp, at a rate, and with servers that fail."""

import asyncio
import itertools
import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from src.studio.engine.events import Event, Ready, Report, Started
from src.studio.engine.generator import Generator
from src.studio.engine.modes import LoadPoint, blocks_of
from src.studio.engine.plan import Block, Lane, Plan, Planned
from src.studio.engine.record import Record
from src.studio.engine.run import OVER, Run
from src.studio.engine.statistics import summarise_records
from src.studio.llm.client import ChatClient
from src.studio.llm.guarded import guarded_connector
from src.studio.llm.sdk import sdk_available
from src.studio.llm.stamping import StampingConnector
from tests.studio.engine.records import plan
from tests.studio.engine.test_generator import records, told
from tests.studio.llm.raw_server import (
    CHUNKED,
    DONE,
    END,
    FINISH,
    HELLO,
    chunk,
    close,
    raw_server,
    reset,
    response,
)
from tests.studio.llm_mock import LlmMock

WHOLE = CHUNKED + chunk(HELLO + HELLO + FINISH + DONE) + END
MS = 1_000_000


def slow(seconds: float) -> tuple[bytes | float, ...]:
    return CHUNKED, seconds, chunk(HELLO + FINISH + DONE) + END


def load(base_url: str, *blocks: Block, model: str = "m", **options: Any) -> Plan:
    given = plan(base_url, [model], **options)
    return replace(given, lanes=[Lane("p", list(blocks))])


def repeated(places: int, model: str = "m", **options: Any) -> Block:
    return Block(places, [Planned("", model, "hello")], repeat=True, key_prefix="k", **options)


def carried_out(base_url: str, *blocks: Block, **options: Any) -> list[Record]:
    return records(told(load(base_url, *blocks, **options)))


def test_a_loop_goes_on_for_its_time_and_what_is_under_way_then_ends_in_grace() -> None:
    with raw_server(*slow(0.2)) as server:
        found = carried_out(server.base_url, repeated(2, duration_ms=900, grace_ms=20_000))
    assert {record.status for record in found} == {"success"}
    assert {record.key for record in found} == {f"k{n}" for n in range(1, len(found) + 1)}
    start = min(record.scheduled_ns for record in found)
    assert all(record.scheduled_ns < start + 900 * MS for record in found)
    assert max(record.end_ns for record in found) > start + 900 * MS
    # one for each that made room in time, a moment before the end left out, and no more than there is time for
    early = sum(record.end_ns < start + 700 * MS for record in found)
    assert 2 + max(early, 1) <= len(found) <= 10


def test_what_is_under_way_after_grace_is_cancelled_and_told() -> None:
    answers = itertools.chain([60.0] * 3, itertools.repeat(0.0))
    with raw_server(lambda _: time.sleep(next(answers)), WHOLE) as server:
        found = carried_out(
            server.base_url, repeated(3, duration_ms=400, grace_ms=50), Block(1, [Planned("next", "m", "hello")])
        )
    cancelled = [record for record in found if record.status == "cancelled"]
    assert [(record.error, record.error_kind) for record in cancelled] == [(OVER, None)] * 3
    start = min(record.scheduled_ns for record in found)
    assert all(430 * MS < record.end_ns - start < 30_000 * MS for record in cancelled)
    # the next block is not touched
    assert [record.status for record in found if record not in cancelled] == ["success"]


def test_without_grace_all_may_end() -> None:
    with raw_server(*slow(0.6)) as server:
        found = carried_out(server.base_url, repeated(3, duration_ms=100))
    assert [record.status for record in found] == ["success"] * 3


def test_places_open_one_after_another() -> None:
    with raw_server(*slow(0.3)) as server:
        found = carried_out(server.base_url, repeated(4, duration_ms=2000, ramp_ms=1600))
    start = min(record.scheduled_ns for record in found)
    for record in found:
        at = record.scheduled_ns
        busy = sum(other.scheduled_ns <= at < other.end_ns for other in found)
        assert busy <= 1 + (at - start) // (400 * MS)
    summary = summarise_records(found)
    assert summary.max_in_flight == 4
    full = min(
        record.scheduled_ns
        for record in found
        if sum(other.scheduled_ns <= record.scheduled_ns < other.end_ns for other in found) == 4
    )
    assert full - start >= 1200 * MS
    # what came before all places were open is in no rate
    assert summary.window_seconds <= (max(record.end_ns for record in found) - full) / 1e9


def test_what_has_times_ends_with_them_and_who_got_no_place_is_told_too() -> None:
    times = [100.0 * n for n in range(12)]
    block = Block(
        1, [Planned("", "m", "hello")], repeat=True, key_prefix="k", times_ms=times, duration_ms=950, grace_ms=50
    )
    answers = itertools.chain([0.0] * 2, itertools.repeat(60.0))
    with raw_server(lambda _: time.sleep(next(answers)), WHOLE) as server:
        found = carried_out(server.base_url, block)
    found.sort(key=lambda record: record.scheduled_ns)
    assert [record.key for record in found] == [f"k{n}" for n in range(1, 11)]
    assert [record.status for record in found] == ["success"] * 2 + ["cancelled"] * 8
    start = found[0].scheduled_ns
    assert [round((record.scheduled_ns - start) / MS) for record in found] == [100 * n for n in range(10)]
    assert all(record.open_loop for record in found)
    assert [record.sent_ns is None for record in found] == [False] * 3 + [True] * 7
    assert {record.error for record in found[2:]} == {OVER}
    summary = summarise_records(found)
    assert (summary.n, summary.statuses) == (10, {"success": 2, "cancelled": 8})
    assert summary.offered_rate == pytest.approx(10, rel=0.01)


def test_a_cancel_tells_all_that_was_due_and_nothing_else() -> None:
    async def run(given: Plan) -> tuple[list[Event], float]:
        events: list[Event] = []
        cancelled = 0.0
        async with Generator(given) as generator:
            async for event in generator:
                events.append(event)
                if isinstance(event, Started) and not cancelled:
                    await asyncio.sleep(0.45)
                    cancelled = time.perf_counter_ns()
                    generator.cancel()
        return events, cancelled

    block = Block(
        2, [Planned("", "m", "hello")], repeat=True, key_prefix="k", times_ms=[100.0 * n for n in range(99)]
    )
    with raw_server(*slow(60)) as server:
        events, cancelled = asyncio.run(run(load(server.base_url, block)))
    found, ready, report = records(events), events[0], events[-1]
    assert isinstance(ready, Ready)
    assert isinstance(report, Report)
    assert {(record.status, record.error) for record in found} == {("cancelled", None)}
    assert sum(record.sent_ns is not None for record in found) == 2
    assert sorted(record.scheduled_ns for record in found) == [
        min(record.scheduled_ns for record in found) + n * 100 * MS for n in range(len(found))
    ]
    assert {record.key for record in found} == {f"k{n}" for n in range(1, len(found) + 1)}
    # by the generator's clock, which is ours: all that was due when it was cancelled, nothing due after it ended
    due = sum(record.scheduled_ns <= cancelled - ready.start_ns for record in found)
    last = max(record.end_ns for record in found)
    assert 5 <= due <= len(found)
    assert all(record.scheduled_ns <= last for record in found)


@pytest.mark.parametrize("end", [close, reset])
def test_a_server_that_closes_every_connection_is_not_hammered(end: Callable) -> None:
    with raw_server(end) as server:
        found = carried_out(server.base_url, repeated(2, duration_ms=550, grace_ms=1000))
    assert {(record.status, record.error_kind) for record in found} == {("error", "connection")}
    assert 4 <= len(found) <= 14  # they come a tenth of a second apart; fewer of a busy machine
    assert summarise_records(found).request_rate == 0


def test_where_nobody_listens_each_request_is_told() -> None:
    found = carried_out("http://127.0.0.1:9/v1", repeated(2, most=6))
    assert [(record.status, record.error_kind, record.sent_ns) for record in found] == [
        ("error", "connection", None)
    ] * 6


def test_a_model_that_answers_nothing_has_no_times(mock: LlmMock) -> None:
    model = "mock:tokens=0,ttft=20"
    found = carried_out(mock.api_url, repeated(2, model=model, most=4), model=model)
    summary = summarise_records(found)
    assert (summary.n, summary.ttft_ms, summary.itl_ms, summary.scheduled_ttft_ms) == (4, None, None, None)
    assert summary.output_tokens == 0
    assert summary.distributions["ttft_ms"] is None


@pytest.mark.parametrize(
    "block",
    [Block(3, []), Block(3, [Planned("", "m", "hello")], repeat=True, most=0, key_prefix="k"),
     Block(3, [Planned("", "m", "hello")], repeat=True, times_ms=[], key_prefix="k"),
     Block(3, [Planned("", "m", "hello")], repeat=True, duration_ms=0, grace_ms=0, key_prefix="k")],
)  # fmt: skip
def test_nought_requests_are_no_requests(block: Block) -> None:
    with raw_server(WHOLE) as server:
        events = told(load(server.base_url, block))
    assert records(events) == []
    assert isinstance(events[-1], Report)
    assert summarise_records([]).window_seconds == 0


def test_who_comes_while_eight_are_served_has_waited_since_then(mock: LlmMock) -> None:
    """Coordinated omission: at 20/s with a cap of 8 on a server that takes 1 s, sent requests look quick."""
    model = "mock:ttft=1000,itl=1,tokens=2"
    point = LoadPoint("rate", 20, duration_s=3, arrival="constant", cap=8, grace_s=30)
    events = told(load(mock.api_url, *blocks_of(point, [Planned("k", model, "hello")]), model=model))
    found, ready = records(events), events[0]
    assert isinstance(ready, Ready)
    summary = summarise_records(found)
    assert summary.statuses == {"success": 60}
    assert summary.ttft_ms is not None
    assert summary.scheduled_ttft_ms is not None
    # 60 requests of 1 s in 8 places take 7.5 s; the last one was due after 2.95 s
    assert summary.ttft_ms.max < summary.scheduled_ttft_ms.max / 2
    assert summary.scheduled_ttft_ms.p50 > 2000
    assert summary.scheduled_ttft_ms.max > 4500
    truth = {entry["request_id"]: entry for entry in mock.log()}
    start = min(record.scheduled_ns for record in found)
    for record in found:
        number = int(record.key.removeprefix("k")) - 1
        assert record.scheduled_ns - start == pytest.approx(50 * MS * number, abs=2)
        sent = next(at for kind, at, *_ in truth[record.request_id]["events"] if kind == "content")
        waited = (sent - ready.start_ns - record.scheduled_ns) / MS  # by the server's clock, which is ours
        assert waited <= (record.scheduled_ttft_ms or 0) < waited + 2000  # of a busy machine
    assert summary.max_in_flight == 8
    # 8 a second in bursts of 8, of which two lie in so short a window; fewer of a busy machine
    assert 4 < (summary.request_rate or 0) < 13
    assert summary.offered_rate == pytest.approx(20, rel=0.001)


def test_a_wall_clock_that_is_set_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    draws = random.Random(1)  # noqa: S311 - not a secret
    monkeypatch.setattr(time, "time", lambda: draws.uniform(0, 4e9))
    events: list[Event] = []

    async def run(given: Plan) -> None:
        async with ChatClient(guarded_connector(given.open_to)) as client:
            await Run(given, client, events.append)()

    with raw_server(*slow(0.05)) as server:
        asyncio.run(run(load(server.base_url, repeated(2, duration_ms=500, grace_ms=2000))))
    found = records(events)
    assert {record.status for record in found} == {"success"}
    assert 4 <= len(found) <= 22
    for record in found:
        assert 49 < (record.ttft_ms or 0) < 5000
        assert 0 <= record.scheduled_ns <= (record.sent_ns or 0) <= record.end_ns < 10e9


def test_what_a_warm_up_counted_makes_lengths_exact(mock: LlmMock) -> None:
    """The mock counts words: those of the prompt come on top of the synthetic ones."""
    prompts = {"hello": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Say hello."}]}
    warmup = Block(1, [Planned("w", "fast", "hello", "warmup", input_tokens=200)])
    measured = Block(1, [Planned("", "fast", "hello", input_tokens=n) for n in (200, 50, 3)], repeat=True, most=3)
    given = load(mock.api_url, warmup, measured, model="fast", prompts=prompts)
    events = told(replace(given, exact_input=True))
    # three are fewer than the prompt has by itself
    assert [record.input_tokens for record in records(events)] == [204, 200, 50, 5]
    report = events[-1]
    assert isinstance(report, Report)
    assert report.overheads == {"fast": 4}
    again = replace(given.targets[0], overhead_tokens=report.overheads["fast"])
    later = replace(given, exact_input=True, targets=[again], lanes=[Lane("p", [measured])])
    assert [record.input_tokens for record in records(told(later))] == [200, 50, 5]
    assert [record.input_tokens for record in records(told(given))] == [204, 204, 54, 7]


def test_without_a_nonce_the_same_prompt_comes_again(mock: LlmMock) -> None:
    given = load(mock.api_url, repeated(1, model="cached", most=3), model="cached")
    before = len(mock.log())
    found = records(told(replace(given, nonce=False)))
    contents = {entry["body"]["messages"][0]["content"] for entry in mock.log()[before:]}
    assert contents == {"Say hello."}
    assert [record.cached_tokens for record in found] == [64] * 3


def test_a_request_s_own_output_length_is_kept(mock: LlmMock) -> None:
    block = Block(1, [Planned("", "fast", "hello", output_tokens=n) for n in (3, 7)], repeat=True, most=4)
    found = carried_out(mock.api_url, block, model="fast", params={"max_tokens": 15})
    assert [(record.output_tokens, record.finish_reason) for record in found] == [(3, "length"), (7, "length")] * 2


def test_a_rate_that_cannot_be_kept_is_told_and_every_request_with_it(mock: LlmMock) -> None:
    model = "mock:ttft=1,itl=0,tokens=2"
    point = LoadPoint("rate", 20_000, requests=600, arrival="constant")
    events = told(load(mock.api_url, *blocks_of(point, [Planned("k", model, "hello")]), model=model))
    assert len(records(events)) == 600
    report = events[-1]
    assert isinstance(report, Report)
    assert (report.dispatch_p99_ms or 0) > 5
    assert report.client_limited


def test_more_calls_through_the_sdk_than_it_takes_are_few_and_told() -> None:
    under_way, most, lock = 0, 0, threading.Lock()

    def count(change: int) -> None:
        nonlocal under_way, most
        with lock:
            under_way += change
            most = max(most, under_way)

    refused = response("400 Bad Request", b'{"error": {"message": "no"}}')
    with raw_server(lambda _: count(1), 0.1, lambda _: count(-1), refused) as server:
        model = "anthropic/claude"
        given = load(server.base_url, repeated(16, model=model, most=20), model=model)
        sdk = replace(given.targets[0], route="sdk")
        events = told(replace(given, targets=[sdk]))
    assert len(records(events)) == 20
    assert most == (4 if sdk_available() else 0)
    report = events[-1]
    assert isinstance(report, Report)
    [note] = report.notes
    assert note.startswith(f"{model}: 4 at once in place of 16.")


def test_a_generator_that_sends_late_says_so() -> None:
    assert Report(1, 1, 0.1, 60, 9, dispatch_p99_ms=5.1).client_limited
    assert not Report(1, 1, 0.1, 60, 9, dispatch_p99_ms=4.9).client_limited


class SlowToConnect(StampingConnector):
    async def _create_connection(self, *arguments: Any, **options: Any) -> Any:
        await asyncio.sleep(0.2)
        return await super()._create_connection(*arguments, **options)


def test_what_opening_connections_takes_is_not_the_generator_s_delay() -> None:
    times = [1100 + 20.0 * n for n in range(5)]  # connections are opened before for what is sent in a second
    block = Block(9, [Planned("", "m", "hello")], repeat=True, key_prefix="k", times_ms=times)
    events: list[Event] = []

    async def run(given: Plan) -> None:
        async with ChatClient(SlowToConnect()) as client:
            await Run(given, client, events.append)()

    with raw_server(*slow(0.05)) as server:
        asyncio.run(run(load(server.base_url, block)))
    delays = [record.dispatch_delay_ms or 0 for record in records(events)]
    assert min(delays) > 190
    report = events[-1]
    assert isinstance(report, Report)
    assert report.dispatch_p99_ms is not None
    assert 0 < report.dispatch_p99_ms < max(delays) - 190
