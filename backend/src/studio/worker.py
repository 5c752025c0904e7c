"""The worker: a process that runs jobs. The server starts some; `app.py worker` is one more."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging.config
import os
import signal
import sqlite3
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from src.core.clock import utc_now
from src.core.errors import ConfigurationError
from src.core.redaction import place_of
from src.core.settings import load
from src.studio.database.metadata import new_id
from src.studio.database.migrate import check, migrate
from src.studio.errors import StorageError
from src.studio.jobs import retention
from src.studio.jobs.claims import Claims
from src.studio.jobs.others import Others
from src.studio.jobs.runner import Runner
from src.studio.jobs.running import Desk
from src.studio.jobs.task_engine import TaskEngine
from src.studio.services import open_services
from src.studio.settings import StudioSettings
from src.telemetry.logs import logging_config
from src.telemetry.telemetry import Telemetry

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Generator

    from sqlalchemy import ColumnElement, Connection

    from src.studio.database.database import Database
    from src.studio.jobs.admission import Claim
    from src.studio.jobs.engine import Engine
    from src.studio.services import Services

    T = TypeVar("T")

logger = logging.getLogger("src.studio.worker")  # however it is run

USAGE_ERROR = 2
HEARTBEAT_SECONDS = 4.0
# How often a worker looks for work where nothing tells of any, and how soon after a look it looks again.
LOOK_SECONDS, PAUSE_SECONDS = 1.0, 0.05
# How long a worker waits for the one before it to let go of an SQLite database.
LOCK_SECONDS = 15.0
FIRST_CLEANING_SECONDS, DAY_SECONDS = 60.0, 86_400.0
# How long a worker that stops waits for its jobs, and for the database to take them back.
LEAVE_SECONDS = 8.0
# How long a worker may take to end when whoever started it is gone.
LAST_SECONDS = 15.0
THREADS = 16


class WorkerSettings(StudioSettings):
    """What a worker can be told: it knows nothing of Leaderboard."""


class Worker:
    """Claims jobs and runs them, until it is told to stop."""

    def __init__(self, services: Services, worker_id: str, engine: Engine) -> None:
        self._services, self._engine = services, engine
        self._threads = ThreadPoolExecutor(THREADS, "studio-worker")
        self._desk = Desk(services, self._threads)
        self._claims = Claims(services, worker_id)
        self._runner = Runner(self._desk, services.jobs.handlers)
        self._stopping = asyncio.Event()
        self._others = Others()
        self._unsettled = asyncio.Event()
        self._unsettled.set()

    def stop(self) -> None:
        """Have it stop: jobs may write what they have, and are given back."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until `stop` is called, or something breaks that only a new process mends."""
        working = asyncio.create_task(self._work())
        stopped = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
        broken = working.exception() if working.done() else None
        for task in (working, stopped):
            task.cancel()
        await asyncio.gather(working, stopped, return_exceptions=True)
        for job_id in list(self._runner.attempts):
            self._runner.stop(job_id, "stopping")
        await self._leave()
        if broken is not None:
            raise broken

    async def _work(self) -> None:
        await self._desk.insist(self._claims.beat)
        await self._engine.open(self._runner.run)
        await self._take_over(self._claims.of_predecessors())
        async with asyncio.TaskGroup() as group:
            for loop in (self._beat, self._look, self._settle, self._clean_up):
                group.create_task(loop())

    async def _leave(self) -> None:
        """Give the jobs back. Where the database is away, nobody waits for it: others take them over."""
        try:
            async with asyncio.timeout(LEAVE_SECONDS):
                await self._runner.all_ended()
                with contextlib.suppress(StorageError):
                    await self._desk.do(self._claims.leave)
        except TimeoutError:
            logger.warning({"event": "jobs_not_given_back"})
            self._threads.shutdown(wait=False, cancel_futures=True)
            return
        self._threads.shutdown()
        await self._engine.close()

    async def _beat(self) -> None:
        is_heard = True
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            try:
                await self._desk.do(self._claims.beat)
            except StorageError as error:
                if is_heard:
                    logger.warning("The worker cannot reach its database: %s", error)
                is_heard = False
            else:
                is_heard = True

    async def _look(self) -> None:
        async for _ in self._services.changes.watch(LOOK_SECONDS, self._claims.hold()):
            with contextlib.suppress(StorageError):  # the heartbeat tells of it
                await self._stop_what_should_stop()
                await self._take_over(self._claims.of_others(await self._gone()))
                await self._begin_what_waits()
            await asyncio.sleep(PAUSE_SECONDS)

    async def _gone(self) -> Collection[str]:
        """Return the workers that are gone: SQLite has one worker, to which all others are."""
        if not self._services.database.is_postgres:
            return ()
        return self._others.gone(await self._desk.do(self._claims.others))

    async def _stop_what_should_stop(self) -> None:
        rows, here = await self._desk.do(self._claims.mine), self._runner.attempts
        for job_id, attempt in here.items():
            row = rows.get(job_id)
            if row is None or row.attempt != attempt:
                self._runner.stop(job_id, "lost")
            elif row.is_cancel_requested:
                self._runner.stop(job_id, "cancelled")
        if unknown := rows.keys() - here.keys():
            await self._desk.do(self._claims.drop, unknown)

    async def _take_over(self, whose: ColumnElement[bool]) -> None:
        if self._room > 0 and await self._desk.do(self._claims.is_any_left_behind, whose):
            for claim in await self._desk.do(self._claims.take_over, whose, self._room):
                await self._start(claim)
            self._unsettled.set()

    async def _begin_what_waits(self) -> None:
        while self._room > 0 and await self._desk.do(self._claims.is_anybody_next):
            claim = await self._desk.do(self._claims.admit)
            if claim is None:
                return
            await self._start(claim)

    @property
    def _room(self) -> int:
        return self._services.jobs.limits.running_here - len(self._runner.attempts)

    async def _start(self, claim: Claim) -> None:
        self._runner.expect(claim)
        await self._engine.start(claim)

    async def _settle(self) -> None:
        """Let each kind of job do what is left to do of those that ended without their worker."""
        while True:
            await self._unsettled.wait()
            self._unsettled.clear()
            for handler in self._services.jobs.handlers.values():
                try:
                    await self._desk.do(handler.settle)
                except Exception as error:  # noqa: BLE001 - the jobs that run have nothing to do with it
                    logger.warning({"event": "jobs_not_settled", "kind": handler.kind, "error": place_of(error)})

    async def _clean_up(self) -> None:
        await asyncio.sleep(FIRST_CLEANING_SECONDS)
        while True:
            with contextlib.suppress(StorageError):
                await self.clean()
            self._unsettled.set()
            await asyncio.sleep(DAY_SECONDS)

    async def clean(self) -> None:
        """Delete what is not kept any longer. Raises `StorageError`."""
        while await self._desk.do(self._write, retention.forget_events):
            pass
        while gone := await self._desk.do(self._write, retention.forget_jobs):
            await self._engine.forget(list(gone))
        await self._desk.do(self._write, retention.forget_workers)
        await self._desk.do(self._services.accounts.purge, self._services.clock())
        await self._desk.do(self._services.administration.finish_deletions)

    def _write(self, work: Callable[[Connection, dt.datetime], T]) -> T:
        with self._services.database.writing() as connection:
            return work(connection, self._services.clock())


