"""Rows about the `bench` command as a whole: how soon it sends, what it needs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from benchmarks.asking import BenchmarkError
from benchmarks.processes import BACKEND
from benchmarks.studio_server import LLM_MOCK, model_server
from benchmarks.table import Row
from benchmarks.truth import NAME, add_figure, add_memory, log_of, tokens_of
from benchmarks.watching import Watch

if TYPE_CHECKING:
    from benchmarks.asking import Peer
    from benchmarks.bench import Bench

MODEL = "mock:ttft=20,itl=2,tokens=200"
REQUESTS, PLACES = 120, 8
MOST_START_SECONDS, MOST_MB, MOST_CPU_SECONDS = 1.0, 100.0, 0.2
LOOK_SECONDS = 0.05
MOST_SECONDS = 120


def command(bench: Bench) -> None:
    """Measure a run of the command from its start to its files, where there is a model server."""
    if LLM_MOCK.is_file():
        with model_server(bench.work) as server:
            _command(bench, server)


def _command(bench: Bench, server: Peer) -> None:
    server.request("/_reset", method="POST", body=b"")
    out = bench.work / "bench-command"
    line = [
        *(
            sys.executable,
            str(BACKEND / "app.py"),
            "bench",
            "--base-url",
            f"{server.base_url}/v1",
            "--model",
            MODEL,
        ),
        *("--requests", str(REQUESTS), "--concurrency", str(PLACES), "--output", str(out)),
    ]
    with (bench.work / "bench-command.log").open("wb") as log, Watch(LOOK_SECONDS) as watch:
        began = time.monotonic_ns()
        process = subprocess.Popen(line, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=BACKEND)  # noqa: S603
        watch.start(process.pid)
        code, cpu_seconds = _wait(process)
    entries = log_of(server)
    if code != 0 or not entries:
        raise BenchmarkError(f"`bench` ended with {code}: {(bench.work / 'bench-command.log').read_text()[-500:]}")
    first = (min(entry["recv_ns"] for entry in entries) - began) / 1e9
    chunks = sum(len(tokens_of(entry)) for entry in entries)
    what = f"`bench`, {len(entries)} requests, {chunks:,} chunks"
    add_figure(bench, f"{what}: start of the command to its first request", first, MOST_START_SECONDS)
    if watch.seen:
        add_memory(bench, f"{what}: peak memory of all its processes", watch.most_megabytes, MOST_MB)
    add_figure(bench, f"{what}: CPU time for 1,000 chunks", cpu_seconds / chunks * 1000, MOST_CPU_SECONDS)
    report = out / "report.html"
    size = f"{report.stat().st_size / 1000:.0f} kB" if report.is_file() else "missing"
    bench.table.add(Row(NAME, f"{what}: its report", size, reached=report.is_file()))


def _wait(process: subprocess.Popen[bytes]) -> tuple[int, float]:
    """Return how a process ended, and the CPU seconds of it and of all that it waited for."""
    until = time.monotonic() + MOST_SECONDS
    while time.monotonic() < until:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, usage.ru_utime + usage.ru_stime
        time.sleep(LOOK_SECONDS)
    process.kill()
    process.wait()
    raise BenchmarkError("`bench` took too long")
