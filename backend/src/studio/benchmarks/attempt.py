"""What one attempt at a run has, and a run that goes request by request: all in one plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from src.studio.benchmarks import repository, runs
from src.studio.benchmarks.measured import merged
from src.studio.benchmarks.planning import make_plan
from src.studio.benchmarks.progress import Counted
from src.studio.jobs.handler import JobFailedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from src.studio.benchmarks.measurement import Measurement
    from src.studio.benchmarks.planning import RunToDo
    from src.studio.benchmarks.points import Point
    from src.studio.benchmarks.repository import Recorded
    from src.studio.benchmarks.results import Result
    from src.studio.jobs.handler import RunningJob
    from src.studio.llm.egress import EgressPolicy
    from src.studio.providers.service import Connection as Way

GONE = "The run was deleted."


@dataclass(slots=True)
class Attempt:
    """An attempt at a run: what is left of it, and how models are called now.

    `ended` are points that earlier attempts have measured as a whole, with what is kept of each.
    """

    job: RunningJob
    run: RunToDo
    recorded: Recorded
    measurement: Measurement
    connections: Mapping[str, Way]
    egress: EgressPolicy
    ended: Mapping[Point, Mapping[str, Any]] = field(default_factory=dict)

    def row(self, connection: Connection) -> Mapping[str, Any]:
        """Return the run's row as it is now. Raises `JobFailedError` where it was deleted."""
        row = repository.own_run(connection, self.run.owner_id, self.run.id)
        if row is None:
            raise JobFailedError(GONE)
        return row


class Together:
    """A run that goes request by request: what is recorded need not be sent again."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt

    async def measure(self) -> None:
        """Send what is left. Raises `GeneratorError`."""
        own = self._attempt
        plan = make_plan(own.run, own.connections, own.recorded.keys, own.egress)
        before = len(own.recorded.keys)
        total = before + sum(len(block.requests) for lane in plan.lanes for block in lane.blocks)
        if plan.lanes:
            await own.measurement.carry_out(plan, Counted(total, before))

    async def sum_up(self) -> list[Result]:
        """Sum up what is recorded: beside whoever writes, which may take a moment with many requests."""
        own = self._attempt

        def read(connection: Connection) -> tuple[Mapping[str, Any], list[Result]]:
            row = own.row(connection)
            return row, runs.results_so_far(connection, own.run.owner_id, row)

        row, found = await own.job.read(read)
        report = own.measurement.report
        measured = merged(row["measured"], report.to_dict()) if report else row["measured"]

        def write(connection: Connection) -> None:
            repository.change_run(connection, own.run.owner_id, own.run.id, {"measured": measured})
            runs.write_results(connection, row, found)

        await own.job.write(write)
        return found
