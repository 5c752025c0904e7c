"""The log's tail, figures of use, and how the server is."""

import datetime as dt
import json
import logging
from typing import Any

import pytest
from fastapi.testclient import TestClient

from src.core.clock import iso
from src.studio.jobs.claims import Claims
from src.studio.services import Services
from tests.conftest import SettableClock
from tests.studio.administration.conftest import ADA, ROOT, Headers, fill, id_of, key_row, run_row, told, user_row
from tests.studio.conftest import NOW, MakeStudio
from tests.studio.jobs.people import limit_to

LOGS, STATS, SYSTEM = "/api/admin/logs", "/api/admin/stats", "/api/admin/system"
logger = logging.getLogger("tests.of.the.tail")
KEY = "sk-planted-in-the-log-1234"


def ask(client: TestClient, headers: Headers, path: str, **query: Any) -> Any:
    answer = client.get(path, headers=headers, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def events(client: TestClient, headers: Headers, **query: Any) -> list[str]:
    tail = ask(client, headers, LOGS, **query)
    assert tail["count"] == len(tail["logs"])
    return [json.loads(line)["event"] for line in tail["logs"]]


@pytest.fixture
def _talkative() -> Any:
    before = logging.getLogger().level
    logging.getLogger().setLevel(logging.DEBUG)
    yield
    logging.getLogger().setLevel(before)


@pytest.mark.usefixtures("_talkative")
def test_the_log_is_told_newest_last_as_json_and_without_what_looks_like_a_key(
    studio: TestClient, root: Headers
) -> None:
    logger.warning("one said %s to http://gateway.internal/v1", KEY)
    logger.error({"event": "two", "n": 2})
    lines = ask(studio, root, LOGS, level="warning,error")["logs"]
    first, second = (json.loads(line) for line in lines[-2:])
    assert first["event"] == "one said [key] to [address]"
    assert first.keys() == {"timestamp", "level", "logger", "event"}
    assert (second["level"], second["n"]) == ("error", 2)
    assert KEY not in str(lines)


@pytest.mark.usefixtures("_talkative")
def test_lines_are_found_by_level_and_by_what_they_say(studio: TestClient, root: Headers) -> None:
    logger.debug("Marked a")
    logger.warning("Marked B")
    logger.error("Marked ü")
    marked = ["Marked a", "Marked B", "Marked ü"]
    assert events(studio, root, search="mArKed") == marked
    assert events(studio, root, search="marked b") == ["Marked B"]
    assert events(studio, root, search="MARKED Ü") == ["Marked ü"]
    assert events(studio, root, search="marked", level="WARNING") == ["Marked B"]
    assert events(studio, root, search="marked", level="warning, error") == marked[1:]
    assert events(studio, root, search="marked", level="critical") == []
    assert events(studio, root, search="marked", lines=2) == marked[1:]
    for nothing in ("%", "_arked", "\0", "nobody says that"):
        assert events(studio, root, search=nothing) == []


@pytest.mark.usefixtures("_talkative")
def test_the_newest_two_thousand_lines_are_kept(studio: TestClient, root: Headers) -> None:
    for n in range(2100):
        logger.info("line %d.", n)
    assert len(events(studio, root)) == 100
    kept = events(studio, root, lines=2000)
    assert len(kept) == 2000
    assert "line 2099." in kept
    assert "line 99." not in kept


@pytest.mark.parametrize(
    "query", [{"lines": 0}, {"lines": 2001}, {"level": "loud"}, {"level": "info,loud"}, {"search": "x" * 257}]
)
def test_what_cannot_be_asked_of_the_log_is_refused(
    studio: TestClient, root: Headers, query: dict[str, Any]
) -> None:
    (name,) = query
    assert told(studio.get(LOGS, headers=root, params=query), 422).startswith(f"{name}: ")


def test_an_app_that_has_stopped_hears_nothing_more(make_studio: MakeStudio) -> None:
    before = list(logging.getLogger().handlers)
    with TestClient(make_studio()):
        assert len(logging.getLogger().handlers) == len(before) + 1
    assert logging.getLogger().handlers == before


def test_benchmarks_are_counted_by_their_age_and_by_who_starts_most(
    studio: TestClient, services: Services, root: Headers, ada: Headers
) -> None:
    ages = [
        dt.timedelta(hours=24),
        dt.timedelta(hours=24, seconds=1),
        dt.timedelta(days=30),
        dt.timedelta(days=31),
    ]
    mine, hers = id_of(studio, root), id_of(studio, ada)
    runs = [run_row(hers, NOW - age) for age in ages]
    fill(services.database, runs=[*runs, run_row(mine), run_row(hers)])
    stats = ask(studio, root, STATS)
    assert [stats[f"benchmarks_{span}"] for span in ("24h", "7d", "30d")] == [3, 4, 5]
    assert stats["top_users"] == [
        {"id": hers, "email": ADA, "benchmark_count": 4},
        {"id": mine, "email": ROOT, "benchmark_count": 1},
    ]
    assert (stats["total_users"], stats["keys_by_provider"]) == (2, [])


def test_keys_are_counted_by_provider_and_never_told(
    studio: TestClient, services: Services, root: Headers, ada: Headers
) -> None:
    mine, hers = id_of(studio, root), id_of(studio, ada)
    keys = [key_row(mine, "openai"), key_row(hers, "openai"), key_row(hers, "anthropic")]
    fill(services.database, keys=keys)
    answer = studio.get(STATS, headers=root)
    assert answer.json()["keys_by_provider"] == [
        {"provider_key": "openai", "count": 2},
        {"provider_key": "anthropic", "count": 1},
    ]
    assert "sealed" not in answer.text


def test_ten_are_named_of_those_who_start_most(studio: TestClient, services: Services, root: Headers) -> None:
    many = [user_row(f"u{n}@example.org") for n in range(12)]
    runs = [run_row(user["id"]) for n, user in enumerate(many) for _ in range(n + 1)]
    fill(services.database, users=many, runs=runs)
    counts = [user["benchmark_count"] for user in ask(studio, root, STATS)["top_users"]]
    assert counts == list(range(12, 2, -1))


def test_the_system_tells_what_runs_what_waits_and_who_works(
    studio: TestClient, services: Services, root: Headers, ada: Headers, clock: SettableClock
) -> None:
    started = clock()
    worker = Claims(services, "w" * 32)
    owner = services.accounts.user(id_of(studio, ada))
    limit_to(services.database, owner, max_concurrent=2)
    running = services.jobs.submit(owner, "benchmark", {"prompt": "what nobody else need read"})
    services.jobs.submit(owner, "benchmark", {})
    services.jobs.submit(owner, "benchmark", {})
    worker.beat()
    assert worker.admit() is not None
    clock.move(seconds=184)
    worker.beat()
    with studio.websocket_connect(f"/ws?token={ada['Authorization'].removeprefix('Bearer ')}") as socket:
        socket.receive_json()
        answer = studio.get(SYSTEM, headers=root)
    system = answer.json()
    assert "nobody else" not in answer.text
    assert system["active_jobs"] == [
        {
            "id": running.id,
            "job_type": "benchmark",
            "user_email": ADA,
            "progress_pct": 0.0,
            "progress_detail": "",
            "created_at": "2026-11-20T12:00:00.000Z",
            "started_at": "2026-11-20T12:00:00.000Z",
        }
    ]
    assert (system["benchmark_active"], system["total_active"], system["total_queued"]) == (True, 1, 2)
    assert system["connected_ws_clients"] == 1
    (there,) = system["workers"]
    assert 0 <= there.pop("heartbeat_age_s") < 10
    assert there.pop("host")
    assert there.pop("pid")
    assert there == {
        "id": "w" * 32,
        "started_at": iso(started),
        "age_s": 184.0,
    }
    worker.leave()
    assert ask(studio, root, SYSTEM)["workers"] == []


def test_the_system_tells_its_version_and_what_is_kept(
    studio: TestClient, services: Services, root: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_VERSION", "1.2.3")
    fill(services.database, runs=[run_row(id_of(studio, root)) for _ in range(4)])
    system = ask(studio, root, SYSTEM)
    assert (system["version"], system["results_count"]) == ("1.2.3", 4)
    assert system["database"] == ("postgresql" if services.database.is_postgres else "sqlite")
    assert 0 < system["db_size_mb"] < 100
    assert 0 <= system["results_size_mb"] < system["db_size_mb"]
    assert system["process_uptime_s"] >= 0
    assert (system["benchmark_active"], system["active_jobs"], system["total_active"]) == (False, [], 0)
