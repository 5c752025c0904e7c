"""On both databases: the first account, roles, limits on guessing, what is written down, what is cleared away."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from src.core.errors import UnauthorizedError
from src.studio.accounts import attempts, passwords, tables
from src.studio.accounts.invitations import Invitations
from src.studio.accounts.mail import Mailer
from src.studio.accounts.service import AccountService
from src.studio.accounts.setup import code_of
from src.studio.accounts.user import Caller
from src.studio.database.database import Database
from src.studio.errors import (
    ConflictError,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
    TooManyRequestsError,
)
from tests.conftest import SettableClock
from tests.settings import settings
from tests.studio.accounts.conftest import CALLER, CHEAP, MakeAccounts, applying
from tests.studio.conftest import PASSWORD, SECRET


def fail(accounts: AccountService, email: str = "ada@example.com", address: str = CALLER.address) -> None:
    with pytest.raises(UnauthorizedError, match=r"^The e-mail or the password is wrong\.$"):
        accounts.login(email, "not the password", Caller(address))


def count(database: Database, table: Any) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


@pytest.mark.usefixtures("cheap")
def test_of_many_who_come_first_one_is_the_administrator(accounts: AccountService) -> None:
    with ThreadPoolExecutor(20) as pool:
        grants = list(pool.map(lambda n: accounts.register(applying(f"p{n}@example.com"), CALLER), range(20)))
    assert [grant.user.role for grant in grants].count("admin") == 1
    assert len({grant.user.id for grant in grants}) == 20


@pytest.mark.usefixtures("cheap")
def test_an_e_mail_has_one_account_however_many_want_it(accounts: AccountService, database: Database) -> None:
    def register(_: int) -> bool:
        try:
            accounts.register(applying("Ada@Example.com"), CALLER)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(register, range(8))).count(True) == 1
    assert count(database, tables.users) == 1


def test_an_account_of_the_same_e_mail_is_refused_before_it_costs_anything(
    accounts: AccountService, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.register(applying(), CALLER)
    monkeypatch.setattr(passwords, "hash_of", None)
    with pytest.raises(ConflictError, match="account with this e-mail already"):
        accounts.register(applying(" ADA@example.com"), CALLER)


@pytest.mark.parametrize(
    ("email", "password", "told"),
    [
        ("ada", PASSWORD, "@"),
        ("@example.com", PASSWORD, "@"),
        ("ada@", PASSWORD, "@"),
        ("a" * 250 + "@b.c", PASSWORD, None),
        ("a" * 251 + "@b.c", PASSWORD, "254 characters"),
        ("a\tda@example.com", PASSWORD, "cannot be seen"),
        ("a da@example.com", PASSWORD, "spaces"),
        ("a\u202eda@example.com", PASSWORD, "cannot be seen"),
        ("ada@example.com", "1234567", "8 characters"),
        ("ada@example.com", "12345678", None),
        ("ada@example.com", "😀" * 1024, None),
        ("ada@example.com", "ä" * 1025, "1,024 characters"),
    ],
)
@pytest.mark.usefixtures("cheap")
def test_what_an_account_is_made_of_is_checked(
    accounts: AccountService, email: str, password: str, told: str | None
) -> None:
    if told is None:
        accounts.register(applying(email, password=password), CALLER)
        accounts.login(email, password, CALLER)
    else:
        with pytest.raises(InvalidRequestError, match=told):
            accounts.register(applying(email, password=password), CALLER)


@pytest.mark.usefixtures("cheap")
def test_whose_e_mail_is_set_is_an_administrator_from_the_start_or_as_they_come(
    make_accounts: MakeAccounts, audited: Any
) -> None:
    plain = make_accounts()
    plain.register(applying(), CALLER)
    grace = plain.register(applying("grace@example.com"), CALLER)
    assert grace.user.role == "user"
    told = make_accounts(admin_email=" Grace@Example.com ")
    told.prepare()
    told.prepare()
    assert plain.user_of_token(grace.access_token).user.is_admin  # at once, by the token that they have
    (line,) = [line for line in audited() if line.action == "role_changed"]
    assert (line.subject, line.detail["after"], line.user_id) == (grace.user.id, "admin", None)
    late = make_accounts(admin_email="late@example.com")
    late.prepare()
    assert late.register(applying("Late@example.com"), CALLER).user.is_admin
    assert not late.register(applying("other@example.com"), CALLER).user.is_admin


@pytest.mark.usefixtures("cheap")
def test_whoever_says_to_be_the_administrator_to_a_server_that_others_reach_is_asked_for_proof(
    make_accounts: MakeAccounts, database: Database, clock: SettableClock
) -> None:
    told = {"host": "0.0.0.0", "studio_registration": "open", "admin_email": "root@example.com"}  # noqa: S104
    accounts, code = make_accounts(**told), code_of(SECRET.encode())
    ada = accounts.register(applying(setup_code=code), CALLER).user
    made = Invitations(database, clock, Mailer(settings(studio=True)))
    anybody = made.create(ada, None, "user", 7, CALLER).token
    for proof in ({}, {"invitation": anybody}, {"setup_code": "AAAA-AAAA-AAAA-AAAA"}):
        with pytest.raises(ForbiddenError, match="kept for the administrator"):
            accounts.register(applying("Root@example.com", **proof), CALLER)
    assert not accounts.register(applying("grace@example.com", invitation=anybody), CALLER).user.is_admin
    personal = made.create(ada, "root@example.com", "user", 7, CALLER).token
    assert accounts.register(applying("root@example.com", invitation=personal), CALLER).user.is_admin


def test_passwords_are_kept_by_argon2id_as_it_is_recommended(accounts: AccountService, database: Database) -> None:
    accounts.register(applying(), CALLER)
    with database.reading() as connection:
        kept = connection.execute(select(tables.users.c.password_hash)).scalar_one()
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not passwords.is_outdated(passwords.NOBODYS)


def test_a_password_that_was_kept_otherwise_is_kept_anew_as_its_owner_comes(
    accounts: AccountService, database: Database
) -> None:
    accounts.register(applying(), CALLER)
    with database.writing() as connection:
        connection.execute(tables.users.update().values(password_hash=CHEAP.hash(PASSWORD)))
    fail(accounts)
    accounts.login("ada@example.com", PASSWORD, CALLER)
    with database.reading() as connection:
        kept = connection.execute(select(tables.users.c.password_hash)).scalar_one()
    assert not passwords.is_outdated(kept)
    accounts.login("ada@example.com", PASSWORD, CALLER)


@pytest.mark.usefixtures("cheap")
def test_whoever_has_no_account_is_hashed_for_as_well(
    accounts: AccountService, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.register(applying(), CALLER)
    asked = []

    class Counted:
        def verify(self, kept: str, password: str) -> bool:
            asked.append(kept)
            return CHEAP.verify(kept, password)

    monkeypatch.setattr(passwords, "HASHER", Counted())
    fail(accounts)
    fail(accounts, "nobody@example.com")
    fail(accounts, "no e-mail at all")
    assert len(asked) == 3
    assert asked[1:] == [passwords.NOBODYS] * 2


def test_where_no_password_is_kept_none_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "NOBODYS", CHEAP.hash(PASSWORD))
    assert passwords.is_right(PASSWORD, passwords.NOBODYS)
    assert not passwords.is_right(PASSWORD, None)
    assert not passwords.is_right(PASSWORD, "no hash")


@pytest.mark.usefixtures("cheap")
def test_ten_failures_close_an_account_until_the_first_is_long_ago(
    accounts: AccountService, clock: SettableClock
) -> None:
    accounts.register(applying(), CALLER)
    for _ in range(10):
        fail(accounts)
        clock.move(seconds=1)
    with pytest.raises(TooManyRequestsError, match="Wait a while") as refused:
        accounts.login("ada@example.com", PASSWORD, Caller("198.51.100.1"))
    assert refused.value.retry_after == 15 * 60 - 10
    clock.move(seconds=refused.value.retry_after)
    accounts.login("ada@example.com", PASSWORD, Caller("198.51.100.1"))


@pytest.mark.usefixtures("cheap")
def test_a_right_password_after_some_wrong_ones_counts_from_the_beginning(accounts: AccountService) -> None:
    accounts.register(applying(), CALLER)
    for _ in range(3):
        for _ in range(9):
            fail(accounts)
        accounts.login("ada@example.com", PASSWORD, CALLER)


@pytest.mark.usefixtures("cheap")
def test_one_who_fails_does_not_lock_out_others_behind_the_same_address(accounts: AccountService) -> None:
    accounts.register(applying(), CALLER)
    accounts.register(applying("grace@example.com"), CALLER)
    for _ in range(10):
        fail(accounts)
    accounts.login("grace@example.com", PASSWORD, CALLER)


@pytest.mark.usefixtures("cheap")
def test_an_address_that_guesses_at_many_accounts_is_refused(accounts: AccountService) -> None:
    accounts.register(applying(), CALLER)
    for n in range(attempts.GUESSES.per_address):
        fail(accounts, f"p{n}@example.com", f"2001:db8:1:2::{n:x}")
    with pytest.raises(TooManyRequestsError):
        accounts.login("ada@example.com", PASSWORD, Caller("2001:db8:1:2:ffff::1"))
    accounts.login("ada@example.com", PASSWORD, Caller("2001:db8:1:3::1"))


@pytest.mark.usefixtures("cheap")
def test_a_classroom_behind_one_address_is_not_kept_out_by_one_who_fails(accounts: AccountService) -> None:
    room = Caller("2001:db8:1:2::5")
    for n in range(30):
        accounts.register(applying(f"p{n}@example.com"), room)
    for _ in range(attempts.GUESSES.per_account):
        fail(accounts, "p0@example.com", room.address)
    for n in range(attempts.GUESSES.per_address - attempts.GUESSES.per_account):
        fail(accounts, f"guess{n}@example.com", room.address)
    for guessed in ("guess@example.com", "p0@example.com"):
        with pytest.raises(TooManyRequestsError):
            accounts.login(guessed, PASSWORD, room)
    for n in range(1, 30):
        accounts.login(f"p{n}@example.com", PASSWORD, Caller("2001:db8:1:2:a::7"))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8::5", "2001:db8::/64"),
        ("::1", "::/64"),
        ("testclient", "testclient"),
        ("x" * 70, "x" * 64),
    ],
)
def test_what_one_person_has_of_addresses(address: str, network: str) -> None:
    assert attempts.network_of(address) == network


@pytest.mark.usefixtures("cheap")
def test_as_many_as_guess_at_once_have_the_same_limit(make_accounts: MakeAccounts, database: Database) -> None:
    accounts = make_accounts()
    accounts.register(applying(), CALLER)

    def guess(n: int) -> type[Exception] | None:
        try:
            accounts.login("ada@example.com", f"guess {n}", CALLER)
        except (UnauthorizedError, TooManyRequestsError) as error:
            return type(error)
        return None

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(guess, range(40)))
    assert answers.count(UnauthorizedError) == attempts.GUESSES.per_account
    assert answers.count(TooManyRequestsError) == 30


@pytest.mark.usefixtures("cheap")
def test_guests_of_the_demo_are_apart_and_no_administrators(make_accounts: MakeAccounts) -> None:
    accounts = make_accounts(leaderboard_demo=True)
    one, other = accounts.enter_demo(CALLER).user, accounts.enter_demo(CALLER).user
    assert one.id != other.id
    assert (one.role, one.is_demo, one.limits.max_concurrent) == ("user", True, 2)
    assert one.email.startswith("demo-")
    assert one.email.endswith("@demo.invalid")
    fail(accounts, one.email)
    assert accounts.register(applying(), CALLER).user.is_admin  # the first who stays


@pytest.mark.usefixtures("cheap")
def test_limits_are_changed_one_by_one_and_hold_at_once(accounts: AccountService, audited: Any) -> None:
    admin = accounts.register(applying(), CALLER).user
    grant = accounts.register(applying("grace@example.com"), CALLER)
    changed = accounts.change_limits(admin, grant.user.id, {"max_concurrent": 3}, CALLER)
    now = accounts.user_of_token(grant.access_token).user.limits
    assert now == changed
    assert (now.max_concurrent, now.benchmarks_per_hour, now.max_runs_per_benchmark) == (3, 20, 10)
    line = audited()[-1]
    assert (line.action, line.user_id, line.subject) == ("limits_changed", admin.id, grant.user.id)
    assert (line.detail["before"]["max_concurrent"], line.detail["after"]["max_concurrent"]) == (1, 3)
    with pytest.raises(NotFoundError):
        accounts.change_limits(admin, "0" * 32, {"max_concurrent": 3}, CALLER)


@pytest.mark.usefixtures("cheap")
def test_what_is_done_with_accounts_is_written_down(accounts: AccountService, audited: Any) -> None:
    ada = accounts.register(applying(), CALLER)
    fail(accounts)
    fail(accounts, PASSWORD)
    grant = accounts.login("ada@example.com", PASSWORD, CALLER)
    accounts.logout(grant.refresh_token, CALLER)
    lines = audited()
    assert [line.action for line in lines] == ["register", "login_failed", "login_failed", "login", "logout"]
    assert [line.email for line in lines] == [*["ada@example.com"] * 2, None, *["ada@example.com"] * 2]
    assert {line.address for line in lines} == {CALLER.address}
    assert {line.user_id for line in lines} == {ada.user.id, None}
    assert PASSWORD not in repr(lines)


@pytest.mark.usefixtures("cheap")
def test_what_cannot_be_kept_leaves_no_trace(
    accounts: AccountService, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("src.studio.accounts.audit.note", breaks)
    with pytest.raises(RuntimeError):
        accounts.register(applying(), CALLER)
    assert count(database, tables.users) == count(database, tables.sessions) == 0


@pytest.mark.usefixtures("cheap")
def test_what_has_ended_is_cleared_away_and_nothing_else(
    make_accounts: MakeAccounts, database: Database, clock: SettableClock
) -> None:
    accounts = make_accounts(leaderboard_demo=True)
    grant = accounts.register(applying(), CALLER)
    accounts.enter_demo(CALLER)
    old = accounts.login("ada@example.com", PASSWORD, CALLER)
    accounts.issue_ticket(accounts.user_of_token(grant.access_token))
    fail(accounts)
    clock.move(days=1)
    grant = accounts.refresh(grant.refresh_token, CALLER)
    accounts.purge(clock())
    counted = (tables.users, tables.sessions, tables.used_refresh_tokens, tables.ws_tickets, tables.failed_logins)
    assert [count(database, table) for table in counted] == [2, 3, 1, 0, 0]
    clock.move(days=6)
    accounts.purge(clock())
    assert [count(database, table) for table in counted] == [1, 1, 1, 0, 0]
    accounts.refresh(grant.refresh_token, CALLER)
    with pytest.raises(UnauthorizedError):
        accounts.refresh(old.refresh_token, CALLER)
    clock.move(days=1)
    accounts.purge(clock())
    assert [count(database, table) for table in counted] == [1, 1, 1, 0, 0]


def test_nobody_reads_tokens_in_the_database(accounts: AccountService, database: Database) -> None:
    grant = accounts.register(applying(), CALLER)
    ticket = accounts.issue_ticket(accounts.user_of_token(grant.access_token))
    grant = accounts.refresh(grant.refresh_token, CALLER)
    shown = ""
    for table in tables.users.metadata.sorted_tables:
        with database.reading() as connection:
            shown += repr(list(connection.execute(select(table))))
    assert len(shown) > 500
    for secret in (PASSWORD, ticket, grant.refresh_token, grant.access_token):
        assert secret is not None
        assert secret not in shown
        assert secret not in repr(grant)