def run_worker(services: Services, worker_id: str, *, is_supervised: bool = False) -> None:
    """Run a worker until it is told to stop; one that is supervised stops when whoever started it is gone.

    Raises `ConfigurationError` where another worker has the SQLite database.
    """
    with only_worker_of(services.database):
        migrate(services.database)
        asyncio.run(_run(services, worker_id, is_supervised=is_supervised))


async def _run(services: Services, worker_id: str, *, is_supervised: bool) -> None:
    worker, loop = Worker(services, worker_id, TaskEngine()), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.stop)
    if is_supervised:
        threading.Thread(target=_end_with_starter, args=(loop, worker), daemon=True).start()
    logger.info({"event": "worker_started", "worker_id": worker_id, "pid": os.getpid()})
    await worker.run()
    logger.info({"event": "worker_stopped", "worker_id": worker_id})


def _end_with_starter(loop: asyncio.AbstractEventLoop, worker: Worker) -> None:
    """Stop when the pipe closes whose other end whoever started this process holds."""
    while os.read(sys.stdin.fileno(), 1):  # a buffer's lock would be in the way of Python's own end
        pass
    with contextlib.suppress(RuntimeError):  # the loop has ended
        loop.call_soon_threadsafe(worker.stop)
    time.sleep(LAST_SECONDS)
    os._exit(1)  # nobody is left to end what does not end by itself


@contextlib.contextmanager
def only_worker_of(database: Database) -> Generator[None]:
    """Hold an SQLite database for this worker, as long as it lives: two of them would exceed the limits.

    The lock is one of SQLite's, on a file of its own beside the database: the system lets go of it, however the
    process ends. Raises `ConfigurationError` where another worker keeps it.
    """
    path = database.engine.url.database
    if database.is_postgres or path in {None, "", ":memory:"}:
        yield
        return
    lock = sqlite3.connect(f"{path}-worker", timeout=LOCK_SECONDS, isolation_level=None)
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise ConfigurationError(
                "Another worker runs on this SQLite database, which takes one. "
                "Set STUDIO_DATABASE_URL to a PostgreSQL database for several."
            ) from None
        yield
    finally:
        lock.close()


def main(arguments: list[str] | None = None) -> int:
    """Run a worker, and return the exit status when it has stopped."""
    parser = argparse.ArgumentParser(prog="worker")
    parser.add_argument("--supervised", metavar="ID")
    options = parser.parse_args(arguments)
    try:
        settings = load(WorkerSettings)
        logging.config.dictConfig(logging_config(settings.log_level))
        if options.supervised is None:  # else the server has seen to it
            check(settings.studio_database_url.get_secret_value())
        services = open_services(settings, utc_now, Telemetry())
        run_worker(services, options.supervised or new_id(), is_supervised=options.supervised is not None)
    except (ConfigurationError, StorageError) as error:
        print(f"leaderboard: {error}", file=sys.stderr)  # noqa: T201 - this is the terminal's part
        return USAGE_ERROR
    return 0


if __name__ == "__main__":
    sys.exit(main())
