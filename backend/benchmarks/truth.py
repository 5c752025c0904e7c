"""A plan carried out against a model server, and its log, which says what was true."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from benchmarks.asking import BenchmarkError, Peer
from benchmarks.table import Row, duration
from src.studio.engine.events import Finished, Ready, Report, Started
from src.studio.engine.generator import Generator, GeneratorError
from src.studio.engine.plan import Block, Lane, Plan, Planned, Target

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.bench import Bench
    from src.studio.engine.record import Record

TOKEN_EVENTS = ("content", "reasoning", "tool")
NAME = "engine"
SETTLE_SECONDS = 0.3
QUIET_MS = 2.0
"""How late the server may be, p99, for a missed limit to be the engine's."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a generator told of one plan, and the server's log of the same requests by their ids."""

    records: list[Record]
    report: Report
    start_ns: int
    seconds_to_first: float
    cancelled_ns: int
    log: dict[str, dict[str, Any]]
    lateness_ms: float
    """The p99 of how late the server itself was."""

    def ttft_errors_ms(self) -> list[float]:
        """Return how far each TTFT is from the true one: from the last byte of the request to the first token."""
        pairs = [(record, self.log[record.request_id]) for record in self.records if record.ttft_ms is not None]
        return [abs(record.ttft_ms - (tokens_of(entry)[0] - entry["recv_ns"]) / 1e6) for record, entry in pairs]

    def icl_errors_ms(self) -> list[float]:
        """Return how far each time between two chunks is from the true one."""
        errors = []
        for record in self.records:
            sent = tokens_of(self.log[record.request_id])
            true = [(after - before) / 1e6 for before, after in pairwise(sent)]
            errors += [abs(gap - right) for gap, right in zip(record.icl_ms, true, strict=True)]
        return errors

    def stamp_lags_ms(self) -> list[float]:
        """Return how long after it was sent each chunk was stamped."""
        lags = []
        for record in self.records:
            at = self.start_ns + (record.first_token_ns or 0)
            for sent, gap in zip(tokens_of(self.log[record.request_id]), [0.0, *record.icl_ms], strict=True):
                at += round(gap * 1e6)
                lags.append((at - sent) / 1e6)
        return lags

    @property
    def cpu_seconds_per_1000(self) -> float:
        """The generator's CPU seconds for a thousand chunks."""
        seconds = max(record.end_ns for record in self.records) / 1e9
        return self.report.cpu_share * seconds / self.report.chunks * 1000


def add(bench: Bench, what: str, milliseconds: Sequence[float], most: Sequence[float], found: Measured) -> None:
    """Add figures in ms with their limits, where there are any.

    A server that is late itself says that the machine is busy: what is missed then is not judged.
    """
    reached = all(value <= limit for value, limit in zip(milliseconds, most, strict=True)) if most else None
    lateness, busy = duration(found.lateness_ms / 1000), found.lateness_ms > QUIET_MS
    bench.table.add(
        Row(
            NAME,
            what,
            " / ".join(duration(value / 1000) for value in milliseconds),
            f"{lateness}, the server's own lateness, p99" + (", too much to judge by" if busy else ""),
            limit=" / ".join(f"≤ {limit:g} ms" for limit in most),
            reached=None if busy and not reached else reached,
        )
    )


def add_figure(bench: Bench, what: str, seconds: float, most: float) -> None:
    """Add a time with its limit."""
    bench.table.add(Row(NAME, what, duration(seconds), limit=f"≤ {duration(most)}", reached=seconds <= most))


def add_memory(bench: Bench, what: str, megabytes: float, most: float) -> None:
    """Add an amount of memory with its limit."""
    reached = megabytes <= most
    bench.table.add(Row(NAME, what, f"{megabytes:.0f} MB", limit=f"≤ {most:.0f} MB", reached=reached))


def plan_of(
    server: Peer,
    models: Sequence[str],
    places: int,
    *,
    blocks: int = 1,
    times: Sequence[float | None] = (),
) -> Plan:
    """Return a plan that asks these models in order, in so many blocks of as many requests, or at `times` (ms)."""
    base_url = f"{server.base_url}/v1"
    targets = [Target(model, "mock", model, base_url, "none") for model in dict.fromkeys(models)]
    sends = zip(models, times or [None] * len(models), strict=True)
    requests = [Planned(str(number), model, "hello", send_at_ms=at) for number, (model, at) in enumerate(sends)]
    each = len(requests) // blocks
    lane = [Block(places, requests[start : start + each]) for start in range(0, len(requests), each)]
    prompts = {"hello": [{"role": "user", "content": "Say hello."}]}
    return Plan(targets, prompts, [Lane("mock", lane)], timeout_seconds=60)


def measure(
    server: Peer, plan: Plan, *, cancel_after: int = 0, watch: Callable[[int], None] | None = None
) -> Measured:
    """Carry out a plan, cancelled where so many requests have been sent; `watch` is told the process's id."""
    server.request("/_reset", method="POST", body=b"")
    try:
        records, report, start_ns, first, cancelled_ns = asyncio.run(_run(plan, cancel_after, watch))
    except GeneratorError as error:
        raise BenchmarkError(str(error)) from error
    time.sleep(SETTLE_SECONDS)  # the server notes a request when it has ended there, too
    log = log_of(server)
    lateness = lateness_of(server)
    by_id = {entry["request_id"]: entry for entry in log}
    return Measured(records, report, start_ns, first, cancelled_ns, by_id, lateness)


async def _run(
    plan: Plan, cancel_after: int, watch: Callable[[int], None] | None
) -> tuple[list[Record], Report, int, float, int]:
    """Return records, the report, the run's start, the seconds to the first request, and when it was cancelled."""
    records: list[Record] = []
    started, start_ns, first, cancelled_ns = 0, 0, 0.0, 0
    report = Report(0, 0, 0, 0, 0)
    began = time.perf_counter()
    async with Generator(plan) as generator:
        if watch is not None:
            watch(generator.pid)
        async for event in generator:
            match event:
                case Ready():
                    start_ns = event.start_ns
                case Started():
                    started += 1
                    first = first or time.perf_counter() - began
                    if started == cancel_after:
                        await asyncio.sleep(SETTLE_SECONDS)
                        cancelled_ns = time.perf_counter_ns()
                        generator.cancel()
                case Finished():
                    records.append(event.record)
                case Report():
                    report = event
    return records, report, start_ns, first, cancelled_ns


def tokens_of(entry: dict[str, Any]) -> list[int]:
    """Return when each event with tokens was sent."""
    return [sent for kind, sent, *_ in entry["events"] if kind in TOKEN_EVENTS]


def log_of(server: Peer) -> list[dict[str, Any]]:
    """Return what the server noted of the requests that have ended."""
    return [json.loads(line) for line in server.get("/_log").body.splitlines()]


def lateness_of(server: Peer) -> float:
    """Return the p99 of how late the server itself was, in ms."""
    return json.loads(server.get("/_self").body)["lateness_ms"]["p99"] or 0.0
