"""Keys are kept for one user and one provider, and nobody reads them by another way."""

import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select, update

from src.studio.accounts.tables import audit, users
from src.studio.accounts.user import User
from src.studio.database.database import Database
from src.studio.errors import InvalidFieldError, InvalidRequestError, NotFoundError, VaultError
from src.studio.vault import service
from src.studio.vault.service import VaultService
from src.studio.vault.tables import provider_keys
from tests.conftest import SettableClock
from tests.studio.conftest import NOW
from tests.studio.people import add_user
from tests.studio.vault.conftest import CALLER, KEY, MakeVault

ONE, TWO = (Fernet.generate_key().decode() for _ in range(2))


def kept(database: Database) -> dict[str, Any]:
    """Return the rows of the vault, by their providers."""
    with database.reading() as connection:
        return {row.provider_key: row for row in connection.execute(select(provider_keys))}


def change(database: Database, where: str, /, **values: Any) -> None:
    """Change a row behind the vault's back."""
    with database.writing() as connection:
        connection.execute(update(provider_keys).where(provider_keys.c.provider_key == where).values(**values))


def test_a_key_comes_back_to_its_owner_for_its_provider_alone(
    vault: VaultService, database: Database, ada: User
) -> None:
    bob = add_user(database, "bob@example.org")
    key_id = vault.put(ada, "openai", KEY, caller=CALLER, key_name="Mine")
    assert vault.reveal(ada.id, "openai") == KEY
    assert vault.reveal(ada.id, "groq") is None
    assert vault.reveal(bob.id, "openai") is None
    (told,) = vault.keys_of(ada.id).values()
    assert (told.id, told.provider_key, told.key_name, told.updated_at) == (key_id, "openai", "Mine", NOW)
    assert vault.keys_of(bob.id) == {}
    assert KEY not in kept(database)["openai"].sealed


def test_a_new_key_takes_the_place_of_the_one_before_and_keeps_its_name(
    vault: VaultService, ada: User, clock: SettableClock
) -> None:
    first = vault.put(ada, "openai", "first", caller=CALLER, key_name="Mine")
    clock.move(minutes=1)
    assert vault.put(ada, "openai", KEY, caller=CALLER) == first
    assert vault.reveal(ada.id, "openai") == KEY
    told = vault.keys_of(ada.id)["openai"]
    assert (told.key_name, told.updated_at) == ("Mine", clock())
    vault.put(ada, "openai", KEY, caller=CALLER, key_name="Other")
    assert vault.keys_of(ada.id)["openai"].key_name == "Other"


def test_a_key_that_is_deleted_is_gone(vault: VaultService, database: Database, ada: User) -> None:
    vault.put(ada, "openai", KEY, caller=CALLER)
    with pytest.raises(NotFoundError):
        vault.delete(add_user(database, "bob@example.org"), "openai", CALLER)
    vault.delete(ada, "openai", CALLER)
    assert vault.reveal(ada.id, "openai") is None
    with pytest.raises(NotFoundError):
        vault.delete(ada, "openai", CALLER)


def test_keys_go_with_their_owner(vault: VaultService, database: Database, ada: User) -> None:
    vault.put(ada, "openai", KEY, caller=CALLER)
    with database.writing() as connection:
        connection.execute(users.delete().where(users.c.id == ada.id))
    assert kept(database) == {}


def test_who_changed_which_key_is_written_down_and_no_value(
    vault: VaultService, database: Database, ada: User
) -> None:
    key_id = vault.put(ada, "openai", KEY, caller=CALLER)
    vault.delete(ada, "openai", CALLER)
    with database.reading() as connection:
        lines = list(connection.execute(select(audit).order_by(audit.c.id)))
    assert [(line.action, line.user_id, line.subject, line.detail, line.address) for line in lines] == [
        ("key_changed", ada.id, "openai", {"key_id": key_id}, CALLER.address),
        ("key_deleted", ada.id, "openai", None, CALLER.address),
    ]


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "sk-1\n",
        "\nsk-1",
        "sk-1\r\nX-Other: 1",
        "sk 1",
        "sk-\t1",
        "sk-\x00",
        "sk-ä",
        "“sk-1”",
        "sk-\x7f",
        "\ud800",
    ],
)
def test_what_no_header_can_carry_is_refused(
    vault: VaultService, database: Database, ada: User, value: str
) -> None:
    with pytest.raises(InvalidFieldError, match=r"^The key (is empty|has a space)") as refused:
        vault.put(ada, "openai", value, caller=CALLER)
    assert not value.strip() or value.strip() not in str(refused.value)
    assert kept(database) == {}


def test_a_key_of_8_kb_is_kept_and_a_longer_one_is_refused(vault: VaultService, ada: User) -> None:
    vault.put(ada, "openai", "k" * 8192, caller=CALLER)
    assert vault.reveal(ada.id, "openai") == "k" * 8192
    with pytest.raises(InvalidFieldError, match="8,192"):
        vault.put(ada, "openai", "k" * 8193, caller=CALLER)


