"""Versions: what a suite was when a run was on it. The same content is the same one, and none is changed."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import orjson

from src.studio.database.metadata import new_id
from src.studio.errors import NotFoundError
from src.studio.scoring.case import read_case
from src.studio.suites.own import Suite
from src.studio.tool_suites import repository

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from src.studio.database.database import Database

T = TypeVar("T")

NO_SUITE = "There is no such suite."
NO_VERSION = "There is no such version."
REMEMBERED = 4


@dataclass(frozen=True, slots=True)
class FrozenSuite:
    """A suite as it was when a run was on it. `case_ids` are those of its cases, in their order."""

    version_id: str
    version: int
    suite: Suite
    case_ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A suite as it stood when it was read: what would be a version if a run were on it."""

    row: Mapping[str, Any]
    content: Mapping[str, Any]
    digest: str
    suite: Suite

    @property
    def case_ids(self) -> Sequence[str]:
        """The ids of its cases, in their order."""
        return self.content["case_ids"]


class Versions:
    """The versions of suites. Those that were used last stay in memory: none changes, and reading one is slow."""

    def __init__(self) -> None:
        self._used = _Remembered[FrozenSuite]()
        self._read = _Remembered[Suite]()
        """By what is asked with them."""

    def get(self, connection: Connection, owner_id: str, version_id: str) -> FrozenSuite:
        """Return a version of one's own. Raises `NotFoundError`."""
        if not repository.has_version(connection, owner_id, version_id):
            raise NotFoundError(NO_VERSION)
        known = self._used.get(version_id)
        if known is not None:
            return known
        row = repository.find_version(connection, owner_id, version_id)
        if row is None:
            raise NotFoundError(NO_VERSION)
        content = row["content"]
        found = FrozenSuite(version_id, row["version"], suite_of(content), content["case_ids"])
        return self._used.keep(version_id, found)

    def draft(self, database: Database, owner_id: str, suite_id: str) -> Draft:
        """Return a suite as it is now. Raises `NotFoundError`.

        With many cases it takes a second, in which nobody waits for it.
        """
        with database.reading() as connection:
            row = repository.find_suite(connection, owner_id, suite_id)
            if row is None:
                raise NotFoundError(NO_SUITE)
            rows = repository.all_cases(connection, owner_id, suite_id)
        content = {name: row[name] for name in ("name", "description", "system_prompt", "tools")}
        content |= {"cases": [found["content"] for found in rows], "case_ids": [found["id"] for found in rows]}
        digest = _digest_of(content)
        suite = self._read.get(digest) or self._read.keep(digest, suite_of(content))
        return Draft(row, content, digest, replace(suite, name=row["name"], description=row["description"]))

    def freeze(
        self, connection: Connection, held: Mapping[str, Any], draft: Draft, now: dt.datetime
    ) -> FrozenSuite:
        """Return a draft as a version, which is kept unless the newest one of its suite is the same.

        `held` is the suite's row, which nobody else changes meanwhile.
        """
        version = _version_of(connection, held, draft, now)
        found = FrozenSuite(version["id"], version["version"], draft.suite, draft.case_ids)
        is_new = "content" in version
        return self._used.keep(found.version_id, found) if is_new else found


class _Remembered(Generic[T]):
    """The few things that were used last, by their keys."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._things = OrderedDict[str, T]()

    def __len__(self) -> int:
        return len(self._things)

    def get(self, key: str) -> T | None:
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
            return self._things.get(key)

    def keep(self, key: str, thing: T) -> T:
        with self._lock:
            self._things[key] = thing
            self._things.move_to_end(key)
            while len(self._things) > REMEMBERED:
                self._things.popitem(last=False)
        return thing


def _version_of(
    connection: Connection, held: Mapping[str, Any], draft: Draft, now: dt.datetime
) -> Mapping[str, Any]:
    """Return the version that a draft is: the newest one of its suite where that asks the same, else one anew."""
    owner_id, suite_id = held["user_id"], held["id"]
    version: Mapping[str, Any] | None = repository.newest_version(connection, owner_id, suite_id)
    if version is None or version["digest"] != draft.digest:
        newest = 0 if version is None else version["version"]
        values: dict[str, Any] = {
            "id": new_id(),
            "user_id": owner_id,
            "suite_id": suite_id,
            "version": max(draft.row["version"], newest + 1),
            "digest": draft.digest,
            "tool_count": draft.row["tool_count"],
            "case_count": len(draft.case_ids),
            "content": draft.content,
            "created_at": now,
        }
        repository.add_version(connection, values)
        version = values
    stands = version["version"]  # an earlier one where it was changed back
    if held["updated_at"] != draft.row["updated_at"]:  # it was changed since it was read, as after any run
        stands = max(held["version"], stands + 1)
    repository.change_suite(connection, owner_id, suite_id, {"digest": draft.digest, "version": stands})
    return version


def suite_of(content: Mapping[str, Any]) -> Suite:
    """Return a suite as files have it, of what is kept of it, with its cases."""
    texts = {name: content[name] for name in ("name", "description", "system_prompt")}
    return Suite(**texts, tools=content["tools"], cases=[read_case(case) for case in content["cases"]])


def _digest_of(content: Mapping[str, Any]) -> str:
    """Return what says whether two versions ask the same; a suite's name and description do not matter there."""
    asked = [content["system_prompt"], content["tools"], content["cases"]]
    return hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest()
