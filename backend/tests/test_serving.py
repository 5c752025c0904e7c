"""The server as it runs: what it says where nobody looks at a terminal, and what its processes count together."""

import contextlib
import functools
import json
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.test_cli import copied, environment_of, top_level

__all__ = ["top_level"]

TOKEN = "dashboard-token"
Serve = Callable[..., contextlib.AbstractContextManager["Server"]]


class Server:
    """A running server; `out` and `errors` are the lines that it has written."""

    def __init__(self, port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
        self.port, self.process, self._folder = port, process, folder

    @property
    def out(self) -> list[str]:
        return (self._folder / "out").read_text().splitlines()

    @property
    def errors(self) -> list[str]:
        return (self._folder / "errors").read_text().splitlines()

    def get(self, path: str) -> str:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", headers={"Authorization": f"Bearer {TOKEN}"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.read().decode()

    def wait(self) -> None:
        deadline = time.monotonic() + 120  # a machine may be so busy that a start takes half a minute
        while True:
            try:
                self.get("/health")
            except OSError:
                assert self.process.poll() is None, self.errors
                assert time.monotonic() < deadline
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines of the log."""
        return [json.loads(line) for line in self.errors]


@contextlib.contextmanager
def serving(folder: Path, *arguments: str, **environment: str) -> Generator[Server]:
    """Run the server that is in a folder."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    own = {"VITE_LEADERBOARD_BACKEND_PORT": str(port), "SERVER_BASIC_AUTH_TOKEN": TOKEN}
    command = [sys.executable, str(folder / "backend" / "app.py"), "--demo-if-unconfigured", *arguments]
    with (folder / "out").open("wb") as out, (folder / "errors").open("wb") as errors:
        variables = environment_of(**own, **environment)
        process = subprocess.Popen(command, env=variables, stdin=subprocess.DEVNULL, stdout=out, stderr=errors)  # noqa: S603
    server = Server(port, process, folder)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


@pytest.fixture
def serve(top_level: Path, no_proxies: None) -> Serve:
    """Return what runs the server with some environment, and with the demo gateway where none is in it."""
    return functools.partial(serving, top_level)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a server that the tests of a file share."""
    with pytest.MonkeyPatch.context() as environment:
        for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
            environment.delenv(name, raising=False)
            environment.delenv(name.upper(), raising=False)
        with serving(copied(tmp_path_factory.mktemp("served"))) as server:
            yield server


def test_the_log_is_json_the_greeting_is_not_and_no_secret_is_in_either(serve: Serve) -> None:
    with serve() as server:
        server.get("/tokens?planted=planted")
        with pytest.raises(OSError, match="400"):
            server.get("/tokens?start_date=planted")
    assert server.out[0].startswith("Demo gateway with made-up data.")
    assert server.out[1].startswith("Leaderboard: http://localhost:")
    assert len(server.out) == 2
    told = [(line["route"], line["status"]) for line in server.lines if line["event"] == "request"]
    assert told[-2:] == [("/tokens", 200), ("/tokens", 400)]
    assert {"timestamp", "level", "logger", "event"} <= set.intersection(*map(set, server.lines))
    for secret in (TOKEN, "sk-demo", "127.0.0.1", "planted"):
        assert secret not in "".join(server.errors)


@pytest.mark.parametrize(("arguments", "allowed"), [((), None), (("--reload",), "http://localhost:5173")])
def test_only_a_server_in_development_is_read_by_vites_page(
    serve: Serve, arguments: tuple[str, ...], allowed: str | None
) -> None:
    with serve(*arguments) as server:
        url = f"http://127.0.0.1:{server.port}/config"
        request = urllib.request.Request(url, headers={"Origin": "http://localhost:5173"})
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            assert answer.headers["Access-Control-Allow-Origin"] == allowed


def test_a_server_that_is_asked_by_a_strangers_name_tells_nothing(serve: Serve) -> None:
    with serve() as server:
        url = f"http://127.0.0.1:{server.port}/config"
        request = urllib.request.Request(url, headers={"Host": "evil.example"})
        with pytest.raises(OSError, match="421"):
            urllib.request.urlopen(request, timeout=60)  # noqa: S310


def test_a_level_keeps_requests_out_of_the_log(serve: Serve) -> None:
    with serve(LOG_LEVEL="WARNING") as server:
        server.get("/tokens")
    assert server.lines == []


def test_processes_count_together(serve: Serve) -> None:
    with serve(WEB_CONCURRENCY="2", LOG_LEVEL="error") as server:
        counts = []
        for _ in range(20):
            server.get("/config")
            counts.append(count_of(server.get("/metrics"), "/config"))
        assert counts == list(range(1, 21))
        assert "leaderboard_build_info" in server.get("/metrics")
    assert server.errors == []


def count_of(metrics: str, route: str) -> int:
    """Return how often a route was answered with 200."""
    line = re.search(
        rf'^leaderboard_http_requests_total{{[^}}]*route="{route}"[^}}]*}} (\S+)$', metrics, re.MULTILINE
    )
    return int(float(line[1])) if line else 0
