"""How jobs begin and end: one place for the row, the event, and what the kind of job notes of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from src.core.clock import iso
from src.studio.jobs import repository
from src.studio.jobs.limits import HOUR_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from src.studio.jobs.handler import JobHandler
    from src.studio.jobs.job import Job, State

MAX_ERROR = 500
CANCELLED, FAILED, DONE = "job_cancelled", "job_failed", "job_completed"
EVENT_OF = {"done": DONE, "cancelled": CANCELLED}
INTERRUPTED = (
    "The job was given up: the process that ran it ended unexpectedly {crashes} times without getting on."
)


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Changes of jobs in one transaction, at one time; `handlers` are those of the kinds that are known."""

    connection: Connection
    at: dt.datetime
    handlers: Mapping[str, JobHandler]

    def created(self, job: Job) -> Job:
        """Tell of a new job."""
        fields = {
            "job_type": job.kind,
            "status": job.state,
            "progress_detail": job.progress_detail,
            "created_at": iso(job.created_at),
        }
        return self.change(job, [("job_created", fields)])

    def begin(self, job: Job, worker_id: str) -> Job:
        """Begin a job that waits: its time runs from now on, whatever becomes of its worker."""
        return self.change(
            job,
            [("job_started", {"job_type": job.kind})],
            state="running",
            worker_id=worker_id,
            attempt=job.attempt + 1,
            started_at=self.at,
            deadline=self.at + dt.timedelta(seconds=job.timeout_seconds),
            progress_detail="",
        )

    def end(self, job: Job, state: State, error: str | None = None) -> Job:
        """End a job; `error` is a sentence for its owner."""
        fields: dict[str, object] = {"job_type": job.kind, "status": state}
        values: dict[str, object] = {"state": state, "error": error, "worker_id": None}
        # the clock may have been set back: nothing ends before it began
        values["completed_at"] = max(self.at, job.started_at or self.at)
        if state == "done":
            fields["result_ref"] = job.result_ref
            values["progress_pct"] = 100.0
        if error is not None:
            fields["error"] = error[:MAX_ERROR]
        ended = self.change(job, [(EVENT_OF.get(state, FAILED), fields)], **values)
        handler = self.handlers.get(job.kind)
        if handler is not None:
            handler.ended(self.connection, job.id, state, error)
        return ended

    def change(self, job: Job, told: Iterable[tuple[str, Mapping[str, Any]]] = (), **values: object) -> Job:
        """Change a job that is locked, or new, and keep events that tell of it, each a type and its fields."""
        return repository.change(self.connection, job, self.at, told, **values)


def timed_out(job: Job) -> str:
    """Say that a job took too long."""
    seconds = job.timeout_seconds
    whole = seconds % HOUR_SECONDS == 0
    amount, unit = (seconds // HOUR_SECONDS, "hour") if whole else (seconds, "second")
    return f"The job was stopped: it took longer than {amount:,} {unit}{'' if amount == 1 else 's'}."
