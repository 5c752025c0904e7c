"""On both databases: links to set a new password, who may ask for them, and what they end."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from src.core.errors import UnauthorizedError
from src.studio.accounts import attempts
from src.studio.accounts.resets import PasswordResets
from src.studio.accounts.service import AccountService
from src.studio.accounts.tables import reset_requests, reset_tokens
from src.studio.accounts.user import Caller
from src.studio.database.database import Database
from src.studio.errors import InvalidRequestError, NotFoundError, TooManyRequestsError
from tests.conftest import SettableClock
from tests.studio.accounts.conftest import CALLER, Mailbox, MakeAccounts, applying
from tests.studio.conftest import PASSWORD

pytestmark = pytest.mark.usefixtures("cheap")

ADA, PAGE, NEW = "ada@example.com", "https://board.example.com", "another battery staple"
MAIL = {"smtp_host": "mail.example.com", "smtp_from": "studio@example.com"}


@pytest.fixture
def mailing(make_accounts: MakeAccounts) -> AccountService:
    """Return a service that sends mails, with an administrator, Ada."""
    accounts = make_accounts(**MAIL)
    accounts.register(applying(ADA), CALLER)
    return accounts


def mails(accounts: AccountService) -> list[Any]:
    mailer = accounts._mailer
    assert isinstance(mailer, Mailbox)
    return mailer.mails


def ask(accounts: AccountService, email: str = ADA, page: str | None = PAGE, address: str = "192.0.2.7") -> bool:
    return accounts.resets.ask(email, page, Caller(address))


def token_of(accounts: AccountService, email: str = ADA) -> str:
    """Ask for a link, and return the token of the mail that comes."""
    ask(accounts, email)
    found = re.search(rf"^{PAGE}/studio/reset\?token=([\w-]+)$", mails(accounts)[-1].text, re.MULTILINE)
    assert found
    return found[1]


def refuse(resets: PasswordResets, token: str) -> None:
    with pytest.raises(InvalidRequestError, match=r"used already, or is older than an hour"):
        resets.redeem(token, NEW, CALLER)


def test_a_link_sets_a_password_once_and_ends_all_that_went_on_by_the_old_one(
    mailing: AccountService, audited: Callable[[], list[Any]], database: Database
) -> None:
    grant = mailing.login(ADA, PASSWORD, CALLER)
    signed_in = mailing.user_of_token(grant.access_token)
    cli = mailing.sessions.make_token(signed_in, "ci", CALLER).token
    other = mailing.register(applying("grace@example.com"), CALLER)
    token = token_of(mailing, " ADA@Example.com ")
    with database.reading() as connection:
        assert token not in str(connection.execute(select(reset_tokens)).all())
    mailing.resets.redeem(token, NEW, CALLER)
    refuse(mailing.resets, token)
    for ended in (grant.access_token, cli):
        with pytest.raises(UnauthorizedError, match="Token expired"):
            mailing.user_of_token(ended)
    with pytest.raises(UnauthorizedError, match="Sign in again"):
        mailing.refresh(grant.refresh_token, CALLER)
    with pytest.raises(UnauthorizedError):
        mailing.login(ADA, PASSWORD, CALLER)
    assert mailing.login(ADA, NEW, CALLER)
    assert mailing.user_of_token(other.access_token)
    assert [line.action for line in audited()][-4:] == ["reset_asked", "password_reset", "login_failed", "login"]


def test_what_cannot_be_a_password_does_not_use_a_link_up(mailing: AccountService) -> None:
    token = token_of(mailing)
    for password in ("short", "ä" * 513):
        with pytest.raises(InvalidRequestError, match="password must have"):
            mailing.resets.redeem(token, password, CALLER)
    mailing.resets.redeem(token, "pässwörd" * 64, CALLER)
    assert mailing.login(ADA, "pässwörd" * 64, CALLER)


def test_a_link_holds_for_an_hour(mailing: AccountService, clock: SettableClock) -> None:
    late, right = token_of(mailing), None
    clock.move(minutes=1)
    right = token_of(mailing)
    clock.move(minutes=59)
    refuse(mailing.resets, late)
    mailing.resets.redeem(right, NEW, CALLER)


@pytest.mark.parametrize("token", ["", "nonsense", "\xff", "x" * 5000])
def test_what_is_no_links_token_is_refused(mailing: AccountService, token: str) -> None:
    token_of(mailing)
    refuse(mailing.resets, token)


def test_of_many_who_have_a_link_one_sets_the_password(mailing: AccountService) -> None:
    token = token_of(mailing)

    def redeem(n: int) -> bool:
        try:
            mailing.resets.redeem(token, f"{NEW} {n}", CALLER)
        except InvalidRequestError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(redeem, range(8))).count(True) == 1


def test_whoever_has_guessed_too_often_gets_in_by_a_link(mailing: AccountService) -> None:
    for _ in range(attempts.GUESSES.per_account):
        with pytest.raises(UnauthorizedError):
            mailing.login(ADA, "not the password", CALLER)
    mailing.resets.redeem(token_of(mailing), NEW, CALLER)
    assert mailing.login(ADA, NEW, CALLER)


def test_one_link_that_was_used_takes_the_others_along(mailing: AccountService) -> None:
    first, second = token_of(mailing), token_of(mailing)
    mailing.resets.redeem(first, NEW, CALLER)
    refuse(mailing.resets, second)


def test_nobody_is_told_whether_there_is_an_account(mailing: AccountService, make_accounts: MakeAccounts) -> None:
    assert ask(mailing) is ask(mailing, "nobody@example.com") is True
    assert [mail.to for mail in mails(mailing)] == [ADA]
    unsent = make_accounts()
    assert ask(unsent) is ask(unsent, "nobody@example.com") is False
    assert [one.email for one in unsent.pending_resets()] == [ADA]


def test_guests_of_the_demo_are_sent_nothing(make_accounts: MakeAccounts) -> None:
    accounts = make_accounts(leaderboard_demo=True, **MAIL)
    guest = accounts.enter_demo(CALLER).user
    admin = accounts.register(applying(), CALLER).user
    assert ask(accounts, guest.email)
    assert mails(accounts) == []
    with pytest.raises(InvalidRequestError, match="no password"):
        accounts.make_reset_link_token(admin, guest.id, CALLER)


@pytest.mark.parametrize("email", ["ada", "", "a da@example.com", "a" * 250 + "@example.com"])
def test_what_is_no_e_mail_is_refused(mailing: AccountService, email: str) -> None:
    with pytest.raises(InvalidRequestError, match=r"e-mail must"):
        ask(mailing, email)


@pytest.mark.parametrize("email", [ADA, "nobody@example.com"])
def test_links_are_asked_for_so_often_for_an_account(
    mailing: AccountService, clock: SettableClock, email: str
) -> None:
    for n in range(attempts.RESETS.per_account):
        ask(mailing, email, address=f"192.0.2.{n}")
    with pytest.raises(TooManyRequestsError) as refused:
        ask(mailing, email.upper(), address="198.51.100.1")
    assert refused.value.retry_after == 900
    ask(mailing, "grace@example.com")
    assert mailing.login(ADA, PASSWORD, CALLER)  # to ask is no guess
    clock.move(minutes=15)
    ask(mailing, email)


def test_links_are_asked_for_so_often_from_an_address(mailing: AccountService) -> None:
    for n in range(attempts.RESETS.per_address):
        ask(mailing, f"p{n}@example.com", address=f"2001:db8::{n:x}")
    with pytest.raises(TooManyRequestsError):
        ask(mailing, address="2001:db8::ffff")
    ask(mailing, address="x" * 70)
    assert mailing.login(ADA, PASSWORD, Caller("2001:db8::1"))


def test_without_mail_administrators_see_who_asks_and_hand_a_link_over(
    accounts: AccountService, clock: SettableClock, audited: Callable[[], list[Any]]
) -> None:
    admin = accounts.register(applying(), CALLER).user
    grace = accounts.register(applying("grace@example.com"), CALLER).user
    ask(accounts, "grace@example.com")
    clock.move(minutes=5)
    ask(accounts, ADA)
    ask(accounts, "grace@example.com")
    waiting = accounts.pending_resets()
    assert [(one.user_id, one.asked_at) for one in waiting] == [(admin.id, clock.now), (grace.id, clock.now)]
    token, expires_at = accounts.make_reset_link_token(admin, grace.id, CALLER)
    assert (expires_at - clock.now).total_seconds() == 3600
    assert [one.user_id for one in accounts.pending_resets()] == [admin.id]
    line = audited()[-1]
    assert (line.action, line.user_id, line.subject) == ("reset_link_made", admin.id, grace.id)
    accounts.resets.redeem(token, NEW, CALLER)
    assert accounts.login("grace@example.com", NEW, CALLER)
    with pytest.raises(NotFoundError):
        accounts.make_reset_link_token(admin, "0" * 32, CALLER)


def test_where_nobody_knows_the_pages_address_no_mail_names_one(mailing: AccountService) -> None:
    assert ask(mailing, page=None) is False
    assert mails(mailing) == []
    assert [one.email for one in mailing.pending_resets()] == [ADA]


def test_a_mail_that_could_not_be_sent_is_left_to_administrators(mailing: AccountService) -> None:
    ask(mailing)
    assert mailing.pending_resets() == []
    mails(mailing)[-1].failed()
    assert [one.email for one in mailing.pending_resets()] == [ADA]


def test_what_nobody_can_use_any_more_is_cleared_away(
    mailing: AccountService, clock: SettableClock, database: Database
) -> None:
    ask(mailing)
    ask(mailing, page=None)

    def left() -> list[int]:
        mailing.purge(clock.now)
        with database.reading() as connection:
            return [len(connection.execute(select(table)).all()) for table in (reset_tokens, reset_requests)]

    clock.move(minutes=59)
    assert left() == [1, 1]
    clock.move(minutes=1)
    assert left() == [0, 1]
    clock.move(days=30)
    assert left() == [0, 0]
