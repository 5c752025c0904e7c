"""From an answer to its figures."""

from collections.abc import Sequence

import pytest

from src.studio.engine.measuring import add_schedule, add_tokens, record_of
from src.studio.engine.plan import Planned, Price, Target
from src.studio.engine.record import Record
from src.studio.llm.answer import Answer
from src.studio.llm.chunks import Chunk, Usage

START = 10**12
TARGET = Target("t", "p", "m", "http://host", price=Price(1, 2))


def measured(
    events: Sequence[tuple[float, int, int]], usage: Usage | None = None, target: Target = TARGET
) -> Record:
    """Return the record of events (ms after it was sent, bytes of reasoning, bytes of output)."""
    answer = Answer(streamed=True, sent_ns=START + 5_000_000)
    for at, reasoning, output in events:
        answer.take(Chunk(reasoning=reasoning, output=output), START + 5_000_000 + round(at * 1e6))
    answer.take(Chunk(usage=usage, finish_reason="stop"), 0)
    answer.complete(done=True)
    answer.end_ns = START + 10**9
    record = record_of(Planned("k", "t", "p"), target, answer, request_id="r", start_ns=START)
    add_schedule(record, START + 3_000_000, START)
    add_tokens(record, answer, target, prompt_tokens=11)
    return record


def test_times_are_those_of_the_definitions() -> None:
    record = measured([(100, 4, 0), (150, 0, 4), (170, 0, 4), (200, 0, 4)], Usage(7, 4, 1, 0))
    assert (record.ttft_ms, record.ttfo_ms, record.request_latency_ms) == (100, 150, 200)
    assert (record.icl_ms, record.chunks, record.dispatch_delay_ms) == ([50, 20, 30], 4, 2)
    assert (record.scheduled_ttft_ms, record.scheduled_latency_ms, record.open_loop) == (102, 202, False)
    assert (record.scheduled_ns, record.sent_ns, record.first_token_ns) == (3_000_000, 5_000_000, 105_000_000)
    assert (record.itl_ms, record.first_chunk_tokens) == (pytest.approx(100 / 3), 1)
    assert record.output_tps_user == pytest.approx(30)
    assert record.tokens_per_second == pytest.approx(20)
    assert record.input_tokens_per_second == pytest.approx(70)
    assert record.cost == pytest.approx(15e-6)


def test_reasoning_alone_is_no_output() -> None:
    record = measured([(100, 4, 0), (150, 4, 0)], Usage(7, 2, 2, 0))
    assert (record.ttft_ms, record.ttfo_ms) == (100, None)


def test_tokens_of_the_first_read_are_not_in_the_time_between_tokens() -> None:
    events = [(200 + 80 * (number // 2), 0, 16) for number in range(16)]
    record = measured(events, Usage(7, 64, 0, 0))
    assert (record.first_chunk_tokens, record.itl_ms) == (8, 10)


def test_hidden_reasoning_was_done_by_the_first_chunk() -> None:
    record = measured([(100 + 10 * number, 0, 4) for number in range(11)], Usage(7, 111, 100, 0))
    assert (record.first_chunk_tokens, record.itl_ms) == (101, 10)


@pytest.mark.parametrize("events", [[(100, 0, 4)], [(100, 0, 40)], [(100, 0, 4), (100, 0, 4)]])
def test_one_read_has_no_time_between_tokens(events: list[tuple[float, int, int]]) -> None:
    record = measured(events, Usage(7, 10, 0, 0))
    assert (record.itl_ms, record.output_tps_user, record.ttft_ms) == (None, None, 100)


@pytest.mark.parametrize("usage", [None, Usage(None, 0, None, None)])
def test_without_usage_tokens_are_estimated_and_it_says_so(usage: Usage | None) -> None:
    record = measured([(100, 0, 4), (110, 0, 4), (120, 0, 4)], usage)
    assert (record.input_tokens, record.output_tokens, record.tokens_source) == (11, 3, "estimate")
    assert measured([(100, 0, 40)], usage).output_tokens == 10
    assert (record.reasoning_tokens, record.cached_tokens) == (None, None)


def test_without_a_price_there_is_no_cost() -> None:
    assert measured([(1, 0, 4)], Usage(7, 1, 0, 0), Target("t", "p", "m", "http://host")).cost is None


def test_what_never_began_has_no_tokens() -> None:
    answer = Answer(end_ns=START)
    record = record_of(Planned("k", "t", "p"), TARGET, answer, request_id="r", start_ns=START)
    add_schedule(record, START, START)
    add_tokens(record, answer, TARGET, prompt_tokens=11)
    assert (record.status, record.sent_ns, record.dispatch_delay_ms) == ("cancelled", None, None)
    assert (record.input_tokens, record.output_tokens, record.tokens_source, record.cost) == (None,) * 4
