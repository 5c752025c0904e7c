"""`CaseService`: the cases of suites, one by one and thousands at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson

from src.studio.database.metadata import new_id
from src.studio.errors import InvalidFieldError, InvalidRequestError, NotFoundError
from src.studio.scoring.fields import is_same
from src.studio.suites.own import MOST_CASES
from src.studio.tool_suites import repository
from src.studio.tool_suites.content import case_of, case_row, changed_case, check_sendable, told_case
from src.studio.tool_suites.versions import NO_SUITE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection, RowMapping

    from src.studio.accounts.user import User
    from src.studio.database.database import Database
    from src.studio.scoring.case import Case
    from src.studio.tool_suites.repository import Wanted

NO_CASE = "There is no such case."
MOST_CHARACTERS = 20_000_000
"""Of all cases of a suite as JSON: what is exported can be imported again."""
LONGEST_CASE = 1_000_000

Values = dict[str, Any]


class CaseService:
    """Cases, each of a suite of one's own. What changes any of them changes the suite."""

    def __init__(self, database: Database, clock: Callable[[], dt.datetime]) -> None:
        self._database, self._clock = database, clock

    def page(self, owner: User, suite_id: str, wanted: Wanted) -> Values:
        """Return the cases that are wanted, how many there are in all, and all categories of the suite.

        Raises `NotFoundError`.
        """
        one_more = replace(wanted, limit=wanted.limit + 1)
        with self._database.reading() as connection:
            _found(repository.find_suite(connection, owner.id, suite_id))
            total, rows = repository.page_of_cases(connection, owner.id, suite_id, one_more)
            categories = repository.categories(connection, owner.id, suite_id)
        told = [told_case(row) for row in rows[: wanted.limit]]
        is_more = len(rows) > wanted.limit
        following = f"{told[-1]['position']}-{told[-1]['id']}" if is_more else None
        return {"cases": told, "total": total, "categories": categories, "next_cursor": following}

    def detail(self, owner: User, suite_id: str, case_id: str) -> Values:
        """Return a case. Raises `NotFoundError`."""
        with self._database.reading() as connection:
            return told_case(_case(repository.find_case(connection, owner.id, suite_id, case_id)))

    def add(self, owner: User, suite_id: str, documents: Sequence[Mapping[str, Any]], path: str) -> list[str]:
        """Keep cases after those that are there, all or none of them, and return their ids.

        Raises `NotFoundError`, and `InvalidFieldError` for what is no case, or too many. `path` names where they
        stand in what was sent.
        """
        read = [case_of(document, path.format(at)) for at, document in enumerate(documents)]
        with self._database.writing() as connection:
            self._hold(connection, owner, suite_id)
            last = repository.last_position(connection, owner.id, suite_id)
            rows = rows_of(read, suite_id, owner.id, self._clock(), after=last)
            repository.add_cases(connection, rows)
            self._changed(connection, owner, suite_id)
        return [row["id"] for row in rows]

    def change(self, owner: User, suite_id: str, case_id: str, change: Mapping[str, Any]) -> None:
        """Write some fields of a case anew; null takes a field away.

        Raises `NotFoundError`, and `InvalidFieldError` for what is no case then.
        """
        with self._database.writing() as connection:
            self._hold(connection, owner, suite_id, NO_CASE)
            row = _case(repository.find_case(connection, owner.id, suite_id, case_id))
            values = _kept(case_of(changed_case(row["content"], change)))
            if is_same(values["content"], row["content"]):
                return
            values["updated_at"] = self._clock()
            repository.change_case(connection, owner.id, suite_id, case_id, values)
            self._changed(connection, owner, suite_id)

    def delete(self, owner: User, suite_id: str, case_id: str) -> None:
        """Delete a case. Raises `NotFoundError`."""
        with self._database.writing() as connection:
            self._hold(connection, owner, suite_id, NO_CASE)
            if not repository.remove_case(connection, owner.id, suite_id, case_id):
                raise NotFoundError(NO_CASE)
            self._changed(connection, owner, suite_id)

    def order(self, owner: User, suite_id: str, ids: Sequence[str]) -> None:
        """Put a suite's cases into this order. Raises `NotFoundError`, `InvalidRequestError` for other cases."""
        with self._database.writing() as connection:
            self._hold(connection, owner, suite_id)
            there = repository.case_ids(connection, owner.id, suite_id)
            if sorted(there) != sorted(ids):
                raise InvalidRequestError("ids: these must be the ids of all cases of the suite, each once.")
            if there != list(ids):
                repository.place_cases(connection, owner.id, suite_id, ids)
                self._changed(connection, owner, suite_id)

    def _hold(self, connection: Connection, owner: User, suite_id: str, sentence: str = NO_SUITE) -> None:
        if repository.hold_suite(self._database, connection, owner.id, suite_id) is None:
            raise NotFoundError(sentence)

    def _changed(self, connection: Connection, owner: User, suite_id: str) -> None:
        """Look whether it is too much now, which is known best when it is there, and count it."""
        count, size = repository.size_of_cases(connection, owner.id, suite_id)
        check_size(count, size)
        repository.note_change(connection, owner.id, suite_id, self._clock())


def check_size(count: int, size: int) -> None:
    """Raise `InvalidFieldError` where a suite cannot have so many cases of so many characters."""
    if count > MOST_CASES:
        raise InvalidFieldError(f"cases: a suite can have {MOST_CASES:,} cases; these would be {count:,}.")
    if size > MOST_CHARACTERS:
        raise InvalidFieldError(
            f"cases: all cases of a suite can have {MOST_CHARACTERS // 1_000_000} MB together; these would have "
            f"{size / 1_000_000:.1f} MB."
        )


def rows_of(read: Sequence[Case], suite_id: str, owner_id: str, now: dt.datetime, *, after: int) -> list[Values]:
    """Return cases as they are kept, in their order, from the position after `after` on."""
    return [
        {
            **_kept(case),
            "id": new_id(),
            "suite_id": suite_id,
            "user_id": owner_id,
            "position": position,
            "created_at": now,
            "updated_at": now,
        }
        for position, case in enumerate(read, after + 1)
    ]


def with_ids_of(rows: Sequence[Values], there: Sequence[RowMapping]) -> list[Values]:
    """Return cases that take the place of others, each with the id of the one of its name among these."""
    known = {row["name"] or f"case-{number}": row for number, row in reversed([*enumerate(there, 1)])}
    return [
        row | {name: known[row["name"]][name] for name in ("id", "created_at")} if row["name"] in known else row
        for row in rows
    ]


def _kept(case: Case) -> Values:
    values = case_row(case)
    check_sendable(case=values["content"])
    size = len(orjson.dumps(values["content"]))
    if size > LONGEST_CASE:
        raise InvalidFieldError(
            f"A case can have {LONGEST_CASE // 1_000_000} MB; {case.name or 'one of these'} has "
            f"{size / 1_000_000:.1f} MB."
        )
    return values


def _case(row: RowMapping | None) -> RowMapping:
    if row is None:
        raise NotFoundError(NO_CASE)
    return row


def _found(row: RowMapping | None) -> RowMapping:
    if row is None:
        raise NotFoundError(NO_SUITE)
    return row
