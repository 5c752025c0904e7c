"""`--server`: a real Studio evaluates, and the same files come of it."""

import json
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.studio.eval.conftest import (
    FILES,
    LATE,
    RIGHT,
    SUITE,
    command_of,
    environment_of,
    results_in,
    script,
    summary_in,
    to,
)
from tests.studio.llm_mock import LlmMock
from tests.studio.whole import Person, until
from tests.test_serving import Serve, Server, serve, served, top_level

__all__ = ["serve", "served", "top_level"]

Start = Callable[..., subprocess.Popen[str]]


def at(server: Server, mock: LlmMock) -> Person:
    """Return somebody at a Studio who has the model server as a provider."""
    mock.reset()
    person = Person(server, f"{uuid4().hex}@example.com")
    person.add_models(mock, "fast", "steady")
    return person


@pytest.fixture
def ada(served: Server, mock: LlmMock) -> Person:
    """Return somebody who has just come to a Studio."""
    return at(served, mock)


@pytest.fixture
def impatient(serve: Serve, mock: LlmMock) -> Iterator[Person]:
    """Return somebody whose Studio lets a job run for no longer than it must."""
    with serve(STUDIO_JOB_TIMEOUT_SECONDS="10") as server:
        yield at(server, mock)


@pytest.fixture
def start(ada: Person, tmp_path: Path) -> Start:
    """Return what starts a run at Ada's Studio."""
    return starting(ada, tmp_path)


