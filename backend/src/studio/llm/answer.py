"""What came of one call: its events with their times, its tokens, and how it ended."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from src.studio.llm.failures import TRUNCATED, Failure

if TYPE_CHECKING:
    from src.studio.llm.chunks import Chunk, Usage

BYTES_PER_TOKEN = 4

Status = Literal["success", "truncated", "error", "timeout", "cancelled"]


@dataclass(slots=True)
class Answer:
    """One call, filled while it goes on, so that a call that is cancelled leaves what there was of it.

    All times are `perf_counter_ns`. `status` stays `cancelled` until the call has ended by itself.
    """

    status: Status = "cancelled"
    failure: Failure | None = None
    http_status: int | None = None
    retry_after_seconds: float | None = None
    streamed: bool | None = None
    id: str | None = None
    finish_reason: str | None = None
    usage: Usage | None = None
    connected_ns: int | None = None
    """When a connection for it was there."""
    sent_ns: int | None = None
    end_ns: int | None = None
    first_output_ns: int | None = None
    token_ns: array[int] = field(default_factory=lambda: array("q"))
    """When each token event was read."""
    first_bytes: int = 0
    """UTF-8 bytes of the token events that came with the first read that had any."""
    reasoning_bytes: int = 0
    output_bytes: int = 0

    @property
    def began(self) -> bool:
        """Tell whether the head of an answer with a stream or a document arrived."""
        return self.streamed is not None

    def take(self, chunk: Chunk, now: int) -> None:
        """Add a piece of the answer that was read at `now`."""
        self.id = self.id or chunk.id
        self.finish_reason = chunk.finish_reason or self.finish_reason
        self.usage = chunk.usage or self.usage
        if not chunk.has_tokens:
            return
        self.token_ns.append(now)
        self.reasoning_bytes += chunk.reasoning
        self.output_bytes += chunk.output
        if now == self.token_ns[0]:
            self.first_bytes += chunk.reasoning + chunk.output
        if chunk.output and self.first_output_ns is None:
            self.first_output_ns = now

    def fail(self, failure: Failure, status: Status = "error") -> None:
        """End it without success."""
        self.status, self.failure = status, failure

    def complete(self, *, done: bool) -> None:
        """End it where the stream ended: as a success only with a finish reason or `[DONE]`."""
        if done or self.finish_reason is not None:
            self.status = "success"
        elif self.token_ns:
            self.fail(Failure(TRUNCATED, "The answer ended before it was complete."), "truncated")
        else:
            self.fail(Failure(TRUNCATED, "The answer ended before it had begun."), "truncated")

    @property
    def text_tokens(self) -> int:
        """The tokens of the text that came, estimated: a quarter of its UTF-8 bytes, at least one for each event.

        English has four to five characters a token in today's vocabularies; most servers send one an event.
        """
        return max(len(self.token_ns), estimated_tokens(self.reasoning_bytes + self.output_bytes))


def estimated_tokens(utf8_bytes: int) -> int:
    """Return how many tokens a text of so many bytes has, roughly."""
    return round(utf8_bytes / BYTES_PER_TOKEN)
