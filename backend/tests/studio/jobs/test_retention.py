"""What is kept of jobs goes in time, and nothing else does."""

import asyncio
import datetime as dt

from sqlalchemy import Connection, func, insert, select

from src.studio.accounts.service import Application
from src.studio.accounts.tables import audit, sessions
from src.studio.accounts.user import Caller
from src.studio.database.database import Database
from src.studio.database.metadata import new_id
from src.studio.jobs import retention
from src.studio.jobs.lifecycle import Lifecycle
from src.studio.jobs.tables import job_events, jobs, workers
from src.studio.jobs.task_engine import TaskEngine
from src.studio.services import Services
from src.studio.worker import Worker
from tests.conftest import SettableClock
from tests.studio.conftest import PASSWORD
from tests.studio.jobs.people import add_user, job_service


def kept(connection: Connection) -> tuple[int, int]:
    """Return how many jobs are kept, and how many of them have events."""
    counted = select(func.count()).select_from(jobs)
    told = select(func.count(job_events.c.job_id.distinct()))
    return connection.execute(counted).scalar_one(), connection.execute(told).scalar_one()


def test_events_go_after_a_week_and_jobs_after_half_a_year(database: Database, clock: SettableClock) -> None:
    service, user = job_service(database, clock), add_user(database, max_concurrent=9)
    waits, ended = (service.submit(user, "benchmark", {}) for _ in range(2))
    with database.writing() as connection:
        Lifecycle(connection, clock(), {}).end(ended, "done")
        assert retention.forget_events(connection, clock() + dt.timedelta(days=7)) == 0
        assert retention.forget_events(connection, clock() + dt.timedelta(days=7, seconds=1)) == 1
        assert kept(connection) == (2, 1)
        assert retention.forget_jobs(connection, clock() + dt.timedelta(days=180)) == []
        assert retention.forget_jobs(connection, clock() + dt.timedelta(days=180, seconds=1)) == [ended.id]
        assert kept(connection) == (1, 1)
    assert service.get(user.id, waits.id).state == "pending"


def test_workers_that_have_long_been_silent_go(database: Database, clock: SettableClock) -> None:
    row = {"host": "here", "pid": 1, "started_at": clock()}
    with database.writing() as connection:
        for hours in (1, 25):
            heard = clock() - dt.timedelta(hours=hours)
            connection.execute(insert(workers).values(**row, id=new_id(), heartbeat_at=heard))
        retention.forget_workers(connection, clock())
        assert connection.execute(select(func.count()).select_from(workers)).scalar_one() == 1


def test_a_worker_cleans_up_after_accounts_too(services: Services) -> None:
    def kept_of_accounts() -> list[int]:
        with services.database.reading() as connection:
            counts = (select(func.count()).select_from(table) for table in (sessions, audit))
            return [connection.execute(count).scalar_one() for count in counts]

    async def clean() -> None:
        await Worker(services, new_id(), TaskEngine()).clean()

    services.accounts.register(Application("ada@example.com", PASSWORD), Caller("here"))
    asyncio.run(clean())
    assert kept_of_accounts() == [1, 1]
    with services.database.writing() as connection:
        long_ago = services.clock() - dt.timedelta(days=91)
        connection.execute(sessions.update().values(expires_at=long_ago))
        connection.execute(audit.update().values(at=long_ago))
    asyncio.run(clean())
    assert kept_of_accounts() == [0, 0]
