"""A service level objective: limits that an answer has to keep to be a good one."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from src.studio.engine.record import Record

Metric = Literal["ttft", "ttfo", "itl", "request_latency", "scheduled_ttft", "scheduled_latency"]
METRICS: tuple[Metric, ...] = ("ttft", "ttfo", "itl", "request_latency", "scheduled_ttft", "scheduled_latency")
FORM = re.compile(r"(\w+)\s*(<=?)\s*([0-9.]+(?:[eE][0-9]+)?)")
EXAMPLE = "ttft<800,itl<50"
LONGEST_TOLD = 60


@dataclass(frozen=True, slots=True)
class Limit:
    """A metric of single requests, and the milliseconds that it has to stay below, or may reach (`<=`)."""

    metric: Metric
    most_ms: float
    inclusive: bool = False

    def met(self, record: Record) -> bool:
        """Tell whether a request kept it: not where the metric is missing."""
        value = getattr(record, f"{self.metric}_ms")
        if value is None:  # one token has no next one to wait for
            return self.metric == "itl" and record.output_tokens == 1
        return value <= self.most_ms if self.inclusive else value < self.most_ms

    def __str__(self) -> str:
        return f"{self.metric}{'<=' if self.inclusive else '<'}{self.most_ms:g}"


@dataclass(frozen=True, slots=True)
class Slo:
    """Limits that hold together."""

    limits: tuple[Limit, ...]

    @classmethod
    def parse(cls, text: str) -> Slo:
        """Return the limits that a text such as `ttft<800,itl<50` names, in milliseconds.

        Raises `ValueError` with a sentence that names the part that cannot be read, and what is allowed.
        """
        limits = tuple(_limit(part.strip()) for part in text.split(","))
        for at, limit in enumerate(limits):
            if any(other.metric == limit.metric for other in limits[:at]):
                raise ValueError(f"An SLO has one limit for a metric: {limit.metric} is there twice.")
        return cls(limits)

    def met(self, record: Record) -> bool:
        """Tell whether a request was a success and kept every limit."""
        return record.status == "success" and all(limit.met(record) for limit in self.limits)

    def __str__(self) -> str:
        return ",".join(map(str, self.limits))


def _limit(part: str) -> Limit:
    found = FORM.fullmatch(part)
    told = part if len(part) <= LONGEST_TOLD else f"{part[:LONGEST_TOLD]}…"
    if found is None:
        raise ValueError(
            f"“{told}” is no limit of an SLO: it has a metric, < or <=, and milliseconds, as in {EXAMPLE}."
        )
    metric = next((known for known in METRICS if known == found[1]), None)
    if metric is None:
        raise ValueError(f"“{found[1][:LONGEST_TOLD]}” is no metric of an SLO: there are {', '.join(METRICS)}.")
    try:
        most = float(found[3])
    except ValueError:
        most = math.nan
    if not 0 < most < math.inf:
        raise ValueError(f"“{told}” has no limit above 0 ms, as in {EXAMPLE}.")
    return Limit(metric, most, inclusive=found[2] == "<=")
