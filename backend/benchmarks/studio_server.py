"""Studio under test: a server with a model server as its gateway, and people who are signed in."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.asking import Answer, BenchmarkError, Peer
from benchmarks.processes import BACKEND, REPOSITORY, free_port, listens, running
from benchmarks.servers import TOKEN, bare_environment

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Generator, Mapping
    from pathlib import Path

LLM_MOCK = REPOSITORY.parent / "shared" / "llm-mock" / "llm-mock"
SECRET = "of the benchmarks alone, for as long as they take"  # noqa: S105 - its database goes with them
PASSWORD = "correct horse battery staple"  # noqa: S105
POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Studio:
    """A server that runs. `log` is what it and its workers write."""

    peer: Peer
    process: subprocess.Popen[bytes]
    started_at: float
    log: Path

    def ask(self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the answer to a request with a body in JSON."""
        content = None if body is None else json.dumps(body).encode()
        return self.peer.request(path, method=method, body=content, headers=_typed(headers))

    def sign_up(self, name: str) -> Person:
        """Make an account, the first one being an administrator's."""
        answer = self.ask("POST", "/api/auth/register", {"email": f"{name}@example.com", "password": PASSWORD})
        return Person(self, _json(answer))

    def enter_demo(self) -> Person:
        """Come as a guest of the demo."""
        return Person(self, _json(self.ask("POST", "/api/auth/demo")))

    def worker_pid(self) -> int:
        """Return the process of the worker that was started last."""
        started = [line for line in self.log.read_text().splitlines() if '"worker_started"' in line]
        if not started:
            raise BenchmarkError("no worker has started")
        return json.loads(started[-1])["pid"]


class Person:
    """Somebody who is signed in."""

    def __init__(self, studio: Studio, answer: Mapping[str, Any]) -> None:
        self._studio = studio
        self.id: str = answer["user"]["id"]
        self.headers = {"Authorization": f"Bearer {answer['access_token']}"}

    def ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        """Return what is answered. Raises `BenchmarkError` for what is not done."""
        return _json(self._studio.ask(method, path, body, self.headers))

    def seconds(self, path: str) -> float:
        """Return how long an answer takes. Raises `BenchmarkError` for what is not answered."""
        answer = self._studio.ask("GET", path, headers=self.headers)
        if answer.status != 200:  # noqa: PLR2004 - OK
            raise BenchmarkError(f"Studio answered {answer.status}: {answer.body[:200]!r}")
        return answer.seconds

    def measure(self, *models: str, provider: str = "gateway", **settings: object) -> str:
        """Ask for a benchmark, and return its id."""
        targets = [{"provider_key": provider, "model_id": model} for model in models]
        return self.ask("POST", "/api/benchmark", {"targets": targets, **settings})["job_id"]

    def wait(self, job_id: str, is_so: Callable[[Mapping[str, Any]], bool], seconds: float) -> Mapping[str, Any]:
        """Wait until a job is as it should be."""
        until = time.monotonic() + seconds
        while not is_so(job := self.ask("GET", f"/api/jobs/{job_id}")):
            if time.monotonic() > until:
                raise BenchmarkError(f"a job is {job['status']} after {seconds:.0f} s: {job['progress_detail']}")
            time.sleep(POLL_SECONDS)
        return job


def has_ended(job: Mapping[str, Any]) -> bool:
    """Tell whether a job has ended."""
    return job["status"] in {"done", "failed", "cancelled", "interrupted"}


@contextlib.contextmanager
def model_server(work: Path) -> Generator[Peer]:
    """Start the model server whose log is the truth."""
    port = free_port()
    command = [sys.executable, str(LLM_MOCK), "--port", str(port)]
    with running(command, work / "llm-mock.log", lambda: listens(port)):
        yield Peer(f"http://127.0.0.1:{port}", {})


@contextlib.contextmanager
def studio(folder: Path, *options: str, **settings: str) -> Generator[Studio]:
    """Start a server whose data lie in `folder`, with these options of `app.py` and these settings."""
    folder.mkdir(exist_ok=True)
    port, log = free_port(), folder / "server.log"
    environment = {
        **bare_environment(),
        "STUDIO_DATABASE_URL": f"sqlite:///{folder / 'studio.db'}",
        "STUDIO_SECRET": SECRET,
        "USAGE_STORE_URL": "memory",
        "SYNC_DAYS": "0",
        "LOG_LEVEL": "info",
        "VITE_LEADERBOARD_BACKEND_PORT": str(port),
        **{name.upper(): value for name, value in settings.items()},
    }
    peer, started_at = Peer(f"http://127.0.0.1:{port}", {}), time.perf_counter()
    command = [sys.executable, str(BACKEND / "app.py"), *options]
    with running(command, log, lambda: listens(port), environment) as process:
        yield Studio(peer, process, started_at, log)


def behind(gateway: Peer) -> dict[str, str]:
    """Return the settings of a server that has this model server as its gateway."""
    return {"litellm_base_url": gateway.base_url, "litellm_api_key": TOKEN, "studio_gateway_api_key": TOKEN}


def _typed(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {"Content-Type": "application/json", **(headers or {})}


def _json(answer: Answer) -> Any:  # noqa: ANN401
    if answer.status != 200:  # noqa: PLR2004 - OK
        raise BenchmarkError(f"Studio answered {answer.status}: {answer.body[:200]!r}")
    return json.loads(answer.body)
