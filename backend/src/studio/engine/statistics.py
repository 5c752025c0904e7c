"""Figures of many requests: percentiles from raw values, intervals, counts, cost, rates."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from src.studio.engine.record import Record

FEWEST_FOR_P99 = 100
FEWEST_FOR_CONFIDENCE = 30
MOST_VARIATION = 0.1
LEVEL = 0.95
NEGLIGIBLE = 1e-16

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures of some values, in their unit.

    `std` is the sample's (n - 1; 0 for one value). Percentiles interpolate between the two nearest values (type 7
    of Hyndman and Fan, as NumPy does by default); `p99` is None below 100 values. Intervals hold with 95 % by the
    percentile bootstrap.
    """

    n: int
    mean: float
    std: float
    min: float
    p50: float
    p75: float
    p90: float
    p95: float
    p99: float | None
    max: float
    p50_interval: Interval
    p95_interval: Interval

    def to_dict(self) -> dict[str, Any]:
        """Return all figures, for JSON; intervals as lists."""
        return asdict(self) | {"p50_interval": list(self.p50_interval), "p95_interval": list(self.p95_interval)}


@dataclass(frozen=True, slots=True)
class ErrorCount:
    """How many requests ended with one kind of error, and the sentence of the first."""

    kind: str
    count: int
    example: str


@dataclass(frozen=True, slots=True)
class PointSummary:
    """Figures of one target at one point. Latencies are those of successes; the rest is counted.

    `request_rate` (successes) and `output_tps` (their output tokens) are per second of the steady window, see
    `steady_window`. `cost` is USD of all requests that have one, None where none has. `tokens_source` is
    `estimate` where any count was.
    """

    n: int
    statuses: dict[str, int]
    errors: list[ErrorCount]
    ttft_ms: Summary | None
    ttfo_ms: Summary | None
    request_latency_ms: Summary | None
    itl_ms: Summary | None
    icl_ms: Summary | None
    output_tps_user: Summary | None
    input_tokens: int
    output_tokens: int
    reasoning_tokens: int
    cached_tokens: int
    tokens_source: str | None
    cost: float | None
    request_rate: float | None
    output_tps: float | None
    confidence: Literal["high", "low"]

    def to_dict(self) -> dict[str, Any]:
        """Return all figures, for JSON."""
        summaries = {name: summary and summary.to_dict() for name, summary in self._summaries()}
        return asdict(self) | summaries

    def _summaries(self) -> list[tuple[str, Summary | None]]:
        return [(name, getattr(self, name)) for name in _LATENCIES | {"icl_ms": None}]


_LATENCIES: dict[str, Callable[[Record], float | None]] = {
    "ttft_ms": lambda record: record.ttft_ms,
    "ttfo_ms": lambda record: record.ttfo_ms,
    "request_latency_ms": lambda record: record.request_latency_ms,
    "itl_ms": lambda record: record.itl_ms,
    "output_tps_user": lambda record: record.output_tps_user,
}


def summarise(values: Iterable[float]) -> Summary | None:
    """Return the figures of finite values, in any order; None of none."""
    ordered = sorted(values)
    if not ordered:
        return None
    n = len(ordered)
    mean = math.fsum(ordered) / n
    return Summary(
        n=n,
        mean=mean,
        std=math.sqrt(math.fsum((value - mean) ** 2 for value in ordered) / (n - 1)) if n > 1 else 0.0,
        min=ordered[0],
        p50=percentile(ordered, 50),
        p75=percentile(ordered, 75),
        p90=percentile(ordered, 90),
        p95=percentile(ordered, 95),
        p99=percentile(ordered, 99) if n >= FEWEST_FOR_P99 else None,
        max=ordered[-1],
        p50_interval=bootstrap_interval(ordered, 50),
        p95_interval=bootstrap_interval(ordered, 95),
    )


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Return a percentile of sorted values, interpolated between the two nearest ranks."""
    rank, share = _position(len(ordered), percent)
    return _between(ordered, rank, min(rank + 1, len(ordered) - 1), share)


def bootstrap_interval(ordered: Sequence[float], percent: float) -> Interval:
    """Return the 95 % percentile-bootstrap interval of a percentile of sorted values.

    It is what resampling tends to, computed instead of drawn: the k-th smallest of n values that are drawn from n
    is at most the j-th of them with the probability that a binomial of n and j/n is at least k. So it has no noise
    and no seed, and costs as much for 10,000 values as for ten. Between two ranks, their bounds are interpolated
    as the percentile is.
    """
    n = len(ordered)
    rank, share = _position(n, percent)
    lower, upper = _bounds(n, rank), _bounds(n, min(rank + 1, n - 1))
    return _between(ordered, lower[0], upper[0], share), _between(ordered, lower[1], upper[1], share)


def _position(n: int, percent: float) -> tuple[int, float]:
    """Return the rank below a percentile, from 0, and how far it lies towards the next one, from 0 to 1."""
    position = (n - 1) * percent / 100
    rank = min(int(position), n - 1)
    return rank, position - rank


def _between(ordered: Sequence[float], first: int, second: int, share: float) -> float:
    low, high = ordered[first], ordered[second]
    return min(low + (high - low) * share, high)


@lru_cache(maxsize=4096)
def _bounds(n: int, rank: int) -> tuple[int, int]:
    """Return the ranks between which the value of `rank` stays in 95 % of resamples; all from 0."""
    tail = (1 - LEVEL) / 2
    return _first(n, rank + 1, tail), _first(n, rank + 1, 1 - tail)


def _first(n: int, k: int, probability: float) -> int:
    """Return the smallest rank, from 0, that a resample's k-th smallest stays at or below so probably."""
    low, high = 1, n
    while low < high:
        middle = (low + high) // 2
        if _at_least(k, n, middle / n) >= probability:
            high = middle
        else:
            low = middle + 1
    return low - 1


