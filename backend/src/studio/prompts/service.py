"""`PromptService`: prompts in versions, of each user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from src.core.clock import iso
from src.studio.database.metadata import new_id
from src.studio.errors import InvalidFieldError, NotFoundError
from src.studio.prompts import repository

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection

    from sqlalchemy import Connection, RowMapping

    from src.studio.accounts.user import User
    from src.studio.database.database import Database
    from src.studio.prompts.schemas import PromptVersionIn

NOT_FOUND = "There is no such prompt version."
MOST_VERSIONS = 5_000
PROMPT_START = 2_000
"""Characters of a prompt that lists show."""

Values = dict[str, Any]


class UsesVersions(Protocol):
    """What refers to versions from above: profiles."""

    def count_uses(self, connection: Connection, owner_id: str, version_ids: Collection[str]) -> dict[str, int]:
        """Return how often each version is referred to."""
        ...

    def let_go(self, connection: Connection, owner_id: str, version_id: str, text: str) -> None:
        """Refer to a version no more: it is about to be deleted, and had this text."""
        ...


class PromptService:
    """Versions of prompts. Those of others are not found."""

    def __init__(self, database: Database, clock: Callable[[], dt.datetime]) -> None:
        self._database, self._clock = database, clock
        self._uses: UsesVersions | None = None

    def register(self, uses: UsesVersions) -> None:
        """Tell what refers to versions."""
        self._uses = uses

    def add(self, owner: User, asked: PromptVersionIn) -> str:
        """Keep a version, and return its id. Raises `NotFoundError` for a parent that is not there."""
        with self._database.writing() as connection:
            if asked.parent_version_id is not None:
                self.hold(connection, owner.id, asked.parent_version_id)
            if repository.count(connection, owner.id) >= MOST_VERSIONS:
                raise InvalidFieldError(f"More than {MOST_VERSIONS:,} prompt versions cannot be kept.")
            values = {
                "id": new_id(),
                "user_id": owner.id,
                "prompt_text": asked.prompt_text,
                "prompt_start": asked.prompt_text[:PROMPT_START],
                "prompt_chars": len(asked.prompt_text),
                "label": asked.label or "",
                "source": asked.source,
                "parent_version_id": asked.parent_version_id,
                "created_at": self._clock(),
            }
            repository.add(connection, values)
        return values["id"]

    def page(self, owner: User, limit: int, before: str | None) -> tuple[list[Values], str | None]:
        """Return versions with the beginnings of their texts, the newest first, and where the next ones begin."""
        with self._database.reading() as connection:
            found = repository.page(connection, owner.id, limit + 1, before)
            uses = self._count(connection, owner.id, [row["id"] for row in found])
        listed = [_told(row, row["prompt_start"], uses) for row in found[:limit]]
        return listed, listed[-1]["id"] if len(found) > limit else None

    def detail(self, owner: User, version_id: str) -> Values:
        """Return a version, whole. Raises `NotFoundError`."""
        with self._database.reading() as connection:
            row = _found(repository.find(connection, owner.id, version_id))
            return _told(row, row["prompt_text"], self._count(connection, owner.id, [version_id]))

    def get(self, owner_id: str, version_id: str) -> str:
        """Return the text of a version. Raises `NotFoundError`."""
        with self._database.reading() as connection:
            return _found(repository.find(connection, owner_id, version_id))["prompt_text"]

    def hold(self, connection: Connection, owner_id: str, version_id: str) -> None:
        """Let nobody delete a version before a transaction ends. Raises `NotFoundError`."""
        _found(repository.hold(self._database, connection, owner_id, version_id))

    @staticmethod
    def texts(connection: Connection, owner_id: str, version_ids: Collection[str]) -> dict[str, tuple[str, str]]:
        """Return label and text of versions, by id."""
        return repository.texts(connection, owner_id, version_ids)

    def set_label(self, owner: User, version_id: str, label: str) -> None:
        """Give a version another label. Raises `NotFoundError`."""
        with self._database.writing() as connection:
            if not repository.set_label(connection, owner.id, version_id, label):
                raise NotFoundError(NOT_FOUND)

    def delete(self, owner: User, version_id: str) -> None:
        """Delete a version; what refers to it keeps its text. Raises `NotFoundError`."""
        with self._database.writing() as connection:
            row = _found(repository.hold(self._database, connection, owner.id, version_id))
            if self._uses is not None:
                self._uses.let_go(connection, owner.id, version_id, row["prompt_text"])
            repository.remove(connection, owner.id, version_id)

    def _count(self, connection: Connection, owner_id: str, version_ids: Collection[str]) -> dict[str, int]:
        return {} if self._uses is None else self._uses.count_uses(connection, owner_id, version_ids)


def _found(row: RowMapping | None) -> RowMapping:
    if row is None:
        raise NotFoundError(NOT_FOUND)
    return row


def _told(row: RowMapping, text: str, uses: dict[str, int]) -> Values:
    as_it_is = ("id", "user_id", "label", "source", "parent_version_id", "prompt_chars")
    told = {name: row[name] for name in as_it_is} | {"created_at": iso(row["created_at"])}
    return {**told, "prompt_text": text, "profile_count": uses.get(row["id"], 0)}
