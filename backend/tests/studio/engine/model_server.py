"""The model server whose log is the truth, where it lies beside the repository."""

import contextlib
import subprocess
import sys
import urllib.request
from collections.abc import Generator
from typing import Any

import orjson
import pytest

from src.studio.engine.generator import BACKEND

LLM_MOCK = BACKEND.parent.parent / "shared" / "llm-mock" / "llm-mock"
needs_llm_mock = pytest.mark.skipif(
    not LLM_MOCK.exists(), reason="there is no ../shared/llm-mock beside the repository"
)
TOKEN_EVENTS = ("content", "reasoning", "tool")


class ModelServer:
    """A running server. Its log's times are those of `time.perf_counter_ns` on this machine."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._root = base_url.removesuffix("/v1")

    def log(self) -> list[dict[str, Any]]:
        """Return all requests that have ended."""
        with urllib.request.urlopen(f"{self._root}/_log", timeout=30) as answer:  # noqa: S310
            return [orjson.loads(line) for line in answer.read().splitlines()]


def token_events(entry: dict[str, Any]) -> list[tuple[int, int]]:
    """Return when each event with tokens was sent, and how many tokens it has."""
    return [(sent, tokens) for kind, sent, tokens, _ in entry["events"] if kind in TOKEN_EVENTS]


@contextlib.contextmanager
def model_server() -> Generator[ModelServer]:
    """Run a server on a free port."""
    command = [sys.executable, str(LLM_MOCK), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            assert process.stdout is not None
            yield ModelServer(process.stdout.readline().split()[-1])
        finally:
            process.terminate()
            process.wait(10)
