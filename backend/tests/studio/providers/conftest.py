"""A gateway over HTTP that tells models as a test says, and counts who asks."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


class Lists:
    """What the gateway answers by path, a status and a body, and what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.base_url = ""

    def tell(self, path: str, data: Any, status: int = 200) -> None:
        """Answer a path with JSON."""
        self.answers[path] = status, json.dumps(data).encode()


@pytest.fixture
def lists() -> Iterator[Lists]:
    """Return a gateway that knows nothing yet."""
    told = Lists()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append((self.path, self.headers["Authorization"]))
            told.may_answer.wait(5)
            path = self.path if self.path in told.answers else self.path.partition("?")[0]
            status, body = told.answers.get(path, (404, b"{}"))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its own name
            """Keep the output to what fails."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.base_url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


def deployment(name: Any, **info: Any) -> dict[str, Any]:
    """Return a row of `/model/info`."""
    return {"model_name": name, "litellm_params": {"model": "openai/x"}, "model_info": info}
