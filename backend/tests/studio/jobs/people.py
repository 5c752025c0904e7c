"""Users for tests of jobs, and a service of jobs on a database."""

import datetime as dt
from collections.abc import Callable

from sqlalchemy import insert, update

from src.core.clock import utc_now
from src.studio.accounts.tables import users
from src.studio.accounts.user import Limits, User
from src.studio.database.changes import Changes
from src.studio.database.database import Database
from src.studio.database.metadata import new_id
from src.studio.jobs.limits import JobLimits
from src.studio.jobs.service import JobService

MANY = 1000


def add_user(database: Database, max_concurrent: int = 1, an_hour: int = MANY) -> User:
    """Keep a user with these limits."""
    user = User(new_id(), f"{new_id()}@example.com", "user", Limits(an_hour, max_concurrent))
    row = {"id": user.id, "email": user.email, "role": user.role, "max_concurrent": max_concurrent}
    row |= {"is_demo": False, "onboarding_completed": True, "max_runs_per_benchmark": 10}
    with database.writing() as connection:
        connection.execute(insert(users).values(**row, benchmarks_per_hour=an_hour, created_at=utc_now()))
    return user


def limit_to(database: Database, user: User, max_concurrent: int) -> None:
    """Change how many jobs of a user may run at once."""
    with database.writing() as connection:
        connection.execute(update(users).where(users.c.id == user.id).values(max_concurrent=max_concurrent))


def job_service(
    database: Database, clock: Callable[[], dt.datetime] = utc_now, limits: JobLimits | None = None
) -> JobService:
    """Return a service of jobs that may run for 60 seconds."""
    return JobService(database, Changes(database), clock, 60, limits or JobLimits(queued=MANY))
