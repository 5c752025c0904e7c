"""The SDK's way to call a model: LiteLLM speaks the provider's dialect, over connections that stamp as our own do.

Loaded only where a plan needs it: LiteLLM takes seconds to import, and may not be installed.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
import re
import time
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson

# Before the import: without these it fetches a list of prices, and loads a second implementation of itself.
os.environ.update(LITELLM_LOCAL_MODEL_COST_MAP="True", LITELLM_RUST="0", LITELLM_MODE="PRODUCTION")

import httpx
import litellm
from litellm.llms.custom_httpx import llm_http_handler
from litellm.llms.custom_httpx.http_handler import AsyncHTTPHandler

from src.studio.llm import failures
from src.studio.llm.chunks import chunk_of
from src.studio.llm.client import ANY_ERROR
from src.studio.llm.egress import EgressRefusedError
from src.studio.llm.limits import LARGEST_ANSWER, LARGEST_DOCUMENT, LARGEST_ERROR, LONGEST_LINE, TooLargeError
from src.studio.llm.request import StampedBody
from src.studio.llm.sdk import MOST_AT_ONCE, SDK, refusal_of
from src.studio.llm.stamping import StampedResponse

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    import aiohttp

    from src.studio.llm.answer import Answer
    from src.studio.llm.chunks import Chunk
    from src.studio.llm.client import ChatClient
    from src.studio.llm.request import ChatRequest

litellm.suppress_debug_info = True
litellm.telemetry = False
litellm.drop_params = (
    False  # what a provider does not take is an error with a sentence, and never left out silently
)
litellm.disable_token_counter = True

# LiteLLM makes up what a stream lacks: its end, its counts, its id. What was sent is looked for in its lines.
ENDED = re.compile(rb'message_stop|message-end|\[DONE\]|"(?:stop_reason|finish_reason|finishReason)"\s*:\s*"')
BEGUN = b'"message_start"'
"""Anthropic's first event, whose usage has no output yet."""
COUNTED = re.compile(rb'"(?:usage|usageMetadata|billed_units)"\s*:\s*\{')
REASONED = re.compile(rb'"(?:reasoning_tokens|thoughtsTokenCount)"\s*:')
IDENTIFIED = re.compile(rb'"(?:id|responseId)"\s*:\s*"([\w.:-]{1,128})"', re.ASCII)
# What LiteLLM puts around the provider's words.
WRAPPED = re.compile(
    r"(?:(?:litellm\.)?\w+(?:Error|[Ee]xception)\s?)+(?:-\s+[A-Z_]+\s+)?[:-]\s+"
    r"|\s*(?:Handle with `litellm|Original exception:).*",
    re.DOTALL,
)

_call: contextvars.ContextVar[_Call] = contextvars.ContextVar("call")


@dataclass(slots=True)
class _Call:
    """What the transport sees of a call, beside what the SDK makes of it."""

    request: ChatRequest
    answer: Answer
    on_write: Callable[[int], None]
    handler: AsyncHTTPHandler
    now: int = 0
    size: int = 0
    rest: bytes = b""
    has_ended: bool = False
    has_counts: bool = False
    has_reasoning_count: bool = False
    error: BaseException | None = None
    body: bytes = b""
    headers: Any = None

    def take(self, piece: bytes, now: int) -> None:
        """Look at what was read, a line at a time."""
        self.now, self.size = now, self.size + len(piece)
        if self.size > LARGEST_ANSWER:
            raise TooLargeError(f"The answer is larger than {LARGEST_ANSWER // 1_000_000} MB.")
        if len(self.rest) > (LONGEST_LINE if self.request.endpoint.streamed else LARGEST_DOCUMENT):
            raise TooLargeError("The answer has a line that is too long.")
        *lines, self.rest = (self.rest + piece).split(b"\n")
        for line in lines:
            self._look_at(line)

    def finish(self) -> None:
        """Look at what no line's end came after."""
        self._look_at(self.rest)

    def _look_at(self, line: bytes) -> None:
        self.has_ended = self.has_ended or ENDED.search(line) is not None
        self.has_counts = self.has_counts or (BEGUN not in line and COUNTED.search(line) is not None)
        self.has_reasoning_count = self.has_reasoning_count or REASONED.search(line) is not None
        if self.answer.id is None and (found := IDENTIFIED.search(line)):
            self.answer.id = found[1].decode()

    def said(self, piece: Any) -> Chunk:  # noqa: ANN401 - LiteLLM's own
        """Return a chunk of the SDK's, or its whole answer, without what the provider has not sent."""
        document = piece.model_dump(exclude_none=True)
        if self.request.collect is not None:
            self.request.collect.take(document)
        chunk = chunk_of(document)
        usage = chunk.usage if self.has_counts else None
        if usage is not None and not self.has_reasoning_count:
            usage = replace(usage, reasoning_tokens=None)
        return replace(chunk, id=None, usage=usage)


def _handler_of_call(*_args: object, **_options: object) -> AsyncHTTPHandler:
    """Return the client of the current call, where LiteLLM would make one that has neither guard nor times.

    Its part for Cohere is not given the client that `acompletion` is.
    """
    return _call.get().handler


vars(llm_http_handler).update(get_async_httpx_client=_handler_of_call)


