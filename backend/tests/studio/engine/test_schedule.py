"""Requests with times go at their own, whatever became of those before; who has to wait is told to be late."""

import asyncio

import pytest

from src.studio.engine.events import Finished
from src.studio.engine.generator import Generator
from src.studio.engine.plan import Block, Lane, Plan, Planned, Target
from src.studio.engine.record import Record
from tests.studio.llm.raw_server import CHUNKED, DONE, END, FINISH, HELLO, chunk, raw_server

SLOW = (CHUNKED, 0.3, chunk(HELLO + FINISH + DONE) + END)


def sent(base_url: str, times: list[float | None], places: int) -> list[Record]:
    """Return the records of requests with these times, in order."""
    requests = [Planned(str(n), "t", "hello", send_at_ms=at) for n, at in enumerate(times)]
    prompts = {"hello": [{"role": "user", "content": "Say hello."}]}
    plan = Plan([Target("t", "p", "m", base_url)], prompts, [Lane("p", [Block(places, requests)])])

    async def run() -> list[Record]:
        async with Generator(plan) as generator:
            return [event.record async for event in generator if isinstance(event, Finished)]

    return sorted(asyncio.run(run()), key=lambda record: int(record.key))


def test_requests_are_sent_at_their_times_and_not_before() -> None:
    times = [0.0, 20.0, 20.0, 170.0]
    with raw_server(*SLOW) as server:
        records = sent(server.base_url, [*times], places=4)
    assert [record.status for record in records] == ["success"] * 4
    scheduled = [record.scheduled_ns or 0 for record in records]
    assert [(at - scheduled[0]) / 1e6 for at in scheduled] == times
    assert min(record.dispatch_delay_ms or 0 for record in records) >= 0
    # the fourth did not wait for the first, which takes longer
    assert (records[3].sent_ns or 0) < records[0].end_ns


def test_who_waits_for_a_place_has_been_late_since_its_time() -> None:
    with raw_server(*SLOW) as server:
        records = sent(server.base_url, [0.0, 10.0, 20.0], places=1)
    assert [record.status for record in records] == ["success"] * 3
    first, second, third = ((record.sent_ns or 0, record.end_ns) for record in records)
    assert first[1] <= second[0] < second[1] <= third[0]
    assert (records[2].dispatch_delay_ms or 0) > 500
    assert (records[2].ttft_ms or 0) < 500


@pytest.mark.parametrize("times", [[0.0, None], [None, 0.0], [5.0, 4.0]])
def test_times_that_make_no_sense_are_refused(times: list[float | None]) -> None:
    with pytest.raises(ValueError, match="have times, in their order, or none has"):
        sent("http://127.0.0.1:1", times, places=1)
