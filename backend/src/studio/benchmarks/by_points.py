"""`ByPoints`: a run that puts loads on models, point by point, each measured as a whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from src.studio.benchmarks import repository, runs
from src.studio.benchmarks.course import count_points, next_point
from src.studio.benchmarks.events import point_event
from src.studio.benchmarks.knees import outcome_of, rows
from src.studio.benchmarks.measured import merged, with_point
from src.studio.benchmarks.planning import plan_of_point, warmup_of
from src.studio.benchmarks.progress import AtAPoint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from src.studio.benchmarks.attempt import Attempt
    from src.studio.benchmarks.points import Point
    from src.studio.benchmarks.results import Result
    from src.studio.engine.sweep import Outcome


class ByPoints:
    """Measures what is left of a run. One point is under way at a time: no load comes from anywhere else.

    Which one is next follows from what the others came to, so that a later attempt goes on where this one was.
    """

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._found: dict[Point, Result] = {}
        self._warm = set(attempt.recorded.keys)
        self._current: Point | None = None

    async def measure(self) -> None:
        """Measure point after point. Raises `GeneratorError`."""
        own = self._attempt
        for point, kept in own.ended.items():
            self._found[point] = await self._result(point, kept["began_ns"], kept["ended_ns"])
        while (point := next_point(own.run.request, own.run.targets, self._outcomes())) is not None:
            self._current = point
            await self._measure(point)
            self._current = None

    async def sum_up(self) -> list[Result]:
        """Write what the run came to, with what is there of a point that was cut short."""
        own, report = self._attempt, self._attempt.measurement.report
        found = list(self._found.values())
        if self._current is not None:
            cut = await self._result(self._current, own.measurement.began_ns, None)
            found += [cut] if cut.summary.n else []
        found = runs.in_order(found)

        def write(connection: Connection) -> None:
            row = own.row(connection)
            values: dict[str, Any] = {}
            if self._current is not None and report is not None:
                values["measured"] = merged(row["measured"], report.to_dict())
            elif self._current is None:
                values["requests_total"] = row["requests_done"]  # how many there would be was not known
            if values:
                repository.change_run(connection, own.run.owner_id, own.run.id, values)
            runs.write_results(connection, row, found)

        await own.job.write(write)
        return found

    async def _measure(self, point: Point) -> None:
        own, request = self._attempt, self._attempt.run.request
        plan = plan_of_point(own.run, own.connections, point, self._warm, own.egress)
        progress = AtAPoint(
            point.name(own.run.targets[point.target].display_name),
            done=len(self._found),
            points=count_points(request, own.run.targets),
            is_at_most=request.mode == "sweep",
            requests=request.requests_at(own.run.load_of(point)),
            seconds=request.seconds,
            ended_before=own.measurement.ended,
        )
        await own.measurement.carry_out(plan, progress)
        self._warm.add(warmup_of(point).key)
        await self._end(point)

    async def _end(self, point: Point) -> None:
        """Keep that a point was measured as a whole, and tell what it came to."""
        own, measurement = self._attempt, self._attempt.measurement
        began_ns, ended_ns = measurement.began_ns, measurement.now_ns
        self._found[point] = result = await self._result(point, began_ns, ended_ns)
        knees = [knee.told() for knee in runs.knees_so_far(self._found.values(), self._found)]
        kept = {
            "key": point.prefix,
            "point": result.point,
            "target": point.target,
            "began_ns": began_ns,
            "ended_ns": ended_ns,
        }
        report = measurement.report.to_dict() if measurement.report else {}

        def write(connection: Connection) -> None:
            measured = with_point(own.row(connection)["measured"], report, kept)
            values = {"measured": measured, "knees": knees}
            repository.change_run(connection, own.run.owner_id, own.run.id, values)

        await own.job.write(write, events=[point_event(result, knees)])

    async def _result(self, point: Point, since_ns: int, until_ns: int | None) -> Result:
        """Sum up a point, from what is recorded of the time that it took."""
        own = self._attempt

        def read(connection: Connection) -> list[Result]:
            return runs.results_between(connection, own.run.owner_id, own.row(connection), since_ns, until_ns)

        found = await own.job.read(read)
        return next((result for result in found if result.at == point), runs.nothing_at(own.run, point))

    def _outcomes(self) -> Mapping[Point, list[Outcome]]:
        return {row: [outcome_of(result) for result in found] for row, found in rows(self._found.values()).items()}
