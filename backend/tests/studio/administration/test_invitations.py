"""Invitations: who may come by one, in which role, once, and what is kept and told of them."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from src.studio.accounts import tables
from src.studio.accounts.service import Application
from src.studio.accounts.user import Caller
from src.studio.errors import ForbiddenError
from src.studio.services import Services
from tests.conftest import SettableClock
from tests.studio.administration.conftest import ADA, BOB, ROOT, Headers, id_of, told
from tests.studio.conftest import PASSWORD, MakeStudio, sign_up

INVITATIONS, REGISTER = "/api/admin/invitations", "/api/auth/register"
BY_INVITATION = {"studio_registration": "invite"}

MakeClient = Callable[..., TestClient]


@pytest.fixture
def make_client(make_studio: MakeStudio, store_url: str) -> Iterator[MakeClient]:
    """Return a maker of clients of apps on the same database, on SQLite and on PostgreSQL."""
    opened: list[TestClient] = []

    def make(**changes: Any) -> TestClient:
        app = make_studio(studio_database_url=store_url, studio_workers=0, **changes)
        client = TestClient(app, raise_server_exceptions=False)
        client.__enter__()
        opened.append(client)
        return client

    yield make
    for client in reversed(opened):
        client.__exit__(None, None, None)


@pytest.fixture
def invited(make_client: MakeClient) -> TestClient:
    """Return a client of a server that takes people by invitation."""
    return make_client(**BY_INVITATION)


def invite(client: TestClient, root: Headers, **asked: Any) -> Any:
    answer = client.post(INVITATIONS, headers=root, json=asked)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


def register(client: TestClient, email: str, token: str | None) -> Any:
    body = {"email": email, "password": PASSWORD, **({} if token is None else {"invitation": token})}
    return client.post(REGISTER, json=body)


def listed(client: TestClient, root: Headers) -> list[Any]:
    return client.get(INVITATIONS, headers=root).json()["invitations"]


def audited(client: TestClient, root: Headers, action: str) -> list[Any]:
    return client.get("/api/admin/audit", headers=root, params={"action": action}).json()["entries"]


@pytest.mark.parametrize("role", ["user", "admin"])
def test_an_invitation_lets_one_person_in_once(invited: TestClient, role: str) -> None:
    root = sign_up(invited, ROOT)
    made = invite(invited, root, role=role)
    assert register(invited, ADA, made["token"]).json()["user"]["role"] == role
    again = told(register(invited, BOB, made["token"]), 403)
    assert again == "This invitation has been used already. Ask the administrator of this server for another one."
    assert told(register(invited, BOB, None), 403).startswith("New accounts need an invitation here.")
    assert told(register(invited, BOB, ""), 403).startswith("New accounts need an invitation here.")
    assert "not known" in told(register(invited, BOB, "x"), 403)
    assert "not known" in told(register(invited, BOB, made["id"]), 403)


def test_what_is_answered_is_the_one_time_that_the_link_is_told(invited: TestClient, clock: SettableClock) -> None:
    root = sign_up(invited, ROOT)
    made = invite(invited, root, email=" ADA@Example.com ")
    assert made.keys() == {"status", "id", "url", "token", "expires_at", "mailed"}
    assert not made["mailed"]
    link = urlsplit(made["url"])
    assert (link.scheme, link.netloc, link.path) == ("http", "testserver", "/studio/register")
    assert parse_qs(link.query) == {"invitation": [made["token"]]}
    assert made["expires_at"] == "2026-11-27T12:00:00.000Z"
    clock.move(minutes=1)
    ada = register(invited, ADA, made["token"]).json()["user"]["id"]
    answer = invited.get(INVITATIONS, headers=root)
    assert answer.json() == {
        "invitations": [
            {
                "id": made["id"],
                "email": ADA,
                "role": "user",
                "created_by": ROOT,
                "created_at": "2026-11-20T12:00:00.000Z",
                "expires_at": "2026-11-27T12:00:00.000Z",
                "used_at": "2026-11-20T12:01:00.000Z",
                "used_by": ADA,
            }
        ],
        "next_cursor": None,
    }
    invited.delete(f"/api/admin/users/{ada}", headers=root)
    (left,) = listed(invited, root)
    assert (left["used_at"], left["used_by"]) == ("2026-11-20T12:01:00.000Z", None)


def test_links_are_at_the_page_where_it_is_said_where_that_is(make_client: MakeClient) -> None:
    client = make_client(app_base_url="https://studio.example.com/")
    made = invite(client, sign_up(client, ROOT))
    assert made["url"] == f"https://studio.example.com/studio/register?invitation={made['token']}"


def test_the_database_has_no_token(studio: TestClient, services: Services, root: Headers) -> None:
    token = invite(studio, root)["token"]
    with services.database.reading() as connection:
        for table in (tables.invitations, tables.audit):
            assert token not in str(connection.execute(select(table)).all())


@pytest.mark.parametrize(
    ("policy", "status"), [("open", 200), ("invite", 200), ("closed", 403)], ids=["open", "invite", "closed"]
)
def test_who_may_come_by_an_invitation_is_as_the_server_says(
    make_client: MakeClient, policy: str, status: int
) -> None:
    client = make_client(studio_registration=policy)
    made = invite(client, sign_up(client, ROOT), role="admin")
    answer = register(client, ADA, made["token"])
    assert answer.status_code == status, answer.text
    if status == 200:
        assert answer.json()["user"]["role"] == "admin"
    else:
        assert told(answer, 403).startswith("Registration is closed here.")


def test_where_nobody_needs_one_an_invitation_that_does_not_hold_is_not_passed_over(studio: TestClient) -> None:
    sign_up(studio, ROOT)
    assert "not known" in told(register(studio, ADA, "x"), 403)
    assert register(studio, ADA, None).json()["user"]["role"] == "user"


@pytest.mark.parametrize("mail", ["ada@example.com", "ADA@Example.Com", " ada@example.com "])
def test_an_invitation_for_an_e_mail_is_for_that_e_mail(invited: TestClient, mail: str) -> None:
    root = sign_up(invited, ROOT)
    token = invite(invited, root, email="Ada@EXAMPLE.com")["token"]
    for other in ("bob@example.com", "ada@example.com.evil.example", "xada@example.com", "adа@example.com"):  # noqa: RUF001
        refused = told(register(invited, other, token), 403)
        assert refused == "This invitation is for another e-mail address. Use the one that it was sent to."
    assert register(invited, mail, token).json()["user"]["email"] == ADA


def test_an_invitation_for_a_unicode_e_mail_is_found_in_any_case(invited: TestClient) -> None:
    token = invite(invited, sign_up(invited, ROOT), email="ZOË@Example.com")["token"]
    assert register(invited, "zoë@example.com", token).json()["user"]["email"] == "zoë@example.com"


@pytest.mark.parametrize("days", [1, 30])
def test_an_invitation_holds_as_long_as_it_says(invited: TestClient, clock: SettableClock, days: int) -> None:
    root = sign_up(invited, ROOT)
    first, second = (invite(invited, root, expires_in_days=days)["token"] for _ in range(2))
    clock.move(days=days, milliseconds=-1)
    assert register(invited, ADA, first).status_code == 200
    clock.move(milliseconds=1)
    refused = told(register(invited, BOB, second), 403)
    assert refused == "This invitation has expired. Ask the administrator of this server for another one."


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"expires_in_days": 0}, 422, "expires_in_days"),
        ({"expires_in_days": 31}, 422, "expires_in_days"),
        ({"expires_in_days": "7"}, 422, "expires_in_days"),
        ({"expires_in_days": True}, 422, "expires_in_days"),
        ({"role": "root"}, 422, "role"),
        ({"email": "x" * 255 + "@example.com"}, 400, "254 characters"),
        ({"email": "nobody"}, 400, "@"),
        ({"email": "a\0@example.com"}, 422, "code 0"),
        ({"email": "a\u202eda@example.com"}, 400, "cannot be seen"),
        ({"email": ROOT.upper()}, 409, "account with this e-mail already"),
        ({"email": 7}, 422, "email"),
    ],
)
def test_what_cannot_be_an_invitation_is_refused(
    studio: TestClient, root: Headers, asked: dict[str, Any], status: int, said: str
) -> None:
    assert said in told(studio.post(INVITATIONS, headers=root, json=asked), status)
    assert listed(studio, root) == []


@pytest.mark.parametrize("email", [None, "", "  "])
def test_without_an_e_mail_it_is_for_anybody(studio: TestClient, root: Headers, email: str | None) -> None:
    invite(studio, root, email=email)
    assert listed(studio, root)[0]["email"] is None


def test_of_two_who_come_by_the_same_invitation_at_once_one_gets_an_account(
    make_client: MakeClient,
) -> None:
    client = make_client(**BY_INVITATION)
    assert isinstance(client.app, FastAPI)
    services: Services = client.app.state.studio
    root = sign_up(client, ROOT)
    for turn in range(3):
        token = invite(client, root)["token"]
        together = threading.Barrier(4)

        def come(n: int, turn: int = turn, token: str = token, together: threading.Barrier = together) -> str:
            together.wait()
            application = Application(f"guest-{turn}-{n}@example.com", PASSWORD, invitation=token)
            try:
                services.accounts.register(application, Caller("192.0.2.7"))
            except ForbiddenError as error:
                return str(error)
            return "in"

        with ThreadPoolExecutor(4) as pool:
            outcomes = list(pool.map(come, range(4)))
        assert outcomes.count("in") == 1
        assert all("used already" in outcome for outcome in outcomes if outcome != "in")
    with services.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(tables.users)).scalar_one() == 4


def test_whoever_is_refused_for_another_reason_leaves_the_invitation_as_it_was(invited: TestClient) -> None:
    root = sign_up(invited, ROOT)
    token = invite(invited, root)["token"]
    assert register(invited, ROOT, token).status_code == 409
    short = invited.post(REGISTER, json={"email": ADA, "password": "short", "invitation": token})
    assert short.status_code == 400
    assert register(invited, ADA, token).status_code == 200


def test_whose_e_mail_is_set_is_an_administrator_whatever_the_invitation_says(make_client: MakeClient) -> None:
    client = make_client(**BY_INVITATION, admin_email="Ada@Example.com")
    token = invite(client, sign_up(client, ROOT))["token"]
    assert told(register(client, ADA, None), 403)
    assert register(client, ADA, token).json()["user"]["role"] == "admin"


def test_an_invitation_is_taken_back_until_it_is_used(invited: TestClient) -> None:
    root = sign_up(invited, ROOT)
    first, second = invite(invited, root), invite(invited, root, email=ADA)
    path = f"{INVITATIONS}/{second['id']}"
    assert invited.delete(path, headers=root).json() == {"status": "ok"}
    assert told(invited.delete(path, headers=root), 404) == "There is no such invitation."
    assert "not known" in told(register(invited, ADA, second["token"]), 403)
    assert register(invited, ADA, first["token"]).status_code == 200
    used = told(invited.delete(f"{INVITATIONS}/{first['id']}", headers=root), 400)
    assert used == "The invitation has been used already."
    assert [row["id"] for row in listed(invited, root)] == [first["id"]]


def test_an_administrator_who_is_none_any_more_leaves_no_way_in(invited: TestClient) -> None:
    root = sign_up(invited, ROOT)
    used = invite(invited, root, role="admin")
    ada = {"Authorization": f"Bearer {register(invited, ADA, used['token']).json()['access_token']}"}
    left = invite(invited, ada, role="admin")
    invited.put(f"/api/admin/users/{id_of(invited, ada)}/role", headers=root, json={"role": "user"})
    assert "not known" in told(register(invited, BOB, left["token"]), 403)
    assert [row["id"] for row in listed(invited, root)] == [used["id"]]
    assert told(invited.post(INVITATIONS, headers=ada, json={}), 403) == "Admin access required"


def test_whoever_lost_the_role_since_they_asked_invites_nobody(
    studio: TestClient, services: Services, root: Headers, ada: Headers
) -> None:
    path = f"/api/admin/users/{id_of(studio, ada)}/role"
    studio.put(path, headers=root, json={"role": "admin"})
    as_admin = services.accounts.user(id_of(studio, ada))
    studio.put(path, headers=root, json={"role": "user"})
    with pytest.raises(ForbiddenError, match="Admin access required"):
        services.invitations.create(as_admin, None, "admin", 7, Caller("192.0.2.7"))


def test_what_becomes_of_invitations_is_written_down(invited: TestClient) -> None:
    root = sign_up(invited, ROOT)
    first, second = invite(invited, root, email=ADA, role="admin"), invite(invited, root)
    invited.delete(f"{INVITATIONS}/{second['id']}", headers=root)
    register(invited, ADA, first["token"])
    made = audited(invited, root, "invitation_created")
    assert [(line["email"], line["subject"], line["detail"]) for line in made] == [
        (ROOT, second["id"], {"email": None, "role": "user", "days": 7}),
        (ROOT, first["id"], {"email": ADA, "role": "admin", "days": 7}),
    ]
    (withdrawn,) = audited(invited, root, "invitation_withdrawn")
    assert (withdrawn["email"], withdrawn["subject"]) == (ROOT, second["id"])
    (used,) = audited(invited, root, "invitation_used")
    assert (used["email"], used["subject"]) == (ADA, first["id"])


def test_pages_have_every_invitation_once(studio: TestClient, root: Headers) -> None:
    made = [invite(studio, root)["id"] for _ in range(5)]
    seen, query = [], {"limit": 2}
    while True:
        page = studio.get(INVITATIONS, headers=root, params=query).json()
        seen += [row["id"] for row in page["invitations"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert sorted(seen) == sorted(made)
    for wrong in ({"limit": 0}, {"limit": 201}, {"cursor": "x"}):
        assert told(studio.get(INVITATIONS, headers=root, params=wrong), 422)


def test_invitations_of_long_ago_are_forgotten(
    studio: TestClient, services: Services, root: Headers, clock: SettableClock
) -> None:
    used, _open = invite(studio, root), invite(studio, root, expires_in_days=30)
    register(studio, ADA, used["token"])
    clock.move(days=90)
    with services.database.reading() as connection:
        there = select(func.count()).select_from(tables.invitations)
        services.accounts.purge(clock())
        assert connection.execute(there).scalar_one() == 1
    clock.move(days=30)
    services.accounts.purge(clock())
    with services.database.reading() as connection:
        assert connection.execute(there).scalar_one() == 0