def test_nobody_fills_the_vault(vault: VaultService, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_KEYS", 2)
    for provider_key in ("one", "two"):
        vault.put(ada, provider_key, KEY, caller=CALLER)
    with pytest.raises(InvalidRequestError, match="More than 2 keys"):
        vault.put(ada, "three", KEY, caller=CALLER)
    vault.put(ada, "two", "changed", caller=CALLER)


def test_a_row_that_is_copied_to_another_user_or_provider_does_not_open(
    vault: VaultService, database: Database, ada: User
) -> None:
    bob = add_user(database, "bob@example.org")
    vault.put(ada, "openai", KEY, caller=CALLER)
    vault.put(bob, "openai-of-bob", "bobs", caller=CALLER)
    change(database, "openai-of-bob", sealed=kept(database)["openai"].sealed)
    with pytest.raises(VaultError, match="belongs to another user, or to another provider"):
        vault.reveal(bob.id, "openai-of-bob")
    change(database, "openai", provider_key="evil")
    with pytest.raises(VaultError, match="'evil' cannot be read: it belongs to another") as refused:
        vault.reveal(ada.id, "evil")
    assert KEY not in str(refused.value)
    change(database, "evil", provider_key="openai")
    assert vault.reveal(ada.id, "openai") == KEY


@pytest.mark.parametrize(
    "spoil",
    [
        lambda sealed: "",
        lambda sealed: sealed[:-1],
        lambda sealed: sealed[:40] + ("A" if sealed[40] != "A" else "B") + sealed[41:],
        lambda sealed: "not even base64 ä",
        lambda sealed: Fernet(ONE).encrypt(b"of another vault").decode(),
    ],
)
def test_what_was_changed_is_told_in_a_sentence_and_can_be_entered_anew(
    vault: VaultService, database: Database, ada: User, spoil: Callable[[str], str]
) -> None:
    vault.put(ada, "openai", KEY, caller=CALLER)
    change(database, "openai", sealed=spoil(kept(database)["openai"].sealed))
    with pytest.raises(VaultError, match="'openai' cannot be read: it was changed"):
        vault.reveal(ada.id, "openai")
    vault.put(ada, "openai", KEY, caller=CALLER)
    assert vault.reveal(ada.id, "openai") == KEY


def test_what_is_sealed_and_is_no_key_does_not_open(make_vault: MakeVault, database: Database, ada: User) -> None:
    vault = make_vault(studio_vault_keys=ONE)
    vault.put(ada, "openai", KEY, caller=CALLER)
    for inner in (b"no JSON", b"[]", b"{}", b"null", b'["x"]'):
        change(database, "openai", sealed=Fernet(ONE).encrypt(inner).decode())
        with pytest.raises(VaultError, match="'openai' cannot be read"):
            vault.reveal(ada.id, "openai")


def test_the_first_use_makes_a_key_for_its_owner_alone(vault: VaultService, ada: User, folder: Path) -> None:
    assert vault.reveal(ada.id, "openai") is None
    assert not folder.exists()
    vault.put(ada, "openai", KEY, caller=CALLER)
    assert [path.name for path in folder.iterdir()] == ["vault.key"]
    assert stat.S_IMODE((folder / "vault.key").stat().st_mode) == 0o600


def test_all_processes_that_come_first_at_once_have_the_same_key(
    make_vault: MakeVault, database: Database, folder: Path
) -> None:
    people = [add_user(database, f"{number}@example.org") for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda user: make_vault().put(user, "openai", user.email, caller=CALLER), people))
    assert [make_vault().reveal(user.id, "openai") for user in people] == [user.email for user in people]
    assert len((folder / "vault.key").read_text().split()) == 1
    assert [path.name for path in folder.iterdir()] == ["vault.key"]


def test_a_lost_key_is_told_in_a_sentence_and_nothing_is_destroyed(
    make_vault: MakeVault, database: Database, ada: User, folder: Path
) -> None:
    vault, path = make_vault(), folder / "vault.key"
    vault.put(ada, "openai", KEY, caller=CALLER)
    lost, before = path.read_text(), kept(database)
    path.unlink()
    for some in (vault, make_vault()):
        with pytest.raises(VaultError, match="vault's key is not there"):
            some.reveal(ada.id, "openai")
    assert not path.exists()
    vault.put(ada, "groq", "entered-anew", caller=CALLER)
    assert vault.reveal(ada.id, "groq") == "entered-anew"
    with pytest.raises(VaultError, match="'openai' cannot be read: it was changed, or encrypted with a key that"):
        vault.reveal(ada.id, "openai")
    assert kept(database)["openai"] == before["openai"]
    assert set(vault.keys_of(ada.id)) == {"groq", "openai"}
    path.write_text(path.read_text() + lost)
    assert [vault.reveal(ada.id, name) for name in ("groq", "openai")] == ["entered-anew", KEY]


