"""`GuardedTransport`: lets MCP's own client send by our guarded connections, within bounds of size and time."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import anyio
import httpx2
from yarl import URL

from src.core.errors import KnownError
from src.studio.errors import McpServerError, McpTimeoutError
from src.studio.llm import failures
from src.studio.llm.client import ANY_ERROR

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection

    import aiohttp

    from src.studio.llm.failures import Secrets

MOST_BYTES = 20 * 1000 * 1000
"""Of all answers of one server together."""
MOST_VALUES = 1_000_000
"""Of these answers' JSON: what takes 20 bytes there may take a thousand here, and the time of everybody."""
ANSWER_SECONDS = 10.0
GOODBYE_SECONDS = 2.0
USER_AGENT = "llm-studio"
# Compressed, ten megabytes may be ten gigabytes
PLAIN = {"Accept-Encoding": "identity", "User-Agent": USER_AGENT}
# What is ours to say, and what the connection says for itself
NOT_PASSED_ON = {"host", "content-length", "transfer-encoding", "connection", "accept-encoding", "user-agent"}
WRONG_TOKEN = {
    HTTPStatus.UNAUTHORIZED: "The MCP server wants a token, or does not accept this one (HTTP 401).",
    HTTPStatus.FORBIDDEN: "The MCP server does not let this token, or nobody without one, in (HTTP 403).",
}


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Sends a client's requests over a session whose connector guards them. It follows no redirects.

    MCP's client swallows some errors and wraps others: the first one stays here, and the status of what answered
    last. `telling`: the methods of requests whose answers matter; others ask for news, or say goodbye.
    """

    def __init__(
        self, session: aiohttp.ClientSession, token: str | None, secrets: Secrets, telling: Collection[str]
    ) -> None:
        self._session, self._secrets, self._telling = session, secrets, telling
        self._headers = PLAIN | ({"Authorization": f"Bearer {token}"} if token else {})
        self._read = self._values = 0
        self.failure: KnownError | None = None
        self.status: int | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request, and return its answer as soon as its head is there."""
        try:
            response = await self._sent(request)
        except KnownError as error:
            failure = error
        except TimeoutError:
            failure = McpTimeoutError(f"The MCP server did not answer within {ANSWER_SECONDS:.0f} seconds.")
        except ANY_ERROR as error:
            sentence = failures.of_exception(error, self._secrets, began=False).sentence
            failure = McpServerError(sentence.replace("provider", "MCP server"))
        else:
            if request.method in self._telling:
                self.status = response.status_code
            return response
        if request.method in self._telling:
            self.failure = self.failure or failure
        raise failure

    async def _sent(self, request: httpx2.Request) -> httpx2.Response:
        own = {name: value for name, value in request.headers.items() if name.lower() not in NOT_PASSED_ON}
        patience = GOODBYE_SECONDS if request.method == "DELETE" else ANSWER_SECONDS
        with anyio.fail_after(patience):
            response = await self._session.request(
                request.method,
                URL(str(request.url), encoded=True),
                headers=own | self._headers,
                data=await request.aread() or None,
                allow_redirects=False,
            )
        try:
            self._check(response)
        except McpServerError:
            response.close()
            raise
        return httpx2.Response(
            response.status, headers=list(response.headers.items()), stream=_Body(self, response), request=request
        )

    def _check(self, response: aiohttp.ClientResponse) -> None:
        if HTTPStatus.MULTIPLE_CHOICES <= response.status < HTTPStatus.BAD_REQUEST:
            raise McpServerError(
                "The MCP server answered with a redirect, which is not followed: "
                "enter the address that it leads to."
            )
        if response.status in WRONG_TOKEN:
            raise McpServerError(WRONG_TOKEN[HTTPStatus(response.status)])
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise McpServerError("The MCP server answered compressed, although it was asked not to.")

    def count(self, part: bytes) -> None:
        """Add to what was read of the server. Raises `McpServerError`."""
        self._read += len(part)
        self._values += sum(map(part.count, (b",", b"[", b"{")))
        if self._read > MOST_BYTES:
            raise self._too_much(f"{MOST_BYTES // 1_000_000} MB")
        if self._values > MOST_VALUES:
            raise self._too_much(f"{MOST_VALUES:,} values")

    def _too_much(self, most: str) -> KnownError:
        self.failure = self.failure or McpServerError(f"The MCP server answered with more than {most}.")
        return self.failure


class _Body(httpx2.AsyncByteStream):
    """A body as it comes."""

    def __init__(self, transport: GuardedTransport, response: aiohttp.ClientResponse) -> None:
        self._transport, self._response = transport, response

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        try:
            async for part in self._response.content.iter_any():
                self._transport.count(part)
                yield part
        except ANY_ERROR:
            raise httpx2.ReadError("The connection broke off.") from None

    async def aclose(self) -> None:
        self._response.close()
