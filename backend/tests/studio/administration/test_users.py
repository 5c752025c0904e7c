"""Users as administrators see them and change them: lists, roles, deletions, and the last administrator."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event, select

from src.studio.accounts.directory import Directory
from src.studio.accounts.tables import users
from src.studio.accounts.user import Caller, User
from src.studio.database.database import Database
from src.studio.database.metadata import metadata
from src.studio.errors import ForbiddenError
from src.studio.services import Services
from tests.conftest import SettableClock
from tests.studio.administration.conftest import ADA, ROOT, Headers, fill, id_of, key_row, run_row, told, user_row
from tests.studio.conftest import PASSWORD, sign_up
from tests.studio.people import add_user

CALLER = Caller("192.0.2.7")


def listed(client: TestClient, headers: Headers, **query: Any) -> Any:
    answer = client.get("/api/admin/users", headers=headers, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_an_account_is_listed_with_what_it_has(
    studio: TestClient, services: Services, root: Headers, ada: Headers, clock: SettableClock
) -> None:
    ada_id = id_of(studio, ada)
    keys = [key_row(ada_id, provider) for provider in ("openai", "mine")]
    fill(services.database, runs=[run_row(ada_id) for _ in range(3)], keys=keys)
    clock.move(minutes=5)
    studio.post("/api/auth/login", json={"email": ADA, "password": PASSWORD})
    found = listed(studio, root)
    assert [user["email"] for user in found["users"]] == [ADA, ROOT]
    assert (found["total"], found["next_cursor"]) == (2, None)
    assert found["users"][0] == {
        "id": ada_id,
        "email": ADA,
        "role": "user",
        "created_at": "2026-11-20T12:00:00.000Z",
        "last_login": "2026-11-20T12:05:00.000Z",
        "benchmark_count": 3,
        "eval_count": 0,
        "key_count": 2,
        "benchmarks_per_hour": 20,
        "max_concurrent": 1,
        "max_runs_per_benchmark": 10,
        "is_demo": False,
        "active_sessions": 2,
    }
    assert (found["users"][1]["benchmark_count"], found["users"][1]["key_count"]) == (0, 0)


def test_a_session_that_has_ended_is_not_counted(
    studio: TestClient, root: Headers, clock: SettableClock, ada: Headers
) -> None:
    studio.post("/api/auth/logout")  # Ada's, who came last
    assert [user["active_sessions"] for user in listed(studio, root)["users"]] == [0, 1]
    clock.move(days=8)
    login = studio.post("/api/auth/login", json={"email": ROOT, "password": PASSWORD})
    again = {"Authorization": f"Bearer {login.json()['access_token']}"}
    assert [user["active_sessions"] for user in listed(studio, again)["users"]] == [0, 1]


def test_pages_have_everybody_once(studio: TestClient, services: Services, root: Headers) -> None:
    fill(services.database, users=[user_row(f"u{n}@example.org") for n in range(23)])
    seen, cursor = [], None
    while True:
        page = listed(studio, root, limit=5, **({"cursor": cursor} if cursor else {}))
        assert page["total"] == 24
        seen += [user["id"] for user in page["users"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 24
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("50%", ["50%@example.org"]),
        ("a_b", ["a_b@example.org"]),
        ("\\", ["back\\slash@example.org"]),
        ("/", ["sla/sh@example.org"]),
        ("EXAMPLE.ORG", 6),
        (" zoë ", ["zoë@example.org"]),
        ("ZOË", ["zoë@example.org"]),
        ("\0a_\0b\0", ["a_b@example.org"]),
        ("\0", 7),
        ("' OR 1=1 --", []),
        ("%", ["50%@example.org"]),
        ("_", ["a_b@example.org"]),
        ("\u202e", []),
    ],
)
def test_a_search_finds_what_it_says_and_nothing_else(
    studio: TestClient, services: Services, root: Headers, search: str, found: list[str] | int
) -> None:
    names = ["50%", "a_b", "axb", "back\\slash", "sla/sh", "zoë"]
    fill(services.database, users=[user_row(f"{name}@example.org") for name in names])
    page = listed(studio, root, search=search)
    emails = [user["email"] for user in page["users"]]
    assert page["total"] == len(emails)
    assert (len(emails) if isinstance(found, int) else emails) == found


@pytest.mark.parametrize(
    "query",
    [{"limit": 0}, {"limit": 201}, {"limit": "x"}, {"cursor": "x"}, {"cursor": "\0" * 32}, {"search": "x" * 257}],
)
def test_what_cannot_be_asked_of_the_list_is_refused(
    studio: TestClient, root: Headers, query: dict[str, Any]
) -> None:
    (name,) = query
    assert told(studio.get("/api/admin/users", headers=root, params=query), 422).startswith(f"{name}: ")


def test_the_list_takes_as_many_statements_whoever_is_on_it(
    studio: TestClient, services: Services, root: Headers, statements: list[str]
) -> None:
    listed(studio, root)
    alone = len(statements)
    many = [user_row(f"u{n}@example.org") for n in range(200)]
    fill(
        services.database,
        users=many,
        runs=[run_row(user["id"]) for user in many],
        keys=[key_row(user["id"], "openai") for user in many],
    )
    statements.clear()
    page = listed(studio, root, limit=200)
    assert {(user["benchmark_count"], user["key_count"]) for user in page["users"]} == {(1, 1)}
    assert len(statements) == alone


def test_counting_runs_reads_indexes_alone(services: Services, root: Headers) -> None:
    """Rows have whole prompts; PostgreSQL chooses by how much there is, so that its plan here tells nothing."""
    if services.database.is_postgres:
        return
    plans: list[str] = []

    def explain(connection: Any, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if "FROM benchmark_runs" in statement and "EXPLAIN" not in statement:
            explained = connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(step for *_, step in explained if "benchmark_runs" in step)

    event.listen(services.database.engine, "before_cursor_execute", explain)
    services.administration.users("", 200, None)
    services.administration.stats()
    services.administration.system()
    assert len(plans) == 6
    assert all("COVERING INDEX" in plan for plan in plans), plans


def test_a_role_is_changed_with_the_next_request_and_written_down(
    studio: TestClient, root: Headers, ada: Headers, audited: Callable[[], list[Any]]
) -> None:
    ada_id = id_of(studio, ada)
    assert told(studio.get("/api/admin/users", headers=ada), 403) == "Admin access required"
    changed = studio.put(f"/api/admin/users/{ada_id}/role", headers=root, json={"role": "admin"})
    assert changed.json() == {"status": "ok", "role": "admin"}
    assert listed(studio, ada)["total"] == 2
    studio.put(f"/api/admin/users/{ada_id}/role", headers=root, json={"role": "admin"})  # changes nothing
    studio.put(f"/api/admin/users/{ada_id}/role", headers=root, json={"role": "user"})
    assert told(studio.get("/api/admin/users", headers=ada), 403) == "Admin access required"
    lines = [line for line in audited() if line.action == "role_changed"]
    assert [(line.email, line.subject, line.detail) for line in lines] == [
        (ROOT, ada_id, {"email": ADA, "before": "user", "after": "admin"}),
        (ROOT, ada_id, {"email": ADA, "before": "admin", "after": "user"}),
    ]


@pytest.mark.parametrize(
    "body", [{"role": "root"}, {"role": "ADMIN"}, {"role": None}, {}, {"role": ["admin"]}, []]
)
def test_an_unknown_role_is_refused(studio: TestClient, root: Headers, ada: Headers, body: Any) -> None:
    path = f"/api/admin/users/{id_of(studio, ada)}/role"
    assert told(studio.put(path, headers=root, json=body), 422)
    assert listed(studio, root)["users"][0]["role"] == "user"


def test_nobody_changes_their_own_role_or_deletes_themselves(studio: TestClient, root: Headers) -> None:
    me = f"/api/admin/users/{id_of(studio, root)}"
    for role in ("user", "admin"):
        refused = told(studio.put(f"{me}/role", headers=root, json={"role": role}), 400)
        assert refused == "You cannot change your own role. Another administrator can."
    assert "delete your own account" in told(studio.delete(me, headers=root), 400)
    assert listed(studio, root)["users"][0]["role"] == "admin"


@pytest.mark.parametrize("user_id", ["f" * 32, "nope", "%00", "F" * 32, "%F0%9F%A6%8A", "a" * 300])
def test_whoever_is_not_there_is_not_found(studio: TestClient, root: Headers, user_id: str) -> None:
    path = f"/api/admin/users/{user_id}"
    for answer in (
        studio.put(f"{path}/role", headers=root, json={"role": "user"}),
        studio.delete(path, headers=root),
    ):
        assert told(answer, 404) == "There is no such user."


def test_a_guest_of_the_demo_becomes_no_administrator(
    studio: TestClient, services: Services, root: Headers
) -> None:
    fill(services.database, users=[guest := user_row("demo-1@demo.invalid", is_demo=True)])
    path = f"/api/admin/users/{guest['id']}"
    refused = told(studio.put(f"{path}/role", headers=root, json={"role": "admin"}), 400)
    assert refused == "A guest of the demo cannot administrate."
    assert studio.delete(path, headers=root).status_code == 200


def holders(database: Database, user_id: str) -> set[str]:
    """Return the tables with a row that names somebody."""
    with database.reading() as connection:
        return {
            table.name
            for table in metadata.sorted_tables
            if any(user_id in str(row) for row in connection.execute(select(table)))
        }


def test_a_deleted_account_leaves_nothing_but_the_audit(
    studio: TestClient, services: Services, root: Headers, ada: Headers, audited: Callable[[], list[Any]]
) -> None:
    ada_id = id_of(studio, ada)
    studio.put(f"/api/admin/users/{ada_id}/role", headers=root, json={"role": "admin"})
    invited = studio.post("/api/admin/invitations", headers=ada, json={}).json()
    studio.post("/api/config/prompts", headers=ada, json={"key": "mine", "label": "Mine", "prompt": "Hi."})
    job_id = studio.post("/api/benchmark", headers=ada, json={"models": ["fast"]}).json()["job_id"]
    with studio.websocket_connect(f"/ws?token={ada['Authorization'].removeprefix('Bearer ')}") as socket:
        assert job_id in str(socket.receive_json())
        assert holders(services.database, ada_id) >= {"users", "sessions", "jobs", "benchmark_runs", "invitations"}
        assert studio.delete(f"/api/admin/users/{ada_id}", headers=root).json() == {"status": "ok"}
        while (message := socket.receive())["type"] != "websocket.close":
            pass
    assert message["code"] == 4001
    assert holders(services.database, ada_id) == {"audit"}
    assert told(studio.get("/api/auth/me", headers=ada), 401) == "User not found"
    assert told(studio.post("/api/auth/refresh"), 401)
    assert told(studio.post("/api/auth/login", json={"email": ADA, "password": PASSWORD}), 401)
    guest = {"email": "eve@example.com", "password": PASSWORD, "invitation": invited["token"]}
    assert "not known" in told(studio.post("/api/auth/register", json=guest), 403)
    line = next(line for line in audited() if line.action == "user_deleted")
    assert (line.email, line.subject) == (ROOT, ada_id)
    assert line.detail == {"email": ADA, "role": "admin", "cancelled_jobs": 1}
    assert next(line.action for line in audited() if line.user_id == ada_id) == "register"
    assert sign_up(studio, ADA)


def many_admins(database: Database, count: int) -> list[User]:
    found = [add_user(database, f"admin{n}@example.org") for n in range(count)]
    with database.writing() as connection:
        connection.execute(users.update().values(role="admin"))
    return [User(user.id, user.email, "admin", user.limits) for user in found]


@pytest.mark.parametrize("act", ["demote", "delete"])
def test_of_two_who_take_it_from_each_other_at_once_one_does(
    database: Database, clock: SettableClock, act: str
) -> None:
    directory = Directory(database, clock)

    def strike(together: threading.Barrier, admin: User, other: User) -> str:
        together.wait()
        try:
            if act == "demote":
                directory.change_role(admin, other.id, "user", CALLER)
            else:
                directory.delete(admin, other, CALLER, 0)
        except ForbiddenError as error:
            return str(error)
        return "did"

    for _ in range(10):
        with database.writing() as connection:
            connection.execute(users.delete())
        one, other = many_admins(database, 2)
        together = threading.Barrier(2)
        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(strike, [together] * 2, [one, other], [other, one]))
        assert sorted(outcomes) == ["Admin access required", "did"]
        with database.reading() as connection:
            left = sorted(connection.execute(select(users.c.role)).scalars())
        assert left == ["admin", "user"]  # or whose deletion has begun
