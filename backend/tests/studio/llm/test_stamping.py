"""Times are those of the reads of the socket, whatever the pieces of HTTP and of events."""

import time
from itertools import pairwise
from typing import Any

import pytest

from src.studio.llm import client
from src.studio.llm.answer import Answer
from src.studio.llm.chunks import Chunk, read_chunk
from tests.studio.llm.calling import call
from tests.studio.llm.raw_server import CHUNKED, DONE, END, FINISH, HELLO, chunk, raw_server


def gaps_ms(answer: Answer) -> list[float]:
    """Return the time from one token event to the next."""
    return [(after - before) / 1e6 for before, after in pairwise(answer.token_ns)]


def test_events_of_one_read_have_one_time_and_those_of_another_have_another() -> None:
    with raw_server(CHUNKED, 0.1, chunk(HELLO + HELLO), 0.2, chunk(HELLO), chunk(FINISH + DONE) + END) as server:
        answer = call(server.base_url)
    together, apart = gaps_ms(answer)
    assert together == 0
    assert apart > 150
    assert answer.first_bytes == 10


def test_an_event_is_there_with_its_last_byte() -> None:
    with raw_server(CHUNKED, chunk(HELLO[:10]), 0.2, chunk(HELLO[10:] + HELLO), chunk(DONE) + END) as server:
        answer = call(server.base_url)
    assert answer.sent_ns is not None
    assert (answer.token_ns[0] - answer.sent_ns) / 1e6 > 150


def test_the_answer_before_on_a_connection_leaves_no_times_behind() -> None:
    head, rest = CHUNKED[:20], CHUNKED[20:]
    with raw_server(head, 0.15, rest, chunk(HELLO), 0.05, chunk(FINISH + DONE) + END) as server:
        answer = call(server.base_url, times=2)
    assert server.connections == 1
    assert answer.sent_ns is not None
    assert (answer.token_ns[0] - answer.sent_ns) / 1e6 > 120


def test_parsing_is_not_in_the_times(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[int] = []

    def slowly(data: bytes, **options: Any) -> Chunk:
        time.sleep(0.1)
        parsed.append(time.perf_counter_ns())
        return read_chunk(data, **options)

    monkeypatch.setattr(client, "read_chunk", slowly)
    with raw_server(CHUNKED + chunk(HELLO + DONE) + END) as server:
        answer = call(server.base_url)
    assert (parsed[0] - answer.token_ns[0]) / 1e6 >= 100
