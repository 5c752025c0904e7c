"""Child processes: all are stopped with the run. Starting and stopping is what CI does, too."""

from __future__ import annotations

import contextlib
import importlib.util
import random
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.asking import BenchmarkError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Generator, Mapping, Sequence
    from types import ModuleType

BACKEND = Path(__file__).resolve().parents[1]
REPOSITORY = BACKEND.parent
START_SECONDS = 60
POLL_SECONDS = 0.005


def _load_gateways() -> ModuleType:
    """Return `.ci/gateways.py`, with ports that a run of CI beside this one does not take."""
    spec = importlib.util.spec_from_file_location("gateways", REPOSITORY / ".ci" / "gateways.py")
    if spec is None or spec.loader is None:
        raise BenchmarkError("there is no .ci/gateways.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    first = random.randrange(6000, 8000)  # noqa: S311 - not a secret
    module.__dict__["PORTS"] = iter(range(first, first + 1000))
    return module


GATEWAYS = _load_gateways()


@contextlib.contextmanager
def running(
    command: Sequence[str], log: Path, ready: Callable[[], bool], environment: Mapping[str, str] | None = None
) -> Generator[subprocess.Popen[bytes]]:
    """Start a process, give it once `ready()` says so, and stop it whatever happens."""
    with log.open("wb") as out:
        process = GATEWAYS.PROCESSES.start(list(command), out, env=environment)
    try:
        until = time.monotonic() + START_SECONDS
        while not ready():
            if process.poll() is not None or time.monotonic() > until:
                raise BenchmarkError(f"{command[1]} did not start: {log.read_text()[-2000:]}")
            time.sleep(POLL_SECONDS)
        yield process
    finally:
        GATEWAYS.PROCESSES.stop(process)


def run_to_end(command: Sequence[str], log: Path, seconds: float, **options: Any) -> None:  # noqa: ANN401 - Popen's
    """Run a process to its end. Raises `BenchmarkError` when it fails or takes longer than `seconds`."""
    with log.open("wb") as out:
        process = GATEWAYS.PROCESSES.start(list(command), out, **options)
    wait_for_end(process, log, seconds)


def wait_for_end(process: subprocess.Popen[bytes], log: Path, seconds: float) -> None:
    """Wait for a process that was started. Raises `BenchmarkError` as `run_to_end` does."""
    until = time.monotonic() + seconds
    try:
        while process.poll() is None and time.monotonic() < until:
            time.sleep(POLL_SECONDS)
    finally:
        ended = process.poll()
        GATEWAYS.PROCESSES.stop(process)
    if ended != 0:
        reason = "took too long" if ended is None else f"failed: {log.read_text()[-2000:]}"
        raise BenchmarkError(f"{process.args} {reason}")


def script(name: str) -> list[str]:
    """Return the command that runs a file of this folder."""
    return [sys.executable, str(BACKEND / "benchmarks" / name)]


def free_port() -> int:
    """Return a port of this machine that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def listens(port: int) -> bool:
    """Tell whether something accepts connections on a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
