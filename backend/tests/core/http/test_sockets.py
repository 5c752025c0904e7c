"""Sockets pass, or are closed by, everything that stands before the routes; what breaks in one stays inside."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI, WebSocket
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from src.api.server import create_backend
from src.core.errors import UnauthorizedError
from tests.settings import settings

SECRET = "sk-secret-1234 at http://gateway.internal:4000"


@pytest.fixture
def app(unconfigured: None) -> FastAPI:
    """Return the app with sockets that answer, break, and refuse."""
    app = create_backend(settings(cors_origins=("https://board.example.com",)))

    async def echo(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_json({"said": await socket.receive_text(), "id": socket.state.request_id})
        await socket.close()

    async def breaks(socket: WebSocket) -> None:
        await socket.accept()
        raise ValueError(SECRET)

    async def refuses(_socket: WebSocket) -> None:
        raise UnauthorizedError(SECRET)

    for path, socket in {"/echo": echo, "/breaks": breaks, "/refuses": refuses}.items():
        app.add_api_websocket_route(f"/sockets{path}", socket)
        app.router.routes.insert(0, app.router.routes.pop())  # before the page, which takes every path
    return app


@pytest.fixture
def connect(app: FastAPI) -> Callable[..., Any]:
    """Return what opens a socket."""
    client = TestClient(app)

    def open_socket(path: str, **headers: str) -> Any:
        return client.websocket_connect(path, headers={"X-Request-ID": "mine", **headers})

    return open_socket


def closing(connect: Callable[..., Any], path: str, **headers: str) -> tuple[int, str]:
    """Return the code and the reason with which a socket is closed."""
    with pytest.raises(WebSocketDisconnect) as closed, connect(path, **headers) as socket:
        socket.receive_text()
    return closed.value.code, closed.value.reason


def test_a_socket_passes_and_has_its_request_id(connect: Callable[..., Any]) -> None:
    with connect("/sockets/echo") as socket:
        socket.send_text("hello")
        assert socket.receive_json() == {"said": "hello", "id": "mine"}


@pytest.mark.parametrize("origin", ["http://testserver", "https://testserver", "https://board.example.com"])
def test_pages_that_may_read_the_api_may_open_one(connect: Callable[..., Any], origin: str) -> None:
    with connect("/sockets/echo", Origin=origin) as socket:
        socket.send_text("hello")
        assert socket.receive_json()["said"] == "hello"


@pytest.mark.parametrize("origin", ["https://evil.example", "http://testserver.evil.example", "null", ""])
def test_a_strangers_page_opens_none(connect: Callable[..., Any], origin: str) -> None:
    assert closing(connect, "/sockets/echo", Origin=origin) == (1008, "forbidden_origin")


def test_what_breaks_in_a_socket_is_told_by_its_code_alone(
    connect: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    assert closing(connect, "/sockets/breaks") == (1011, "internal_error")
    assert "ValueError" in caplog.text
    assert "gateway.internal" not in caplog.text


def test_an_error_of_the_table_closes_it_before_it_is_open(connect: Callable[..., Any]) -> None:
    assert closing(connect, "/sockets/refuses") == (1008, "unauthorized")


@pytest.mark.parametrize(
    ("path", "headers", "code"),
    [
        (f"/sockets/echo?x={'x' * 9000}", {}, "address_too_long"),
        ("/sockets/echo", {"Cookie": "x" * 17_000}, "headers_too_long"),
        ("/sockets/echo", {"Host": "evil.example"}, "misdirected"),
        ("/api/nothing", {}, "not_found"),
    ],
)
def test_what_is_refused_of_requests_is_refused_of_sockets(
    connect: Callable[..., Any], path: str, headers: dict[str, str], code: str
) -> None:
    assert closing(connect, path, **headers) == (1008, code)


def test_there_is_a_line_for_a_socket(connect: Callable[..., Any], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "leaderboard.access")
    with connect("/sockets/echo") as socket:
        socket.send_text("hello")
        socket.receive_json()
    lines: list[Any] = [record.msg for record in caplog.records if record.name == "leaderboard.access"]
    (line,) = lines
    told = {name: line[name] for name in ("event", "request_id", "method", "route", "status")}
    assert told == {
        "event": "socket",
        "request_id": "mine",
        "method": "GET",
        "route": "/sockets/echo",
        "status": 101,
    }
    assert line["bytes"] > 0
