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
FILES = ["junit.xml", "results.jsonl", "summary.csv", "summary.json"]
SUITE = """\
name: Trips
system_prompt: Today is Thursday, 7 May 2026.
tools:
  - type: function
    function:
      name: book_train
      description: Book a seat.
      parameters:
        type: object
        properties:
          to: {type: string}
          date: {type: string, format: date}
          seats: {type: integer}
        required: [to, date]
  - type: function
    function:
      name: get_weather
      description: Tell the weather.
      parameters: {type: object, properties: {city: {type: string}}, required: [city]}
test_cases:
  - name: tomorrow
    category: dates
    prompt: Book a seat to Oslo for tomorrow.
    optimal_hops: 1
    expected_calls:
      - tool: book_train
        arguments: {to: Oslo, date: {$date: "2026-05-08"}}
  - name: both
    category: parallel
    prompt: How is the weather in Rome and Bern?
    expected_calls:
      - {tool: get_weather, arguments: {city: Rome}}
      - {tool: get_weather, arguments: {city: Bern}}
  - name: thanks
    category: irrelevance
    prompt: Thank you!
    should_call_tool: false
"""

Eval = Callable[..., subprocess.CompletedProcess[str]]
Rule = dict[str, Any]


def calls(*made: tuple[str, Any]) -> dict[str, Any]:
    """Return an answer of the model server that calls tools."""
    return {"tool_calls": [{"name": name, "arguments": arguments} for name, arguments in made]}


def to(prompt: str, reply: dict[str, Any], **match: Any) -> Rule:
    """Return a rule: what is answered to a prompt with a text in it."""
    return {"match": {"prompt_contains": prompt, **match}, "reply": {"options": {"ttft": 1, "itl": 0}, **reply}}


RIGHT = [
    to("Oslo", calls(("book_train", {"to": "Oslo", "date": "2026-05-08"}))),
    to("Rome", calls(("get_weather", {"city": "Bern"}), ("get_weather", {"city": "Rome"}))),
    to("Thank", {"content": "You are welcome."}),
]
"""What a model answers that does everything right."""
LATE = to("Oslo", calls(("book_train", {"to": "Oslo", "date": "2026-05-09"})), model="steady")
"""What a model answers that takes another day."""


@pytest.fixture(scope="module")
def mock() -> Iterator[LlmMock]:
    """Return a model server; the tests of a file share it."""
    with running_mock() as running:
        yield running


def command_of(*arguments: str) -> list[str]:
    """Return the command line of an evaluation."""
    return [sys.executable, str(APP), "eval", *arguments]


def environment_of(**environment: str) -> dict[str, str]:
    """Return the environment of a run: nothing of the tests' own."""
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "EVAL_TEST_KEY": KEY} | environment


@pytest.fixture
def evaluate(tmp_path: Path, mock: LlmMock) -> Eval:
    """Return what asks the suite of the model server without a terminal, in a folder of its own, until it ends."""
    (tmp_path / "trips.yaml").write_text(SUITE)

    def run(*arguments: str, suite: str = "trips.yaml", **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - our own program
            command_of(suite, "--base-url", mock.api_url, *arguments),
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


def script(mock: LlmMock, *rules: Rule) -> None:
    """Forget what was, and set what the model server answers until it is set anew."""
    mock.reset()
    urllib.request.urlopen(f"{mock.base_url}/_script", data=json.dumps(rules).encode()).close()  # noqa: S310 - our own


def results_in(folder: Path) -> list[dict[str, Any]]:
    """Return the results of a run; every line is whole."""
    return [json.loads(line) for line in (folder / "results.jsonl").read_text().splitlines()]


def summary_in(folder: Path) -> dict[str, Any]:
    """Return the summary of a run."""
    return json.loads((folder / "summary.json").read_text())
