"""A job under way, as its kind sees it: whatever it writes is refused once another attempt has taken it over."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import logging
import time
from typing import TYPE_CHECKING, Any, TypeVar

from src.studio.errors import StorageError
from src.studio.jobs import repository
from src.studio.jobs.handler import JobLostError
from src.studio.jobs.lifecycle import Lifecycle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from concurrent.futures import Executor

    from sqlalchemy import Connection

    from src.studio.jobs.job import Job, State
    from src.studio.services import Services

    T = TypeVar("T")

logger = logging.getLogger(__name__)

PROGRESS_SECONDS = 0.1
MAX_DETAIL = 256
# While the database cannot be reached, a job waits for it: shortly at first, then longer.
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 5.0


class Desk:
    """Does the database's work of a worker on threads of its own, again and again while it cannot be reached."""

    def __init__(self, services: Services, threads: Executor) -> None:
        self.services = services
        self._threads = threads

    async def do(self, work: Callable[..., T], *arguments: object) -> T:
        """Call `work` on a thread."""
        context = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: context.run(work, *arguments))

    async def insist(self, work: Callable[..., T], *arguments: object) -> T:
        """Call `work` until the database does it. It may be done twice, where its answer was lost."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                return await self.do(work, *arguments)
            except StorageError as error:
                logger.warning("A job waits for its database: %s", error)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


class ClaimedJob:
    """The job of one attempt; see `handler.RunningJob`."""

    def __init__(self, desk: Desk, job: Job) -> None:
        """Take a job as it was claimed."""
        if job.deadline is None:
            raise ValueError("a job that runs has a deadline")
        self.id, self.owner_id, self.kind, self.params = job.id, job.user_id, job.kind, job.params
        self.attempt, self.deadline, self.is_stopping = job.attempt, job.deadline, False
        self._desk, self._worker_id, self._job = desk, job.worker_id, job
        self._told_at = float("-inf")
        self._untold: tuple[float, str] | None = None
        self._telling: asyncio.Task[None] | None = None
        self._order = asyncio.Lock()

    async def emit(self, event: str, **fields: object) -> None:
        """Keep an event, and tell it to whoever listens. Raises `JobLostError`."""
        await self.write(_nothing, events=[(event, fields)])

    async def write(
        self,
        work: Callable[[Connection], T],
        *,
        events: Iterable[tuple[str, Mapping[str, object]]] = (),
        calls: Iterable[str] = (),
    ) -> T:
        """Do `work` in one transaction, together with `events`, and count `calls`. Raises `JobLostError`.

        It is done again where the database went away before it said that it was done, events never: what it writes
        has to be the same then.
        """
        outcomes = list(calls)

        def counted(connection: Connection) -> T:
            result = work(connection)
            repository.count_calls(self._desk.services.database, connection, self.kind, outcomes)
            return result

        return await self._write(counted, list(events), {})

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Do `work` on one state of the database."""
        return await self._desk.insist(self._read_once, work)

    async def progress(self, percent: float, detail: str) -> None:
        """Tell how far it is, when what it has done is written: what comes within a tenth of a second is merged.

        Raises `JobLostError`.
        """
        self._untold = (percent, detail)
        wait = self._told_at + PROGRESS_SECONDS - time.monotonic()
        if wait <= 0:
            await self.tell_progress()
        elif self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell_later(wait))

    async def _tell_later(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        with contextlib.suppress(JobLostError):  # what the job itself writes next is refused, too
            await self.tell_progress()

    async def tell_progress(self) -> None:
        """Tell what has not been told yet. Raises `JobLostError`."""
        if self._untold is None:
            return
        (percent, detail), self._untold = self._untold, None
        self._told_at = time.monotonic()
        progress = {
            "progress_pct": round(max(0.0, min(100.0, percent)), 2),
            "progress_detail": detail[:MAX_DETAIL],
        }
        await self._write(_nothing, [("job_progress", progress)], progress)

    async def end(self, state: State, error: str | None) -> None:
        """End the job. Raises `JobLostError`."""
        self._tell_nothing_more()
        async with self._order:
            await self._desk.insist(self._end_once, state, error)

    async def give_back(self) -> None:
        """Let any worker go on with it, at once. Raises `JobLostError`."""
        self._tell_nothing_more()
        async with self._order:
            await self._desk.insist(self._give_back_once)

    def _tell_nothing_more(self) -> None:
        if self._telling is not None:
            self._telling.cancel()

    async def _write(
        self,
        work: Callable[[Connection], T],
        events: Sequence[tuple[str, Mapping[str, object]]],
        values: Mapping[str, Any],
    ) -> T:
        async with self._order:  # of several that write at once, none passes another
            return await self._desk.insist(self._write_once, work, events, values, [])

    def _write_once(
        self,
        work: Callable[[Connection], T],
        events: Sequence[tuple[str, Mapping[str, object]]],
        values: Mapping[str, Any],
        seen: list[int],
    ) -> T:
        services = self._desk.services
        with services.database.writing() as connection:
            job = self._ours(connection)
            is_told = bool(seen) and job.last_event > seen[0]  # by an earlier try, whose answer was lost
            seen[:] = seen or [job.last_event]
            result = work(connection)
            if (events or values) and not is_told:
                Lifecycle(connection, services.clock(), {}).change(job, events, **_with_progress(job, values))
                services.changes.notify(connection)
        return result

    def _read_once(self, work: Callable[[Connection], T]) -> T:
        with self._desk.services.database.reading() as connection:
            return work(connection)

    def _end_once(self, state: State, error: str | None) -> None:
        services = self._desk.services
        with services.database.writing() as connection:
            Lifecycle(connection, services.clock(), services.jobs.handlers).end(
                self._ours(connection), state, error
            )
            services.changes.notify(connection)

    def _give_back_once(self) -> None:
        services = self._desk.services
        with services.database.writing() as connection:
            Lifecycle(connection, services.clock(), {}).change(self._ours(connection), worker_id=None)
            services.changes.notify(connection)

    def _ours(self, connection: Connection) -> Job:
        """Lock the job. Raises `JobLostError` where it is another attempt's, or has ended."""
        job = repository.lock(connection, None, self.id)
        if job is None or (job.state, job.attempt, job.worker_id) != ("running", self.attempt, self._worker_id):
            raise JobLostError("The job is another attempt's.")
        return job


def _with_progress(job: Job, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Forget the workers that died over a job when it gets further: it is not the job that they died of."""
    return {**values, "crashes": 0} if values.get("progress_pct", 0.0) > job.progress_pct else values


def _nothing(_connection: Connection) -> None:
    return None
