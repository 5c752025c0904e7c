"""Versions: what a suite was when a run was on it. The same content is the same one, and none is changed."""

from __future__ import annotations

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


class FrozenSuites:
    """The versions that were read last: they never change, and take a while to read."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._read = OrderedDict[str, FrozenSuite]()

    def get(self, connection: Connection, owner_id: str, version_id: str) -> FrozenSuite:
        """Return a version of one's own. Raises `NotFoundError`."""
        if not repository.has_version(connection, owner_id, version_id):
            raise NotFoundError(NO_VERSION)
        with self._lock:
            known = self._read.get(version_id)
            if known is not None:
                self._read.move_to_end(version_id)
                return known
        row = repository.find_version(connection, owner_id, version_id)
        if row is None:
            raise NotFoundError(NO_VERSION)
        found = _read(row)
        with self._lock:
            self._read[version_id] = found
            while len(self._read) > REMEMBERED:
                self._read.popitem(last=False)
        return found


def freeze(connection: Connection, owner_id: str, suite_id: str, now: dt.datetime) -> FrozenSuite:
    """Return a suite as it is now, kept as a version unless its newest one is the same.

    Whoever asks holds the suite. Raises `NotFoundError`.
    """
    row = repository.find_suite(connection, owner_id, suite_id)
    if row is None:
        raise NotFoundError(NO_SUITE)
    rows = repository.all_cases(connection, owner_id, suite_id)
    content = {
        **{name: row[name] for name in ("name", "description", "system_prompt", "tools")},
        "cases": [found["content"] for found in rows],
    }
    ids = [found["id"] for found in rows]
    digest = _digest_of(content)
    newest = repository.newest_version(connection, owner_id, suite_id)
    if newest is not None and newest["digest"] == digest:
        if row["version"] != newest["version"]:  # it was changed and changed back
            repository.change_suite(connection, owner_id, suite_id, {"version": newest["version"]})
        return FrozenSuite(newest["id"], newest["version"], _suite(content), ids)
    version = {
        "id": new_id(),
        "user_id": owner_id,
        "suite_id": suite_id,
        "version": row["version"],
        "digest": digest,
        "tool_count": row["tool_count"],
        "case_count": len(ids),
        "content": {**content, "case_ids": ids},
        "created_at": now,
    }
    repository.add_version(connection, version)
    repository.change_suite(connection, owner_id, suite_id, {"digest": digest})
    return FrozenSuite(version["id"], version["version"], _suite(content), ids)


def _digest_of(content: Mapping[str, Any]) -> str:
    """Return what says whether two versions ask the same; a suite's name and description do not matter there."""
    asked = [content["system_prompt"], content["tools"], content["cases"]]
    return hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _read(row: Mapping[str, Any]) -> FrozenSuite:
    return FrozenSuite(row["id"], row["version"], _suite(row["content"]), row["content"]["case_ids"])


def _suite(content: Mapping[str, Any]) -> Suite:
    return Suite(
        name=content["name"],
        description=content["description"],
        system_prompt=content["system_prompt"],
        tools=content["tools"],
        cases=[read_case(case) for case in content["cases"]],
    )
