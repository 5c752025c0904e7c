"""MCP over HTTP: tools told, and kept as a suite."""

import threading
from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient

from src.studio.accounts.setup import code_of
from src.studio.accounts.user import Limits, User
from src.studio.errors import McpServerError, TooManyRequestsError
from src.studio.llm.egress import EgressPolicy
from src.studio.mcp.service import McpService
from tests.studio.conftest import PASSWORD, SECRET, MakeStudio, sign_up
from tests.studio.llm.raw_server import raw_server, response
from tests.studio.mcp.mcp_servers import mcp_server, of_pages, tool
from tests.studio.settings_client import SettingsClient

DISCOVER, IMPORT, SUITES = "/api/mcp/discover", "/api/mcp/import", "/api/tool-suites"


@pytest.fixture
def ada(make_studio: MakeStudio) -> Iterator[SettingsClient]:
    """Return Ada, at a server that is open to this machine alone, and may thus call what is on it."""
    with TestClient(make_studio(), raise_server_exceptions=False) as client:
        yield SettingsClient(client, sign_up(client))


@pytest.fixture
def public_ada(make_studio: MakeStudio) -> Iterator[SettingsClient]:
    """Return Ada at a server that everybody can reach."""
    app = make_studio(host="0.0.0.0", allowed_hosts=("*",))  # noqa: S104 - where others can reach it
    with TestClient(app, raise_server_exceptions=False) as client:
        body = {"email": "ada@example.com", "password": PASSWORD, "setup_code": code_of(SECRET.encode())}
        told = client.post("/api/auth/register", json=body).json()
        yield SettingsClient(client, {"Authorization": f"Bearer {told['access_token']}"})


def test_what_is_told_can_be_kept_as_a_suite(ada: SettingsClient) -> None:
    tools = [
        tool("get_weather", "Tells the weather. At once.", city={"type": "string"}),
        tool("n" * 200, day={"type": "string"}, hour={"type": "integer"}),
        tool("broken", x={"$ref": "https://example.org/schema"}),
    ]
    tools[1].input_schema["required"] = ["day"]
    with mcp_server(lists=of_pages([tools])) as server:
        told = ada.ask("POST", DISCOVER, {"url": f"  {server.url} "})
    assert (told["status"], told["server_name"], told["tool_count"], told["notes"]) == ("ok", "The weather", 3, [])
    assert [(one["name"], one["parameter_count"]) for one in told["tools"]][:2] == [
        ("get_weather", 1),
        ("n" * 200, 2),
    ]
    body = {"tools": told["tools"], "suite_name": "Mine", "suite_description": "D", "generate_test_cases": True}
    kept = ada.ask("POST", IMPORT, body)
    assert (kept["tools_imported"], kept["test_cases_generated"]) == (2, 3)
    (note,) = kept["notes"]
    assert note.startswith("broken is left out: ")
    suite = ada.ask("GET", f"{SUITES}/{kept['suite_id']}")
    assert (suite["name"], suite["description"]) == ("Mine", "D")
    assert [one["function"]["name"] for one in suite["tools"]] == ["get_weather", "n" * 200]
    first, second, last = suite["test_cases"]
    assert first["prompt"] == "Please do this for me: Tells the weather."
    assert first["expected_calls"] == [{"tool": "get_weather", "arguments": {"city": {"$anything": True}}}]
    assert second["expected_calls"][0]["optional"] == ["hour"]
    assert not last["should_call_tool"]
    assert "expected_calls" not in last
    assert all(one["disputed"] and one["disputed_reason"] for one in suite["test_cases"])
    for one in suite["test_cases"]:
        found = ada.ask("POST", f"{SUITES}/case/check", {"case": case_of(one), "tools": suite["tools"]})
        assert found["problems"] == []


def case_of(told: dict) -> dict:
    return {name: told[name] for name in ("prompt", "should_call_tool", "expected_calls") if name in told}


