"""However an evaluation ends, its files are whole and say how."""

import os
import pty
import resource
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.studio.eval.conftest import (
    RIGHT,
    SUITE,
    command_of,
    environment_of,
    results_in,
    script,
    summary_in,
)
from tests.studio.llm_mock import LlmMock

MEMORY_MB = 100
SLOW = ("--model", "mock:ttft=300,tokens=5", "--repeats", "100", "--output", "out")

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path, mock: LlmMock) -> Iterator[Start]:
    """Return what starts an evaluation; what still runs at the end is killed."""
    (tmp_path / "trips.yaml").write_text(SUITE)
    started: list[subprocess.Popen[str]] = []

    def run(
        *arguments: str, stderr: int = subprocess.PIPE, preexec_fn: Any = None, **environment: str
    ) -> subprocess.Popen[str]:
        process = subprocess.Popen(  # noqa: S603 - our own program
            command_of("trips.yaml", "--base-url", mock.api_url, *arguments),
            cwd=tmp_path,
            env=environment_of(**environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            preexec_fn=preexec_fn,  # noqa: PLW1509 - these tests start no threads
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def wait_for_results(folder: Path, count: int = 1) -> None:
    """Wait until so many results are on the disk."""
    deadline = time.monotonic() + 60
    path = folder / "results.jsonl"
    while not path.exists() or path.read_bytes().count(b"\n") < count:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_ctrl_c_keeps_what_was_answered_and_says_so(start: Start, tmp_path: Path, mock: LlmMock) -> None:
    script(mock)
    process = start(*SLOW, "--fail-if", "accuracy<1")
    wait_for_results(tmp_path / "out", 6)
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert time.monotonic() - began < 10
    assert "Stopping: what was answered is kept." in errors
    assert "The run was interrupted" in out
    summary, results = summary_in(tmp_path / "out"), results_in(tmp_path / "out")
    assert (summary["state"], summary["checks"]) == ("interrupted", [])
    assert summary["models"][0]["summary"]["results"] == len(results) >= 6
    assert "unscored" not in {result["status"] for result in results}  # what was under way is no error
    assert "interrupted" in (tmp_path / "out/summary.csv").read_text()
    assert ET.parse(tmp_path / "out/junit.xml").getroot()[0].get("tests") == str(len(results))  # noqa: S314
    time.sleep(0.5)  # nothing is sent any more
    assert len(mock.log()) <= len(results) + 4


def test_before_anything_was_answered_it_ends_as_well(start: Start, tmp_path: Path) -> None:
    process = start("--model", "mock:hang=1", "--output", "out")
    deadline = time.monotonic() + 60
    while not (tmp_path / "out/results.jsonl").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert summary_in(tmp_path / "out")["state"] == "interrupted"
    assert summary_in(tmp_path / "out")["sentence"] is None


def test_a_full_disk_ends_it_in_a_sentence_and_leaves_whole_lines(
    start: Start, tmp_path: Path, mock: LlmMock
) -> None:
    """The system refuses to let a file grow beyond a limit, as it does on a full disk."""
    script(mock, *RIGHT)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    process = start(
        *("--model", "fast", "--repeats", "100", "--output", "out"),
        preexec_fn=limit,
        PYTHONDONTWRITEBYTECODE="1",  # Python would leave halves of such files behind
    )
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 2, errors
    assert "eval: out/results.jsonl could not be written on: File too large." in errors
    assert "Traceback" not in errors
    assert "fast" in out  # what was answered is shown all the same
    assert 5 < len(results_in(tmp_path / "out")) < 300
    assert not list((tmp_path / "out").glob(".*"))
    if (tmp_path / "out/summary.json").exists():
        assert summary_in(tmp_path / "out")["state"] == "failed"


def test_whoever_reads_no_more_of_its_output_is_no_trace(start: Start, tmp_path: Path, mock: LlmMock) -> None:
    script(mock, *RIGHT)
    process = start("--model", "fast", "--output", "out", "--quiet")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.wait(60) == 0
    assert "Traceback" not in process.stderr.read()
    process.stdout = None
    assert summary_in(tmp_path / "out")["state"] == "done"


def test_on_a_terminal_a_table_is_redrawn_in_place(start: Start, mock: LlmMock) -> None:
    script(mock)
    ours, theirs = pty.openpty()
    process = start("--model", "fast", "--model", "steady", "--repeats", "3", "--concurrency", "2", stderr=theirs)
    os.close(theirs)
    shown = b""
    while True:
        try:
            shown += os.read(ours, 65536)
        except OSError:
            break
    os.close(ours)
    assert process.wait(60) == 0
    text = shown.decode()
    assert text.count("latency p50") > 2  # drawn again and again
    assert "\x1b[4A\r\x1b[J" in text  # from its first line on: head, two models, the time
    assert " of 9" in text
    assert text.endswith("\x1b[J")  # and gone at the end


def test_it_takes_little_memory_and_loads_nothing_of_the_server(start: Start, mock: LlmMock) -> None:
    """That is what makes it start in half a second; a server takes three."""
    script(mock, *RIGHT)
    process = start("--model", "fast", "--repeats", "20", PYTHONPROFILEIMPORTTIME="1")
    peak = 0
    status = Path(f"/proc/{process.pid}/status")
    while process.poll() is None:
        lines = status.read_text().splitlines()
        peak = max(peak, *(int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)
        time.sleep(0.02)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert 0 < peak * 1024 / 1e6 < MEMORY_MB
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in errors.splitlines() if "|" in line}
    assert {"aiohttp", "orjson", "jsonschema_rs"} <= loaded
    assert (
        loaded & {"fastapi", "starlette", "uvicorn", "pydantic", "sqlalchemy", "alembic", "polars", "mcp"} == set()
    )
