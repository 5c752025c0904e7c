"""On both databases: tokens for the command line, the list of sessions, their end, and clocks that are set."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import jwt
import pytest

from src.core.errors import UnauthorizedError
from src.studio.accounts import attempts, sessions
from src.studio.accounts.service import AccountService, Grant
from src.studio.accounts.user import Caller, SignedIn
from src.studio.database.database import Database
from src.studio.errors import ConflictError, InvalidFieldError, InvalidRequestError, NotFoundError, StorageError
from tests.conftest import SettableClock
from tests.studio.accounts.conftest import CALLER, applying
from tests.studio.conftest import PASSWORD

pytestmark = pytest.mark.usefixtures("cheap")

BROWSER = Caller(CALLER.address, "Firefox")
ADA = "ada@example.com"


@pytest.fixture
def grant(accounts: AccountService) -> Grant:
    """Return what somebody has who has just made an account."""
    return accounts.register(applying(), BROWSER)


@pytest.fixture
def who(accounts: AccountService, grant: Grant) -> SignedIn:
    """Return their session."""
    return accounts.user_of_token(grant.access_token)


def told(accounts: AccountService, token: str) -> str | None:
    """Return why a token is refused, None where it holds."""
    try:
        accounts.user_of_token(token)
    except UnauthorizedError as error:
        return str(error)
    return None


def test_a_token_holds_for_thirty_days(
    accounts: AccountService, who: SignedIn, clock: SettableClock, audited: Callable[[], list[Any]]
) -> None:
    made = accounts.sessions.make_token(who, " ci ", CALLER)
    assert (made.name, made.expires_at) == ("ci", clock.now + dt.timedelta(days=30))
    assert jwt.decode(made.token, options={"verify_signature": False})["type"] == "cli"
    assert made.token not in repr(made)
    shown = accounts.user_of_token(made.token)
    assert (shown.user, shown.session_id, shown.expires_at) == (who.user, made.id, made.expires_at)
    line = audited()[-1]
    assert (line.action, line.user_id, line.subject) == ("token_made", who.user.id, made.id)
    clock.move(days=29, hours=23, minutes=59)
    assert told(accounts, made.token) is None
    clock.move(minutes=1)
    assert told(accounts, made.token) == "Token expired"


def test_a_token_that_a_token_makes_ends_with_it(
    accounts: AccountService, who: SignedIn, clock: SettableClock
) -> None:
    made = accounts.sessions.make_token(who, None, CALLER)
    clock.move(days=20)
    second = accounts.sessions.make_token(accounts.user_of_token(made.token), None, CALLER)
    assert second.expires_at == made.expires_at


def test_a_tokens_ticket_is_whose_the_token_is(accounts: AccountService, who: SignedIn) -> None:
    made = accounts.sessions.make_token(who, None, CALLER)
    redeemed = accounts.redeem_ticket(accounts.issue_ticket(accounts.user_of_token(made.token)))
    assert (redeemed.session_id, redeemed.expires_at) == (made.id, made.expires_at)


@pytest.mark.parametrize("name", ["x" * 129, "a\nb", "\u202eic"])
def test_what_is_no_name_is_refused(accounts: AccountService, who: SignedIn, name: str) -> None:
    with pytest.raises(InvalidFieldError, match=r"^name: must"):
        accounts.sessions.make_token(who, name, CALLER)


def test_nobody_has_tokens_without_end(accounts: AccountService, who: SignedIn) -> None:
    made = [accounts.sessions.make_token(who, None, CALLER) for _ in range(sessions.TOKENS_A_USER)]
    with pytest.raises(ConflictError, match="50 tokens already"):
        accounts.sessions.make_token(who, None, CALLER)
    accounts.sessions.revoke(who, made[0].id, CALLER)
    accounts.sessions.make_token(who, None, CALLER)


def test_a_session_that_has_just_ended_makes_none(accounts: AccountService, who: SignedIn) -> None:
    accounts.sessions.revoke(who, who.session_id, CALLER)
    with pytest.raises(UnauthorizedError, match="Token expired"):
        accounts.sessions.make_token(who, None, CALLER)


def test_the_use_of_a_token_is_written_down_now_and_then(
    accounts: AccountService, who: SignedIn, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, began = accounts.sessions.make_token(who, None, CALLER), clock.now
    writes: list[dt.datetime] = []
    writing = Database.writing

    def counted(database: Database) -> Any:
        writes.append(clock.now)
        return writing(database)

    monkeypatch.setattr(Database, "writing", counted)
    for _ in range(100):
        clock.move(seconds=6)
        accounts.user_of_token(made.token)
    assert writes == [began + dt.timedelta(minutes=5), began + dt.timedelta(minutes=10)]
    used = next(one for one in accounts.sessions.of(who.user.id) if one.kind == "cli")
    assert used.last_used_at == clock.now


def test_a_token_is_read_where_nothing_can_be_written(
    accounts: AccountService, who: SignedIn, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = accounts.sessions.make_token(who, None, CALLER)
    clock.move(hours=1)

    def refuse(_: Database) -> Any:
        raise StorageError("Studio cannot write: its database is read-only.")

    monkeypatch.setattr(Database, "writing", refuse)
    assert told(accounts, made.token) is None


def test_everybody_sees_their_own_sessions_and_tokens(
    accounts: AccountService, who: SignedIn, clock: SettableClock
) -> None:
    accounts.register(applying("grace@example.com"), CALLER)
    clock.move(minutes=1)
    made = accounts.sessions.make_token(who, "ci", CALLER)
    clock.move(minutes=1)
    accounts.login(ADA, PASSWORD, Caller("192.0.2.9", "curl\r\n" + "x" * 500))
    newest, token, first = accounts.sessions.of(who.user.id)
    assert (newest.kind, newest.user_agent) == ("browser", "curl" + "x" * 252)
    assert (token.id, token.kind, token.name, token.user_agent) == (made.id, "cli", "ci", None)
    assert (first.id, first.kind, first.name, first.user_agent) == (who.session_id, "browser", None, "Firefox")
    clock.move(days=7, minutes=-1)
    assert [one.id for one in accounts.sessions.of(who.user.id)] == [newest.id, token.id]


def test_what_is_revoked_holds_no_more(
    accounts: AccountService, who: SignedIn, audited: Callable[[], list[Any]]
) -> None:
    made, other = accounts.sessions.make_token(who, "ci", CALLER), accounts.login(ADA, PASSWORD, CALLER)
    there = accounts.user_of_token(other.access_token)
    for session_id, token, kind in (
        (made.id, made.token, "cli"),
        (there.session_id, other.access_token, "browser"),
    ):
        accounts.sessions.revoke(who, session_id, CALLER)
        assert told(accounts, token) == "Token expired"
        assert not accounts.is_session_alive(session_id)
        with pytest.raises(NotFoundError):
            accounts.sessions.revoke(who, session_id, CALLER)
        line = audited()[-1]
        assert (line.action, line.subject, line.detail) == ("session_revoked", session_id, {"kind": kind})
    with pytest.raises(UnauthorizedError, match="Sign in again"):
        accounts.refresh(other.refresh_token, CALLER)


def test_nobody_ends_the_sessions_of_others(accounts: AccountService, who: SignedIn) -> None:
    grace = accounts.user_of_token(accounts.register(applying("grace@example.com"), CALLER).access_token)
    for session_id in (who.session_id, "0" * 32, "nope", "\0"):
        with pytest.raises(NotFoundError):
            accounts.sessions.revoke(grace, session_id, CALLER)
    accounts.sessions.revoke_others(grace, CALLER)
    assert accounts.is_session_alive(who.session_id)


def test_all_other_sessions_end_at_once_and_tokens_stay(
    accounts: AccountService, who: SignedIn, audited: Callable[[], list[Any]]
) -> None:
    made = accounts.sessions.make_token(who, None, CALLER)
    others = [accounts.login(ADA, PASSWORD, CALLER) for _ in range(3)]
    assert accounts.sessions.revoke_others(who, CALLER) == 3
    assert audited()[-1].detail == {"sessions": 3}
    assert [told(accounts, one.access_token) for one in others] == ["Token expired"] * 3
    assert {one.id for one in accounts.sessions.of(who.user.id)} == {who.session_id, made.id}
    assert accounts.sessions.revoke_others(who, CALLER) == 0


@pytest.mark.parametrize("hours", [1, 24])
def test_a_clock_that_was_set_back_makes_no_token_hold_longer(
    accounts: AccountService, who: SignedIn, grant: Grant, clock: SettableClock, hours: int
) -> None:
    made, ticket = accounts.sessions.make_token(who, None, CALLER), accounts.issue_ticket(who)
    clock.move(seconds=-30)
    assert told(accounts, grant.access_token) is None  # by so much servers may differ
    clock.move(seconds=30, hours=-hours)
    for token in (grant.access_token, made.token):
        assert told(accounts, token) == "Token expired"
    with pytest.raises(UnauthorizedError):
        accounts.redeem_ticket(ticket)
    second = accounts.refresh(grant.refresh_token, CALLER)  # nobody is signed out by it
    assert told(accounts, second.access_token) is None
    clock.move(hours=hours)
    assert told(accounts, grant.access_token) is None
    assert told(accounts, made.token) is None  # once its time has come
    assert told(accounts, second.access_token) == "Token expired"


def test_a_refresh_token_that_was_used_is_no_other_tabs_for_hours(
    accounts: AccountService, grant: Grant, clock: SettableClock
) -> None:
    accounts.refresh(grant.refresh_token, CALLER)
    clock.move(hours=-3)
    with pytest.raises(UnauthorizedError, match="Sign in again"):
        accounts.refresh(grant.refresh_token, CALLER)


def test_a_session_of_a_clock_that_was_ahead_ends_a_week_after_its_next_use(
    accounts: AccountService, clock: SettableClock
) -> None:
    clock.move(days=5)
    ahead = accounts.register(applying(), CALLER)
    clock.move(days=-5)
    now = accounts.refresh(ahead.refresh_token, CALLER)
    clock.move(days=7)
    with pytest.raises(UnauthorizedError):
        accounts.refresh(now.refresh_token, CALLER)


@pytest.mark.parametrize("hours", [-5, 5])
def test_nobody_is_locked_out_longer_by_a_clock_that_is_set_anew(
    accounts: AccountService, grant: Grant, clock: SettableClock, hours: int
) -> None:
    assert grant
    for _ in range(attempts.GUESSES.per_account):
        with pytest.raises(UnauthorizedError):
            accounts.login(ADA, "not the password", CALLER)
    clock.move(hours=hours)
    accounts.login(ADA, PASSWORD, CALLER)


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_link_holds_no_longer_by_a_clock_that_is_set_anew(
    accounts: AccountService, who: SignedIn, clock: SettableClock, hours: int
) -> None:
    token, _ = accounts.make_reset_link_token(who.user, who.user.id, CALLER)
    clock.move(hours=hours)
    with pytest.raises(InvalidRequestError, match="older than an hour"):
        accounts.resets.redeem(token, "another battery staple", CALLER)
    again, _ = accounts.make_reset_link_token(who.user, who.user.id, CALLER)
    accounts.resets.redeem(again, "another battery staple", CALLER)


def test_the_use_of_a_token_is_right_again_after_a_clock_was_ahead(
    accounts: AccountService, who: SignedIn, clock: SettableClock
) -> None:
    made = accounts.sessions.make_token(who, None, CALLER)
    clock.move(days=3)
    accounts.user_of_token(made.token)
    clock.move(days=-2)
    accounts.user_of_token(made.token)
    assert next(one for one in accounts.sessions.of(who.user.id) if one.id == made.id).last_used_at == clock.now
