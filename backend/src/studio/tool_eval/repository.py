"""Reads and writes runs and their results. Whoever owns a run is part of every question."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, and_, delete, exists, func, insert, select, tuple_, type_coerce, update

from src.studio.tool_eval.tables import tool_eval_results, tool_eval_runs
from src.studio.tool_suites.tables import tool_suite_versions, tool_suites

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, RowMapping

    from src.studio.database.database import Database

Values = dict[str, Any]

runs, results = tool_eval_runs.c, tool_eval_results.c
NOT_LISTED = {"cases", "skipped", "adjustments", "settings", "summaries", "search_text"}
LISTED = [column for column in runs if column.name not in NOT_LISTED]
LONG = {"problems", "exchange"}
"""What a result has that lists of many do without."""
SHORT = [column for column in results if column.name not in LONG]
PAGE = 500
LARGEST_PAGE, READ_AHEAD = 4_000_000, 10
"""Characters of exchanges and problems after which a page ends, and rows that are read at once."""


def _is_owned(owner_id: str, run_id: str) -> ColumnElement[bool]:
    return and_(runs.id == run_id, runs.user_id == owner_id)


def _of(owner_id: str, run_id: str) -> ColumnElement[bool]:
    """Say that a result is of a run of one's own, without a join that would keep SQLite from its index."""
    mine = exists().where(_is_owned(owner_id, run_id))
    return and_(results.run_id == run_id, mine)


def add_run(connection: Connection, run: Values) -> None:
    """Keep a new run, `user_id` being its owner."""
    connection.execute(insert(tool_eval_runs).values(**run))


def own_run(connection: Connection, owner_id: str, run_id: str) -> RowMapping | None:
    """Return a run of one's own, whole."""
    return connection.execute(select(tool_eval_runs).where(_is_owned(owner_id, run_id))).mappings().first()


def change_run(connection: Connection, owner_id: str, run_id: str, values: Values) -> bool:
    """Change a run of one's own. Returns whether there is one."""
    changed = connection.execute(update(tool_eval_runs).where(_is_owned(owner_id, run_id)).values(**values))
    return changed.rowcount > 0


def count_runs(connection: Connection, owner_id: str, version_ids: Collection[str]) -> dict[str, int]:
    """Return how many runs of one's own each version of a suite has, if any."""
    chosen = runs.user_id == owner_id, runs.version_id.in_(version_ids)
    counted = select(runs.version_id, func.count().label("n")).where(*chosen).group_by(runs.version_id)
    return {row.version_id: row.n for row in connection.execute(counted)}


def version_there(connection: Connection, owner_id: str, suite_id: str) -> int | None:
    """Return the version that a suite of one's own has now, None where it is not there any more."""
    suite = tool_suites.c
    asked = select(suite.version).where(suite.id == suite_id, suite.user_id == owner_id)
    return connection.execute(asked).scalar()


def delete_some_results(connection: Connection, owner_id: str, run_id: str) -> bool:
    """Delete some results of a run of one's own. Returns whether there was any."""
    some = select(results.key).where(_of(owner_id, run_id)).limit(PAGE)
    chosen = and_(results.run_id == run_id, results.key.in_(some))
    return connection.execute(delete(tool_eval_results).where(chosen)).rowcount > 0


def delete_run(connection: Connection, owner_id: str, run: RowMapping) -> None:
    """Delete a run of one's own, and the version that it was on where nobody can come to it any more."""
    connection.execute(delete(tool_eval_runs).where(_is_owned(owner_id, run["id"])))
    versions = tool_suite_versions.c
    is_used = exists().where(runs.version_id == versions.id)
    has_suite = exists().where(tool_suites.c.id == versions.suite_id)
    mine = and_(versions.id == run["version_id"], versions.user_id == owner_id)
    connection.execute(delete(tool_suite_versions).where(mine, ~is_used, ~has_suite))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which runs a list has: with all of these words, of this suite, in this state, made before this id."""

    limit: int
    words: Sequence[str] = ()
    state: str | None = None
    suite_id: str | None = None
    before: str | None = None


def list_runs(
    connection: Connection, owner_id: str, wanted: Wanted, *, summaries: bool = False
) -> Sequence[RowMapping]:
    """Return runs of one's own, without what is long in them but `summaries`, if asked for, the newest first."""
    columns = [*LISTED, runs.summaries] if summaries else LISTED
    asked = select(*columns).where(runs.user_id == owner_id).order_by(runs.id.desc()).limit(wanted.limit)
    if wanted.state:
        asked = asked.where(runs.state == wanted.state)
    if wanted.suite_id:
        asked = asked.where(runs.suite_id == wanted.suite_id)
    if wanted.before:
        asked = asked.where(runs.id < wanted.before)
    for word in wanted.words:
        asked = asked.where(runs.search_text.contains(word, autoescape=True))
    return connection.execute(asked).mappings().all()


