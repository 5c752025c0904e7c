"""Reads and writes runs, results and records. Whoever owns a run, or reads it, is part of every question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Text, and_, case, delete, exists, func, insert, or_, select, tuple_, type_coerce, update

from src.studio.benchmarks.tables import benchmark_records, benchmark_results, benchmark_runs

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, RowMapping

    from src.studio.benchmarks.results import Result
    from src.studio.database.database import Database

Values = dict[str, Any]

PAGE, MOST_DELETED = 500, 2_000
"""Records that are read, and that are deleted, at once."""
# What lists do without
LONG = {"prompt", "dataset", "skipped", "adjustments", "search_text"}
WHOLE = [
    *(column for column in benchmark_runs.c if column.name != "dataset"),  # which may have megabytes
    benchmark_runs.c.dataset.is_not(None).label("has_dataset"),
]
LISTED = [column for column in benchmark_runs.c if column.name not in LONG]
FIGURES = [column for column in benchmark_results.c if column.name != "statistics"]
runs, results, records = benchmark_runs.c, benchmark_results.c, benchmark_records.c
START: tuple[int, str] = (-(2**63), "")
"""Before the first record."""


def _is_owned(owner_id: str, run_id: str) -> ColumnElement[bool]:
    return and_(runs.id == run_id, runs.user_id == owner_id)


def _is_readable(reader_id: str, run_id: str) -> ColumnElement[bool]:
    return and_(runs.id == run_id, or_(runs.user_id == reader_id, runs.shared))


def add_run(connection: Connection, run: Values) -> None:
    """Keep a new run, `user_id` being its owner."""
    connection.execute(insert(benchmark_runs).values(**run))


def own_run(connection: Connection, owner_id: str, run_id: str) -> RowMapping | None:
    """Return a run of one's own, whole but for its dataset: see `has_dataset`."""
    return connection.execute(select(*WHOLE).where(_is_owned(owner_id, run_id))).mappings().first()


def readable_run(connection: Connection, reader_id: str, run_id: str) -> RowMapping | None:
    """Return a run of one's own, or one that is shared, whole but for its dataset: see `has_dataset`."""
    return connection.execute(select(*WHOLE).where(_is_readable(reader_id, run_id))).mappings().first()


def dataset_of(connection: Connection, reader_id: str, run_id: str) -> str | None:
    """Return the dataset of a run that may be read, None where it has none."""
    return connection.execute(select(runs.dataset).where(_is_readable(reader_id, run_id))).scalar()


def change_run(connection: Connection, owner_id: str, run_id: str, values: Values) -> bool:
    """Change a run of one's own. Returns whether there is one."""
    changed = connection.execute(update(benchmark_runs).where(_is_owned(owner_id, run_id)).values(**values))
    return changed.rowcount > 0


def delete_some_records(connection: Connection, owner_id: str, run_id: str) -> bool:
    """Delete some records of a run of one's own. Returns whether there was any."""
    mine = exists().where(_is_owned(owner_id, run_id))
    some = select(records.key).where(records.run_id == run_id, mine).limit(MOST_DELETED)
    chosen = and_(records.run_id == run_id, records.key.in_(some))
    return connection.execute(delete(benchmark_records).where(chosen)).rowcount > 0


def delete_run(connection: Connection, owner_id: str, run_id: str) -> None:
    """Delete a run of one's own, with its results and records."""
    connection.execute(delete(benchmark_runs).where(_is_owned(owner_id, run_id)))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which runs a list has: with all of these words, in this state, made before this id; all where not said."""

    limit: int
    words: Sequence[str] = ()
    state: str | None = None
    before: str | None = None
    source: str | None = None
    person: Literal["own", "shared", "all"] = "own"
    since: dt.datetime | None = None
    model_id: str | None = None
    provider_key: str | None = None


def list_runs(connection: Connection, reader_id: str, wanted: Wanted) -> Sequence[RowMapping]:
    """Return runs of one's own, or that others have shared, without what is long in them, the newest first."""
    asked = (
        select(*LISTED).where(_of_person(reader_id, wanted.person)).order_by(runs.id.desc()).limit(wanted.limit)
    )
    if wanted.state:
        asked = asked.where(runs.state == wanted.state)
    if wanted.source:
        asked = asked.where(runs.source == wanted.source)
    if wanted.since:
        asked = asked.where(runs.created_at >= wanted.since)
    if wanted.before:
        asked = asked.where(runs.id < wanted.before)
    if wanted.model_id is not None:
        asked = asked.where(_has_measured(wanted.provider_key, wanted.model_id))
    for word in wanted.words:
        asked = asked.where(runs.search_text.contains(word, autoescape=True))
    return connection.execute(asked).mappings().all()


