"""What a kind of job is to the engine (`JobHandler`), and what a job under way is to its kind (`RunningJob`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy import case, literal, update

from src.studio.database.metadata import Instant

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping

    from sqlalchemy import Connection, Table

    T = TypeVar("T")


class JobFailedError(Exception):
    """The job cannot do its work. The message is a sentence for its owner."""


class JobLostError(Exception):
    """Another attempt has taken the job over: what this one would write is refused."""


class RunningJob(Protocol):
    """A job under way, in a worker."""

    id: str
    owner_id: str
    params: Mapping[str, Any]
    attempt: int  # from 1; later ones find what earlier ones have written
    deadline: dt.datetime
    is_stopping: bool  # the worker stops: another attempt goes on with the job, which does not end

    async def emit(self, event: str, **fields: object) -> None:
        """Keep an event of the job, and tell it to whoever listens. Raises `JobLostError`."""
        ...

    async def progress(self, percent: float, detail: str) -> None:
        """Tell how far it is, when that is written: at most ten times a second, the newest wins.

        A job that gets further is not given up, however many workers died over it. Raises `JobLostError`.
        """
        ...

    async def write(
        self,
        work: Callable[[Connection], T],
        *,
        events: Iterable[tuple[str, Mapping[str, object]]] = (),
        calls: Iterable[str] = (),
    ) -> T:
        """Do `work` in one transaction, if the job is this attempt's still. Raises `JobLostError`.

        `events`, each a type and its fields, are kept in the same transaction: either both are there, or neither.
        `calls` are the outcomes of calls of models that `work` writes down; they are counted for Prometheus.
        """
        ...

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Do `work` on one state of the database."""
        ...


class JobHandler(Protocol):
    """A kind of job."""

    kind: str

    async def run(self, job: RunningJob) -> None:
        """Do the work, or what is left of it.

        Cancelling, the deadline and the worker's stop come as `CancelledError`: what there is may be written
        within five seconds, and nothing is to be told of an end where the job `is_stopping`. Raises
        `JobFailedError` with the reason where the work cannot be done.
        """
        ...

    def ended(self, connection: Connection, job_id: str, state: str, error: str | None) -> None:
        """Note in the feature's own rows how the job ended: in the transaction that ends it, in any process.

        Others wait for it: what takes longer than a moment is for `settle`.
        """
        ...

    def settle(self) -> None:
        """Do what is left to do of jobs that ended without their worker.

        A worker calls it on a thread, beside its jobs: when it starts, when it took over from another one, and
        once a day. Two may call it at once. Raises `StorageError`.
        """
        ...


def note_end(connection: Connection, runs: Table, job_id: str, end: Mapping[str, Any], now: dt.datetime) -> None:
    """Note how a job ended, in a kind's table of runs, whose ids are their jobs': `end` has `state` and `error`.

    A run that was deleted is let be.
    """
    # the clock may have been set back: nothing ends before it began
    completed_at = case((runs.c.started_at > now, runs.c.started_at), else_=literal(now, Instant()))
    connection.execute(update(runs).where(runs.c.id == job_id).values(**end, completed_at=completed_at))
