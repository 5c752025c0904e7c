"""`JobService`: submits jobs, tells of them, and cancels them. It runs none: workers do."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import math
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from src.studio.database.metadata import new_id
from src.studio.errors import (
    InvalidFieldError,
    InvalidRequestError,
    NotFoundError,
    StorageError,
    TooManyRequestsError,
)
from src.studio.jobs import repository
from src.studio.jobs.job import ACTIVE, STATES
from src.studio.jobs.lifecycle import Lifecycle
from src.studio.jobs.limits import HOUR_SECONDS, JobLimits
from src.studio.jobs.others import Others, Sign

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from sqlalchemy import Connection

    from src.studio.accounts.user import User
    from src.studio.database.changes import Changes
    from src.studio.database.database import Database
    from src.studio.jobs.handler import JobHandler
    from src.studio.jobs.job import Job, State
    from src.studio.jobs.journal import Head

NOT_FOUND = "There is no such job."
HOUR, MINUTE = dt.timedelta(seconds=HOUR_SECONDS), dt.timedelta(minutes=1)
# When somebody with too many jobs in the line may ask again: nobody knows how long those take.
QUEUE_RETRY_SECONDS = 30.0
# How often is looked whether somebody's jobs have ended.
LOOK_SECONDS = 0.1
MAX_PAGE = 200
# How often workers are listened to.
LISTEN_SECONDS = 1.0
NEW = {"progress_pct": 0.0, "attempt": 0, "crashes": 0, "last_event": 0}


@dataclass(frozen=True, slots=True)
class Page:
    """Some jobs, newest first, and where the next ones begin, None where there are none."""

    jobs: Sequence[Job]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many jobs somebody may submit in an hour, and how many of those are left."""

    limit: int
    remaining: int


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What became of a wish to cancel: `at_once`, else the worker has been told. `was_orphan`: it had none."""

    at_once: bool
    was_orphan: bool


class JobService:
    """Jobs of all kinds. Every method that takes an owner's id knows the jobs of that owner alone."""

    def __init__(
        self,
        database: Database,
        changes: Changes,
        clock: Callable[[], dt.datetime],
        timeout_seconds: int,
        limits: JobLimits = JobLimits(),  # noqa: B008 - frozen
    ) -> None:
        """Take the time that a job may run where it does not say, in seconds: it may not say more."""
        self._database, self._changes, self._clock = database, changes, clock
        self.timeout_seconds = timeout_seconds
        self.limits = limits
        self.handlers: dict[str, JobHandler] = {}
        self.workers, self._listening = Others(), threading.Lock()

    def register(self, handler: JobHandler) -> None:
        """Make a kind of job known, in every process: jobs that wait are cancelled where nobody runs them."""
        self.handlers[handler.kind] = handler

    def submit(
        self,
        owner: User,
        kind: str,
        params: Mapping[str, Any],
        *,
        connection_hook: Callable[[Connection, Job], None] | None = None,
        timeout_seconds: int | None = None,
    ) -> Job:
        """Put a job at the end of its owner's line.

        `params` is JSON and holds no keys. `connection_hook` writes the feature's own row, whose id is the job's,
        in the same transaction. Raises `TooManyRequestsError` at the owner's limits.
        """
        now = self._clock()
        timeout = min(timeout_seconds or self.timeout_seconds, self.timeout_seconds)
        with self._database.writing() as connection:
            repository.enter_line(connection)
            state, detail = self._place_of(connection, owner, now)
            job_id = new_id(after=repository.newest_id(connection))  # lists are ordered by it
            what = {"id": job_id, "kind": kind, "params": params, "result_ref": job_id, "result_type": kind}
            row = {**NEW, **what, "user_id": owner.id, "created_at": now, "timeout_seconds": timeout}
            job = repository.add(connection, {**row, "state": state, "progress_detail": detail})
            job = Lifecycle(connection, now, self.handlers).created(job)
            if connection_hook is not None:
                connection_hook(connection, job)
            self._changes.notify(connection)
        return job

    def _place_of(self, connection: Connection, owner: User, now: dt.datetime) -> tuple[State, str]:
        """Return the state of a new job of `owner`, and what is said of it."""
        limit = owner.limits.benchmarks_per_hour
        count, first = repository.submitted_between(connection, owner.id, now - HOUR, now + MINUTE)
        if first is not None and count >= limit:
            raise TooManyRequestsError(
                f"You may submit {limit:,} job{'' if limit == 1 else 's'} an hour, and have done so. Try later.",
                math.ceil((first + HOUR - now).total_seconds()),
            )
        there = repository.counts(connection, owner.id)
        if sum(there.values()) < owner.limits.max_concurrent:
            return "pending", "Waits for a worker."
        if there.get("queued", 0) >= self.limits.queued:
            raise TooManyRequestsError(
                f"{self.limits.queued} of your jobs wait already. Try again when one has begun.",
                QUEUE_RETRY_SECONDS,
            )
        return "queued", "Waits for your other jobs."

    def allowance(self, owner: User) -> Allowance:
        """Tell how many jobs `owner` may still submit in this hour."""
        with self._database.reading() as connection:
            now = self._clock()
            count, _ = repository.submitted_between(connection, owner.id, now - HOUR, now + MINUTE)
        limit = owner.limits.benchmarks_per_hour
        return Allowance(limit, max(0, limit - count))

    def get(self, owner_id: str, job_id: str) -> Job:
        """Return a job. Raises `NotFoundError`."""
        with self._database.reading() as connection:
            job = repository.get(connection, owner_id, job_id)
        if job is None:
            raise NotFoundError(NOT_FOUND)
        return job

    def list(self, owner_id: str, states: Sequence[str] = (), limit: int = 20, cursor: str | None = None) -> Page:
        """Return jobs in these states, any where none is named, newest first. Raises `InvalidFieldError`."""
        wanted = [state for state in STATES if state in states]
        if unknown := sorted(set(states) - set(STATES)):
            raise InvalidFieldError(f"status: {unknown[0]!r} is none of {', '.join(STATES)}.")
        limit = min(limit, MAX_PAGE)
        with self._database.reading() as connection:
            found = repository.newest(connection, owner_id, wanted, limit + 1, _place(cursor))
        return Page(found[:limit], str(found[limit - 1].seq) if len(found) > limit else None)

    def active(self) -> Sequence[tuple[Job, str]]:
        """Return what waits or runs, of all users, with their e-mail addresses: for administrators."""
        with self._database.reading() as connection:
            return repository.active(connection)

    def moving(self, known: AbstractSet[str] = frozenset()) -> Mapping[str, Head]:
        """Return where each job is that has not ended, ended in the last minute, or is one of `known`."""
        with self._database.reading() as connection:
            return repository.moving(connection, self._clock() - MINUTE, known)

    def figures(self) -> repository.Figures:
        """Return how things are, of all jobs that are kept."""
        with self._database.reading() as connection:
            return repository.figures(connection, self._clock())

    async def listen(self) -> None:
        """Listen to the workers until cancelled: only who listens can tell that somebody is silent."""
        while True:
            with contextlib.suppress(StorageError):
                await asyncio.to_thread(self.silences)
            await asyncio.sleep(LISTEN_SECONDS)

    def silences(self) -> Mapping[str, float]:
        """Return the workers that are there, and since when each has been silent, in seconds."""
        with self._database.reading() as connection:
            return self._listen(connection)

    def _listen(self, connection: Connection) -> Mapping[str, float]:
        heard = repository.heartbeats(connection)
        with self._listening:
            self.workers.gone({worker_id: Sign(at, is_locked=True) for worker_id, at in heard.items()})
            return self.workers.silences()

    def active_of(self, owner_id: str) -> Sequence[Job]:
        """Return what waits or runs of one owner, newest first."""
        return self.list(owner_id, ACTIVE, MAX_PAGE).jobs

    def cancel(self, owner_id: str | None, job_id: str) -> Cancelled:
        """End a job that waits, and have one that runs ended by its worker; `owner_id` None: for administrators.

        Raises `NotFoundError`, and `InvalidRequestError` for a job that has ended.
        """
        now = self._clock()
        with self._database.writing() as connection:
            job = repository.lock(connection, owner_id, job_id)
            if job is None:
                raise NotFoundError(NOT_FOUND)
            if job.is_finished:
                raise InvalidRequestError(f"The job has ended already: it is {job.state}.")
            is_orphan = job.state == "running" and job.worker_id not in self._listen(connection)
            life = Lifecycle(connection, now, self.handlers)
            at_once = job.state != "running" or is_orphan
            if at_once:
                life.end(job, "cancelled")
            elif job.cancel_requested_at is None:
                life.change(job, cancel_requested_at=now)
            self._changes.notify(connection)
        return Cancelled(at_once, is_orphan)

    def end_all_of(self, owner_id: str, within_seconds: float) -> int:
        """Cancel what waits or runs of one owner, wait until it has ended, and return how many jobs there were.

        What a worker has not let go of in time is left: whatever it writes is refused once the job's row is gone.
        """
        asked: set[str] = set()
        deadline = time.monotonic() + within_seconds
        while active := self._active_ids(owner_id):
            for job_id in active - asked:
                with contextlib.suppress(NotFoundError, InvalidRequestError):  # it has ended by itself
                    self.cancel(owner_id, job_id)
            asked |= active
            if time.monotonic() > deadline:
                break
            time.sleep(LOOK_SECONDS)
        return len(asked)

    def _active_ids(self, owner_id: str) -> set[str]:
        with self._database.reading() as connection:
            return repository.active_ids(connection, owner_id)


def _place(cursor: str | None) -> int | None:
    """Return the `seq` that a cursor stands for."""
    if cursor is None:
        return None
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) >= len(str(2**63)):
        raise InvalidFieldError("cursor: must be the next_cursor of an earlier answer.")
    return int(cursor)
