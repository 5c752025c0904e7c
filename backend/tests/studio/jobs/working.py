"""A worker of its own process for tests, with kinds of jobs that are not shipped: `python -m` runs it.

`write`: writes `items` rows, each once, `pause` seconds apart. `sleep`: sleeps, and writes when it is cancelled,
and something else where its worker stops. `crash`: ends its process. `fail`: raises what it is told to.
"""

import asyncio
import datetime as dt
import logging.config
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, func, insert, select

from src.core.clock import utc_now
from src.studio.database.metadata import new_id
from src.studio.jobs.handler import JobFailedError, RunningJob
from src.studio.services import Services, open_services
from src.studio.worker import WorkerSettings, run_worker
from src.telemetry.logs import logging_config
from src.telemetry.telemetry import Telemetry

metadata = MetaData()
# Without a rule that each is there once: what is written twice is to be seen.
items = Table(
    "test_items",
    metadata,
    Column("job_id", String(32), index=True),
    Column("n", Integer),
    Column("attempt", Integer),
)
ends = Table("test_ends", metadata, Column("job_id", String(32)), Column("state", String(16)))


class Kind:
    """What all kinds have in common: they note their ends."""

    kind = "none"

    def ended(self, connection: Connection, job_id: str, state: str, error: str | None) -> None:
        connection.execute(insert(ends).values(job_id=job_id, state=state))

    def settle(self) -> None:
        """Do nothing: nothing is left."""


class Write(Kind):
    kind = "write"

    async def run(self, job: RunningJob) -> None:
        def there(connection: Connection) -> int:
            return connection.execute(select(func.count()).where(items.c.job_id == job.id)).scalar_one()

        wanted, pause = job.params["items"], job.params.get("pause", 0)
        for n in range(await job.read(there), wanted):
            row = {"job_id": job.id, "n": n, "attempt": job.attempt}
            await job.write(
                lambda connection, row=row: connection.execute(insert(items).values(row)),
                events=[("item", {"n": n})],
                calls=["timeout" if n % 2 else "success"],
            )
            await job.progress(100 * n / wanted, f"{n} of {wanted}")
            await asyncio.sleep(pause)


class Sleep(Kind):
    kind = "sleep"

    async def run(self, job: RunningJob) -> None:
        try:
            await asyncio.sleep(job.params.get("seconds", 60))
        except asyncio.CancelledError:
            row = {"job_id": job.id, "n": -2 if job.is_stopping else -1, "attempt": job.attempt}
            await job.write(lambda connection: connection.execute(insert(items).values(row)))
            raise


class Crash(Kind):
    kind = "crash"

    async def run(self, job: RunningJob) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


class Fail(Kind):
    kind = "fail"

    async def run(self, job: RunningJob) -> None:
        sentence: Any = job.params.get("sentence")
        raise JobFailedError(sentence) if sentence else RuntimeError("sk-secret-of-the-gateway")


KINDS = (Write(), Sleep(), Crash(), Fail())


def services_on(url: str, clock: Callable[[], dt.datetime] = utc_now) -> Services:
    """Return services on a database, that know the kinds of tests."""
    settings = WorkerSettings(studio_database_url=SecretStr(url))
    services = open_services(settings, clock, Telemetry())
    for kind in KINDS:
        services.jobs.register(kind)
    return services


def main(url: str, worker_id: str) -> None:
    """Run a worker until it is told to stop, or its standard input closes."""
    logging.config.dictConfig(logging_config("info"))
    run_worker(services_on(url), worker_id, is_supervised=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else new_id())
