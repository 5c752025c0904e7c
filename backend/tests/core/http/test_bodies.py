"""Bodies are taken up to a length that a route decides on, and are not read beyond it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from fastapi import Body, FastAPI, Request
from fastapi.testclient import TestClient

from src.api.server import create_backend
from src.core.http.guards import MAX_BODY_BYTES, takes_body_of
from tests.api.test_error_table import assert_error
from tests.settings import settings

LARGER = 3 * MAX_BODY_BYTES
PART_BYTES = 65_536
INDEX = "<!doctype html><title>Leaderboard</title>"
TOLD = "What was sent is longer than this address takes."


@pytest.fixture
def client(unconfigured: None, tmp_path: Path) -> TestClient:
    """Return a client of the app with a page, and with routes that read what is sent."""
    (tmp_path / "index.html").write_text(INDEX)
    app: FastAPI = create_backend(settings(), dist=tmp_path)
    app.state.read = 0

    async def length(request: Request) -> int:
        async for part in request.stream():
            app.state.read += len(part)
        return app.state.read

    @takes_body_of(LARGER)
    async def larger(request: Request) -> int:
        return len(await request.body())

    async def form(text: str = Body()) -> int:
        return len(text)

    for path, route in {"/length": length, "/larger": larger, "/form": form}.items():
        app.add_api_route(f"/bodies{path}", route, methods=["POST"])
        app.router.routes.insert(0, app.router.routes.pop())
    return TestClient(app, raise_server_exceptions=False)


def read(client: TestClient) -> int:
    """Return how many bytes the route has read."""
    assert isinstance(client.app, FastAPI)
    return client.app.state.read


def test_a_body_may_have_a_mebibyte(client: TestClient) -> None:
    assert client.post("/bodies/length", content=b"x" * MAX_BODY_BYTES).json() == MAX_BODY_BYTES


def test_a_longer_one_is_refused_by_what_it_says_of_itself(client: TestClient) -> None:
    response = client.post("/bodies/length", content=b"x" * (MAX_BODY_BYTES + 1))
    assert_error(response, 413, "content_too_large", TOLD)
    assert read(client) == 0


def test_one_that_says_nothing_is_read_no_further(client: TestClient) -> None:
    sent: list[Any] = []
    parts = 0

    async def receive() -> dict[str, Any]:
        nonlocal parts
        parts += 1
        return {"type": "http.request", "body": b"x" * PART_BYTES, "more_body": True}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/bodies/length",
        "raw_path": b"/bodies/length",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"transfer-encoding", b"chunked")],
        "root_path": "",
    }
    asyncio.run(client.app(scope, receive, send))  # ty: ignore[invalid-argument-type] - it is what a server gives
    assert sent[0]["status"] == 413
    assert (read(client), parts) == (MAX_BODY_BYTES, MAX_BODY_BYTES // PART_BYTES + 1)


@pytest.mark.parametrize(("size", "status"), [(LARGER, 200), (LARGER + 1, 413)])
def test_a_route_may_take_more(client: TestClient, size: int, status: int) -> None:
    assert client.post("/bodies/larger", content=b"x" * size).status_code == status


def test_a_form_that_is_too_long_is_no_malformed_one(client: TestClient) -> None:
    response = client.post("/bodies/form", json={"text": "x" * MAX_BODY_BYTES})
    assert_error(response, 413, "content_too_large", TOLD)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/api/nothing/at/all.js"])
def test_below_api_there_is_nothing_but_what_has_a_route(client: TestClient, path: str, method: str) -> None:
    response = client.request(method, path)
    assert_error(response, 404, "not_found", "There is nothing at this address.")


def test_a_name_that_begins_with_api_is_an_address_of_the_page(client: TestClient) -> None:
    assert client.get("/apis").text == INDEX
