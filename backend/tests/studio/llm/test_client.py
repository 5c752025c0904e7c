"""What a call sends, and what is made of every kind of answer, hostile ones included."""

import asyncio
import resource
import socket
import threading
import time
from typing import Any

import orjson
import pytest

from src.studio.llm.answer import Answer
from src.studio.llm.chunks import Usage
from src.studio.llm.client import ChatClient
from src.studio.llm.limits import LARGEST_ANSWER, LARGEST_DOCUMENT
from src.studio.llm.request import ChatRequest, Endpoint
from src.studio.llm.stamping import StampingConnector
from tests.studio.llm.calling import KEY, call, sentence_of
from tests.studio.llm.raw_server import (
    CHUNKED,
    DONE,
    END,
    FINISH,
    HELLO,
    UNTIL_CLOSED,
    USAGE,
    Say,
    chunk,
    close,
    endless,
    event,
    raw_server,
    reset,
    response,
)

WHOLE = CHUNKED + chunk(event({"role": "assistant", "content": ""}) + HELLO + FINISH + USAGE + DONE) + END


def answer_to(*said: bytes | float | Say, **options: Any) -> Answer:
    """Return what is made of an answer."""
    with raw_server(*said) as server:
        return call(server.base_url, **options)


def test_a_whole_answer_is_a_success() -> None:
    answer = answer_to(WHOLE)
    assert (answer.status, answer.failure, answer.http_status, answer.streamed) == ("success", None, 200, True)
    assert (answer.id, answer.finish_reason, answer.usage) == ("chatcmpl-1", "stop", Usage(7, 3, None, None))
    assert len(answer.token_ns) == 1
    assert answer.sent_ns is not None
    assert answer.end_ns is not None
    assert answer.sent_ns < answer.token_ns[0] <= answer.end_ns


def test_a_call_says_what_it_is_told_to_and_no_more() -> None:
    with raw_server(WHOLE) as server:
        call(
            server.base_url + "/", model="meta/llama 3 🦙", params={"max_tokens": 5, "stream": False, "model": "x"}
        )
    [request] = server.requests
    assert request.line == "POST /v1/chat/completions HTTP/1.1"
    assert request.json == {
        "model": "meta/llama 3 🦙",
        "max_tokens": 5,
        "stream": True,
        "stream_options": {"include_usage": True},
        "messages": [{"role": "user", "content": "Say hello."}],
    }
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["x-request-id"] == "request-0"
    assert request.headers["user-agent"].startswith("leaderboard-studio/")
    assert request.headers["accept-encoding"] == "identity"
    assert "cookie" not in request.headers


def test_tags_stand_beside_other_metadata() -> None:
    with raw_server(WHOLE) as server:
        call(server.base_url, tags=("studio",), params={"metadata": {"a": 1}}, api_key=None)
    assert server.requests[0].json["metadata"] == {"a": 1, "tags": ["studio"]}
    assert "authorization" not in server.requests[0].headers


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert answer_to(WHOLE).status == "success"


def test_a_connection_is_used_again() -> None:
    with raw_server(WHOLE) as server:
        call(server.base_url, times=3)
    assert (len(server.requests), server.connections) == (3, 1)


def test_a_stream_that_stays_open_after_its_end_is_a_success_and_leaves_no_connection() -> None:
    with raw_server(CHUNKED + chunk(HELLO + FINISH + DONE)) as server:
        answer = call(server.base_url, times=2, timeout=10)
    assert (answer.status, server.connections) == ("success", 2)


