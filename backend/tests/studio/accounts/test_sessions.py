"""On both databases: access tokens, refresh tokens that change with each use, and tickets for sockets."""

import base64
import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jwt
import pytest

from src.core.errors import UnauthorizedError
from src.studio.accounts.secret import derive
from src.studio.accounts.service import AccountService, Grant
from src.studio.accounts.tables import users
from src.studio.database.database import Database
from tests.conftest import SettableClock
from tests.studio.accounts.conftest import CALLER, MakeAccounts, applying
from tests.studio.conftest import PASSWORD, SECRET

KEY = derive(SECRET.encode(), "access tokens")
OTHER_KEY = "another secret that has thirty-two bytes and more"


@pytest.fixture
def grant(accounts: AccountService) -> Grant:
    """Return what somebody has who has just made an account."""
    return accounts.register(applying(), CALLER)


def refused(accounts: AccountService, token: str | None) -> None:
    with pytest.raises(UnauthorizedError, match="Sign in again"):
        accounts.refresh(token, CALLER)


def test_an_access_token_holds_for_a_quarter_of_an_hour(
    accounts: AccountService, grant: Grant, clock: SettableClock
) -> None:
    signed_in = accounts.user_of_token(grant.access_token)
    assert signed_in.user == grant.user
    assert signed_in.expires_at == clock.now + dt.timedelta(minutes=15)
    clock.move(minutes=14, seconds=59)
    accounts.user_of_token(grant.access_token)
    clock.move(seconds=1)
    with pytest.raises(UnauthorizedError, match=r"^Token expired$"):
        accounts.user_of_token(grant.access_token)


def test_it_says_who_and_by_which_session_and_nothing_more(grant: Grant, clock: SettableClock) -> None:
    claims = jwt.decode(grant.access_token, KEY, ["HS256"], options={"verify_exp": False, "verify_iat": False})
    assert claims.keys() == {"sub", "sid", "type", "iat", "exp", "jti"}
    assert (claims["sub"], claims["type"]) == (grant.user.id, "access")
    assert claims["exp"] - claims["iat"] == 900
    assert claims["iat"] == int(clock.now.timestamp())


def unsigned(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, None, "none")  # ty: ignore[invalid-argument-type]


def without(name: str) -> Callable[[dict[str, Any]], str]:
    return lambda claims: jwt.encode({key: claims[key] for key in claims if key != name}, KEY)


def having(**changes: Any) -> Callable[[dict[str, Any]], str]:
    return lambda claims: jwt.encode(claims | changes, KEY)


def with_other_head(claims: dict[str, Any]) -> str:
    """Return a token that was signed by HS256, and says that it needs no signature."""
    _, payload, signature = jwt.encode(claims, KEY).split(".")
    head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    return f"{head}.{payload}.{signature}"


@pytest.mark.filterwarnings("ignore:The HMAC key is")  # too short for HS512
@pytest.mark.parametrize(
    ("make", "told"),
    [
        (unsigned, "Invalid token"),
        (with_other_head, "Invalid token"),
        (lambda claims: jwt.encode(claims, KEY, "HS512"), "Invalid token"),
        (lambda claims: jwt.encode(claims, OTHER_KEY), "Invalid token"),
        (lambda claims: jwt.encode(claims, SECRET), "Invalid token"),
        *((without(name), "Invalid token") for name in ("sub", "sid", "type", "iat", "exp", "jti")),
        (having(exp="tomorrow"), "Invalid token"),
        (having(sid=["0" * 32]), "Invalid token"),
        (having(sub=7), "Invalid token"),
        (having(aud="somebody else"), "Invalid token"),
        (having(type="refresh"), "Invalid token type"),
        (having(type=["access"]), "Invalid token type"),
        (having(sub="0" * 32), "User not found"),
        (having(sid="0" * 32), "Token expired"),
        (lambda _: "", "Invalid token"),
        (lambda _: "a.b.c", "Invalid token"),
        (lambda _: "\xff.\xff.\xff", "Invalid token"),
    ],
)
def test_what_is_no_access_token_of_ours_is_refused(
    accounts: AccountService, grant: Grant, make: Callable[[dict[str, Any]], str], told: str
) -> None:
    claims = jwt.decode(grant.access_token, options={"verify_signature": False})
    assert accounts.user_of_token(jwt.encode(claims, KEY)).user == grant.user
    with pytest.raises(UnauthorizedError, match=f"^({told})$"):
        accounts.user_of_token(make(claims))


def test_a_refresh_token_is_no_access_token_and_the_other_way_round(
    accounts: AccountService, grant: Grant
) -> None:
    with pytest.raises(UnauthorizedError, match=r"^Invalid token type$"):
        accounts.user_of_token(grant.refresh_token or "")
    refused(accounts, grant.access_token)


def test_nobody_goes_by_anothers_session(accounts: AccountService, grant: Grant) -> None:
    other = accounts.register(applying("grace@example.com"), CALLER)
    mine = jwt.decode(grant.access_token, options={"verify_signature": False})
    theirs = jwt.decode(other.access_token, options={"verify_signature": False})
    with pytest.raises(UnauthorizedError, match=r"^Token expired$"):
        accounts.user_of_token(jwt.encode(mine | {"sid": theirs["sid"]}, KEY))


def test_a_refresh_token_is_used_once(accounts: AccountService, grant: Grant, clock: SettableClock) -> None:
    clock.move(hours=1)
    second = accounts.refresh(grant.refresh_token, CALLER)
    assert second.user == grant.user
    assert second.refresh_token not in {None, grant.refresh_token}
    session = accounts.user_of_token(second.access_token).session_id
    clock.move(hours=1)
    third = accounts.refresh(second.refresh_token, CALLER)
    assert accounts.user_of_token(third.access_token).session_id == session
    assert len({grant.refresh_token, second.refresh_token, third.refresh_token}) == 3


