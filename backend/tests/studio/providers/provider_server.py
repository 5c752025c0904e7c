"""A provider over HTTP that answers as a test says, whatever that is, and notes how it was asked."""

import contextlib
import json
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Write = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Asked:
    """A request: its path with the query, its headers in lower case, and its body."""

    path: str
    headers: dict[str, str]
    body: Any = None


class ProviderServer:
    """Answers by path; queries count only where a path with them is told."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.asked: list[Asked] = []
        self.answers: dict[str, Write] = {}
        self.stopped = threading.Event()

    def tell(self, path: str, data: Any, status: int = 200, **headers: str) -> None:
        """Answer a path with JSON, or with text as it is."""
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        told = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}

        def write(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            for name, value in told.items():
                handler.send_header(name, value)
            handler.end_headers()
            with contextlib.suppress(ConnectionError):  # whoever asked has heard enough
                handler.wfile.write(body)

        self.answers[path] = write

    def hang(self, path: str) -> None:
        """Answer a path with a head, and then with nothing until the end."""

        def write(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Content-Length", "1000")
            handler.end_headers()
            self.stopped.wait(20)

        self.answers[path] = write

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [asked.path for asked in self.asked]


@contextlib.contextmanager
def provider_server() -> Generator[ProviderServer]:
    """Start a server and stop it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _answer(self, body: Any) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            server.asked.append(Asked(self.path, headers, body))
            answer = server.answers.get(self.path) or server.answers.get(self.path.partition("?")[0])
            if answer is None:
                self.send_error(404)
            else:
                answer(self)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its own name
            """Keep the output to what fails."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server = ProviderServer(f"http://127.0.0.1:{listening.server_port}")
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.stopped.set()
        listening.shutdown()
        thread.join()
        listening.server_close()
