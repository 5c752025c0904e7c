"""Jobs as they are kept. Whatever changes one keeps the event that tells of it in the same transaction."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, insert, select, union_all, update

from src.studio.accounts.tables import users
from src.studio.database.locks import Lock, take
from src.studio.jobs import journal
from src.studio.jobs.job import ACTIVE, NAMES, WAITING, Job
from src.studio.jobs.journal import Event, Head
from src.studio.jobs.tables import jobs, model_calls, workers

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from sqlalchemy import Connection, Row, Select

    from src.studio.database.database import Database
    from src.studio.jobs.job import State

OF_JOB = [jobs.c[name] for name in NAMES]


def enter_line(connection: Connection) -> None:
    """Let nobody else submit or admit until this transaction ends: who is counted stays as counted."""
    take(connection, Lock.LINE)


def newest_id(connection: Connection) -> str | None:
    """Return the id of the newest job that is kept."""
    return connection.execute(select(func.max(jobs.c.id))).scalar()


def add(connection: Connection, row: Mapping[str, Any]) -> Job:
    """Keep a new job at the end of the line, which has been entered."""
    last = select(func.coalesce(func.max(jobs.c.seq), 0) + 1).scalar_subquery()
    added = connection.execute(insert(jobs).values(**row, seq=last).returning(*OF_JOB))
    return Job(*added.one())


def get(connection: Connection, owner_id: str, job_id: str) -> Job | None:
    """Return a job of `owner_id`."""
    return _one(connection, job_id, owner_id, lock=False)


def lock(connection: Connection, owner_id: str | None, job_id: str) -> Job | None:
    """Return a job of `owner_id`, None for anybody's, which nobody else changes until the transaction ends."""
    return _one(connection, job_id, owner_id, lock=True)


def _one(connection: Connection, job_id: str, owner_id: str | None, *, lock: bool) -> Job | None:
    chosen = select(*OF_JOB).where(jobs.c.id == job_id)
    if owner_id is not None:
        chosen = chosen.where(jobs.c.user_id == owner_id)
    row = connection.execute(chosen.with_for_update() if lock else chosen).one_or_none()
    return None if row is None else Job(*row)


def newest(
    connection: Connection, owner_id: str, states: Collection[State], limit: int, before: int | None
) -> Sequence[Job]:
    """Return jobs of `owner_id` in these states, any where there are none, newest first; `before` is a `seq`."""
    asked = _newest(has_states=bool(states), has_end=before is not None)
    values = {"owner_id": owner_id, "states": list(states), "before": before, "at_most": limit}
    return [Job(*row) for row in connection.execute(asked, values).all()]


@cache
def _newest(*, has_states: bool, has_end: bool) -> Select[*tuple[Any, ...]]:
    """Return the question, made once: pages ask it often, and to make it takes longer than to answer it."""
    asked = select(*OF_JOB).where(jobs.c.user_id == bindparam("owner_id")).order_by(jobs.c.seq.desc())
    if has_states:
        asked = asked.where(jobs.c.state.in_(bindparam("states", expanding=True)))
    if has_end:
        asked = asked.where(jobs.c.seq < bindparam("before"))
    return asked.limit(bindparam("at_most"))


def active(connection: Connection) -> Sequence[tuple[Job, str]]:
    """Return what waits or runs, of all users, with their e-mail addresses, in order."""
    chosen = select(*OF_JOB, users.c.email).join(users, users.c.id == jobs.c.user_id)
    found = connection.execute(chosen.where(jobs.c.state.in_(ACTIVE)).order_by(jobs.c.seq))
    return [(Job(*row), email) for *row, email in found]


