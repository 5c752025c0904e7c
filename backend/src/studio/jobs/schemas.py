"""What is answered of jobs, in the names that Studio's clients know.

Models of jobs describe what is sent; `told` makes it, since pages ask often, and models take most of the time.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import orjson
from pydantic import BaseModel, Field

from src.core.clock import iso
from src.studio.jobs.job import Job, State


class JobOut(BaseModel):
    """A job."""

    id: str
    user_id: str
    job_type: str = Field(description="What kind of work it is: `benchmark`.")
    status: State
    progress_pct: float = Field(description="0 to 100.")
    progress_detail: str
    params_json: str = Field(description="What was asked for, JSON.")
    result_ref: str | None = Field(description="The id of what it makes: a benchmark's run has its job's id.")
    result_type: str | None
    error_msg: str | None = Field(description="Why it failed: a sentence.")
    created_at: dt.datetime
    started_at: dt.datetime | None
    completed_at: dt.datetime | None
    timeout_at: dt.datetime | None
    timeout_seconds: int
    seq: int = Field(description="The number of its newest event.")


class AdminJobOut(JobOut):
    """A job of somebody."""

    user_email: str


def told(job: Job) -> dict[str, Any]:
    """Return a job as a `JobOut`, of what JSON knows."""
    return {
        "id": job.id,
        "user_id": job.user_id,
        "job_type": job.kind,
        "status": job.state,
        "progress_pct": job.progress_pct,
        "progress_detail": job.progress_detail,
        "params_json": orjson.dumps(job.params).decode(),
        "result_ref": job.result_ref,
        "result_type": job.result_type,
        "error_msg": job.error,
        "created_at": iso(job.created_at),
        "started_at": None if job.started_at is None else iso(job.started_at),
        "completed_at": None if job.completed_at is None else iso(job.completed_at),
        "timeout_at": None if job.deadline is None else iso(job.deadline),
        "timeout_seconds": job.timeout_seconds,
        "seq": job.last_event,
    }


class JobsOut(BaseModel):
    """`GET /api/jobs`."""

    jobs: list[JobOut]
    next_cursor: str | None = Field(description="Where the next ones begin; none where there are no more.")


class AdminJobsOut(BaseModel):
    """`GET /api/admin/jobs`."""

    jobs: list[AdminJobOut]


class CancelOut(BaseModel):
    """The answer to cancelling a job."""

    status: str = Field(description="`ok`.")
    message: str
    was_orphan: bool = Field(description="Whether nothing ran it any more.")


class RateLimitOut(BaseModel):
    """`GET /api/user/rate-limit`."""

    limit: int
    remaining: int
    window: str = Field(description="`1 hour`.")
