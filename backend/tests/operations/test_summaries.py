"""`make test` and `.ci/run` run everything, and say below their summary how what failed has ended."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.operations.places import TOP_LEVEL

if TYPE_CHECKING:
    from pathlib import Path

GOOD = "planted-good:\n\t@echo it is fine\n"
BAD = "planted-bad:\n\t@seq 100; echo it broke >&2; exit 3\n"


def run(command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command as if there were no `make` around this test."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(  # noqa: S603 - our own programs
        command, env=env | environment, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.fixture
def make_test(tmp_path: Path) -> list[str]:
    """Return the command of `make test` with planted checks and nothing to install."""
    if shutil.which("make") is None:
        pytest.skip("there is no make")
    (tmp_path / "planted").write_text(GOOD + BAD)
    installed = ["backend/.venv/.installed-dev", "frontend/node_modules/.installed"]
    old = [part for file in installed for part in ("-o", file)]
    return [
        "make",
        "-C",
        str(TOP_LEVEL),
        "--no-print-directory",
        *old,
        "test",
        f"MAKEFILES={tmp_path / 'planted'}",
    ]


def test_the_last_lines_of_a_check_that_failed_stand_below_the_summary(
    make_test: list[str], tmp_path: Path
) -> None:
    ended = run([*make_test, "CHECKS=planted-good planted-bad planted-good"], TMPDIR=str(tmp_path))
    assert ended.returncode != 0
    before, _, summary = ended.stdout.partition("\nSummary\n")
    assert before.count("it is fine") == 2
    assert "\n1\n2\n" in before
    results, _, last = summary.partition("\nThe last lines of planted-bad:\n")
    assert results == "  pass  planted-good\n  FAIL  planted-bad\n  pass  planted-good\n"
    lines = [line.strip() for line in last.splitlines()]
    assert len(lines) == 25
    assert {"100", "it broke"} <= set(lines)
    assert "fine" not in last
    assert [path.name for path in tmp_path.iterdir()] == ["planted"]


def test_nothing_stands_there_when_all_is_well(make_test: list[str]) -> None:
    ended = run([*make_test, "CHECKS=planted-good"])
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.endswith("\nSummary\n  pass  planted-good\n")


def program(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def ci(tmp_path: Path) -> Path:
    """Return a copy of `.ci/run` in a tree where every program that it calls is a planted one."""
    place = tmp_path / "repository" / ".ci"
    place.mkdir(parents=True)
    shutil.copy(TOP_LEVEL / ".ci" / "run", place)
    for name in ("git", "node", "npm", "chromium", "python3"):
        program(tmp_path / "bin" / name, "exit 0")
    return place / "run"


def run_ci(ci: Path, tmp_path: Path, *, make: str, python: str) -> subprocess.CompletedProcess[str]:
    program(tmp_path / "bin" / "make", make)
    no_engine = '[ "$1" != -m ] || { echo no engine; exit 0; }'
    program(ci.parents[1] / "backend/.venv/bin/python", f"{no_engine}\n{python}")
    # into a file: what is left behind would keep whoever reads a pipe waiting
    command = ["sh", "-c", 'bash "$0" > "$1" 2>&1', str(ci), str(tmp_path / "told")]
    ended = run(command, PATH=f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    ended.stdout = (tmp_path / "told").read_text()
    return ended


def test_all_is_well(ci: Path, tmp_path: Path) -> None:
    ended = run_ci(ci, tmp_path, make="echo tested", python="echo soaked")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "tested\n" in ended.stdout
    assert "soaked\n" in ended.stdout
    assert ended.stdout.endswith("\n2 passed, 0 failed\n")
    assert "last lines" not in ended.stdout


def test_what_failed_is_told_at_the_end(ci: Path, tmp_path: Path) -> None:
    make = "printf '%s\\n' much before '' Summary '  FAIL  x' 'it broke'; exit 2"
    ended = run_ci(ci, tmp_path, make=make, python="seq 100; echo it leaked >&2; exit 1")
    assert ended.returncode == 1
    results, _, told = ended.stdout.partition("\nThe last lines of make test:\n")
    assert results.splitlines()[-2:][0].startswith("FAILED make test: ")
    summary, _, soak = told.partition("\nThe last lines of the soak:\n")
    assert summary == "  FAIL  x\nit broke\n"
    assert soak.splitlines()[0] == "77"
    assert soak.splitlines()[-3:] == ["100", "it leaked", "0 passed, 2 failed"]


def test_what_is_left_behind_does_not_hold_it_up(ci: Path, tmp_path: Path) -> None:
    make = f"sleep 600 & echo $! > {tmp_path / 'left'}; echo it broke; exit 1"
    ended = run_ci(ci, tmp_path, make=make, python="exit 0")
    os.kill(int((tmp_path / "left").read_text()), signal.SIGTERM)
    assert ended.stdout.endswith("\nThe last lines of make test:\nit broke\n1 passed, 1 failed\n")
