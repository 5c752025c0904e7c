"""A vault on each database, and somebody who has keys in it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from src.studio.accounts.service import Caller
from src.studio.accounts.user import User
from src.studio.database.database import Database
from src.studio.vault.service import VaultService
from tests.conftest import SettableClock
from tests.settings import settings
from tests.studio.people import add_user

CALLER = Caller("192.0.2.7")
KEY = "planted.Provider~Key/91aa-0c"

MakeVault = Callable[..., VaultService]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where the vault's key is kept."""
    return tmp_path / "kept"


@pytest.fixture
def make_vault(database: Database, clock: SettableClock, folder: Path) -> MakeVault:
    """Return a maker of vaults on the same database, as several processes have them."""

    def make(**changes: Any) -> VaultService:
        beside = {"studio_database_url": f"sqlite:///{folder / 'studio.db'}"}
        return VaultService(settings(studio=True, **beside, **changes), database, clock)

    return make


@pytest.fixture
def vault(make_vault: MakeVault) -> VaultService:
    """Return a vault."""
    return make_vault()


@pytest.fixture
def ada(database: Database) -> User:
    """Return somebody."""
    return add_user(database)
