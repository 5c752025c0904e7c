"""The native client: OpenAI-compatible chat completions, streamed, with the times at which the socket was read."""

from __future__ import annotations

import asyncio
import contextlib
import time
from http import HTTPStatus
from typing import TYPE_CHECKING

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from src.studio.llm import failures
from src.studio.llm.chunks import read_chunk
from src.studio.llm.egress import EgressRefusedError
from src.studio.llm.limits import LARGEST_ANSWER, LARGEST_DOCUMENT, LARGEST_ERROR, TooLargeError
from src.studio.llm.request import StampedBody
from src.studio.llm.session import PlainSession
from src.studio.llm.sse import SseParser
from src.studio.llm.stamping import StampedResponse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from src.studio.llm.answer import Answer
    from src.studio.llm.request import ChatRequest, Endpoint
    from src.studio.llm.sse import ServerSentEvent
    from src.studio.llm.stamping import StampingConnector

DONE = b"[DONE]"
# A connection is used again when the server ends the answer soon after its last event, else it is closed
DRAIN_SECONDS = 0.25
CONNECT_SECONDS = 10.0
JSON_TYPES = ("application/json", "application/problem+json")
HTML = "text/html"
ANY_ERROR = (aiohttp.ClientError, HttpProcessingError, OSError, ValueError)


class ChatClient(PlainSession):
    """Calls models. It follows no redirects, reads no proxy settings, keeps no cookies and retries nothing.

    `connector` makes the connections; a guarded one (`egress`) refuses addresses that may not be reached.
    """

    def __init__(self, connector: StampingConnector) -> None:
        super().__init__(connector, response_class=StampedResponse)
        self.connector = connector
        self.turn = asyncio.Lock()

    async def open_connections(self, endpoint: Endpoint, count: int) -> None:
        """Open so many connections for calls to come. What fails here will fail again, and be told, there."""
        opened = await asyncio.gather(*(self._open(endpoint) for _ in range(count)), return_exceptions=True)
        for connection in opened:
            if isinstance(connection, aiohttp.connector.Connection):
                connection.release()

    async def _open(self, endpoint: Endpoint) -> aiohttp.connector.Connection:
        request = aiohttp.ClientRequest("POST", URL(endpoint.url), loop=asyncio.get_running_loop())
        async with asyncio.timeout(CONNECT_SECONDS):
            return await self.connector.connect(request, [], aiohttp.ClientTimeout())

    async def ask(self, request: ChatRequest, answer: Answer) -> None:
        """Send a call and fill `answer` with what comes of it, whatever it is.

        Raises `asyncio.CancelledError` alone, once the connection is closed.
        """
        secrets = request.endpoint.secrets
        try:
            self.connector.check(request.endpoint.url)
            async with asyncio.timeout(request.timeout_seconds):
                await self._ask(request, answer)
        except TimeoutError:
            if answer.end_ns is None:
                answer.fail(failures.of_timeout(request.timeout_seconds, began=answer.began), "timeout")
        except EgressRefusedError as error:
            answer.fail(failures.Failure(failures.EGRESS_REFUSED, secrets.taken_out(str(error))))
        except TooLargeError as error:
            answer.fail(failures.Failure(failures.TOO_LARGE, str(error)))
        except ANY_ERROR as error:
            if answer.finish_reason is not None:
                answer.complete(done=False)  # all of it was there before the connection went
            else:
                answer.fail(failures.of_exception(error, secrets, began=answer.began))
        finally:
            if answer.end_ns is None:
                answer.end_ns = time.perf_counter_ns()
            # the server's own words, too, are kept and shown
            answer.id = secrets.taken_out_of_name(answer.id)
            answer.finish_reason = secrets.taken_out_of_name(answer.finish_reason)

    async def _ask(self, request: ChatRequest, answer: Answer) -> None:
        def on_write(now: int) -> None:
            answer.sent_ns = now
            if request.on_sent is not None:
                request.on_sent()

        endpoint = request.endpoint
        response = await self.session.post(
            endpoint.url,
            data=StampedBody(request.body, self.turn, on_write),
            headers=endpoint.headers(request.request_id),
            allow_redirects=False,
        )
        try:
            await self._read(response, request, answer)
            if answer.end_ns is None:
                answer.end_ns = time.perf_counter_ns()
            await _drain(response)
        finally:
            response.close()  # returns nothing to the pool that was not read to its end

    async def _read(self, response: aiohttp.ClientResponse, request: ChatRequest, answer: Answer) -> None:
        answer.http_status = response.status
        answer.retry_after_seconds = failures.retry_after_seconds(response.headers)
        secrets = request.endpoint.secrets
        if response.status != HTTPStatus.OK:
            body = await _error_body(response)
            answer.fail(failures.of_status(response.status, response.headers, body, secrets))
        elif response.content_type in JSON_TYPES:
            answer.streamed = False
            await _read_document(response, request, answer)
        elif response.content_type == HTML:
            answer.fail(failures.Failure(failures.INVALID_STREAM, "The address answered with a web page."))
        else:
            answer.streamed = True
            await _read_stream(response, request, answer)


