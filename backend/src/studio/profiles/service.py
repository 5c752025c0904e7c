"""`ProfileService`: named sets of parameters, and what a run takes of them."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy.exc import IntegrityError

from src.core.clock import iso
from src.studio.database.locks import Lock, take
from src.studio.database.metadata import new_id
from src.studio.errors import ConflictError, InvalidFieldError, NotFoundError
from src.studio.profiles import repository

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Generator, Sequence

    from sqlalchemy import Connection, RowMapping

    from src.studio.accounts.user import User
    from src.studio.database.database import Database
    from src.studio.prompts.service import PromptService

NOT_FOUND = "There is no such profile."
MOST_PER_MODEL = 20

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ProfileToUse:
    """What a run takes of a profile. `system_prompt` None: it says none."""

    params: dict[str, Any]
    system_prompt: str | None
    name: str


class ProfileService:
    """Profiles of users. Those of others are not found."""

    def __init__(self, database: Database, clock: Callable[[], dt.datetime], prompts: PromptService) -> None:
        self._database, self._clock, self._prompts = database, clock, prompts
        prompts.register(self)

    def add(self, owner: User, values: Values) -> str:
        """Keep a profile, and return its id.

        Raises `ConflictError` for a name that the model has a profile of, `InvalidFieldError` where it has as many
        as it may, and `NotFoundError` for a prompt version that is not there.
        """
        now = self._clock()
        row = {**values, "id": new_id(), "user_id": owner.id, "created_at": now, "updated_at": now}
        with self._changing(values["name"]) as connection:
            if repository.count(connection, owner.id, values["model_id"]) >= MOST_PER_MODEL:
                raise InvalidFieldError(f"A model may have {MOST_PER_MODEL} profiles at most. Delete one first.")
            self._hold_version(connection, owner, values)
            if values["is_default"]:
                repository.drop_default(connection, owner.id, values["model_id"])
            repository.add(connection, row)
        return row["id"]

    def page(
        self, owner: User, limit: int, before: str | None = None, model_id: str | None = None
    ) -> tuple[list[Values], str | None]:
        """Return profiles, the newest first, and where the next ones begin; of one model, where it is given."""
        with self._database.reading() as connection:
            found = repository.page(connection, owner.id, limit + 1, before, model_id)
            listed = self._told(connection, owner.id, found[:limit])
        return listed, listed[-1]["id"] if len(found) > limit else None

    def detail(self, owner: User, profile_id: str) -> Values:
        """Return a profile. Raises `NotFoundError`."""
        with self._database.reading() as connection:
            row = _found(repository.find(connection, owner.id, profile_id))
            return self._told(connection, owner.id, [row])[0]

    def change(self, owner: User, profile_id: str, changes: Values) -> None:
        """Change some of a profile; an own system prompt takes the place of a version, and the other way round.

        Raises `NotFoundError`, and `ConflictError` for a name that another profile of the model has.
        """
        with self._changing(changes.get("name", "")) as connection:
            row = _found(repository.find(connection, owner.id, profile_id))
            self._hold_version(connection, owner, changes)
            if changes.get("is_default"):
                repository.drop_default(connection, owner.id, row["model_id"])
            repository.change(connection, owner.id, profile_id, {**changes, "updated_at": self._clock()})

    def delete(self, owner: User, profile_id: str) -> None:
        """Delete a profile. Raises `NotFoundError`."""
        with self._database.writing() as connection:
            if not repository.remove(connection, owner.id, profile_id):
                raise NotFoundError(NOT_FOUND)

    def for_run(self, owner_id: str, model_id: str, profile_id: str) -> ProfileToUse:
        """Return what a run takes of a model's profile. Raises `NotFoundError` where the model has none such."""
        with self._database.reading() as connection:
            row = _found(repository.find(connection, owner_id, profile_id))
            if row["model_id"] != model_id:
                raise NotFoundError(NOT_FOUND)
            told = self._told(connection, owner_id, [row])[0]
        return ProfileToUse(told["params"], told["system_prompt"] or None, told["name"])

    # what versions of prompts ask of those who use them

    def count_uses(self, connection: Connection, owner_id: str, version_ids: Collection[str]) -> dict[str, int]:
        """Return how many profiles use each version."""
        return repository.count_uses(connection, owner_id, version_ids)

    def let_go(self, connection: Connection, owner_id: str, version_id: str, text: str) -> None:
        """Let profiles that use a version have its text as their own: nothing of theirs is lost with it."""
        repository.take_over(connection, owner_id, version_id, text)

    @contextlib.contextmanager
    def _changing(self, name: str) -> Generator[Connection]:
        """Give a connection that writes while nobody else counts, or says what is the default."""
        try:
            with self._database.writing() as connection:
                take(connection, Lock.PROFILES)
                yield connection
        except IntegrityError:
            raise ConflictError(f"The model has a profile of the name '{name}' already. Choose another.") from None

    def _hold_version(self, connection: Connection, owner: User, values: Values) -> None:
        if values.get("prompt_version_id") is not None:
            self._prompts.hold(connection, owner.id, values["prompt_version_id"])

    def _told(self, connection: Connection, owner_id: str, rows: Sequence[RowMapping]) -> list[Values]:
        """Return profiles as the API has them, with the prompts of their versions."""
        ids = {row["prompt_version_id"] for row in rows if row["prompt_version_id"]}
        versions = self._prompts.texts(connection, owner_id, ids) if ids else {}
        return [_told(row, versions.get(row["prompt_version_id"])) for row in rows]


def _found(row: RowMapping | None) -> RowMapping:
    if row is None:
        raise NotFoundError(NOT_FOUND)
    return row


def _told(row: RowMapping, version: tuple[str, str] | None) -> Values:
    label, text = version or (None, row["system_prompt"])
    as_it_is = ("id", "user_id", "model_id", "name", "description", "is_default", "params")
    of_origin = ("prompt_version_id", "origin_type", "origin_ref")
    return {
        **{name: row[name] for name in (*as_it_is, *of_origin)},
        "params_json": orjson.dumps(row["params"]).decode(),
        "system_prompt": text,
        "prompt_version_label": label,
        "created_at": iso(row["created_at"]),
        "updated_at": iso(row["updated_at"]),
    }
