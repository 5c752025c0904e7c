"""`BenchmarkHandler`: runs a benchmark in the worker, and writes down every request as it ends."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from src.studio.benchmarks import repository, runs
from src.studio.benchmarks.attempt import GONE, Attempt, Together
from src.studio.benchmarks.by_points import ByPoints
from src.studio.benchmarks.events import init_event, skipped_event
from src.studio.benchmarks.measurement import Measurement
from src.studio.benchmarks.results import commonest_error
from src.studio.benchmarks.tables import benchmark_runs
from src.studio.benchmarks.targets import Skipped, connection_of, refusal
from src.studio.engine.generator import GeneratorError
from src.studio.jobs.handler import JobFailedError, note_end

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from sqlalchemy import Connection

    from src.studio.benchmarks.planning import RunToDo
    from src.studio.benchmarks.points import Point
    from src.studio.benchmarks.repository import Recorded
    from src.studio.database.database import Database
    from src.studio.jobs.handler import RunningJob
    from src.studio.llm.egress import EgressPolicy
    from src.studio.providers.service import Connection as Way
    from src.studio.providers.service import ProviderService

KIND = "benchmark"


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
        run, recorded, ended = await job.write(lambda connection: self._begin(connection, job))
        if not run.targets:
            raise JobFailedError(refusal(Skipped(**item) for item in run.skipped))
        await _announce(job, run)
        connections = await self._connections(run)
        measurement = Measurement(self._database, self._clock, job, run, recorded)
        attempt = Attempt(job, run, recorded, measurement, connections, self._egress, ended)
        course = ByPoints(attempt) if run.request.goes_by_points else Together(attempt)
        try:
            await course.measure()
        except GeneratorError as error:
            await course.sum_up()
            raise JobFailedError(str(error)) from error
        except asyncio.CancelledError:
            # else whoever waits for its end would wait for that: `settle` sums it up, or another attempt does
            if course.is_quick and not job.is_stopping:
                await course.sum_up()
            raise
        found = await course.sum_up()
        if not any(result.success_count for result in found):
            reason = commonest_error(found)
            raise JobFailedError(
                f"No request succeeded. Most often: {reason}" if reason else "No request was sent."
            )

    def ended(self, connection: Connection, job_id: str, state: str, error: str | None) -> None:
        """Note how the job ended."""
        note_end(connection, benchmark_runs, job_id, {"state": state, "error": error}, self._clock())

    def settle(self) -> None:
        """Sum up what workers that died could not."""
        with self._database.reading() as connection:
            left = repository.unsettled_runs(connection)
        for owner_id, run_id in left:
            runs.settle(self._database, owner_id, run_id)

    def _begin(
        self, connection: Connection, job: RunningJob
    ) -> tuple[RunToDo, Recorded, dict[Point, dict[str, Any]]]:
        """Return what is to be done, what was recorded before, and which points were measured as a whole.

        What there is of another point is forgotten: half of one load is not to be mixed with half of another.
        """
        row = repository.own_run(connection, job.owner_id, job.id)
        if row is None:
            raise JobFailedError(GONE)
        started_at = row["started_at"] or self._clock()
        repository.change_run(connection, job.owner_id, job.id, {"started_at": started_at})
        repository.replace_results(connection, row, [])
        text = repository.dataset_of(connection, job.owner_id, job.id)
        run, ended = runs.run_to_do({**row, "started_at": started_at}, text), runs.ended_points(row)
        recorded = repository.recorded(connection, job.owner_id, job.id)
        if run.request.goes_by_points:
            latest_ns = max([recorded.latest_ns, *(point["ended_ns"] for point in ended.values())])
            names = [(point["target"], point["point"]) for point in ended.values()]
            repository.forget_records(connection, job.owner_id, job.id, names)
            recorded = replace(repository.recorded(connection, job.owner_id, job.id), latest_ns=latest_ns)
        return run, recorded, ended

    async def _connections(self, run: RunToDo) -> dict[str, Way]:
        """Return how each provider is called now. Raises `JobFailedError` where one cannot be called any more."""
        found: dict[str, Way] = {}
        for target in run.targets:
            if target.provider_key not in found:
                found[target.provider_key] = await asyncio.to_thread(
                    connection_of, self._providers, run.owner_id, target
                )
        return found


async def _announce(job: RunningJob, run: RunToDo) -> None:
    """Tell what is going to be measured, what was noticed, and what is left out."""
    events = [init_event(run), ("param_adjustments", {"models": list(run.adjustments)})]
    events += [skipped_event(item) for item in run.skipped]
    await job.write(lambda _: None, events=events)
