"""`/api/jobs`: what was submitted and what became of it."""

from __future__ import annotations

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request, Response

from src.core.http.responses import json_response
from src.studio.dependencies import AdminUser, Credentials, CurrentUser, Provided, get_session
from src.studio.jobs.schemas import AdminJobsOut, CancelOut, JobOut, JobsOut, RateLimitOut, told
from src.studio.jobs.service import MAX_PAGE, Cancelled

# SQLite lets go of Python's lock with each row: whoever reads beside another mostly waits for it.
LISTS_AT_ONCE = {"sqlite": 1, "postgresql": 4}

router = APIRouter(prefix="/api", tags=["studio"])


@router.get("/jobs", summary="Your jobs, newest first", response_model=JobsOut)
async def get_jobs(  # noqa: PLR0913, PLR0917 - what FastAPI is asked for
    request: Request,
    studio: Provided,
    given: Credentials,
    status: Annotated[str, Query(description="States, separated by commas; any where it is empty.")] = "",
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 20,
    cursor: str | None = None,
) -> Response:
    """Return jobs of whoever asks."""
    states = [state.strip() for state in status.split(",") if state.strip()]

    def work() -> Response:
        user = get_session(studio, given).user
        page = studio.jobs.list(user.id, states, limit, cursor)
        return json_response({"jobs": list(map(told, page.jobs)), "next_cursor": page.next_cursor})

    return await to_thread.run_sync(work, limiter=request.app.state.list_turns)


@router.get("/jobs/{job_id}", summary="One of your jobs", response_model=JobOut)
def get_job(studio: Provided, user: CurrentUser, job_id: str) -> Response:
    """Return a job."""
    return json_response(told(studio.jobs.get(user.id, job_id)))


@router.post("/jobs/{job_id}/cancel", summary="Cancel one of your jobs")
def cancel_job(studio: Provided, user: CurrentUser, job_id: str) -> CancelOut:
    """End a job that waits at once, and one that runs within half a second."""
    return _cancelled(studio.jobs.cancel(user.id, job_id))


@router.get("/admin/jobs", summary="What waits or runs, of all users", response_model=AdminJobsOut)
def get_all_jobs(studio: Provided, _admin: AdminUser) -> Response:
    """Return all jobs that have not ended."""
    return json_response({"jobs": [{**told(job), "user_email": email} for job, email in studio.jobs.active()]})


@router.post("/admin/jobs/{job_id}/cancel", summary="Cancel anybody's job")
def cancel_any_job(studio: Provided, _admin: AdminUser, job_id: str) -> CancelOut:
    """End somebody's job."""
    return _cancelled(studio.jobs.cancel(None, job_id))


@router.get("/user/rate-limit", summary="How many jobs you may still submit in this hour")
def get_rate_limit(studio: Provided, user: CurrentUser) -> RateLimitOut:
    """Tell what is left of the hour's allowance."""
    allowance = studio.jobs.allowance(user)
    return RateLimitOut(limit=allowance.limit, remaining=allowance.remaining, window="1 hour")


def _cancelled(cancelled: Cancelled) -> CancelOut:
    message = "The job was cancelled." if cancelled.at_once else "The job is being cancelled."
    return CancelOut(status="ok", message=message, was_orphan=cancelled.was_orphan)
