"""Reads and writes suites, cases and versions. Their owner is part of every question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, delete, func, insert, or_, select, update

from src.studio.tool_suites.tables import tool_cases, tool_suite_versions, tool_suites

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Connection, RowMapping

    from src.studio.database.database import Database

Values = dict[str, Any]

suites, cases, versions = tool_suites.c, tool_cases.c, tool_suite_versions.c
PAGE = 500
LISTED = [column for column in suites if column.name not in {"tools", "search_text"}]
TOLD = [column for column in cases if column.name != "search_text"]
VERSIONS = [column for column in versions if column.name != "content"]
# Its version is a run's already: what stands here is that, unchanged.
IS_FROZEN = (
    select(versions.id)
    .where(versions.suite_id == suites.id, versions.version == suites.version)
    .correlate(tool_suites)
    .exists()
)


def _is_owned(owner_id: str, suite_id: str) -> ColumnElement[bool]:
    return and_(suites.id == suite_id, suites.user_id == owner_id)


def _is_in(owner_id: str, suite_id: str) -> ColumnElement[bool]:
    return and_(cases.suite_id == suite_id, cases.user_id == owner_id)


def add_suite(connection: Connection, values: Values) -> None:
    """Keep a new suite, `user_id` being its owner."""
    connection.execute(insert(tool_suites).values(**values))


def count_suites(connection: Connection, owner_id: str) -> int:
    """Return how many suites somebody has."""
    return connection.execute(select(func.count()).where(suites.user_id == owner_id)).scalar_one()


def find_suite(connection: Connection, owner_id: str, suite_id: str) -> RowMapping | None:
    """Return a suite of one's own with its tools; `is_frozen` tells whether its version is a run's."""
    asked = select(tool_suites, IS_FROZEN.label("is_frozen")).where(_is_owned(owner_id, suite_id))
    return connection.execute(asked).mappings().first()


def hold_suite(database: Database, connection: Connection, owner_id: str, suite_id: str) -> RowMapping | None:
    """Return a suite of one's own that nobody else changes before the transaction ends."""
    if database.is_postgres:
        held = select(suites.id).where(_is_owned(owner_id, suite_id)).with_for_update()
        connection.execute(held)
    return find_suite(connection, owner_id, suite_id)


def hold_suite_at_once(
    database: Database, connection: Connection, owner_id: str, suite_id: str
) -> tuple[RowMapping | None, bool]:
    """Return a suite as `hold_suite` does, and whether it is held, which it is not while somebody changes it."""
    is_held = True
    if database.is_postgres:
        free = select(suites.id).where(_is_owned(owner_id, suite_id)).with_for_update(skip_locked=True)
        is_held = connection.execute(free).first() is not None
    return find_suite(connection, owner_id, suite_id), is_held


def page_of_suites(
    connection: Connection, owner_id: str, words: Sequence[str], limit: int, before: str | None
) -> Sequence[RowMapping]:
    """Return suites of one's own without their tools, in whose text all words are, the newest first."""
    asked = select(*LISTED, IS_FROZEN.label("is_frozen")).where(suites.user_id == owner_id)
    asked = asked if before is None else asked.where(suites.id < before)
    for word in words:
        asked = asked.where(suites.search_text.contains(word, autoescape=True))
    return connection.execute(asked.order_by(suites.id.desc()).limit(limit)).mappings().all()


def change_suite(connection: Connection, owner_id: str, suite_id: str, values: Values) -> None:
    """Write something of a suite anew."""
    connection.execute(update(tool_suites).where(_is_owned(owner_id, suite_id)).values(**values))


def note_change(connection: Connection, owner_id: str, suite_id: str, now: dt.datetime) -> None:
    """Count a suite's cases, and let its version be the next one where the present one is a run's."""
    count = select(func.count()).select_from(tool_cases).where(cases.suite_id == suite_id).scalar_subquery()
    version = case((IS_FROZEN, suites.version + 1), else_=suites.version)
    change_suite(connection, owner_id, suite_id, {"case_count": count, "version": version, "updated_at": now})


def remove_suite(connection: Connection, owner_id: str, suite_id: str) -> None:
    """Delete a suite with its cases. Its versions stay."""
    connection.execute(delete(tool_suites).where(_is_owned(owner_id, suite_id)))


def add_cases(connection: Connection, rows: Sequence[Values]) -> None:
    """Keep new cases, `user_id` being the owner of their suite."""
    if rows:
        connection.execute(insert(tool_cases), list(rows))


def last_position(connection: Connection, owner_id: str, suite_id: str) -> int:
    """Return the position of a suite's last case, 0 where it has none."""
    return connection.execute(select(func.max(cases.position)).where(_is_in(owner_id, suite_id))).scalar() or 0


def size_of_cases(connection: Connection, owner_id: str, suite_id: str) -> tuple[int, int]:
    """Return how many cases a suite has, and how many characters these have as JSON."""
    length = func.length(cases.content)
    asked = select(func.count(), func.coalesce(func.sum(length), 0)).where(_is_in(owner_id, suite_id))
    count, size = connection.execute(asked).one()
    return count, int(size)


def find_case(connection: Connection, owner_id: str, suite_id: str, case_id: str) -> RowMapping | None:
    """Return a case of a suite of one's own."""
    asked = select(*TOLD).where(_is_in(owner_id, suite_id), cases.id == case_id)
    return connection.execute(asked).mappings().first()


