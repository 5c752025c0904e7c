"""Runs side by side: what they measured of the same model at the same load, and whether it differs."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from src.studio.analytics.shares import Share, difference_interval, p_value
from src.studio.engine.compare import difference, holm
from src.studio.engine.statistics import bootstrap_interval, percentile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

Values = dict[str, Any]
PointKey = tuple[str, str, str, float | None, int, int | None]
"""`provider_key`, `model_id`, `load_mode`, `load`, `context_tokens` and `output_tier`."""

MOST_POINTS = 60
MS_PER_SECOND, TEN = 1000, 10
SHOWN = {"higher", "lower"}
LABELS = {
    "ttft_ms": "the time to the first token",
    "itl_ms": "the time between tokens",
    "request_latency_ms": "the time of the whole answer",
    "output_tps_user": "the speed of an answer",
    "success_share": "the share of answers",
}


class Times(NamedTuple):
    """Of a successful request, in milliseconds."""

    ttft_ms: float | None
    itl_ms: float | None
    request_latency_ms: float | None


class Metric(NamedTuple):
    """A figure of single requests, whose medians are compared."""

    name: str
    unit: str
    better: str
    of: Callable[[Times], float | None]


METRICS = (
    Metric("ttft_ms", "ms", "lower", lambda times: times.ttft_ms),
    Metric("itl_ms", "ms", "lower", lambda times: times.itl_ms),
    Metric("request_latency_ms", "ms", "lower", lambda times: times.request_latency_ms),
    Metric(
        "output_tps_user",
        "tokens/s",
        "higher",
        lambda times: MS_PER_SECOND / times.itl_ms if times.itl_ms else None,
    ),
)


@dataclass(slots=True)
class Measured:
    """What a run has of a point: its successful requests, and how many there were in all."""

    success_count: int = 0
    error_count: int = 0
    times: list[Times] = field(default_factory=list)

    @property
    def share(self) -> Share | None:
        """How many of the requests succeeded; those that were cancelled left out."""
        n = self.success_count + self.error_count
        return Share(self.success_count, n) if n else None


@dataclass(slots=True)
class Comparison:
    """Metrics of points; `tested` are those of their values that have a p-value, in any order."""

    points: dict[PointKey, list[Values]]
    tested: list[Values]
    left_out: int

    @property
    def shown(self) -> list[Values]:
        """The values that are shown to differ from the first run's."""
        return [value for value in self.tested if value["verdict"] in SHOWN]


def compared(measured: Sequence[Mapping[PointKey, Measured]]) -> Comparison:
    """Compare each run with the first, point by point.

    All differences are looked at together: by Holm's method, of ten that are shown not one is so by chance, with
    95 %. Points that more of the runs have come first; with more than 60 of them, the others are left out.
    """
    counts: defaultdict[PointKey, int] = defaultdict(int)
    for run in measured:
        for point in run:
            counts[point] += 1
    keys = sorted(counts, key=lambda point: (-counts[point], *(-1 if part is None else part for part in point)))
    points = {key: _metrics([run.get(key) for run in measured]) for key in keys[:MOST_POINTS]}
    tested = [
        value
        for metrics in points.values()
        for metric in metrics
        for value in metric["values"]
        if value["p_value"] is not None
    ]
    for value, is_shown in zip(tested, holm([value["p_value"] for value in tested]), strict=True):
        if not is_shown:
            value["verdict"] = "none_shown"
    return Comparison(points, tested, len(keys) - len(points))


def _metrics(runs: Sequence[Measured | None]) -> list[Values]:
    told = [
        {
            "name": metric.name,
            "unit": metric.unit,
            "better": metric.better,
            "values": _medians([None if run is None else _ordered(metric, run) for run in runs]),
        }
        for metric in METRICS
    ]
    shares = _shares([None if run is None else run.share for run in runs])
    return [*told, {"name": "success_share", "unit": "share", "better": "higher", "values": shares}]


def _ordered(metric: Metric, run: Measured) -> list[float]:
    return sorted(value for times in run.times if (value := metric.of(times)) is not None)