class SdkClient:
    """Calls models as `ChatClient` does, `MOST_AT_ONCE` at a time."""

    def __init__(self, client: ChatClient) -> None:
        """Take the client whose connections stamp, and refuse what they may not reach."""
        self._handler = AsyncHTTPHandler(transport=_Transport(client), follow_redirects=False)
        self._places = asyncio.Semaphore(MOST_AT_ONCE)

    async def ask(self, request: ChatRequest, answer: Answer) -> None:
        """Send a call and fill `answer` with what comes of it, whatever it is. See `ChatClient.ask`."""

        def on_write(now: int) -> None:
            answer.sent_ns = now
            if request.on_sent is not None:
                request.on_sent()

        call, secrets = _Call(request, answer, on_write, self._handler), request.endpoint.secrets
        try:
            async with self._places, asyncio.timeout(request.timeout_seconds):
                await self._ask(request, answer, call)
        except TimeoutError:
            answer.fail(failures.of_timeout(request.timeout_seconds, began=answer.began), "timeout")
        except TooLargeError as error:
            answer.fail(failures.Failure(failures.TOO_LARGE, str(error)))
        except Exception as error:  # noqa: BLE001 - the SDK wraps whatever it was in some class of its own
            answer.fail(_failure(call.error or error, call))
        finally:
            if answer.end_ns is None:
                answer.end_ns = time.perf_counter_ns()
            answer.id = secrets.taken_out_of_name(answer.id)
            answer.finish_reason = secrets.taken_out_of_name(answer.finish_reason)

    async def _ask(self, request: ChatRequest, answer: Answer, call: _Call) -> None:
        asked = orjson.loads(b"".join(request.body))
        if refusal := refusal_of(asked):
            answer.fail(failures.Failure(SDK, refusal))
            return
        token = _call.set(call)
        try:
            answered: Any = await litellm.acompletion(
                **{**asked, "stream": request.endpoint.streamed},
                api_key=request.endpoint.api_key,
                base_url=request.endpoint.base_url or None,
                client=self._handler,
                num_retries=0,
                max_retries=0,
                timeout=request.timeout_seconds,
            )
            if not request.endpoint.streamed:
                call.finish()
                answer.take(call.said(answered), call.now)
            else:
                async for piece in answered:
                    answer.take(call.said(piece), call.now)
                call.finish()
        finally:
            _call.reset(token)
        if not call.has_ended:
            answer.finish_reason = None
        answer.complete(done=False)


class _Transport(httpx.AsyncBaseTransport):
    """Lets httpx go by the session that stamps."""

    def __init__(self, client: ChatClient) -> None:
        self._client = client

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request of the current call."""
        call = _call.get()
        headers = {name: value for name, value in request.headers.items() if name not in _HOP_BY_HOP}
        headers |= {"Accept-Encoding": "identity", "X-Request-ID": call.request.request_id}
        try:
            self._client.connector.check(str(request.url))
            response = await self._client.session.request(
                request.method,
                str(request.url),
                data=StampedBody([await request.aread()], self._client.turn, call.on_write),
                headers=headers,
                allow_redirects=False,
            )
            call.answer.http_status, call.headers = response.status, response.headers
            call.answer.retry_after_seconds = failures.retry_after_seconds(response.headers)
            if response.status != HTTPStatus.OK:
                call.body = (await response.content.read(LARGEST_ERROR))[:LARGEST_ERROR]
                response.close()
                return httpx.Response(response.status, content=call.body, request=request)
        except (*ANY_ERROR, EgressRefusedError) as error:
            call.error = error
            raise
        call.answer.streamed = call.request.endpoint.streamed
        return httpx.Response(
            response.status,
            headers={"content-type": response.headers.get("Content-Type", "")},
            stream=_Stream(response, call),
            request=request,
        )


class _Stream(httpx.AsyncByteStream):
    """An answer's body, cut into the reads of its socket."""

    def __init__(self, response: aiohttp.ClientResponse, call: _Call) -> None:
        self._response, self._call = response, call

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        assert isinstance(self._response, StampedResponse)  # noqa: S101 - the session makes no others
        try:
            async for data in self._response.content.iter_any():
                for piece, now in self._response.stamped(data):
                    self._call.take(piece, now)
                    yield piece
        except (*ANY_ERROR, TooLargeError) as error:
            self._call.error = error
            raise

    async def aclose(self) -> None:
        """Close the connection: what was not read to its end is not used again."""
        self._response.close()


_HOP_BY_HOP = frozenset({"host", "content-length", "content-type", "connection", "transfer-encoding"})


def _failure(error: BaseException, call: _Call) -> failures.Failure:
    """Say why a call failed, in the provider's own words where it has any."""
    answer, secrets = call.answer, call.request.endpoint.secrets
    if call.error is not None:
        return _of_connection(call.error, call)
    if answer.http_status not in {None, HTTPStatus.OK}:
        return failures.of_status(answer.http_status or 0, call.headers, call.body, secrets)
    words = WRAPPED.sub("", str(error))
    if answer.began:
        return failures.in_stream(words, secrets)
    if isinstance(error, litellm.BadRequestError):
        return failures.Failure(SDK, secrets.taken_out(f"LiteLLM's SDK refused the request: {words}"))
    # of anything else the words are a trace of its code, with paths of this machine
    return failures.Failure(SDK, f"LiteLLM's SDK could not make the call ({type(error).__name__}).")


def _of_connection(error: BaseException, call: _Call) -> failures.Failure:
    """Say what went wrong below the SDK."""
    secrets = call.request.endpoint.secrets
    if isinstance(error, TooLargeError):
        return failures.Failure(failures.TOO_LARGE, str(error))
    if isinstance(error, EgressRefusedError):
        return failures.Failure(failures.EGRESS_REFUSED, secrets.taken_out(str(error)))
    return failures.of_exception(error, secrets, began=call.answer.began)