async def _read_stream(response: aiohttp.ClientResponse, request: ChatRequest, answer: Answer) -> None:
    assert isinstance(response, StampedResponse)  # noqa: S101 - the session makes no others
    answer.connected_ns = response.connected_ns
    parser, size, now = SseParser(), 0, 0
    async for data in response.content.iter_any():
        for piece, now in response.stamped(data):
            size += len(piece)
            if size > LARGEST_ANSWER:
                raise TooLargeError(f"The answer is larger than {LARGEST_ANSWER // 1_000_000} MB.")
            if _take_all(parser.feed(piece), now, request, answer):
                return
    last = parser.close()
    if last is not None:
        with contextlib.suppress(ValueError):  # the stream ended within it
            if _take(last, now, request, answer):
                return
    answer.complete(done=False)


def _take_all(events: Iterable[ServerSentEvent], now: int, request: ChatRequest, answer: Answer) -> bool:
    """Add events; return whether the answer has ended with one of them."""
    try:
        return any(_take(event, now, request, answer) for event in events)
    except ValueError:
        answer.fail(
            failures.Failure(failures.INVALID_STREAM, "The answer has an event that is not JSON in UTF-8.")
        )
        return True


def _take(event: ServerSentEvent, now: int, request: ChatRequest, answer: Answer) -> bool:
    data = event.data.strip()
    if data == DONE:
        answer.complete(done=True)
        return True
    if not data:
        return False
    chunk = read_chunk(data, is_error=event.name == b"error", collect=request.collect)
    if chunk.error is not None:
        answer.fail(failures.in_stream(chunk.error, request.endpoint.secrets))
        return True
    answer.take(chunk, now)
    return False


async def _read_document(response: aiohttp.ClientResponse, request: ChatRequest, answer: Answer) -> None:
    """Take an answer that comes at once: one token event, as that is what the client saw."""
    body = await _body(response, LARGEST_DOCUMENT)
    now = time.perf_counter_ns()
    if len(body) > LARGEST_DOCUMENT:
        raise TooLargeError(f"The answer is one document of more than {LARGEST_DOCUMENT // 1024 // 1024} MB.")
    try:
        chunk = read_chunk(body, collect=request.collect)
    except ValueError:
        answer.fail(failures.Failure(failures.INVALID_STREAM, "The answer is a document that cannot be read."))
        return
    if chunk.error is not None:
        answer.fail(failures.in_stream(chunk.error, request.endpoint.secrets))
        return
    answer.take(chunk, now)
    answer.complete(done=False)


async def _body(response: aiohttp.ClientResponse, most: int) -> bytes:
    """Return the body, or its beginning where it has more than `most` bytes."""
    body = bytearray()
    async for data in response.content.iter_any():
        body += data
        if len(body) > most:
            break
    return bytes(body)


async def _error_body(response: aiohttp.ClientResponse) -> bytes:
    """Return the beginning of an error's body. The status is the error, whatever becomes of its words."""
    try:
        return (await _body(response, LARGEST_ERROR))[:LARGEST_ERROR]
    except ANY_ERROR:
        return b""


async def _drain(response: aiohttp.ClientResponse) -> None:
    """Wait a moment for the end, so that the connection can be used again."""
    with contextlib.suppress(TimeoutError, aiohttp.ClientError, OSError):
        async with asyncio.timeout(DRAIN_SECONDS):
            while await response.content.readany():
                pass
