"""Starts the gateways of the harness on free ports, stops everything that was started, and reads tests' reports."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

ADMIN_KEY = "sk-test-master-key"
DATABASE_PORT_OFFSET = 10_000
START_SECONDS = 20 * 60  # the first start installs LiteLLM
STOP_SECONDS = 30


class StoppedError(Exception):
    """The whole run is being stopped."""


class Processes:
    """Everything that was started, so that nothing outlives the run."""

    def __init__(self) -> None:
        self._lock, self._running, self._stopping = threading.Lock(), set(), False

    def start(self, command: list[str], out: IO[bytes], **options: Any) -> subprocess.Popen:
        """Start a process in a group of its own, with all its output in one file."""
        with self._lock:
            if self._stopping:
                raise StoppedError
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **options,
            )
            self._running.add(process)
            return process

    def stop(self, process: subprocess.Popen) -> None:
        """Stop a process and its group, by force when it does not listen.

        Asked only once: a second signal would hit what the process has started to clean up.
        """
        with self._lock:
            asked = process not in self._running
            self._running.discard(process)
        for sign in () if asked else (signal.SIGTERM, signal.SIGKILL):
            if process.poll() is None:
                os.killpg(process.pid, sign)
                try:
                    process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    print(f"process {process.pid} does not stop", file=sys.stderr)
        process.wait()

    def stop_all(self) -> None:
        """Stop what runs, and let nothing start any more."""
        with self._lock:
            self._stopping, running = True, list(self._running)
        for process in running:
            self.stop(process)


PROCESSES = Processes()
PORTS = iter(range(4100, 5000))
PORTS_LOCK = threading.Lock()


def free_port() -> int:
    """Return a port that is free, and whose database port is free, and never the same twice."""
    with PORTS_LOCK:
        return next(port for port in PORTS if is_free(port) and is_free(port + DATABASE_PORT_OFFSET))


def is_free(port: int) -> bool:
    """Tell whether nothing listens on a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def database_url(port: int) -> str:
    """Return the address of the database of the gateway on a port."""
    return f"postgresql://postgres@127.0.0.1:{port + DATABASE_PORT_OFFSET}/postgres"


@contextmanager
def gateway(harness: Path, seed: list[str], release: dict[str, str], work: Path) -> Generator[int]:
    """Start a gateway, give its port once it answers, and stop it whatever happens."""
    port, log = free_port(), work / "gateway.log"
    command = ["bash", str(harness / "gateway"), "--port", str(port), *seed]
    with log.open("wb") as out:
        process = PROCESSES.start(command, out, env=os.environ | release)
    try:
        until = time.monotonic() + START_SECONDS
        while "gateway ready" not in log.read_text():
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the gateway did not start:\n{log.read_text()[-3000:]}")
            time.sleep(0.5)
        yield port
    finally:
        PROCESSES.stop(process)


@contextmanager
def model_server(harness: Path, work: Path) -> Generator[str]:
    """Start the model server that lies beside the harness, give its address, and stop it."""
    port, log = free_port(), work / "models.log"
    with log.open("wb") as out:
        command = [sys.executable, str(harness.parent / "llm-mock" / "llm-mock"), "--port", str(port)]
        process = PROCESSES.start(command, out)
    try:
        until = time.monotonic() + STOP_SECONDS
        while "llm-mock ready" not in log.read_text():
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the model server did not start:\n{log.read_text()[-3000:]}")
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        PROCESSES.stop(process)


def counted(report: Path) -> tuple[int, str]:
    """Return how many tests of a JUnit report passed, and all counts in words."""
    if not report.exists():
        return 0, "no report"
    names = ("tests", "skipped", "failures", "errors")
    suites = list(ET.parse(report).iter("testsuite"))
    tests, skipped, *bad = (sum(int(suite.attrib[name]) for suite in suites) for name in names)
    passed = tests - skipped - sum(bad)
    return passed, f"{passed} passed, {sum(bad)} failed, {skipped} skipped"
