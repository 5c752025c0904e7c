"""Over HTTP: cookies, whose pages may ask, what is refused and how, and what is told of it all."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from src.studio.accounts.setup import code_of
from src.telemetry.logs import JsonLines
from tests.conftest import SettableClock
from tests.studio.conftest import PASSWORD, SECRET, MakeStudio, sign_up

LOGIN, REGISTER, REFRESH = "/api/auth/login", "/api/auth/register", "/api/auth/refresh"
ADA = {"email": "ada@example.com", "password": PASSWORD}
PUBLIC = {"host": "0.0.0.0", "allowed_hosts": ("*",)}  # noqa: S104 - where others can reach it
COOKIE_ROUTES = [LOGIN, REGISTER, REFRESH, "/api/auth/logout", "/api/auth/demo"]


def bearer(answer: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def told(answer: Any, status: int, code: str) -> str:
    """Return the sentence of an error that has the form that all have."""
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.json().keys() == {"detail", "error", "code", "request_id"}
    assert answer.json()["error"] == answer.json()["detail"]
    return answer.json()["detail"]


@pytest.fixture
def public(make_studio: MakeStudio) -> Iterator[TestClient]:
    """Return a client of a server that others can reach."""
    with TestClient(make_studio(**PUBLIC), raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize("way", [REGISTER, LOGIN, REFRESH])
def test_the_refresh_token_comes_in_a_cookie_that_scripts_cannot_read(studio: TestClient, way: str) -> None:
    answer = studio.post(REGISTER, json=ADA)
    if way != REGISTER:
        answer = studio.post(way, json=ADA)
    assert answer.json().keys() == {"user", "access_token"}
    assert answer.headers["cache-control"] == "no-store"
    token, *attributes = answer.headers["set-cookie"].split("; ")
    assert token.startswith("refresh_token=")
    assert token.removeprefix("refresh_token=") not in answer.text
    assert {part.lower() for part in attributes} == {
        "httponly",
        "samesite=strict",
        "path=/api/auth",
        "max-age=604800",
    }


@pytest.mark.parametrize(
    ("scheme", "setting", "secure"),
    [
        ("http", None, False),
        ("https", None, True),
        ("http", True, True),
        ("https", False, False),
    ],
)
def test_by_https_the_cookie_is_for_https_alone(
    make_studio: MakeStudio, scheme: str, setting: bool | None, secure: bool
) -> None:
    with TestClient(make_studio(cookie_secure=setting), base_url=f"{scheme}://localhost") as client:
        cookie = client.post(REGISTER, json=ADA).headers["set-cookie"].lower()
    assert ("; secure" in cookie) is secure


def test_a_session_goes_on_by_the_cookie(studio: TestClient, clock: SettableClock) -> None:
    first = studio.post(REGISTER, json=ADA)
    before = studio.cookies["refresh_token"]
    clock.move(minutes=15)
    assert told(studio.get("/api/auth/me", headers=bearer(first)), 401, "unauthorized") == "Token expired"
    again = studio.post(REFRESH)
    assert again.json()["user"] == first.json()["user"]
    assert studio.get("/api/auth/me", headers=bearer(again)).status_code == 200
    assert studio.cookies["refresh_token"] != before


def test_without_a_cookie_nothing_goes_on(studio: TestClient) -> None:
    assert "Sign in again" in told(studio.post(REFRESH), 401, "unauthorized")


def test_signing_out_clears_the_cookie_and_ends_the_session(studio: TestClient) -> None:
    headers = sign_up(studio)
    token = studio.cookies["refresh_token"]
    answer = studio.post("/api/auth/logout")
    assert answer.json() == {"status": "ok"}
    assert 'refresh_token=""' in answer.headers["set-cookie"]
    assert "Path=/api/auth;" in answer.headers["set-cookie"]
    assert "refresh_token" not in studio.cookies
    assert studio.get("/api/auth/me", headers=headers).status_code == 401
    assert studio.post(REFRESH, headers={"Cookie": f"refresh_token={token}"}).status_code == 401
    assert studio.post("/api/auth/logout").json() == {"status": "ok"}
    assert studio.post("/api/auth/logout", headers={"Cookie": "refresh_token=stale"}).json() == {"status": "ok"}


def test_signing_in_begins_a_session_of_its_own_whatever_cookie_is_there(studio: TestClient) -> None:
    first = studio.post(REGISTER, json=ADA)
    token = studio.cookies["refresh_token"]
    second = studio.post(LOGIN, json=ADA)
    assert studio.cookies["refresh_token"] != token
    studio.post("/api/auth/logout")
    assert studio.get("/api/auth/me", headers=bearer(second)).status_code == 401
    assert studio.get("/api/auth/me", headers=bearer(first)).status_code == 200


@pytest.mark.parametrize("path", COOKIE_ROUTES)
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver.evil.example", ""])
def test_strangers_pages_sign_nobody_in_or_out(studio: TestClient, path: str, origin: str) -> None:
    headers = sign_up(studio)
    token = studio.cookies["refresh_token"]
    answer = studio.post(path, json=ADA, headers={"Origin": origin})
    told(answer, 403, "forbidden_origin")
    assert "set-cookie" not in answer.headers
    assert studio.cookies["refresh_token"] == token
    assert studio.get("/api/auth/me", headers=headers).status_code == 200


@pytest.mark.parametrize("origin", ["http://testserver", "https://board.example.com"])
def test_the_page_may_ask_from_wherever_it_is_served(make_studio: MakeStudio, origin: str) -> None:
    with TestClient(make_studio(cors_origins="https://board.example.com")) as client:
        sign_up(client)
        assert client.post(REFRESH, headers={"Origin": origin}).status_code == 200


@pytest.mark.parametrize(
    ("header", "detail"),
    [
        (None, "Not authenticated"),
        ("", "Not authenticated"),
        ("Basic YTpi", "Not authenticated"),
        ("Bearer", "Not authenticated"),
        ("Bearer nonsense", "Invalid token"),
    ],
)
def test_whoever_is_not_signed_in_is_told_so(studio: TestClient, header: str | None, detail: str) -> None:
    answer = studio.get("/api/auth/me", headers={} if header is None else {"Authorization": header})
    assert told(answer, 401, "unauthorized") == detail
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_wrong_password_and_a_missing_account_are_told_alike(studio: TestClient) -> None:
    sign_up(studio)
    wrong = studio.post(LOGIN, json={**ADA, "password": "something else"})
    missing = studio.post(LOGIN, json={**ADA, "email": "nobody@example.com"})
    assert told(wrong, 401, "unauthorized") == told(missing, 401, "unauthorized")


def test_too_many_failures_are_told_with_when_to_come_again(studio: TestClient, clock: SettableClock) -> None:
    sign_up(studio)
    for _ in range(10):
        studio.post(LOGIN, json={**ADA, "password": "something else"})
    answer = studio.post(LOGIN, json=ADA)
    told(answer, 429, "too_many_requests")
    assert answer.headers["retry-after"] == "900"
    clock.move(minutes=15)
    assert studio.post(LOGIN, json=ADA).status_code == 200


@pytest.mark.parametrize("path", [LOGIN, REGISTER])
@pytest.mark.parametrize(
    "body",
    [
        b'{"email":"ada@example.com"',
        b"[]",
        b"",
        b'{"email":"ada@example.com"}',
        b'{"email":7,"password":"12345678"}',
        b'{"email":"ada@example.com","password":null}',
        b'{"email":"a\\u0000da@example.com","password":"12345678"}',
        b'{"email":"ada@example.com","password":"1234\\u00005678"}',
        b'{"email":"a\\ud800da@example.com","password":"12345678"}',
        b'{"email":"ada@example.com","password":"1234\\udfff5678"}',
        b'{"email":"ada@example.com","password":"\xff\xfe345678"}',
    ],
)
def test_what_has_the_wrong_form_is_refused_in_a_sentence(studio: TestClient, path: str, body: bytes) -> None:
    answer = studio.post(path, content=body, headers={"Content-Type": "application/json"})
    assert told(answer, 400, "invalid_parameter")
    assert "12345678" not in answer.text


@pytest.mark.parametrize("email", ["x" * 5000 + "@example.com", "😀@example.com", "a\tb@c.d", "' OR 1=1 --", ""])
def test_whatever_somebody_signs_in_by_is_answered(studio: TestClient, email: str) -> None:
    told(studio.post(LOGIN, json={"email": email, "password": "x" * 5000}), 401, "unauthorized")


def test_an_account_that_cannot_be_is_refused_as_clients_know_it(studio: TestClient) -> None:
    assert "@" in told(studio.post(REGISTER, json={**ADA, "email": "ada"}), 400, "invalid_request")
    assert "8" in told(studio.post(REGISTER, json={**ADA, "password": "short"}), 400, "invalid_request")
    sign_up(studio)
    assert "already" in told(studio.post(REGISTER, json=ADA), 409, "conflict")


def test_here_anybody_may_make_an_account(studio: TestClient) -> None:
    options = {"registration": "open", "setup_code_required": False, "demo": False, "mail": False}
    assert studio.get("/api/auth/options").json() == options
    sign_up(studio)
    assert studio.get("/api/auth/options").json() == options
    assert studio.post(REGISTER, json={**ADA, "email": "grace@example.com"}).json()["user"]["role"] == "user"


def test_where_others_can_reach_it_the_first_account_needs_the_code(public: TestClient) -> None:
    code = code_of(SECRET.encode())
    assert public.get("/api/auth/options").json() == {
        "registration": "open",
        "setup_code_required": True,
        "demo": False,
        "mail": False,
    }
    assert "set-up code" in told(public.post(REGISTER, json=ADA), 403, "forbidden")
    wrong = {**ADA, "setup_code": "AAAA-BBBB-CCCC-DDDD"}
    assert "not the set-up code" in told(public.post(REGISTER, json=wrong), 403, "forbidden")
    told(public.post(REGISTER, json={**ADA, "setup_code": "é"}), 403, "forbidden")
    right = {**ADA, "setup_code": f" {code.lower().replace('-', ' ')} "}
    assert public.post(REGISTER, json=right).json()["user"]["role"] == "admin"
    assert public.get("/api/auth/options").json() == {
        "registration": "invite",
        "setup_code_required": False,
        "demo": False,
        "mail": False,
    }
    later = {**ADA, "email": "grace@example.com"}
    assert "invitation" in told(public.post(REGISTER, json={**later, "setup_code": code}), 403, "forbidden")
    assert "not known" in told(public.post(REGISTER, json={**later, "invitation": "x"}), 403, "forbidden")


def test_the_set_up_code_cannot_be_guessed_at_will(public: TestClient, clock: SettableClock) -> None:
    wrong = {**ADA, "setup_code": "AAAA-BBBB-CCCC-DDDD"}
    right = {**ADA, "setup_code": code_of(SECRET.encode())}
    for _ in range(10):
        told(public.post(REGISTER, json=wrong), 403, "forbidden")
    answer = public.post(REGISTER, json=right)
    told(answer, 429, "too_many_requests")
    assert answer.headers["retry-after"] == "900"
    clock.move(minutes=15)
    assert public.post(REGISTER, json=right).status_code == 200


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"studio_registration": "closed"}, 403),
        ({"studio_registration": "invite"}, 403),
        ({**PUBLIC, "studio_registration": "open"}, 200),
    ],
)
def test_who_comes_later_is_as_it_is_set(make_studio: MakeStudio, changes: dict[str, Any], status: int) -> None:
    with TestClient(make_studio(**changes)) as client:
        first = client.post(REGISTER, json={**ADA, "setup_code": code_of(SECRET.encode())})
        assert first.json()["user"]["role"] == "admin"
        assert client.get("/api/auth/options").json()["registration"] == changes["studio_registration"]
        later = client.post(REGISTER, json={**ADA, "email": "grace@example.com"})
        assert later.status_code == status


def test_the_demo_takes_anybody_and_elsewhere_there_is_none(make_studio: MakeStudio, studio: TestClient) -> None:
    told(studio.post("/api/auth/demo"), 404, "not_found")
    with TestClient(make_studio(leaderboard_demo=True)) as demo:
        assert demo.get("/api/auth/options").json()["demo"] is True
        answers = [demo.post("/api/auth/demo") for _ in range(2)]
    users = [answer.json()["user"] for answer in answers]
    assert users[0]["id"] != users[1]["id"]
    assert all(user["is_demo"] and user["role"] == "user" for user in users)
    assert all("refresh_token=" in answer.headers["set-cookie"] for answer in answers)


def test_a_ticket_is_for_whoever_is_signed_in(make_studio: MakeStudio) -> None:
    app = make_studio()
    with TestClient(app) as client:
        told(client.post("/api/ws-ticket"), 401, "unauthorized")
        answer = client.post("/api/ws-ticket", headers=sign_up(client))
        user = app.state.studio.accounts.redeem_ticket(answer.json()["ticket"]).user
    assert answer.json()["expires_in_seconds"] == 30
    assert answer.headers["cache-control"] == "no-store"
    assert user.email == "ada@example.com"


def test_limits_are_the_administrators(studio: TestClient) -> None:
    admin, grace = sign_up(studio), sign_up(studio, "grace@example.com")
    user_id = studio.get("/api/auth/me", headers=grace).json()["user"]["id"]
    path = f"/api/admin/users/{user_id}/rate-limit"
    defaults = {"benchmarks_per_hour": 20, "max_concurrent": 1, "max_runs_per_benchmark": 10}
    assert studio.get(path, headers=admin).json() == defaults
    changed = studio.put(path, headers=admin, json={"max_concurrent": 50})
    assert changed.json() == {"status": "ok", **defaults, "max_concurrent": 50}
    assert studio.get(path, headers=admin).json() == {**defaults, "max_concurrent": 50}
    for ask in (studio.get, studio.put):
        assert told(ask(path, headers=grace), 403, "forbidden") == "Admin access required"
        assert told(ask(path), 401, "unauthorized") == "Not authenticated"
    nobodys = f"/api/admin/users/{'0' * 32}/rate-limit"
    told(studio.get(nobodys, headers=admin), 404, "not_found")
    told(studio.put(nobodys, headers=admin, json=defaults), 404, "not_found")


@pytest.mark.parametrize(
    ("name", "greatest"), [("benchmarks_per_hour", 1000), ("max_concurrent", 50), ("max_runs_per_benchmark", 100)]
)
def test_limits_have_limits(studio: TestClient, name: str, greatest: int) -> None:
    admin = sign_up(studio)
    user_id = studio.get("/api/auth/me", headers=admin).json()["user"]["id"]
    path = f"/api/admin/users/{user_id}/rate-limit"
    for value in (1, greatest):
        assert studio.put(path, headers=admin, json={name: value}).json()[name] == value
    for value in (0, greatest + 1, True, 1.5, "7", 10**30):
        assert name in told(studio.put(path, headers=admin, json={name: value}), 422, "invalid_parameter")


def test_log_lines_say_whose_a_request_was_by_id_alone(
    studio: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    answer = studio.post(REGISTER, json=ADA)
    studio.get("/api/auth/me", headers=bearer(answer))
    studio.get("/api/auth/options")
    lines: list[Any] = [record.msg for record in caplog.records if record.name == "leaderboard.access"]
    assert [line.get("user_id") for line in lines] == [answer.json()["user"]["id"]] * 2 + [None]
    assert "user_id" not in lines[2]


def test_nothing_secret_is_logged_or_told_in_errors(studio: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    first = studio.post(REGISTER, json=ADA)
    headers = bearer(first)
    refresh_token = studio.cookies["refresh_token"]
    ticket = studio.post("/api/ws-ticket", headers=headers).json()["ticket"]
    errors = [
        studio.post(REGISTER, json=ADA),
        studio.post(REGISTER, json={**ADA, "email": "grace.example.com", "setup_code": PASSWORD}),
        studio.post(LOGIN, json={**ADA, "password": PASSWORD + "!"}),
        studio.post(LOGIN, json={"email": PASSWORD, "password": ADA["email"]}),
        studio.post(LOGIN, json={"email": {"at": ADA["email"]}, "password": [PASSWORD]}),
        studio.get("/api/auth/me", headers={"Authorization": headers["Authorization"] + "x"}),
        studio.get(f"/api/admin/users/{ticket}/rate-limit", headers=headers),
        studio.post(REFRESH, headers={"Cookie": f"refresh_token={refresh_token}x"}),
    ]
    assert {error.status_code for error in errors} == {400, 401, 404, 409}
    form = JsonLines()
    logged = "\n".join(form.format(record) for record in caplog.records)
    assert json.loads(logged.splitlines()[-1])
    for secret in (PASSWORD, ADA["email"], refresh_token, ticket, first.json()["access_token"]):
        assert secret not in logged
        for error in errors:
            assert secret not in error.text
