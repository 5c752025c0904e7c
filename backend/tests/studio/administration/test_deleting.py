"""The jobs of somebody who is deleted, with real workers: they end before anything is taken from under them."""

import pytest
from sqlalchemy import select

from src.studio.accounts.tables import users
from src.studio.accounts.user import Caller, User
from src.studio.administration import service as administration
from src.studio.database.metadata import new_id
from src.studio.errors import NotFoundError
from src.studio.jobs.claims import Claims
from src.studio.services import Services
from tests.studio.jobs.conftest import StartWorker, items_of, services, start_worker, state_of, wait_for
from tests.studio.jobs.working import ends
from tests.studio.people import add_user

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
