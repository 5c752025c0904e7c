"""What two runs are compared by: values of a point's measured requests, which are few bytes beside its records."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from src.studio.bench.conditions import NOT_COMPARED, SPEED, TIMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from src.studio.engine.record import Record
    from src.studio.engine.slo import Slo

PARTS = 10
"""Equal parts of a point's time, in each of which a rate has a value of its own."""
KEPT = tuple(name for name in TIMES if name not in NOT_COMPARED)


class Samples:
    """Values of one point's successes, and when these ended."""

    def __init__(self, slo: Slo | None) -> None:
        self._slo = slo
        self._values = {name: array("d") for name in (*KEPT, SPEED)}
        self._ends = array("q")
        self._weights = {name: array("d") for name in ("request_rate", "output_tps", "goodput")}
        self._first: int | None = None
        self._last = 0

    def add(self, record: Record) -> None:
        """Take what counts of a request."""
        if record.phase != "measure":
            return
        self._first = record.scheduled_ns if self._first is None else min(self._first, record.scheduled_ns)
        self._last = max(self._last, record.end_ns)
        if record.status != "success":
            return
        for name, values in self._values.items():
            value = getattr(record, name if name == SPEED else f"{name}_ms")
            if value is not None:
                values.append(value)
        self._ends.append(record.end_ns)
        self._weights["request_rate"].append(1)
        self._weights["output_tps"].append(record.output_tokens or 0)
        self._weights["goodput"].append(self._slo is not None and self._slo.met(record))

    def of(self, metric: str) -> Sequence[float]:
        """Return a metric's values: of each success, or of a rate in each part of the time, per second."""
        return self._values[metric] if metric in self._values else self._rates(metric)

    def _rates(self, metric: str) -> Sequence[float]:
        start, length = self._first or 0, self._last - (self._first or 0)
        if not length:
            return ()
        sums = [0.0] * PARTS
        for end, weight in zip(self._ends, self._weights[metric], strict=True):
            sums[min((end - start) * PARTS // length, PARTS - 1)] += weight
        return [total * PARTS * 1e9 / length for total in sums]
