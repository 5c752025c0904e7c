"""Many at once: people who submit, workers that share, and a database that goes away."""

import signal
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from src.studio.accounts.user import User
from src.studio.database.database import IDLE_SECONDS
from src.studio.database.metadata import new_id
from src.studio.database.migrate import migrate
from src.studio.errors import StorageError
from src.studio.jobs import repository
from src.studio.jobs.admission import admit
from src.studio.jobs.lifecycle import Lifecycle
from src.studio.jobs.tables import jobs
from src.studio.services import Services
from tests.postgres import NoPostgresError, Server, stoppable_server
from tests.studio.jobs.conftest import StartWorker, WorkerProcess, items_of, state_of, wait_for
from tests.studio.jobs.people import add_user, limit_to
from tests.studio.jobs.working import metadata, services_on


def running_of(services: Services) -> Counter[str]:
    with services.database.reading() as connection:
        return Counter(connection.execute(select(jobs.c.user_id).where(jobs.c.state == "running")).scalars())


def test_a_hundred_submits_at_once_never_exceed_a_limit_and_begin_in_order(
    services: Services, start_worker: StartWorker
) -> None:
    people = [add_user(services.database, max_concurrent=n) for n in (1, 1, 2, 3, 4)]
    limits = {user.id: user.limits.max_concurrent for user in people}
    over: list[Counter[str]] = []
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            running = running_of(services)
            if any(running[user_id] > limit for user_id, limit in limits.items()) or running.total() > 8:
                over.append(running)

    def submit(user: User) -> None:
        services.jobs.submit(user, "sleep", {"seconds": 0.02})

    watcher = threading.Thread(target=watch)
    watcher.start()
    start_worker()
    with ThreadPoolExecutor(20) as threads:
        list(threads.map(submit, people * 20))
    limits[people[0].id] = 2
    limit_to(services.database, people[0], 2)
    wait_for(lambda: not running_of(services) and not any(services.jobs.active_of(user.id) for user in people))
    done.set()
    watcher.join()
    assert over == []
    begun = defaultdict(list)
    with services.database.reading() as connection:
        for row in connection.execute(select(jobs).order_by(jobs.c.seq)):
            assert row.state == "done"
            begun[row.user_id].append(row.started_at)
    assert [len(times) for times in begun.values()] == [20] * 5
    assert all(times == sorted(times) for times in begun.values())


def test_admissions_at_once_admit_each_job_once(services: Services) -> None:
    user = add_user(services.database, max_concurrent=3)
    for _ in range(10):
        services.jobs.submit(user, "sleep", {})

    def begin(_: int) -> str | None:
        with services.database.writing() as connection:
            claim = admit(Lifecycle(connection, services.clock(), {}), new_id(), services.jobs.limits)
        return None if claim is None else claim.job.id

    with ThreadPoolExecutor(8) as threads:
        begun = [job_id for job_id in threads.map(begin, range(16)) if job_id]
    assert len(begun) == len(set(begun)) == 3


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_two_workers_share_and_one_takes_over_from_the_other(
    services: Services, start_worker: StartWorker
) -> None:
    user = add_user(services.database, max_concurrent=20)
    made = [services.jobs.submit(user, "write", {"items": 120, "pause": 0.1}) for _ in range(10)]
    workers = [start_worker(), start_worker()]
    wait_for(lambda: all(len(items_of(services, job)) > 5 for job in made))
    shared = Counter(services.jobs.get(user.id, job.id).worker_id for job in made)
    assert set(shared) == {worker.id for worker in workers}
    workers[0].kill()
    wait_for(lambda: all(services.jobs.get(user.id, job.id).worker_id != workers[0].id for job in made[:8]), 30)
    wait_for(lambda: all(state_of(services, job) == "done" for job in made))
    for job in made:
        assert [n for n, _ in items_of(services, job)] == list(range(120))


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_a_worker_that_hangs_within_a_transaction_keeps_no_job_from_being_taken_over(services: Services) -> None:
    user = add_user(services.database)
    job = services.jobs.submit(user, "sleep", {})

    def hang() -> None:
        with services.database.writing() as connection:
            repository.lock(connection, None, job.id)
            time.sleep(IDLE_SECONDS + 1)
            connection.execute(select(jobs.c.id))

    with pytest.raises(StorageError):
        hang()
    assert services.jobs.cancel(user.id, job.id).at_once


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_a_worker_that_was_killed_is_taken_over_from_without_waiting_for_its_silence(
    services: Services, start_worker: StartWorker
) -> None:
    user = add_user(services.database)
    job = services.jobs.submit(user, "write", {"items": 200, "pause": 0.1})
    workers = {worker.id: worker for worker in (start_worker(), start_worker())}
    wait_for(lambda: all("worker_started" in worker.log for worker in workers.values()))
    wait_for(lambda: len(items_of(services, job)) > 5)
    workers[services.jobs.get(user.id, job.id).worker_id or ""].kill()
    # three seconds on a machine that has nothing else to do, ten where it was silence that told
    assert wait_for(lambda: services.jobs.get(user.id, job.id).attempt > 1) < 8


def test_a_worker_that_was_paused_writes_nothing_more_when_it_was_taken_over_from(
    services: Services, start_worker: StartWorker
) -> None:
    if not services.database.is_postgres:
        pytest.skip("SQLite has one worker")
    user = add_user(services.database)
    job = services.jobs.submit(user, "write", {"items": 100, "pause": 0.1})
    first = start_worker()
    wait_for(lambda: len(items_of(services, job)) > 5)
    first.process.send_signal(signal.SIGSTOP)
    start_worker()
    wait_for(lambda: services.jobs.get(user.id, job.id).attempt == 2, 40)
    first.process.send_signal(signal.SIGCONT)
    wait_for(lambda: state_of(services, job) == "done")
    assert [n for n, _ in items_of(services, job)] == list(range(100))
    wait_for(lambda: "job_lost" in first.log)


@pytest.fixture
def server() -> Iterator[Server]:
    """Return a server of PostgreSQL of this test's own."""
    try:
        made = stoppable_server()
        yield made.__enter__()
    except NoPostgresError as error:
        pytest.skip(str(error))
    made.__exit__(None, None, None)


@pytest.fixture
def store_of_its_own(server: Server) -> Iterator[Services]:
    services = services_on(f"{server.address}/postgres")
    migrate(services.database)
    metadata.create_all(services.database.engine)
    yield services
    services.close()


def test_jobs_outlive_a_server_of_postgresql_that_crashes(
    server: Server, store_of_its_own: Services, tmp_path: Path
) -> None:
    services, url = store_of_its_own, f"{server.address}/postgres"
    user = add_user(services.database, max_concurrent=4)
    made = [services.jobs.submit(user, "write", {"items": 100, "pause": 0.02}) for _ in range(4)]
    worker = WorkerProcess(url, new_id(), tmp_path)
    try:
        wait_for(lambda: all(len(items_of(services, job)) > 5 for job in made))
        server.stop()
        time.sleep(6)
        server.start()
        wait_for(lambda: all(state_of(services, job) == "done" for job in made))
        for job in made:
            # one whose answer was lost is written again: kinds write so that this changes nothing
            assert {n for n, _ in items_of(services, job)} == set(range(100))
            assert {attempt for _, attempt in items_of(services, job)} == {1}
        assert worker.stop() == 0
    finally:
        worker.process.kill()
        worker.close()
