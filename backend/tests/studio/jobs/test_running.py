"""A job under way: what it writes is refused once it is another attempt's."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert, true

from src.studio.database.metadata import new_id
from src.studio.jobs.admission import admit, take_over
from src.studio.jobs.handler import JobLostError
from src.studio.jobs.lifecycle import Lifecycle
from src.studio.jobs.running import ClaimedJob, Desk
from src.studio.services import Services
from tests.studio.jobs.conftest import items_of, state_of
from tests.studio.jobs.people import add_user
from tests.studio.jobs.working import items


@pytest.mark.parametrize(
    "act",
    [
        lambda job: job.write(
            lambda connection: connection.execute(insert(items).values(job_id=job.id, n=0, attempt=1))
        ),
        lambda job: job.emit("item"),
        lambda job: job.progress(50, "half"),
        lambda job: job.end("done", None),
        lambda job: job.give_back(),
    ],
)
def test_nothing_is_written_of_a_job_that_was_taken_over(
    services: Services, act: Callable[[ClaimedJob], Awaitable[object]]
) -> None:
    job = services.jobs.submit(add_user(services.database), "write", {})
    with services.database.writing() as connection:
        life = Lifecycle(connection, services.clock(), {})
        old = admit(life, new_id(), services.jobs.limits)
        (new,) = take_over(life, new_id(), true(), services.jobs.limits, room=1)
    assert old is not None
    before = services.jobs.get(job.user_id, job.id)

    async def try_it() -> None:
        with ThreadPoolExecutor(2) as threads:
            desk = Desk(services, threads)
            with pytest.raises(JobLostError):
                await act(ClaimedJob(desk, old.job))
            assert services.jobs.get(job.user_id, job.id) == before
            assert items_of(services, job) == []
            await act(ClaimedJob(desk, new.job))

    asyncio.run(try_it())
    assert services.jobs.get(job.user_id, job.id) != before or items_of(services, job)
    assert state_of(services, job) in {"running", "done"}