def test_only_tools_are_kept_unless_cases_are_asked_for(ada: SettingsClient) -> None:
    kept = ada.ask(
        "POST", IMPORT, {"tools": [{"name": "a", "inputSchema": {"type": "object"}, "annotations": {}}]}
    )
    assert (kept["tools_imported"], kept["test_cases_generated"], kept["notes"]) == (1, 0, [])
    assert ada.ask("GET", f"{SUITES}/{kept['suite_id']}")["name"] == "Tools of an MCP server"


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"tools": []}, 422, "tools: "),
        ({"tools": [1]}, 422, "tools"),
        ({"tools": [{"name": "a"}] * 1_001}, 422, "tools: "),
        ({"tools": [{"name": 1}]}, 400, "Tool 1 is left out: "),
        ({"tools": [{"name": "a"}, {"name": "a"}], "more": 1}, 422, "more: "),
        ({"tools": [{"name": "a"}], "suite_name": "x" * 257}, 422, "suite_name: "),
    ],
)
def test_what_is_no_list_of_tools_is_refused(ada: SettingsClient, body: object, status: int, told: str) -> None:
    assert ada.refused("POST", IMPORT, body, status).startswith(told)
    assert ada.ask("GET", SUITES)["suites"] == []


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({}, 422, "url: "),
        ({"url": ""}, 422, "url: "),
        ({"url": "x" * 2_049}, 422, "url: "),
        ({"url": "http://127.0.0.1:9/", "headers": {}}, 422, "headers: "),
        ({"url": "http://127.0.0.1:9/", "token": "t" * 4_097}, 422, "token: "),
        ({"url": "http://127.0.0.1:9/", "token": "a\r\nX: b"}, 422, "token: must have visible characters"),
        ({"url": "ftp://127.0.0.1/"}, 400, "[address] is no address that can be called"),
        ({"url": "http://127.0.0.1:9/"}, 502, "The MCP server's address refuses connections."),
    ],
)
def test_what_cannot_be_asked_is_told_so(ada: SettingsClient, body: object, status: int, told: str) -> None:
    assert ada.refused("POST", DISCOVER, body, status).startswith(told)


def test_a_server_that_takes_too_long_is_a_504(ada: SettingsClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("src.studio.mcp.transport.ANSWER_SECONDS", 0.2)
    with raw_server(5.0) as server:
        answer = ada.answer("POST", DISCOVER, json={"url": server.base_url})
    assert (answer.status_code, answer.json()["code"]) == (504, "mcp_timeout")


def test_a_public_server_calls_nothing_that_is_near_it(public_ada: SettingsClient) -> None:
    with mcp_server() as server, raw_server(response("302 Found", b"", f"Location: {server.url}")) as outer:
        for url in (server.url, outer.base_url, "http://169.254.169.254/mcp", "http://[::ffff:127.0.0.1]:80/"):
            assert "not open here" in public_ada.refused("POST", DISCOVER, {"url": url}, 400)
        assert (server.headers, outer.requests) == ([], [])


def test_a_user_asks_two_servers_at_once_and_no_more() -> None:
    service = McpService(EgressPolicy(allow_private=True))
    ada, bob = (User(name * 32, f"{name}@example.org", "user", Limits()) for name in "ab")
    held = threading.Event()

    def wait(_connection: object) -> None:
        held.wait(10)

    with raw_server(wait, response("500 Oh", b"")) as server:
        asked = [in_thread(lambda: service.discover(ada, server.base_url)) for _ in range(2)]
        while len(server.requests) < 2:
            pass
        with pytest.raises(TooManyRequestsError, match="2 of your questions to MCP servers are under way"):
            service.discover(ada, server.base_url)
        held.set()
        for thread in asked:
            thread.join()
        for who in (ada, bob):
            with pytest.raises(McpServerError):
                service.discover(who, server.base_url)


def in_thread(work: Callable[[], object]) -> threading.Thread:
    def quiet() -> None:
        with pytest.raises(McpServerError):
            work()

    thread = threading.Thread(target=quiet)
    thread.start()
    return thread
