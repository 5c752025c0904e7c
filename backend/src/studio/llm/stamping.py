"""Times of arrival, taken when the socket was read, before anything of it is parsed."""

from __future__ import annotations

import functools
import time
from collections import deque
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp.client_proto import ResponseHandler

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator

    from aiohttp.abc import AbstractResolver
    from aiohttp.client_reqrep import ClientRequest
    from aiohttp.connector import Connection, SocketFactoryType
    from aiohttp.tracing import Trace

# Servers close idle connections after five seconds (uvicorn) or more. One that is about to be closed is not used
# again: a request that it swallows would be an error of the model in the eyes of everyone
IDLE_SECONDS = 4.0


class StampingHandler(ResponseHandler):
    """aiohttp's protocol of a connection, which notes when bytes of an answer were read."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self.reads = deque[tuple[int, int]]()
        """For each read: the bytes of the answer's body that were there then, and when (`perf_counter_ns`)."""
        self.connected_ns = 0
        """When it was given to the request that it is used for."""
        self._before: object = None
        self._now = 0

    def begin(self) -> None:
        """Forget the answer before on this connection."""
        self.reads.clear()
        self._before = self._payload

    def data_received(self, data: bytes) -> None:
        """Note the time, then let aiohttp do its work; without data it goes on with what it had put off."""
        if data:
            self._now = time.perf_counter_ns()
        super().data_received(data)
        body = self._payload
        if body is not None and body is not self._before:
            self.reads.append((body.total_bytes, self._now))


class StampedResponse(aiohttp.ClientResponse):
    """An answer that knows when its bytes were read."""

    connected_ns: int
    """When there was a connection for its request (`perf_counter_ns`)."""
    _reads: deque[tuple[int, int]]
    _taken = 0

    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        """Begin to read; aiohttp calls this before anything of the answer can have arrived."""
        handler: Any = connection.protocol
        handler.begin()
        self._reads, self.connected_ns = handler.reads, handler.connected_ns
        return await super().start(connection)

    def stamped(self, data: bytes) -> Iterator[tuple[bytes, int]]:
        """Cut what was read next of the body into the reads of the socket, each with its time."""
        start, end = 0, len(data)
        while start < end:
            total, now = self._reads[0] if self._reads else (self._taken + end, time.perf_counter_ns())
            stop = min(total - self._taken, end)
            if total <= self._taken + end and self._reads:
                self._reads.popleft()
            if stop > start:
                yield data[start:stop], now
                start = stop
        self._taken += end


class StampingConnector(aiohttp.TCPConnector):
    """Connections that stamp, without a limit to their number, to any address: `egress` has those with a guard.

    A `socket_factory` sees each address before a socket for it is made, also where no name was resolved.
    """

    def __init__(
        self, *, resolver: AbstractResolver | None = None, socket_factory: SocketFactoryType | None = None
    ) -> None:
        super().__init__(limit=0, keepalive_timeout=IDLE_SECONDS, resolver=resolver, socket_factory=socket_factory)
        self._factory = functools.partial(StampingHandler, loop=self._loop)

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's
    ) -> Connection:
        """Give a connection for a request, and note when."""
        connection = await super().connect(req, traces, timeout)
        handler: Any = connection.protocol
        handler.connected_ns = time.perf_counter_ns()
        return connection

    def check(self, url: str) -> None:
        """Raise an error for an address that may not be called: here, all may."""
