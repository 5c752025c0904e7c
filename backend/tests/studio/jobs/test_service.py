"""Jobs as they are submitted, listed and cancelled, without any worker."""

import datetime as dt

import pytest
from sqlalchemy import Connection, insert, select

from src.studio.database.database import Database
from src.studio.database.metadata import new_id
from src.studio.errors import InvalidFieldError, InvalidRequestError, NotFoundError, TooManyRequestsError
from src.studio.jobs import journal
from src.studio.jobs.admission import admit
from src.studio.jobs.job import Job
from src.studio.jobs.lifecycle import Lifecycle
from src.studio.jobs.limits import JobLimits
from src.studio.jobs.service import JobService
from src.studio.jobs.tables import jobs, workers
from tests.conftest import SettableClock
from tests.studio.jobs.people import add_user, job_service, limit_to


@pytest.fixture
def service(database: Database, clock: SettableClock) -> JobService:
    return job_service(database, clock, JobLimits(queued=2))


def run_next(service: JobService, worker_id: str = "w" * 32) -> Job | None:
    """Begin the next job, as a worker does."""
    with service._database.writing() as connection:
        claim = admit(Lifecycle(connection, service._clock(), {}), worker_id, service.limits)
    return None if claim is None else claim.job


def end(service: JobService, job: Job) -> None:
    with service._database.writing() as connection:
        Lifecycle(connection, service._clock(), {}).end(job, "done")


def events_of(service: JobService, job_id: str) -> list[tuple[int, str]]:
    with service._database.reading() as connection:
        return [(event.seq, event.type) for event in journal.after(connection, job_id, 0, 100)]


def test_a_job_waits_for_a_worker_and_the_next_one_for_it(database: Database, service: JobService) -> None:
    user = add_user(database)
    first, second = (service.submit(user, "benchmark", {"n": n}) for n in (1, 2))
    assert (first.state, second.state) == ("pending", "queued")
    assert (first.attempt, first.params, first.result_ref) == (0, {"n": 1}, first.id)
    assert events_of(service, second.id) == [(1, "job_created")]
    assert service.get(user.id, first.id) == first


def test_what_the_feature_writes_is_kept_with_the_job_or_neither_is(
    database: Database, service: JobService
) -> None:
    user, seen = add_user(database), []

    def break_it(connection: Connection, job: Job) -> None:
        seen.append(connection.execute(select(jobs.c.id)).scalar_one() == job.id)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        service.submit(user, "benchmark", {}, connection_hook=break_it)
    assert seen == [True]
    assert service.list(user.id).jobs == []


def test_a_job_may_ask_for_less_time_than_all_have_but_not_for_more(
    database: Database, service: JobService
) -> None:
    user = add_user(database)
    asked = [service.submit(user, "benchmark", {}, timeout_seconds=n).timeout_seconds for n in (5, 600)]
    assert asked == [5, 60]


def test_more_than_may_wait_are_refused(database: Database, service: JobService) -> None:
    user = add_user(database)
    for _ in range(3):
        service.submit(user, "benchmark", {})
    with pytest.raises(TooManyRequestsError, match=r"^2 of your jobs wait already") as refused:
        service.submit(user, "benchmark", {})
    assert refused.value.retry_after > 0
    service.submit(add_user(database), "benchmark", {})


def test_the_limit_of_an_hour_says_when_to_come_back(
    database: Database, service: JobService, clock: SettableClock
) -> None:
    user = add_user(database, max_concurrent=50, an_hour=2)
    service.submit(user, "benchmark", {})
    clock.move(minutes=20)
    service.submit(user, "benchmark", {})
    assert service.allowance(user).remaining == 0
    with pytest.raises(TooManyRequestsError, match="2 jobs an hour") as refused:
        service.submit(user, "benchmark", {})
    assert refused.value.retry_after == 40 * 60
    clock.move(seconds=refused.value.retry_after)
    service.submit(user, "benchmark", {})


def test_lists_go_on_where_they_ended(database: Database, service: JobService) -> None:
    user = add_user(database, max_concurrent=50)
    made = [service.submit(user, "benchmark", {}).id for _ in range(5)]
    first = service.list(user.id, limit=3)
    second = service.list(user.id, limit=3, cursor=first.next_cursor)
    assert [job.id for job in (*first.jobs, *second.jobs)] == made[::-1]
    assert second.next_cursor is None


