"""Runs the demo gateway beside the dashboard: a thread of this process, on a port that nobody else uses."""

import logging
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

import uvicorn

from src.demo.gateway import DEMO_API_KEY, DEMO_STUDIO_API_KEY, Clock, create_demo_gateway, utc_now
from src.demo.lessons import Lessons, no_lessons

THREAD_NAME = "demo-gateway"
START_SECONDS = 10.0
STOP_SECONDS = 5.0
LOGGERS = ("uvicorn.error", "uvicorn.access")


class DemoGateway:
    """The demo gateway as a local HTTP server, from `start()` to `stop()` or as a context manager.

    `base_url` and a key are what a client needs: `api_key` to read usage, `studio_api_key` to call models.
    """

    api_key = DEMO_API_KEY
    studio_api_key = DEMO_STUDIO_API_KEY

    def __init__(self, clock: Clock = utc_now, lessons: Callable[[], Lessons] = no_lessons) -> None:
        self._clock, self._lessons = clock, lessons
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._base_url = ""

    @property
    def base_url(self) -> str:
        """The address without a slash at its end. Raises RuntimeError while the gateway does not run."""
        if self._server is None:
            raise RuntimeError("The demo gateway is not running.")
        return self._base_url

    def start(self) -> Self:
        """Start serving and return once the gateway answers; nothing happens where it runs already."""
        if self._server is not None:
            return self
        listener = socket.create_server(("127.0.0.1", 0))
        self._base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._server = _Server(
            _Config(create_demo_gateway(self._clock, self._lessons), lifespan="off", log_config=None)
        )
        self._thread = threading.Thread(target=self._server.run, args=([listener],), name=THREAD_NAME, daemon=True)
        for name in LOGGERS:
            logging.getLogger(name).addFilter(self._may_be_logged)
        self._thread.start()
        if not self._server.answering.wait(START_SECONDS):
            self.stop()
            raise RuntimeError("The demo gateway did not start.")
        return self

    def stop(self) -> None:
        """Stop serving and free the port; nothing happens where it does not run."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = True
        self._thread.join(STOP_SECONDS)
        for name in LOGGERS:
            logging.getLogger(name).removeFilter(self._may_be_logged)
        self._server = self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _may_be_logged(self, record: logging.LogRecord) -> bool:
        """Keep this gateway's comings and goings out of the log, and nobody else's."""
        mine = self._thread is not None and record.thread == self._thread.ident
        return record.levelno >= logging.WARNING or not mine


class _Config(uvicorn.Config):
    def configure_logging(self) -> None:
        """Leave logging alone: it belongs to the process, which may run a uvicorn of its own."""


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answering = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answering.set()
