"""On both databases: what people change of their own account, and its end."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from src.core.clock import utc_now
from src.core.errors import UnauthorizedError
from src.studio.accounts import attempts, passwords, repository
from src.studio.accounts.directory import Directory
from src.studio.accounts.service import AccountService
from src.studio.accounts.tables import sessions, users
from src.studio.accounts.user import SignedIn
from src.studio.database.database import Database
from src.studio.errors import ConflictError, ForbiddenError, InvalidRequestError, TooManyRequestsError
from tests.studio.accounts.conftest import CALLER, MakeAccounts, applying
from tests.studio.conftest import PASSWORD

pytestmark = pytest.mark.usefixtures("cheap")

ADA, GRACE, NEW = "ada@example.com", "grace@example.com", "another battery staple"
Act = Callable[[AccountService, SignedIn, str], object]


def signed_in(accounts: AccountService, email: str = ADA) -> SignedIn:
    """Make an account, and return its session."""
    return accounts.user_of_token(accounts.register(applying(email), CALLER).access_token)


def change_password(accounts: AccountService, who: SignedIn, password: str = PASSWORD) -> None:
    accounts.own.change_password(who, password, NEW, CALLER)


def change_email(accounts: AccountService, who: SignedIn, password: str = PASSWORD) -> None:
    accounts.own.change_email(who, password, "new@example.com", CALLER)


def begin_to_leave(accounts: AccountService, who: SignedIn, password: str = PASSWORD) -> None:
    accounts.own.begin_to_leave(who, password, CALLER)


ACTS = pytest.mark.parametrize("act", [change_password, change_email, begin_to_leave])


def test_a_new_password_ends_all_other_sessions_and_tokens(
    accounts: AccountService, audited: Callable[[], list[Any]]
) -> None:
    who = signed_in(accounts)
    other = accounts.login(ADA, PASSWORD, CALLER)
    token = accounts.sessions.make_token(who, None, CALLER).token
    accounts.own.change_password(who, PASSWORD, NEW, CALLER)
    for ended in (other.access_token, token):
        with pytest.raises(UnauthorizedError, match="Token expired"):
            accounts.user_of_token(ended)
    assert accounts.is_session_alive(who.session_id)
    with pytest.raises(UnauthorizedError):
        accounts.login(ADA, PASSWORD, CALLER)
    assert accounts.login(ADA, NEW, CALLER)
    line = next(line for line in audited() if line.action == "password_changed")
    assert (line.user_id, line.detail) == (who.user.id, {"sessions": 2})


def test_a_sign_in_by_a_password_that_changes_meanwhile_is_none(
    accounts: AccountService, monkeypatch: pytest.MonkeyPatch
) -> None:
    who, look = signed_in(accounts), passwords.is_right

    def slow(password: str, kept: str | None) -> bool:
        monkeypatch.setattr(passwords, "is_right", look)
        change_password(accounts, who)
        return look(password, kept)

    monkeypatch.setattr(passwords, "is_right", slow)
    with pytest.raises(UnauthorizedError):
        accounts.login(ADA, PASSWORD, CALLER)
    assert [one.id for one in accounts.sessions.of(who.user.id)] == [who.session_id]


@pytest.mark.parametrize("new", ["short", "", "ä" * 1025])
def test_a_new_password_is_checked_first(accounts: AccountService, new: str) -> None:
    who = signed_in(accounts)
    with pytest.raises(InvalidRequestError, match="password must have"):
        accounts.own.change_password(who, PASSWORD, new, CALLER)


@pytest.mark.parametrize("new", ["12345678", "x" * 1000, "密码" * 500, "pass\u0301word \N{SNOWMAN}", " " * 8])
def test_passwords_of_all_kinds_are_kept(accounts: AccountService, new: str) -> None:
    accounts.own.change_password(signed_in(accounts), PASSWORD, new, CALLER)
    assert accounts.login(ADA, new, CALLER)


def test_a_new_e_mail_is_where_one_signs_in(accounts: AccountService, audited: Callable[[], list[Any]]) -> None:
    who = signed_in(accounts)
    token, _ = accounts.make_reset_link_token(who.user, who.user.id, CALLER)
    accounts.resets.ask(ADA, None, CALLER)
    user = accounts.own.change_email(who, PASSWORD, " Ada@XN--MNCHEN-3YA.example ", CALLER)
    assert user.email == "ada@münchen.example"
    assert accounts.login("ADA@MÜNCHEN.example", PASSWORD, CALLER).user.id == who.user.id
    with pytest.raises(UnauthorizedError):
        accounts.login(ADA, PASSWORD, CALLER)
    with pytest.raises(InvalidRequestError):
        accounts.resets.redeem(token, NEW, CALLER)
    assert accounts.pending_resets() == []
    line = next(line for line in audited() if line.action == "email_changed")
    assert (line.email, line.detail) == (user.email, {"before": ADA, "after": user.email})
    assert signed_in(accounts, ADA).user.id != who.user.id  # it is free now


@pytest.mark.parametrize(
    ("email", "told"),
    [
        ("grace", "either side of an @"),
        ("grace@", "either side of an @"),
        ("grace@example..com", "domain"),
        ("grace@-example.com", "domain"),
        ("grace@\N{SNOWMAN}.example", "domain"),
        (f"grace@{'x' * 64}.com", "domain"),
        ("grace@[192.0.2.1]", "domain"),
        ('"grace"@example.com', "any of"),
        ("grace@home@example.com", "second @"),
        ("grace\r\nBcc: eve@example.com", "spaces"),
        ("gra\u200bce@example.com", "cannot be seen"),
        ("g" * 243 + "@example.com", "254 characters"),
    ],
)
def test_what_cannot_be_an_e_mail_is_refused(accounts: AccountService, email: str, told: str) -> None:
    with pytest.raises(InvalidRequestError, match=told):
        accounts.own.change_email(signed_in(accounts), PASSWORD, email, CALLER)


def test_nobody_takes_the_e_mail_of_those_who_leave(accounts: AccountService, database: Database) -> None:
    admin, who, directory = signed_in(accounts), signed_in(accounts, GRACE), Directory(database, utc_now)
    directory.change_role(admin.user, who.user.id, "admin", CALLER)
    for domain in ("leaving.invalid", "LEAVING.Invalid"):
        with pytest.raises(InvalidRequestError, match="Nobody can have an e-mail of"):
            accounts.own.change_email(who, PASSWORD, f"{who.user.id}@{domain}", CALLER)
    assert not directory.leaving()
    directory.change_role(admin.user, who.user.id, "user", CALLER)  # she is there, for others to see


@pytest.mark.parametrize("email", ["g" * 242 + "@example.com", "grace@localhost", "gräce+1@straße.example"])
def test_what_can_be_an_e_mail_is_kept(accounts: AccountService, email: str) -> None:
    assert accounts.own.change_email(signed_in(accounts), PASSWORD, email, CALLER).email == email
    assert accounts.login(email, PASSWORD, CALLER)


def test_an_e_mail_is_one_accounts_however_it_is_spelt(accounts: AccountService) -> None:
    signed_in(accounts, "grace@münchen.example")
    ada = signed_in(accounts)
    for email in ("grace@xn--mnchen-3ya.example", "GRACE@mu\u0308nchen.EXAMPLE"):
        with pytest.raises(ConflictError, match="account with this e-mail already"):
            accounts.own.change_email(ada, PASSWORD, email, CALLER)
    assert accounts.own.change_email(ada, PASSWORD, ADA.upper(), CALLER).email == ADA


def test_of_two_who_want_an_e_mail_one_gets_it(accounts: AccountService) -> None:
    people = [signed_in(accounts, f"p{n}@example.com") for n in range(6)]

    def change(who: SignedIn) -> bool:
        try:
            change_email(accounts, who)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(change, people)).count(True) == 1


def test_nobody_makes_themselves_an_administrator_by_their_e_mail(make_accounts: MakeAccounts) -> None:
    accounts = make_accounts(admin_email="Root@example.com")
    signed_in(accounts)
    grace = signed_in(accounts, GRACE)
    with pytest.raises(ForbiddenError, match="kept for the administrator"):
        accounts.own.change_email(grace, PASSWORD, "root@example.com", CALLER)


@ACTS
def test_every_change_takes_the_password_which_is_guessed_so_often(
    accounts: AccountService, act: Act, audited: Callable[[], list[Any]]
) -> None:
    signed_in(accounts, "root@example.com")
    who = signed_in(accounts)
    for _ in range(attempts.GUESSES.per_account):
        with pytest.raises(ForbiddenError, match=r"^The password is wrong\.$"):
            act(accounts, who, "not the password")
    with pytest.raises(TooManyRequestsError):
        act(accounts, who, PASSWORD)
    with pytest.raises(TooManyRequestsError):
        accounts.login(ADA, PASSWORD, CALLER)
    assert audited()[-1].action == "password_refused"
    assert accounts.is_session_alive(who.session_id)


@ACTS
def test_of_two_changes_at_once_the_second_is_refused(
    accounts: AccountService, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in(accounts, "root@example.com")
    who, look = signed_in(accounts), passwords.is_right

    def slow(password: str, kept: str | None) -> bool:
        monkeypatch.setattr(passwords, "is_right", look)
        change_password(accounts, who)
        return look(password, kept)

    monkeypatch.setattr(passwords, "is_right", slow)
    with pytest.raises(ConflictError, match="changed meanwhile"):
        act(accounts, who, PASSWORD)


@ACTS
def test_guests_of_the_demo_have_none_of_it(make_accounts: MakeAccounts, act: Act) -> None:
    accounts = make_accounts(leaderboard_demo=True)
    guest = accounts.user_of_token(accounts.enter_demo(CALLER).access_token)
    with pytest.raises(ForbiddenError, match="Guests of the demo"):
        act(accounts, guest, PASSWORD)


def test_whoever_leaves_is_gone_with_all_that_is_theirs_but_what_was_written_down(
    accounts: AccountService, database: Database, audited: Callable[[], list[Any]]
) -> None:
    signed_in(accounts, "root@example.com")
    who = signed_in(accounts)
    token = accounts.sessions.make_token(who, None, CALLER).token
    begin_to_leave(accounts, who)
    with pytest.raises(UnauthorizedError, match="Token expired"):
        accounts.user_of_token(token)
    accounts.own.leave(who.user, 3, CALLER)
    accounts.own.leave(who.user, 0, CALLER)  # somebody was quicker
    with pytest.raises(UnauthorizedError, match="Token expired"):
        accounts.user_of_token(token)
    directory = Directory(database, utc_now)
    assert directory.leaving() == [who.user.id]
    directory.end(who.user.id)
    with pytest.raises(UnauthorizedError, match="User not found"):
        accounts.user_of_token(token)
    with database.reading() as connection:
        for table in (users.c.id, sessions.c.user_id):
            assert connection.execute(select(func.count()).where(table == who.user.id)).scalar_one() == 0
    left = [line for line in audited() if line.user_id == who.user.id]
    assert [line.action for line in left] == ["register", "token_made", "account_deleted"]
    assert (left[-1].email, left[-1].detail) == (ADA, {"cancelled_jobs": 3})
    assert signed_in(accounts).user.id != who.user.id


def test_the_last_administrator_stays(accounts: AccountService) -> None:
    admin = signed_in(accounts)
    signed_in(accounts, GRACE)
    with pytest.raises(ConflictError, match="last administrator"):
        begin_to_leave(accounts, admin)
    assert accounts.is_session_alive(admin.session_id)


def test_of_two_administrators_who_leave_at_once_one_stays(accounts: AccountService, database: Database) -> None:
    people = [signed_in(accounts, f"p{n}@example.com") for n in range(4)]
    with database.writing() as connection:
        for who in people:
            repository.set_role(connection, who.user.id, "admin")

    def leave(who: SignedIn) -> bool:
        try:
            begin_to_leave(accounts, who)
            accounts.own.leave(who.user, 0, CALLER)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(leave, people)).count(True) == 3
    with database.reading() as connection:
        admins = select(users.c.email).where(users.c.role == "admin")
        (left,) = connection.execute(admins).scalars()
        assert left in {who.user.email for who in people}
