"""Several generator processes that carry out one plan: with one schedule, one start, and one stream of events."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from src.studio.engine.events import Event, Finished, Held, Ready, Report
from src.studio.engine.generator import Generator, GeneratorError
from src.studio.engine.slicing import processes_for, slices

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from types import TracebackType

    from src.studio.engine.plan import Plan
    from src.studio.engine.record import Record

MARGIN_NS = 30_000_000
"""How much later than now a block begins: all processes have heard of it by then."""
TIMES = ("scheduled_ns", "sent_ns", "first_token_ns", "first_output_ns", "last_token_ns", "end_ns")

Told = tuple[int, Event | GeneratorError]


class Fleet:
    """A `Generator` of as many processes as a plan's load needs, or of so many.

    Its events are those of one generator: one `Ready`, times that count from it, and one `Report` of all. Raises
    `GeneratorError` where one of them dies, once the others have told what was under way.
    """

    def __init__(self, plan: Plan, processes: int | None = None) -> None:
        count = processes_for(plan) if processes is None else processes
        plans = [plan] if count == 1 else slices(plan, count)
        self._generators = [Generator(each) for each in plans]
        self._told: asyncio.Queue[Told] = asyncio.Queue()
        self._stack = AsyncExitStack()
        self._readers: list[asyncio.Task[None]] = []

    @property
    def pids(self) -> list[int]:
        """The processes' ids, once they were started."""
        return [generator.pid for generator in self._generators]

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            for generator in self._generators:
                await stack.enter_async_context(generator)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)
        await self._stack.__aexit__(kind, error, trace)

    def cancel(self) -> None:
        """Close all connections at once. See `Generator.cancel`."""
        for generator in self._generators:
            generator.cancel()

    async def __aiter__(self) -> AsyncIterator[Event]:
        """Give the events until the report."""
        if len(self._generators) == 1:
            async for event in self._generators[0]:
                yield event
            return
        self._readers = [asyncio.create_task(self._read(at)) for at in range(len(self._generators))]
        merging = _Merging(self._generators)
        while merging.under_way:
            at, told = await self._told.get()
            if isinstance(told, GeneratorError) and not merging.errors:
                self.cancel()
            for event in merging.take(at, told):
                yield event
        if merging.errors:
            raise merging.errors[0]
        yield merged(merging.reports)

    async def _read(self, at: int) -> None:
        try:
            async for event in self._generators[at]:
                self._told.put_nowait((at, event))
        except GeneratorError as error:
            self._told.put_nowait((at, error))


class _Merging:
    """What several generators tell, as one would."""

    def __init__(self, generators: Sequence[Generator]) -> None:
        self._generators = generators
        self._starts: dict[int, int] = {}
        self._held: defaultdict[tuple[int, int], int] = defaultdict(int)
        self._overheads: dict[str, int] = {}
        self.reports: list[Report] = []
        self.errors: list[GeneratorError] = []

    @property
    def under_way(self) -> bool:
        """Tell whether there is more to come."""
        return len(self.reports) + len(self.errors) < len(self._generators)

    def take(self, at: int, told: Event | GeneratorError) -> list[Event]:
        """Take what one of them told, and return what there is to tell of it."""
        match told:
            case GeneratorError():
                self.errors.append(told)
            case Report():
                self.reports.append(told)
            case Ready(start_ns=start):
                self._starts[at] = start
                if len(self._starts) == len(self._generators):
                    return [Ready(max(self._starts.values()))]
            case Held():
                self._hold(told)
            case Finished(record=record):
                return [Finished(shifted(record, self._starts[at] - max(self._starts.values())))]
            case _:
                return [told]
        return []

    def _hold(self, told: Held) -> None:
        """Let a block begin when all have come to it."""
        self._overheads.update(told.overheads)
        self._held[told.lane, told.block] += 1
        if self._held[told.lane, told.block] == len(self._generators):
            at_ns = time.perf_counter_ns() + MARGIN_NS
            for generator in self._generators:
                generator.go(told.lane, told.block, at_ns, self._overheads)


def shifted(record: Record, by_ns: int) -> Record:
    """Return a record whose times count from `by_ns` earlier."""
    known = {name: at for name in TIMES if (at := getattr(record, name)) is not None}
    return replace(record, **{name: at + by_ns for name, at in known.items()})


def merged(reports: Sequence[Report]) -> Report:
    """Return one report of several processes: of the worst of them, but for sums of memory and chunks."""
    delays = [report.dispatch_p99_ms for report in reports if report.dispatch_p99_ms is not None]
    return Report(
        lag_p50_ms=max(report.lag_p50_ms for report in reports),
        lag_p99_ms=max(report.lag_p99_ms for report in reports),
        cpu_share=max(report.cpu_share for report in reports),
        max_rss_mb=sum(report.max_rss_mb for report in reports),
        chunks=sum(report.chunks for report in reports),
        dispatch_p99_ms=max(delays, default=None),
        processes=sum(report.processes for report in reports),
        notes=list(dict.fromkeys(note for report in reports for note in report.notes)),
        overheads={target: tokens for report in reports for target, tokens in report.overheads.items()},
    )
