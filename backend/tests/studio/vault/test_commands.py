"""`app.py studio rotate-vault`, and what a backup has of the vault."""

import argparse
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from src.studio.accounts.user import User
from src.studio.commands import CommandError, add_commands, run_command
from src.studio.database.backup import back_up, restore
from src.studio.database.database import Database
from src.studio.errors import VaultError
from src.studio.vault.service import VaultService
from tests.settings import settings
from tests.studio.people import add_user
from tests.studio.vault.conftest import CALLER, KEY, MakeVault

ONE, TWO, THREE = (Fernet.generate_key().decode() for _ in range(3))


@pytest.fixture
def said() -> list[str]:
    """Return the lines that a command says."""
    return []


def rotate(store_url: str, said: list[str], *options: str, keys: str | None = None) -> int:
    """Run the command, and return its exit status."""
    parser = argparse.ArgumentParser()
    add_commands(parser)
    given = settings(studio=True, studio_database_url=store_url, studio_vault_keys=keys)
    return run_command(parser.parse_args(["rotate-vault", *options]), given, said.append)


def test_all_keys_are_encrypted_anew(make_vault: MakeVault, ada: User, store_url: str, said: list[str]) -> None:
    make_vault(studio_vault_keys=ONE).put(ada, "openai", KEY, caller=CALLER)
    assert rotate(store_url, said, keys=f"{TWO},{ONE}") == 0
    assert said == ["Encrypted with the vault's newest key: 1 of 1 keys."]
    assert make_vault(studio_vault_keys=TWO).reveal(ada.id, "openai") == KEY


def test_what_cannot_be_read_is_named_by_its_id_and_the_status_says_so(
    make_vault: MakeVault, ada: User, store_url: str, said: list[str]
) -> None:
    lost = make_vault(studio_vault_keys=THREE).put(ada, "lost", KEY, caller=CALLER)
    make_vault(studio_vault_keys=ONE).put(ada, "openai", KEY, caller=CALLER)
    assert rotate(store_url, said, keys=f"{TWO},{ONE}") == 1
    assert said == [
        "Encrypted with the vault's newest key: 1 of 2 keys.",
        f"Left as it was: {lost}, it was changed, or encrypted with a key that the vault does not have.",
    ]
    assert make_vault(studio_vault_keys=THREE).reveal(ada.id, "lost") == KEY


def test_an_empty_database_has_nothing_to_rotate(store_url: str, said: list[str]) -> None:
    assert rotate(store_url, said) == 0
    assert said == ["Encrypted with the vault's newest key: 0 of 0 keys."]


def test_a_lost_file_is_told_in_a_sentence(make_vault: MakeVault, ada: User, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'other' / 'studio.db'}"
    with pytest.raises(CommandError, match="put the new key before the others"):
        rotate(url, [], "--new-key", keys=ONE)
    with pytest.raises(CommandError, match="vault's key is not there"):
        rotate(url, [], "--new-key")


@pytest.fixture
def writing(make_vault: MakeVault, ada: User) -> Iterator[VaultService]:
    """Return a vault in which somebody changes keys all the time."""
    vault, stopped = make_vault(), threading.Event()
    for number in range(20):
        vault.put(ada, f"provider-{number}", f"key-{number}", caller=CALLER)

    def change() -> None:
        number = 0
        while not stopped.is_set():
            number = (number + 1) % 20
            vault.put(ada, f"provider-{number}", f"key-{number}", caller=CALLER)

    thread = threading.Thread(target=change)
    thread.start()
    yield vault
    stopped.set()
    thread.join()


def test_keys_are_changed_and_read_while_the_vault_is_rotated(
    writing: VaultService, make_vault: MakeVault, ada: User
) -> None:
    for _ in range(5):
        told = make_vault().rotate(new_key=True)
        assert (told.rows, told.failed) == (20, {})
        assert writing.reveal(ada.id, "provider-7") == "key-7"


def test_a_backup_has_the_keys_and_not_what_opens_them(
    make_vault: MakeVault, database: Database, ada: User, tmp_path: Path, folder: Path
) -> None:
    vault, path = make_vault(), tmp_path / "studio.backup"
    vault.put(ada, "openai", KEY, caller=CALLER)
    back_up(database, path)
    vault.delete(ada, "openai", CALLER)
    add_user(database, "bob@example.org")
    restore(database, path)
    assert make_vault().reveal(ada.id, "openai") == KEY
    (folder / "vault.key").rename(folder / "elsewhere")
    with pytest.raises(VaultError, match=r"until vault\.key is put back"):
        make_vault().reveal(ada.id, "openai")
