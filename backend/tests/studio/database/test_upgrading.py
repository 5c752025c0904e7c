"""A database that an earlier version has written is brought to this one's tables with all that is in it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData, func, insert, select

from src.studio.benchmarks import repository
from src.studio.database.backup import back_up, restore
from src.studio.database.database import Database
from src.studio.database.metadata import new_id
from src.studio.database.migrate import FOLDER, HEAD, locked, migrate, revision_of, upgrade
from src.studio.database.tables import benchmarks
from tests.studio.conftest import NOW
from tests.studio.database.test_backup import everything, user

USER = user()
SINGLE, CONCURRENT, ODD = sorted(new_id() for _ in range(3))
ZERO = "a zero byte: \0"
MANY = 1_200
"""Records, of more than one batch."""
SUMMARY = {"p50": 20.0, "p95": 31.5}


def run(run_id: str, settings: Any) -> dict[str, Any]:
    empty = dict.fromkeys(("prompt_start", "prompt"), orjson.dumps(ZERO).decode())
    lists = dict.fromkeys(("targets", "skipped", "adjustments"), "[]")
    counts = dict.fromkeys(("requests_total", "requests_done", "error_count"), 1)
    told = {"id": run_id, "user_id": USER["id"], "source": "server", "state": "done", "shared": False}
    targets = [{"provider_key": key, "model_id": "fast"} for key in ("other", "gateway")]
    lists["targets"] = orjson.dumps(targets).decode()
    told |= {"settings": orjson.dumps(settings).decode(), "search_text": "", "created_at": 1_000}
    return told | empty | lists | counts


def result(run_id: str, position: int, **statistics: Any) -> dict[str, Any]:
    names = {"provider_key": "gateway", "provider": "Gateway", "model_id": "fast", "display_name": "fast"}
    counts = {"context_tokens": 0, "success_count": 1, "error_count": 0}
    told = {"provider_key": "gateway", "output_tokens": 40, "avg_tokens_per_second": 12.5}
    figures = orjson.dumps({"model_id": "fast", "error": ZERO} | told).decode()
    kept = {"run_id": run_id, "position": position, "figures": figures}
    return kept | names | counts | {"statistics": orjson.dumps(statistics).decode()}


def record(number: int, **changes: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"key": f"0-0-{number}", "point": "fast@0", "ttft_ms": 20.5, "itl_ms": 2.0}
    told |= {"request_latency_ms": 58.0, "scheduled_ns": 1_000_000, "first_token_ns": 23_500_000}
    told |= {"error": ZERO} | changes
    kept = {"run_id": CONCURRENT, "target": 0, "context_tokens": 0, "phase": "measure", "status": "success"}
    return kept | {
        "key": told["key"],
        "sent_ns": number,
        "attempt": 1,
        "record": orjson.dumps(told).decode(),
    }


@pytest.fixture
def earlier(store_url: str) -> Iterator[Database]:
    """Return a database of version 0001 with runs in it."""
    opened = Database(store_url)
    with locked(opened) as connection:
        upgrade(connection, "0001")
        there = MetaData()
        there.reflect(connection)
        created = {"created_at": (NOW.timestamp() * 1000) // 1}
        connection.execute(insert(there.tables["users"]), [USER | created])
        settings = {"mode": "single", "concurrency": 1}, {"mode": "concurrency", "concurrency": 8}, []
        runs = [run(run_id, of) for run_id, of in zip((SINGLE, CONCURRENT, ODD), settings, strict=True)]
        connection.execute(insert(there.tables["benchmark_runs"]), runs)
        whole = {"request_rate": 2.5, "output_tps": 50.0, "ttft_ms": SUMMARY, "itl_ms": SUMMARY}
        results = [result(SINGLE, 0, **whole, request_latency_ms=SUMMARY), result(CONCURRENT, 0, **whole)]
        results += [result(CONCURRENT, 1, ttft_ms=None, request_rate=None), result(ODD, 0)]
        connection.execute(insert(there.tables["benchmark_results"]), results)
        failed = record(MANY, ttft_ms=None, itl_ms=None, request_latency_ms=None, first_token_ns=None)
        records = [*(record(number) for number in range(1, MANY)), failed]
        connection.execute(insert(there.tables["benchmark_records"]), records)
    yield opened
    opened.close()


def check(database: Database) -> None:
    """Check that all that was kept is there, with what columns of this version have of it."""
    with database.reading() as connection:
        assert revision_of(connection) == HEAD
        runs = {row.id: row for row in connection.execute(select(benchmarks.benchmark_runs))}
        assert {run_id: row.mode for run_id, row in runs.items()} == {
            SINGLE: "single",
            CONCURRENT: "concurrency",
            ODD: "single",
        }
        assert all(
            (row.tool, row.knees, row.slo, row.dataset) == ("studio", None, None, None) for row in runs.values()
        )
        single, first, second, odd = connection.execute(
            select(benchmarks.benchmark_results).order_by("run_id", "position")
        )
        assert (single.load_mode, single.load) == ("single", None)
        assert (first.load_mode, first.load) == (second.load_mode, second.load) == ("concurrency", 8.0)
        assert (odd.load_mode, odd.load, odd.ttft_ms_p95) == ("single", None, None)
        assert (single.request_rate, single.output_tps, single.ttft_ms_p95) == (2.5, 50.0, 31.5)
        assert (single.itl_ms_p50, single.request_latency_ms_p95) == (20.0, 31.5)
        assert (first.request_latency_ms_p95, second.request_rate, second.goodput) == (None, None, None)
        assert (single.target, single.output_tokens, single.tokens_per_second) == (1, 40, 12.5)
        assert {row.user_id for row in (single, first, second, odd)} == {USER["id"]}
        assert single.created_at == runs[SINGLE].created_at
        assert single.figures["model_id"] == "fast"
        assert single.figures["ttft_ms_p50"] == single.statistics["ttft_ms"]["p50"] == 20.0
        assert first.figures["load"] == 8
        assert first.figures["offered_rate"] is None
        table = benchmarks.benchmark_records
        filled = select(func.count()).where(table.c.scheduled_ttft_ms == 22.5, table.c.point == "fast@0")
        assert connection.execute(filled).scalar() == MANY - 1
        kept = connection.execute(select(table).where(table.c.key == f"0-0-{MANY}")).one()
        assert (kept.ttft_ms, kept.scheduled_ttft_ms, kept.point) == (None, None, "fast@0")
        assert kept.record["error"] == ZERO
        assert len(repository.figures_of(connection, USER["id"], [SINGLE, CONCURRENT])[CONCURRENT]) == 2


def test_what_an_earlier_version_wrote_is_there(earlier: Database) -> None:
    migrate(earlier)
    check(earlier)


def test_a_backup_of_an_earlier_version_is_put_back(
    earlier: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "studio.backup"
    with monkeypatch.context() as earlier_version:
        earlier_version.setattr("src.studio.database.backup.migrate", lambda _database: None)
        back_up(earlier, path)
    restore(earlier, path)
    check(earlier)
    before = everything(earlier)
    back_up(earlier, path)
    restore(earlier, path)
    assert everything(earlier) == before


def test_an_upgrade_can_be_taken_back_and_made_again(earlier: Database) -> None:
    migrate(earlier)
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with earlier.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
    migrate(earlier)
    check(earlier)
