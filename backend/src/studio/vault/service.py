"""`VaultService`: keeps users' keys for providers, and is the only one that decrypts them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from src.studio.accounts import audit
from src.studio.database.locks import Lock, take
from src.studio.database.metadata import new_id
from src.studio.errors import InvalidFieldError, InvalidRequestError, NotFoundError, VaultError
from src.studio.vault import repository
from src.studio.vault.keys import VaultKeys
from src.studio.vault.repository import KeptKey, SealedKey
from src.studio.vault.sealing import seal, unseal
from src.studio.vault.variables import KNOWN_KEY_VARIABLES, is_set, may_name, value_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from src.studio.accounts.service import Caller
    from src.studio.accounts.user import User
    from src.studio.database.database import Database
    from src.studio.settings import StudioSettings

__all__ = [
    "KNOWN_KEY_VARIABLES",
    "KeptKey",
    "KeyPlace",
    "Rotated",
    "VaultService",
    "is_set",
    "may_name",
    "value_of",
]

LONGEST_KEY = 8192
MOST_KEYS = 200
ROWS_AT_ONCE = 100
UNREADABLE = (
    "The key that you have for '{provider_key}' cannot be read: {reason}. "
    "Enter it once more, or ask an administrator to put the vault's key back."
)


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """A provider that takes a key. `key_env_name` is the variable with the operator's, if that may be used."""

    provider_key: str
    display_name: str
    key_env_name: str | None = None
    has_global_key: bool = False


@dataclass(frozen=True, slots=True)
class Rotated:
    """What became of all keys: how many are encrypted anew, and why others are as they were, by their ids."""

    rows: int
    failed: dict[str, str]


class VaultService:
    """Users' keys for providers. Methods wait for the database; those that encrypt may wait for a file, too."""

    def __init__(self, settings: StudioSettings, database: Database, clock: Callable[[], dt.datetime]) -> None:
        self._database, self._clock = database, clock
        self._keys = VaultKeys(settings)

    def put(
        self, owner: User, provider_key: str, value: str, *, caller: Caller, key_name: str | None = None
    ) -> str:
        """Keep a user's key for a provider, in place of the one before, and return its id.

        Raises `InvalidFieldError` for what no header can carry, `InvalidRequestError` for too many keys, and
        `VaultError`.
        """
        check(value)
        sealed = seal(self._keys.to_write(), owner.id, provider_key, value)
        now = self._clock()
        with self._database.writing() as connection:
            if repository.count_keys(connection, owner.id, besides=provider_key) >= MOST_KEYS:
                raise InvalidRequestError(f"More than {MOST_KEYS} keys cannot be kept. Delete one first.")
            key = SealedKey(new_id(), owner.id, provider_key, sealed)
            key_id = repository.put(self._database, connection, key, key_name, now)
            audit.note(
                connection, "key_changed", now, user=owner, address=caller.address, subject=provider_key,
                detail={"key_id": key_id},
            )  # fmt: skip
        return key_id

    def delete(self, owner: User, provider_key: str, caller: Caller) -> None:
        """Delete a user's key for a provider. Raises `NotFoundError`."""
        with self._database.writing() as connection:
            if not repository.remove(connection, owner.id, provider_key):
                raise NotFoundError("There is no such key.")
            audit.note(
                connection, "key_deleted", self._clock(), user=owner, address=caller.address, subject=provider_key
            )

    def keys_of(self, owner_id: str) -> dict[str, KeptKey]:
        """Return a user's keys by provider, without the keys."""
        with self._database.reading() as connection:
            return {kept.provider_key: kept for kept in repository.keys_of(connection, owner_id)}

    def reveal(self, owner_id: str, provider_key: str) -> str | None:
        """Return a user's key for a provider, None where there is none. Raises `VaultError`."""
        with self._database.reading() as connection:
            sealed = repository.find_sealed(connection, owner_id, provider_key)
        if sealed is None:
            return None
        fernet = self._keys.to_read()
        try:
            return unseal(fernet, owner_id, provider_key, sealed)
        except VaultError as error:
            raise VaultError(UNREADABLE.format(provider_key=provider_key, reason=error)) from None

    def rotate(self, *, new_key: bool = False) -> Rotated:
        """Encrypt all keys with the vault's newest one, which is made where `new_key` says so.

        What cannot be read stays as it is. Servers may go on meanwhile: what they change in between is theirs.
        Raises `VaultError`.
        """
        if new_key:
            with self._database.writing() as connection:  # of two who add one at once, neither loses the other's
                take(connection, Lock.VAULT)
                self._keys.add_to_file()
        rows, failed, last = 0, dict[str, str](), ""
        while (ended := self._rotate_after(last, failed)) is not None:
            last, done = ended
            rows += done
        with self._database.writing() as connection:
            detail = {"rows": rows, "failed": len(failed)}
            audit.note(connection, "vault_rotated", self._clock(), user=None, address=None, detail=detail)
        return Rotated(rows, failed)

    def _rotate_after(self, last: str, failed: dict[str, str]) -> tuple[str, int] | None:
        """Encrypt some keys anew, by their ids after one; return the last one and how many, None at the end."""
        with self._database.writing() as connection:
            batch = repository.take_after(connection, last, ROWS_AT_ONCE)
            if not batch:
                return None
            fernet, done = self._keys.to_read(), 0
            for kept in batch:
                place = (kept.owner_id, kept.provider_key)
                try:
                    value = unseal(fernet, *place, kept.sealed)
                except VaultError as error:
                    failed[kept.id] = str(error)
                    continue
                repository.replace(connection, kept.id, seal(fernet, *place, value))
                done += 1
        return batch[-1].id, done


def check(value: str) -> None:
    """Raise `InvalidFieldError` for what is no key: it is sent in a header, and says nothing of what it is."""
    if not value:
        raise InvalidFieldError("The key is empty. Enter it as the provider shows it.")
    if len(value) > LONGEST_KEY:
        raise InvalidFieldError(
            f"The key has more than {LONGEST_KEY:,} characters. Enter it as the provider shows it."
        )
    if not (value.isascii() and value.isprintable()) or " " in value:
        raise InvalidFieldError(
            "The key has a space, a line break or a character that no header can carry. "
            "Enter it as the provider shows it."
        )
