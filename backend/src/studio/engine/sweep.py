"""The search for the knee: the load up to which more is gained by more of it."""

from __future__ import annotations

import itertools
import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from src.studio.engine.statistics import PointSummary

Over = Literal["concurrency", "rate"]
Bound = Literal["none_reached", "below"]
KEPT_UP = 0.95
"""Of what was offered, what has to come back each second; with an SLO, also what has to be good of it."""
ENOUGH = 0.95
"""Of the most throughput, what a smaller load has to reach."""
SHORTEST_SECONDS, FEWEST_ROUNDS = 8.0, 5
"""How long a rate has to be kept up, and for how many answers one after another: else a queue that grows slowly
may not have shown."""
DIGITS = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a load came to. Rates are per second; `goodput` and its share are None without an SLO.

    `seconds` is how long it was looked at, None where that is not known.
    """

    load: float
    request_rate: float | None
    goodput: float | None = None
    goodput_share: float | None = None
    offered_rate: float | None = None
    latency_p95_ms: float | None = None
    seconds: float | None = None

    @classmethod
    def of(cls, load: float, summary: PointSummary) -> Outcome:
        """Return what a point's figures come to."""
        latency = summary.scheduled_latency_ms
        return cls(
            load,
            summary.request_rate,
            summary.goodput,
            summary.goodput_share,
            summary.offered_rate,
            None if latency is None else latency.p95,
            summary.window_seconds,
        )

    @property
    def throughput(self) -> float:
        """What came of it each second: goodput with an SLO, else successes."""
        return (self.request_rate if self.goodput is None else self.goodput) or 0.0

    @property
    def rounds(self) -> float:
        """How many of its answers take as long, one after another, as it was looked at; without end if unknown."""
        latency = self.latency_p95_ms
        return math.inf if self.seconds is None or not latency else self.seconds * 1000 / latency

    @property
    def keeps_up(self) -> bool:
        """Tell whether as much came back as was offered, and was good, where an SLO says what that is."""
        offered = self.offered_rate or self.load
        in_time = self.goodput_share is None or self.goodput_share >= KEPT_UP
        return (self.request_rate or 0.0) >= KEPT_UP * offered and in_time


@dataclass(frozen=True, slots=True)
class Knee:
    """Where the knee is. `goodput` is what came of that load each second, `reason` a sentence.

    `is_bound`: it was not found. `none_reached`: the highest load that was tried was still good, so that the knee
    is there or above; `below`: the lowest was already too much, so that it is below. `caveat` is a sentence, too:
    why it may not be where it seems.
    """

    load: float
    goodput: float | None
    reason: str
    is_bound: Bound | None = None
    caveat: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return all of it, for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Sweep:
    """Which load is tried next: they double from `start` up to `most`, then close in on the knee.

    Of rates, the knee is the highest one that is kept up with (`Outcome.keeps_up`); of concurrency, the smallest
    number at which throughput (goodput with an SLO) is within 5 % of the most. The search ends where the loads on
    both sides of it are no further apart than `tolerance`, as a share, or for concurrency than one. What is next
    follows from what was found so far, in any order, so that a run that was interrupted goes on where it was.
    """

    over: Over = "concurrency"
    start: float = 1
    most: float = 64
    tolerance: float = 0.05

    def __post_init__(self) -> None:
        if not 0 < self.start <= self.most < math.inf:
            raise ValueError("A sweep starts above 0, and goes up to what is no less.")
        if self.over == "concurrency" and (self.start != int(self.start) or self.most != int(self.most)):
            raise ValueError("How many are at once is a whole number, also in a sweep.")

    def next(self, outcomes: Sequence[Outcome]) -> float | None:
        """Return the load to try next, None where the search has ended."""
        found = _in_order(outcomes)
        if not found:
            return self.start
        gaps = self._rate_gaps(found) if self.over == "rate" else self._concurrency_gaps(found)
        if gaps is None:
            return min(2 * found[-1].load, self.most)
        for low, high in gaps:
            between = self._between(low, high)
            if between is not None:
                return between
        return None

    def _rate_gaps(self, found: Sequence[Outcome]) -> list[tuple[float, float]] | None:
        """Return between which rates to go on looking; None where to go on doubling."""
        at = next((at for at, outcome in enumerate(found) if not outcome.keeps_up), None)
        if at is None:
            return None if found[-1].load < self.most else []
        return [(found[at - 1].load, found[at].load)] if at else []

    def _concurrency_gaps(self, found: Sequence[Outcome]) -> list[tuple[float, float]] | None:
        """As `_rate_gaps`: until throughput has stopped to grow, then around its most.

        Above it first, where it falls: the most may be there. Then below, for fewer that do as well.
        """
        best = max(range(len(found)), key=lambda at: (found[at].throughput, -at))
        most = found[best].throughput
        is_growing = best == len(found) - 1 and (best == 0 or found[-2].throughput < ENOUGH * most)
        if is_growing and found[-1].load < self.most:
            return None
        gaps = []
        if best + 1 < len(found) and found[best + 1].throughput < ENOUGH * most:
            gaps.append((found[best].load, found[best + 1].load))
        knee = next(at for at, outcome in enumerate(found) if outcome.throughput >= ENOUGH * most)
        return [*gaps, (found[knee - 1].load, found[knee].load)] if knee else gaps

    def _between(self, low: float, high: float) -> float | None:
        """Return the load in the middle of two, None where they are close enough."""
        if high <= low * (1 + self.tolerance):
            return None
        middle = float(f"{math.sqrt(low * high):.{DIGITS}g}") if self.over == "rate" else (low + high) // 2
        return middle if low < middle < high else None


