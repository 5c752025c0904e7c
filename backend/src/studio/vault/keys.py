"""The vault's own keys: those that are set, else those of a file that the first use makes."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, MultiFernet

from src.core.private_files import is_readable_by_others, make_private, replace_private
from src.studio.errors import VaultError
from src.studio.settings import is_vault_key, keys_in

if TYPE_CHECKING:
    from collections.abc import Generator

    from src.studio.settings import StudioSettings

FILE = "vault.key"
LOST = f"The vault's key is not there, and what was kept with it cannot be read until {FILE} is put back."


class VaultKeys:
    """The vault's keys, the newest first. A file is read at each use: what has been put into it holds at once."""

    def __init__(self, settings: StudioSettings) -> None:
        given = settings.studio_vault_keys
        self._given = None if given is None else keys_in(given.get_secret_value())
        self._path = settings.data_folder / FILE

    def to_write(self) -> MultiFernet:
        """Return what encrypts, and make a key where there is none yet. Raises `VaultError`."""
        if self._given is None:
            with _told():
                if not self._path.exists():
                    make_private(self._path, _lines([_new_key()]))
        return self.to_read()

    def to_read(self) -> MultiFernet:
        """Return what decrypts. Raises `VaultError` where there is no key, or none that can be used."""
        return MultiFernet([Fernet(key) for key in self._given or self._read()])

    def add_to_file(self) -> None:
        """Make a new key, the newest, beside those that are there. Raises `VaultError`."""
        if self._given is not None:
            raise VaultError(
                "STUDIO_VAULT_KEYS is set: put the new key before the others there, and a comma between."
            )
        keys = [_new_key(), *self._read()]
        with _told():
            replace_private(self._path, _lines(keys))

    def _read(self) -> list[str]:
        with _told():
            if not self._path.exists():
                raise VaultError(LOST)
            if is_readable_by_others(self._path):
                raise VaultError(f"The vault is closed: others can read its key. Run: chmod 600 {FILE}")
            keys = keys_in(self._path.read_text(errors="replace"))
        if not all(map(is_vault_key, keys)):
            raise VaultError(f"The vault is closed: {FILE} has something else than keys. Put it back from a copy.")
        return keys


def _new_key() -> str:
    return Fernet.generate_key().decode()


def _lines(keys: list[str]) -> str:
    return "".join(f"{key}\n" for key in keys)


@contextlib.contextmanager
def _told() -> Generator[None]:
    """Say in a sentence that the file cannot be used."""
    try:
        yield
    except OSError as error:
        raise VaultError(f"The vault is closed: {FILE} cannot be used ({error.strerror}).") from None
