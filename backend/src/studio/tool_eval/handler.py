"""`ToolEvalHandler`: runs a suite in the worker, and sums up what came of it."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Any, cast

from src.studio.benchmarks.targets import connection_of
from src.studio.exchange.asked import AskedModel, Asking
from src.studio.jobs.handler import JobFailedError, note_end
from src.studio.scoring.toolbox import Toolbox, ToolError
from src.studio.tool_eval import repository
from src.studio.tool_eval.evaluation import Evaluation, Means
from src.studio.tool_eval.events import complete_event, init_event, summary_event, warning_event
from src.studio.tool_eval.runs import run_to_do, warnings_of
from src.studio.tool_eval.settling import settle, sum_up_results
from src.studio.tool_eval.tables import tool_eval_runs

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from sqlalchemy import Connection

    from src.studio.database.database import Database
    from src.studio.exchange.asked import ToolChoice
    from src.studio.jobs.handler import RunningJob
    from src.studio.llm.egress import EgressPolicy
    from src.studio.providers.service import ProviderService
    from src.studio.tool_eval.repository import Recorded
    from src.studio.tool_eval.runs import RunToDo
    from src.studio.tool_suites.service import ToolSuiteService

KIND = "tool_eval"
GONE = "The run was deleted."
FEW = 2_000
"""Results that are summed up in well under a second."""


class ToolEvalHandler:
    """A run of a suite as a kind of job."""

    kind = KIND

    def __init__(
        self,
        database: Database,
        providers: ProviderService,
        suites: ToolSuiteService,
        clock: Callable[[], dt.datetime],
        egress: EgressPolicy,
    ) -> None:
        self._database, self._providers, self._suites = database, providers, suites
        self._clock, self._egress = clock, egress

    async def run(self, job: RunningJob) -> None:
        """Ask what is not recorded yet, and sum up. Raises `JobFailedError` where nothing could be scored."""
        run, recorded = await job.write(lambda connection: self._begin(connection, job))
        try:
            tools = await asyncio.to_thread(Toolbox, run.tools)
        except ToolError as error:
            raise JobFailedError(f"The tools of the suite cannot be asked with: {error}") from None
        await _announce(job, run)
        models = [await asyncio.to_thread(self._model, run, at) for at in range(len(run.targets))]
        request = run.request
        choice = cast("ToolChoice", request.tool_choice)  # it was looked at when it was asked for
        asking = Asking(choice, request.parallel_tool_calls, request.streaming)
        evaluation = Evaluation(self._database, job, run, recorded, Means(models, asking, tools, self._egress))
        try:
            await evaluation.carry_out()
        except asyncio.CancelledError:
            # else whoever waits for its end would wait for that: `settle` sums it up, or another attempt does
            if recorded.done <= FEW and not job.is_stopping:
                await self._sum_up(job, run)
            raise
        await self._sum_up(job, run)
        if not await job.read(lambda connection: self._is_any_scored(connection, run)):
            raise JobFailedError(await job.read(lambda connection: _why_nothing(connection, run)))

    def ended(self, connection: Connection, job_id: str, state: str, error: str | None) -> None:
        """Note how the job ended."""
        note_end(connection, tool_eval_runs, job_id, {"state": state, "error": error}, self._clock())

    def settle(self) -> None:
        """Sum up what workers that died could not."""
        with self._database.reading() as connection:
            left = repository.unsettled_runs(connection)
        for owner_id, run_id in left:
            settle(self._database, self._suites, owner_id, run_id)

    def _begin(self, connection: Connection, job: RunningJob) -> tuple[RunToDo, Recorded]:
        """Return what is to be done, and what was recorded before."""
        row = repository.own_run(connection, job.owner_id, job.id)
        if row is None:
            raise JobFailedError(GONE)
        started_at = row["started_at"] or self._clock()
        # what an earlier attempt has summed up is of a part alone
        unsettled = dict.fromkeys(("summaries", "sentence", "accuracy", "accuracy_low", "accuracy_high"))
        repository.change_run(connection, job.owner_id, job.id, {"started_at": started_at, **unsettled})
        frozen = self._suites.frozen(connection, job.owner_id, row["version_id"])
        return run_to_do(row, frozen), repository.recorded(connection, job.owner_id, job.id)

    def _model(self, run: RunToDo, at: int) -> AskedModel:
        """Return how a model is called now. Raises `JobFailedError` where it cannot be called any more."""
        target = run.targets[at]
        connection = connection_of(self._providers, run.owner_id, target)
        return AskedModel(
            target_id=str(at),
            provider_key=target.provider_key,
            model=target.sent_as or target.model_id,
            base_url=connection.base_url,
            api_key=connection.api_key,
            params=target.params,
            price=target.price,
            system_prompt=target.system_prompt,
            route=connection.route,
            guarded=connection.guarded,
            send_tags=connection.takes_tags,
            timeout_seconds=min(run.request.timeout, connection.timeout_seconds or math.inf),
        )

    async def _sum_up(self, job: RunningJob, run: RunToDo) -> None:
        """Sum up what is recorded: read beside whoever writes, which may take a moment with many results."""
        told = await job.read(lambda connection: self._summed_up(connection, run))
        events = [summary_event(summary) for summary in told["summaries"]]
        await job.write(
            lambda connection: repository.change_run(connection, run.owner_id, run.id, told),
            events=[*events, complete_event(run.id)],
        )

    @staticmethod
    def _summed_up(connection: Connection, run: RunToDo) -> dict[str, Any]:
        row = repository.own_run(connection, run.owner_id, run.id)
        if row is None:
            raise JobFailedError(GONE)
        return sum_up_results(connection, row, run.cases)

    @staticmethod
    def _is_any_scored(connection: Connection, run: RunToDo) -> bool:
        return any(row[3] != "unscored" for row in repository.cells(connection, run.owner_id, run.id))


def _why_nothing(connection: Connection, run: RunToDo) -> str:
    """Say why nothing could be scored, by the commonest reason."""
    found = repository.unscored_by_error(connection, run.owner_id, run.id)
    reason = max(found, key=lambda row: row["count"])["error"] if found else None
    return f"No answer could be scored. Most often: {reason}" if reason else "Nothing was asked."


async def _announce(job: RunningJob, run: RunToDo) -> None:
    """Tell what is going to be asked, what was noticed, and what somebody should know."""
    events = [init_event(run), ("param_adjustments", {"models": list(run.adjustments)})]
    events += [warning_event(sentence) for sentence in warnings_of(run.request, run.cases)]
    events += [warning_event(f"{item['model_id']} is left out: {item['reason']}") for item in run.skipped]
    await job.write(lambda _: None, events=events)
