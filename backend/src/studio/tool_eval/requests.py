"""`ToolEvalRequests`: takes wishes for runs, or tells what these would come to."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from src.studio.errors import InvalidRequestError, NotFoundError
from src.studio.tool_eval import repository, runs
from src.studio.tool_eval.asking import models_asked
from src.studio.tool_eval.estimate import Estimate, TargetKey, estimate
from src.studio.tool_eval.handler import KIND
from src.studio.tool_eval.schemas import TOOL_CHOICES

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from src.studio.accounts.user import User
    from src.studio.benchmarks.sending import SendingRules
    from src.studio.benchmarks.targets import Resolved
    from src.studio.database.database import Database
    from src.studio.jobs.job import Job
    from src.studio.jobs.service import JobService
    from src.studio.providers.service import ProviderService
    from src.studio.tool_eval.runs import AskedCase
    from src.studio.tool_eval.schemas import ToolEvalIn
    from src.studio.tool_suites.service import Draft, ToolSuiteService

LOOKED_AT = 50
"""Runs that are looked at for how long models take."""


class ToolEvalRequests:
    """Wishes of users."""

    def __init__(
        self,
        database: Database,
        providers: ProviderService,
        jobs: JobService,
        rules: SendingRules,
        suites: ToolSuiteService,
    ) -> None:
        self._database, self._providers, self._jobs = database, providers, jobs
        self._rules, self._suites = rules, suites

    def submit(self, owner: User, request: ToolEvalIn) -> str:
        """Submit a run and return its id, which is its job's, too.

        Models that are not there are named in the result. Raises `NotFoundError` for a suite that is not there,
        `InvalidRequestError` where none of the models is there, or none of the cases, `InvalidFieldError`, and
        `TooManyRequestsError` at the owner's limits.
        """
        draft, cases, resolved = self._resolve(owner, request)
        run = runs.new_run(request, draft, cases, resolved)

        def keep(connection: Connection, job: Job) -> None:
            frozen = self._suites.freeze(connection, draft)
            of_job = {"id": job.id, "user_id": owner.id, "created_at": job.created_at}
            of_version = {"version_id": frozen.version_id, "version": frozen.version}
            repository.add_run(connection, run | of_job | of_version)

        asked = request.model_dump(exclude={"case_ids", "system_prompt"})
        return self._jobs.submit(owner, KIND, asked, connection_hook=keep).id

    def estimate(self, owner: User, request: ToolEvalIn) -> Estimate:
        """Return what a run would come to. Raises as `submit` does, but for limits of jobs."""
        draft, cases, resolved = self._resolve(owner, request)
        runs.new_run(request, draft, cases, resolved)  # it is refused as it would be
        latencies = self._latencies(owner)
        return estimate(request, resolved.targets, draft.suite.tools, cases, latencies)

    def _resolve(self, owner: User, request: ToolEvalIn) -> tuple[Draft, list[AskedCase], Resolved]:
        if request.tool_choice not in TOOL_CHOICES:
            raise InvalidRequestError(f"tool_choice: it is one of {', '.join(TOOL_CHOICES)}.")
        draft = self._suites.draft(owner.id, request.suite_id)
        cases = runs.cases_asked(draft, request)
        sending = self._rules.of(owner, request.profiles, {})
        offered = self._providers.offered(owner)
        return draft, cases, models_asked(request, offered, sending, draft.suite.system_prompt or "")

    def _latencies(self, owner: User) -> dict[TargetKey, float]:
        """Return the median milliseconds that models took for a case when they were asked last."""
        with self._database.reading() as connection:
            newest = repository.recent_summaries(connection, owner.id, LOOKED_AT)
        found: dict[TargetKey, float] = {}
        for summary in (summary for summaries in newest for summary in summaries):
            if summary["latency_ms"]:
                found.setdefault((summary["provider_key"], summary["model_id"]), summary["latency_ms"]["p50"])
        return found

    def cancel(self, owner: User, job_id: str | None) -> None:
        """Cancel a run, the newest one that waits or runs unless given; nothing happens where none is."""
        active = [job.id for job in self._jobs.active_of(owner.id) if job.kind == KIND]
        wanted = [found for found in active if job_id in {None, "", found}]
        with contextlib.suppress(NotFoundError, InvalidRequestError):  # it has ended meanwhile
            if wanted:
                self._jobs.cancel(owner.id, wanted[0])
