"""One call as it is sent: address, headers, and a body whose large parts are shared between calls."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp.payload import Payload

from src import VERSION
from src.studio.llm.failures import Secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from aiohttp.abc import AbstractStreamWriter

    from src.studio.llm.message import MessageCollector

USER_AGENT = f"leaderboard-studio/{VERSION}"
# What the engine says itself, or what says where a request goes and who pays for it.
RESERVED_PARAMS = frozenset(
    {
        *("model", "messages", "prompt", "stream", "stream_options", "metadata", "litellm_metadata", "tags"),
        *("api_key", "api_base", "base_url", "api_version", "headers", "extra_headers", "user_config", "timeout"),
    }
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A model, by OpenAI's chat completions. `base_url` ends where `/chat/completions` follows."""

    base_url: str
    model: str
    api_key: str | None = field(default=None, repr=False)
    params: Mapping[str, Any] = field(default_factory=dict)
    tags: Sequence[str] = ()
    """Sent as `metadata.tags`, for a LiteLLM gateway."""
    streamed: bool = True
    """Whether the answer is asked for in pieces. Else it comes as one document."""

    @property
    def url(self) -> str:
        """Where calls go."""
        return f"{self.base_url.rstrip('/')}/chat/completions"

    @property
    def secrets(self) -> Secrets:
        """What errors must not tell."""
        return Secrets(self.api_key, self.base_url)

    def headers(self, request_id: str) -> dict[str, str]:
        """Return the headers of one call. Compression would let a server's buffers shape the times."""
        headers = {
            "Accept": "text/event-stream" if self.streamed else "application/json",
            "Accept-Encoding": "identity",
            "Content-Type": "application/json",
            "User-Agent": USER_AGENT,
            "X-Request-ID": request_id,
        }
        return headers | {"Authorization": f"Bearer {self.api_key}"} if self.api_key else headers

    def head(self) -> bytes:
        """Return the JSON of a call up to its messages, which are the last field."""
        return orjson.dumps(self.fields())[:-1] + b',"messages":'

    def fields(self) -> dict[str, Any]:
        """Return all that a call says beside its messages."""
        body: dict[str, Any] = {**self.params, "model": self.model, "stream": self.streamed}
        if self.streamed:
            body["stream_options"] = {**(self.params.get("stream_options") or {}), "include_usage": True}
        else:
            body.pop("stream_options", None)
        if self.tags:
            body["metadata"] = {**(self.params.get("metadata") or {}), "tags": list(self.tags)}
        body.pop("messages", None)
        return body


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One call. `body` is JSON in pieces, written one after another; `on_sent` is told the time it is sent.

    `collect` keeps what the model says; without it, only sizes and times are looked at.
    """

    endpoint: Endpoint
    request_id: str
    body: Sequence[bytes]
    timeout_seconds: float
    on_sent: Callable[[], None] | None = None
    collect: MessageCollector | None = None


class StampedBody(Payload):
    """A body that notes when it is written: the connection is open by then, and the headers go with it.

    Bodies take turns, each with a pass of the loop to itself: uvloop hands over what was written at the end of a
    pass, so that of a burst in one pass, the first would have gone milliseconds after its time.
    """

    def __init__(self, pieces: Sequence[bytes], turn: asyncio.Lock, on_write: Callable[[int], None]) -> None:
        super().__init__(pieces, content_type="application/json")
        self._size = sum(map(len, pieces))
        self._turn, self._on_write = turn, on_write

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Write all pieces."""
        await self._turn.acquire()
        try:
            now = time.perf_counter_ns()
            await writer.write(self._value[0])
            self._on_write(now)
        finally:  # with the next pass; waiting for it here would let a quick answer overtake the body, and cut it
            asyncio.get_running_loop().call_soon(self._turn.release)
        for piece in self._value[1:]:
            await writer.write(piece)

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:  # noqa: ARG002 - aiohttp's
        """Write all pieces: their length is what was announced."""
        await self.write(writer)

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Return the body as text."""
        return b"".join(self._value).decode(encoding, errors)
