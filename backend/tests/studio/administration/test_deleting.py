"""The jobs of somebody who is deleted, with real workers: they end before anything is taken from under them."""

import pytest
from sqlalchemy import Connection, func, select

from src.studio.accounts.repository import find_by_email
from src.studio.accounts.tables import users
from src.studio.accounts.user import Caller, User
from src.studio.administration import repository
from src.studio.administration import service as administration
from src.studio.benchmarks.tables import benchmark_records, benchmark_runs
from src.studio.database.metadata import new_id
from src.studio.errors import NotFoundError
from src.studio.jobs.claims import Claims
from src.studio.services import Services
from src.studio.tool_eval.tables import tool_eval_results, tool_eval_runs
from src.studio.tool_suites.tables import tool_cases, tool_suite_versions, tool_suites
from tests.studio.administration.conftest import run_row
from tests.studio.jobs.conftest import StartWorker, items_of, services, start_worker, state_of, wait_for
from tests.studio.jobs.working import ends
from tests.studio.people import add_user
from tests.studio.tool_eval.made import keep_run

__all__ = ["services", "start_worker"]

CALLER = Caller("192.0.2.7")


@pytest.fixture
def admin(services: Services) -> User:
    """Return an administrator."""
    user = add_user(services.database, "root@example.org")
    with services.database.writing() as connection:
        connection.execute(users.update().values(role="admin"))
    return user


def test_what_runs_writes_what_it_has_and_ends_before_the_account_goes(
    services: Services,
    start_worker: StartWorker,
    admin: User,
) -> None:
    start_worker()
    ada = add_user(services.database)
    running, waiting = (services.jobs.submit(ada, "sleep", {}) for _ in range(2))
    wait_for(lambda: state_of(services, running) == "running")
    services.administration.delete_user(admin, ada.id, CALLER)
    assert items_of(services, running) == [(-1, 1)]
    with services.database.reading() as connection:
        assert set(connection.execute(select(ends))) == {(running.id, "cancelled"), (waiting.id, "cancelled")}
    with pytest.raises(NotFoundError):
        services.accounts.user(ada.id)
    assert services.jobs.list(ada.id).jobs == []


def test_what_does_not_end_in_time_holds_up_no_deletion(
    services: Services,
    admin: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(administration, "JOBS_END_SECONDS", 0.3)
    hung = Claims(services, new_id())
    hung.beat()
    ada = add_user(services.database)
    running = services.jobs.submit(ada, "sleep", {})
    assert hung.admit() is not None
    services.administration.delete_user(admin, ada.id, CALLER)
    assert services.jobs.list(ada.id).jobs == []
    assert items_of(services, running) == []


def add_results(services: Services, user: User, runs: int = 3, requests: int = 5) -> None:
    """Let somebody have runs, with requests each."""
    rows = [run_row(user.id) for _ in range(runs)]
    common = {
        "target": 0,
        "context_tokens": 0,
        "phase": "measure",
        "status": "success",
        "attempt": 1,
        "record": {},
    }
    records = [
        {"run_id": row["id"], "key": f"0-0-{n}", "sent_ns": n, **common} for row in rows for n in range(requests)
    ]
    with services.database.writing() as connection:
        connection.execute(benchmark_runs.insert(), rows)
        connection.execute(benchmark_records.insert(), records)


def counted(services: Services) -> tuple[int, int]:
    """Return how many runs and requests there are."""
    with services.database.reading() as connection:
        tables = (benchmark_runs, benchmark_records)
        runs, records = (
            connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables
        )
        return runs, records


def test_very_many_results_go_piece_by_piece_and_nobody_elses(
    services: Services, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "MOST_RECORDS", 4)
    monkeypatch.setattr(repository, "MOST_ROWS", 2)
    ada, bob = add_user(services.database), add_user(services.database, "bob@example.org")
    for user in (ada, bob):
        add_results(services, user)
    services.administration.delete_user(admin, ada.id, CALLER)
    assert counted(services) == (3, 15)
    with pytest.raises(NotFoundError):
        services.accounts.user(ada.id)


def test_suites_and_their_runs_go_piece_by_piece_too(
    services: Services, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "MOST_RECORDS", 2)
    monkeypatch.setattr(repository, "MOST_ROWS", 1)
    ada, bob = add_user(services.database), add_user(services.database, "bob@example.org")
    with services.database.writing() as connection:
        for user in (ada, ada, bob):
            keep_run(connection, user.id)
    pieces = 0
    with services.database.writing() as connection:
        while repository.delete_some(connection, ada.id):
            pieces += 1
        tables = (tool_suites, tool_cases, tool_suite_versions, tool_eval_runs, tool_eval_results)
        left = [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]
    assert left == [1, 1, 1, 1, 5]
    assert pieces == 5 + 4 * 2
    services.administration.delete_user(admin, bob.id, CALLER)
    with services.database.reading() as connection:
        assert connection.execute(select(tool_eval_results)).first() is None


def test_a_deletion_that_is_interrupted_lets_nobody_in_and_is_finished_later(
    services: Services, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = add_user(services.database)
    add_results(services, ada)
    whole = repository.delete_some

    def ends_with_the_process(connection: Connection, user_id: str) -> bool:
        whole(connection, user_id)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(repository, "delete_some", ends_with_the_process)
        with pytest.raises(KeyboardInterrupt):
            services.administration.delete_user(admin, ada.id, CALLER)
    assert counted(services)[0] == 3
    with services.database.reading() as connection:
        assert find_by_email(connection, ada.email) is None
    again = add_user(services.database, ada.email)  # it is free for whoever comes by it
    services.administration.finish_deletions()
    assert counted(services) == (0, 0)
    assert services.accounts.user(again.id).email == ada.email
    with pytest.raises(NotFoundError):
        services.accounts.user(ada.id)