BROKEN: dict[str, tuple[list[bytes | float | Say], str, str]] = {
    "a clean end without finish": ([CHUNKED, chunk(HELLO), END], "truncated", "truncated"),
    "nothing but a head": ([CHUNKED, END], "truncated", "truncated"),
    "an end in the middle of an event": ([CHUNKED, chunk(HELLO + HELLO[:40]), END], "truncated", "truncated"),
    "a body that ends with the connection": ([UNTIL_CLOSED, HELLO, close], "truncated", "truncated"),
    "a close within a chunk": ([CHUNKED, chunk(HELLO)[:-10], close], "error", "connection"),
    "a close between chunks": ([CHUNKED, chunk(HELLO), close], "error", "connection"),
    "a reset": ([CHUNKED, chunk(HELLO), 0.1, reset], "error", "connection"),
    "a close before the head": ([close], "error", "connection"),
    "a reset before the head": ([reset], "error", "connection"),
    "a broken chunk": ([CHUNKED + chunk(HELLO) + b"zz\r\n", close], "error", "invalid_stream"),
    "no HTTP": ([b"SSH-2.0-OpenSSH_9.9\r\n", close], "error", "invalid_stream"),
    "an endless head": ([b"HTTP/1.1 200 OK\r\nX: ", endless(b"a" * 1000, 10**6)], "error", "invalid_stream"),
    "an error event": (
        [CHUNKED, chunk(HELLO + b'data: {"error": {"message": "no"}}\n\n'), END],
        "error",
        "in_stream",
    ),
    "an event named error": (
        [CHUNKED, chunk(b'event: error\ndata: {"message": "no"}\n\n'), END],
        "error",
        "in_stream",
    ),
    "an error after the finish": (
        [CHUNKED, chunk(HELLO + FINISH + b'data: {"error": "no"}\n\n'), END],
        "error",
        "in_stream",
    ),
    "an event that is no JSON": (
        [CHUNKED, chunk(HELLO + b"data: {oops\n\n" + FINISH), END],
        "error",
        "invalid_stream",
    ),
    "an event that is no object": ([CHUNKED, chunk(b"data: [1]\n\n"), END], "error", "invalid_stream"),
    "bytes that are no UTF-8": (
        [CHUNKED, chunk(b'data: {"choices":[{"delta":{"content":"\xff\xfe"}}]}\n\n' + FINISH), END],
        "error",
        "invalid_stream",
    ),
    "a web page": ([response("200 OK", b"<html>", content_type="text/html")], "error", "invalid_stream"),
    "a document that is no JSON": ([response("200 OK", b"{oops")], "error", "invalid_stream"),
    "a document that is an error": ([response("200 OK", b'{"error": {"message": "no"}}')], "error", "in_stream"),
    "a document without finish": (
        [response("200 OK", b'{"choices": [{"message": {"content": "a"}}]}')],
        "truncated",
        "truncated",
    ),
    "a body that is not compressed as it says": (
        [UNTIL_CLOSED.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n") + HELLO, close],
        "error",
        "connection",
    ),
    "nothing to be said": ([b"HTTP/1.1 204 No Content\r\n\r\n"], "error", "http_204"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_answer_is_never_a_success(name: str) -> None:
    said, status, kind = BROKEN[name]
    answer = answer_to(*said)
    assert (answer.status, answer.failure and answer.failure.kind) == (status, kind)
    assert sentence_of(answer).count("127.0.0.1") == 0


@pytest.mark.parametrize(
    "said",
    [
        [CHUNKED, chunk(HELLO + DONE), END],
        [CHUNKED, chunk(HELLO + FINISH), END],
        [UNTIL_CLOSED, HELLO + FINISH, close],
        [CHUNKED, chunk(HELLO + b"data: [DONE]"), END],
        [CHUNKED, chunk(HELLO + FINISH), reset],
        [CHUNKED, chunk((HELLO + FINISH + DONE).replace(b"\n", b"\r\n")), END],
        [CHUNKED, chunk(b": hi\n\n" + HELLO + b"data: \n\n" + FINISH + DONE), END],
        [CHUNKED, *(chunk(bytes([byte])) for byte in HELLO + FINISH + DONE), END],
        [UNTIL_CLOSED, HELLO + FINISH + DONE + b"data: {oops\n\n", close],
    ],
    ids=["done alone", "finish alone", "close after finish", "no last line end", "reset after finish", "CRLF",
         "comments", "byte by byte", "rubbish after done"],
)  # fmt: skip
def test_a_finish_reason_or_done_makes_a_success(said: list[bytes | float | Say]) -> None:
    answer = answer_to(*said)
    assert (answer.status, answer.failure, len(answer.token_ns)) == ("success", None, 1)


def test_an_answer_at_once_is_one_event() -> None:
    usage = {"prompt_tokens": 7, "completion_tokens": 3}
    choice = {"message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}
    answer = answer_to(response("200 OK", orjson.dumps({"id": "x", "choices": [choice], "usage": usage})))
    assert (answer.status, answer.streamed, len(answer.token_ns)) == ("success", False, 1)
    assert answer.usage == Usage(7, 3, None, None)


@pytest.mark.parametrize(
    ("said", "began"),
    [
        ([5.0], False),
        ([CHUNKED, 5.0], True),
        ([CHUNKED, *[chunk(HELLO), 0.1] * 30], True),
        ([CHUNKED, *[chunk(b": keep-alive\n\n"), 0.1] * 30], True),
        ([CHUNKED, chunk(HELLO + FINISH), 5.0], True),
    ],
    ids=["silence", "a head alone", "an endless stream", "endless comments", "no end after the finish"],
)
def test_a_call_ends_with_its_time(said: list[bytes | float | Say], *, began: bool) -> None:
    started = time.monotonic()
    answer = answer_to(*said, timeout=1.5)
    assert time.monotonic() - started < 4.5
    assert (answer.status, answer.failure and answer.failure.kind) == ("timeout", "timeout")
    assert sentence_of(answer) == (
        "The answer was not complete after 1.5 seconds." if began else "There was no answer after 1.5 seconds."
    )


@pytest.mark.parametrize(
    "said",
    [
        [UNTIL_CLOSED, b"data: ", endless(b"a" * 100_000, LARGEST_ANSWER)],
        [UNTIL_CLOSED, endless(b"data: aaaaaaaaaaaaaaaaaaaaaaa\n" * 1000, LARGEST_ANSWER)],
        [UNTIL_CLOSED, endless(HELLO * 1000, 2 * LARGEST_ANSWER)],
        [
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n",
            endless(b" " * 100_000, 3 * LARGEST_DOCUMENT),
        ],
    ],
    ids=["a line without an end", "an event without an end", "a stream without an end", "a large document"],
)
def test_what_is_too_large_ends_the_call_in_flat_memory(said: list[bytes | float | Say]) -> None:
    answer_to(WHOLE)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = answer_to(*said, timeout=60)
    assert (answer.status, answer.failure and answer.failure.kind) == ("error", "too_large")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000


def test_a_redirect_is_not_followed() -> None:
    with raw_server(response("302 Found", b"", "Location: /elsewhere")) as server:
        answer = call(server.base_url)
    assert len(server.requests) == 1
    assert answer.failure is not None
    assert answer.failure.kind == "http_302"
    assert "redirect" in answer.failure.sentence


def test_an_error_whose_body_breaks_off_keeps_its_status() -> None:
    answer = answer_to(b"HTTP/1.1 503 Busy\r\nContent-Length: 100\r\n\r\n{", close)
    assert answer.failure is not None
    assert answer.failure.kind == "http_503"


@pytest.mark.parametrize(
    ("base_url", "said"),
    [
        ("http://127.0.0.1:1/v1", "The provider's address refuses connections."),
        ("http://nowhere.invalid/v1", "The name of the provider's address cannot be resolved."),
        ("http://", "The address or the key has characters that cannot be sent."),
        ("nonsense", "The address or the key has characters that cannot be sent."),
    ],
)
def test_an_address_that_cannot_be_reached_is_told_without_it(base_url: str, said: str) -> None:
    assert sentence_of(call(base_url)) == said


def test_a_key_that_cannot_be_sent_is_told() -> None:
    with raw_server(WHOLE) as server:
        answer = call(server.base_url, api_key="a\r\nX-Evil: 1")
    assert sentence_of(answer) == "The address or the key has characters that cannot be sent."
    assert server.requests == []


def test_a_server_without_tls_is_told() -> None:
    with raw_server(WHOLE) as server:
        answer = call(server.base_url.replace("http:", "https:"))
    assert answer.failure is not None
    assert answer.failure.kind == "connection"


def test_a_cancelled_call_closes_its_connection_at_once_and_leaves_what_there_was() -> None:
    sent, gone = threading.Event(), threading.Event()

    def listen(connection: socket.socket) -> None:
        sent.set()
        if not connection.recv(1):
            gone.set()

    async def cancelled(base_url: str) -> Answer:
        endpoint, answer = Endpoint(base_url, "m"), Answer()
        async with ChatClient(StampingConnector()) as client:
            task = asyncio.create_task(client.ask(ChatRequest(endpoint, "r", [b"{}"], 30), answer))
            await asyncio.to_thread(sent.wait)
            await asyncio.sleep(0.2)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await asyncio.to_thread(gone.wait, 0.5)
        return answer

    with raw_server(CHUNKED, chunk(HELLO), listen) as server:
        answer = asyncio.run(cancelled(server.base_url))
    assert (answer.status, len(answer.token_ns)) == ("cancelled", 1)
    assert answer.end_ns is not None


def test_a_guard_sees_every_address_before_a_socket_is_made() -> None:
    seen = []

    def refuse(info: tuple) -> socket.socket:
        seen.append(info[4][0])
        raise PermissionError("not there")

    async def ask(base_url: str) -> Answer:
        answer = Answer()
        async with ChatClient(StampingConnector(socket_factory=refuse)) as client:
            await client.ask(ChatRequest(Endpoint(base_url, "m"), "r", [b"{}"], 5), answer)
        return answer

    with raw_server(WHOLE) as server:
        answer = asyncio.run(ask(server.base_url))
    assert (seen, server.connections) == (["127.0.0.1"], 0)
    assert sentence_of(answer) == "No connection to the provider could be made."
