"""Rows about the load engine: how exact its times are, against a model server whose log is the truth."""

from __future__ import annotations

import asyncio
import json
import random
import time
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from benchmarks.asking import BenchmarkError, Peer
from benchmarks.bench import say
from benchmarks.statistics_of import median, percentile
from benchmarks.studio_server import LLM_MOCK, model_server
from benchmarks.table import Row, duration
from src.studio.engine.events import Finished, Ready, Report, Started
from src.studio.engine.generator import Generator, GeneratorError
from src.studio.engine.plan import Block, Lane, Plan, Planned, Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.bench import Bench
    from src.studio.engine.record import Record

TOKEN_EVENTS = ("content", "reasoning", "tool")
NAME = "engine"
# Places, rounds for each of `Sizes.rounds`, and the limits of the error of TTFT in ms: median and p99
BURSTS = ((16, 2, 1.0, 5.0), (64, 1, 3.0, 20.0))
MOST_ICL_ERROR_MS = 2.0
STREAMS, MOST_STAMP_LAG_MS = 256, 3.0
RATE, RATE_SECONDS, MOST_DISPATCH_DELAY_MS, MOST_TTFT_ERROR_AT_RATE_MS = 100, 4, 2.5, 3.0
MOST_START_SECONDS, MOST_MB, MOST_CPU_SECONDS = 1.0, 100.0, 0.2
MOST_CANCEL_SECONDS = 0.5
SETTLE_SECONDS = 0.3
QUIET_MS = 2.0
"""How late the server may be, p99, for a missed limit to be the engine's."""
BURST_MODEL = "mock:ttft=200,itl=20,tokens=50"
STREAM_MODEL = "mock:ttft=1500,itl=51.2,tokens=80"
RATE_MODEL = "mock:ttft=50,itl=10,tokens=10"
SLOW_MODEL = "mock:ttft=100,itl=20,tokens=3000"
# Ten kinds, of which the last ones end in a time-out and an HTTP error
BROKEN = (
    "truncated",
    "broken",
    "stream-error",
    "mock:ttft=20,itl=2,tokens=9,end_after=0",
    "mock:ttft=20,itl=2,tokens=9,close_after=0",
    "mock:ttft=20,itl=2,tokens=9,error_after=0",
    "mock:ttft=20,itl=2,tokens=9,end_after=8,per_write=4",
    "mock:ttft=20,itl=2,reasoning=5,tokens=9,close_after=3",
    "mock:ttft=20,itl=2,tokens=9,hang_after=5",
    "mock:status=503,body=html",
)
BROKEN_EACH = 10


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
        return [abs(record.ttft_ms - (_tokens(entry)[0] - entry["recv_ns"]) / 1e6) for record, entry in pairs]

    def icl_errors_ms(self) -> list[float]:
        """Return how far each time between two chunks is from the true one."""
        errors = []
        for record in self.records:
            sent = _tokens(self.log[record.request_id])
            true = [(after - before) / 1e6 for before, after in pairwise(sent)]
            errors += [abs(gap - right) for gap, right in zip(record.icl_ms, true, strict=True)]
        return errors

    def stamp_lags_ms(self) -> list[float]:
        """Return how long after it was sent each chunk was stamped."""
        lags = []
        for record in self.records:
            at = self.start_ns + (record.first_token_ns or 0)
            for sent, gap in zip(_tokens(self.log[record.request_id]), [0.0, *record.icl_ms], strict=True):
                at += round(gap * 1e6)
                lags.append((at - sent) / 1e6)
        return lags

    @property
    def cpu_seconds_per_1000(self) -> float:
        """The generator's CPU seconds for a thousand chunks."""
        seconds = max(record.end_ns for record in self.records) / 1e9
        return self.report.cpu_share * seconds / self.report.chunks * 1000


def engine(bench: Bench) -> None:
    """Measure the engine where there is a model server to hold it to."""
    if not LLM_MOCK.is_file():
        say("There is no ../shared/llm-mock beside the repository: the engine's times are not measured.")
        bench.table.add(Row(NAME, "times against a model server's log", "not known here"))
        return
    with model_server(bench.work) as server:
        for places, rounds, most_p50, most_p99 in BURSTS:
            _burst(bench, server, places, rounds * bench.sizes.rounds, (most_p50, most_p99))
        _rate(bench, server)
        _streams(bench, server)
        _broken(bench, server)
        _cancel(bench, server)


def _burst(bench: Bench, server: Peer, places: int, rounds: int, most: tuple[float, float]) -> None:
    found = _measure(server, _plan(server, [BURST_MODEL] * places * rounds, places, blocks=rounds))
    errors = found.ttft_errors_ms()
    what = f"burst of {places}, {rounds} times"
    _add(bench, f"{what}: error of TTFT, p50 / p99", [median(errors), percentile(errors, 99)], most, found)
    if places == BURSTS[-1][0]:
        gaps = [percentile(found.icl_errors_ms(), 99)]
        _add(bench, f"{what}: error of the time between chunks, p99", gaps, [MOST_ICL_ERROR_MS], found)
        delays = [percentile([record.dispatch_delay_ms or 0.0 for record in found.records], 99)]
        _add(bench, f"{what}: sent after its time, p99", delays, (), found)
        return
    _add_figure(bench, "start of the process to its first request", found.seconds_to_first, MOST_START_SECONDS)