@pytest.mark.parametrize(
    "text",
    ["", "\n", "nonsense", ONE[:-2], f"{ONE}\nnonsense"],
    ids=["empty", "blank", "nonsense", "short", "one of two"],
)
def test_a_file_of_something_else_closes_the_vault_and_stays(
    vault: VaultService, ada: User, folder: Path, text: str
) -> None:
    vault.put(ada, "openai", KEY, caller=CALLER)
    (folder / "vault.key").write_text(text)
    for use in (lambda: vault.reveal(ada.id, "openai"), lambda: vault.put(ada, "openai", KEY, caller=CALLER)):
        with pytest.raises(VaultError, match="something else than keys") as refused:
            use()
        assert ONE not in str(refused.value)
    assert (folder / "vault.key").read_text() == text


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_a_file_that_others_can_read_closes_the_vault(
    vault: VaultService, ada: User, folder: Path, mode: int
) -> None:
    vault.put(ada, "openai", KEY, caller=CALLER)
    (folder / "vault.key").chmod(mode)
    with pytest.raises(VaultError, match=r"chmod 600 vault\.key"):
        vault.reveal(ada.id, "openai")


def test_where_there_can_be_no_file_the_vault_is_closed(vault: VaultService, ada: User, folder: Path) -> None:
    folder.write_text("a file where a folder should be")
    with pytest.raises(VaultError, match=r"vault\.key cannot be used"):
        vault.put(ada, "openai", KEY, caller=CALLER)


def test_keys_that_are_set_are_used_and_no_file_is_made(make_vault: MakeVault, ada: User, folder: Path) -> None:
    make_vault(studio_vault_keys=ONE).put(ada, "openai", KEY, caller=CALLER)
    assert make_vault(studio_vault_keys=f" {TWO} , {ONE} ").reveal(ada.id, "openai") == KEY
    with pytest.raises(VaultError):
        make_vault(studio_vault_keys=TWO).reveal(ada.id, "openai")
    assert not folder.exists()


def test_a_rotation_encrypts_all_keys_with_the_newest_one(
    make_vault: MakeVault, database: Database, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "ROWS_AT_ONCE", 2)
    old = make_vault(studio_vault_keys=ONE)
    names = [f"provider-{number}" for number in range(5)]
    for name in names:
        old.put(ada, name, f"key of {name}".replace(" ", "-"), caller=CALLER)
    told = make_vault(studio_vault_keys=f"{TWO},{ONE}").rotate()
    assert (told.rows, told.failed) == (5, {})
    new = make_vault(studio_vault_keys=TWO)
    assert [new.reveal(ada.id, name) for name in names] == [f"key-of-{name}" for name in names]
    with pytest.raises(VaultError):
        old.reveal(ada.id, "provider-0")
    with database.reading() as connection:
        (line,) = connection.execute(select(audit).where(audit.c.action == "vault_rotated"))
    assert (line.user_id, line.detail) == (None, {"rows": 5, "failed": 0})


def test_a_rotation_leaves_what_it_cannot_read_and_says_which(
    make_vault: MakeVault, database: Database, ada: User
) -> None:
    lost = make_vault(studio_vault_keys=ONE).put(ada, "lost", KEY, caller=CALLER)
    vault = make_vault(studio_vault_keys=TWO)
    for name in ("moved", "well"):
        vault.put(ada, name, KEY, caller=CALLER)
    change(database, "moved", provider_key="elsewhere")
    before = kept(database)
    told = vault.rotate()
    assert told.rows == 1
    assert told.failed == {
        lost: "it was changed, or encrypted with a key that the vault does not have",
        before["elsewhere"].id: "it belongs to another user, or to another provider",
    }
    after = kept(database)
    assert [after[name] == before[name] for name in ("lost", "elsewhere", "well")] == [True, True, False]


def test_a_new_key_of_the_file_holds_at_once_in_every_process(
    make_vault: MakeVault, ada: User, folder: Path
) -> None:
    server = make_vault()
    server.put(ada, "openai", KEY, caller=CALLER)
    before = (folder / "vault.key").read_text().split()
    assert make_vault().rotate(new_key=True).rows == 1
    newest, *others = (folder / "vault.key").read_text().split()
    assert others == before != [newest]
    assert stat.S_IMODE((folder / "vault.key").stat().st_mode) == 0o600
    (folder / "vault.key").write_text(newest)
    assert server.reveal(ada.id, "openai") == KEY


def test_of_two_who_rotate_at_once_neither_loses_the_others_key(
    make_vault: MakeVault, ada: User, folder: Path
) -> None:
    make_vault().put(ada, "openai", KEY, caller=CALLER)
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: make_vault().rotate(new_key=True), range(8)))
    assert [(one.rows, one.failed) for one in told] == [(1, {})] * 8
    assert len((folder / "vault.key").read_text().split()) == 9
    assert make_vault().reveal(ada.id, "openai") == KEY


def test_a_new_key_is_made_for_the_file_alone(make_vault: MakeVault) -> None:
    with pytest.raises(VaultError, match="STUDIO_VAULT_KEYS is set"):
        make_vault(studio_vault_keys=ONE).rotate(new_key=True)


def test_an_empty_vault_is_rotated_without_a_key(vault: VaultService, folder: Path) -> None:
    assert vault.rotate().rows == 0
    assert not folder.exists()
