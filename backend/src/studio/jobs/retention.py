"""What is kept of jobs, and for how long."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from src.studio.jobs import journal
from src.studio.jobs.tables import job_events, jobs, workers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection

JOBS = dt.timedelta(days=180)
EVENTS = dt.timedelta(days=7)
WORKERS = dt.timedelta(days=1)
# So many jobs at once: others want to write, too.
BATCH = 200


def forget_events(connection: Connection, now: dt.datetime) -> int:
    """Delete the events of some jobs that ended long enough ago, and return of how many."""
    has_events = select(job_events.c.job_id).where(job_events.c.job_id == jobs.c.id).exists()
    ids = _some(connection, (jobs.c.completed_at < now - EVENTS) & has_events)
    if ids:
        journal.forget(connection, ids)
    return len(ids)


def forget_jobs(connection: Connection, now: dt.datetime) -> Sequence[str]:
    """Delete some jobs that ended long enough ago, and return their ids. What they made stays."""
    ids = _some(connection, jobs.c.completed_at < now - JOBS)
    if ids:
        connection.execute(delete(jobs).where(jobs.c.id.in_(ids)))
    return ids


def forget_workers(connection: Connection, now: dt.datetime) -> None:
    """Delete what is kept of workers that have been silent for long: their jobs are others' by now."""
    connection.execute(delete(workers).where(workers.c.heartbeat_at < now - WORKERS))


def _some(connection: Connection, condition: ColumnElement[bool]) -> Sequence[str]:
    return connection.execute(select(jobs.c.id).where(condition).limit(BATCH)).scalars().all()