def moving(connection: Connection, since: dt.datetime, known: AbstractSet[str]) -> Mapping[str, Head]:
    """Return where each job is that has not ended, ended after `since`, or is one of `known`."""
    chosen = select(jobs.c.id, jobs.c.user_id, jobs.c.last_event, jobs.c.completed_at)
    both = union_all(chosen.where(jobs.c.state.in_(ACTIVE)), chosen.where(jobs.c.completed_at > since))
    found = {row.id: _head(row) for row in connection.execute(both)}
    if missing := known - found.keys():
        found |= {row.id: _head(row) for row in connection.execute(chosen.where(jobs.c.id.in_(missing)))}
    return found


def _head(row: Row[*tuple[Any, ...]]) -> Head:
    return Head(row.user_id, row.last_event, row.completed_at is None)


@dataclass(frozen=True, slots=True)
class Figures:
    """How things are: jobs by kind and state, calls of models by kind and outcome, and an age in seconds."""

    jobs: Mapping[tuple[str, str], int]
    calls: Mapping[tuple[str, str], int]
    oldest_seconds: float


def figures(connection: Connection, now: dt.datetime) -> Figures:
    """Return how things are."""
    by_kind = select(jobs.c.kind, jobs.c.state, func.count()).group_by(jobs.c.kind, jobs.c.state)
    first = select(func.min(jobs.c.created_at)).where(jobs.c.state.in_(WAITING))
    oldest = connection.execute(first).scalar()
    return Figures(
        {(kind, state): count for kind, state, count in connection.execute(by_kind)},
        {(kind, outcome): count for kind, outcome, count in connection.execute(select(model_calls))},
        0.0 if oldest is None else max(0.0, (now - oldest).total_seconds()),
    )


def count_calls(database: Database, connection: Connection, kind: str, outcomes: Iterable[str]) -> None:
    """Count calls of models that ended, made by a kind of job, by how they ended."""
    added = database.insert(model_calls)
    summed = {"count": model_calls.c.count + added.excluded.count}
    # in order, so that of two workers none waits for the other
    rows = [{"kind": kind, "outcome": outcome, "count": n} for outcome, n in sorted(Counter(outcomes).items())]
    if rows:
        connection.execute(added.on_conflict_do_update(index_elements=["kind", "outcome"], set_=summed), rows)


def counts(connection: Connection, owner_id: str) -> Mapping[State, int]:
    """Return how many jobs of `owner_id` are in each state that is not an end."""
    chosen = select(jobs.c.state, func.count().label("n")).where(
        jobs.c.user_id == owner_id, jobs.c.state.in_(ACTIVE)
    )
    return {row.state: row.n for row in connection.execute(chosen.group_by(jobs.c.state))}


def submitted_between(
    connection: Connection, owner_id: str, since: dt.datetime, until: dt.datetime
) -> tuple[int, dt.datetime | None]:
    """Return how many jobs `owner_id` submitted after `since`, until `until`, and when the first of them came."""
    chosen = select(func.count(), func.min(jobs.c.created_at)).where(jobs.c.user_id == owner_id)
    count, first = connection.execute(chosen.where(jobs.c.created_at > since, jobs.c.created_at <= until)).one()
    return count, first


def change(
    connection: Connection,
    job: Job,
    at: dt.datetime,
    told: Iterable[tuple[str, Mapping[str, Any]]] = (),
    **values: Any,  # noqa: ANN401 - those of the columns
) -> Job:
    """Change a job that is locked, or new, and keep the events that tell of it, each a type and its fields."""
    seq = job.last_event
    for seq, (kind, fields) in enumerate(told, job.last_event + 1):
        journal.append(connection, Event(job.id, seq, kind, fields), at)
    changed = update(jobs).where(jobs.c.id == job.id).values(**values, last_event=seq).returning(*OF_JOB)
    return Job(*connection.execute(changed).one())


def heartbeats(connection: Connection) -> Mapping[str, dt.datetime]:
    """Return the newest heartbeats of workers that have not stopped."""
    chosen = select(workers.c.id, workers.c.heartbeat_at).where(workers.c.stopped_at.is_(None))
    return {row.id: row.heartbeat_at for row in connection.execute(chosen)}
