"""However a run ends, its files are whole and say how."""

import os
import pty
import resource
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.studio.bench.conftest import command_of, environment_of, records_in, summary_in
from tests.studio.llm_mock import LlmMock

MEMORY_MB = 100
SLOW = ("--model", "mock:ttft=300,tokens=20,itl=10", "--concurrency", "4", "--requests", "400", "--output", "out")

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path, mock: LlmMock) -> Iterator[Start]:
    """Return what starts a benchmark; what still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: str, **options: Any) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        given: dict[str, Any] = {
            "stdin": subprocess.DEVNULL,
            "stdout": pipe,
            "stderr": pipe,
            "text": True,
            "env": environment_of(),
            **options,
        }
        process = subprocess.Popen(  # noqa: S603 - our own program
            command_of("--base-url", mock.api_url, *arguments), cwd=tmp_path, **given
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def wait_for_records(folder: Path, count: int = 1) -> None:
    """Wait until so many records are on the disk."""
    deadline = time.monotonic() + 60
    path = folder / "records.jsonl"
    while not path.exists() or path.read_bytes().count(b"\n") < count:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_ctrl_c_keeps_what_was_measured_and_says_so(start: Start, tmp_path: Path, mock: LlmMock) -> None:
    mock.reset()
    process = start(*SLOW)
    wait_for_records(tmp_path / "out", 6)
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Stopping: what was measured is kept." in errors
    assert "The run was interrupted" in out
    summary, records = summary_in(tmp_path / "out"), records_in(tmp_path / "out")
    assert summary["state"] == "interrupted"
    assert "interrupted" in (tmp_path / "out/summary.csv").read_text()
    assert "Interrupted" in (tmp_path / "out/report.html").read_text()
    (point,) = summary["points"]
    statuses = [record["status"] for record in records if record["phase"] == "measure"]
    assert (point["success_count"], point["runs"]) == (statuses.count("success"), len(statuses))
    assert statuses.count("cancelled") == point["statistics"]["statuses"]["cancelled"] > 0
    time.sleep(0.5)  # nothing is sent any more
    assert len(mock.log()) == len(records)


def test_ctrl_c_twice_ends_it_at_once_with_whole_files(start: Start, tmp_path: Path) -> None:
    process = start(*SLOW)
    wait_for_records(tmp_path / "out", 6)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert time.monotonic() - began < 10
    assert "Traceback" not in errors
    assert summary_in(tmp_path / "out")["state"] == "interrupted"
    assert len(records_in(tmp_path / "out")) >= 6


def test_before_anything_was_measured_it_ends_as_well(start: Start, tmp_path: Path) -> None:
    process = start("--model", "mock:hang=1", "--requests", "4", "--output", "out")
    deadline = time.monotonic() + 60
    while not (tmp_path / "out/records.jsonl").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert summary_in(tmp_path / "out")["state"] == "interrupted"
    assert summary_in(tmp_path / "out")["sentence"] is None


def test_a_full_disk_ends_it_in_a_sentence_and_leaves_whole_lines(start: Start, tmp_path: Path) -> None:
    """The system refuses to let a file grow beyond a limit, as it does on a full disk."""
    environment = environment_of(PYTHONDONTWRITEBYTECODE="1")  # Python would leave the halves of such files

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    process = start(
        "--model",
        "fast",
        "--concurrency",
        "4",
        "--requests",
        "2000",
        "--output",
        "out",
        preexec_fn=limit,
        env=environment,
    )
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 2, errors
    assert "bench: out/records.jsonl could not be written on: File too large." in errors
    assert "Traceback" not in errors
    assert "fast@0" in out  # what was measured is shown all the same
    assert 10 < len(records_in(tmp_path / "out")) < 2000
    assert not list((tmp_path / "out").glob(".*"))
    if (tmp_path / "out/summary.json").exists():
        assert summary_in(tmp_path / "out")["state"] == "failed"


def test_a_killed_generator_is_told_and_what_was_measured_is_kept(start: Start, tmp_path: Path) -> None:
    process = start(*SLOW)
    wait_for_records(tmp_path / "out", 6)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGKILL)
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 3, errors
    assert "The load generator ended before its work did (signal 9)." in out
    assert summary_in(tmp_path / "out")["state"] == "failed"
    assert summary_in(tmp_path / "out")["points"][0]["success_count"] > 0


def test_whoever_reads_no_more_of_its_output_is_no_trace(start: Start, tmp_path: Path) -> None:
    process = start("--model", "fast", "--requests", "3", "--output", "out", "--quiet")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.wait(60) == 0
    assert "Traceback" not in process.stderr.read()
    process.stdout = None
    assert summary_in(tmp_path / "out")["state"] == "done"


def test_on_a_terminal_a_table_is_redrawn_in_place(start: Start) -> None:
    ours, theirs = pty.openpty()
    process = start("--model", "fast", "--model", "steady", "--requests", "3", stderr=theirs, text=False)
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
    assert text.count("TTFT p50") > 2  # drawn again and again
    assert "\x1b[4A\r\x1b[J" in text  # from its first line on: head, two models, the time
    assert " of 3" in text
    assert text.endswith("\x1b[J")  # and gone at the end


def test_it_starts_at_once_and_takes_little_memory(start: Start, tmp_path: Path, mock: LlmMock) -> None:
    mock.reset()
    began = time.monotonic_ns()
    process = start(
        "--model", "fast", "--requests", "200", "--concurrency", "4", "--warmup", "0", "--output", "out"
    )
    peak = 0
    status = Path(f"/proc/{process.pid}/status")
    while process.poll() is None:
        lines = status.read_text().splitlines()
        peak = max(peak, *(int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)
        time.sleep(0.02)
    first = min(request["recv_ns"] for request in mock.log())
    assert peak * 1024 / 1e6 < MEMORY_MB
    assert summary_in(tmp_path / "out")["measured"]["max_rss_mb"] < MEMORY_MB
    assert (first - began) / 1e9 < 5  # 0.5 s on a quiet machine
