"""Asks an MCP server for its tools: over streamable HTTP, else over SSE, page by page."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import anyio
import httpx2
from mcp.client.client import Client
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from mcp.types import PARSE_ERROR, Implementation
from pydantic import ValidationError

from src.core.errors import KnownError
from src.studio.errors import McpServerError, McpTimeoutError
from src.studio.llm.failures import Secrets
from src.studio.llm.guarded import guarded_connector
from src.studio.llm.session import PlainSession
from src.studio.mcp.transport import MOST_BYTES, GuardedTransport
from src.studio.schemas import can_be_sent

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from mcp.client._transport import Transport, TransportStreams
    from mcp.client.client import ConnectMode
    from mcp.types import Tool

    from src.studio.llm.egress import EgressPolicy

WHOLE_SECONDS = 20.0
MOST_TOOLS = 1_000
MOST_PAGES = 200
LONGEST_SERVER_NAME = 256
NO_MCP = "What answers at this address does not speak MCP. Is it the server's whole address, such as …/mcp?"
UNREADABLE = "What the MCP server answered cannot be read."
OURS = Implementation(name="LLM Studio", version="1")


@dataclass(frozen=True, slots=True)
class Found:
    """What a server told: what it calls itself, its tools as MCP has them, and what is to be said of the list."""

    server_name: str
    tools: Sequence[dict[str, Any]]
    notes: Sequence[str]


def discover(policy: EgressPolicy, url: str, token: str | None = None) -> Found:
    """Return a server's tools. It blocks for twenty seconds at most.

    Raises `EgressRefusedError`, `McpServerError` and `McpTimeoutError`.
    """
    # what they log are addresses, sessions and all that a stranger sends
    for name in ("mcp", "httpx2"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    policy.check(url)
    # in an empty context, so that nothing of this request's own trace is sent along
    return contextvars.Context().run(lambda: asyncio.run(_discover(policy, url, token)))


async def _discover(policy: EgressPolicy, url: str, token: str | None) -> Found:
    secrets = Secrets(token, url)
    with anyio.move_on_after(WHOLE_SECONDS):
        async with PlainSession(guarded_connector(policy), auto_decompress=False) as plain:
            newer = GuardedTransport(plain.session, token, secrets, {"POST"})
            try:
                return await _asked(_streamable(url, newer), "auto", newer, secrets)
            except McpServerError as error:
                if not _may_speak_sse(newer):
                    raise
                first = error
            older = GuardedTransport(plain.session, token, secrets, {"POST", "GET"})
            try:
                return await _asked(_sse(url, older), "legacy", older, secrets)
            except McpServerError:
                raise first from None
    raise McpTimeoutError(f"The MCP server did not tell its tools within {WHOLE_SECONDS:.0f} seconds.")


def _may_speak_sse(transport: GuardedTransport) -> bool:
    """Tell whether a server refused a message as one that only takes them elsewhere does."""
    refused = transport.status is not None and transport.status // 100 == HTTPStatus.BAD_REQUEST // 100
    return refused and transport.failure is None and transport.status != HTTPStatus.TOO_MANY_REQUESTS


@contextlib.asynccontextmanager
async def _streamable(url: str, transport: GuardedTransport) -> AsyncGenerator[TransportStreams]:
    async with (
        httpx2.AsyncClient(transport=transport, trust_env=False, timeout=None) as client,
        streamable_http_client(url, http_client=client, max_sse_event_size=MOST_BYTES) as streams,
    ):
        yield streams


@contextlib.asynccontextmanager
async def _sse(url: str, transport: GuardedTransport) -> AsyncGenerator[TransportStreams]:
    def client(
        headers: dict[str, str] | None = None,
        timeout: httpx2.Timeout | None = None,
        auth: httpx2.Auth | None = None,
    ) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            transport=transport, trust_env=False, headers=headers, timeout=timeout, auth=auth
        )

    async with sse_client(url, httpx_client_factory=client) as streams:
        yield streams


async def _asked(way: Transport, mode: ConnectMode, transport: GuardedTransport, secrets: Secrets) -> Found:
    """Return what a server tells one way. Raises `KnownError` for whatever goes wrong."""
    found = None
    try:
        async with Client(way, mode=mode, cache=None, client_info=OURS) as client:
            tools, is_whole = await _listed(client)
            info = client.server_info
            found = _found((info.title or info.name) if info else "", tools, is_whole=is_whole)
    except Exception as error:  # noqa: BLE001 - whatever a stranger's answer makes of MCP's client
        if found is None:  # else it went wrong when all was said
            raise _failure(error, transport, secrets) from None
    assert found is not None  # noqa: S101
    return found


async def _listed(client: Client) -> tuple[Sequence[Tool], bool]:
    """Return the first tools, and whether they are all."""
    tools: list[Tool] = []
    seen: set[str | None] = set()
    cursor: str | None = None
    while len(tools) <= MOST_TOOLS:
        if cursor in seen or len(seen) >= MOST_PAGES:
            raise McpServerError("The MCP server's list of tools does not end.")
        seen.add(cursor)
        page = await client.list_tools(cursor=cursor)
        tools += page.tools
        cursor = page.next_cursor
        if cursor is None:
            break
    return tools[:MOST_TOOLS], cursor is None and len(tools) <= MOST_TOOLS


def _found(server_name: str, tools: Sequence[Tool], *, is_whole: bool) -> Found:
    told, notes = [], []
    if not is_whole:
        notes.append(f"The server has more than {MOST_TOOLS:,} tools; these are the first {MOST_TOOLS:,}.")
    for tool in tools:
        found = {"name": tool.name, "description": tool.description or "", "inputSchema": tool.input_schema}
        if can_be_sent(found):
            told.append(found)
        else:
            notes.append(f"{tool.name[:80]!a} is left out: it has what JSON cannot say, or is nested too deep.")
    return Found(server_name[:LONGEST_SERVER_NAME] if can_be_sent(server_name) else "", told, notes)


def _failure(error: Exception, transport: GuardedTransport, secrets: Secrets) -> KnownError:
    """Return why a server's tools are not known, as far as MCP's client lets that be seen."""
    if transport.failure is not None:
        return transport.failure
    status = transport.status or 0
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        return McpServerError(f"The MCP server answered with an error (HTTP {status}).")
    cause = _first(error)
    if isinstance(cause, KnownError):
        return cause
    if isinstance(cause, ValidationError) or (isinstance(cause, MCPError) and cause.code == PARSE_ERROR):
        return McpServerError(UNREADABLE)
    if isinstance(cause, MCPError) and status < HTTPStatus.BAD_REQUEST and "content type" not in cause.message:
        return McpServerError(f"The MCP server answered with an error: {secrets.taken_out(cause.message)}")
    return McpServerError(NO_MCP)


def _first(error: BaseException) -> BaseException:
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error
