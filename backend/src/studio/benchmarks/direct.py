"""Runs that somebody's browser measured, as for models on their own machine: kept beside ours, and marked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from src.studio.benchmarks.load_fields import MOST_RUNS
from src.studio.benchmarks.points import Cell
from src.studio.benchmarks.schemas import BenchmarkIn, TargetIn
from src.studio.benchmarks.targets import RunTarget
from src.studio.engine.record import Record
from src.studio.llm.chunks import MOST_TOKENS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from src.studio.benchmarks.schemas import DirectResultIn, DirectResultsIn

MS_PER_SECOND = 1000
NS_PER_MS = 1_000_000
LONGEST_SECONDS = 1e9
"""That an answer is believed to have taken, and below, the tokens that it is believed to have."""
NO_REASON = "No reason was given."


def targets_of_results(given: Iterable[DirectResultIn]) -> list[RunTarget]:
    """Return the models that were measured, in the order in which they appear."""
    tiers: dict[tuple[str, str], set[int]] = {}
    for result in given:
        tiers.setdefault((result.provider, result.model_id), set()).add(result.context_tokens)
    return [
        RunTarget(provider, provider, model_id, model_id, "direct", sorted(sizes))
        for (provider, model_id), sizes in tiers.items()
    ]


def with_what_was_asked(measured: Iterable[RunTarget], resolved: Iterable[RunTarget]) -> list[RunTarget]:
    """Return the models that were measured, with names, prices and parameters where these are still known."""
    known = {(target.provider_key, target.model_id): target for target in resolved}
    return [
        replace(known.get((target.provider_key, target.model_id), target), tiers=target.tiers, through="direct")
        for target in measured
    ]


def wish_of_results(given: DirectResultsIn, targets: Iterable[RunTarget]) -> BenchmarkIn:
    """Return the settings that the results were measured with, as far as they are told."""
    return BenchmarkIn(
        targets=[TargetIn(provider_key=target.provider_key, model_id=target.model_id) for target in targets],
        max_tokens=given.max_tokens,
        temperature=given.temperature,
        context_tiers=given.context_tiers or sorted({result.context_tokens for result in given.results}),
        warmup=given.warmup,
        runs=min(MOST_RUNS, max(result.run_number for result in given.results)),
    )


def records_of_results(given: Iterable[DirectResultIn], targets: list[RunTarget]) -> dict[str, Record]:
    """Return a record for each result, by its key: of several with the same number, the first counts.

    Where it is not told when requests were sent, there are no rates of them.
    """
    positions = {(target.provider_key, target.model_id): at for at, target in enumerate(targets)}
    records: dict[str, Record] = {}
    for result in given:
        cell = Cell(positions[result.provider, result.model_id], result.context_tokens, result.run_number)
        records.setdefault(cell.key, _record(result, cell, targets[cell.target]))
    return records


def _record(result: DirectResultIn, cell: Cell, target: RunTarget) -> Record:
    speed, rate = result.output_speed_tps, result.tokens_per_second
    itl = result.itl_ms or (MS_PER_SECOND / speed if speed else None)
    seconds, tokens = result.total_time_s, result.output_tokens
    if rate and seconds is None and tokens is not None:
        seconds = _within(tokens / rate, LONGEST_SECONDS)
    elif rate and seconds is not None and tokens is None:
        count = _within(seconds * rate, MOST_TOKENS)
        tokens = None if count is None else round(count)
    record = Record(
        key=cell.key,
        target=str(cell.target),
        model=result.model_id,
        provider=result.provider,
        point=f"{result.model_id}@{cell.tier}",
        phase="measure",
        run=cell.number,
        request_id="",
        sent_ns=0,
        input_tokens=result.input_tokens,
        output_tokens=tokens,
        chunks=len(result.icl_ms) + 1 if result.icl_ms else 0,
        icl_ms=result.icl_ms,
        first_chunk_tokens=result.first_chunk_tokens,
        reasoning_tokens=result.reasoning_tokens,
        cached_tokens=result.cached_tokens,
        tokens_source=result.tokens_source,
        finish_reason=result.finish_reason,
        status=result.status or ("success" if result.success else "error"),
        error=None if result.success else result.error or NO_REASON,
        error_kind=None if result.success else "client",
        cost=_cost(result, target) if result.cost is None else result.cost,
        ttft_ms=result.ttft_ms,
        ttfo_ms=result.ttfo_ms,
        request_latency_ms=None if seconds is None else seconds * MS_PER_SECOND,
        itl_ms=itl,
    )
    return record if result.sent_ms is None else _timed(record, result.sent_ms)


def _cost(result: DirectResultIn, target: RunTarget) -> float | None:
    """Return the USD of a request; None without a price, and without counts of tokens."""
    if target.price is None or result.input_tokens is None or result.output_tokens is None:
        return None
    return target.price.cost(result.input_tokens, result.output_tokens, result.cached_tokens or 0)


def _timed(record: Record, sent_ms: float) -> Record:
    """Return a record with its times since the run began, as far as they are told."""

    def at(passed_ms: float | None) -> int | None:
        return None if passed_ms is None else sent + round(passed_ms * NS_PER_MS)

    sent = round(sent_ms * NS_PER_MS)
    last = at(record.request_latency_ms)
    return replace(
        record,
        scheduled_ns=sent,
        sent_ns=sent,
        first_token_ns=at(record.ttft_ms),
        first_output_ns=at(record.ttfo_ms),
        last_token_ns=last,
        end_ns=sent if last is None else last,
    )


def _within(value: float, most: float) -> float | None:
    return value if value <= most else None
