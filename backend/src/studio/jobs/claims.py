"""What one worker reads and writes of the table of jobs: its heartbeat, its claims, and what it is to stop."""

from __future__ import annotations

import datetime as dt
import os
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, or_, select, text, true, type_coerce, update

from src.studio.jobs.admission import admit, next_in_line, take_over
from src.studio.jobs.lifecycle import Lifecycle
from src.studio.jobs.others import Sign
from src.studio.jobs.tables import jobs, workers

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection

    from src.studio.jobs.admission import Claim
    from src.studio.jobs.limits import JobLimits
    from src.studio.services import Services

MAX_HOST = 255
# Of PostgreSQL's advisory locks, those that workers hold as long as they live, each by a number of its own.
ALIVE_LOCK = 0x5354_5755
ALIVE = text("SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND classid = :lock AND granted")
HEX_DIGITS_OF_NUMBER = 8
# By how much the clock may differ from the time that passed, and be taken for slow or quick, not for set anew.
JUMP = dt.timedelta(seconds=1)
MILLISECOND = dt.timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Mine:
    """A running job that is this worker's by its row."""

    attempt: int
    is_cancel_requested: bool


class Claims:
    """The table of jobs, as one worker uses it. Every method does one thing in one transaction."""

    def __init__(
        self, services: Services, worker_id: str, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._services, self._worker_id, self._monotonic = services, worker_id, monotonic
        self._started_at = services.clock()
        self._beaten_at = self._started_at, monotonic()

    def beat(self) -> None:
        """Tell that this worker is alive. Where the clock was set, the deadlines of its jobs go with it."""
        now, passed, database = self._services.clock(), self._monotonic(), self._services.database
        jump = now - self._beaten_at[0] - dt.timedelta(seconds=passed - self._beaten_at[1])
        who = {"host": socket.gethostname()[:MAX_HOST], "pid": os.getpid()}
        row = {**who, "started_at": self._started_at, "heartbeat_at": now, "stopped_at": None}
        insert = database.insert(workers).values(id=self._worker_id, **row)
        with database.writing() as connection:
            connection.execute(insert.on_conflict_do_update(index_elements=[workers.c.id], set_=row))
            if abs(jump) > JUMP:
                mine = (jobs.c.state == "running", jobs.c.worker_id == self._worker_id)
                deadline = type_coerce(jobs.c.deadline, BigInteger) + jump // MILLISECOND
                connection.execute(update(jobs).where(*mine).values(deadline=deadline))
        self._beaten_at = now, passed

    def leave(self) -> None:
        """Tell that this worker has stopped."""
        now = self._services.clock()
        with self._services.database.writing() as connection:
            connection.execute(update(workers).where(workers.c.id == self._worker_id).values(stopped_at=now))
            self._services.changes.notify(connection)

    def mine(self) -> Mapping[str, Mine]:
        """Return the jobs that run here, as their rows say."""
        chosen = select(jobs.c.id, jobs.c.attempt, jobs.c.cancel_requested_at)
        chosen = chosen.where(jobs.c.state == "running", jobs.c.worker_id == self._worker_id)
        with self._services.database.reading() as connection:
            found = connection.execute(chosen).all()
        return {row.id: Mine(row.attempt, row.cancel_requested_at is not None) for row in found}

    def hold(self) -> str:
        """Return the SQL that a session shows by, as long as it is open, that this worker lives."""
        number = _number(self._worker_id)
        signed = number - (1 << 32) if number >> 31 else number
        return f"SELECT pg_advisory_lock_shared({ALIVE_LOCK}, {signed})"

    def others(self) -> Mapping[str, Sign]:
        """Return what is there of the other workers that jobs run at, on PostgreSQL."""
        chosen = select(jobs.c.worker_id, workers.c.heartbeat_at, workers.c.stopped_at).distinct()
        chosen = chosen.outerjoin_from(jobs, workers, workers.c.id == jobs.c.worker_id)
        chosen = chosen.where(jobs.c.state == "running", jobs.c.worker_id != self._worker_id)
        with self._services.database.reading() as connection:
            found = connection.execute(chosen).all()
            locked = set(connection.execute(ALIVE, {"lock": ALIVE_LOCK}).scalars()) if found else set()
        return {
            row.worker_id: Sign(row.heartbeat_at, _number(row.worker_id) in locked, row.stopped_at is not None)
            for row in found
        }

    def is_anybody_next(self) -> bool:
        """Tell whether a job may begin: a look costs less than the right to write."""
        with self._services.database.reading() as connection:
            return next_in_line(connection, self._limits) is not None

    def is_any_left_behind(self, whose: ColumnElement[bool]) -> bool:
        """Tell whether a running job is among those in `whose`."""
        with self._services.database.reading() as connection:
            left = select(jobs.c.id).where(jobs.c.state == "running", whose).limit(1)
            return connection.execute(left).first() is not None

    def take_over(self, whose: ColumnElement[bool], room: int) -> Sequence[Claim]:
        """Claim running jobs of those in `whose`."""
        with self._services.database.writing() as connection:
            claims = take_over(self._life(connection), self._worker_id, whose, self._limits, room=room)
            self._services.changes.notify(connection)
        return claims

    def admit(self) -> Claim | None:
        """Claim the next job that waits."""
        with self._services.database.writing() as connection:
            claim = admit(self._life(connection), self._worker_id, self._limits)
            if claim is not None:
                self._services.changes.notify(connection)
        return claim

    def drop(self, job_ids: Collection[str]) -> None:
        """Give back jobs that are this worker's by their rows alone, as if it had died over them."""
        unknown = (jobs.c.id.in_(job_ids), jobs.c.state == "running", jobs.c.worker_id == self._worker_id)
        with self._services.database.writing() as connection:
            connection.execute(update(jobs).where(*unknown).values(worker_id=None, crashes=jobs.c.crashes + 1))

    def of_predecessors(self) -> ColumnElement[bool]:
        """Choose what ran when this worker started, and need not wait for anybody to be silent.

        On SQLite that is all, for there is one worker; else what has its id, which one supervisor gives in turn.
        """
        if self._services.database.is_postgres:
            return or_(jobs.c.worker_id == self._worker_id, jobs.c.worker_id.is_(None))
        return true()

    def of_others(self, gone: Collection[str]) -> ColumnElement[bool]:
        """Choose jobs that were given back, and those of workers that are gone; on SQLite, those of all others."""
        if not self._services.database.is_postgres:
            return or_(jobs.c.worker_id.is_(None), jobs.c.worker_id != self._worker_id)
        return or_(jobs.c.worker_id.is_(None), jobs.c.worker_id.in_(gone))

    @property
    def _limits(self) -> JobLimits:
        return self._services.jobs.limits

    def _life(self, connection: Connection) -> Lifecycle:
        return Lifecycle(connection, self._services.clock(), self._services.jobs.handlers)


def _number(worker_id: str) -> int:
    """Return the number of a worker's lock: of its id, what is random."""
    return int(worker_id[-HEX_DIGITS_OF_NUMBER:], 16)
