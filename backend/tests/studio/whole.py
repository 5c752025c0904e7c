"""A server as it runs, as somebody who is signed in asks it: with real processes, and over a real network."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.studio.conftest import PASSWORD
from tests.studio.llm_mock import LlmMock
from tests.test_serving import Server


class Person:
    """Somebody who has an account, at whichever server answers on its database."""

    def __init__(self, server: Server, email: str = "ada@example.com") -> None:
        self.server = server
        self._token = ""
        status, told = self.ask("POST", "/api/auth/register", {"email": email, "password": PASSWORD})
        assert status == 200, told
        self._token = told["access_token"]

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Ask, and return status and answer."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.server.port}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def get(self, path: str) -> Any:
        status, told = self.ask("GET", path)
        assert status == 200, told
        return told

    def start(self, *names: str, runs: int = 5) -> str:
        """Start a benchmark of three models, those of the demo unless named, and return its id."""
        (shared,) = self.get("/api/config")["shared"].values()
        models = names or [model["model_id"] for model in shared["models"]][:3]
        targets = [{"provider_key": shared["provider_key"], "model_id": model} for model in models]
        status, told = self.ask("POST", "/api/benchmark", {"targets": targets, "runs": runs, "max_tokens": 200})
        assert status == 200, told
        return told["job_id"]

    def add_models(self, mock: LlmMock, *names: str) -> None:
        """Have the model server as a provider of one's own, `mine`, with these models."""
        provider = {"display_name": "Mine", "api_base": mock.api_url, "api_key": "sk-of-mine-1"}
        assert self.ask("POST", "/api/config/provider", {"provider_key": "mine", **provider})[0] == 200
        for name in names:
            assert self.ask("POST", "/api/config/model", {"provider_key": "mine", "id": name})[0] == 200

    def events(self, job_id: str, after: int = 0) -> Iterator[dict[str, Any]]:
        """Yield what a socket tells of a job, until it has ended or the connection is lost."""
        with connect(f"ws://127.0.0.1:{self.server.port}/ws?token={self._token}") as socket:
            socket.send(json.dumps({"type": "subscribe", "job_id": job_id, "after": after}))
            while True:
                try:
                    message = json.loads(socket.recv(timeout=60))
                except ConnectionClosed:
                    return
                if message.get("job_id") == job_id:
                    yield message
                    if message["type"] in {"job_completed", "job_failed", "job_cancelled"}:
                        return


def until(is_so: Callable[[], object], seconds: float = 90) -> float:
    """Wait until something is so, and return how long it took."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() < began + seconds, "it never was"
        time.sleep(0.05)
    return time.monotonic() - began


def assert_whole(person: Person, run_id: str, runs: int = 5) -> None:
    """Fail where anything of a run that was disturbed is lost, or there twice."""
    run = person.get(f"/api/history/{run_id}")
    assert (run["state"], run["requests_done"], run["error_count"]) == ("done", 3 * runs, 0)
    records = person.get(f"/api/history/{run_id}/records")["records"]
    assert [record["status"] for record in records] == ["success"] * 3 * (runs + 1)  # with the warm-up
    events = list(person.events(run_id))
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    results = [(e["data"]["model_id"], e["data"]["run"]) for e in events if e["type"] == "benchmark_result"]
    assert len(results) == len(set(results)) == 3 * runs
    assert events[-1]["type"] == "job_completed"