def _at_least(k: int, n: int, p: float) -> float:
    """Return the probability of k or more successes in n trials, 1 ≤ k ≤ n, 0 < p ≤ 1."""
    if p >= 1:
        return 1.0
    if k <= n * p:  # the shorter tail is summed, from its largest term on
        return 1 - _tail(n - k + 1, n, 1 - p)
    return _tail(k, n, p)


def _tail(k: int, n: int, p: float) -> float:
    """Return what `_at_least` does, for k above the mean: terms fall from the first one on."""
    odds = p / (1 - p)
    log_choices = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    term = total = math.exp(log_choices + k * math.log(p) + (n - k) * math.log1p(-p))
    for i in range(k, n):
        term *= (n - i) / (i + 1) * odds
        total += term
        if term <= total * NEGLIGIBLE:  # also where all of them are too small for a float
            break
    return total


def summarise_records(records: Sequence[Record]) -> PointSummary:
    """Return the figures of measured requests of one target at one point; warm-ups are left out."""
    measured = [record for record in records if record.phase == "measure"]
    successes = [record for record in measured if record.status == "success"]
    summaries = {
        name: summarise(value for record in successes if (value := of(record)) is not None)
        for name, of in _LATENCIES.items()
    }
    costs = [record.cost for record in measured if record.cost is not None]
    sources = {record.tokens_source for record in measured if record.tokens_source}
    rate, tps = _rates(measured)
    return PointSummary(
        n=len(measured),
        statuses=dict(Counter(record.status for record in measured)),
        errors=_errors(measured),
        **summaries,
        icl_ms=summarise(gap for record in successes for gap in record.icl_ms),
        input_tokens=sum(record.input_tokens or 0 for record in measured),
        output_tokens=sum(record.output_tokens or 0 for record in measured),
        reasoning_tokens=sum(record.reasoning_tokens or 0 for record in measured),
        cached_tokens=sum(record.cached_tokens or 0 for record in measured),
        tokens_source=min(sources, default=None),  # "estimate" comes before "usage"
        cost=math.fsum(costs) if costs else None,
        request_rate=rate,
        output_tps=tps,
        confidence=_confidence(summaries["ttft_ms"], summaries["request_latency_ms"]),
    )


def _errors(records: Iterable[Record]) -> list[ErrorCount]:
    """Count errors by kind, the most frequent first. Who cancelled knows why."""
    examples: dict[str, str] = {}
    counts = Counter[str]()
    for record in records:
        if record.error_kind is not None:
            counts[record.error_kind] += 1
            examples.setdefault(record.error_kind, record.error or "")
    return [ErrorCount(kind, count, examples[kind]) for kind, count in counts.most_common()]


def _confidence(*latencies: Summary | None) -> Literal["high", "low"]:
    """Return `high` from 30 successes on, or when TTFT and request latency each vary by less than 10 %."""
    there = [summary for summary in latencies if summary is not None]
    enough = any(summary.n >= FEWEST_FOR_CONFIDENCE for summary in there)
    steady = bool(there) and all(
        summary.n > 1 and summary.mean > 0 and summary.std / summary.mean < MOST_VARIATION for summary in there
    )
    return "high" if enough or steady else "low"


def steady_window(records: Iterable[Record]) -> list[tuple[int, int]]:
    """Return the stretches of time, in ns, that the closed loop was fully at work on these requests.

    From the first one's schedule to the first end after the last one's: from then on a place stands empty. Times
    in which none of them was under way, as other models had their turn, are left out.
    """
    spans = sorted((record.scheduled_ns, record.end_ns) for record in records)
    if not spans:
        return []
    until = _first_empty_place(spans)
    stretches: list[tuple[int, int]] = []
    for start, end in spans:
        if stretches and start <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], max(stretches[-1][1], end))
        else:
            stretches.append((start, end))
    return [(start, min(end, until)) for start, end in stretches]


def _first_empty_place(spans: Sequence[tuple[int, int]]) -> int:
    """Return when a place of the loop first had nothing more to send; `spans` are sorted."""
    last = spans[-1][0]
    changes = sorted([(start, 1) for start, _ in spans] + [(end, -1) for _, end in spans])
    places = max(accumulate(change for _, change in changes))
    if sum(end > last for _, end in spans) < places and last > spans[0][0]:
        return last
    return min((end for _, end in spans if end > last), default=spans[-1][1])


def _rates(records: Sequence[Record]) -> tuple[float | None, float | None]:
    """Return successes and their output tokens per second; a request counts as far as it lies in the window."""
    window = steady_window(records)
    seconds = sum(end - start for start, end in window) / 1e9
    if not seconds:
        return None, None
    until = window[-1][1]
    successes, tokens = 0.0, 0.0
    for record in records:
        if record.status == "success":
            length = record.end_ns - record.scheduled_ns
            share = (min(record.end_ns, until) - record.scheduled_ns) / length if length else 1.0
            successes += share
            tokens += share * (record.output_tokens or 0)
    return successes / seconds, tokens / seconds
