"""The secret is made once, readable by its owner alone; the set-up code goes with it."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from src.core.errors import ConfigurationError
from src.studio.accounts.secret import derive, read_secret
from src.studio.accounts.setup import code_of, is_code, setup_code
from src.studio.database.database import Database
from tests.settings import settings
from tests.studio.accounts.conftest import CALLER, MakeAccounts, applying
from tests.studio.conftest import SECRET

PUBLIC = "0.0.0.0"  # noqa: S104 - where others can reach it


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "studio-secret"


@pytest.fixture
def made(file: Path) -> Any:
    """Return settings without a secret, of a database beside which one can be kept."""
    return settings(studio=True, studio_database_url=f"sqlite:///{file.parent / 'studio.db'}")


def test_a_secret_that_is_set_is_used_and_none_is_made(file: Path, made: Any) -> None:
    told = settings(studio=True, studio_secret=SECRET, studio_database_url=made.studio_database_url)
    assert read_secret(told) == SECRET.encode()
    assert not file.parent.exists()


def test_the_first_start_makes_one_for_its_owner_alone(file: Path, made: Any) -> None:
    secret = read_secret(made)
    assert len(secret) == 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_secret(made) == secret
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_all_who_start_at_once_have_the_same(file: Path, made: Any) -> None:
    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(lambda _: read_secret(made), range(16)))) == 1
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o602])
def test_one_that_others_can_read_is_refused(file: Path, made: Any, mode: int) -> None:
    secret = read_secret(made)
    file.chmod(mode)
    with pytest.raises(ConfigurationError, match="can be read by others") as refused:
        read_secret(made)
    assert secret.decode() not in str(refused.value)
    file.chmod(0o400)
    assert read_secret(made) == secret


@pytest.mark.parametrize("text", ["", "\n", "too short", " " * 64])
def test_one_that_is_too_short_is_refused(file: Path, made: Any, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(ConfigurationError, match="fewer than 32 bytes"):
        read_secret(made)


def test_where_there_can_be_no_file_the_setting_is_named(file: Path, made: Any) -> None:
    file.parent.write_text("a file where a folder should be")
    with pytest.raises(ConfigurationError, match="STUDIO_SECRET is not set"):
        read_secret(made)


def test_keys_for_one_purpose_tell_nothing_of_those_for_another() -> None:
    secret = SECRET.encode()
    assert len({secret, *(derive(secret, purpose) for purpose in ("a", "b"))}) == 3
    assert derive(secret, "a") == derive(secret, "a")


def test_the_code_is_the_same_for_all_processes_and_short_enough_to_type() -> None:
    code = code_of(SECRET.encode())
    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4]
    assert code == code_of(SECRET.encode()) != code_of(SECRET.encode() + b"!")
    assert is_code(code.lower().replace("-", ""), SECRET.encode())
    assert not is_code(code[:-1], SECRET.encode())
    assert not is_code("", SECRET.encode())


def test_a_code_is_told_until_there_is_an_account(
    make_accounts: MakeAccounts, database: Database, store_url: str
) -> None:
    def code(**changes: Any) -> str | None:
        values = {"host": PUBLIC, "studio_secret": SECRET, "studio_database_url": store_url, **changes}
        return setup_code(settings(studio=True, leaderboard_demo=True, **values))

    accounts = make_accounts(leaderboard_demo=True)
    accounts.enter_demo(CALLER)
    assert code() == code_of(SECRET.encode())
    assert code(host="127.0.0.1") is None
    accounts.register(applying(), CALLER)
    assert code() is None


def test_a_code_is_told_before_there_is_a_database(file: Path, made: Any) -> None:
    public = settings(studio=True, studio_database_url=made.studio_database_url, host=PUBLIC)
    assert setup_code(public) == code_of(read_secret(public))
