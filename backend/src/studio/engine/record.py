"""What was measured of one request."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Literal

Status = Literal["success", "truncated", "error", "timeout", "cancelled"]
TokensSource = Literal["usage", "estimate"]


@dataclass(slots=True)
class Record:
    """One request as it went. Times ending in `_ns` count from the run's start, by the monotonic clock.

    A *token event* is a piece of the answer with text, reasoning or a tool call in it. What did not happen, or is
    not known, is None and not 0. Latencies are there whenever their events were, whatever the status; percentiles
    use successes only. Tokens of reasoning are part of `output_tokens`, cached ones of `input_tokens`.
    """

    key: str
    """The request's key in the plan."""
    target: str
    """The target's id in the plan."""
    model: str
    provider: str
    """The target's `provider_key`."""
    point: str
    phase: str
    run: int
    request_id: str
    """Sent as `X-Request-ID`."""
    response_id: str | None = None
    """The answer's own id: gateways' logs have it."""
    scheduled_ns: int = 0
    """When it was to be sent; in a closed loop, when its place became free."""
    open_loop: bool = False
    """It had a time of its own, whatever became of the requests before."""
    sent_ns: int | None = None
    """Just before its first byte was given to the socket; the connection was open by then."""
    first_token_ns: int | None = None
    first_output_ns: int | None = None
    """The first token event outside reasoning."""
    last_token_ns: int | None = None
    end_ns: int = 0
    icl_ms: list[float] = field(default_factory=list)
    """Milliseconds between one token event and the next."""
    chunks: int = 0
    """The number of token events."""
    first_chunk_tokens: int | None = None
    """Output tokens by the first read that had any: its share of the text, and all hidden reasoning."""
    input_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None
    tokens_source: TokensSource | None = None
    """`usage`: counted by the server; `estimate`: by us, from the length of the text."""
    prompt_chars: int = 0
    """Characters of all messages as they were sent."""
    finish_reason: str | None = None
    streamed: bool | None = None
    """False where the whole answer came at once although a stream was asked for."""
    status: Status = "error"
    error: str | None = None
    """One sentence, without secrets."""
    error_kind: str | None = None
    """http_401 …, connection, timeout, invalid_stream, in_stream, truncated, too_large, egress_refused."""
    http_status: int | None = None
    retry_after_seconds: float | None = None
    """How long the provider asked to wait."""
    cost: float | None = None
    """USD, by the price in the plan; None without a price or without tokens."""
    ttft_ms: float | None = None
    """Time to first token: first token event of any channel - sent."""
    ttfo_ms: float | None = None
    """Time to first output token: first event outside reasoning - sent."""
    request_latency_ms: float | None = None
    """Last token event - sent."""
    itl_ms: float | None = None
    """Inter-token latency: (request latency - TTFT) / (output tokens - tokens in the first chunk)."""
    dispatch_delay_ms: float | None = None
    """Sent - scheduled."""
    scheduled_ttft_ms: float | None = None
    """First token event - scheduled: what somebody waited who came at that time, for a place as well."""
    scheduled_latency_ms: float | None = None
    """Last token event - scheduled."""

    @property
    def output_tps_user(self) -> float | None:
        """Tokens per second once the answer has begun: 1000 / itl."""
        return 1000 / self.itl_ms if self.itl_ms else None

    @property
    def tokens_per_second(self) -> float | None:
        """Output tokens / request latency, waiting for the first one included."""
        return _per_second(self.output_tokens, self.request_latency_ms)

    @property
    def output_speed_tps(self) -> float | None:
        """The name that the earlier Studio had for `output_tps_user`."""
        return self.output_tps_user

    @property
    def input_tokens_per_second(self) -> float | None:
        """Input tokens / TTFT: prefill as the client sees it, with queueing and network."""
        return _per_second(self.input_tokens, self.ttft_ms)

    def to_dict(self) -> dict[str, Any]:
        """Return all fields, for JSON."""
        return {name: getattr(self, name) for name in _NAMES}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Record:
        """Return the record that `to_dict` gave; fields of another version are left out."""
        return cls(**{name: value for name, value in data.items() if name in _NAMES})


_NAMES = tuple(item.name for item in fields(Record))


def _per_second(tokens: int | None, milliseconds: float | None) -> float | None:
    return 1000 * tokens / milliseconds if tokens is not None and milliseconds else None
