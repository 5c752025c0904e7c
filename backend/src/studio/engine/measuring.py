"""From an answer to its record: all formulas of single requests."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from src.studio.engine.record import Record

if TYPE_CHECKING:
    from src.studio.engine.plan import Planned, Target
    from src.studio.llm.answer import Answer

MICROSECOND_DIGITS = 3
"""Of milliseconds: what is below is noise, and records with thousands of them are half as long without."""


def record_of(planned: Planned, target: Target, answer: Answer, *, request_id: str, start_ns: int) -> Record:
    """Return what is known of a request from its answer alone; times count from `start_ns`."""
    record = Record(
        key=planned.key,
        target=target.id,
        model=target.model,
        provider=target.provider_key,
        point=planned.point,
        phase=planned.phase,
        run=planned.run,
        open_loop=planned.send_at_ms is not None,
        request_id=request_id,
        response_id=answer.id,
        chunks=len(answer.token_ns),
        icl_ms=[milliseconds(after - before) for before, after in pairwise(answer.token_ns)],
        finish_reason=answer.finish_reason,
        streamed=answer.streamed,
        status=answer.status,
        http_status=answer.http_status,
        retry_after_seconds=answer.retry_after_seconds,
    )
    if answer.failure is not None:
        record.error, record.error_kind = answer.failure.sentence, answer.failure.kind
    _add_times(record, answer, start_ns)
    return record


def add_tokens(record: Record, answer: Answer, target: Target, prompt_tokens: int) -> None:
    """Add counts of tokens and what follows from them. `prompt_tokens` is the estimate for the input."""
    if not answer.began:
        return
    usage = answer.usage
    counted = usage.output_tokens if usage is not None else None
    if not counted and answer.token_ns:
        counted = None  # a server that counts nothing where there is text has not counted
    record.tokens_source = "estimate" if counted is None else "usage"
    record.output_tokens = answer.text_tokens if counted is None else counted
    record.input_tokens = usage.input_tokens if usage is not None and usage.input_tokens else prompt_tokens
    if usage is not None:
        record.reasoning_tokens, record.cached_tokens = usage.reasoning_tokens, usage.cached_tokens
    _add_speed(record, answer)
    if target.price is not None:
        record.cost = target.price.cost(record.input_tokens, record.output_tokens, record.cached_tokens or 0)


def add_schedule(record: Record, scheduled_ns: int, start_ns: int) -> None:
    """Add when it was to be sent, and what was waited for since then."""
    record.scheduled_ns = scheduled_ns - start_ns
    if record.sent_ns is not None:
        record.dispatch_delay_ms = milliseconds(record.sent_ns - record.scheduled_ns)
    if record.first_token_ns is not None and record.last_token_ns is not None:
        record.scheduled_ttft_ms = milliseconds(record.first_token_ns - record.scheduled_ns)
        record.scheduled_latency_ms = milliseconds(record.last_token_ns - record.scheduled_ns)


def milliseconds(nanoseconds: int) -> float:
    """Return milliseconds, to the microsecond."""
    return round(nanoseconds / 1e6, MICROSECOND_DIGITS)


def _add_times(record: Record, answer: Answer, start_ns: int) -> None:
    record.end_ns = (answer.end_ns or start_ns) - start_ns
    if answer.sent_ns is None:
        return
    record.sent_ns = answer.sent_ns - start_ns
    if not answer.token_ns:
        return
    first, last = answer.token_ns[0], answer.token_ns[-1]
    record.first_token_ns, record.last_token_ns = first - start_ns, last - start_ns
    record.ttft_ms = milliseconds(first - answer.sent_ns)
    record.request_latency_ms = milliseconds(last - answer.sent_ns)
    if answer.first_output_ns is not None:
        record.first_output_ns = answer.first_output_ns - start_ns
        record.ttfo_ms = milliseconds(answer.first_output_ns - answer.sent_ns)


def _add_speed(record: Record, answer: Answer) -> None:
    """Add the tokens of the first chunk and the inter-token latency.

    What one read of the socket brought is one chunk, and has its share of the tokens by its share of the text.
    Reasoning that is counted but not shown was done by then.
    """
    text, tokens = answer.reasoning_bytes + answer.output_bytes, record.output_tokens
    if not text or not tokens:
        return
    hidden = min(record.reasoning_tokens or 0, tokens) if not answer.reasoning_bytes else 0
    share = round((tokens - hidden) * answer.first_bytes / text)
    first = min(max(hidden + share, 1), tokens)
    record.first_chunk_tokens = first
    if tokens > first and answer.token_ns[-1] > answer.token_ns[0]:
        record.itl_ms = (answer.token_ns[-1] - answer.token_ns[0]) / 1e6 / (tokens - first)
