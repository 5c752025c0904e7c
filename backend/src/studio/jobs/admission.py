"""Who runs next, decided in one transaction, and whose jobs are taken over: no engine has a say in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, func, select, type_coerce

from src.studio.accounts.tables import users
from src.studio.jobs import repository
from src.studio.jobs.job import WAITING, Job
from src.studio.jobs.lifecycle import INTERRUPTED
from src.studio.jobs.tables import jobs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection

    from src.studio.jobs.lifecycle import Lifecycle
    from src.studio.jobs.limits import JobLimits


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that one worker may run, and the attempt that this is: later ones refuse what this one writes."""

    job: Job
    is_resumed: bool


def next_in_line(connection: Connection, limits: JobLimits) -> Job | None:
    """Return the job that begins next, None where none may begin.

    Of each user the first in line, as long as fewer run than the user may have at this moment; of several users
    the one of whom fewest run, then the one who has waited longest since the last began.
    """
    running = select(jobs.c.user_id, func.count().label("n")).where(jobs.c.state == "running")
    running_of = running.group_by(jobs.c.user_id).subquery("running_of")
    if (connection.execute(select(func.sum(running_of.c.n))).scalar() or 0) >= limits.running:
        return None
    heads = select(func.min(jobs.c.seq)).where(jobs.c.state.in_(WAITING)).group_by(jobs.c.user_id)
    count = func.coalesce(running_of.c.n, 0)
    earlier = jobs.alias("earlier")
    last_served = (
        select(earlier.c.started_at)
        .where(earlier.c.user_id == jobs.c.user_id, earlier.c.seq < jobs.c.seq, earlier.c.started_at.is_not(None))
        .order_by(earlier.c.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    chosen = (
        select(*repository.OF_JOB)
        .join(users, users.c.id == jobs.c.user_id)
        .outerjoin(running_of, running_of.c.user_id == jobs.c.user_id)
        .where(jobs.c.seq.in_(heads), count < users.c.max_concurrent)
        .order_by(count, func.coalesce(type_coerce(last_served, BigInteger), 0), jobs.c.seq)
        .limit(1)
    )
    row = connection.execute(chosen).one_or_none()
    return None if row is None else Job(*row)


def admit(life: Lifecycle, worker_id: str, limits: JobLimits) -> Claim | None:
    """Begin the next job, None where none may begin."""
    repository.enter_line(life.connection)
    first = next_in_line(life.connection, limits)
    # its owner may have cancelled it this moment, outside of the line
    job = None if first is None else repository.lock(life.connection, None, first.id)
    if job is None or job.state not in WAITING:
        return None
    return Claim(life.begin(job, worker_id), is_resumed=False)


def take_over(
    life: Lifecycle, worker_id: str, whose: ColumnElement[bool], limits: JobLimits, *, room: int
) -> Sequence[Claim]:
    """Claim up to `room` running jobs of those in `whose`, and end those that need no other attempt.

    A job whose cancelling was asked for is cancelled; one over which too many workers died is interrupted.
    """
    chosen = select(*repository.OF_JOB).where(jobs.c.state == "running", whose).order_by(jobs.c.seq).limit(room)
    claims = []
    for row in life.connection.execute(chosen.with_for_update(skip_locked=True)).all():
        job = Job(*row)
        crashes = job.crashes + (job.worker_id is not None)  # without one, it was given back
        if job.cancel_requested_at is not None:
            life.end(job, "cancelled")
        elif crashes >= limits.crashes:
            life.end(job, "interrupted", INTERRUPTED.format(crashes=crashes))
        else:
            ours = life.change(job, worker_id=worker_id, attempt=job.attempt + 1, crashes=crashes)
            claims.append(Claim(ours, is_resumed=True))
    return claims