def test_lists_are_of_the_states_that_are_asked_for(database: Database, service: JobService) -> None:
    user = add_user(database)
    first, second = (service.submit(user, "benchmark", {}) for _ in range(2))
    service.cancel(user.id, first.id)
    assert [job.id for job in service.list(user.id, ["cancelled"]).jobs] == [first.id]
    assert [job.id for job in service.list(user.id, ["queued", "running"]).jobs] == [second.id]
    with pytest.raises(InvalidFieldError, match="'asleep' is none of pending"):
        service.list(user.id, ["asleep"])
    with pytest.raises(InvalidFieldError, match="next_cursor"):
        service.list(user.id, cursor="-1")


def test_somebody_elses_job_is_not_there(database: Database, service: JobService) -> None:
    job, other = service.submit(add_user(database), "benchmark", {}), add_user(database)
    assert service.list(other.id).jobs == []
    for look in (service.get, service.cancel):
        with pytest.raises(NotFoundError):
            look(other.id, job.id)


class Ended:
    """A kind of job that notes how its jobs end."""

    kind = "benchmark"

    def __init__(self) -> None:
        self.ends: list[tuple[str, str, str | None]] = []

    async def run(self, job: object) -> None:
        """Never called: nothing runs here."""

    def ended(self, connection: Connection, job_id: str, state: str, error: str | None) -> None:
        self.ends.append((job_id, state, error))

    def settle(self) -> None:
        """Do nothing: nothing is left."""


def test_a_job_that_waits_is_cancelled_without_ever_running(database: Database, service: JobService) -> None:
    user, kind = add_user(database), Ended()
    service.register(kind)
    job = service.submit(user, "benchmark", {})
    assert service.cancel(user.id, job.id).at_once
    assert events_of(service, job.id) == [(1, "job_created"), (2, "job_cancelled")]
    assert kind.ends == [(job.id, "cancelled", None)]
    assert run_next(service) is None
    with pytest.raises(InvalidRequestError, match="it is cancelled"):
        service.cancel(user.id, job.id)


def listen_for(service: JobService, seconds: int) -> None:
    """Let a server listen to the workers for so long."""
    for _ in range(seconds):
        service.workers._time += 1
        service.silences()


@pytest.mark.parametrize("jump", [dt.timedelta(), dt.timedelta(hours=5), dt.timedelta(hours=-5)])
def test_a_job_that_runs_is_left_to_its_worker_while_that_is_there(
    database: Database, service: JobService, clock: SettableClock, jump: dt.timedelta
) -> None:
    user, worker_id = add_user(database), new_id()
    job = service.submit(user, "benchmark", {})
    run_next(service, worker_id)
    row = {"id": worker_id, "host": "here", "pid": 1, "started_at": clock(), "heartbeat_at": clock()}
    with database.writing() as connection:
        connection.execute(insert(workers).values(**row))
    listen_for(service, 5)
    clock.now += jump  # whatever it says, the worker has been silent for five seconds
    told = service.cancel(user.id, job.id)
    assert (told.at_once, told.was_orphan) == (False, False)
    assert service.get(user.id, job.id).cancel_requested_at == clock()
    assert service.silences()[worker_id] == pytest.approx(5, abs=1)
    listen_for(service, 6)
    told = service.cancel(user.id, job.id)
    assert (told.at_once, told.was_orphan) == (True, True)
    assert service.silences() == {}
    ended = service.get(user.id, job.id)
    assert ended.state == "cancelled"
    assert ended.started_at is not None
    assert ended.completed_at is not None
    assert ended.completed_at >= ended.started_at


def test_of_one_user_they_run_in_order_and_of_several_in_turn(
    database: Database, service: JobService, clock: SettableClock
) -> None:
    service.limits = JobLimits(running=1)
    busy, quiet = add_user(database, max_concurrent=2), add_user(database)
    several = [service.submit(busy, "benchmark", {}).id for _ in range(3)]
    one = service.submit(quiet, "benchmark", {}).id
    begun = []
    while (job := run_next(service)) is not None:
        begun.append(job.id)
        end(service, job)
        clock.move(seconds=1)
    assert begun == [several[0], one, *several[1:]]


def test_a_limit_that_changes_holds_at_once(database: Database, service: JobService) -> None:
    user = add_user(database)
    for _ in range(3):
        service.submit(user, "benchmark", {})
    assert run_next(service)
    assert run_next(service) is None
    limit_to(database, user, 2)
    assert run_next(service)
    assert run_next(service) is None


def test_no_more_run_than_may_run_of_all(database: Database, service: JobService) -> None:
    service.limits = JobLimits(running=2)
    for _ in range(3):
        service.submit(add_user(database), "benchmark", {})
    assert [run_next(service) is None for _ in range(3)] == [False, False, True]
