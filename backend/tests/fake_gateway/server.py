"""A LiteLLM gateway as a local HTTP server: its answers are computed from rows, its faults are scripted.

with FakeGateway(Knowledge(rows=[UsageRow("2025-03-10", "red", "key", "gpt", prompt=7)])) as gateway:
    gateway.fail(503, times=2)
    gateway.client().fetch_teams()
    assert len(gateway.requests) == 3
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Mapping
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from src.client.api_client import LiteLLMAPI
from tests.fake_gateway.faults import Answer, Fault, Hold, Request, body_of
from tests.fake_gateway.routes import Knowledge


class FakeGateway:
    """Serves what `knows` holds from `start` to `stop`, or as a context manager. `requests` is what came."""

    def __init__(self, knows: Knowledge | None = None) -> None:
        self.knows = knows or Knowledge()
        self.requests: list[Request] = []
        self.on_request: Callable[[Request], None] = lambda request: None
        self._faults: list[Fault] = []
        self._holds: list[Hold] = []
        self._clients: list[LiteLLMAPI] = []
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for hold in self._holds:
            hold.release()
        for client in self._clients:
            client.close()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server.close_connections()

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def base_url(self) -> str:
        return f"http://{self.address}"

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [request.path for request in self.requests]

    @property
    def usage_requests(self) -> list[Request]:
        """The requests for usage, in order."""
        return [request for request in self.requests if request.path == "/team/daily/activity"]

    def client(self, api_key: str | None = None, **options: Any) -> LiteLLMAPI:
        """Return a new client of this gateway, closed when the gateway stops."""
        client = LiteLLMAPI(self.base_url, api_key or self.knows.api_key, **options)
        self._clients.append(client)
        return client

    def fail(  # noqa: PLR0913 - a part of an answer each
        self,
        status: int = 200,
        body: Any = b"",
        *,
        headers: Mapping[str, str] | None = None,
        missing_bytes: int = 0,
        drop: bool = False,
        times: int | None = None,
        path: str | None = None,
    ) -> None:
        """Answer so instead of rightly; `drop` closes the connection without a word."""
        answer = Answer(status, body_of(body), headers or {}, missing_bytes, drop)
        self._faults.append(Fault(answer, times, path))

    def recover(self) -> None:
        """Answer rightly again."""
        self._faults.clear()

    def hold(self, path: str | None = None) -> Hold:
        """Hold requests back from now on until the returned hold is released."""
        hold = Hold(path)
        self._holds.append(hold)
        return hold

    def respond(self, request: Request) -> Answer:
        """Answer one request."""
        self.requests.append(request)
        self.on_request(request)
        for hold in self._holds:
            hold.wait(request)
        fault = next((fault for fault in self._faults if fault.strikes(request)), None)
        return fault.answer if fault else self.knows.answer(request)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 100

    def __init__(self, gateway: FakeGateway) -> None:
        self.gateway = gateway
        self._connections: list[socket.socket] = []
        super().__init__(("127.0.0.1", 0), partial(_Handler, self))

    def remember(self, connection: socket.socket) -> None:
        self._connections.append(connection)

    def close_connections(self) -> None:
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, owner: _Server, *arguments: Any) -> None:
        self._owner = owner
        super().__init__(*arguments)

    def setup(self) -> None:
        super().setup()
        self._owner.remember(self.connection)

    def handle_any(self) -> None:
        """Answer a request, whatever its method."""
        url = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        answer = self._owner.gateway.respond(Request(self.command, url.path, self.path, query, headers))
        self.close_connection = answer.drop or answer.missing_bytes > 0
        if not answer.drop:
            with contextlib.suppress(ConnectionError):  # whoever gave up waiting is gone
                self._send(answer)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        length = len(answer.body) + answer.missing_bytes
        for name, value in {"Content-Type": "application/json", **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(answer.body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature is http.server's
        """Keep quiet."""

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = handle_any  # noqa: N815 - http.server's names
