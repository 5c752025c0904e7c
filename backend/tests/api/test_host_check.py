"""The server answers to names that it goes by, so that a stranger's name that leads here reads nothing."""

import asyncio
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from src.api.server import create_backend
from tests.api.conftest import MakeApp
from tests.api.dataset import ENDPOINTS, RANGE
from tests.api.test_error_table import assert_error
from tests.fake_gateway.server import FakeGateway

STRANGER = "evil.example"
TOLD = (
    "The dashboard does not go by the host name of this address. "
    "Use one that it goes by, or add this one to ALLOWED_HOSTS."
)
Headers = list[tuple[bytes, bytes]]


def status(app: FastAPI, headers: Headers, path: str = "/health", kind: str = "http") -> Any:
    """Return the first message that an app answers to exactly these headers: its status, or its type."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect" if kind == "websocket" else "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": kind,
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "subprotocols": [],
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": headers,
    }
    asyncio.run(app(scope, receive, send))
    return sent[0].get("status") or (sent[0]["type"], sent[0].get("code"))


def asked_by(app: FastAPI, host: str) -> int:
    return status(app, [(b"host", host.encode("latin-1"))])


@pytest.mark.parametrize(
    "path", [*ENDPOINTS, "/config", "/health", "/ready", "/metrics", "/docs", "/openapi.json", "/", "/nothing.js"]
)
def test_a_strangers_name_gets_nothing_at_any_address(api: TestClient, gateway: FakeGateway, path: str) -> None:
    assert_error(api.get(path, params=RANGE, headers={"Host": STRANGER}), 421, "misdirected", TOLD)
    assert api.head(path, headers={"Host": STRANGER}).status_code == 421
    assert api.post(path, headers={"Host": STRANGER}).status_code == 421
    assert gateway.requests == []


def test_a_strangers_name_gets_no_answer_that_was_kept_for_others(configured: Any) -> None:
    api = configured()
    for _ in range(2):
        assert api.get("/tokens", params=RANGE).status_code == 200
    refused = api.get("/tokens", params=RANGE, headers={"Host": STRANGER})
    assert (refused.status_code, "teams" in refused.text, STRANGER in refused.text) == (421, False, False)


def test_the_page_and_its_files_are_not_for_a_strangers_name_either(make_app: MakeApp, tmp_path: Any) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html>")
    (tmp_path / "assets" / "x.js").write_text("1")
    api = TestClient(make_app(dist=tmp_path))
    for path in ("/", "/leaderboard", "/assets/x.js"):
        assert api.get(path).status_code == 200
        assert api.get(path, headers={"Host": STRANGER}).status_code == 421


def test_an_app_without_any_setting_answers_a_test_client(unconfigured: None) -> None:
    assert TestClient(create_backend()).get("/health").status_code == 200


KNOWN = [
    "localhost",
    "LOCALHOST:8000",
    "localhost.",
    "board.localhost",
    "127.0.0.1",
    "127.0.0.1:8000",
    "127.8.9.1",
    "[::1]",
    "[::1]:8000",
    "10.1.2.3:80",
    "203.0.113.9",
    "[2001:DB8::7]:443",
    "[::ffff:127.0.0.1]",
    "dashboard",
    "dashboard:8000",
    "testserver",
    "my_board",
]
UNKNOWN = [
    "evil.example",
    "evil.example:8000",
    "evil.example.",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "evil.localhost.x",
    "notlocalhost.example",
    "1.2.3.4.5",
    "127.1",
    "0x7f.0.0.1",
    "300.1.1.1",
    ":8000",
    ".",
    "..",
    "[::1",
    "::1",
    "[]",
    "[evil.example]",
    "[::1]x",
    "[::1%25eth0]",
    "[127.0.0.1]",
    "localhost:x",
    "localhost:800000",
    "localhost:80:80",
    "localhost,evil.example",
    "evil.example@localhost",
    "http://localhost",
    "localhost/",
    "localhost\\",
    "-",
    "é",
    "*",
    ".localhost",
    "a..localhost",
]


@pytest.mark.parametrize("host", KNOWN)
def test_what_no_stranger_can_have_lead_here_is_known(app: FastAPI, host: str) -> None:
    assert asked_by(app, host) == 200


@pytest.mark.parametrize("host", [*UNKNOWN, "", " ", " localhost", "localhost\n", "localhost evil", "local\0host"])
def test_everything_else_is_not(app: FastAPI, host: str) -> None:
    assert asked_by(app, host) == 421


@pytest.mark.parametrize(
    "headers", [[], [(b"host", b"localhost")] * 2, [(b"host", b"localhost"), (b"host", b"evil.example")]]
)
def test_no_host_or_more_than_one_is_refused(app: FastAPI, headers: Headers) -> None:
    assert status(app, headers) == 421


def test_a_socket_is_not_opened_for_a_stranger(app: FastAPI) -> None:
    assert status(app, [(b"host", b"evil.example")], kind="websocket") == ("websocket.close", 1008)


@pytest.mark.parametrize(
    ("settings", "known"),
    [
        ({"host": "Board.internal.example"}, "board.internal.example:8000"),
        ({"cors_origins": ("https://board.example.com",)}, "board.example.com"),
        ({"vite_backend_url": "https://API.example.com:8443/x"}, "api.example.com:8443"),
        (
            {"vite_workshop_user": "Ada", "vite_workshop_domain": "workshop.example"},
            "ada-leaderboard-frontend.workshop.example",
        ),
        ({"allowed_hosts": "other.example, Board.Example.com."}, "board.example.com."),
        ({"allowed_hosts": "bücher.example"}, "xn--bcher-kva.example"),
        ({"allowed_hosts": "*.example.com"}, "deep.board.example.com:1"),
    ],
)
def test_the_names_of_the_settings_are_known(make_app: MakeApp, settings: dict[str, Any], known: str) -> None:
    app = make_app(**settings)
    assert asked_by(app, known) == asked_by(app, known.upper()) == 200
    assert asked_by(app, f"x{known}") == (200 if "*." in str(settings) else 421)
    assert asked_by(app, "evil.example") == 421
    assert asked_by(make_app(), known) == 421


def test_a_pattern_is_of_what_is_below_a_name_and_not_of_the_name(make_app: MakeApp) -> None:
    app = make_app(allowed_hosts="*.example.com")
    assert [asked_by(app, host) for host in ("example.com", "evilexample.com", ".example.com")] == [421] * 3


@pytest.mark.parametrize("headers", [[(b"host", b"evil.example")], [], [(b"host", b"\xff")]])
def test_an_asterisk_turns_the_check_off(make_app: MakeApp, headers: Headers) -> None:
    assert status(make_app(allowed_hosts="board.example.com,*"), headers) == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104 - nothing listens here
def test_where_all_addresses_are_listened_at_the_machines_own_name_is_known(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "Box.corp.example")
    everywhere, here = make_app(host=host), make_app()
    for name in ("box.corp.example:8000", "box.local"):
        assert (asked_by(everywhere, name), asked_by(here, name)) == (200, 421)
    assert asked_by(everywhere, "other.corp.example") == 421


def test_a_strangers_preflight_and_error_carry_no_more_than_others(api: TestClient) -> None:
    refused = api.get("/tokens", params=RANGE, headers={"Host": STRANGER, "Origin": f"http://{STRANGER}"})
    assert "access-control-allow-origin" not in refused.headers
    assert "content-security-policy" in refused.headers
