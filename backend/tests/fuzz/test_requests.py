"""Hypothesis asks with whatever bytes a path, a query and headers can have. No answer is a 500."""

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.api.dataset import ENDPOINTS

PATHS = [*ENDPOINTS, "/config", "/health", "/ready", "/metrics", "/openapi.json", "/", "/tokens/x"]
NAMES = ["start_date", "end_date", "format", "breakdown", "team", "timezone"]
HEADERS = [
    b"accept",
    b"accept-encoding",
    b"authorization",
    b"if-none-match",
    b"if-modified-since",
    b"origin",
    b"range",
    b"traceparent",
    b"x-request-id",
    b"content-length",
    b"host",
    b"cookie",
]
DATES = st.dates().map(str) | st.sampled_from(["2026-11-19", "2026-11-20"])
ENCODINGS = st.sampled_from(["gzip", "br;q=1", "gzip;q=x", "*;q=0", "identity;q=0.5,", "br;q=1.5"])

fuzzed = settings(max_examples=300, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
paths = st.sampled_from(PATHS) | st.text(max_size=50).map("/{}".format)
values = st.text(max_size=40).map(str.encode) | st.binary(max_size=40) | DATES.map(str.encode)
queries = st.binary(max_size=200) | st.lists(st.tuples(st.sampled_from(NAMES), values), max_size=6).map(
    lambda pairs: b"&".join(name.encode() + b"=" + value for name, value in pairs)
)
headers = st.lists(
    st.tuples(
        st.sampled_from(HEADERS) | st.binary(min_size=1, max_size=20).map(bytes.lower),
        st.binary(max_size=60) | ENCODINGS.map(str.encode) | st.sampled_from([b"Bearer ", b'W/"x"', b"*"]),
    ),
    max_size=8,
)


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


def ask(runner: asyncio.Runner, app: FastAPI, **parts: Any) -> tuple[int, dict[str, str], bytes]:
    """Return the status, headers and body of the answer to a request of these parts."""
    scope: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/",
        "raw_path": None,
        "root_path": "",
        "query_string": b"",
        "headers": [],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        **parts,
    }
    messages: list[dict[str, Any]] = []

    begin = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict[str, Any]:
        return next(begin, None) or await asyncio.Future()  # the client neither says more nor goes away

    async def send(message: Any) -> None:
        messages.append(dict(message))

    runner.run(app(scope, receive, send))
    head = {name.decode("latin-1"): value.decode("latin-1") for name, value in messages[0]["headers"]}
    return messages[0]["status"], head, b"".join(message.get("body", b"") for message in messages[1:])


def assert_answered(status: int, head: dict[str, str], body: bytes) -> None:
    """Fail where something broke, or an error has not the shape that errors have."""
    assert status != 500
    assert re.fullmatch(r"[\w.:-]{1,128}", head["x-request-id"], re.ASCII)
    if status >= 400 and head.get("content-type") == "application/json":
        told = json.loads(body)
        assert set(told) == {"detail", "code", "request_id"}
        assert told["detail"].endswith(".")
        assert told["request_id"] == head["x-request-id"]


@given(path=paths, query=queries, sent=headers)
@fuzzed
@example(path="/tokens", query=b"start_date=%00&format=%ff", sent=[])
@example(path="/tokens/", query=b"\xff", sent=[])
@example(path="/tokens/hourly", query=b"timezone=../../etc/passwd&team=%F0%9F%A6%8A", sent=[])
@example(path="/tokens", query=b"", sent=[(b"authorization", b"Bearer \xff\xfe")])
@example(path="/tokens", query=b"", sent=[(b"x-request-id", "é".encode())])
def test_no_request_is_answered_with_a_500(
    loop: asyncio.Runner, app: FastAPI, path: str, query: bytes, sent: list[tuple[bytes, bytes]]
) -> None:
    assert_answered(*ask(loop, app, path=path, raw_path=path.encode(), query_string=query, headers=sent))


@given(method=st.text(max_size=10), path=paths)
@example(method="HEAD", path="/tokens?start_date=x")
@fuzzed
def test_no_method_is_answered_with_a_500(loop: asyncio.Runner, app: FastAPI, method: str, path: str) -> None:
    status, head, body = ask(loop, app, method=method, path=path)
    if method != "HEAD":  # its answers have no body
        assert_answered(status, head, body)
    assert status != 500
    if status == 405:
        assert head["allow"]