def _rate(bench: Bench, server: Peer) -> None:
    """Send at times that were drawn before (Poisson), whatever became of the requests before."""
    drawn, at = random.Random(RATE), 0.0  # noqa: S311 - the same times in every run
    times = [at := at + 1000 * drawn.expovariate(RATE) for _ in range(RATE * RATE_SECONDS * bench.sizes.rounds)]
    found = _measure(server, _plan(server, [RATE_MODEL] * len(times), RATE, times=times))
    what = f"{RATE} requests a second for {RATE_SECONDS * bench.sizes.rounds} s, at random times"
    delays = [percentile([record.dispatch_delay_ms or 0.0 for record in found.records], 99)]
    _add(bench, f"{what}: sent after its time, p99", delays, [MOST_DISPATCH_DELAY_MS], found)
    errors = [percentile(found.ttft_errors_ms(), 99)]
    _add(bench, f"{what}: error of TTFT, p99", errors, [MOST_TTFT_ERROR_AT_RATE_MS], found)


def _streams(bench: Bench, server: Peer) -> None:
    found = _measure(server, _plan(server, [STREAM_MODEL] * STREAMS, STREAMS))
    lags = found.stamp_lags_ms()
    what = f"{STREAMS} streams, {len(lags):,} chunks, one process"
    _add(
        bench, f"{what}: a chunk's time after it was sent, p99", [percentile(lags, 99)], [MOST_STAMP_LAG_MS], found
    )
    _add_figure(bench, f"{what}: CPU time for 1,000 chunks", found.cpu_seconds_per_1000, MOST_CPU_SECONDS)
    megabytes = found.report.max_rss_mb
    reached = megabytes <= MOST_MB
    bench.table.add(
        Row(NAME, f"{what}: peak memory", f"{megabytes:.0f} MB", limit=f"≤ {MOST_MB:.0f} MB", reached=reached)
    )


def _broken(bench: Bench, server: Peer) -> None:
    given = replace(_plan(server, list(BROKEN) * BROKEN_EACH, len(BROKEN) * 2), timeout_seconds=3)
    found = _measure(server, given)
    wrong = sum(record.status == "success" for record in found.records)
    what = f"{len(BROKEN)} kinds of truncated and broken streams taken for a success"
    bench.table.add(
        Row(
            NAME,
            what,
            f"{wrong} of {len(found.records)}",
            limit="0",
            reached=wrong == 0 and len(found.records) > 0,
        )
    )


def _cancel(bench: Bench, server: Peer) -> None:
    found = _measure(server, _plan(server, [SLOW_MODEL] * 16, 16), cancel_after=16)
    entries = [found.log[record.request_id] for record in found.records]
    gone = [(entry["end_ns"] - found.cancelled_ns) / 1e9 for entry in entries if entry["outcome"] == "client gone"]
    slowest = max(gone) if len(gone) == len(found.records) > 0 else float("inf")
    _add_figure(
        bench, "16 calls cancelled in flight: until the server sees the last one go", slowest, MOST_CANCEL_SECONDS
    )


def _add(bench: Bench, what: str, milliseconds: Sequence[float], most: Sequence[float], found: Measured) -> None:
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


def _add_figure(bench: Bench, what: str, seconds: float, most: float) -> None:
    bench.table.add(Row(NAME, what, duration(seconds), limit=f"≤ {duration(most)}", reached=seconds <= most))


def _plan(
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


def _measure(server: Peer, plan: Plan, *, cancel_after: int = 0) -> Measured:
    server.request("/_reset", method="POST", body=b"")
    try:
        records, report, start_ns, first, cancelled_ns = asyncio.run(_run(plan, cancel_after))
    except GeneratorError as error:
        raise BenchmarkError(str(error)) from error
    time.sleep(SETTLE_SECONDS)  # the server notes a request when it has ended there, too
    log = [json.loads(line) for line in server.get("/_log").body.splitlines()]
    lateness = json.loads(server.get("/_self").body)["lateness_ms"]["p99"] or 0.0
    by_id = {entry["request_id"]: entry for entry in log}
    return Measured(records, report, start_ns, first, cancelled_ns, by_id, lateness)


async def _run(plan: Plan, cancel_after: int) -> tuple[list[Record], Report, int, float, int]:
    """Return records, the report, the run's start, the seconds to the first request, and when it was cancelled."""
    records: list[Record] = []
    started, start_ns, first, cancelled_ns = 0, 0, 0.0, 0
    report = Report(0, 0, 0, 0, 0)
    began = time.perf_counter()
    async with Generator(plan) as generator:
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


def _tokens(entry: dict[str, Any]) -> list[int]:
    """Return when each event with tokens was sent."""
    return [sent for kind, sent, *_ in entry["events"] if kind in TOKEN_EVENTS]
