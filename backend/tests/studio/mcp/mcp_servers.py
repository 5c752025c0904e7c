"""MCP servers on this machine, made with MCP's own package, which say what they are told to."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import uvicorn
from mcp.server.lowlevel import Server
from mcp.server.sse import SseServerTransport
from mcp.types import ListToolsResult, PaginatedRequestParams, Tool
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

Way = Literal["streamable", "json", "stateless", "sse"]
Lists = Callable[[str | None], tuple[Sequence[Tool], str | None]]


def tool(name: str, description: str = "", **properties: Any) -> Tool:
    schema = {"type": "object", "properties": properties, "required": sorted(properties)}
    return Tool(name=name, description=description, input_schema=schema)


WEATHER = tool("get_weather", "Tells the weather.", city={"type": "string"})


def of_pages(pages: Sequence[Sequence[Tool]]) -> Lists:
    """Return what tells tools page by page."""

    def told(cursor: str | None) -> tuple[Sequence[Tool], str | None]:
        at = int(cursor or 0)
        return pages[at], str(at + 1) if at + 1 < len(pages) else None

    return told


@dataclass
class McpServer:
    """A server that runs. `asked`: its cursors, in order; `headers`: those of each request."""

    url: str
    asked: list[str | None] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


def _app(way: Way, lists: Lists, running: McpServer) -> ASGIApp:
    async def list_tools(_context: Any, params: PaginatedRequestParams | None) -> ListToolsResult:
        cursor = params.cursor if params else None
        running.asked.append(cursor)
        tools, following = lists(cursor)
        return ListToolsResult(tools=list(tools), next_cursor=following)

    server = Server("Weather", version="1", title="The weather", on_list_tools=list_tools)
    app = _sse_app(server)
    if way != "sse":
        app = server.streamable_http_app(json_response=way == "json", stateless_http=way == "stateless")

    async def noted(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            running.headers.append({name.decode(): value.decode() for name, value in scope["headers"]})
        await app(scope, receive, send)

    return noted


def _sse_app(server: Server) -> Starlette:
    transport = SseServerTransport("/messages/")

    async def listen(request: Request) -> Response:
        async with transport.connect_sse(request.scope, request.receive, request._send) as (read, write):
            await server.run(read, write, server.create_initialization_options())
        return Response()

    return Starlette(routes=[Route("/sse", listen), Mount("/messages/", transport.handle_post_message)])


@contextlib.contextmanager
def mcp_server(way: Way = "streamable", lists: Lists | None = None) -> Generator[McpServer]:
    """Run a server, which has one tool unless told otherwise."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        path = "/sse" if way == "sse" else "/mcp"
        running = McpServer(f"http://127.0.0.1:{listener.getsockname()[1]}{path}")
        app = _app(way, lists or of_pages([[WEATHER]]), running)
        config = uvicorn.Config(app, log_config=None, lifespan="on", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        serve: Callable[[], Awaitable[None]] = lambda: server.serve([listener])  # noqa: E731
        thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield running
        finally:
            server.should_exit = True
            thread.join()
