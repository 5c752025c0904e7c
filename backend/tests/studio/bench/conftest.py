"""Runs the command as people run it: a process of its own, against a model server whose log is the truth."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.studio.llm_mock import LlmMock, running_mock

APP = Path(__file__).parents[3] / "app.py"
KEY = "sk-of-a-test-4711"

Bench = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def mock() -> Iterator[LlmMock]:
    """Return a model server; the tests of a file share it."""
    with running_mock() as running:
        yield running


def command_of(*arguments: str) -> list[str]:
    """Return the command line of a benchmark."""
    return [sys.executable, str(APP), "bench", *arguments]


def environment_of(**environment: str) -> dict[str, str]:
    """Return the environment of a run: nothing of the tests' own."""
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "BENCH_TEST_KEY": KEY} | environment


@pytest.fixture
def bench(tmp_path: Path, mock: LlmMock) -> Bench:
    """Return what runs a benchmark of the model server without a terminal, in an empty folder, until it ends."""

    def run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - our own program
            command_of("--base-url", mock.api_url, *arguments),
            cwd=tmp_path,
            env=environment_of(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            **options,
        )

    return run


def records_in(folder: Path) -> list[dict[str, Any]]:
    """Return the records of a run; every line is whole."""
    return [json.loads(line) for line in (folder / "records.jsonl").read_text().splitlines()]


def summary_in(folder: Path) -> dict[str, Any]:
    """Return the summary of a run."""
    return json.loads((folder / "summary.json").read_text())


def script(mock: LlmMock, *rules: dict[str, Any]) -> None:
    """Set what the model server answers, until its next reset."""
    urllib.request.urlopen(f"{mock.base_url}/_script", data=json.dumps(rules).encode()).close()  # noqa: S310 - our own
