"""A Studio that is away for a moment is waited for, and what broke off is asked for again."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from src.studio.bench import studio as module
from src.studio.bench.errors import StudioError
from src.studio.bench.measuring import Interrupt
from src.studio.bench.options import read_options
from src.studio.bench.remote import RemoteRun
from src.studio.bench.studio import AwayError, Studio

Answer = tuple[int, bytes, bool]
"""A status, a body, and whether the connection breaks off at its end, before the answer's."""
ROWS = [{"key": f"0-{at}-1", "text": "x" * 200_000} for at in range(4)]
LINES = [json.dumps(row).encode() + b"\n" for row in ROWS]


class Scripted(BaseHTTPRequestHandler):
    """Gives the answers of a list, the last one again and again."""

    protocol_version = "HTTP/1.1"
    answers: list[Answer]
    asked: list[str]

    def do_GET(self) -> None:
        """Answer by the script."""
        self.asked.append(self.path)
        status, body, breaks = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.send_response(status)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if body:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(body), body))
        if not breaks:
            self.wfile.write(b"0\r\n\r\n")
        self.close_connection = breaks

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature is http.server's
        """Say nothing."""


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., tuple[str, list[str]]]]:
    """Return what starts a server that gives some answers; it returns its address, and what it is asked for."""
    monkeypatch.setattr(module, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 2.0)
    servers = []

    def start(*answers: Answer) -> tuple[str, list[str]]:
        handler = type("Handler", (Scripted,), {"answers": list(answers), "asked": []})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}", handler.asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def get(url: str) -> Any:
    async def ask() -> Any:
        async with Studio(url, "token") as studio:
            return await studio.get("/api/thing")

    return asyncio.run(ask())


def lines(url: str) -> list[dict[str, Any]]:
    async def ask() -> list[dict[str, Any]]:
        async with Studio(url, "token") as studio:
            return [line async for line in studio.lines("/api/lines", "key")]

    return asyncio.run(ask())


def test_what_is_asked_for_is_asked_for_again_while_it_is_away(script: Callable[..., Any]) -> None:
    url, asked = script((503, b"{}", False), (200, b'{"so', True), (502, b"", False), (200, b'{"so": 1}', False))
    assert get(url) == {"so": 1}
    assert len(asked) == 4


def test_a_studio_that_stays_away_is_given_up_and_one_that_refuses_at_once(script: Callable[..., Any]) -> None:
    url, asked = script((503, b"{}", False))
    with pytest.raises(AwayError):
        get(url)
    assert len(asked) > 2
    url, asked = script((404, b'{"detail": "There is no such run."}', False))
    with pytest.raises(StudioError, match=r"refuses \(HTTP 404\): There is no such run\."):
        get(url)
    assert len(asked) == 1


def test_lines_that_broke_off_are_asked_for_again_and_each_comes_once(script: Callable[..., Any]) -> None:
    whole = b"".join(LINES)
    url, asked = script(
        (200, LINES[0] + LINES[1][:70_000], True),
        (503, b"{}", False),
        (200, LINES[0] + LINES[1] + LINES[2][:5], False),  # cut by somebody between, who calls it whole
        (200, whole, False),
    )
    assert lines(url) == ROWS
    assert len(asked) == 4


def test_lines_that_break_off_at_the_same_place_for_ever_are_given_up(script: Callable[..., Any]) -> None:
    url, _ = script((200, LINES[0] + LINES[1][:10], True))
    with pytest.raises(AwayError):
        lines(url)


def test_what_is_no_studio_is_said_to_be_none(script: Callable[..., Any]) -> None:
    url, _ = script((200, b"<html>\n</html>\n", False))
    with pytest.raises(StudioError, match="What answers is no Studio"):
        lines(url)


@pytest.mark.parametrize(("successes", "state"), [(3, "interrupted"), (0, "failed")])
def test_a_run_that_failed_at_the_studio_after_something_was_measured_is_one_that_was_interrupted(
    script: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, successes: int, state: str
) -> None:
    monkeypatch.setenv("A_TOKEN", "token")
    nothing = dict.fromkeys(("label", "sentence", "started_at", "timestamp", "completed_at", "config", "measured"))
    lists: dict[str, Any] = {name: [] for name in ("targets", "skipped", "adjustments")}
    result = {"point": "fast@0 c1", "success_count": successes}
    run = {**nothing, **lists, "state": "failed", "error": "It took too long.", "results": [result]}
    url, _ = script(
        (200, json.dumps(run | {"through": "direct"}).encode(), False), (200, b'{"records": []}', False)
    )
    options = read_options(["--server", url, "--token-env", "A_TOKEN", "--model", "fast"])

    async def fetch() -> dict[str, Any]:
        async with Studio(url, "token") as studio:
            return await RemoteRun(options, studio, Interrupt()).fetch(None, ended=True)

    summary = asyncio.run(fetch())
    assert (summary["state"], summary["error"]) == (state, "It took too long.")
