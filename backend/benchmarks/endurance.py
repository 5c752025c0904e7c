"""Rows about what time does to the engine: a minute of many streams, and as many requests as hours have."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.asking import BenchmarkError
from benchmarks.statistics_of import percentile
from benchmarks.studio_server import LLM_MOCK, model_server
from benchmarks.table import Row, duration
from benchmarks.truth import NAME, add, measure, plan_of
from benchmarks.watching import Watch
from src.studio.engine.events import Finished
from src.studio.engine.generator import Generator, GeneratorError
from src.studio.engine.plan import Block, Lane, Planned

if TYPE_CHECKING:
    from benchmarks.asking import Peer
    from benchmarks.bench import Bench
    from src.studio.engine.plan import Plan

STREAMS, MOST_STAMP_LAG_MS = 256, 3.0
STREAM_MODEL = "mock:ttft=1500,itl=51.2,tokens=80"
SHORT_MODEL, SHORT_PLACES = "mock:ttft=1,itl=0,tokens=1,role=0", 32
LOOK_SECONDS = 0.25
WARM_SHARE = 0.3
"""Of the time: until then connections are opened, and memory is asked for that is used again later."""
MOST_GROWTH_MB, MOST_MORE_DESCRIPTORS = 10.0, 8
"""A leak has thousands; a connection more or less is none."""
GRACE_MS = 10_000


def endurance(bench: Bench) -> None:
    """Measure both, where there is a model server."""
    if LLM_MOCK.is_file():
        with model_server(bench.work) as server:
            _streams(bench, server)
            _many(bench, server)


def _streams(bench: Bench, server: Peer) -> None:
    seconds = bench.sizes.stream_seconds
    block = Block(STREAMS, _template(STREAM_MODEL), duration_ms=1000 * seconds, grace_ms=GRACE_MS, repeat=True)
    with Watch(LOOK_SECONDS) as watch:
        found = measure(server, _endless(server, STREAM_MODEL, block), watch=watch.start)
    lags = found.stamp_lags_ms()
    what = f"{STREAMS} streams for {seconds} s, {len(lags):,} chunks"
    lag = percentile(lags, 99)
    add(bench, f"{what}: a chunk's time after it was sent, p99", [lag], [MOST_STAMP_LAG_MS], found)
    _grown(bench, what, watch)


def _many(bench: Bench, server: Peer) -> None:
    count = bench.sizes.short_requests
    block = Block(SHORT_PLACES, _template(SHORT_MODEL), repeat=True, most=count)
    with Watch(LOOK_SECONDS) as watch:
        statuses, seconds = asyncio.run(_count(_endless(server, SHORT_MODEL, block), watch))
    failed = count - statuses["success"]
    what = f"{count:,} short requests, {SHORT_PLACES} at once"
    told = f"{duration(seconds)}, {failed:,} failed"
    bench.table.add(Row(NAME, what, told, limit="none fails", reached=failed == 0))
    _grown(bench, what, watch)


def _grown(bench: Bench, what: str, watch: Watch) -> None:
    if not watch.seen:
        bench.table.add(Row(NAME, f"{what}: growth", "not known here"))
        return
    megabytes, descriptors = watch.growth(WARM_SHARE)
    reached = megabytes <= MOST_GROWTH_MB and descriptors <= MOST_MORE_DESCRIPTORS
    told = f"{megabytes:+.1f} MB of {watch.most_megabytes:.0f}, {descriptors:+d} descriptors"
    limit = f"≤ {MOST_GROWTH_MB:.0f} MB, {MOST_MORE_DESCRIPTORS} descriptors"
    bench.table.add(
        Row(NAME, f"{what}: growth after the first {WARM_SHARE:.0%}", told, limit=limit, reached=reached)
    )


async def _count(plan: Plan, watch: Watch) -> tuple[Counter[str], float]:
    """Return how many requests ended in which way, and how long all took: their records are not kept."""
    statuses, last = Counter[str](), 0
    try:
        async with Generator(plan) as generator:
            watch.start(generator.pid)
            async for event in generator:
                if isinstance(event, Finished):
                    statuses[event.record.status] += 1
                    last = max(last, event.record.end_ns)
    except GeneratorError as error:
        raise BenchmarkError(str(error)) from error
    return statuses, last / 1e9


def _template(model: str) -> list[Planned]:
    return [Planned("", model, "hello")]


def _endless(server: Peer, model: str, block: Block) -> Plan:
    """Return a plan of a block whose requests are made as they are needed."""
    return replace(plan_of(server, [model], 1), lanes=[Lane("mock", [block])])
