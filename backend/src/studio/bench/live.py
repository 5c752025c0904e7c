"""How far a run is, while it goes: a table that is redrawn on a terminal, else a line now and then."""

from __future__ import annotations

import asyncio
import os
import time
from bisect import insort
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, Protocol, Self, TextIO, TypeVar

from src.studio.bench.tables import UNKNOWN, aligned, duration
from src.studio.benchmarks.sentence import milliseconds
from src.studio.engine.bootstrap import percentile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from src.studio.engine.record import Record

REDRAW_SECONDS, LINE_SECONDS = 0.25, 5.0
HEAD = ("point", "done", "TTFT p50", "TTFT p95", "tokens/s", "errors")
UP, CLEAR = "\x1b[{}A\r", "\x1b[J"
LINES_AROUND = 3
USUAL_WIDTH, USUAL_HEIGHT = 80, 24
"""Where a terminal does not know its own size."""
NO_ERRORS = {"success", "cancelled"}


class Told(Protocol):
    """What has a row of the table; `latest` is when something last came of it, by the monotonic clock."""

    latest: float

    def cells(self) -> tuple[str, ...]: ...  # noqa: D102 - see above
    def line(self) -> str: ...  # noqa: D102


R = TypeVar("R", bound=Told)


@dataclass(slots=True)
class Row:
    """One point so far. TTFTs are in order."""

    name: str
    expected: int | None
    done: int = 0
    errors: int = 0
    tokens: int = 0
    began: float = field(default_factory=time.monotonic)
    latest: float = field(default_factory=time.monotonic)
    ttfts: list[float] = field(default_factory=list)

    def cells(self) -> tuple[str, ...]:
        """Return its line of the table."""
        return (self.name, self.progress, self._ttft(50), self._ttft(95), self._speed(), f"{self.errors:,}")

    def line(self) -> str:
        """Return it in words."""
        ttft = f"TTFT p50 {self._ttft(50)}, p95 {self._ttft(95)}" if self.ttfts else "no answer yet"
        return f"{self.name}: {self.progress}, {ttft}, {self._speed()} tokens/s, errors: {self.errors:,}"

    @property
    def progress(self) -> str:
        """How many requests have ended, of how many."""
        return f"{self.done:,}" if self.expected is None else f"{self.done:,} of {self.expected:,}"

    def _ttft(self, percent: float) -> str:
        return milliseconds(percentile(self.ttfts, percent)) if self.ttfts else UNKNOWN

    def _speed(self) -> str:
        seconds = self.latest - self.began
        return f"{self.tokens / seconds:,.0f}" if self.tokens and seconds > 0 else UNKNOWN


class Progress(Generic[R]):
    """Tells how a run goes, in rows by name. `left` says how many seconds are left, None where that is unknown."""

    def __init__(self, out: TextIO, head: Sequence[str], *, quiet: bool, left: Callable[[], float | None]) -> None:
        self._out, self._head, self._quiet, self._left = out, head, quiet, left
        self._redraws = out.isatty()
        self._rows: dict[str, R] = {}
        self._drawn = 0
        self._began = time.monotonic()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        if not self._quiet:
            self._task = asyncio.create_task(self._keep_telling())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            if self._redraws:
                self._write(self._up() + CLEAR)  # the table of results takes its place

    def say(self, sentence: str) -> None:
        """Write a line, above the table where there is one."""
        self._write((self._up() + CLEAR if self._redraws else "") + f"{sentence}\n")
        self._drawn = 0

    async def _keep_telling(self) -> None:
        while True:
            await asyncio.sleep(REDRAW_SECONDS if self._redraws else LINE_SECONDS)
            if self._redraws:
                self._draw()
            elif self._rows:
                busiest = max(self._rows.values(), key=lambda row: row.latest)
                self._write(f"{self._clock()}  {busiest.line()}\n")

    def _draw(self) -> None:
        width, height = os.get_terminal_size(self._out.fileno())
        rows = list(self._rows.values())
        hidden = max(len(rows) - max((height or USUAL_HEIGHT) - LINES_AROUND - 1, 1), 0)
        lines = aligned(self._head, [row.cells() for row in rows[hidden:]])
        if hidden:
            lines.insert(1, f"… {hidden:,} more above")
        lines.append(self._clock())
        self._write(self._up() + CLEAR + "".join(f"{line[: (width or USUAL_WIDTH) - 1]}\n" for line in lines))
        self._drawn = len(lines)

    def _clock(self) -> str:
        left = self._left()
        elapsed = duration(time.monotonic() - self._began)
        return elapsed if left is None else f"{elapsed}, about {duration(left)} left"

    def _up(self) -> str:
        return UP.format(self._drawn) if self._drawn else ""

    def _write(self, text: str) -> None:
        if not self._quiet:
            self._out.write(text)
            self._out.flush()


class Live(Progress[Row]):
    """Tells how points of a benchmark go."""

    def __init__(self, out: TextIO, *, quiet: bool, left: Callable[[], float | None]) -> None:
        super().__init__(out, HEAD, quiet=quiet, left=left)

    def begin(self, name: str, expected: int | None) -> None:
        """Add a point that begins."""
        self._rows[name] = Row(name, expected)

    def ended(self, record: Record) -> None:
        """Tell of a request that counts."""
        row = self._rows[record.point]
        row.done += 1
        row.latest = time.monotonic()
        row.errors += record.status not in NO_ERRORS
        row.tokens += record.output_tokens or 0
        if record.status == "success" and record.ttft_ms is not None:
            insort(row.ttfts, record.ttft_ms)
