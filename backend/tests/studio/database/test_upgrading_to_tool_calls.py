"""A database from before there were tool calls keeps what it has, and takes suites, versions and runs of them."""

from collections.abc import Iterator
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from src.studio.database.database import Database
from src.studio.database.metadata import new_id
from src.studio.database.migrate import FOLDER, HEAD, locked, migrate, revision_of, upgrade
from src.studio.database.tables import accounts, benchmarks, tool_eval, tool_suites
from tests.studio.conftest import NOW
from tests.studio.database.test_backup import run_of, user

USER = user()
RUN = run_of(USER["id"], mode="single", tool="studio")
SUITE, VERSION, EVAL = new_id(), new_id(), new_id()


@pytest.fixture
def earlier(store_url: str) -> Iterator[Database]:
    """Return a database of version 0002 with somebody, and a run of theirs, in it."""
    opened = Database(store_url)
    with locked(opened) as connection:
        upgrade(connection, "0002")
        there = MetaData()
        there.reflect(connection)
        assert "tool_suites" not in there.tables
        connection.execute(insert(accounts.users), [USER])
        connection.execute(insert(benchmarks.benchmark_runs), [RUN])
    yield opened
    opened.close()


def suite_rows() -> list[tuple[Any, dict[str, Any]]]:
    """Return rows of each new table: a suite with a case, its version, and a run of that with a result."""
    texts = dict.fromkeys(("name", "description", "system_prompt"), "a zero byte: \0")
    owned = {"user_id": USER["id"], "created_at": NOW}
    counts = dict.fromkeys(("results_total", "results_done", "passed", "failed", "unscored"), 1)
    lists: dict[str, Any] = {name: [] for name in ("settings", "targets", "skipped", "adjustments")}
    suite = {"id": SUITE, "tools": [], "tool_count": 0, "case_count": 1, "version": 1, "updated_at": NOW}
    case = {"id": new_id(), "suite_id": SUITE, "position": 0, "disputed": False, "content": {}, "updated_at": NOW}
    version = {"id": VERSION, "suite_id": SUITE, "version": 1, "digest": "d", "tool_count": 0, "case_count": 1}
    run: dict[str, Any] = {
        "id": EVAL,
        "suite_id": SUITE,
        "suite_name": "\0",
        "version_id": VERSION,
        "version": 1,
        "state": "done",
    }
    run |= {"profile": "strict", "tool_choice": "auto", "temperature": 0.0, "repeats": 1, "cases_total": 1}
    result: dict[str, Any] = {
        "run_id": EVAL,
        "key": "0-0-1",
        "target": 0,
        "case_index": 0,
        "repeat": 1,
        "disputed": False,
    }
    result |= {
        "status": "pass",
        "rounds": 1,
        "attempt": 1,
        "scores": {},
        "calls": [],
        "problems": [],
        "exchange": {"\0": "\0"},
    }
    return [
        (tool_suites.tool_suites, suite | texts | owned | {"search_text": ""}),
        (tool_suites.tool_cases, case | owned | {"search_text": ""}),
        (tool_suites.tool_suite_versions, version | owned | {"content": texts}),
        (tool_eval.tool_eval_runs, run | owned | counts | lists | {"search_text": ""}),
        (tool_eval.tool_eval_results, result),
    ]


def fill(database: Database) -> None:
    with database.writing() as connection:
        for table, row in suite_rows():
            connection.execute(insert(table), [row])


def counts(database: Database) -> list[int]:
    with database.reading() as connection:
        return [
            connection.execute(select(func.count()).select_from(table)).scalar_one() for table, _ in suite_rows()
        ]


def check(database: Database) -> None:
    with database.reading() as connection:
        assert revision_of(connection) == HEAD
        (run,) = connection.execute(select(benchmarks.benchmark_runs)).mappings()
        assert {name: run[name] for name in RUN} == RUN


def test_what_was_there_stays_and_suites_are_taken(earlier: Database) -> None:
    migrate(earlier)
    check(earlier)
    fill(earlier)
    assert counts(earlier) == [1] * 5
    with earlier.reading() as connection:
        (kept,) = connection.execute(select(tool_eval.tool_eval_results)).mappings()
    assert kept["exchange"] == {"\0": "\0"}


def test_a_version_that_a_run_was_on_stays_and_suites_go_alone(earlier: Database) -> None:
    migrate(earlier)
    fill(earlier)
    with pytest.raises(IntegrityError), earlier.writing() as connection:
        connection.execute(delete(tool_suites.tool_suite_versions))
    with earlier.writing() as connection:
        connection.execute(delete(tool_suites.tool_suites))
    assert counts(earlier) == [0, 0, 1, 1, 1]


def test_all_of_it_goes_with_its_owner(earlier: Database) -> None:
    migrate(earlier)
    fill(earlier)
    with earlier.writing() as connection:
        connection.execute(delete(accounts.users).where(accounts.users.c.id == USER["id"]))
    assert counts(earlier) == [0] * 5


def test_the_upgrade_can_be_taken_back_and_made_again(earlier: Database) -> None:
    migrate(earlier)
    fill(earlier)
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with earlier.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0002")
    migrate(earlier)
    check(earlier)
    assert counts(earlier) == [0] * 5
