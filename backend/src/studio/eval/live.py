"""How far an evaluation is, while it goes: a line for each model."""

from __future__ import annotations

import time
from bisect import insort
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

from src.studio.bench.live import Progress
from src.studio.bench.tables import UNKNOWN
from src.studio.benchmarks.sentence import milliseconds
from src.studio.eval.results import FAIL, PASS, UNSCORED
from src.studio.scoring.sentence import percent

if TYPE_CHECKING:
    from collections.abc import Callable

    from src.studio.eval.results import Result

HEAD = ("model", "done", "passed", "failed", "unscored", "accuracy", "latency p50")


@dataclass(slots=True)
class Row:
    """One model so far; disputed cases count for nothing but progress. Latencies are in order."""

    name: str
    expected: int
    done: int = 0
    statuses: dict[str, int] = field(default_factory=lambda: {PASS: 0, FAIL: 0, UNSCORED: 0})
    latest: float = field(default_factory=time.monotonic)
    latencies: list[float] = field(default_factory=list)

    def take(self, result: Result) -> None:
        """Count a result."""
        self.done += 1
        self.latest = time.monotonic()
        figures = result.figures
        if not figures.disputed:
            self.statuses[figures.status] += 1
        if figures.status != UNSCORED and figures.latency_ms is not None:
            insort(self.latencies, figures.latency_ms)

    def cells(self) -> tuple[str, ...]:
        """Return its line of the table."""
        counts = (f"{self.statuses[status]:,}" for status in (PASS, FAIL, UNSCORED))
        return (self.name, self._progress, *counts, self._accuracy, self._latency)

    def line(self) -> str:
        """Return it in words."""
        passed, failed, unscored = (f"{self.statuses[status]:,}" for status in (PASS, FAIL, UNSCORED))
        counts = f"{passed} passed, {failed} failed, {unscored} unscored"
        return f"{self.name}: {self._progress}, {counts}, accuracy {self._accuracy}"

    @property
    def _progress(self) -> str:
        return f"{self.done:,} of {self.expected:,}"

    @property
    def _accuracy(self) -> str:
        scored = self.statuses[PASS] + self.statuses[FAIL]
        return f"{percent(self.statuses[PASS] / scored)} %" if scored else UNKNOWN

    @property
    def _latency(self) -> str:
        middle = len(self.latencies) // 2
        return milliseconds(self.latencies[middle]) if self.latencies else UNKNOWN


class Live(Progress[Row]):
    """Tells how models do."""

    def __init__(self, out: TextIO, *, quiet: bool, left: Callable[[], float | None]) -> None:
        super().__init__(out, HEAD, quiet=quiet, left=left)

    def begin(self, model: str, expected: int) -> None:
        """Add a model that is asked."""
        self._rows[model] = Row(model, expected)

    def ended(self, result: Result) -> None:
        """Tell of an answer."""
        self._rows[result.model].take(result)
