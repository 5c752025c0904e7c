"""One attempt at a run: carries out plans, and writes down every request as it ends, with what tells of it."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import time
from typing import TYPE_CHECKING, Any, Protocol

from src.studio.benchmarks import repository, runs
from src.studio.benchmarks.course import count_requests, tells_each
from src.studio.benchmarks.events import going_on_event, progress_event, result_event
from src.studio.benchmarks.points import cell_of
from src.studio.engine.events import Event, Finished, Ready, Report, Started
from src.studio.engine.fleet import Fleet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from src.studio.benchmarks.planning import RunToDo
    from src.studio.benchmarks.repository import Recorded
    from src.studio.database.database import Database
    from src.studio.engine.plan import Plan
    from src.studio.engine.record import Record
    from src.studio.jobs.handler import RunningJob

# What is waited for when a run is cancelled: the generator closes its connections at once.
CANCEL_SECONDS = 2.0
MOST_AT_ONCE = 500
"""Records that are written in one transaction."""
# Where not each request is told of: how often is written, and how often told how far it is
PAUSE_SECONDS, TELL_SECONDS = 0.1, 1.0
TIMES = ("scheduled_ns", "sent_ns", "first_token_ns", "first_output_ns", "last_token_ns", "end_ns")


class Told(Protocol):
    """Says how far a run is."""

    def __call__(self, ended: int) -> tuple[float, str]:
        """Return percent and a sentence, `ended` requests having ended in this attempt."""
        ...


class Measurement:
    """One attempt at what is left of a run, whose clock goes on from one plan to the next."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], dt.datetime],
        job: RunningJob,
        run: RunToDo,
        recorded: Recorded,
    ) -> None:
        self._database, self._clock, self._job, self._run = database, clock, job, run
        self._latest_ns = recorded.latest_ns
        self._tells_each = tells_each(run.request, count_requests(run.request, run.targets))
        self._done, self._errors = recorded.done, recorded.errors
        self.ended = 0
        """How many requests have ended in this attempt, warm-up and all."""
        self._first_ready_ns: int | None = None
        self._first_offset_ns = 0
        self._told_at = float("-inf")
        self.began_ns = 0
        """When the plan under way began, since the run's start."""
        self.report: Report | None = None
        """What the generator of the last plan said of itself."""

    async def carry_out(self, plan: Plan, told: Told) -> None:
        """Run a plan and write what comes of it. Raises `GeneratorError`."""
        self.report, events = None, asyncio.Queue[Event | None]()
        async with Fleet(plan) as generator:
            reading = asyncio.create_task(_read(generator, events))
            writing = asyncio.create_task(self._write_until_the_end(events, told))
            try:
                await asyncio.shield(writing)  # what is being written is written whole, whoever cancels
                await reading
            except asyncio.CancelledError:
                generator.cancel()
                await asyncio.wait({writing}, timeout=CANCEL_SECONDS)
                raise
            finally:
                for task in (reading, writing):
                    task.cancel()
                await asyncio.gather(reading, writing, return_exceptions=True)

    @property
    def now_ns(self) -> int:
        """Nanoseconds since the run's start, as records have them."""
        if self._first_ready_ns is None:
            return self._first_offset_ns
        return self._first_offset_ns + time.perf_counter_ns() - self._first_ready_ns

    async def _write_until_the_end(self, events: asyncio.Queue[Event | None], told: Told) -> None:
        while True:
            if not self._tells_each:
                await asyncio.sleep(PAUSE_SECONDS)  # what comes meanwhile is written together
            batch = [await events.get()]
            while batch[-1] is not None and len(batch) < MOST_AT_ONCE and not events.empty():
                batch.append(events.get_nowait())
            await self._write([event for event in batch if event is not None], told)
            if batch[-1] is None:
                return

    async def _write(self, batch: Sequence[Event], told: Told) -> None:
        """Keep records and their events together, so that both are there, or neither."""
        records, events = [], []
        for event in batch:
            match event:
                case Ready(start_ns=start_ns):
                    self._begin(start_ns)
                case Started(key=key) if self._tells_each and cell_of(key).number:
                    events.append(progress_event(self._run, cell_of(key)))
                case Finished(record=record):
                    records.append(self._shifted(record))
                    events += self._told_of(records[-1])
                case Report():
                    self.report = event
                case _:
                    pass
        self._count(records)
        if records and (going_on := self._going_on(records[-1])):
            events.append(going_on)
        if records or events:
            calls = [record.status for record in records if record.sent_ns is not None]
            await self._job.write(lambda connection: self._keep(connection, records), events=events, calls=calls)
        if records:
            await self._job.progress(*told(self.ended))

    def _begin(self, start_ns: int) -> None:
        """Note when a plan began: its times count from there."""
        if self._first_ready_ns is None:
            self._first_ready_ns, self._first_offset_ns = start_ns, self._since_start()
        self.began_ns = self._first_offset_ns + start_ns - self._first_ready_ns

    def _told_of(self, record: Record) -> list[tuple[str, dict[str, Any]]]:
        """Return the events of a request that has ended."""
        if not self._tells_each or record.phase != "measure" or record.status == "cancelled":
            return []
        ended = result_event(self._run, record)
        if record.sent_ns is None:  # it failed before: who counts gets both all the same
            return [progress_event(self._run, cell_of(record.key)), ended]
        return [ended]

    def _going_on(self, last: Record) -> tuple[str, dict[str, Any]] | None:
        """Return the event that stands for those of many requests, once a second."""
        if self._tells_each or last.phase != "measure" or time.monotonic() - self._told_at < TELL_SECONDS:
            return None
        self._told_at = time.monotonic()
        return going_on_event(self._run, cell_of(last.key), self._done, self._errors)

    def _count(self, records: Sequence[Record]) -> None:
        measured = [record for record in records if record.phase == "measure" and record.status != "cancelled"]
        self._done += len(measured)
        self._errors += sum(record.status != "success" for record in measured)
        self.ended += len(records)

    def _keep(self, connection: Connection, records: Sequence[Record]) -> None:
        if records:
            rows = [runs.record_row(self._run.id, record, self._job.attempt) for record in records]
            repository.keep_records(self._database, connection, rows)
            counts = self._done, self._errors
            repository.note_counts(connection, self._run.owner_id, self._run.id, *counts)

    def _since_start(self) -> int:
        """Return nanoseconds since the run's start: a later attempt's times go on where the first one's began.

        What passed between them only the wall clock can tell, and that may have been set back.
        """
        if self._job.attempt == 1:
            return 0
        passed = (self._clock() - self._run.started_at) // dt.timedelta(microseconds=1) * 1000
        return max(passed, self._latest_ns)

    def _shifted(self, record: Record) -> Record:
        if not self.began_ns:
            return record
        known = {name: at for name in TIMES if (at := getattr(record, name)) is not None}
        return dataclasses.replace(record, **{name: at + self.began_ns for name, at in known.items()})


async def _read(generator: Fleet, events: asyncio.Queue[Event | None]) -> None:
    """Take what the generator tells, so that it never waits for a database."""
    try:
        async for event in generator:
            events.put_nowait(event)
    finally:
        events.put_nowait(None)