def all_cases(connection: Connection, owner_id: str, suite_id: str) -> Sequence[RowMapping]:
    """Return all cases of a suite in their order."""
    asked = select(*TOLD).where(_is_in(owner_id, suite_id)).order_by(cases.position, cases.id)
    return connection.execute(asked).mappings().all()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases: so many `after` a position and an id, with all `words`, of one category where it is given."""

    limit: int
    words: Sequence[str] = ()
    category: str | None = None
    after: tuple[int, str] | None = None


def _chosen(owner_id: str, suite_id: str, wanted: Wanted) -> list[ColumnElement[bool]]:
    chosen = [_is_in(owner_id, suite_id)]
    chosen += [cases.search_text.contains(word, autoescape=True) for word in wanted.words]
    return chosen if wanted.category is None else [*chosen, cases.category == wanted.category]


def page_of_cases(
    connection: Connection, owner_id: str, suite_id: str, wanted: Wanted
) -> tuple[int, Sequence[RowMapping]]:
    """Return how many cases there are that are wanted, and those after `after`, in their order."""
    chosen = _chosen(owner_id, suite_id, wanted)
    total = connection.execute(select(func.count()).select_from(tool_cases).where(*chosen)).scalar_one()
    asked = select(*TOLD).where(*chosen)
    if wanted.after is not None:
        position, case_id = wanted.after
        later = or_(cases.position > position, and_(cases.position == position, cases.id > case_id))
        asked = asked.where(later)
    found = connection.execute(asked.order_by(cases.position, cases.id).limit(wanted.limit))
    return total, found.mappings().all()


def categories(connection: Connection, owner_id: str, suite_id: str) -> list[str]:
    """Return the categories of a suite's cases."""
    asked = select(cases.category).where(_is_in(owner_id, suite_id), cases.category.is_not(None)).distinct()
    return sorted(connection.execute(asked).scalars())


def change_case(connection: Connection, owner_id: str, suite_id: str, case_id: str, values: Values) -> None:
    """Write a case anew."""
    chosen = (_is_in(owner_id, suite_id), cases.id == case_id)
    connection.execute(update(tool_cases).where(*chosen).values(**values))


def remove_case(connection: Connection, owner_id: str, suite_id: str, case_id: str) -> bool:
    """Delete a case. Returns whether there was one."""
    chosen = (_is_in(owner_id, suite_id), cases.id == case_id)
    return connection.execute(delete(tool_cases).where(*chosen)).rowcount > 0


def remove_cases(connection: Connection, owner_id: str, suite_id: str) -> None:
    """Delete all cases of a suite."""
    connection.execute(delete(tool_cases).where(_is_in(owner_id, suite_id)))


def case_ids(connection: Connection, owner_id: str, suite_id: str) -> list[str]:
    """Return the ids of a suite's cases in their order."""
    asked = select(cases.id).where(_is_in(owner_id, suite_id)).order_by(cases.position, cases.id)
    return list(connection.execute(asked).scalars())


def place_cases(connection: Connection, owner_id: str, suite_id: str, ids: Sequence[str]) -> None:
    """Put a suite's cases into this order."""
    moved = update(tool_cases).where(_is_in(owner_id, suite_id), cases.id == bindparam("moved"))
    rows = [{"moved": case_id, "at": at} for at, case_id in enumerate(ids, 1)]
    connection.execute(moved.values(position=bindparam("at")), rows)


def add_version(connection: Connection, values: Values) -> None:
    """Keep a version, `user_id` being the owner of its suite."""
    connection.execute(insert(tool_suite_versions).values(**values))


def newest_version(connection: Connection, owner_id: str, suite_id: str) -> RowMapping | None:
    """Return the version of a suite that was frozen last, without its content."""
    asked = select(*VERSIONS).where(versions.user_id == owner_id, versions.suite_id == suite_id)
    return connection.execute(asked.order_by(versions.version.desc()).limit(1)).mappings().first()


def has_version(connection: Connection, owner_id: str, version_id: str) -> bool:
    """Tell whether there is a version of one's own."""
    asked = select(versions.id).where(versions.user_id == owner_id, versions.id == version_id)
    return connection.execute(asked).first() is not None


def find_version(connection: Connection, owner_id: str, version_id: str) -> RowMapping | None:
    """Return a version with its content."""
    chosen = (versions.user_id == owner_id, versions.id == version_id)
    return connection.execute(select(tool_suite_versions).where(*chosen)).mappings().first()


def page_of_versions(
    connection: Connection, owner_id: str, suite_id: str, limit: int, before: int | None
) -> Sequence[RowMapping]:
    """Return versions of a suite without their contents, the newest first."""
    asked = select(*VERSIONS).where(versions.user_id == owner_id, versions.suite_id == suite_id)
    asked = asked if before is None else asked.where(versions.version < before)
    return connection.execute(asked.order_by(versions.version.desc()).limit(limit)).mappings().all()


def version_ids(connection: Connection, owner_id: str, suite_id: str) -> list[str]:
    """Return the ids of all versions of a suite."""
    asked = select(versions.id).where(versions.user_id == owner_id, versions.suite_id == suite_id)
    return list(connection.execute(asked).scalars())


def remove_versions(connection: Connection, owner_id: str, version_ids: Collection[str]) -> None:
    """Delete versions."""
    chosen = (versions.user_id == owner_id, versions.id.in_(version_ids))
    connection.execute(delete(tool_suite_versions).where(*chosen))
