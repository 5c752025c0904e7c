"""Conditions of `--fail-if`: `accuracy<0.9`, `accuracy[category=dates]<80%`, `accuracy<baseline`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from src.studio.bench.tables import UNKNOWN
from src.studio.benchmarks.sentence import milliseconds
from src.studio.scoring.sentence import percent

if TYPE_CHECKING:
    from collections.abc import Callable

    from src.studio.scoring.summary import EvalSummary

Operator = Literal["<", "<=", ">", ">="]

SHARES: dict[str, Callable[[EvalSummary], float | None]] = {
    "accuracy": lambda one: one.accuracy.rate if one.accuracy else None,
    "accuracy_low": lambda one: one.accuracy.low if one.accuracy else None,
    "irrelevance": lambda one: one.irrelevance.rate if one.irrelevance else None,
    "unscored": lambda one: one.unscored / one.results if one.results else None,
    "flaky": lambda one: len(one.flaky) / one.cases if one.cases else None,
    "tool_selection": lambda one: one.scores["tool_selection_score"],
    "param_accuracy": lambda one: one.scores["param_accuracy_score"],
}
"""From 0 to 1."""
TIMES: dict[str, Callable[[EvalSummary], float | None]] = {
    "latency_p50": lambda one: one.latency_ms["p50"] if one.latency_ms else None,
    "latency_p95": lambda one: one.latency_ms["p95"] if one.latency_ms else None,
}
"""Milliseconds."""
COSTS: dict[str, Callable[[EvalSummary], float | None]] = {
    "cost": lambda one: one.cost,
    "cost_per_case": lambda one: one.cost_per_case,
}
"""USD."""
OF_REPEATS = ("pass_hat_K", "pass_at_K")
"""Shares, too: whether all of K answers pass, or any."""
METRICS = (*SHARES, *OF_REPEATS, *TIMES, *COSTS)
COMPARED = ("accuracy", "irrelevance")
UNITS = {"share": {"": 1.0, "%": 100.0}, "time": {"": 1.0, "ms": 1.0, "s": 0.001}, "cost": {"": 1.0, "usd": 1.0}}
"""How many of each make one; divided by these, 95 % is 0.95 exactly, which 95 × 0.01 is not."""
SCOPES = ("model", "category")
_REPEATED = re.compile(r"(pass_hat|pass_at)_([1-9]\d?)")
_NUMBER = r"(?:\d+(?:\.\d+)?|\.\d+)"
_FORM = re.compile(
    rf"(?P<name>[a-z_0-9]+)\s*(?P<scopes>(?:\[[^\[\]]*\]\s*)*)(?P<operator>[<>]=?)\s*"
    rf"(?:(?P<number>{_NUMBER})\s*(?P<unit>%|ms|s|usd)?"
    rf"|(?P<baseline>baseline)(?:\s*-\s*(?P<margin>{_NUMBER})\s*(?P<percent>%)?)?)",
    re.IGNORECASE,
)
_PARTS = re.compile(r",(?![^\[]*\])")


class ConditionError(ValueError):
    """A condition cannot be read. The message is a sentence without its end."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison that is not to hold, of one model or each, and of one category or all cases.

    `limit` is in the metric's unit. A `relative` one compares with a baseline, and `limit` is how far below it a
    rate may be. `repeats` is how often cases are to be asked for it.
    """

    text: str
    metric: str
    operator: Operator
    limit: float
    relative: bool
    model: str | None = None
    category: str | None = None
    repeats: int = 1

    @property
    def is_money(self) -> bool:
        """Whether it needs a price."""
        return self.metric in COSTS

    @property
    def name(self) -> str:
        """The metric, and of which cases it is."""
        return self.metric if self.category is None else f"{self.metric} on {self.category}"

    def holds(self, value: float, base: float = 0.0) -> bool:
        """Tell whether it holds of a value; a relative one, of a value and the baseline's."""
        limit = base - self.limit if self.relative else self.limit
        match self.operator:
            case "<":
                return value < limit
            case "<=":
                return value <= limit
            case ">":
                return value > limit
            case ">=":
                return value >= limit

    def value_of(self, summary: EvalSummary) -> float | None:
        """Return the value of a model's summary, None where it is not known."""
        if found := _REPEATED.fullmatch(self.metric):
            of = summary.pass_hat_k if found[1] == "pass_hat" else summary.pass_at_k
            return of.get(int(found[2]))
        return (SHARES | TIMES | COSTS)[self.metric](summary)

    def shown(self, value: float | None) -> str:
        """Write a value with its unit."""
        if value is None:
            return UNKNOWN
        if self.metric in TIMES:
            return milliseconds(value)
        return f"{value:.6g} USD" if self.metric in COSTS else f"{percent(value)} %"


def read_conditions(text: str) -> tuple[Condition, ...]:
    """Return the conditions that commas join. Raises `ConditionError`."""
    return tuple(_condition(part.strip()) for part in _PARTS.split(text))


def _condition(text: str) -> Condition:
    found = _FORM.fullmatch(text)
    if found is None:
        raise ConditionError(
            f"{text!r} is no condition such as accuracy<0.9, accuracy[category=dates]<80% or accuracy<baseline"
        )
    metric, repeats = _metric(found["name"].lower())
    scopes = _scopes(text, found["scopes"])
    operator: Any = found["operator"]
    if found["baseline"]:
        limit = _margin(text, metric, found)
    else:
        unit, units = (found["unit"] or "").lower(), UNITS[_kind(metric)]
        if unit not in units:
            raise ConditionError(f"{text!r}: {metric} is not in {unit}")
        limit = float(found["number"]) / units[unit]
        if _kind(metric) == "share" and limit > 1:
            raise ConditionError(f"{text!r}: {metric} is a share, from 0 to 1 or in %")
    return Condition(text, metric, operator, limit, bool(found["baseline"]), repeats=repeats, **scopes)


def _metric(name: str) -> tuple[str, int]:
    """Return a metric, and how many repeats it needs."""
    if found := _REPEATED.fullmatch(name):
        return name, int(found[2])
    if name not in METRICS:
        raise ConditionError(f"{name!r} is not measured; there are {', '.join(METRICS)}")
    return name, 2 if name == "flaky" else 1


def _scopes(text: str, written: str) -> dict[str, str]:
    scopes: dict[str, str] = {}
    for part in re.findall(r"\[([^\[\]]*)\]", written):
        name, equals, value = part.partition("=")
        name = name.strip()
        if not equals or name not in SCOPES or not value.strip():
            raise ConditionError(f"{text!r}: [{part}] is not [model=NAME] or [category=NAME]")
        if name in scopes:
            raise ConditionError(f"{text!r}: {name} is there twice")
        scopes[name] = value.strip()
    return scopes


def _margin(text: str, metric: str, found: re.Match[str]) -> float:
    if metric not in COMPARED:
        raise ConditionError(f"{text!r}: {' and '.join(COMPARED)} are compared with a baseline, {metric} is not")
    if found["operator"] != "<":
        raise ConditionError(f"{text!r}: what is worse than the baseline is <baseline")
    return float(found["margin"] or 0) / (100 if found["percent"] else 1)


def _kind(metric: str) -> str:
    return "time" if metric in TIMES else "cost" if metric in COSTS else "share"
