"""Over HTTP: tokens, sessions, links for new passwords, changes of one's own account, and its end."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from src.studio.accounts import endpoints
from src.studio.accounts.mail import Mail, Mailer
from src.studio.database.metadata import metadata
from src.studio.services import Services
from tests.studio.accounts.test_endpoints import ADA, LOGIN, REGISTER, bearer, told
from tests.studio.conftest import PASSWORD, MakeStudio, sign_up

FORGOT, RESET = "/api/auth/forgot-password", "/api/auth/reset-password"
CHANGE_PASSWORD, CHANGE_EMAIL, DELETE = (
    f"/api/auth/{name}" for name in ("change-password", "change-email", "delete-account")
)
TOKEN, SESSIONS = "/api/auth/cli-token", "/api/auth/sessions"
NEW = "another battery staple"
SMTP = {"smtp_host": "mail.example.com", "smtp_from": "studio@example.com"}
Asks = Callable[[TestClient], Any]


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> list[Mail]:
    """Return what is sent."""
    sent: list[Mail] = []
    monkeypatch.setattr(Mailer, "send", lambda _self, mail: sent.append(mail))
    return sent


@pytest.fixture
def mailing(make_studio: MakeStudio, mails: list[Mail]) -> Iterator[TestClient]:
    """Return a client of an app that sends mails, where Ada has an account."""
    assert mails == []
    with TestClient(make_studio(**SMTP), base_url="http://localhost:8000") as client:
        client.post(REGISTER, json=ADA)
        yield client


def services_of(client: TestClient) -> Services:
    assert isinstance(client.app, FastAPI)
    return client.app.state.studio


def test_a_token_is_shown_once_and_goes_wherever_somebody_is_signed_in(studio: TestClient) -> None:
    headers = sign_up(studio)
    answer = studio.post(TOKEN, headers=headers, json={"name": "ci"})
    made = answer.json()
    assert made == {
        "token": made["token"],
        "expires_in_days": 30,
        "id": made["id"],
        "name": "ci",
        "expires_at": "2026-12-20T12:00:00.000Z",
    }
    assert answer.headers["cache-control"] == "no-store"
    by_token = {"Authorization": f"Bearer {made['token']}"}
    listed = studio.get(SESSIONS, headers=by_token)
    assert made["token"] not in listed.text
    assert [one for one in listed.json()["sessions"] if one["current"]] == [
        {
            "id": made["id"],
            "kind": "cli",
            "name": "ci",
            "user_agent": None,
            "created_at": "2026-11-20T12:00:00.000Z",
            "last_used_at": "2026-11-20T12:00:00.000Z",
            "expires_at": made["expires_at"],
            "current": True,
        }
    ]
    assert studio.get("/api/auth/me", headers=by_token).json()["user"]["email"] == ADA["email"]
    assert studio.get("/api/admin/jobs", headers=by_token).status_code == 200
    assert studio.delete(f"{SESSIONS}/{made['id']}", headers=headers).json() == {"status": "ok"}
    told(studio.get("/api/auth/me", headers=by_token), 401, "unauthorized")
    told(studio.delete(f"{SESSIONS}/{made['id']}", headers=headers), 404, "not_found")


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b'{"name": null}', b'{"name": "  "}'])
def test_a_token_need_not_have_a_name(studio: TestClient, body: bytes) -> None:
    headers = {**sign_up(studio), "Content-Type": "application/json"}
    assert studio.post(TOKEN, headers=headers, content=body).json()["name"] == "Command line"


def test_all_others_are_signed_out_by_one(studio: TestClient) -> None:
    headers = sign_up(studio)
    others = [bearer(studio.post(LOGIN, json=ADA)) for _ in range(2)]
    token = studio.post(TOKEN, headers=headers).json()["token"]
    assert studio.post(f"{SESSIONS}/revoke-others", headers=headers).json() == {"status": "ok", "revoked": 2}
    assert [studio.get("/api/auth/me", headers=other).status_code for other in others] == [401, 401]
    assert studio.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_an_account_and_none_are_answered_alike(mailing: TestClient, mails: list[Mail]) -> None:
    answers = []
    for email in (ADA["email"], "nobody@example.com"):
        began = time.monotonic()
        answers.append(mailing.post(FORGOT, json={"email": email}))
        assert time.monotonic() - began >= endpoints.ANSWER_SECONDS
    one, other = answers
    assert one.json() == other.json() == {"message": endpoints.SENT}
    assert one.headers.keys() == other.headers.keys()
    assert [mail.to for mail in mails] == [ADA["email"]]


def test_a_link_leads_from_the_mail_to_a_new_password(mailing: TestClient, mails: list[Mail]) -> None:
    mailing.post(FORGOT, json={"email": ADA["email"]})
    link = next(line for line in mails[0].text.splitlines() if "token" in line)
    page, _, token = link.partition("/studio/reset?token=")
    assert page == "http://localhost:8000"
    body = {"token": token, "password": NEW}
    assert "8" in told(mailing.post(RESET, json={**body, "password": "short"}), 400, "invalid_request")
    assert mailing.post(RESET, json=body).json() == {"message": "Your password is set. Sign in with it."}
    assert "used already" in told(mailing.post(RESET, json=body), 400, "invalid_request")
    told(mailing.post("/api/auth/refresh"), 401, "unauthorized")
    assert mailing.post(LOGIN, json={**ADA, "password": NEW}).status_code == 200


@pytest.mark.parametrize(
    ("changes", "host", "page"),
    [
        ({}, "localhost:8000", "http://localhost:8000"),
        ({}, "127.0.0.1:8000", "http://127.0.0.1:8000"),
        ({}, "203.0.113.66", None),
        ({}, "evil", None),
        ({"allowed_hosts": ("*",)}, "evil.example.com", None),
        ({"allowed_hosts": ("board.example.com",)}, "board.example.com", "http://board.example.com"),
        ({"app_base_url": "https://board.example.com/"}, "203.0.113.66", "https://board.example.com"),
    ],
)
def test_no_link_leads_where_a_stranger_wants_it_to(
    make_studio: MakeStudio, mails: list[Mail], changes: dict[str, Any], host: str, page: str | None
) -> None:
    app = make_studio(**SMTP, **changes)
    with TestClient(app, base_url="http://localhost:8000") as client:
        client.post(REGISTER, json=ADA)
        answer = client.post(FORGOT, json={"email": ADA["email"]}, headers={"Host": host})
        waiting = services_of(client).accounts.pending_resets()
    assert answer.json() == {"message": endpoints.SENT if page else endpoints.REMEMBERED}
    assert [mail.text.count(f"\n{page}/studio/reset?token=") for mail in mails] == ([1] if page else [])
    assert [one.email for one in waiting] == ([] if page else [ADA["email"]])


def test_too_many_links_are_refused_with_when_to_ask_again(studio: TestClient) -> None:
    for _ in range(5):
        assert studio.post(FORGOT, json={"email": ADA["email"]}).json() == {"message": endpoints.REMEMBERED}
    answer = studio.post(FORGOT, json={"email": ADA["email"]})
    told(answer, 429, "too_many_requests")
    assert answer.headers["retry-after"] == "900"


@pytest.mark.parametrize("path", [FORGOT, RESET])
def test_strangers_pages_ask_for_no_links(studio: TestClient, path: str) -> None:
    body = {"email": ADA["email"], "token": "x", "password": NEW}
    told(studio.post(path, json=body, headers={"Origin": "https://evil.example"}), 403, "forbidden_origin")


@pytest.mark.parametrize("path", [FORGOT, RESET, CHANGE_PASSWORD, CHANGE_EMAIL, DELETE, TOKEN])
@pytest.mark.parametrize("body", [b"{", b"[]", b"7", b'{"name": 7}', b'{"name": "\\u0000"}'])
def test_what_has_the_wrong_form_is_refused_in_a_sentence(studio: TestClient, path: str, body: bytes) -> None:
    headers = {**sign_up(studio), "Content-Type": "application/json"}
    told(studio.post(path, content=body, headers=headers), 400, "invalid_parameter")


def test_password_and_e_mail_are_changed_by_the_password(studio: TestClient) -> None:
    headers, other = sign_up(studio), bearer(studio.post(LOGIN, json=ADA))
    sign_up(studio, "grace@example.com")
    wrong, right = ({"current_password": given, "new_password": NEW} for given in ("not it", PASSWORD))
    assert "wrong" in told(studio.post(CHANGE_PASSWORD, json=wrong, headers=headers), 403, "forbidden")
    assert studio.post(CHANGE_PASSWORD, json=right, headers=headers).json() == {"status": "ok"}
    assert studio.get("/api/auth/me", headers=other).status_code == 401
    assert studio.get("/api/auth/me", headers=headers).status_code == 200
    taken, free = ({"password": NEW, "email": email} for email in ("GRACE@example.com", "New@Example.com"))
    assert "already" in told(studio.post(CHANGE_EMAIL, json=taken, headers=headers), 409, "conflict")
    answer = studio.post(CHANGE_EMAIL, json=free, headers=headers).json()
    assert (answer["status"], answer["user"]["email"]) == ("ok", "new@example.com")
    assert studio.post(LOGIN, json={"email": "new@example.com", "password": NEW}).status_code == 200


def test_whoever_leaves_takes_all_that_is_theirs_and_leaves_what_was_written_down(
    make_studio: MakeStudio, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TestClient(make_studio(studio_database_url=store_url, studio_workers=0)) as client:
        admin, headers = sign_up(client), sign_up(client, "grace@example.com")
        told(client.post(DELETE, json={"password": PASSWORD}, headers=admin), 409, "conflict")
        services = services_of(client)
        grace = client.get("/api/auth/me", headers=headers).json()["user"]["id"]
        result = {"provider": "home", "model_id": "tiny", "run_number": 1, "success": True}
        client.post("/api/benchmark/direct-results", json={"results": [result]}, headers=headers)
        client.post("/api/config/prompts", json={"key": "a", "label": "A", "prompt": "Hi."}, headers=headers)
        client.post(TOKEN, headers=headers)
        client.post(FORGOT, json={"email": "grace@example.com"})
        job = services.jobs.submit(services.accounts.user(grace), "benchmark", {})
        cancelled: list[str] = []
        cancel = services.jobs.cancel
        monkeypatch.setattr(
            type(services.jobs), "cancel", lambda _self, owner, id_: (cancelled.append(id_), cancel(owner, id_))
        )
        assert client.post(DELETE, json={"password": PASSWORD}, headers=headers).json() == {"status": "ok"}
        assert cancelled == [job.id]
        told(client.get("/api/auth/me", headers=headers), 401, "unauthorized")
        told(client.post("/api/auth/refresh"), 401, "unauthorized")
        with services.database.reading() as connection:
            left = {
                table.name: connection.execute(
                    select(func.count()).select_from(table).where(table.c.user_id == grace)
                ).scalar_one()
                for table in metadata.sorted_tables
                if "user_id" in table.c
            }
    assert {name for name, count in left.items() if count} == {"audit"}
    assert {"sessions", "jobs", "benchmark_runs", "reset_requests", "audit"} <= set(left)


def test_guests_of_the_demo_change_nothing_of_their_account(make_studio: MakeStudio) -> None:
    with TestClient(make_studio(leaderboard_demo=True)) as client:
        headers = bearer(client.post("/api/auth/demo"))
        bodies = {
            CHANGE_PASSWORD: {"current_password": "", "new_password": NEW},
            CHANGE_EMAIL: {"password": "", "email": "guest@example.com"},
            DELETE: {"password": ""},
        }
        for path, body in bodies.items():
            assert "Guests" in told(client.post(path, json=body, headers=headers), 403, "forbidden")


@pytest.mark.parametrize(
    ("query", "cookie", "error"),
    [
        ("", None, "state_mismatch"),
        ("code=1&state=a", None, "state_mismatch"),
        ("code=1&state=a", "b", "state_mismatch"),
        ("code=1&state=%C3%A9", "a", "state_mismatch"),
        ("state=a", "a", "missing_code"),
        ("state=a&code=//evil.example&next=//evil.example", "a", "token_exchange_failed"),
    ],
)
def test_google_leads_back_to_the_page_with_the_reason(
    studio: TestClient, query: str, cookie: str | None, error: str
) -> None:
    headers = {} if cookie is None else {"Cookie": f"oauth_state={cookie}"}
    answer = studio.get(f"/api/auth/google/callback?{query}", headers=headers, follow_redirects=False)
    assert answer.status_code == 302
    assert answer.headers["location"] == f"http://testserver/oauth-callback?error={error}"
    assert answer.headers["set-cookie"].startswith('oauth_state=""; ')
    assert "not configured" in told(studio.get("/api/auth/google/authorize"), 400, "invalid_request")