def knee(outcomes: Sequence[Outcome], over: Over) -> Knee | None:
    """Return the knee of loads that were tried, by a sweep or otherwise; None where nothing was."""
    found = _in_order(outcomes)
    if not found:
        return None
    return _knee_of_rates(found) if over == "rate" else _knee_of_concurrency(found)


def _knee_of_rates(found: Sequence[Outcome]) -> Knee:
    kept = list(itertools.takewhile(lambda outcome: outcome.keeps_up, found))
    if not kept:
        reason = f"The lowest rate that was tried, {_rate(found[0])}, was too much: {_shortfall(found[0])}."
        return Knee(found[0].load, found[0].throughput, reason, "below")
    best = kept[-1]
    if len(kept) == len(found):
        reason = f"The highest rate that was tried, {_rate(best)}, was still kept up with."
        return Knee(best.load, best.throughput, reason, "none_reached", _caveat_of_rate(best))
    above = found[len(kept)]
    reason = f"{_rate(best)} is kept up with; of {_rate(above)} it is not so: {_shortfall(above)}."
    return Knee(best.load, best.throughput, reason, caveat=_caveat_of_rate(best))


def _knee_of_concurrency(found: Sequence[Outcome]) -> Knee:
    most = max(outcome.throughput for outcome in found)
    if not most:
        reason = f"Nothing good came back even with {_people(found[0])}."
        return Knee(found[0].load, found[0].throughput, reason, "below")
    at = next(at for at, outcome in enumerate(found) if outcome.throughput >= ENOUGH * most)
    best, caveat = found[at], _caveat_of_concurrency(found)
    if best.load >= ENOUGH * found[-1].load:
        best = found[-1]
        reason = f"{_people(best)}, the most that was tried, got most: throughput may grow further."
        return Knee(best.load, best.throughput, reason, "none_reached", caveat)
    what = "successes" if best.goodput is None else "good answers"
    reason = f"{_people(best)} get {best.throughput:.3g} {what} a second, and more at once no more than that."
    if at == 0 and best.load > 1:
        return Knee(best.load, best.throughput, f"{reason} Fewer were not tried.", "below", caveat)
    return Knee(best.load, best.throughput, reason, caveat=caveat)


def _caveat_of_rate(outcome: Outcome) -> str | None:
    seconds = math.inf if outcome.seconds is None else outcome.seconds
    if seconds >= SHORTEST_SECONDS and outcome.rounds >= FEWEST_ROUNDS:
        return None
    return (
        f"It was looked at for {seconds:.2g} s only, in which a queue that grows slowly does not show; "
        "for long it may be less."
    )


def _caveat_of_concurrency(outcomes: Sequence[Outcome]) -> str | None:
    hasty = [outcome for outcome in outcomes if outcome.rounds < FEWEST_ROUNDS]
    if not hasty:
        return None
    return (
        f"With {_people(hasty[0])} or more, fewer than {FEWEST_ROUNDS} answers came one after another: too few "
        "for throughput to settle, so that it may be told too high."
    )


def _shortfall(outcome: Outcome) -> str:
    offered = outcome.offered_rate or outcome.load
    back = (outcome.request_rate or 0.0) / offered
    if back < KEPT_UP:
        return f"{back:.0%} of what was sent came back each second"
    return f"{outcome.goodput_share or 0.0:.0%} of the answers met the SLO"


def _rate(outcome: Outcome) -> str:
    return f"{outcome.load:g} a second"


def _people(outcome: Outcome) -> str:
    return f"{outcome.load:g} at once"


def _in_order(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return what came of each load, the lowest first; of one that was tried twice, what came last."""
    return sorted({outcome.load: outcome for outcome in outcomes}.values(), key=lambda outcome: outcome.load)
