"""Rows about the process: its memory, and how soon it answers after a restart."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from benchmarks.asking import content_of
from benchmarks.cold import fill
from benchmarks.machine import resident_megabytes
from benchmarks.servers import dashboard, import_seconds, keeps_days
from benchmarks.sources import between
from benchmarks.statistics_of import median
from benchmarks.table import Row, duration

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.bench import Bench
    from benchmarks.servers import Server
    from benchmarks.sources import Source

MEMORY_LIMIT_MB = 350
RESTART_LIMIT_SECONDS = 1.5


def peak(bench: Bench, source: Source, server: Server) -> None:
    """Tell the most that the server has taken, right after all days were fetched for the first time."""
    what = f"most resident memory while {len(source.days)} days are fetched for the first time"
    sizes = resident_megabytes(server.process.pid)
    if sizes is not None:
        now, most = sizes
        bench.table.add(_memory_row("peak", what, most, f"{now:.0f} MB, when all are there"))
    else:
        bench.table.add(Row("peak", what, "not known here"))


def memory(bench: Bench, source: Source, server: Server) -> None:
    """Tell what the server takes after all that it was asked."""
    what = f"resident memory after all of that, {len(source.days)} days"
    sizes = resident_megabytes(server.process.pid)
    if sizes is not None:
        now, most = sizes
        bench.table.add(_memory_row("memory", what, now, f"{most:.0f} MB, peak"))
    else:
        bench.table.add(Row("memory", what, "not known here"))


def _memory_row(name: str, what: str, megabytes: float, reference: str) -> Row:
    limit, reached = f"≤ {MEMORY_LIMIT_MB} MB", megabytes <= MEMORY_LIMIT_MB
    return Row(name, what, f"{megabytes:.0f} MB", reference, limit=limit, reached=reached)


def restart(bench: Bench, source: Source, store: Path) -> None:
    """Start the server anew on what it has stored, and ask for all days; without a store, once."""
    seconds, imports, calls = [], [], 0
    known = True
    for _ in range(bench.sizes.restarts if keeps_days() else 1):
        source.forget_calls()
        imports.append(import_seconds(bench.work))
        with dashboard(source, store, bench.encoding) as server:
            answer = server.peer.request("/tokens", between(source.first, source.last))
            if answer.status == 200 and json.loads(content_of(answer))["meta"]["complete"]:  # noqa: PLR2004 - OK
                seconds.append(time.perf_counter() - server.started_at)
            else:
                fill(source, server)
                seconds.append(time.perf_counter() - server.started_at)
        asked = source.activity_calls()
        known = known and asked is not None
        calls += sum(1 for start, _ in asked or [] if start <= source.last.isoformat())
    beyond = median(seconds) - median(imports)
    kept = "" if keeps_days() else " (no durable store)"
    bench.table.add(
        Row(
            "restart",
            f"restart to first answer of {len(source.days)} days, beyond the import{kept}",
            duration(max(beyond, 0)),
            f"{duration(median(imports))}, start of Python and import",
            limit=f"≤ {duration(RESTART_LIMIT_SECONDS)}",
            reached=beyond <= RESTART_LIMIT_SECONDS,
        )
    )
    bench.table.add(
        Row(
            "restart",
            f"the same: calls of the gateway for settled days{kept}",
            str(calls) if known else "not known",
            limit="0",
            reached=calls == 0 if known else None,
        )
    )
