"""Runs claimed jobs to their ends: calls the kind, cancels it when it should stop, and notes how it ended."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Literal

from src.core.redaction import place_of, redact
from src.core.request_notes import RequestNotes, begin_request
from src.studio.jobs.handler import JobFailedError, JobLostError
from src.studio.jobs.lifecycle import timed_out
from src.studio.jobs.running import ClaimedJob, Desk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from src.studio.jobs.admission import Claim
    from src.studio.jobs.handler import JobHandler
    from src.studio.jobs.job import Job, State

logger = logging.getLogger(__name__)

# Why a job should stop: its owner wants it, its time is over, the worker stops, or another worker has it.
Reason = Literal["cancelled", "timeout", "stopping", "lost"]
# How long a kind may write what it has, once it has been told to stop.
GRACE_SECONDS = 5.0
INTERNAL = "Something went wrong in the worker. Quote the job's id when you report it."


class Runner:
    """The jobs that run in this process, by their ids."""

    def __init__(self, desk: Desk, handlers: Mapping[str, JobHandler]) -> None:
        self._desk, self._handlers = desk, handlers
        self._claims: dict[str, Claim] = {}
        self._reasons: dict[str, asyncio.Future[Reason]] = {}
        self._idle = asyncio.Event()
        self._idle.set()

    def expect(self, claim: Claim) -> None:
        """Take a claim, which is to be run."""
        self._idle.clear()
        self._claims[claim.job.id] = claim
        self._reasons[claim.job.id] = asyncio.get_running_loop().create_future()

    @property
    def attempts(self) -> Mapping[str, int]:
        """The attempts of the jobs that are here."""
        return {job_id: claim.job.attempt for job_id, claim in self._claims.items()}

    async def all_ended(self) -> None:
        """Wait until no job is here any more."""
        await self._idle.wait()

    def stop(self, job_id: str, reason: Reason) -> None:
        """Have a job stopped; the first reason counts."""
        signal = self._reasons.get(job_id)
        if signal is not None and not signal.done():
            signal.set_result(reason)

    async def run(self, job_id: str) -> None:
        """Run a job that is expected, until it has ended here."""
        claim = self._claims.get(job_id)
        if claim is None:
            return  # another engine's memory of a job that is not ours
        job = claim.job
        begin_request(RequestNotes(job_id=job.id, user_id=job.user_id))
        logger.info({"event": "job_resumed" if claim.is_resumed else "job_started", **_noted(job)})
        running = ClaimedJob(self._desk, job)
        try:
            await self._settle(running, job)
        except JobLostError:
            logger.warning({"event": "job_lost", **_noted(job)})
        except Exception as error:  # noqa: BLE001 - the worker gives it back, and counts it as a crash
            logger.error({"event": "job_not_settled", **_noted(job), "error": place_of(error)})  # noqa: TRY400
        finally:
            del self._claims[job_id], self._reasons[job_id]
            if not self._claims:
                self._idle.set()

    async def _settle(self, running: ClaimedJob, job: Job) -> None:
        """Run a job, and write down how it ended. Raises `JobLostError`."""
        reason, error = await self._watch(running, job)
        if reason == "lost" or isinstance(error, JobLostError):
            raise JobLostError
        if reason == "stopping":
            await running.give_back()
            logger.info({"event": "job_given_back", **_noted(job)})
            return
        state, sentence = _outcome(reason, error, job)
        await running.end(state, sentence)
        told = None if error is None or isinstance(error, JobFailedError) else place_of(error)
        level = logging.ERROR if told else logging.INFO
        logger.log(level, {"event": f"job_{state}", **_noted(job), **({"error": told} if told else {})})

    async def _watch(self, running: ClaimedJob, job: Job) -> tuple[Reason | None, BaseException | None]:
        """Let the kind run until it ends, or should. Return why it was stopped, if it was, and what it raised."""
        signal, clock = self._reasons[job.id], self._desk.services.clock
        handler = self._handlers.get(job.kind)
        if handler is None:
            return None, JobFailedError(f"This version of Studio does not know jobs of the kind {job.kind}.")
        task = asyncio.ensure_future(handler.run(running))
        left = (running.deadline - clock()).total_seconds()
        left = max(0.0, min(left, job.timeout_seconds))  # a clock that was set back gives no more time
        await asyncio.wait({task, signal}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        reason: Reason | None = None
        if not task.done():
            reason = signal.result() if signal.done() else "timeout"
            running.is_stopping = reason == "stopping"
            task.cancel()
            await asyncio.wait({task}, timeout=GRACE_SECONDS)
        if not task.done():
            task.add_done_callback(_heard)
            logger.warning({"event": "job_does_not_stop", **_noted(job)})
            return reason, None
        return reason, None if task.cancelled() else task.exception()


def _outcome(reason: Reason | None, error: BaseException | None, job: Job) -> tuple[State, str | None]:
    """Tell how a job has ended, and the sentence for its owner."""
    if reason == "cancelled":
        return "cancelled", None
    if reason == "timeout":
        return "failed", timed_out(job)
    if error is None:
        return "done", None
    return "failed", redact(str(error)) if isinstance(error, JobFailedError) else INTERNAL


def _noted(job: Job) -> dict[str, object]:
    return {"job_id": job.id, "user_id": job.user_id, "kind": job.kind, "attempt": job.attempt}


def _heard(task: asyncio.Future[None]) -> None:
    """Take note of how a task ended that nobody waits for, so that asyncio does not tell of it."""
    if not task.cancelled():
        task.exception()
