"""Carries out a run: one stage of load after another, until all is measured or somebody stops it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from src.studio.bench.errors import FilesError
from src.studio.bench.planning import cell_of, places_of, plan_of, stages_of
from src.studio.bench.points import Point
from src.studio.engine.events import Finished, Ready, Report
from src.studio.engine.generator import Generator, GeneratorError
from src.studio.engine.sweep import Outcome, Sweep, knee

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from src.studio.bench.live import Live
    from src.studio.bench.options import Options
    from src.studio.bench.planning import Cell, Place
    from src.studio.engine.plan import Plan
    from src.studio.engine.record import Record
    from src.studio.engine.sweep import Knee

# What was under way is told within moments of being cancelled, unless a generator hangs
CANCEL_SECONDS = 5.0
TIMES = ("scheduled_ns", "sent_ns", "first_token_ns", "first_output_ns", "last_token_ns", "end_ns")
FEWEST_FOR_KNEE = 3


class StoppedError(Exception):
    """Somebody does not want to wait for what is under way."""


class Interrupt:
    """Ctrl-C, or a signal to end: once to stop in order, twice to stop at once."""

    def __init__(self) -> None:
        self.asked, self.at_once = asyncio.Event(), asyncio.Event()

    def listen(self, first: Callable[[], None]) -> None:
        """Take the signals in place of Python. `first` tells whoever sent one what becomes of it."""

        def hit() -> None:
            if self.asked.is_set():
                self.at_once.set()
                return
            self.asked.set()
            first()

        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, hit)


@dataclass(frozen=True, slots=True)
class FoundKnee:
    """The knee of a place, found by loads of one kind."""

    place: Place
    over: str
    knee: Knee


class Measurement:
    """A run under way, and what it came to. `keep` is given each record, and may raise `FilesError`.

    `error` is a sentence where the run could not go on, `files_error` the same where that is for a file;
    `interrupted` says that somebody ended it.
    """

    def __init__(self, options: Options, keep: Callable[[Record], None], interrupt: Interrupt) -> None:
        self._options, self._keep, self._interrupt = options, keep, interrupt
        self.points: list[Point] = []
        self.knees: list[FoundKnee] = []
        self.reports: list[Report] = []
        self.error: str | None = None
        self.files_error: str | None = None
        self._warm: set[int] = set()
        self._overheads: dict[str, int] = {}
        self._start_ns: int | None = None
        self._loads = [cell.load for stage in _stages(options) for cell in stage]
        self._done = 0
        self._began = time.monotonic()

    @property
    def interrupted(self) -> bool:
        """Whether somebody ended it."""
        return self._interrupt.asked.is_set()

    def seconds_left(self) -> float | None:
        """Return how long it will take at the pace so far, None where that depends on what is found."""
        passed = time.monotonic() - self._began
        if not self._loads:
            return None
        if all(load.duration_s is not None for load in self._loads):
            return max(sum(load.duration_s or 0 for load in self._loads) - passed, 0.0)
        total = sum(load.requests or 0 for load in self._loads)
        return passed / self._done * (total - self._done) if self._done else None

    async def run(self, live: Live) -> None:
        """Measure all that was asked for. What ends it before is in `error` or `interrupted`."""
        try:
            if self._options.mode == "sweep":
                await self._sweep(live)
            else:
                await self._all_stages(live)
        except GeneratorError as error:
            self.error = str(error)
        except FilesError as error:
            self.error = self.files_error = str(error)
        except StoppedError:
            pass
        for point in self.points:
            point.close()

    async def _all_stages(self, live: Live) -> None:
        for cells in _stages(self._options):
            await self._stage(cells, live)
            if self.interrupted:
                return
        loads: dict[Place, list[Point]] = {}
        for point in self.points:
            loads.setdefault(point.cell.place, []).append(point)
        for place, points in loads.items():
            if len(points) >= FEWEST_FOR_KNEE:
                self._find_knee(place, [_outcome(point) for point in points])

    async def _sweep(self, live: Live) -> None:
        """Look for the knee of each place, by turns."""
        options = self._options
        sweep = Sweep(options.sweep_over, options.sweep_start, options.sweep_most)
        outcomes: dict[Place, list[Outcome]] = {place: [] for place in places_of(options)}
        open_places = list(outcomes)
        while open_places:
            for place in tuple(open_places):
                load = sweep.next(outcomes[place])
                if load is None:
                    open_places.remove(place)
                    self._find_knee(place, outcomes[place])
                    continue
                (point,) = await self._stage([cell_of(options, place, options.sweep_over, load)], live)
                if self.interrupted:
                    return
                outcomes[place].append(_outcome(point))

    def _find_knee(self, place: Place, outcomes: Sequence[Outcome]) -> None:
        over: Any = self._options.sweep_over if self._options.mode == "sweep" else self._options.mode
        found = knee(outcomes, over)
        if found is not None:
            self.knees.append(FoundKnee(place, over, found))

    async def _stage(self, cells: Sequence[Cell], live: Live) -> list[Point]:
        points = {cell.name: Point(cell, self._options) for cell in cells}
        self.points += points.values()
        for cell in cells:
            live.begin(cell.name, cell.expected)
        plan = plan_of(self._options, cells, self._warm, self._overheads)
        self._warm |= {cell.place.target for cell in cells}
        await self._carry_out(plan, points, live)
        for point in points.values():
            point.close()
        return list(points.values())

    async def _carry_out(self, plan: Plan, points: dict[str, Point], live: Live) -> None:
        """Run a plan to its end, or until it was cancelled and has told of what was under way."""
        async with Generator(plan) as fleet:
            reading = asyncio.create_task(self._read(fleet, points, live))
            try:
                if await _first_of(reading, self._interrupt.asked):
                    return
                fleet.cancel()
                if not await _first_of(reading, self._interrupt.at_once, CANCEL_SECONDS):
                    raise StoppedError
            finally:
                reading.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await reading

    async def _read(self, fleet: Generator, points: dict[str, Point], live: Live) -> None:
        offset = 0
        async for event in fleet:
            match event:
                case Ready(start_ns=start_ns):
                    self._start_ns = self._start_ns or start_ns
                    offset = start_ns - self._start_ns
                case Finished(record=record):
                    _shift(record, offset)
                    self._keep(record)
                    if record.phase == "measure":
                        self._done += 1
                        live.ended(record)
                        points[record.point].add(record)
                case Report():
                    self.reports.append(event)
                    self._overheads |= event.overheads
                case _:
                    pass


def _stages(options: Options) -> list[list[Cell]]:
    """Return the stages that are known before; those of a sweep depend on what is found."""
    return [] if options.mode == "sweep" else list(stages_of(options))


def _outcome(point: Point) -> Outcome:
    return Outcome.of(point.cell.load.value or 1, point.summary)


def _shift(record: Record, offset: int) -> None:
    """Let times count from the run's start, not from the stage's."""
    for name in TIMES:
        at = getattr(record, name)
        if at is not None:
            setattr(record, name, at + offset)


async def _first_of(reading: asyncio.Task[None], event: asyncio.Event, seconds: float | None = None) -> bool:
    """Wait until all was read, or something else happened, or the time is over; return whether all was read.

    Raises what reading raised.
    """
    waiting = asyncio.create_task(event.wait())
    try:
        await asyncio.wait({reading, waiting}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
    if reading.done():
        reading.result()
        return True
    return False
