"""The service of accounts on a database of its own, and short ways to ask for what it does."""

from collections.abc import Callable
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from src.studio.accounts import passwords, tables
from src.studio.accounts.mail import Mail, Mailer
from src.studio.accounts.service import AccountService, Application
from src.studio.accounts.user import Caller
from src.studio.database.database import Database
from src.studio.settings import StudioSettings
from tests.conftest import SettableClock
from tests.settings import settings
from tests.studio.conftest import PASSWORD, SECRET

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
CALLER = Caller("192.0.2.7")


class Mailbox(Mailer):
    """A mailer that keeps what it is to send."""

    def __init__(self, told: StudioSettings) -> None:
        super().__init__(told)
        self.mails: list[Mail] = []

    def send(self, mail: Mail) -> None:
        self.mails.append(mail)


MakeAccounts = Callable[..., AccountService]


@pytest.fixture
def make_accounts(database: Database, clock: SettableClock) -> MakeAccounts:
    """Return a maker of services on the same database."""

    def make(**changes: Any) -> AccountService:
        told = settings(studio=True, **{"studio_secret": SECRET, **changes})
        return AccountService(told, clock, database, Mailbox(told))

    return make


@pytest.fixture
def accounts(make_accounts: MakeAccounts) -> AccountService:
    """Return the service."""
    return make_accounts()


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let passwords cost nothing, where it is not about them."""
    monkeypatch.setattr(passwords, "HASHER", CHEAP)
    monkeypatch.setattr(passwords, "NOBODYS", CHEAP.hash("nobody knows"))


@pytest.fixture
def audited(database: Database) -> Callable[[], list[Any]]:
    """Return what returns the lines of the audit, in order."""

    def read() -> list[Any]:
        with database.reading() as connection:
            return list(connection.execute(select(tables.audit).order_by(tables.audit.c.id)))

    return read


def applying(email: str = "ada@example.com", **more: Any) -> Application:
    """Return what somebody gives who wants an account."""
    return Application(email, more.pop("password", PASSWORD), **more)
