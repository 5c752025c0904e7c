"""The clock of the machine is set hours on, or back, while jobs run: they go on as if nothing had been."""

import asyncio
import contextlib
import datetime as dt
import time
from collections.abc import AsyncGenerator, Callable, Iterator

import pytest

from src.core.clock import utc_now
from src.studio.database import metadata as ids
from src.studio.database.database import Database
from src.studio.database.metadata import new_id
from src.studio.events.hub import EventHub
from src.studio.jobs import journal
from src.studio.jobs.job import Job
from src.studio.jobs.task_engine import TaskEngine
from src.studio.services import Services
from src.studio.worker import Worker
from tests.studio.jobs.conftest import items_of, state_of
from tests.studio.jobs.people import add_user
from tests.studio.jobs.working import metadata, services_on

JUMPS = [dt.timedelta(hours=5), dt.timedelta(hours=-5)]


class Wall:
    """A clock that goes on, and can be set."""

    def __init__(self) -> None:
        self.set_by = dt.timedelta()

    def __call__(self) -> dt.datetime:
        return utc_now() + self.set_by


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def services(database: Database, wall: Wall, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """Return services whose clock can be set; workers are heard often."""
    monkeypatch.setattr("src.studio.worker.HEARTBEAT_SECONDS", 0.1)
    opened = services_on(database.engine.url.render_as_string(hide_password=False), wall)
    metadata.drop_all(opened.database.engine)
    metadata.create_all(opened.database.engine)
    yield opened
    opened.close()


@contextlib.asynccontextmanager
async def working(services: Services) -> AsyncGenerator[None]:
    """Let a worker run here, beside what listens to it."""
    worker = Worker(services, new_id(), TaskEngine())
    running, listening = asyncio.create_task(worker.run()), asyncio.create_task(services.jobs.listen())
    try:
        yield
    finally:
        worker.stop()
        await running
        listening.cancel()


async def until(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not await asyncio.to_thread(is_so):  # noqa: ASYNC110 - another process may write it
            await asyncio.sleep(0.02)


def seqs_of(services: Services, job: Job) -> list[int]:
    with services.database.reading() as connection:
        return [event.seq for event in journal.after(connection, job.id, 0, 1000)]


@pytest.mark.parametrize("jump", JUMPS)
def test_jobs_go_on_are_cancelled_and_time_out_as_if_nothing_had_been(
    services: Services, wall: Wall, jump: dt.timedelta
) -> None:
    user = add_user(services.database, max_concurrent=10)

    def submit(kind: str, timeout_seconds: int = 60, **params: object) -> Job:
        return services.jobs.submit(user, kind, params, timeout_seconds=timeout_seconds)

    async def go_through_it() -> float:
        writing, cancelled = submit("write", items=60, pause=0.02), submit("sleep")
        async with working(services):
            await until(
                lambda: state_of(services, cancelled) == "running" and len(items_of(services, writing)) > 5
            )
            late, began = submit("sleep", timeout_seconds=3), time.monotonic()
            await until(lambda: state_of(services, late) == "running")
            wall.set_by = jump
            told = await asyncio.to_thread(services.jobs.cancel, user.id, cancelled.id)
            assert (told.at_once, told.was_orphan) == (False, False)
            await until(lambda: state_of(services, cancelled) == "cancelled")
            assert items_of(services, cancelled) == [(-1, 1)]  # its worker was told, and wrote what it had
            await until(lambda: state_of(services, late) == "failed")
            taken = time.monotonic() - began
            await until(lambda: state_of(services, writing) == "done")
            assert len(services.jobs.silences()) == 1
        assert items_of(services, writing) == [(n, 1) for n in range(60)]
        for job in (writing, cancelled, late):
            ended = services.jobs.get(user.id, job.id)
            assert ended.started_at is not None
            assert ended.completed_at is not None
            assert ended.completed_at >= ended.started_at
            assert seqs_of(services, job) == list(range(1, ended.last_event + 1))
        assert "took longer than 3 seconds" in (services.jobs.get(user.id, late.id).error or "")
        return taken

    assert 2.9 < asyncio.run(go_through_it()) < 10


@pytest.mark.parametrize("jump", JUMPS)
def test_a_job_that_is_taken_over_has_the_time_that_it_had(
    services: Services, wall: Wall, jump: dt.timedelta
) -> None:
    user = add_user(services.database)
    job = services.jobs.submit(user, "write", {"items": 40, "pause": 0.05}, timeout_seconds=60)

    def left() -> float:
        deadline = services.jobs.get(user.id, job.id).deadline
        assert deadline is not None
        return (deadline - wall()).total_seconds()

    async def go_through_it() -> None:
        async with working(services):
            await until(lambda: len(items_of(services, job)) > 2)
            wall.set_by = jump
            await until(lambda: 30 < left() <= 60)  # it is moved with the clock
        async with working(services):
            await until(lambda: state_of(services, job) == "done")

    asyncio.run(go_through_it())
    assert [n for n, _ in items_of(services, job)] == list(range(40))
    assert {attempt for _, attempt in items_of(services, job)} == {1, 2}


def test_a_clock_that_was_set_back_while_nobody_worked_gives_no_more_time(services: Services, wall: Wall) -> None:
    user = add_user(services.database)
    job = services.jobs.submit(user, "sleep", {}, timeout_seconds=2)

    async def go_through_it() -> float:
        async with working(services):
            await until(lambda: state_of(services, job) == "running")
        wall.set_by = dt.timedelta(hours=-5)
        began = time.monotonic()
        async with working(services):
            await until(lambda: state_of(services, job) == "failed")
        return time.monotonic() - began

    assert asyncio.run(go_through_it()) < 10


def test_sockets_are_told_of_the_end_of_a_job_though_the_clock_was_set_on(services: Services, wall: Wall) -> None:
    user = add_user(services.database)
    job = services.jobs.submit(user, "write", {"items": 3, "pause": 0.02})

    async def go_through_it() -> list[str]:
        hub = EventHub(services.database, services.changes, services.jobs)
        listener = hub.join(user.id, {})
        await hub._look()
        async with working(services):
            await until(lambda: state_of(services, job) == "done")
        wall.set_by = dt.timedelta(hours=5)
        await hub._look()
        await hub._look()
        async with asyncio.timeout(5):
            return [
                str((await listener.take())["type"]) for _ in range(services.jobs.get(user.id, job.id).last_event)
            ]

    told = asyncio.run(go_through_it())
    assert (told[0], told[-1]) == ("job_created", "job_completed")


def test_lists_and_the_hours_allowance_outlive_a_clock_that_was_set_back(
    services: Services, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = add_user(services.database, max_concurrent=10, an_hour=3)
    now, before = time.time_ns(), [services.jobs.submit(user, "sleep", {}).id for _ in range(3)]
    wall.set_by = dt.timedelta(hours=-5)
    monkeypatch.setattr(ids.time, "time_ns", lambda: now - 5 * 3600 * 10**9)
    assert services.jobs.figures().oldest_seconds == 0
    after = [services.jobs.submit(user, "sleep", {}).id for _ in range(3)]
    assert [job.id for job in services.jobs.list(user.id).jobs] == sorted(before + after, reverse=True)
    assert [*before, *after] == sorted(before + after)
