"""Rows about how cost grows as days, and as teams, double."""

from __future__ import annotations

import itertools
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.asking import with_query
from benchmarks.bench import say
from benchmarks.cold import fill
from benchmarks.loads import Load, put
from benchmarks.machine import work_seconds
from benchmarks.ranges import sub_ranges
from benchmarks.servers import ENDPOINTS, dashboard
from benchmarks.sources import between, generated, last_settled_day
from benchmarks.table import Row, duration, times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.bench import Bench
    from benchmarks.servers import Server
    from benchmarks.sources import Source

NOISE = 1.1
TICK_SECONDS = 0.01  # the kernel counts in these


@dataclass(frozen=True, slots=True)
class Cost:
    """The server's CPU seconds for the first fetch of all days, and for an answer of each endpoint after that.

    They are the least of several runs.
    """

    fetch: float
    answers: float


def growth(bench: Bench) -> None:
    """Measure generated gateways of growing size."""
    all_days, all_teams = bench.sizes.growth_days, bench.sizes.growth_teams
    teams, days = all_teams[len(all_teams) // 2 - 1], all_days[len(all_days) // 2 - 1]
    by_days = {count: _cost(bench, teams, count) for count in all_days}
    by_teams = {count: by_days[days] if count == teams else _cost(bench, count, days) for count in all_teams}
    for costs, what in (
        (by_days, f"{_steps(all_days)} days, {teams} teams"),
        (by_teams, f"{_steps(all_teams)} teams, {days} days"),
    ):
        _add(bench, f"{what}: CPU time for an answer of each endpoint", [cost.answers for cost in costs.values()])
        _add(bench, f"{what}: CPU time for the first fetch", [cost.fetch for cost in costs.values()])


def _steps(sizes: Sequence[int]) -> str:
    return " → ".join(map(str, sizes))


def _add(bench: Bench, what: str, seconds: Sequence[float]) -> None:
    factors = [after / before for before, after in itertools.pairwise(seconds)]
    linear = 2 ** len(factors)
    bench.table.add(
        Row(
            "growth",
            what,
            " → ".join(map(duration, seconds)),
            f"{linear}× is linear",
            f"{', '.join(map(times, factors))}; {times(seconds[-1] / seconds[0])}",
            f"≤ {times(linear * NOISE)}",
            seconds[-1] / seconds[0] <= linear * NOISE,
        )
    )


def _cost(bench: Bench, teams: int, days: int) -> Cost:
    say(f"growth: {teams} teams, {days} days")
    work = bench.work / f"growth-{teams}-{days}"
    try:
        with generated(teams, days, last_settled_day(), work) as source:
            with dashboard(source, work / "first.db", bench.encoding) as server:
                fill(source, server)  # from now on the gateway answers from memory
            costs = []
            for number in range(bench.sizes.growth_runs):
                with dashboard(source, work / f"{number}.db", bench.encoding) as server:
                    costs.append(_measure(bench, source, server))
            return Cost(min(cost.fetch for cost in costs), min(cost.answers for cost in costs))
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _measure(bench: Bench, source: Source, server: Server) -> Cost:
    pid, ranges = server.process.pid, sub_ranges(source.first, source.last, bench.sizes.growth_ranges)
    started = work_seconds(pid)
    fill(source, server)
    filled = work_seconds(pid)
    for endpoint in ENDPOINTS:
        targets = [server.target(with_query(endpoint, between(*days))) for days in ranges]
        put(Load(server.port, targets, len(targets))).checked()
    fetch, answers = filled - started, work_seconds(pid) - filled
    return Cost(max(fetch, TICK_SECONDS), max(answers, TICK_SECONDS) / len(ranges))
