"""What was done, as administrators look for it: filters, pages, and how it is when there is very much."""

import datetime as dt
import time
from collections.abc import Sequence
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert

from src.studio.accounts.tables import audit
from src.studio.administration import trail
from src.studio.administration.trail import Wanted
from src.studio.database.database import Database
from src.studio.database.metadata import new_id
from src.studio.services import Services
from tests.conftest import SettableClock
from tests.studio.administration.conftest import ADA, ROOT, Headers, id_of, told
from tests.studio.conftest import NOW, PASSWORD

AUDIT = "/api/admin/audit"


def found(client: TestClient, headers: Headers, **query: Any) -> Any:
    answer = client.get(AUDIT, headers=headers, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def actions(client: TestClient, headers: Headers, **query: Any) -> list[str]:
    told_of = found(client, headers, **query)
    assert told_of["total"] == len(told_of["entries"])
    return [entry["action"] for entry in told_of["entries"]]


def test_an_entry_says_who_did_what_to_whom_when_and_from_where(
    studio: TestClient, root: Headers, ada: Headers, clock: SettableClock
) -> None:
    ada_id = id_of(studio, ada)
    clock.move(seconds=1)
    studio.put(f"/api/admin/users/{ada_id}/rate-limit", headers=root, json={"max_concurrent": 3})
    newest = found(studio, root)["entries"][0]
    assert newest.pop("id")
    limits = {"benchmarks_per_hour": 20, "max_concurrent": 1, "max_runs_per_benchmark": 10}
    assert newest == {
        "at": "2026-11-20T12:00:01.000Z",
        "user_id": id_of(studio, root),
        "email": ROOT,
        "action": "limits_changed",
        "subject": ada_id,
        "detail": {"email": ADA, "before": limits, "after": {**limits, "max_concurrent": 3}},
        "address": "testclient",
    }


def test_entries_are_found_by_who_did_it_what_it_was_and_when(
    studio: TestClient, root: Headers, ada: Headers, clock: SettableClock
) -> None:
    clock.move(minutes=10)
    studio.post("/api/auth/login", json={"email": ADA, "password": "wrong, I am afraid"})
    studio.post("/api/auth/login", json={"email": ADA, "password": PASSWORD})
    assert actions(studio, root) == ["login", "login_failed", "register", "register"]
    for who in (ADA, " Ada@EXAMPLE.com", id_of(studio, ada)):
        assert actions(studio, root, user=who) == ["login", "login_failed", "register"]
    assert actions(studio, root, user=ADA, action="login") == ["login"]
    assert actions(studio, root, action="register") == ["register", "register"]
    assert actions(studio, root, user=ROOT, action="login") == []
    for since in ("2026-11-20T12:10:00Z", "2026-11-20T12:10:00", "2026-11-20T13:10:00+01:00"):
        assert actions(studio, root, since=since) == ["login", "login_failed"]
    assert actions(studio, root, since="2026-11-20T12:10:00.001Z") == []
    assert len(actions(studio, root, since="2026-11-20")) == 4
    assert actions(studio, root, since="2096-01-01T00:00:00Z") == []
    assert actions(studio, root, since="9999-12-31T23:59:59-23:59") == []
    assert len(actions(studio, root, since="0001-01-01T00:00:00+23:59")) == 4
    for nobody in ("nobody@example.com", "f" * 32, "%", "ada", "@"):
        assert actions(studio, root, user=nobody) == []
    assert actions(studio, root, action="Login") == []
    assert len(actions(studio, root, user="", action="")) == 4


def test_whoever_has_had_another_e_mail_is_found_by_the_one_of_now(
    studio: TestClient, services: Services, root: Headers, ada: Headers
) -> None:
    ada_id = id_of(studio, ada)
    with services.database.writing() as connection:
        connection.execute(audit.update().where(audit.c.user_id == ada_id).values(email="then@example.com"))
    assert actions(studio, root, user=ADA) == ["register"]
    assert actions(studio, root, user="then@example.com") == ["register"]


def test_pages_have_every_entry_once_newest_first(studio: TestClient, services: Services, root: Headers) -> None:
    fill(services.database, 25)
    seen: list[Any] = []
    for offset in range(0, 30, 7):
        page = found(studio, root, limit=7, offset=offset, action="tested")
        assert page["total"] == 25
        seen += [(entry["at"], entry["id"]) for entry in page["entries"]]
    assert len(seen) == len(set(seen)) == 25
    assert seen == sorted(seen, reverse=True)
    assert found(studio, root, offset=10_000_000)["entries"] == []


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 201},
        {"limit": -1},
        {"offset": -1},
        {"offset": 10**30},
        {"since": "yesterday"},
        {"since": "2026-13-01"},
        {"since": "2026-11-20T12:00:00 01:00"},
        {"user": "a\0b"},
        {"action": "\0"},
        {"action": "x" * 65},
        {"user": "x" * 257},
    ],
)
def test_what_cannot_be_asked_is_refused(studio: TestClient, root: Headers, query: dict[str, Any]) -> None:
    (name,) = query
    assert told(studio.get(AUDIT, headers=root, params=query), 422).startswith(f"{name}: ")


def fill(database: Database, count: int, user_ids: Sequence[str] = ("u" * 32,)) -> None:
    """Write entries, a second apart from each other, the oldest last."""
    rows = [
        {
            "id": new_id(),
            "user_id": (user_id := user_ids[n % len(user_ids)]),
            "email": f"{user_id}@example.org",
            "action": ("tested", "login", "logout")[0 if count < 1000 else n % 3],
            "subject": None,
            "detail": {"n": n},
            "address": "192.0.2.7",
            "at": NOW - dt.timedelta(seconds=n),
        }
        for n in range(count)
    ]
    with database.writing() as connection:
        for start in range(0, count, 1000):
            connection.execute(insert(audit), rows[start : start + 1000])


def test_among_very_many_entries_those_of_a_page_are_found_by_an_index(database: Database) -> None:
    fill(database, 100_000, [f"{n:032x}" for n in range(500)])
    with database.writing() as connection:
        connection.exec_driver_sql("ANALYZE")
    mail = f"{7:032x}@example.org"
    for wanted, count in (
        (Wanted(), 100_000),
        (Wanted(offset=90_000), 100_000),
        (Wanted(action="login"), 33_333),
        (Wanted(user=f"{7:032x}"), 200),
        (Wanted(user=mail, action="login"), 67),
        (Wanted(since=NOW - dt.timedelta(minutes=10)), 601),
    ):
        took = []
        for _ in range(5):
            with database.reading() as connection:
                started = time.perf_counter()
                entries, total = trail.read(connection, wanted)
                took.append(time.perf_counter() - started)
        assert total == count
        assert len(entries) == min(100, max(0, count - wanted.offset))
        assert min(took) < 0.1, (wanted, took)
