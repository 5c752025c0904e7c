"""Tools of real MCP servers, and of those that are none, or hostile."""

import contextlib
import json
import socket
import time
from collections.abc import Generator
from typing import get_args

import pytest

from src.core.errors import KnownError
from src.studio.errors import McpServerError, McpTimeoutError
from src.studio.llm.egress import EgressPolicy, EgressRefusedError
from src.studio.mcp import discovery, transport
from src.studio.mcp.discovery import NO_MCP, UNREADABLE, discover
from tests.studio.llm.raw_server import CHUNKED, RawServer, Say, chunk, endless, raw_server, response
from tests.studio.mcp.mcp_servers import WEATHER, Way, mcp_server, of_pages, tool

HERE = EgressPolicy(allow_private=True)
NOWHERE_NEAR = EgressPolicy()


@pytest.mark.parametrize("way", get_args(Way))
def test_a_servers_tools_are_told_whichever_way_it_speaks(way: Way) -> None:
    with mcp_server(way) as server:
        found = discover(HERE, server.url)
    assert found.server_name == "The weather"
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    assert found.tools == [{"name": "get_weather", "description": "Tells the weather.", "inputSchema": schema}]
    assert found.notes == []


@pytest.mark.parametrize("way", get_args(Way))
def test_tools_on_several_pages_are_all_told_in_order(way: Way) -> None:
    pages = [[tool(f"tool_{page}_{at}") for at in range(3)] for page in range(4)]
    with mcp_server(way, of_pages(pages)) as server:
        found = discover(HERE, server.url)
        assert server.asked == [None, "1", "2", "3"]
    assert [told["name"] for told in found.tools] == [told.name for page in pages for told in page]


def test_a_token_is_sent_and_so_is_nothing_that_the_server_did_not_ask_for() -> None:
    with mcp_server() as server:
        discover(HERE, server.url, "tok-of-ada")
        for headers in server.headers:
            assert headers["authorization"] == "Bearer tok-of-ada"
            assert headers["accept-encoding"] == "identity"
            assert headers["user-agent"] == "llm-studio"
            assert "traceparent" not in headers
    with mcp_server() as server:
        discover(HERE, server.url)
        assert all("authorization" not in headers for headers in server.headers)


def test_more_tools_than_can_be_kept_are_cut_and_that_is_said() -> None:
    pages = [[tool(f"tool_{page}_{at}") for at in range(250)] for page in range(40)]
    with mcp_server(lists=of_pages(pages)) as server:
        found = discover(HERE, server.url)
        assert len(server.asked) == 5  # nobody reads ten thousand to keep one
    assert len(found.tools) == discovery.MOST_TOOLS
    assert found.notes == ["The server has more than 1,000 tools; these are the first 1,000."]


def test_a_thousand_tools_are_all_of_them() -> None:
    with mcp_server(lists=of_pages([[tool(f"tool_{at}") for at in range(1_000)]])) as server:
        found = discover(HERE, server.url)
    assert (len(found.tools), found.notes) == (1_000, [])


def test_a_name_of_two_hundred_characters_is_told_as_it_is() -> None:
    with mcp_server(lists=of_pages([[tool("n" * 200)]])) as server:
        assert discover(HERE, server.url).tools[0]["name"] == "n" * 200


@contextlib.contextmanager
def raw_mcp(result: bytes) -> Generator[RawServer]:
    """Run a server that answers as those of 2025 do, and with these bytes where it is asked for its tools."""
    info = {"name": "Raw", "version": "1"}
    welcome = {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}, "serverInfo": info}

    def say(connection: socket.socket) -> None:
        asked = server.requests[-1].json
        told = {"initialize": json.dumps(welcome).encode(), "tools/list": result}.get(asked["method"])
        if told is None:
            connection.sendall(response("202 Accepted" if "id" not in asked else "400 Bad Request", b""))
        else:
            connection.sendall(
                response("200 OK", b'{"jsonrpc": "2.0", "id": %d, "result": %s}' % (asked["id"], told))
            )

    with raw_server(say) as server:
        yield server


@pytest.mark.parametrize("odd", [b"NaN", b"1e999", b"123456789012345678901234567890"])
def test_what_json_cannot_say_is_left_out_and_named(odd: bytes) -> None:
    schema = b'{"type": "object", "properties": {"x": {"minimum": %s}}}' % odd
    tools = b'[{"name": "odd", "inputSchema": %s}, {"name": "even", "inputSchema": {"type": "object"}}]' % schema
    with raw_mcp(b'{"tools": %s}' % tools) as server:
        found = discover(HERE, server.base_url)
    assert [told["name"] for told in found.tools] == ["even"]
    assert found.notes == ["'odd' is left out: it has what JSON cannot say, or is nested too deep."]


