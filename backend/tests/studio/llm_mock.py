"""A model server whose timings are known and whose log is the truth: a program beside the repository."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest

from src.core.settings import TOP_LEVEL

FOLDER = TOP_LEVEL.parent / "shared" / "llm-mock"


class LlmMock:
    """A server that runs."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.api_url = f"{base_url}/v1"

    def log(self) -> list[dict[str, Any]]:
        """Return what is known of each request that has ended."""
        with urllib.request.urlopen(f"{self.base_url}/_log?bodies=1") as answer:  # noqa: S310 - our own
            return [json.loads(line) for line in answer.read().splitlines()]

    def reset(self) -> None:
        """Forget log, counters and script."""
        urllib.request.urlopen(f"{self.base_url}/_reset", data=b"").close()  # noqa: S310 - our own


@contextmanager
def running_mock() -> Generator[LlmMock]:
    """Start a server and stop it. Skips where there is none."""
    if not FOLDER.is_dir():
        pytest.skip("no llm-mock beside the repository")
    command = [sys.executable, "llm-mock", "--port", "0"]
    environment = {"PATH": os.environ["PATH"]}
    with subprocess.Popen(command, cwd=FOLDER, stdout=subprocess.PIPE, text=True, env=environment) as process:  # noqa: S603
        try:
            assert process.stdout is not None
            yield LlmMock(process.stdout.readline().split()[-1].removesuffix("/v1"))
        finally:
            process.terminate()
            process.wait(10)