def _of_person(reader_id: str, person: str) -> ColumnElement[bool]:
    own = runs.user_id == reader_id
    others = and_(runs.shared, runs.user_id != reader_id)
    return {"own": own, "shared": others}.get(person, or_(own, others))


def _has_measured(provider_key: str | None, model_id: str) -> ColumnElement[bool]:
    found = select(results.run_id).where(results.run_id == runs.id, results.model_id == model_id)
    return (found if provider_key is None else found.where(results.provider_key == provider_key)).exists()


def figures_of(connection: Connection, reader_id: str, run_ids: Sequence[str]) -> dict[str, list[Values]]:
    """Return the results of runs that may be read by run, in their order, without distributions."""
    asked = (
        select(results.run_id, results.figures)
        .join(benchmark_runs)
        .where(or_(runs.user_id == reader_id, runs.shared), results.run_id.in_(run_ids))
        .order_by(results.run_id, results.position)
    )
    found: dict[str, list[Values]] = {}
    for row in connection.execute(asked):
        found.setdefault(row.run_id, []).append(row.figures)
    return found


def results_of_run(connection: Connection, reader_id: str, run_id: str) -> list[Values]:
    """Return the results of a run that may be read, with distributions."""
    asked = (
        select(results.figures, results.statistics)
        .join(benchmark_runs)
        .where(_is_readable(reader_id, run_id))
        .order_by(results.position)
    )
    return [{**row.figures, "statistics": row.statistics} for row in connection.execute(asked)]


def is_settled(connection: Connection, reader_id: str, run_id: str) -> bool:
    """Tell whether the results of a run that may be read were written, or there is nothing to write any of."""
    asked = select(results.run_id).join(benchmark_runs).where(_is_readable(reader_id, run_id)).limit(1)
    recorded = select(records.run_id).join(benchmark_runs).where(_is_readable(reader_id, run_id)).limit(1)
    return connection.execute(asked).first() is not None or connection.execute(recorded).first() is None


def unsettled_runs(connection: Connection) -> Sequence[tuple[str, str]]:
    """Return owner and id of each run that has ended with records and without results, whoever's it is."""
    has_results = select(results.run_id).where(results.run_id == runs.id).exists()
    has_records = select(records.run_id).where(records.run_id == runs.id).exists()
    asked = select(runs.user_id, runs.id).where(runs.state != "running", ~has_results, has_records)
    return [(row.user_id, row.id) for row in connection.execute(asked)]


def replace_results(connection: Connection, run: Mapping[str, Any], found: Sequence[Result]) -> None:
    """Write the results of a run, whose row its owner was given, in the place of those that it had."""
    mine = select(runs.id).where(_is_owned(run["user_id"], run["id"]))
    connection.execute(delete(benchmark_results).where(results.run_id.in_(mine)))
    if found:
        rows = [_result_row(run, position, result) for position, result in enumerate(found)]
        connection.execute(insert(benchmark_results), rows)


def add_results(connection: Connection, rows: Sequence[Values]) -> None:
    """Keep results of a new run, `user_id` being its owner, that were summed up elsewhere."""
    connection.execute(insert(benchmark_results), list(rows))


