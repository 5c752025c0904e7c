"""Versions: what a suite was when a run was on it. The same content is the same one, and none is changed."""

from __future__ import annotations

import dataclasses
import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

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


class Versions:
    """The versions of suites. Those that were used last stay in memory: none changes, and reading one is slow."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._used = OrderedDict[str, FrozenSuite]()

    def get(self, connection: Connection, owner_id: str, version_id: str) -> FrozenSuite:
        """Return a version of one's own. Raises `NotFoundError`."""
        if not repository.has_version(connection, owner_id, version_id):
            raise NotFoundError(NO_VERSION)
        known = self._known(version_id)
        if known is not None:
            return known
        row = repository.find_version(connection, owner_id, version_id)
        if row is None:
            raise NotFoundError(NO_VERSION)
        content = row["content"]
        return self._kept(FrozenSuite(version_id, row["version"], suite_of(content), content["case_ids"]))

    def freeze(self, connection: Connection, owner_id: str, suite_id: str, now: dt.datetime) -> FrozenSuite:
        """Return a suite as it is now, kept as a version unless its newest one is the same.

        Whoever asks holds the suite. Raises `NotFoundError`.
        """
        row = repository.find_suite(connection, owner_id, suite_id)
        if row is None:
            raise NotFoundError(NO_SUITE)
        rows = repository.all_cases(connection, owner_id, suite_id)
        content = {name: row[name] for name in ("name", "description", "system_prompt", "tools")}
        content |= {"cases": [found["content"] for found in rows], "case_ids": [found["id"] for found in rows]}
        version = _version_of(connection, row, content, now)
        known = self._known(version["id"])
        if known is None:
            found = FrozenSuite(version["id"], version["version"], suite_of(content), content["case_ids"])
            return self._kept(found)
        suite = dataclasses.replace(known.suite, name=row["name"], description=row["description"])
        return dataclasses.replace(known, suite=suite, case_ids=content["case_ids"])

    def _known(self, version_id: str) -> FrozenSuite | None:
        with self._lock:
            if version_id in self._used:
                self._used.move_to_end(version_id)
            return self._used.get(version_id)

    def _kept(self, found: FrozenSuite) -> FrozenSuite:
        with self._lock:
            self._used[found.version_id] = found
            while len(self._used) > REMEMBERED:
                self._used.popitem(last=False)
        return found


def _version_of(
    connection: Connection, row: Mapping[str, Any], content: Mapping[str, Any], now: dt.datetime
) -> Mapping[str, Any]:
    """Return the version that a suite is now: its newest one where that asks the same, else one that is kept."""
    owner_id, suite_id, digest = row["user_id"], row["id"], _digest_of(content)
    version: Mapping[str, Any] | None = repository.newest_version(connection, owner_id, suite_id)
    if version is None or version["digest"] != digest:
        newest = 0 if version is None else version["version"]
        version = {
            "id": new_id(),
            "user_id": owner_id,
            "suite_id": suite_id,
            "version": max(row["version"], newest + 1),
            "digest": digest,
            "tool_count": row["tool_count"],
            "case_count": len(content["cases"]),
            "content": content,
            "created_at": now,
        }
        repository.add_version(connection, dict(version))
    change = {"digest": digest, "version": version["version"]}  # an earlier one where it was changed back
    repository.change_suite(connection, owner_id, suite_id, change)
    return version


def suite_of(content: Mapping[str, Any]) -> Suite:
    """Return a suite as files have it, of what is kept of it, with its cases."""
    texts = {name: content[name] for name in ("name", "description", "system_prompt")}
    return Suite(**texts, tools=content["tools"], cases=[read_case(case) for case in content["cases"]])


def _digest_of(content: Mapping[str, Any]) -> str:
    """Return what says whether two versions ask the same; a suite's name and description do not matter there."""
    asked = [content["system_prompt"], content["tools"], content["cases"]]
    return hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest()