def recent_summaries(connection: Connection, owner_id: str, limit: int) -> list[list[Values]]:
    """Return what the newest runs of one's own came to, by target, the newest first."""
    asked = select(runs.summaries).where(runs.user_id == owner_id, runs.summaries.is_not(None))
    return [row.summaries for row in connection.execute(asked.order_by(runs.id.desc()).limit(limit))]


def unsettled_runs(connection: Connection) -> Sequence[tuple[str, str]]:
    """Return owner and id of each run that has ended with results and was not summed up, whoever's it is."""
    has_results = exists().where(results.run_id == runs.id)
    asked = select(runs.user_id, runs.id).where(runs.state != "running", runs.summaries.is_(None), has_results)
    return [(row.user_id, row.id) for row in connection.execute(asked)]


@dataclass(slots=True)
class Recorded:
    """What there is of a run: which results need not be asked for again, and what came of those that count."""

    keys: frozenset[str] = frozenset()
    done: int = 0
    statuses: Counter[str] = field(default_factory=Counter)

    def count(self, rows: Sequence[Values]) -> None:
        """Add new results."""
        self.done += len(rows)
        self.statuses.update(row["status"] for row in rows if not row["disputed"])

    @property
    def counts(self) -> Values:
        """The columns of the run that say so."""
        told = {"passed": "pass", "failed": "fail", "unscored": "unscored"}
        return {"results_done": self.done} | {name: self.statuses[status] for name, status in told.items()}


def recorded(connection: Connection, owner_id: str, run_id: str) -> Recorded:
    """Return what there is of a run."""
    asked = select(results.target, results.case_index, results.repeat, results.status, results.disputed)
    rows = connection.execute(asked.where(_of(owner_id, run_id))).all()
    found = Recorded(frozenset(f"{row.target}-{row.case_index}-{row.repeat}" for row in rows))
    found.count([{"status": row.status, "disputed": row.disputed} for row in rows])
    return found


def keep_results(database: Database, connection: Connection, rows: Sequence[Values]) -> None:
    """Keep results; one of the same run and key takes the place of an earlier one."""
    added = database.insert(tool_eval_results)
    keys = ("run_id", "key")
    changed = {column.name: added.excluded[column.name] for column in results if column.name not in keys}
    connection.execute(added.on_conflict_do_update(index_elements=keys, set_=changed), list(rows))


def cells(connection: Connection, owner_id: str, run_id: str) -> Sequence[tuple[Any, ...]]:
    """Return `target`, `case_index`, `repeat`, `status` and `reason` of all results, in this order."""
    asked = select(results.target, results.case_index, results.repeat, results.status, results.reason)
    asked = asked.where(_of(owner_id, run_id)).order_by(results.target, results.case_index, results.repeat)
    return [tuple(row) for row in connection.execute(asked)]


def short_results(connection: Connection, owner_id: str, run_id: str) -> Iterator[RowMapping]:
    """Yield all results of a run without problems and exchanges, by target, case and repeat."""
    asked = select(*SHORT).where(_of(owner_id, run_id))
    asked = asked.order_by(results.target, results.case_index, results.repeat)
    yield from connection.execution_options(yield_per=PAGE).execute(asked).mappings()


@dataclass(frozen=True, slots=True)
class Stretch:
    """So many results after a place, which is target, case and repeat; with exchanges where `raw`."""

    limit: int = PAGE
    after: tuple[int, int, int] = (-1, -1, -1)
    raw: bool = True


def results_page(connection: Connection, owner_id: str, run_id: str, wanted: Stretch) -> Sequence[RowMapping]:
    """Return results of a run by target, case and repeat: less than are wanted where these are long, but one."""
    place = (results.target, results.case_index, results.repeat)
    columns = [column for column in results if wanted.raw or column.name != "exchange"]
    length = sum(func.length(column) for column in columns if column.name in LONG)
    asked = select(*columns, type_coerce(length, Integer).label("length"))
    asked = asked.where(_of(owner_id, run_id), tuple_(*place) > tuple_(*wanted.after))
    asked = asked.order_by(*place).limit(wanted.limit)
    page, left = [], LARGEST_PAGE
    with connection.execution_options(yield_per=READ_AHEAD).execute(asked) as found:
        for row in found.mappings():
            page.append(row)
            left -= row["length"]
            if left <= 0:
                break
    return page


def result(connection: Connection, owner_id: str, run_id: str, key: str) -> RowMapping | None:
    """Return one result, whole."""
    asked = select(tool_eval_results).where(_of(owner_id, run_id), results.key == key)
    return connection.execute(asked).mappings().first()


def unscored_by_error(connection: Connection, owner_id: str, run_id: str) -> Sequence[RowMapping]:
    """Return, for each target, why results are unscored: the sentence, how often, and the key of one of them."""
    asked = (
        select(results.target, results.error, func.count().label("count"), func.min(results.key).label("key"))
        .where(_of(owner_id, run_id), results.status == "unscored")
        .group_by(results.target, results.error)
        .order_by(results.target, func.count().desc())
        .limit(100)
    )
    return connection.execute(asked).mappings().all()