def _result_row(run: Mapping[str, Any], position: int, result: Result) -> Values:
    summary, target = result.summary, result.target
    return {
        "run_id": run["id"],
        "user_id": run["user_id"],
        "created_at": run["created_at"],
        "position": position,
        "target": _names_of(run["targets"]).index((target.provider_key, target.model_id)),
        "provider_key": target.provider_key,
        "provider": target.provider,
        "model_id": target.model_id,
        "display_name": target.display_name,
        "context_tokens": result.context_tokens,
        "success_count": result.success_count,
        "error_count": result.error_count,
        **result.measures(),
        "tokens_per_second": result.end_to_end and result.end_to_end.mean,
        "output_tokens": summary.output_tokens,
        "output_tps_p50": summary.output_tps_user and summary.output_tps_user.p50,
        "cost": result.cost,
        "figures": result.figures(),
        "statistics": summary.to_dict(),
    }


def _names_of(targets: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return which models a run measures, in its order."""
    return [(target["provider_key"], target["model_id"]) for target in targets]


def last_measured(connection: Connection, owner_id: str) -> Sequence[RowMapping]:
    """Return, for each model, what it came to in the newest run of one's own in which it answered."""
    answered = (runs.user_id == owner_id, runs.source == "server", results.ttft_ms_p50.is_not(None))
    by_model = (
        select(
            results.provider_key,
            results.model_id,
            results.ttft_ms_p50,
            results.request_latency_ms_p50,
            results.output_tps_p50,
            results.run_id,
            runs.created_at,
            func.row_number()
            .over(
                partition_by=(results.provider_key, results.model_id),
                order_by=(results.run_id.desc(), results.position),
            )
            .label("place"),
        )
        .join(benchmark_runs)
        .where(*answered)
        .subquery()
    )
    return connection.execute(select(by_model).where(by_model.c.place == 1)).mappings().all()


@dataclass(frozen=True, slots=True)
class Recorded:
    """What earlier attempts have of a run: requests that ended by themselves, and when the last one was sent.

    `done` of those count, and `errors` of these failed.
    """

    keys: frozenset[str]
    latest_ns: int  # since the run's start
    done: int = 0
    errors: int = 0


def recorded(connection: Connection, owner_id: str, run_id: str) -> Recorded:
    """Return which requests of a run need not be sent again, and from when on its times go on."""
    asked = select(records.key, records.sent_ns, records.status, records.phase).join(benchmark_runs)
    rows = connection.execute(asked.where(_is_owned(owner_id, run_id))).all()
    ended = [row for row in rows if row.status != "cancelled"]
    measured = [row.status for row in ended if row.phase == "measure"]
    failed = sum(status != "success" for status in measured)
    latest_ns = max((row.sent_ns or 0 for row in rows), default=0)
    return Recorded(frozenset(row.key for row in ended), latest_ns, len(measured), failed)


def forget_records(connection: Connection, owner_id: str, run_id: str, but: Collection[tuple[int, str]]) -> None:
    """Delete what was measured of a run but for some points, each by its target's position and its name."""
    mine = select(runs.id).where(_is_owned(owner_id, run_id))
    others = tuple_(records.target, records.point).not_in(list(but))
    chosen = and_(records.run_id.in_(mine), records.phase == "measure", others)
    connection.execute(delete(benchmark_records).where(chosen))


def keep_records(database: Database, connection: Connection, rows: Sequence[Values]) -> None:
    """Keep records; one of the same run and key takes the place of an earlier one."""
    added = database.insert(benchmark_records)
    keys = ("run_id", "key")
    changed = {column.name: added.excluded[column.name] for column in records if column.name not in keys}
    connection.execute(added.on_conflict_do_update(index_elements=keys, set_=changed), list(rows))


def count_records(connection: Connection, owner_id: str, run_id: str) -> None:
    """Write into a run how many of its requests have ended, how many of these failed, and what they cost."""
    measured = and_(records.run_id == run_id, records.phase == "measure")
    failed = case((records.status.not_in(("success", "cancelled")), 1), else_=0)
    ended = case((records.status != "cancelled", 1), else_=0)
    asked = select(func.sum(ended), func.sum(failed)).where(measured)
    done, errors = connection.execute(asked).one()
    change_run(connection, owner_id, run_id, {"requests_done": done or 0, "error_count": errors or 0})


def note_counts(connection: Connection, owner_id: str, run_id: str, done: int, errors: int) -> None:
    """Write into a run how many of its requests have ended, and how many of these failed.

    Where it was not known how many there would be, there are so many so far.
    """
    total = case((runs.requests_total < done, done), else_=runs.requests_total)
    counts = {"requests_done": done, "error_count": errors, "requests_total": total}
    change_run(connection, owner_id, run_id, counts)


def attempts_of(connection: Connection, reader_id: str, run_id: str, since_ns: int = START[0]) -> dict[str, int]:
    """Return the keys of records of a run that may be read, each with the attempt that wrote it.

    Only those are looked at that were sent from `since_ns` on.
    """
    asked = select(records.key, records.attempt).join(benchmark_runs)
    asked = asked.where(_is_readable(reader_id, run_id), records.sent_ns >= since_ns)
    return {row.key: row.attempt for row in connection.execute(asked)}


def records_of(connection: Connection, reader_id: str, run_id: str, keys: Sequence[str]) -> Sequence[str]:
    """Return records of a run that may be read by their keys, as text, JSON."""
    asked = select(type_coerce(records.record, Text).label("record")).join(benchmark_runs)
    chosen = asked.where(_is_readable(reader_id, run_id), records.key.in_(keys))
    return [row.record for row in connection.execute(chosen)]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which measured requests of a run are wanted: so many after `offset`, of one point if it is named."""

    limit: int
    offset: int = 0
    point: str | None = None


def timeline(connection: Connection, reader_id: str, run_id: str, wanted: Stretch) -> tuple[int, Sequence[str]]:
    """Return how many there are in a run that may be read, and those wanted: text, JSON, in order of sending."""
    chosen = [_is_readable(reader_id, run_id), records.phase == "measure"]
    chosen += [] if wanted.point is None else [records.point == wanted.point]
    total = connection.execute(
        select(func.count()).select_from(benchmark_records).join(benchmark_runs).where(*chosen)
    ).scalar_one()
    asked = select(type_coerce(records.record, Text).label("record")).join(benchmark_runs).where(*chosen)
    page = asked.order_by(records.sent_ns, records.key).limit(wanted.limit).offset(wanted.offset)
    return total, [row.record for row in connection.execute(page)]


def records_page(
    connection: Connection, reader_id: str, run_id: str, after: tuple[int, str] = START, limit: int = PAGE
) -> Sequence[RowMapping]:
    """Return records of a run that may be read, in the order of sending; `record` is text, JSON."""
    asked = (
        select(
            records.key,
            records.sent_ns,
            records.context_tokens,
            records.phase,
            type_coerce(records.record, Text).label("record"),
        )
        .join(benchmark_runs)
        .where(_is_readable(reader_id, run_id), tuple_(records.sent_ns, records.key) > tuple_(*after))
        .order_by(records.sent_ns, records.key)
        .limit(limit)
    )
    return connection.execute(asked).mappings().all()


def record_pages(
    read: Callable[[tuple[int, str]], Sequence[RowMapping]], after: tuple[int, str] = START
) -> Iterator[Sequence[RowMapping]]:
    """Yield page after page of records; `read` returns the one that comes after a record, as `records_page`."""
    while page := read(after):
        yield page
        after = page[-1]["sent_ns"], page[-1]["key"]


def all_records(
    connection: Connection, reader_id: str, run_id: str, since_ns: int | None = None, until_ns: int | None = None
) -> Iterator[Mapping[str, Any]]:
    """Yield all records of a run that may be read, as `records_page` has them, in pages of one transaction.

    Only those that were sent from `since_ns` on, and before `until_ns`, where these are given.
    """
    after = START if since_ns is None else (since_ns, "")
    for page in record_pages(lambda last: records_page(connection, reader_id, run_id, last), after):
        for row in page:
            if until_ns is not None and row["sent_ns"] >= until_ns:
                return
            yield row