@pytest.mark.parametrize(
    "result",
    [
        b"[]",
        b'{"tools": 1}',
        b'{"tools": [{"name": 1, "inputSchema": {}}]}',
        b'{"tools": [{"name": "x"}]}',
        b'{"tools": [{"name": "x", "inputSchema": %s}]}' % (b'{"a":' * 5_000 + b"1" + b"}" * 5_000),
        b'{"tools": [{"name": "\\ud800", "inputSchema": {}}]}',
    ],
)
def test_what_is_no_list_of_tools_is_told_so(result: bytes) -> None:
    with raw_mcp(result) as server:
        kind, sentence = refused(server.base_url)
    assert kind is McpServerError
    assert sentence == UNREADABLE


@pytest.mark.parametrize("way", ["streamable", "json"])
def test_megabytes_of_descriptions_are_read_and_no_more_than_those(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = of_pages([[tool(f"tool_{at}", "d" * 100_000) for at in range(30)]])
    with mcp_server(way, pages) as server:
        assert len(discover(HERE, server.url).tools) == 30
        monkeypatch.setattr(transport, "MOST_BYTES", 1_000_000)
        assert refused(server.url) == (McpServerError, "The MCP server answered with more than 1 MB.")


@pytest.mark.parametrize(
    "tools",
    [
        b",".join([b'{"name":"a","inputSchema":{"type":"object"}}'] * 300_000),
        b'{"name": "a", "inputSchema": {"type": "object", "x": [%s]}}' % b",".join([b"[]"] * 1_000_000),
    ],
    ids=["tools", "what one tool has"],
)
def test_an_enormous_list_of_small_things_is_not_read(tools: bytes) -> None:
    with raw_mcp(b'{"tools": [%s]}' % tools) as server:
        assert refused(server.base_url) == (
            McpServerError,
            "The MCP server answered with more than 1,000,000 values.",
        )


def test_a_list_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "MOST_PAGES", 20)
    counted = iter(range(10_000))
    with mcp_server(lists=lambda _: ([], str(next(counted)))) as server:
        assert refused(server.url) == (McpServerError, "The MCP server's list of tools does not end.")
        assert len(server.asked) == 20
    with mcp_server(lists=lambda _: ([WEATHER], "again")) as server:
        assert refused(server.url) == (McpServerError, "The MCP server's list of tools does not end.")
        assert server.asked == [None, "again"]


def test_a_server_that_never_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "ANSWER_SECONDS", 0.5)
    with raw_server(5.0) as server:
        began = time.monotonic()
        told = (McpTimeoutError, "The MCP server did not answer within 0 seconds.")
        assert refused(server.base_url) == told
        assert time.monotonic() - began < 3


def drip(piece: bytes) -> Say:
    """Return a call that says a piece every tenth of a second, for as long as somebody listens."""

    def say(connection: socket.socket) -> None:
        while True:
            connection.sendall(chunk(piece))
            time.sleep(0.1)

    return say


@pytest.mark.parametrize(
    "piece", [b": still here\n\n", b"event: message\ndata: \n\n", b"event: other\ndata: x\n\n"]
)
def test_a_stream_that_never_ends_is_left(piece: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "WHOLE_SECONDS", 1.0)
    with raw_server(CHUNKED, drip(piece)) as server:
        began = time.monotonic()
        told = (McpTimeoutError, "The MCP server did not tell its tools within 1 seconds.")
        assert refused(server.base_url) == told
        assert time.monotonic() - began < 4


def test_a_flood_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MOST_BYTES", 1_000_000)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
    with raw_server(head, endless(b" " * 65_536, 50_000_000)) as server:
        assert refused(server.base_url) == (McpServerError, "The MCP server answered with more than 1 MB.")


REDIRECT = "The MCP server answered with a redirect, which is not followed: enter the address that it leads to."


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"])
def test_a_redirect_to_this_machine_is_not_followed(status: str) -> None:
    with mcp_server() as inner, raw_server(response(status, b"", f"Location: {inner.url}")) as outer:
        assert refused(outer.base_url) == (McpServerError, REDIRECT)
        assert inner.headers == []


def test_an_older_servers_stream_is_not_looked_for_elsewhere() -> None:
    def say(connection: socket.socket) -> None:
        is_message = outer.requests[-1].line.startswith("POST")
        connection.sendall(
            response("405 No", b"") if is_message else response("302 Found", b"", f"Location: {inner.url}")
        )

    with mcp_server("sse") as inner:
        with raw_server(say) as outer:
            assert refused(outer.base_url)[0] is McpServerError
            assert [asked.line.split()[0] for asked in outer.requests][-1] == "GET"
        assert inner.headers == []


