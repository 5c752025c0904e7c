"""Rows about the load engine: how exact its times are, against a model server whose log is the truth."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.bench import say
from benchmarks.statistics_of import median, percentile
from benchmarks.studio_server import LLM_MOCK, model_server
from benchmarks.table import Row
from benchmarks.truth import NAME, add, add_figure, add_memory, measure, plan_of

if TYPE_CHECKING:
    from benchmarks.asking import Peer
    from benchmarks.bench import Bench

# Places, rounds for each of `Sizes.rounds`, and the limits of the error of TTFT in ms: median and p99
BURSTS = ((16, 2, 1.0, 5.0), (64, 1, 3.0, 20.0))
MOST_ICL_ERROR_MS = 2.0
STREAMS, MOST_STAMP_LAG_MS = 256, 3.0
RATE, RATE_SECONDS, MOST_DISPATCH_DELAY_MS, MOST_TTFT_ERROR_AT_RATE_MS = 100, 4, 2.5, 3.0
STEADY_RATES = (20, 50, 100)
MOST_START_SECONDS, MOST_MB, MOST_CPU_SECONDS = 1.0, 100.0, 0.2
MOST_CANCEL_SECONDS = 0.5
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


def engine(bench: Bench) -> None:
    """Measure the engine where there is a model server to hold it to."""
    if not LLM_MOCK.is_file():
        say("There is no ../shared/llm-mock beside the repository: the engine's times are not measured.")
        bench.table.add(Row(NAME, "times against a model server's log", "not known here"))
        return
    with model_server(bench.work) as server:
        for places, rounds, most_p50, most_p99 in BURSTS:
            _burst(bench, server, places, rounds * bench.sizes.rounds, (most_p50, most_p99))
        for rate in STEADY_RATES:
            _steady(bench, server, rate)
        _rate(bench, server)
        _streams(bench, server)
        _broken(bench, server)
        _cancel(bench, server)


def _burst(bench: Bench, server: Peer, places: int, rounds: int, most: tuple[float, float]) -> None:
    found = measure(server, plan_of(server, [BURST_MODEL] * places * rounds, places, blocks=rounds))
    errors = found.ttft_errors_ms()
    what = f"burst of {places}, {rounds} times"
    add(bench, f"{what}: error of TTFT, p50 / p99", [median(errors), percentile(errors, 99)], most, found)
    if places == BURSTS[-1][0]:
        gaps = [percentile(found.icl_errors_ms(), 99)]
        add(bench, f"{what}: error of the time between chunks, p99", gaps, [MOST_ICL_ERROR_MS], found)
        delays = [percentile([record.dispatch_delay_ms or 0.0 for record in found.records], 99)]
        add(bench, f"{what}: sent after its time, p99", delays, (), found)
        return
    add_figure(bench, "start of the process to its first request", found.seconds_to_first, MOST_START_SECONDS)


def _steady(bench: Bench, server: Peer, rate: int) -> None:
    """Send at even times."""
    seconds = RATE_SECONDS * bench.sizes.rounds
    times = [1000 * number / rate for number in range(rate * seconds)]
    found = measure(server, plan_of(server, [RATE_MODEL] * len(times), RATE, times=times))
    errors = [percentile(found.ttft_errors_ms(), 99)]
    what = f"{rate} requests a second for {seconds} s, evenly: error of TTFT, p99"
    add(bench, what, errors, [MOST_TTFT_ERROR_AT_RATE_MS], found)


def _rate(bench: Bench, server: Peer) -> None:
    """Send at times that were drawn before (Poisson), whatever became of the requests before."""
    drawn, at = random.Random(RATE), 0.0  # noqa: S311 - the same times in every run
    times = [at := at + 1000 * drawn.expovariate(RATE) for _ in range(RATE * RATE_SECONDS * bench.sizes.rounds)]
    found = measure(server, plan_of(server, [RATE_MODEL] * len(times), RATE, times=times))
    what = f"{RATE} requests a second for {RATE_SECONDS * bench.sizes.rounds} s, at random times"
    delays = [percentile([record.dispatch_delay_ms or 0.0 for record in found.records], 99)]
    add(bench, f"{what}: sent after its time, p99", delays, [MOST_DISPATCH_DELAY_MS], found)
    errors = [percentile(found.ttft_errors_ms(), 99)]
    add(bench, f"{what}: error of TTFT, p99", errors, [MOST_TTFT_ERROR_AT_RATE_MS], found)


def _streams(bench: Bench, server: Peer) -> None:
    found = measure(server, plan_of(server, [STREAM_MODEL] * STREAMS, STREAMS))
    lags = found.stamp_lags_ms()
    what = f"{STREAMS} streams, {len(lags):,} chunks, one process"
    add(
        bench, f"{what}: a chunk's time after it was sent, p99", [percentile(lags, 99)], [MOST_STAMP_LAG_MS], found
    )
    add_figure(bench, f"{what}: CPU time for 1,000 chunks", found.cpu_seconds_per_1000, MOST_CPU_SECONDS)
    add_memory(bench, f"{what}: peak memory", found.report.max_rss_mb, MOST_MB)


def _broken(bench: Bench, server: Peer) -> None:
    given = replace(plan_of(server, list(BROKEN) * BROKEN_EACH, len(BROKEN) * 2), timeout_seconds=3)
    found = measure(server, given)
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
    found = measure(server, plan_of(server, [SLOW_MODEL] * 16, 16), cancel_after=16)
    entries = [found.log[record.request_id] for record in found.records]
    gone = [(entry["end_ns"] - found.cancelled_ns) / 1e9 for entry in entries if entry["outcome"] == "client gone"]
    slowest = max(gone) if len(gone) == len(found.records) > 0 else float("inf")
    add_figure(
        bench, "16 calls cancelled in flight: until the server sees the last one go", slowest, MOST_CANCEL_SECONDS
    )
