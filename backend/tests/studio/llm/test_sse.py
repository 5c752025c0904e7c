"""Server-sent events come out the same, whatever the pieces that they arrive in."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from src.studio.llm.limits import TooLargeError
from src.studio.llm.sse import ServerSentEvent, SseParser


def parsed(*pieces: bytes, longest: int = 1000) -> list[ServerSentEvent]:
    """Return all events of a stream that arrives in these pieces, with the one that was under way at its end."""
    parser = SseParser(longest)
    events = [event for piece in pieces for event in parser.feed(piece)]
    last = parser.close()
    return events if last is None else [*events, last]


def data_of(*pieces: bytes) -> list[bytes]:
    return [event.data for event in parsed(*pieces)]


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (b"data: a\n\ndata: b\n\n", [b"a", b"b"]),
        (b"data: a\r\n\r\ndata: b\r\n\r\n", [b"a", b"b"]),
        (b"data: a\r\rdata: b\r\r", [b"a", b"b"]),
        (b"data:a\n\n", [b"a"]),
        (b"data:  a\n\n", [b" a"]),
        (b"data: one\ndata: two\n\n", [b"one\ntwo"]),
        (b"data: one\r\ndata: two\r\n\r\n", [b"one\ntwo"]),
        (b": keep-alive\n\ndata: a\n\n", [b"a"]),
        (b"\xef\xbb\xbfdata: a\n\n", [b"a"]),
        (b"\xef\xbb\xbf\n\ndata: a\n\n", [b"a"]),
        (b"id: 7\nretry: 10\ndata: a\nnonsense\n\n", [b"a"]),
        (b"event: ping\n\n", []),
        (b"data: \xff\xfe\n\n", [b"\xff\xfe"]),
        (b"data: [DONE]", [b"[DONE]"]),
        (b"data: a\n\n\n\n", [b"a"]),
        ("data: ä\u2028b\u0085c\x0bd\x0ce\n\n".encode(), ["ä\u2028b\u0085c\x0bd\x0ce".encode()]),
        (b"", []),
    ],
)
def test_events_are_what_the_standard_says(stream: bytes, expected: list[bytes]) -> None:
    assert data_of(stream) == expected
    assert data_of(*(stream[i : i + 1] for i in range(len(stream)))) == expected


def test_an_event_has_its_name() -> None:
    assert parsed(b"event: error\ndata: {}\n\ndata: a\n\n") == [(b"error", b"{}"), (b"", b"a")]


LINES = st.sampled_from(
    [b"data: a", b"data:b", b"data: \xff", b"data", b": c", b"", b"", b"event: error", b"\xef\xbb\xbfdata: x"]
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # of a busy machine
@given(
    st.lists(st.tuples(LINES, st.sampled_from([b"\n", b"\r\n", b"\r"]))),
    st.lists(st.integers(min_value=0, max_value=200)),
)
def test_any_pieces_give_the_same_events(lines: list[tuple[bytes, bytes]], cuts: list[int]) -> None:
    stream = b"".join(line + end for line, end in lines)
    places = sorted({min(cut, len(stream)) for cut in cuts} | {0, len(stream)})
    pieces = [stream[start:end] for start, end in pairwise(places)]
    assert parsed(*pieces) == parsed(stream)
    assert parsed(*(stream[i : i + 1] for i in range(len(stream)))) == parsed(stream)


@pytest.mark.parametrize(
    "stream",
    [
        b"data: " + b"a" * 1001,
        b": " + b"a" * 1001 + b"\n\ndata: b\n\n",
        b"data: abcdefgh\n" * 200,
    ],
    ids=["a line without an end", "a long comment", "an event of many lines"],
)
def test_what_is_too_long_is_refused(stream: bytes) -> None:
    with pytest.raises(TooLargeError):
        parsed(stream)
    with pytest.raises(TooLargeError):
        parsed(*(stream[i : i + 7] for i in range(0, len(stream), 7)))


def test_many_events_are_not_too_long() -> None:
    assert len(data_of(b"data: abcdefgh\n\n" * 200)) == 200
