"""Figures over everybody's rows. Each is one statement, however many users there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, cast, delete, func, select, text, tuple_, type_coerce
from sqlalchemy.dialects import postgresql

from src.studio.accounts.tables import users
from src.studio.benchmarks.tables import benchmark_records, benchmark_results, benchmark_runs
from src.studio.jobs.job import WAITING
from src.studio.jobs.tables import jobs, workers
from src.studio.tool_eval.tables import tool_eval_results, tool_eval_runs
from src.studio.tool_suites.tables import tool_cases, tool_suite_versions, tool_suites
from src.studio.vault.tables import provider_keys

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Column, Connection, Table

TOP = 10
# People may name providers as they like.
MAX_PROVIDERS = 100
# Of so many records the length is measured, where a database does not know what its tables take.
SAMPLE = 500
# That are deleted at once: well within the time that a statement may take.
MOST_RECORDS = 2_000
MOST_ROWS = 200
# What there may be very much of: the rows of a run, the run, and what says how long one of them is.
RECORDS: tuple[tuple[Table, Table, Column[Any]], ...] = (
    (benchmark_records, benchmark_runs, benchmark_records.c.record),
    (tool_eval_results, tool_eval_runs, tool_eval_results.c.exchange),
)


@dataclass(frozen=True, slots=True)
class BusyUser:
    """Somebody, and how many benchmarks they have started."""

    id: str
    email: str
    benchmark_count: int


@dataclass(frozen=True, slots=True)
class RunningJob:
    """A job that runs, without what it was asked for."""

    id: str
    job_type: str
    user_email: str
    progress_pct: float
    progress_detail: str
    created_at: dt.datetime
    started_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that runs jobs."""

    id: str
    host: str
    pid: int
    started_at: dt.datetime


def benchmarks_of(connection: Connection, user_ids: Sequence[str]) -> Mapping[str, int]:
    """Return how many runs each of some users has, if any."""
    owner = benchmark_runs.c.user_id
    counted = select(owner, func.count().label("n")).where(owner.in_(user_ids)).group_by(owner)
    return {row.user_id: row.n for row in connection.execute(counted)}


def evals_of(connection: Connection, user_ids: Sequence[str]) -> Mapping[str, int]:
    """Return how many runs of suites each of some users has, if any."""
    owner = tool_eval_runs.c.user_id
    counted = select(owner, func.count().label("n")).where(owner.in_(user_ids)).group_by(owner)
    return {row.user_id: row.n for row in connection.execute(counted)}


def keys_of(connection: Connection, user_ids: Sequence[str]) -> Mapping[str, int]:
    """Return how many keys each of some users keeps, if any."""
    owner = provider_keys.c.user_id
    counted = select(owner, func.count().label("n")).where(owner.in_(user_ids)).group_by(owner)
    return {row.user_id: row.n for row in connection.execute(counted)}


def keys_by_provider(connection: Connection) -> Mapping[str, int]:
    """Return how many users keep a key for each provider, most first."""
    provider, count = provider_keys.c.provider_key, func.count().label("n")
    counted = select(provider, count).group_by(provider).order_by(count.desc(), provider).limit(MAX_PROVIDERS)
    return {row.provider_key: row.n for row in connection.execute(counted)}


def benchmarks_since(connection: Connection, since: dt.datetime) -> int:
    """Return how many runs were submitted since then."""
    return connection.execute(select(func.count()).where(benchmark_runs.c.created_at >= since)).scalar_one()


def busiest(connection: Connection, since: dt.datetime) -> Sequence[BusyUser]:
    """Return who has submitted most runs since then."""
    owner, count = benchmark_runs.c.user_id, func.count().label("count")
    counted = select(owner, count).where(benchmark_runs.c.created_at >= since).group_by(owner)
    most = counted.order_by(count.desc(), owner).limit(TOP).subquery()
    named = select(users.c.id, users.c.email, most.c.count).join(most, most.c.user_id == users.c.id)
    return [BusyUser(*row) for row in connection.execute(named.order_by(most.c.count.desc(), users.c.id))]


def users_count(connection: Connection) -> int:
    """Return how many accounts there are, guests of the demo included."""
    return connection.execute(select(func.count()).select_from(users)).scalar_one()


def runs_count(connection: Connection) -> int:
    """Return how many runs are kept, of benchmarks and of suites."""
    tables = (benchmark_runs, tool_eval_runs)
    return sum(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)


def running(connection: Connection) -> Sequence[RunningJob]:
    """Return what runs, in order."""
    told = (jobs.c.id, jobs.c.kind, users.c.email, jobs.c.progress_pct, jobs.c.progress_detail)
    chosen = select(*told, jobs.c.created_at, jobs.c.started_at).join(users, users.c.id == jobs.c.user_id)
    return [
        RunningJob(*row)
        for row in connection.execute(chosen.where(jobs.c.state == "running").order_by(jobs.c.seq))
    ]


def waiting_count(connection: Connection) -> int:
    """Return how many jobs wait."""
    return connection.execute(select(func.count()).where(jobs.c.state.in_(WAITING))).scalar_one()


def workers_of(connection: Connection, worker_ids: Collection[str]) -> Sequence[Worker]:
    """Return some workers, the oldest first."""
    told = select(workers.c.id, workers.c.host, workers.c.pid, workers.c.started_at)
    there = told.where(workers.c.id.in_(worker_ids)).order_by(workers.c.started_at, workers.c.id)
    return [Worker(*row) for row in connection.execute(there)]


def database_bytes(connection: Connection) -> int:
    """Return what the database takes on its disk, without what SQLite has not moved into its file yet."""
    if connection.dialect.name == "postgresql":
        return connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    pages = connection.execute(text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"))
    return pages.scalar_one()


def results_bytes(connection: Connection) -> int:
    """Return what results take: on PostgreSQL as it says, on SQLite estimated from the newest records."""
    if connection.dialect.name == "postgresql":
        tables = (benchmark_runs, benchmark_results, benchmark_records, tool_eval_runs, tool_eval_results)
        sizes = [func.pg_total_relation_size(cast(table.name, postgresql.REGCLASS)) for table in tables]
        return sum(connection.execute(select(*sizes)).one())
    return sum(_estimated(connection, records, text_of) for records, _, text_of in RECORDS)


def _estimated(connection: Connection, records: Table, text_of: Column[Any]) -> int:
    length = func.length(type_coerce(text_of, Text)).label("length")
    newest = select(length).order_by(records.c.run_id.desc()).limit(SAMPLE).subquery()
    mean = connection.execute(select(func.avg(newest.c.length))).scalar()
    count = connection.execute(select(func.count()).select_from(records)).scalar_one()
    return round((mean or 0) * count)


def delete_some(connection: Connection, user_id: str) -> bool:
    """Delete some of what there may be very much of somebody's. Returns whether there was any."""
    for records, runs, _ in RECORDS:
        key = tuple_(records.c.run_id, records.c.key)
        of_run = select(records.c.run_id, records.c.key).join(runs, runs.c.id == records.c.run_id)
        some = of_run.where(runs.c.user_id == user_id).limit(MOST_RECORDS)
        if connection.execute(delete(records).where(key.in_(some))).rowcount:
            return True
    for table in (benchmark_runs, tool_eval_runs, tool_suite_versions, tool_cases, tool_suites, jobs):
        mine = select(table.c.id).where(table.c.user_id == user_id).limit(MOST_ROWS)
        if connection.execute(delete(table).where(table.c.id.in_(mine))).rowcount:
            return True
    return False
