"""Figures of many requests: percentiles from raw values, intervals, counts, cost, rates."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from src.studio.engine.bootstrap import Interval, bootstrap_interval, percentile
from src.studio.engine.throughput import max_in_flight, offered_rate, per_second, seconds_of, window_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from src.studio.engine.record import Record
    from src.studio.engine.slo import Slo
    from src.studio.engine.throughput import Window

FEWEST_FOR_P99 = 100
FEWEST_FOR_CONFIDENCE = 30
MOST_VARIATION = 0.1
PERCENTS = range(101)


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

    `request_rate` (successes), `output_tps` (their output tokens) and `goodput` (successes that meet the SLO) are
    per second of the window in which the load was full, of `window_seconds`; see `throughput`. `good` counts all
    that meet the SLO, `goodput_share` is their share of what was not cancelled by the end. All three are None
    without an SLO. `offered_rate` is what was to be sent per second, None of a closed loop. `dispatch_delay_ms` is
    of all that were sent. `cost` is USD of all requests that have one, None where none has. `tokens_source` is
    `estimate` where any count was. `distributions` has the quantiles from 0 to 100 %, None of fewer than two.
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
    scheduled_ttft_ms: Summary | None
    scheduled_latency_ms: Summary | None
    dispatch_delay_ms: Summary | None
    input_tokens: int
    output_tokens: int
    reasoning_tokens: int
    cached_tokens: int
    tokens_source: str | None
    cost: float | None
    request_rate: float | None
    output_tps: float | None
    good: int | None
    goodput: float | None
    goodput_share: float | None
    offered_rate: float | None
    max_in_flight: int
    window_seconds: float
    distributions: dict[str, list[float] | None]
    confidence: Literal["high", "low"]

    def to_dict(self) -> dict[str, Any]:
        """Return all figures, for JSON."""
        return asdict(self) | {name: summary and summary.to_dict() for name, summary in self._summaries()}

    def _summaries(self) -> list[tuple[str, Summary | None]]:
        return [(name, getattr(self, name)) for name in (*_LATENCIES, "icl_ms", "dispatch_delay_ms")]


_LATENCIES: dict[str, Callable[[Record], float | None]] = {
    "ttft_ms": lambda record: record.ttft_ms,
    "ttfo_ms": lambda record: record.ttfo_ms,
    "request_latency_ms": lambda record: record.request_latency_ms,
    "itl_ms": lambda record: record.itl_ms,
    "output_tps_user": lambda record: record.output_tps_user,
    "scheduled_ttft_ms": lambda record: record.scheduled_ttft_ms,
    "scheduled_latency_ms": lambda record: record.scheduled_latency_ms,
}
DISTRIBUTIONS = ("ttft_ms", "icl_ms", "itl_ms", "request_latency_ms", "scheduled_ttft_ms")


def summarise(values: Iterable[float]) -> Summary | None:
    """Return the figures of finite values, in any order; None of none."""
    return _summary(sorted(values))


def quantiles(ordered: Sequence[float]) -> list[float] | None:
    """Return the percentiles from 0 to 100 of sorted values, None of fewer than two."""
    return [percentile(ordered, percent) for percent in PERCENTS] if len(ordered) > 1 else None


def summarise_records(records: Sequence[Record], slo: Slo | None = None) -> PointSummary:
    """Return the figures of measured requests of one target at one point; warm-ups are left out."""
    measured = [record for record in records if record.phase == "measure"]
    successes = [record for record in measured if record.status == "success"]
    ordered = {
        name: sorted(value for record in successes if (value := of(record)) is not None)
        for name, of in _LATENCIES.items()
    }
    figures: dict[str, Any] = {name: _summary(values) for name, values in ordered.items()}
    ordered["icl_ms"] = sorted(gap for record in successes for gap in record.icl_ms)
    delays = (record.dispatch_delay_ms for record in measured if record.dispatch_delay_ms is not None)
    costs = [record.cost for record in measured if record.cost is not None]
    sources = {record.tokens_source for record in measured if record.tokens_source}
    window = window_of(measured)
    return PointSummary(
        n=len(measured),
        statuses=dict(Counter(record.status for record in measured)),
        errors=_errors(measured),
        **figures,
        icl_ms=_summary(ordered["icl_ms"]),
        dispatch_delay_ms=summarise(delays),
        input_tokens=sum(record.input_tokens or 0 for record in measured),
        output_tokens=sum(record.output_tokens or 0 for record in measured),
        reasoning_tokens=sum(record.reasoning_tokens or 0 for record in measured),
        cached_tokens=sum(record.cached_tokens or 0 for record in measured),
        tokens_source=min(sources, default=None),  # "estimate" comes before "usage"
        cost=math.fsum(costs) if costs else None,
        request_rate=per_second(measured, window, lambda record: record.status == "success"),
        output_tps=per_second(successes, window, lambda record: record.output_tokens or 0),
        **_goodput(measured, slo, window),
        offered_rate=offered_rate(measured, window),
        max_in_flight=max_in_flight(measured),
        window_seconds=seconds_of(window),
        distributions={name: quantiles(ordered[name]) for name in DISTRIBUTIONS},
        confidence=_confidence(figures["ttft_ms"], figures["request_latency_ms"]),
    )


def _summary(ordered: Sequence[float]) -> Summary | None:
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


def _goodput(measured: Sequence[Record], slo: Slo | None, window: Window) -> dict[str, Any]:
    if slo is None:
        return {"good": None, "goodput": None, "goodput_share": None}
    good = [record for record in measured if slo.met(record)]
    ended = sum(record.status != "cancelled" for record in measured)
    return {
        "good": len(good),
        "goodput": per_second(good, window, lambda _: 1.0),
        "goodput_share": len(good) / ended if ended else None,
    }


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
