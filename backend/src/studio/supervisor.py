"""Workers beside the server: started with it, started again when they end, and stopped with it."""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url

from src.studio.database.metadata import new_id

if TYPE_CHECKING:
    from collections.abc import Generator

    from src.studio.settings import StudioSettings

logger = logging.getLogger(__name__)

BACKEND = Path(__file__).parents[2]
# How long a worker may take to let its jobs write what they have.
GRACE_SECONDS = 10.0
# One that ends is started again soon, but not over and over: after so many seconds of life all is well again.
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, WELL_SECONDS = 0.2, 10.0, 60.0
# One that is killed did not say that it cannot work, and a job over which it dies again and again is given up.
LONGEST_PAUSE_AFTER_KILL_SECONDS = 0.5


@contextlib.contextmanager
def supervised_workers(settings: StudioSettings) -> Generator[None]:
    """Keep as many workers running as `STUDIO_WORKERS` says; SQLite takes one."""
    count = settings.studio_workers
    is_sqlite = make_url(settings.studio_database_url.get_secret_value()).get_backend_name() == "sqlite"
    if is_sqlite and count > 1:
        logger.warning("STUDIO_WORKERS: one worker is started, for SQLite takes no more.")
        count = 1
    places = [_Place() for _ in range(count)]
    for place in places:
        place.start()
    try:
        yield
    finally:
        for place in places:
            place.tell_to_stop()
        for place in places:
            place.join()


def command() -> tuple[list[str], dict[str, str]]:
    """Return what starts a worker, which has none of the server's parts, and the environment that it needs."""
    path = os.pathsep.join(filter(None, [str(BACKEND), os.environ.get("PYTHONPATH")]))
    return [sys.executable, "-m", "src.studio.worker"], {**os.environ, "PYTHONPATH": path}


class _Place(threading.Thread):
    """One worker at a time. All have the same id: the jobs of one that ended are its successor's, at once."""

    def __init__(self) -> None:
        super().__init__(name="studio-workers", daemon=True)
        self._id = new_id()
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()

    def run(self) -> None:
        """Start workers, one after another."""
        pause = FIRST_PAUSE_SECONDS
        while (process := self._begin()) is not None:
            started_at = time.monotonic()
            status = process.wait()
            if self._stopping.is_set():
                return
            logger.warning({"event": "worker_ended", "worker_id": self._id, "status": status})
            pause = FIRST_PAUSE_SECONDS if time.monotonic() - started_at > WELL_SECONDS else pause
            self._stopping.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE_AFTER_KILL_SECONDS if status < 0 else LONGEST_PAUSE_SECONDS)

    def _begin(self) -> subprocess.Popen[bytes] | None:
        arguments, environment = command()
        with self._turn:
            if self._stopping.is_set():
                return None
            # Ctrl-C is for the server alone, which then stops its workers; the pipe closes however it ends
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [*arguments, "--supervised", self._id],
                env=environment,
                stdin=subprocess.PIPE,
                start_new_session=True,
            )
            return self._process

    def tell_to_stop(self) -> None:
        """Have the worker stop, and start no other."""
        with self._turn:
            self._stopping.set()
            if self._process is not None:
                self._process.terminate()

    def join(self, timeout: float | None = None) -> None:
        """Wait until the worker has stopped; one that takes too long is killed."""
        super().join(GRACE_SECONDS if timeout is None else timeout)
        if self.is_alive() and self._process is not None:
            logger.warning({"event": "worker_killed", "worker_id": self._id})
            self._process.kill()
            super().join()
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
