"""Which point of a run comes next, how many there are, and what a search for the knee comes to at most."""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import TYPE_CHECKING

from src.studio.benchmarks.points import Load, Point
from src.studio.engine.sweep import Outcome, Sweep

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from src.studio.benchmarks.load_fields import SweepIn
    from src.studio.benchmarks.schemas import BenchmarkIn
    from src.studio.benchmarks.targets import RunTarget

MOST_REQUESTS, MOST_POINTS = 50_000, 2_000
"""In one run: what a process can keep in mind, and what a page can show."""
MOST_TOLD, MOST_TOLD_BY_POINTS = 10_000, 2_000
"""Requests of a run of which each is told by an event: in a plan of them, and where it goes point by point."""


def rows_of(request: BenchmarkIn, targets: Sequence[RunTarget]) -> list[Point]:
    """Return the points of a run without their loads: for each length, models one after another."""
    return [
        Point(at, tier, output)
        for tier in request.context_tiers
        for output in request.output_tiers or [None]
        for at, target in enumerate(targets)
        if tier in target.tiers
    ]


def next_point(
    request: BenchmarkIn, targets: Sequence[RunTarget], outcomes: Mapping[Point, Sequence[Outcome]]
) -> Point | None:
    """Return which point is to be measured next, None where all have been.

    `outcomes` are those so far, by point without load. Models take turns, load by load, so that a slow hour does
    not fall on one of them: of those rows that go on, the one with the fewest loads is next.
    """
    found: list[tuple[int, int, Point]] = []
    for at, row in enumerate(rows_of(request, targets)):
        so_far = outcomes.get(row, ())
        if not found or len(so_far) < found[0][0]:
            load = _next_load(request, so_far)
            if load is not None:
                found = [(len(so_far), at, row._replace(load=load if request.has_levels else None))]
    return found[0][2] if found else None


def loads_at_most(request: BenchmarkIn) -> list[Load]:
    """Return the loads that are put on each row; of a sweep, the most that it may try."""
    return _longest_search(*_figures(request.search)) if request.mode == "sweep" else request.levels


def count_points(request: BenchmarkIn, targets: Sequence[RunTarget]) -> int:
    """Return how many points a run has; of a sweep, at most."""
    return len(rows_of(request, targets)) * len(loads_at_most(request))


def count_requests(request: BenchmarkIn, targets: Sequence[RunTarget]) -> int | None:
    """Return how many requests are measured, at most; None where they go by time, one after another."""
    counts = [request.requests_at(load) for load in loads_at_most(request)]
    if None in counts:
        return None
    return len(rows_of(request, targets)) * sum(count or 0 for count in counts)


def most_at_a_point(request: BenchmarkIn, targets: Sequence[RunTarget]) -> int:
    """Return how many requests a point may have that goes by time, so that a run does not have too many."""
    if request.over == "rate":
        return MOST_REQUESTS  # how many are sent is counted before
    return max(1, MOST_REQUESTS // max(1, count_points(request, targets)))


def tells_each(request: BenchmarkIn, requests: int | None) -> bool:
    """Tell whether events tell of each request: not where there are too many for a page to follow."""
    most = MOST_TOLD_BY_POINTS if request.goes_by_points else MOST_TOLD
    return requests is not None and requests <= most


def _next_load(request: BenchmarkIn, outcomes: Sequence[Outcome]) -> Load | None:
    if request.mode == "sweep":
        level = _search(*_figures(request.search)).next(outcomes)
        return None if level is None else _load(request.search.over, level)
    return request.levels[len(outcomes)] if len(outcomes) < len(request.levels) else None


def _load(over: str, level: float) -> Load:
    """Return a load as keys have it: what it is called is what is sent."""
    return Load("rate" if over == "rate" else "concurrency", float(f"{level:g}"))


def _figures(search: SweepIn) -> tuple[str, float, float]:
    return search.over, search.start, search.most


def _search(over: str, start: float, most: float) -> Sweep:
    return Sweep("rate" if over == "rate" else "concurrency", start, most)


@lru_cache(maxsize=64)
def _longest_search(over: str, start: float, most: float) -> list[Load]:
    """Return the loads of the search that sends most, wherever the knee is."""
    searches = (_tried(_search(over, start, most), knee) for knee in _knees(start, most))
    longest = max(searches, key=sum)
    return [_load(over, level) for level in longest]


def _knees(start: float, most: float) -> Iterator[float]:
    """Yield where a knee may be: below each load that is doubled to, halfway to it, and nowhere."""
    for doublings in itertools.count():
        level = start * 2**doublings
        if level > 2 * most:
            return
        yield from (level * 0.99, level * 0.75, level)


def _tried(sweep: Sweep, knee: float) -> list[float]:
    """Return the loads that a search tries on a model with a known knee."""
    outcomes: list[Outcome] = []
    while (level := sweep.next(outcomes)) is not None:
        offered = level if sweep.over == "rate" else None
        outcomes.append(Outcome(float(f"{level:g}"), min(level, knee), offered_rate=offered))
    return [outcome.load for outcome in outcomes]
