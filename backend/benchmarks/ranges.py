"""Rows about long ranges whose days are in the store."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.asking import with_query
from benchmarks.loads import Load, Outcome, Target, put
from benchmarks.servers import ENDPOINTS, keep
from benchmarks.sources import ACTIVITY, DAY, between
from benchmarks.statistics_of import median, p95
from benchmarks.table import Row, duration, times

if TYPE_CHECKING:
    import datetime as dt

    from benchmarks.bench import Bench
    from benchmarks.servers import Server
    from benchmarks.sources import Source

FRESH_LIMIT = 50
WARM_LIMIT = 3
NOT_MODIFIED, NOT_MODIFIED_LIMIT = 304, 1.5
LOAD_SECONDS = 120
ROUND_SECONDS = 8
COLD_ANSWERS = 3


def sub_ranges(first: dt.date, last: dt.date, count: int) -> list[tuple[dt.date, dt.date]]:
    """Return `count` different ranges, the longest that there are but for the whole: that one is asked again."""
    days = (last - first).days + 1
    cuts = [(cut, cut - after) for cut in range(1, days) for after in range(cut + 1)]
    return [(first + before * DAY, last - (cut - before) * DAY) for cut, before in cuts][:count]


def fresh(bench: Bench, source: Source, server: Server) -> None:
    """Ask for ranges that were not asked before, next to the gateway's own sums for the whole range."""
    each = bench.sizes.ranges_per_endpoint
    ranges = sub_ranges(source.first, source.last, each * len(ENDPOINTS))
    reference = median([_aggregated_seconds(source) for _ in range(bench.sizes.aggregated)])
    targets = [
        server.target(with_query(ENDPOINTS[number % len(ENDPOINTS)], between(*days)))
        for number, days in enumerate(ranges)
    ]
    outcome = put(Load(server.port, targets, len(targets), seconds=LOAD_SECONDS)).checked()
    shortest = (ranges[-1][1] - ranges[-1][0]).days + 1
    for number, endpoint in enumerate(ENDPOINTS):
        seconds = outcome.latencies(range(number, len(targets), len(ENDPOINTS)))
        ratio = reference / p95(seconds)
        bench.table.add(
            Row(
                "fresh",
                f"{endpoint}, {shortest} to {len(source.days) - 1} days, asked first",
                both(seconds),
                f"{duration(reference)}, gateway, aggregated",
                f"{times(ratio)} faster",
                f"≥ {FRESH_LIMIT}×",
                ratio >= FRESH_LIMIT if source.is_litellm else None,
            )
        )


def _aggregated_seconds(source: Source) -> float:
    return source.peer.get(f"{ACTIVITY}/aggregated", between(source.first, source.last)).seconds


def warm(bench: Bench, source: Source, server: Server, bare: Server) -> None:
    """Ask for a range again and again, next to a bare handler with the same bytes; then the same with its ETag."""
    paths = [with_query(endpoint, between(source.first, source.last)) for endpoint in ENDPOINTS]
    answers = [server.peer.get(path) for path in paths]
    for number, answer in enumerate(answers):
        target, reference = server.target(paths[number]), Target(keep(bare, f"warm{number}", answer))
        ours, theirs = _in_turns(bench, (server, target), (bare, reference))
        ratio = p95(ours) / p95(theirs)
        bench.table.add(
            Row(
                "warm",
                f"{ENDPOINTS[number]}, {len(source.days)} days, asked before, {len(answer.body) / 1000:.0f} kB",
                both(ours),
                f"{both(theirs)}, bare handler",
                times(ratio),
                f"≤ {WARM_LIMIT}×",
                ratio <= WARM_LIMIT,
            )
        )
    for number, answer in enumerate(answers):
        what = f"{ENDPOINTS[number]}, the same with If-None-Match"
        tag = answer.headers.get("etag")
        if tag is None:
            bench.table.add(Row("warm", what, "no ETag", limit=f"≤ {NOT_MODIFIED_LIMIT}×", reached=False))
            continue
        target = server.target(paths[number], {"If-None-Match": tag})
        ours, theirs = _in_turns(bench, (server, target), (bare, Target("/empty")), NOT_MODIFIED)
        ratio = p95(ours) / p95(theirs)
        limit = f"≤ {NOT_MODIFIED_LIMIT}×"
        reached = ratio <= NOT_MODIFIED_LIMIT
        bench.table.add(
            Row("warm", what, both(ours), f"{both(theirs)}, bare empty handler", times(ratio), limit, reached)
        )


def _in_turns(
    bench: Bench, measured: tuple[Server, Target], reference: tuple[Server, Target], status: int = 200
) -> tuple[list[float], list[float]]:
    """Return the seconds of both, asked in turns so that the machine's noise is the same for both."""
    ours, theirs = Outcome(), Outcome()
    each = max(bench.sizes.warm_requests // bench.sizes.rounds, 1)
    for _ in range(bench.sizes.rounds):
        ours += _one_by_one(*measured, each).checked(status)
        theirs += _one_by_one(*reference, each).checked()
    return ours.latencies(), theirs.latencies()


def _one_by_one(server: Server, target: Target, count: int) -> Outcome:
    """Ask on one connection, and leave out the first answers, which come from cold caches."""
    outcome = put(Load(server.port, [target], count + COLD_ANSWERS, seconds=ROUND_SECONDS))
    return replace(outcome, samples=outcome.samples[COLD_ANSWERS:] or outcome.samples)


def both(seconds: list[float]) -> str:
    """Return the median and the 95th percentile."""
    return f"p50 {duration(median(seconds))}, p95 {duration(p95(seconds))}"
