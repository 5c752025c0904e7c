"""A worker in a process of its own: what it runs, stops, gives back, and what another one makes of its end."""

import signal
import time
from typing import Any

import pytest

from src.studio.database.metadata import new_id
from src.studio.jobs import journal
from src.studio.jobs.job import Job
from src.studio.services import Services
from tests.studio.jobs.conftest import StartWorker, items_of, state_of, wait_for
from tests.studio.jobs.people import add_user


def submit(services: Services, kind: str, timeout_seconds: int = 60, **params: object) -> Job:
    user = add_user(services.database, max_concurrent=10)
    return services.jobs.submit(user, kind, params, timeout_seconds=timeout_seconds)


def told_of(services: Services, job: Job) -> list[str]:
    """Return the types of a job's events, whose numbers have no gaps."""
    with services.database.reading() as connection:
        told = journal.after(connection, job.id, 0, 10_000)
    assert [event.seq for event in told] == list(range(1, len(told) + 1))
    return [event.type for event in told]


def error_of(services: Services, job: Job) -> str | None:
    return services.jobs.get(job.user_id, job.id).error


def test_a_job_is_run_and_told_of(services: Services, start_worker: StartWorker) -> None:
    job = submit(services, "write", items=20)
    worker = start_worker()
    wait_for(lambda: state_of(services, job) == "done")
    assert items_of(services, job) == [(n, 1) for n in range(20)]
    told = told_of(services, job)
    assert (told[:2], told[-1]) == (["job_created", "job_started"], "job_completed")
    assert told.count("item") == 20
    assert services.jobs.figures().calls == {("write", "success"): 10, ("write", "timeout"): 10}
    assert services.jobs.get(job.user_id, job.id).progress_pct == 100
    assert worker.stop() == 0
    assert job.id in worker.log
    assert job.user_id in worker.log


def test_a_job_in_flight_is_cancelled_from_another_process_at_once(
    services: Services, start_worker: StartWorker
) -> None:
    job = submit(services, "sleep")
    start_worker()
    wait_for(lambda: state_of(services, job) == "running")
    services.jobs.cancel(job.user_id, job.id)
    assert wait_for(lambda: state_of(services, job) == "cancelled") < 0.5
    assert items_of(services, job) == [(-1, 1)]  # what it wrote when it was told
    assert told_of(services, job) == ["job_created", "job_started", "job_cancelled"]


def test_a_job_that_takes_too_long_fails(services: Services, start_worker: StartWorker) -> None:
    job = submit(services, "sleep", timeout_seconds=1)
    start_worker()
    wait_for(lambda: state_of(services, job) == "failed")
    assert error_of(services, job) == "The job was stopped: it took longer than 1 second."


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"sentence": "No such model: gpt-9."}, "No such model: gpt-9."),
        ({}, "Something went wrong in the worker. Quote the job's id when you report it."),
    ],
)
def test_a_job_that_fails_says_why_in_a_sentence(
    services: Services, start_worker: StartWorker, params: dict[str, Any], sentence: str
) -> None:
    job = submit(services, "fail", **params)
    worker = start_worker()
    wait_for(lambda: state_of(services, job) == "failed")
    assert error_of(services, job) == sentence
    assert told_of(services, job)[-1] == "job_failed"
    assert "sk-secret" not in worker.log
    assert "Traceback" not in worker.log


def test_a_kind_that_nobody_knows_fails(services: Services, start_worker: StartWorker) -> None:
    job = submit(services, "knit")
    start_worker()
    wait_for(lambda: state_of(services, job) == "failed")
    assert "knit" in (error_of(services, job) or "")


def test_a_worker_that_stops_gives_its_jobs_back(services: Services, start_worker: StartWorker) -> None:
    job = submit(services, "write", items=200, pause=0.01)
    sleeper = submit(services, "sleep", seconds=5)
    worker = start_worker()
    wait_for(lambda: len(items_of(services, job)) > 20 and state_of(services, sleeper) == "running")
    started = time.monotonic()
    assert worker.stop() == 0
    assert time.monotonic() - started < 5
    given_back = services.jobs.get(job.user_id, job.id)
    assert (given_back.state, given_back.worker_id, given_back.crashes) == ("running", None, 0)
    assert items_of(services, sleeper) == [(-2, 1)]  # it knew that another attempt goes on
    start_worker()
    wait_for(lambda: state_of(services, job) == "done")
    assert [n for n, _ in items_of(services, job)] == list(range(200))
    assert {attempt for _, attempt in items_of(services, job)} == {1, 2}


def test_kills_lose_nothing_and_double_nothing(services: Services, start_worker: StartWorker) -> None:
    job, worker_id = submit(services, "write", items=200, pause=0.02), new_id()
    worker, took = start_worker(worker_id), []
    for had in (10, 40, 70, 100, 130):
        wait_for(lambda had=had: len(items_of(services, job)) > had)
        worker.kill()
        killed_at, kept = time.monotonic(), len(items_of(services, job))
        worker = start_worker(worker_id)
        wait_for(lambda kept=kept: len(items_of(services, job)) > kept)
        took.append(time.monotonic() - killed_at)
    assert min(took) < 5  # each of them, on a machine that has nothing else to do
    wait_for(lambda: state_of(services, job) == "done")
    assert [n for n, _ in items_of(services, job)] == list(range(200))
    assert {attempt for _, attempt in items_of(services, job)} == {1, 2, 3, 4, 5, 6}
    assert told_of(services, job).count("item") == 200
    assert services.jobs.get(job.user_id, job.id).crashes == 0


def test_a_job_over_which_workers_die_is_given_up(services: Services, start_worker: StartWorker) -> None:
    job, worker_id = submit(services, "crash"), new_id()
    for _ in range(3):
        assert start_worker(worker_id).process.wait(30) == -signal.SIGKILL
    start_worker(worker_id)
    wait_for(lambda: state_of(services, job) == "interrupted")
    assert "3 times without getting on" in (error_of(services, job) or "")
    assert told_of(services, job) == ["job_created", "job_started", "job_failed"]


def test_a_worker_ends_with_whoever_started_it(services: Services, start_worker: StartWorker) -> None:
    job = submit(services, "sleep")
    worker = start_worker()
    wait_for(lambda: state_of(services, job) == "running")
    worker.close()
    assert worker.process.wait(10) == 0
    assert services.jobs.get(job.user_id, job.id).worker_id is None