def test_an_older_server_does_not_send_messages_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over SSE, a server says where it takes messages: that is to be itself."""
    monkeypatch.setattr(discovery, "WHOLE_SECONDS", 1.0)
    with mcp_server() as inner:
        elsewhere = b"event: endpoint\ndata: %s\n\n" % inner.url.encode()

        def say(connection: socket.socket) -> None:
            is_message = outer.requests[-1].line.startswith("POST")
            connection.sendall(response("405 No", b"") if is_message else CHUNKED + chunk(elsewhere))

        with raw_server(say) as outer:
            assert refused(outer.base_url)[0] is McpTimeoutError
            assert [asked.line.split()[0] for asked in outer.requests] == ["POST", "POST", "GET"]
        assert inner.headers == []


def test_a_redirect_within_the_same_server_is_not_followed_either() -> None:
    with raw_server(response("307 Temporary Redirect", b"", "Location: /v1/")) as server:
        assert refused(server.base_url) == (McpServerError, REDIRECT)
        assert len(server.requests) == 1


@pytest.mark.parametrize("way", get_args(Way))
def test_what_the_policy_does_not_open_is_not_called(way: Way) -> None:
    with mcp_server(way) as server:
        for url in (server.url, server.url.replace("127.0.0.1", "localhost")):
            with pytest.raises(EgressRefusedError, match="this machine itself"):
                discover(NOWHERE_NEAR, url)
        assert server.headers == []


@pytest.mark.parametrize(
    "url", ["ftp://example.org/mcp", "file:///etc/passwd", "http://a:b@example.org/", "x", ""]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(EgressRefusedError):
        discover(HERE, url)


def test_nobody_at_an_address_is_said_without_naming_it() -> None:
    kind, sentence = refused("http://127.0.0.1:9/mcp")
    assert kind is McpServerError
    assert sentence == "The MCP server's address refuses connections."


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (response("200 OK", b"<html></html>", content_type="text/html"), NO_MCP),
        (response("200 OK", b"{}"), UNREADABLE),
        (response("200 OK", b"nonsense"), UNREADABLE),
        (response("404 Not Found", b"nothing", content_type="text/plain"), NO_MCP),
        (response("405 Method Not Allowed", b""), NO_MCP),
        (
            response("401 Unauthorized", b""),
            "The MCP server wants a token, or does not accept this one (HTTP 401).",
        ),
        (response("403 Forbidden", b""), "The MCP server does not let this token, or nobody without one, in"),
        (response("429 Too Many", b""), "The MCP server answered with an error (HTTP 429)."),
        (response("500 Oh", b""), "The MCP server answered with an error (HTTP 500)."),
        (response("503 Oh", b"<html>"), "The MCP server answered with an error (HTTP 503)."),
        (response("204 No Content", b""), UNREADABLE),
        (
            response("202 Accepted", b""),
            "The MCP server answered with an error: server answered a request with 202",
        ),
        (
            response("200 OK", b"x", "Content-Encoding: gzip"),
            "The MCP server answered compressed, although it was asked not to.",
        ),
        (b"this is no HTTP\r\n\r\n", "What answered does not speak HTTP as it should."),
    ],
)
def test_what_is_no_mcp_server_is_told_so_in_a_sentence(answer: bytes, told: str) -> None:
    with raw_server(answer) as server:
        kind, sentence = refused(server.base_url)
    assert kind is McpServerError
    assert sentence.startswith(told)


def test_an_errors_own_words_are_told_without_the_token() -> None:
    def say(connection: socket.socket) -> None:
        error = {"code": -32000, "message": "tok-of-ada may not list tools"}
        asked = server.requests[-1].json
        connection.sendall(
            response("200 OK", json.dumps({"jsonrpc": "2.0", "id": asked["id"], "error": error}).encode())
        )

    with raw_server(say) as server:
        sentence = refused(server.base_url, "tok-of-ada")[1]
    assert "may not list tools" in sentence
    assert "tok-of-ada" not in sentence


def refused(url: str, token: str | None = None) -> tuple[type[KnownError], str]:
    """Return as what, and why, a server's tools are not told."""
    with pytest.raises(KnownError) as caught:
        discover(HERE, url, token)
    return caught.type, str(caught.value)


def test_nothing_of_a_server_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with mcp_server() as server, raw_server(response("200 OK", b"{}")) as raw, caplog.at_level("DEBUG"):
        discover(HERE, server.url, "tok-of-ada")
        refused(raw.base_url)
    ours = [record for record in caplog.records if record.name.startswith(("mcp.client", "httpx2"))]
    assert ours == []