def starting(person: Person, tmp_path: Path) -> Start:
    """Return what starts a run at somebody's Studio."""
    (tmp_path / "trips.yaml").write_text(SUITE)
    status, told = person.ask("POST", "/api/auth/cli-token", {"name": "nightly"})
    assert status == 200, told
    environment = environment_of(STUDIO_TOKEN=told["token"])

    def run(*arguments: str, suite: str = "trips.yaml", named: str = "STUDIO_TOKEN") -> subprocess.Popen[str]:
        server = f"http://127.0.0.1:{person.server.port}"
        return subprocess.Popen(  # noqa: S603 - our own program
            command_of(suite, "--server", server, "--token-env", named, "--provider", "mine", *arguments),
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return run


def test_a_studio_evaluates_and_the_same_files_come_of_it(
    ada: Person, start: Start, tmp_path: Path, mock: LlmMock
) -> None:
    script(mock, LATE, *RIGHT)
    process = start(
        *("--model", "fast", "--model", "steady", "--repeats", "2", "--title", "Nightly", "--output", "results"),
        *("--system-of", "steady=Be terse.", "--param", "top_p=0.5", "--fail-if", "accuracy<0.9"),
    )
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 1, errors
    (run,) = ada.get("/api/tool-eval/history")["runs"]
    assert (run["label"], run["state"], run["tool_choice"]) == ("Nightly", "done", "auto")
    assert f"/studio/evals/{run['id']}" in errors
    folder = tmp_path / "results"
    assert sorted(path.name for path in folder.iterdir()) == FILES
    summary, results = summary_in(folder), results_in(folder)
    assert (summary["tool"], summary["state"], summary["suite"]["version"]) == ("studio", "done", 1)
    assert [model["counts"]["tomorrow"] for model in summary["models"]] == [[2, 2], [0, 2]]
    assert len(results) == 12
    assert all(result["raw_request"]["messages"] and result["raw_response"] for result in results)
    late = next(result for result in results if result["status"] == "fail")
    assert (late["model"], late["case"], late["reason"]) == ("steady", "tomorrow", "wrong_arguments")
    assert late["problems"][0]["path"] == "/date"
    assert late["scores"]["tool_selection"] == 1
    assert {(result["case"], result["extra_rounds"]) for result in results} == {
        ("tomorrow", 0), ("both", None), ("thanks", None),
    }  # fmt: skip
    assert "FAIL  steady: accuracy is 67 %, so accuracy<0.9 holds." in out
    assert run["sentence"] in out
    told = {request["model"]: request["body"] for request in mock.log()}
    assert told["steady"]["messages"][0]["content"] == "Be terse."
    assert told["fast"]["messages"][0]["content"] == "Today is Thursday, 7 May 2026."
    assert told["fast"]["top_p"] == 0.5
    kept = "".join(path.read_text() for path in folder.iterdir())
    assert "sk-of-mine" not in kept + out + errors

    (kept_suite,) = ada.get("/api/tool-suites")["suites"]
    again = start("--model", "fast", "--baseline", "results/summary.json", "--fail-if", "accuracy<baseline")
    out, errors = again.communicate(timeout=120)
    assert "3 cases" in out
    assert [suite["id"] for suite in ada.get("/api/tool-suites")["suites"]] == [kept_suite["id"]]
    by_id = start("--model", "fast", "--category", "dates", "--format", "json", suite=kept_suite["id"])
    out, errors = by_id.communicate(timeout=120)
    assert by_id.returncode == 0, errors
    assert json.loads(out)["models"][0]["counts"] == {"tomorrow": [1, 1]}

    mock.reset()
    untold = start("--model", "fast", "--system-of", "fast=", suite=kept_suite["id"])
    out, errors = untold.communicate(timeout=120)
    assert untold.returncode == 0, errors
    assert {message["role"] for request in mock.log() for message in request["body"]["messages"]} == {"user"}


def test_a_changed_file_becomes_the_next_version_of_the_suite_of_its_name(
    ada: Person, start: Start, tmp_path: Path, mock: LlmMock
) -> None:
    script(mock, LATE, *RIGHT)
    _, errors = start("--model", "steady").communicate(timeout=120)
    assert "The suite is kept there: " in errors
    (suite,) = ada.get("/api/tool-suites")["suites"]
    before = ada.get(f"/api/tool-suites/{suite['id']}")
    wishes = "  - {name: wishes, category: later, prompt: Good night!, should_call_tool: false}\n"
    changed = (tmp_path / "trips.yaml").read_text().replace("2026-05-08", "2026-05-09") + wishes
    (tmp_path / "trips.yaml").write_text(changed)
    out, errors = start("--model", "steady", "--category", "later", "--output", "results").communicate(timeout=120)
    assert (
        f"The suite there is as the file has it now: http://127.0.0.1:{ada.server.port}/studio/suites/" in errors
    )
    assert "of 1 case " in out
    assert summary_in(tmp_path / "results")["suite"]["version"] == 2
    (suite,) = ada.get("/api/tool-suites")["suites"]
    after = ada.get(f"/api/tool-suites/{suite['id']}")
    assert suite["id"] == before["id"]
    assert [case["id"] for case in after["test_cases"]][:3] == [case["id"] for case in before["test_cases"]]
    assert [case["name"] for case in after["test_cases"]] == ["tomorrow", "both", "thanks", "wishes"]


def test_a_model_that_is_not_there_is_no_pass(ada: Person, start: Start, mock: LlmMock) -> None:
    script(mock, *RIGHT)
    process = start("--model", "fast", "--model", "no-such-model", "--fail-if", "accuracy<0.5")
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 1, errors
    assert "ok    fast: accuracy is 100 %" in out
    assert "FAIL  no-such-model: accuracy<0.5 cannot be judged: the model was not asked." in out
    unjudged = start("--model", "fast", "--model", "no-such-model")
    out, errors = unjudged.communicate(timeout=120)
    assert unjudged.returncode == 0, errors
    assert "no-such-model was not asked: There is no such model." in out


def test_a_run_whose_time_is_over_says_so_and_has_what_was_answered(
    impatient: Person, tmp_path: Path, mock: LlmMock
) -> None:
    script(mock, to("Thank", {"content": "Welcome."}), to("Oslo", {"content": "No.", "options": {"ttft": 60_000}}))
    process = starting(impatient, tmp_path)("--model", "fast", "--output", "results", "--fail-if", "accuracy<0.1")
    _, errors = process.communicate(timeout=120)
    summary = summary_in(tmp_path / "results")
    assert summary["state"] == "interrupted", summary["error"]
    assert "it took longer than" in summary["error"]
    assert process.returncode == 130, errors


def test_a_refusal_is_a_sentence_and_ctrl_c_leaves_the_run_going(
    ada: Person, start: Start, tmp_path: Path, mock: LlmMock
) -> None:
    script(mock, *(to(word, {"content": "No.", "options": {"ttft": 1500}}) for word in ("Oslo", "Rome", "Thank")))
    refused = start("--model", "no-such-model", "--output", "none")
    _, errors = refused.communicate(timeout=120)
    assert refused.returncode == 2
    assert errors.splitlines()[-1].startswith("eval: The Studio refuses (HTTP 400): no-such-model: ")
    assert not list((tmp_path / "none").iterdir())  # the folder can be named again
    wrong = start("--model", "fast", named="EVAL_TEST_KEY")
    _, errors = wrong.communicate(timeout=60)
    assert wrong.returncode == 2
    assert errors.startswith("eval: The Studio refuses (HTTP 401): ")
    unknown = start("--model", "fast", suite="0" * 32, named="STUDIO_TOKEN")
    _, errors = unknown.communicate(timeout=60)
    assert unknown.returncode == 2
    assert errors.startswith("eval: The Studio refuses (HTTP 404): ")

    process = start("--model", "fast", "--repeats", "30", "--concurrency", "1", "--output", "results")
    until(lambda: any(run["results_done"] > 0 for run in ada.get("/api/tool-eval/history")["runs"]))
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "the run goes on at the Studio" in errors
    summary = summary_in(tmp_path / "results")
    assert summary["state"] == "interrupted"
    (run, *_) = ada.get("/api/tool-eval/history")["runs"]
    assert run["state"] == "running"
    assert summary["error"].endswith(f"/studio/evals/{run['id']}")
