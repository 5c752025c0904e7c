"""Rows about many requests at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.loads import Load, Outcome, Target, put
from benchmarks.servers import dashboard, keep
from benchmarks.table import Row

if TYPE_CHECKING:
    from benchmarks.bench import Bench
    from benchmarks.servers import Server
    from benchmarks.sources import Source

CONNECTIONS = 32
LIMIT_PERCENT = 60
LOAD_SECONDS = 20
BUSY_LIMIT = 0.9


def throughput(bench: Bench, source: Source, bare: Server) -> None:
    """Ask for a workshop's `/tokens` over many connections, next to a bare handler with the same bytes."""
    with dashboard(source, bench.work / "workshop.db", bench.encoding) as server:
        answer = server.peer.get("/tokens")
        reference = Target(keep(bare, "throughput", answer))
        ours, theirs = Outcome(), Outcome()
        count = bench.sizes.throughput_requests
        for _ in range(bench.sizes.rounds):
            target = server.target("/tokens")
            ours += put(Load(server.port, [target], count, CONNECTIONS, LOAD_SECONDS)).checked()
            theirs += put(Load(bare.port, [reference], count, CONNECTIONS, LOAD_SECONDS)).checked()
    percent = 100 * ours.per_second / theirs.per_second
    bench.table.add(
        Row(
            "throughput",
            f"/tokens of {source.name}, {CONNECTIONS} connections, {len(answer.body) / 1000:.0f} kB",
            f"{ours.per_second:.0f} per s",
            f"{theirs.per_second:.0f} per s, bare handler",
            f"{percent:.0f} %",
            f"≥ {LIMIT_PERCENT} %",
            percent >= LIMIT_PERCENT,
        )
    )
    bench.table.add(
        Row(
            "throughput",
            "the load generator against the bare handler",
            f"{100 * theirs.busy:.0f} % of a core",
            limit=f"≤ {100 * BUSY_LIMIT:.0f} %",
            reached=theirs.busy <= BUSY_LIMIT,
        )
    )
