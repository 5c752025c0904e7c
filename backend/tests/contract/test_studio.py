"""A benchmark through a real LiteLLM gateway in front of a model server whose log is the truth.

The server, its worker and the load generator are processes of their own, as everybody runs them.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.dashboard import Gateway
from tests.test_cli import BACKEND, environment_of

UPSTREAM = os.environ.get("CONTRACT_UPSTREAM_URL", "")
pytestmark = pytest.mark.skipif(not UPSTREAM, reason="CONTRACT_UPSTREAM_URL names no model server")

MODELS = ("bench-fast", "bench-reasoning", "bench-chunky", "bench-broken")
RUNS = 3
WAIT_SECONDS = 120.0


class Studio:
    """A server that runs, and somebody who is signed in."""

    def __init__(self, port: int) -> None:
        self._base, self._token = f"http://127.0.0.1:{port}", ""

    def ask(self, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        request = urllib.request.Request(self._base + path, data, headers)  # noqa: S310 - our own
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return json.load(answer)

    def sign_up(self) -> None:
        account = {"email": "ada@example.com", "password": "correct horse battery staple"}
        self._token = self.ask("/api/auth/register", account)["access_token"]

    def finished(self, run_id: str) -> dict[str, Any]:
        latest = time.monotonic() + WAIT_SECONDS
        while (run := self.ask(f"/api/history/{run_id}"))["state"] == "running":
            assert time.monotonic() < latest, run
            time.sleep(0.2)
        return run


@pytest.fixture(scope="module")
def studio(gateway: Gateway, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    folder = tmp_path_factory.mktemp("studio")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    variables = environment_of(
        LITELLM_BASE_URL=gateway.base_url,
        LITELLM_API_KEY=gateway.api_key,
        STUDIO_GATEWAY_API_KEY=gateway.api_key,
        STUDIO_DATABASE_URL=f"sqlite:///{folder / 'studio.db'}",
        USAGE_STORE_URL="memory",
        VITE_LEADERBOARD_BACKEND_PORT=str(port),
    )
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own
            [sys.executable, str(BACKEND / "app.py")],
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        served, latest = Studio(port), time.monotonic() + WAIT_SECONDS
        while True:
            try:
                served.ask("/healthz")
                break
            except OSError:
                assert process.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < latest
                time.sleep(0.1)
        served.sign_up()
        yield served
        assert gateway.api_key not in (folder / "log").read_text()
    finally:
        process.terminate()
        process.wait(60)


@pytest.fixture(scope="module")
def run(studio: Studio) -> dict[str, Any]:
    """Return a run of all models, finished, with its records."""
    urllib.request.urlopen(UPSTREAM.removesuffix("/v1") + "/_reset", data=b"").close()  # noqa: S310 - the tests' own
    targets = [{"provider_key": "gateway", "model_id": model} for model in MODELS]
    job = studio.ask("/api/benchmark", {"targets": targets, "runs": RUNS, "prompt": "Say something."})
    finished = studio.finished(job["run_id"])
    return {**finished, "records": studio.ask(f"/api/history/{job['run_id']}/records")["records"]}


@pytest.fixture(scope="module")
def truth(run: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what the model server has noted, by the answer's id, which LiteLLM passes on."""
    with urllib.request.urlopen(UPSTREAM.removesuffix("/v1") + "/_log") as answer:  # noqa: S310 - the tests' own
        return {line["id"]: line for line in map(json.loads, answer.read().splitlines())}


def of_model(run: dict[str, Any], model: str) -> list[dict[str, Any]]:
    return [record for record in run["records"] if record["model"] == model and record["phase"] == "measure"]


def test_models_windows_and_prices_are_the_gateways(studio: Studio) -> None:
    (offered,) = studio.ask("/api/config")["shared"].values()
    assert (offered["provider_key"], offered["status"]) == ("gateway", "ok")
    assert {model["model_id"] for model in offered["models"]} >= set(MODELS)


def test_each_request_is_recorded_once(run: dict[str, Any]) -> None:
    assert run["state"] == "done"
    assert (run["through"], run["requests_total"]) == ("gateway", len(MODELS) * RUNS)
    assert [len(of_model(run, model)) for model in MODELS] == [RUNS] * len(MODELS)


@pytest.mark.parametrize("model", ["bench-fast", "bench-reasoning", "bench-chunky"])
def test_tokens_are_those_of_the_model_server(
    run: dict[str, Any], truth: dict[str, dict[str, Any]], model: str
) -> None:
    for record in of_model(run, model):
        usage = truth[record["response_id"]]["usage"]
        reasoning = (usage.get("completion_tokens_details") or {}).get("reasoning_tokens", 0)
        assert record["status"] == "success"
        assert record["tokens_source"] == "usage"
        assert record["output_tokens"] == usage["completion_tokens"]
        assert (record["reasoning_tokens"] or 0) == reasoning
        assert (reasoning > 0) == (model == "bench-reasoning")


@pytest.mark.parametrize("model", ["bench-fast", "bench-reasoning", "bench-chunky"])
def test_no_time_is_shorter_than_the_model_took(
    run: dict[str, Any], truth: dict[str, dict[str, Any]], model: str
) -> None:
    for record in of_model(run, model):
        told = truth[record["response_id"]]
        sent = [at for kind, at, *_ in told["events"] if kind in {"content", "reasoning"}]
        assert record["ttft_ms"] >= (sent[0] - told["recv_ns"]) / 1e6
        assert record["request_latency_ms"] >= (sent[-1] - told["recv_ns"]) / 1e6


def test_a_connection_that_breaks_is_no_success(run: dict[str, Any]) -> None:
    records = of_model(run, "bench-broken")
    assert {record["status"] for record in records} == {"error"}
    assert all(record["error"].startswith("The provider broke off with an error: ") for record in records)
    (result,) = [result for result in run["results"] if result["model_id"] == "bench-broken"]
    assert (result["success_count"], result["error_count"]) == (0, RUNS)


def test_benchmark_traffic_can_be_told_apart(run: dict[str, Any], gateway: Gateway) -> None:
    assert gateway.api_key not in json.dumps(run)
