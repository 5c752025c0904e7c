"""`ToolSuiteService`: suites of tools with their cases, of each user's own, and the versions that runs are on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from src.core.clock import iso
from src.studio.database.metadata import new_id
from src.studio.errors import ConflictError, InvalidFieldError, InvalidRequestError, NotFoundError
from src.studio.scoring.fields import is_same
from src.studio.suites.errors import SuiteError
from src.studio.suites.own import Suite, read_tools
from src.studio.suites.tools import check_tools
from src.studio.tool_suites import repository
from src.studio.tool_suites.cases import CaseService, rows_of, with_ids_of
from src.studio.tool_suites.content import check_sendable, names_of, searched, told_case, told_suite, words_of
from src.studio.tool_suites.imports import SuiteImports
from src.studio.tool_suites.versions import NO_SUITE, Draft, FrozenSuite, Versions, suite_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Mapping, Sequence

    from sqlalchemy import Connection, RowMapping

    from src.studio.accounts.user import User
    from src.studio.database.database import Database

__all__ = ["Draft", "FrozenSuite", "ToolSuiteService", "UsesVersions"]

MOST_SUITES = 500
COPY_OF = "{} (copy)"
LONGEST_NAME = 256

Values = dict[str, Any]


class UsesVersions(Protocol):
    """What refers to versions from above: runs."""

    def count_runs(self, connection: Connection, owner_id: str, version_ids: Collection[str]) -> dict[str, int]:
        """Return how many runs were on each version; none is left out that has any."""
        ...


class ToolSuiteService:
    """Suites. Those of others are not found."""

    def __init__(self, database: Database, clock: Callable[[], dt.datetime]) -> None:
        self._database, self._clock = database, clock
        self._uses: UsesVersions | None = None
        self._versions = Versions()
        self.cases = CaseService(database, clock)
        self.imports = SuiteImports(self)

    def register(self, uses: UsesVersions) -> None:
        """Tell what refers to versions."""
        self._uses = uses

    def page(self, owner: User, asked: str, limit: int, before: str | None) -> tuple[list[Values], str | None]:
        """Return suites without tools and cases, the newest first, and where the next ones begin."""
        with self._database.reading() as connection:
            found = repository.page_of_suites(connection, owner.id, words_of(asked), limit + 1, before)
        listed = [told_suite(row) for row in found[:limit]]
        return listed, listed[-1]["id"] if len(found) > limit else None

    def detail(self, owner: User, suite_id: str, *, with_cases: bool = True) -> Values:
        """Return a suite with its tools, what is wrong with them, and its cases. Raises `NotFoundError`."""
        with self._database.reading() as connection:
            row = _found(repository.find_suite(connection, owner.id, suite_id))
            rows = repository.all_cases(connection, owner.id, suite_id) if with_cases else []
        told = {**told_suite(row), "tools": row["tools"], "problems": problems_of(row["tools"])}
        return {**told, "test_cases": [told_case(case) for case in rows]} if with_cases else told

    def get(self, owner: User, suite_id: str) -> Suite:
        """Return a suite as files have it. Raises `NotFoundError`."""
        with self._database.reading() as connection:
            row = _found(repository.find_suite(connection, owner.id, suite_id))
            rows = repository.all_cases(connection, owner.id, suite_id)
        return suite_of({**row, "cases": [case["content"] for case in rows]})

    def add(self, owner: User, suite: Suite) -> str:
        """Keep a suite, whose tools somebody has looked at, and return its id.

        Raises `InvalidFieldError` where it is too much.
        """
        suite_id, now = new_id(), self._clock()
        rows = rows_of(suite.cases, suite_id, owner.id, now, after=0)
        with self._database.writing() as connection:
            if repository.count_suites(connection, owner.id) >= MOST_SUITES:
                raise InvalidFieldError(f"More than {MOST_SUITES} suites cannot be kept. Delete one first.")
            values = {
                "id": suite_id,
                "user_id": owner.id,
                "name": suite.name,
                "description": suite.description,
                "system_prompt": suite.system_prompt,
                **_of_tools(suite.tools),
                "case_count": len(rows),
                "version": 1,
                "digest": None,
                "created_at": now,
                "updated_at": now,
            }
            repository.add_suite(connection, values | {"search_text": _searched(values)})
            repository.add_cases(connection, rows)
        return suite_id

    def replace(self, owner: User, suite_id: str, suite: Suite) -> None:
        """Write a suite anew as a whole. Cases of the same name stay the same ones, so that runs can be compared.

        Raises `NotFoundError`, and `InvalidFieldError` where it is too much.
        """
        now = self._clock()
        rows = rows_of(suite.cases, suite_id, owner.id, now, after=0)
        values = {name: getattr(suite, name) for name in ("name", "description", "system_prompt")}
        values |= _of_tools(suite.tools)
        with self._database.writing() as connection:
            _found(repository.hold_suite(self._database, connection, owner.id, suite_id))
            rows = with_ids_of(rows, repository.all_cases(connection, owner.id, suite_id))
            repository.change_suite(connection, owner.id, suite_id, values | {"search_text": _searched(values)})
            repository.remove_cases(connection, owner.id, suite_id)
            repository.add_cases(connection, rows)
            repository.note_change(connection, owner.id, suite_id, now)

    def copy(self, owner: User, suite_id: str) -> str:
        """Keep the same once more, and return its id. Raises `NotFoundError`."""
        suite = self.get(owner, suite_id)
        name = COPY_OF.format(suite.name[: LONGEST_NAME - len(COPY_OF)])
        return self.add(
            owner, Suite(name, suite.description, suite.system_prompt, list(suite.tools), list(suite.cases))
        )

    def change(self, owner: User, suite_id: str, change: Mapping[str, Any]) -> None:
        """Write name, description, system prompt or tools anew.

        Raises `NotFoundError`, and `InvalidRequestError` for tools that no model can be told of.
        """
        tools = _of_tools(tools_of(change["tools"])) if "tools" in change else {}
        with self._database.writing() as connection:
            row = _found(repository.hold_suite(self._database, connection, owner.id, suite_id))
            values = {**change, **tools}
            values["search_text"] = _searched({**row, **values})
            asked = ("tools", "system_prompt")
            is_other = not all(is_same(values.get(name, row[name]), row[name]) for name in asked)
            repository.change_suite(connection, owner.id, suite_id, values | {"updated_at": self._clock()})
            if is_other:
                repository.note_change(connection, owner.id, suite_id, self._clock())

    def delete(self, owner: User, suite_id: str) -> None:
        """Delete a suite with its cases. Versions that runs were on stay. Raises `NotFoundError`."""
        with self._database.writing() as connection:
            _found(repository.hold_suite(self._database, connection, owner.id, suite_id))
            ids = repository.version_ids(connection, owner.id, suite_id)
            used = self._count_runs(connection, owner.id, ids)
            repository.remove_versions(connection, owner.id, [found for found in ids if not used.get(found)])
            repository.remove_suite(connection, owner.id, suite_id)

    def versions(
        self, owner: User, suite_id: str, limit: int, before: int | None
    ) -> tuple[list[Values], str | None]:
        """Return the versions of a suite that runs were on, the newest first, and where the next ones begin.

        `before` is the version that these are older than. Raises `NotFoundError`.
        """
        with self._database.reading() as connection:
            _found(repository.find_suite(connection, owner.id, suite_id))
            found = repository.page_of_versions(connection, owner.id, suite_id, limit + 1, before)
            rows = found[:limit]
            used = self._count_runs(connection, owner.id, [row["id"] for row in rows])
        told = [
            {
                "version": row["version"],
                "created_at": iso(row["created_at"]),
                "runs": used.get(row["id"], 0),
                "tools": row["tool_count"],
                "cases": row["case_count"],
            }
            for row in rows
        ]
        return told, str(rows[-1]["version"]) if len(found) > limit else None

    def draft(self, owner_id: str, suite_id: str) -> Draft:
        """Return a suite as it is now, to be frozen when a run is on it. Raises `NotFoundError`."""
        return self._versions.draft(self._database, owner_id, suite_id)

    def freeze(self, connection: Connection, draft: Draft) -> FrozenSuite:
        """Keep a draft as a version, within what writes.

        Raises `NotFoundError` where its suite is gone by now, and `ConflictError` where it is being changed, which
        may take seconds: others wait in line for what writes.
        """
        owner_id, suite_id = draft.row["user_id"], draft.row["id"]
        found, is_held = repository.hold_suite_at_once(self._database, connection, owner_id, suite_id)
        suite = _found(found)
        if not is_held:
            raise ConflictError("The suite is being changed. Try again in a moment.")
        return self._versions.freeze(connection, suite, draft, self._clock())

    def frozen(self, connection: Connection, owner_id: str, version_id: str) -> FrozenSuite:
        """Return a version, whether or not its suite is still there. Raises `NotFoundError`."""
        return self._versions.get(connection, owner_id, version_id)

    def _count_runs(self, connection: Connection, owner_id: str, ids: Sequence[str]) -> dict[str, int]:
        return {} if self._uses is None else self._uses.count_runs(connection, owner_id, ids)


def tools_of(documents: Sequence[Any]) -> list[Values]:
    """Return tools as OpenAI has them. Raises `InvalidRequestError` for what no model can be told of."""
    check_sendable(tools=documents)
    try:
        return read_tools(list(documents))
    except SuiteError as error:
        raise InvalidRequestError(str(error)) from None


def problems_of(tools: Any) -> list[Values]:  # noqa: ANN401 - whatever JSON it is
    """Return what is wrong with tools, as it is told."""
    check_sendable(tools=tools)
    return [problem.to_dict() for problem in check_tools(tools)]


def _of_tools(tools: Sequence[Mapping[str, Any]]) -> Values:
    return {"tools": list(tools), "tool_count": len(tools)}


def _searched(values: Mapping[str, Any]) -> str:
    return searched([values["name"], values["description"], *names_of(values["tools"])])


def _found(row: RowMapping | None) -> RowMapping:
    if row is None:
        raise NotFoundError(NO_SUITE)
    return row