@pytest.mark.parametrize("rotations", [1, 2, 5])
def test_one_that_comes_once_more_later_ends_the_session_for_all_who_have_it(
    accounts: AccountService, grant: Grant, clock: SettableClock, audited: Any, rotations: int
) -> None:
    newest = grant
    for _ in range(rotations):
        newest = accounts.refresh(newest.refresh_token, CALLER)
    clock.move(seconds=10, milliseconds=1)
    other = accounts.login("ada@example.com", PASSWORD, CALLER)
    refused(accounts, grant.refresh_token)
    refused(accounts, newest.refresh_token)
    with pytest.raises(UnauthorizedError, match=r"^Token expired$"):
        accounts.user_of_token(newest.access_token)
    refused(accounts, grant.refresh_token)
    assert [line.action for line in audited()].count("refresh_reused") == 1
    assert accounts.user_of_token(other.access_token)  # another session of theirs


def test_tabs_that_ask_at_once_all_go_on(accounts: AccountService, grant: Grant, clock: SettableClock) -> None:
    with ThreadPoolExecutor(8) as pool:
        grants = list(pool.map(lambda _: accounts.refresh(grant.refresh_token, CALLER), range(8)))
    # whichever answer comes last, the browser has the newest token, though one of them was lost on its way
    assert len({one.refresh_token for one in grants}) == 1
    for one in grants:
        accounts.user_of_token(one.access_token)
    clock.move(seconds=10)
    late = accounts.refresh(grant.refresh_token, CALLER)
    assert late.refresh_token == grants[0].refresh_token
    clock.move(seconds=1)
    accounts.refresh(late.refresh_token, CALLER)


def test_a_tab_that_is_two_tokens_behind_leaves_the_cookie_as_it_is(
    accounts: AccountService, grant: Grant
) -> None:
    second = accounts.refresh(grant.refresh_token, CALLER)
    accounts.refresh(second.refresh_token, CALLER)
    late = accounts.refresh(grant.refresh_token, CALLER)
    assert late.refresh_token is None
    assert accounts.user_of_token(late.access_token).user == grant.user


def test_a_session_ends_a_week_after_its_last_use(
    accounts: AccountService, grant: Grant, clock: SettableClock
) -> None:
    clock.move(days=6, hours=23)
    second = accounts.refresh(grant.refresh_token, CALLER)
    clock.move(days=6, hours=23)
    third = accounts.refresh(second.refresh_token, CALLER)
    clock.move(days=7)
    refused(accounts, third.refresh_token)


@pytest.mark.parametrize("token", [None, "", "nonsense", "\xff", "a" * 5000])
def test_what_is_no_refresh_token_is_refused(accounts: AccountService, grant: Grant, token: str | None) -> None:
    refused(accounts, token)
    accounts.logout(token, CALLER)
    accounts.refresh(grant.refresh_token, CALLER)


@pytest.mark.parametrize("rotations", [0, 1])
def test_signing_out_ends_the_session_and_all_its_tokens_at_once(
    accounts: AccountService, grant: Grant, rotations: int
) -> None:
    newest = grant
    for _ in range(rotations):
        newest = accounts.refresh(grant.refresh_token, CALLER)
    session = accounts.user_of_token(grant.access_token).session_id
    assert accounts.is_session_alive(session)
    accounts.logout(grant.refresh_token, CALLER)
    assert not accounts.is_session_alive(session)
    for one in (grant, newest):
        refused(accounts, one.refresh_token)
        with pytest.raises(UnauthorizedError, match=r"^Token expired$"):
            accounts.user_of_token(one.access_token)


def test_another_secret_signs_everybody_out(
    make_accounts: MakeAccounts, accounts: AccountService, grant: Grant
) -> None:
    changed = make_accounts(studio_secret=OTHER_KEY)
    with pytest.raises(UnauthorizedError, match=r"^Invalid token$"):
        changed.user_of_token(grant.access_token)
    refused(changed, grant.refresh_token)
    assert accounts.user_of_token(grant.access_token)


def test_whoever_is_deleted_is_out_at_once(accounts: AccountService, grant: Grant, database: Database) -> None:
    with database.writing() as connection:
        connection.execute(users.delete())
    with pytest.raises(UnauthorizedError, match=r"^User not found$"):
        accounts.user_of_token(grant.access_token)
    refused(accounts, grant.refresh_token)


def test_a_ticket_is_taken_once(accounts: AccountService, grant: Grant, clock: SettableClock) -> None:
    signed_in = accounts.user_of_token(grant.access_token)
    ticket = accounts.issue_ticket(signed_in)

    def take(_: int) -> bool:
        try:
            taken = accounts.redeem_ticket(ticket)
        except UnauthorizedError:
            return False
        assert (taken.user, taken.session_id) == (signed_in.user, signed_in.session_id)
        assert taken.expires_at == clock.now + dt.timedelta(days=7)
        return True

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(take, range(6))).count(True) == 1


def test_a_ticket_holds_for_half_a_minute_and_not_longer_than_its_session(
    accounts: AccountService, grant: Grant, clock: SettableClock
) -> None:
    signed_in = accounts.user_of_token(grant.access_token)
    late, orphaned = accounts.issue_ticket(signed_in), accounts.issue_ticket(signed_in)
    clock.move(seconds=30)
    with pytest.raises(UnauthorizedError):
        accounts.redeem_ticket(late)
    clock.move(seconds=-30)
    accounts.logout(grant.refresh_token, CALLER)
    for ticket in (late, orphaned, "nonsense", ""):
        with pytest.raises(UnauthorizedError):
            accounts.redeem_ticket(ticket)
