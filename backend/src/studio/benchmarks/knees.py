"""Up to which load models keep up: of runs that tried several, a knee for each row, and what is said of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from src.studio.engine.sweep import Knee, Outcome, knee

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from src.studio.benchmarks.points import Point
    from src.studio.benchmarks.results import Result
    from src.studio.engine.slo import Limit
    from src.studio.engine.sweep import Over

FEWEST_LOADS = 2
# What is waited for, by the metric of a limit
WAITS = {
    "ttft": "the wait for the first token grows past",
    "ttfo": "the wait for the answer's text grows past",
    "itl": "the time from one token to the next grows past",
    "request_latency": "the whole answer takes more than",
    "scheduled_ttft": "the wait for the first token, and for a place, grows past",
    "scheduled_latency": "the whole answer, with the wait for a place, takes more than",
}


@dataclass(frozen=True, slots=True)
class RowKnee:
    """The knee of one model at one length of input and output; `results` are its loads, the smallest first."""

    results: Sequence[Result]
    over: Over
    knee: Knee

    @property
    def name(self) -> str:
        """What the model is called."""
        return self.results[0].name

    @property
    def above(self) -> Result | None:
        """The smallest load that was too much; None where none was tried."""
        is_below = self.knee.is_bound == "below" and self.over == "rate"
        above = [result for result in self.results if _load(result) > self.knee.load or is_below]
        if self.over == "concurrency":  # where it begins to hurt; that no more comes of it is so from the first on
            above = [result for result in above if _missed(result)] or above
        return above[0] if above else None

    @property
    def sentence(self) -> str:
        """Say it."""
        if not any(result.success_count for result in self.results):
            return f"{self.name} never answered."
        return f"{self.name} {self.claim}{self.limit}.{_after(self.knee.caveat)}"

    @property
    def claim(self) -> str:
        """Say how far it keeps up, without its name."""
        load, bound = self.knee.load, self.knee.is_bound
        if self.over == "rate":
            if bound == "below":
                return f"does not keep up with {_per_second(load)}, the least that was tried"
            tried = ", the most that was tried" if bound == "none_reached" else ""
            return f"keeps up with {_per_second(load)}{tried}"
        if not self.knee.goodput:
            return f"has no good answer, even with {_people(load)}"
        what = "good answers" if self._has_limits else "answers"
        most = f"{self.knee.goodput:,.3g} {what} a second with {_people(load)}"
        if bound == "none_reached":
            return f"gives {most}, the most that was tried, and may give more"
        return f"gives its most, {most}"

    @property
    def limit(self) -> str:
        """Say what happens above, as a part of a sentence; nothing where that was not tried."""
        above = self.above
        if above is None:
            return ""
        is_same = _load(above) == self.knee.load
        start = ": " if is_same else f"; from {_load(above):g} on "
        return start + (_missed(above) or self._shortfall(above))

    @property
    def _has_limits(self) -> bool:
        return any(result.missed for result in self.results)

    def _shortfall(self, above: Result) -> str:
        failed = above.error_count / max(1, above.error_count + above.success_count)
        if failed > MOST_MISSED:
            return f"{failed:.0%} of the requests fail"
        if self.over == "rate":
            return f"no more than {above.summary.request_rate or 0:,.3g} answers a second come back"
        return "each of them waits longer, and no more comes of it"

    def told(self) -> dict[str, Any]:
        """Return it as the API has it."""
        first = self.results[0]
        return {
            "model_id": first.target.model_id,
            "provider_key": first.target.provider_key,
            "context_tokens": first.at.tier,
            "output_tier": first.at.output,
            "over": self.over,
            "load": self.knee.load,
            "goodput": self.knee.goodput,
            "is_bound": self.knee.is_bound,
            "caveat": self.knee.caveat,
            "sentence": self.sentence,
        }


MOST_MISSED = 0.05
"""Of the requests of a load that is kept up with, the share that may be too late."""


def knees_of(results: Iterable[Result]) -> list[RowKnee]:
    """Return the knee of each row of which several loads were measured, in the order of the rows.

    A single rate tells enough where it is too much already: the search ends with it.
    """
    found = []
    for row in rows(results).values():
        over: Over = "rate" if row[0].load.mode == "rate" else "concurrency"
        there = knee([outcome_of(result) for result in row], over)
        if there is None:
            continue
        if len(row) >= FEWEST_LOADS or (over == "rate" and there.is_bound == "below"):
            found.append(RowKnee(row, over, there))
    return found


def rows(results: Iterable[Result]) -> dict[Point, list[Result]]:
    """Return results by their points without load, in order, the smallest load first."""
    found: defaultdict[Point, list[Result]] = defaultdict(list)
    for result in results:
        found[result.at._replace(load=None)].append(result)
    return {row: sorted(found[row], key=_load) for row in sorted(found, key=lambda point: point.order)}


def outcome_of(result: Result) -> Outcome:
    """Return what a point came to, as the search for the knee takes it."""
    return Outcome.of(_load(result), result.summary)


def sentence_of_knees(knees: Sequence[RowKnee]) -> str | None:
    """Say which model keeps up with most, and what happens above; None where nothing answered.

    It speaks of the smallest context and the shortest answers alone.
    """
    answered = [found for found in knees if any(result.success_count for result in found.results)]
    if not answered:
        return None
    first = min((found.results[0].at.tier, found.results[0].at.output or 0) for found in answered)
    same = [found for found in answered if (found.results[0].at.tier, found.results[0].at.output or 0) == first]
    best, *others = sorted(same, key=_merit, reverse=True)
    told = [f"{best.name} {best.claim}{best.limit}.", *(f"{other.name} {other.claim}." for other in others)]
    more = len(told) - MOST_TOLD
    rest = f" There are {more} more in the table." if more > 0 else ""
    return " ".join(told[:MOST_TOLD]) + rest + _after(best.knee.caveat)


MOST_TOLD = 4
"""Models that the sentence of a run names."""


def _merit(found: RowKnee) -> float:
    if found.over == "rate":
        return 0.0 if found.knee.is_bound == "below" else found.knee.load
    return found.knee.goodput or 0.0


def _load(result: Result) -> float:
    return result.load.value or 0.0


def _missed(result: Result) -> str | None:
    """Say which limit is missed by most of the requests, None where none is missed by too many."""
    ended = result.success_count + result.error_count
    limit: Limit | None = max(result.missed, key=lambda limit: result.missed[limit], default=None)
    if limit is None or result.missed[limit] - result.error_count <= MOST_MISSED * ended:
        return None
    return f"{WAITS[limit.metric]} {limit.most_ms:,g} ms"


def _after(caveat: str | None) -> str:
    return f" {caveat}" if caveat else ""


def _per_second(rate: float) -> str:
    return f"{rate:g} {'request' if rate == 1 else 'requests'} a second"


def _people(count: float) -> str:
    return f"{count:,.0f} at once"