def _medians(runs: Sequence[list[float] | None]) -> list[Values]:
    first = runs[0]
    found = []
    for at, values in enumerate(runs):
        known = bool(values)
        value = _value(
            percentile(values, 50) if values else None,
            bootstrap_interval(values, 50) if values else None,
            len(values or ()),
        )
        if at and known and first:
            told = difference(first, values or ())
            value |= {
                "difference": told.difference,
                "ratio": told.ratio,
                "difference_interval": told.interval,
                "verdict": told.verdict,
                "p_value": told.p_value,
            }
        found.append(value)
    return found


def _shares(runs: Sequence[Share | None]) -> list[Values]:
    first = runs[0]
    found = []
    for at, share in enumerate(runs):
        value = _value(None, None, 0) if share is None else _value(share.value, share.interval, share.n)
        if at and share is not None and first is not None:
            value |= {
                "difference": share.value - first.value,
                "ratio": share.value / first.value if first.value else None,
                "difference_interval": difference_interval(first, share),
                "verdict": "higher" if share.value > first.value else "lower",
                "p_value": p_value(first, share),
            }
        found.append(value)
    return found


def _value(value: float | None, interval: tuple[float, float] | None, n: int) -> Values:
    nothing = dict.fromkeys(("difference", "ratio", "difference_interval", "verdict", "p_value"))
    return {"value": value, "interval": interval, "n": n, **nothing}


def sentence_of(comparison: Comparison, names: Mapping[PointKey, str], differing: Sequence[str]) -> str:
    """Say what is shown to differ, no surer than it is. `names` are the models', `differing` settings."""
    if not comparison.tested:
        common = "The runs have too little in common to compare: no model that two of them measured often enough"
        return f"{common} at the same load and context."
    told = f"A difference is shown in {len(comparison.shown)} of {_comparisons(comparison)}"
    if not comparison.shown:
        told = f"No difference is shown in {_comparisons(comparison)}"
    else:
        told += f"; the largest is {_largest(comparison, names)}"
    settings = f" The runs were not asked for alike: {', '.join(differing)}." if differing else ""
    return f"{told}.{settings}"


def _comparisons(comparison: Comparison) -> str:
    count = len(comparison.tested)
    return f"{count:,} comparison{'' if count == 1 else 's'}"


def _largest(comparison: Comparison, names: Mapping[PointKey, str]) -> str:
    """Name the difference that is the largest by its ratio."""
    found = [
        (abs(math.log(value["ratio"])) if value["ratio"] else math.inf, key, metric, value)
        for key, metrics in comparison.points.items()
        for metric in metrics
        for value in metric["values"]
        if value["verdict"] in SHOWN
    ]
    _, key, metric, value = max(found, key=lambda item: item[0])
    before = figure(metric["values"][0]["value"], metric["unit"])
    return f"{LABELS[metric['name']]} of {names[key]}, {figure(value['value'], metric['unit'])} after {before}"


def figure(value: float, unit: str) -> str:
    """Write a figure with its unit."""
    if unit == "share":
        return f"{100 * value:.1f} %"
    if unit == "ms" and value >= MS_PER_SECOND:
        return f"{value / MS_PER_SECOND:,.2f} s"
    return f"{value:.{1 if value < TEN else 0}f} {unit}"


def collected(
    results: Iterable[tuple[str, int, PointKey, int, int]],
    values: Iterable[tuple[str, int, str, Times]],
    points_of: Callable[[PointKey], Iterable[str]],
) -> dict[str, dict[PointKey, Measured]]:
    """Return what each run has of each point.

    `results` are run, position of the target, point, successes and errors; `values` run, position, name of the
    point, and times; `points_of` tells by which names a point may go.
    """
    found: defaultdict[str, dict[PointKey, Measured]] = defaultdict(dict)
    places: dict[tuple[str, int, str], Measured] = {}
    for run_id, target, key, successes, errors in results:
        found[run_id][key] = point = Measured(successes, errors)
        places |= {(run_id, target, name): point for name in points_of(key)}
    for run_id, target, name, times in values:
        if (point := places.get((run_id, target, name))) is not None:
            point.times.append(times)
    return found
