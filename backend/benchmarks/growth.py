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
from benchmarks.ranges import sub_ranges
from benchmarks.servers import ENDPOINTS, dashboard
from benchmarks.sources import between, generated, last_settled_day
from benchmarks.statistics_of import median
from benchmarks.table import Row, duration, times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.bench import Bench
    from benchmarks.servers import Server
    from benchmarks.sources import Source

NOISE = 1.1


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds for the first fetch of all days, and for one answer of each endpoint when they are there."""

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
        _add(bench, f"{what}: an answer of each endpoint", [cost.answers for cost in costs.values()])
        _add(bench, f"{what}: first fetch of all", [cost.fetch for cost in costs.values()])


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
            with dashboard(source, work / "second.db", bench.encoding) as server:
                return _measure(bench, source, server)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _measure(bench: Bench, source: Source, server: Server) -> Cost:
    fetch = fill(source, server)
    ranges = sub_ranges(source.first, source.last, bench.sizes.growth_ranges)
    answers = 0.0
    for endpoint in ENDPOINTS:
        targets = [server.target(with_query(endpoint, between(*days))) for days in ranges]
        answers += median(put(Load(server.port, targets, len(targets))).checked().latencies())
    return Cost(fetch, answers)
