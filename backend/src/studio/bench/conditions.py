"""Conditions of `--fail-if`: `ttft_p95>800,error_rate>1%`, and against a baseline `ttft_p95>+20%`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

STATISTICS = ("p50", "p75", "p90", "p95", "p99", "mean", "min", "max")
TIMES = (
    *("ttft", "ttfo", "itl", "icl", "request_latency"),
    *("scheduled_ttft", "scheduled_latency", "dispatch_delay"),
)
"""Milliseconds, in the summary with `_ms` behind their names."""
SPEED = "output_tps_user"
SHARES = ("error_rate", "goodput_share")
RATES = ("goodput", "request_rate", "output_tps")
COST = "cost"
DISTRIBUTIONS = (*TIMES, SPEED)
METRICS = (*DISTRIBUTIONS, *SHARES, *RATES, COST)
# Gaps between chunks hang together, the generator's lateness is not the model's, and money has no chance in it
NOT_COMPARED = ("icl", "dispatch_delay", COST)
UNITS = {
    **{name: {"": 1.0, "ms": 1.0, "s": 1000.0} for name in TIMES},
    **{name: {"": 1.0, "%": 0.01} for name in SHARES},
    **{name: {"": 1.0, "/s": 1.0} for name in (*RATES, SPEED)},
    COST: {"": 1.0, "usd": 1.0},
}
NO_ERRORS = ("success", "cancelled")
_FORM = re.compile(
    r"(?P<name>[a-z_0-9]+)\s*(?P<operator>[<>]=?)\s*(?P<sign>[+-]?)\s*(?P<number>\d+(?:\.\d+)?|\.\d+)"
    r"\s*(?P<unit>ms|s|%|/s|usd)?",
    re.IGNORECASE,
)

Operator = Literal["<", "<=", ">", ">="]


class ConditionError(ValueError):
    """A condition cannot be read. The message is a sentence without its end."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison that is not to hold. `limit` is in the metric's unit, or the share of a change (0.2: +20 %)."""

    text: str
    metric: str
    statistic: str | None
    operator: Operator
    limit: float
    relative: bool

    @property
    def needs_slo(self) -> bool:
        """Whether it is about good answers."""
        return self.metric.startswith("goodput")

    @property
    def name(self) -> str:
        """The metric and its statistic, as they are written."""
        return f"{self.metric}_{self.statistic}" if self.statistic else self.metric

    @property
    def upwards(self) -> bool:
        """Whether it is about what is too high."""
        return self.operator.startswith(">")

    def holds(self, value: float, base: float | None = None) -> bool:
        """Tell whether it holds of a value; a relative one, of a value and the baseline's."""
        limit = self.limit if base is None else base * (1 + self.limit)
        if self.upwards:
            return value >= limit if self.operator == ">=" else value > limit
        return value <= limit if self.operator == "<=" else value < limit

    def value_of(self, point: dict[str, Any]) -> float | None:
        """Return the value of a point of a summary, None where it is not known."""
        if self.statistic is None:
            return error_rate(point) if self.metric == "error_rate" else point.get(self.metric)
        statistics = point.get("statistics") or {}
        figures = statistics.get(self.metric if self.metric == SPEED else f"{self.metric}_ms")
        return None if figures is None else figures.get(self.statistic)

    def shown(self, value: float) -> str:
        """Write a value with its unit."""
        if self.metric in TIMES:
            return f"{value:,.{1 if value < 100 else 0}f} ms"  # noqa: PLR2004 - three digits
        if self.metric in SHARES:
            return f"{100 * value:.2f} %"
        if self.metric == COST:
            return f"{value:.6g} USD"
        return f"{value:,.2f}/s"


def error_rate(point: dict[str, Any]) -> float | None:
    """Return the share of requests that failed; what was cancelled did not, and does not count."""
    ended = point["success_count"] + point["error_count"]
    return point["error_count"] / ended if ended else None


def read_conditions(text: str) -> tuple[Condition, ...]:
    """Return the conditions that commas join. Raises `ConditionError`."""
    return tuple(_condition(part.strip()) for part in text.split(","))


def _condition(text: str) -> Condition:
    found = _FORM.fullmatch(text)
    if found is None:
        raise ConditionError(f"{text!r} is no condition such as ttft_p95>800, error_rate>1% or ttft_p95>+20%")
    metric, statistic = _metric(found["name"].lower())
    relative = bool(found["sign"])
    unit = (found["unit"] or "").lower()
    if relative:
        _check_relative(text, metric, statistic, found)
        scale = 0.01 if found["sign"] == "+" else -0.01
    elif unit in UNITS[metric]:
        scale = UNITS[metric][unit]
    else:
        raise ConditionError(
            f"{text!r}: {metric} is not in {unit}; a change from a baseline has a sign, as in >+20%"
        )
    operator: Any = found["operator"]
    return Condition(text, metric, statistic, operator, scale * float(found["number"]), relative)


def _metric(name: str) -> tuple[str, str | None]:
    """Return a metric and what is asked of its distribution: the median, unless that is said."""
    if name in METRICS:
        return name, "p50" if name in DISTRIBUTIONS else None
    metric, _, statistic = name.rpartition("_")
    if metric in DISTRIBUTIONS and statistic in STATISTICS:
        return metric, statistic
    if metric in METRICS:
        of = f"{', '.join(STATISTICS)}" if metric in DISTRIBUTIONS else "one value alone"
        raise ConditionError(f"{name!r} is not measured: {metric} has {of}")
    raise ConditionError(f"{name!r} is not measured; there are {', '.join(METRICS)}")


def _check_relative(text: str, metric: str, statistic: str | None, found: re.Match[str]) -> None:
    if found["unit"] != "%":
        raise ConditionError(f"{text!r}: a change from a baseline is in %, as in ttft_p95>+20%")
    if metric in NOT_COMPARED:
        raise ConditionError(f"{text!r}: {metric} is not compared with a baseline")
    if statistic is not None and not statistic.startswith("p"):
        raise ConditionError(f"{text!r}: percentiles are compared with a baseline, not {statistic}")
    if (found["sign"] == "+") != found["operator"].startswith(">"):
        raise ConditionError(f"{text!r}: what grew is >+…%, and what fell <-…%")
