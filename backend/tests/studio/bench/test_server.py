"""`--server`: a real Studio measures, and the same files come of it."""

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from tests.studio.bench.conftest import command_of, environment_of, records_in, summary_in
from tests.studio.llm_mock import LlmMock
from tests.studio.whole import Person, until
from tests.test_serving import Server, served

__all__ = ["served"]

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def ada(served: Server, mock: LlmMock) -> Person:
    """Return somebody who has just come to a Studio, and has the model server as a provider."""
    mock.reset()
    person = Person(served, f"{uuid4().hex}@example.com")
    person.add_models(mock, "fast", "slow")
    return person


@pytest.fixture
def start(ada: Person, tmp_path: Path) -> Start:
    """Return what starts a run at Ada's Studio."""
    status, told = ada.ask("POST", "/api/auth/cli-token", {"name": "nightly"})
    assert status == 200, told
    environment = environment_of(STUDIO_TOKEN=told["token"])

    def run(*arguments: str, named: str = "STUDIO_TOKEN") -> subprocess.Popen[str]:
        server = f"http://127.0.0.1:{ada.server.port}"
        return subprocess.Popen(  # noqa: S603 - our own program
            command_of("--server", server, "--token-env", named, "--provider", "mine", *arguments),
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return run


def test_a_studio_measures_and_the_same_files_come_of_it(
    ada: Person, start: Start, tmp_path: Path, mock: LlmMock
) -> None:
    process = start(
        *("--model", "fast", "--concurrency", "1,3", "--requests", "6", "--slo", "ttft<900", "--title", "Nightly"),
        *("--output", "results", "--fail-if", "ttft_p50>1,error_rate>1%"),
    )
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 1, errors
    assert {request["model"] for request in mock.log()} == {"fast"}
    (run,) = ada.get("/api/history")["runs"]
    assert (run["label"], run["state"]) == ("Nightly", "done")
    assert f"/studio/runs/{run['id']}" in errors
    summary = summary_in(tmp_path / "results")
    assert (summary["tool"], summary["state"], summary["sentence"]) == ("studio", "done", run["sentence"])
    assert [point["point"] for point in summary["points"]] == ["fast@0 c1", "fast@0 c3"]
    assert len([r for r in records_in(tmp_path / "results") if r["phase"] == "measure"]) == 12
    assert "FAIL  fast@0 c1: ttft_p50 is " in out
    assert run["sentence"] in out
    assert "Nightly" in (tmp_path / "results/report.html").read_text()
    kept = "".join(path.read_text() for path in (tmp_path / "results").iterdir())
    assert "sk-of-mine" not in kept + out + errors


def test_a_refusal_is_a_sentence_and_ctrl_c_leaves_the_run_going(
    ada: Person, start: Start, tmp_path: Path
) -> None:
    refused = start("--model", "no-such-model", "--output", "none")
    out, errors = refused.communicate(timeout=120)
    assert (refused.returncode, "Traceback" in errors) == (3, False), errors
    assert "no-such-model" in out
    wrong = start("--model", "fast", named="BENCH_TEST_KEY")
    _, errors = wrong.communicate(timeout=60)
    assert wrong.returncode == 2
    assert errors.startswith("bench: The Studio refuses (HTTP 401): ")

    process = start("--model", "slow", "--requests", "4", "--output", "results")
    until(lambda: any(run["requests_done"] > 0 for run in ada.get("/api/history")["runs"]))
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "the run goes on at the Studio" in errors
    summary = summary_in(tmp_path / "results")
    assert summary["state"] == "interrupted"
    (run, *_) = ada.get("/api/history")["runs"]
    assert run["state"] == "running"
    assert summary["error"].endswith(
        f"The run goes on: http://127.0.0.1:{ada.server.port}/studio/runs/{run['id']}"
    )
