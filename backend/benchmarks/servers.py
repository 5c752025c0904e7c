"""The dashboard under test and the bare server beside it, each a process of its own."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.asking import Answer, Peer
from benchmarks.loads import Target
from benchmarks.processes import BACKEND, free_port, listens, run_to_end, running, script
from src.settings import Settings

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Generator, Mapping
    from pathlib import Path

    from benchmarks.sources import Source

TOKEN = "bench"  # noqa: S105 - so that a developer's own does not count
ENDPOINTS = ("/tokens", "/tokens/timeseries", "/tokens/models", "/tokens/success-rate", "/tokens/cost-efficiency")
IMPORTS = "import src.cli; from src.api.server import create_backend"
IMPORT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs, and when it was started (`time.perf_counter`)."""

    peer: Peer
    process: subprocess.Popen[bytes]
    started_at: float

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self.peer.port

    def target(self, path: str, headers: Mapping[str, str] | None = None) -> Target:
        """Return what the load generator asks for."""
        return Target(path, {**self.peer.headers, **(headers or {})})


@contextlib.contextmanager
def dashboard(source: Source, store: Path, encoding: str) -> Generator[Server]:
    """Start the dashboard in front of a gateway, with its days in the file `store`.

    It is asked as browsers ask, who accept `encoding`.
    """
    port = free_port()
    peer = Peer(f"http://127.0.0.1:{port}", {"Authorization": f"Bearer {TOKEN}", "Accept-Encoding": encoding})
    log = store.with_suffix(".log")
    command = [sys.executable, str(BACKEND / "app.py")]
    started_at = time.perf_counter()
    with running(command, log, lambda: listens(port), environment(source, port, store)) as process:
        yield Server(peer, process, started_at)


def environment(source: Source, port: int, store: Path) -> dict[str, str]:
    """Return the defaults of all settings, whatever the environment and `.env` say, and this run's own."""
    defaults = {name.upper(): field.default for name, field in Settings.model_fields.items()}
    return {
        **bare_environment(),
        **{name: str(value) for name, value in defaults.items() if isinstance(value, (bool, int, float, str))},
        "LITELLM_BASE_URL": source.base_url,
        "LITELLM_API_KEY": source.key,
        "VITE_LEADERBOARD_BACKEND_PORT": str(port),
        "SERVER_BASIC_AUTH_TOKEN": TOKEN,
        "USAGE_STORE_URL": f"sqlite:///{store}",
        "STUDIO_DATABASE_URL": f"sqlite:///{store.with_suffix('.studio.db')}",
        "SYNC_DAYS": "0",  # what is measured is fetched when it is measured
    }


def keeps_days() -> bool:
    """Tell whether days outlive the process."""
    return "usage_store_url" in Settings.model_fields


@contextlib.contextmanager
def bare(work: Path) -> Generator[Server]:
    """Start the bare server."""
    port = free_port()
    started_at = time.perf_counter()
    command = [*script("bare.py"), str(port)]
    with running(command, work / "bare.log", lambda: listens(port), bare_environment()) as process:
        yield Server(Peer(f"http://127.0.0.1:{port}", {}), process, started_at)


def keep(server: Server, name: str, answer: Answer) -> str:
    """Let the bare server return the same bytes as `answer`; return the path."""
    headers = {key: answer.headers[key] for key in ("content-type", "content-encoding") if key in answer.headers}
    server.peer.request(f"/_keep/{name}", method="PUT", body=answer.body, headers=headers)
    return f"/{name}"


def import_seconds(work: Path) -> float:
    """Return the seconds that Python takes to start and to import the app."""
    started = time.perf_counter()
    run_to_end([sys.executable, "-c", IMPORTS], work / "import.log", IMPORT_SECONDS, cwd=BACKEND)
    return time.perf_counter() - started


def bare_environment() -> dict[str, str]:
    """Return what a process needs of this one's environment."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
