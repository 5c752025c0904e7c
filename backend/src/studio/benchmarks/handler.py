"""`BenchmarkHandler`: runs a benchmark in the worker, and writes down every request as it ends."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import time
from typing import TYPE_CHECKING, Any

from src.studio.benchmarks import repository, runs
from src.studio.benchmarks.events import init_event, progress_event, result_event, skipped_event
from src.studio.benchmarks.planning import cell_of, make_plan
from src.studio.benchmarks.results import commonest_error
from src.studio.benchmarks.targets import Skipped, refusal
from src.studio.engine.events import Finished, Ready, Report, Started
from src.studio.engine.generator import Generator, GeneratorError
from src.studio.errors import VaultError
from src.studio.jobs.handler import JobFailedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from src.studio.benchmarks.planning import RunToDo
    from src.studio.benchmarks.repository import Recorded
    from src.studio.benchmarks.results import Result
    from src.studio.benchmarks.targets import RunTarget
    from src.studio.database.database import Database
    from src.studio.engine.events import Event
    from src.studio.engine.plan import Plan
    from src.studio.engine.record import Record
    from src.studio.jobs.handler import RunningJob
    from src.studio.llm.egress import EgressPolicy
    from src.studio.providers.service import Connection as Way
    from src.studio.providers.service import ProviderService

KIND = "benchmark"
# What is waited for when a run is cancelled: the generator closes its connections at once.
CANCEL_SECONDS = 2.0
MOST_AT_ONCE = 200
"""Records that are written in one transaction."""
MINUTE = 60
TIMES = ("scheduled_ns", "sent_ns", "first_token_ns", "first_output_ns", "last_token_ns", "end_ns")
GONE = "The run was deleted."


class BenchmarkHandler:
    """A benchmark as a kind of job."""

    kind = KIND

    def __init__(
        self,
        database: Database,
        providers: ProviderService,
        clock: Callable[[], dt.datetime],
        egress: EgressPolicy,
    ) -> None:
        self._database, self._providers, self._clock, self._egress = database, providers, clock, egress

    async def run(self, job: RunningJob) -> None:
        """Send what is not recorded yet, and sum up. Raises `JobFailedError` where nothing could be measured."""
        run, recorded = await job.write(lambda connection: self._begin(connection, job))
        if not run.targets:
            raise JobFailedError(refusal(Skipped(**item) for item in run.skipped))
        await _announce(job, run)
        plan = make_plan(run, await self._connections(run), recorded.keys, self._egress)
        try:
            if plan.lanes:
                await _Measurement(self._database, self._clock, job, run, recorded).carry_out(plan)
        except GeneratorError as error:
            await self._sum_up(job, run)
            raise JobFailedError(str(error)) from error
        except asyncio.CancelledError:
            await self._sum_up(job, run)
            raise
        found = await self._sum_up(job, run)
        if not any(result.success_count for result in found):
            reason = commonest_error(found)
            raise JobFailedError(
                f"No request succeeded. Most often: {reason}" if reason else "No request was sent."
            )

    def ended(self, connection: Connection, job_id: str, state: str, error: str | None) -> None:
        """Note how the job ended."""
        owner_id = repository.owner_of(connection, job_id)
        run = None if owner_id is None else repository.own_run(connection, owner_id, job_id)
        if owner_id is None or run is None:
            return  # it was deleted
        now = self._clock()
        # the clock may have been set back: nothing ends before it began
        told = {"state": state, "error": error, "completed_at": max(now, run["started_at"] or now)}
        repository.change_run(connection, owner_id, job_id, told)

    def settle(self) -> None:
        """Sum up what workers that died could not."""
        with self._database.reading() as connection:
            left = repository.unsettled_runs(connection)
        for owner_id, run_id in left:
            runs.settle(self._database, owner_id, run_id)

    def _begin(self, connection: Connection, job: RunningJob) -> tuple[RunToDo, Recorded]:
        run = repository.own_run(connection, job.owner_id, job.id)
        if run is None:
            raise JobFailedError(GONE)
        started_at = run["started_at"] or self._clock()
        repository.change_run(connection, job.owner_id, job.id, {"started_at": started_at})
        repository.replace_results(connection, run, [])
        recorded = repository.recorded(connection, job.owner_id, job.id)
        return runs.run_to_do({**run, "started_at": started_at}), recorded

    async def _connections(self, run: RunToDo) -> dict[str, Way]:
        """Return how each provider is called now. Raises `JobFailedError` where one cannot be called any more."""
        found: dict[str, Way] = {}
        for target in run.targets:
            if target.provider_key not in found:
                found[target.provider_key] = await asyncio.to_thread(self._connection, run.owner_id, target)
        return found

    def _connection(self, owner_id: str, target: RunTarget) -> Way:
        try:
            connection = self._providers.connection(owner_id, target.provider_key)
        except VaultError as error:
            raise JobFailedError(str(error)) from None
        if connection is None:
            raise JobFailedError(f"The provider {target.provider} ({target.provider_key}) is not set up any more.")
        if target.with_key and not connection.api_key:
            raise JobFailedError(f"There is no key for {target.provider} any more. Enter one and run this again.")
        return connection

    @staticmethod
    async def _sum_up(job: RunningJob, run: RunToDo) -> list[Result]:
        """Sum up what is recorded: beside whoever writes, which may take a moment with many requests."""

        def read(connection: Connection) -> tuple[Any, list[Result]]:
            row = repository.own_run(connection, run.owner_id, run.id)
            return row, runs.results_so_far(connection, run.owner_id, row) if row else []

        row, found = await job.read(read)
        if row is None:
            raise JobFailedError(GONE)
        await job.write(lambda connection: runs.write_results(connection, row, found))
        return found


async def _announce(job: RunningJob, run: RunToDo) -> None:
    """Tell what is going to be measured, what was noticed, and what is left out."""
    events = [init_event(run), ("param_adjustments", {"models": list(run.adjustments)})]
    events += [skipped_event(item) for item in run.skipped]
    await job.write(lambda _: None, events=events)


class _Measurement:
    """One attempt at what is left of a run."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], dt.datetime],
        job: RunningJob,
        run: RunToDo,
        recorded: Recorded,
    ) -> None:
        self._database, self._clock, self._job, self._run = database, clock, job, run
        self._done = self._recorded = len(recorded.keys)
        self._latest_ns = recorded.latest_ns
        self._total = 0
        self._began = time.monotonic()
        self._offset = 0
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()

    async def carry_out(self, plan: Plan) -> None:
        """Run the plan and write what comes of it. Raises `GeneratorError`."""
        self._total = self._recorded + sum(len(block.requests) for lane in plan.lanes for block in lane.blocks)
        async with Generator(plan) as generator:
            reading = asyncio.create_task(self._read(generator))
            try:
                await self._write_until_the_end()
                await reading
            except asyncio.CancelledError:
                generator.cancel()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(CANCEL_SECONDS):
                        await self._write_until_the_end()
                raise
            finally:
                reading.cancel()
                with contextlib.suppress(asyncio.CancelledError, GeneratorError):
                    await reading

    async def _read(self, generator: Generator) -> None:
        """Take what the generator tells, so that it never waits for a database."""
        try:
            async for event in generator:
                self._events.put_nowait(event)
        finally:
            self._events.put_nowait(None)

    async def _write_until_the_end(self) -> None:
        while True:
            batch = [await self._events.get()]
            while batch[-1] is not None and len(batch) < MOST_AT_ONCE and not self._events.empty():
                batch.append(self._events.get_nowait())
            await self._write([event for event in batch if event is not None])
            if batch[-1] is None:
                return

    async def _write(self, batch: Sequence[Event]) -> None:
        """Keep records and their events together, so that both are there, or neither."""
        records, events = [], []
        for event in batch:
            match event:
                case Ready():
                    self._offset = self._since_start()
                case Started(key=key) if cell_of(key).number:
                    events.append(progress_event(self._run, cell_of(key)))
                case Finished(record=record):
                    records.append(self._shifted(record))
                    if record.phase == "measure" and record.status != "cancelled":
                        if record.sent_ns is None:  # it failed before: who counts gets both all the same
                            events.append(progress_event(self._run, cell_of(record.key)))
                        events.append(result_event(self._run, records[-1]))
                case Report():
                    await self._job.write(lambda connection, told=event: self._keep_report(connection, told))
                case _:
                    pass
        if records or events:
            calls = [record.status for record in records if record.sent_ns is not None]
            await self._job.write(lambda connection: self._keep(connection, records), events=events, calls=calls)
        if records:
            self._done += len(records)
            await self._job.progress(100 * self._done / self._total, self._detail())

    def _keep(self, connection: Connection, records: Sequence[Record]) -> None:
        if records:
            rows = [runs.record_row(self._run.id, record, self._job.attempt) for record in records]
            repository.keep_records(self._database, connection, rows)
            repository.count_records(connection, self._run.owner_id, self._run.id)

    def _keep_report(self, connection: Connection, report: Report) -> None:
        repository.change_run(connection, self._run.owner_id, self._run.id, {"measured": report.to_dict()})

    def _since_start(self) -> int:
        """Return nanoseconds since the run's start: a later attempt's times go on where the first one's began.

        What passed between them only the wall clock can tell, and that may have been set back.
        """
        if self._job.attempt == 1:
            return 0
        passed = (self._clock() - self._run.started_at) // dt.timedelta(microseconds=1) * 1000
        return max(passed, self._latest_ns)

    def _shifted(self, record: Record) -> Record:
        if not self._offset:
            return record
        known = {name: at for name in TIMES if (at := getattr(record, name)) is not None}
        return dataclasses.replace(record, **{name: at + self._offset for name, at in known.items()})

    def _detail(self) -> str:
        """Say how far it is, and how long it will take at the pace so far."""
        here = self._done - self._recorded
        left = (time.monotonic() - self._began) / here * (self._total - self._done)
        told = f"{self._done:,} of {self._total:,} requests"
        return f"{told}, about {_duration(left)} left." if self._done < self._total else f"{told}."


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < MINUTE else f"{seconds / MINUTE:.0f} min"
