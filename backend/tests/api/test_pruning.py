"""An app that runs deletes from its store what nobody can ask for any more, without anybody waiting for it."""

import contextlib
import threading
import time
from collections.abc import Callable, Generator, Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, create_engine, text

from src.store import pruning
from src.store.pruning import Pruner
from src.store.sql import SqlUsageStore
from tests.api.conftest import MakeApp
from tests.api.test_another_database import set_up_anew, tokens
from tests.conftest import SettableClock
from tests.days import MONDAY
from tests.fake_gateway.server import FakeGateway
from tests.store.samples import record

pytestmark = pytest.mark.usefixtures("pauses")

Start = Callable[..., contextlib.AbstractContextManager[TestClient]]


@pytest.fixture
def start(make_app: MakeApp, gateway: FakeGateway, store_url: str) -> Start:
    """Return what runs an app on one store and gives a client of it."""

    @contextlib.contextmanager
    def run() -> Generator[TestClient]:
        address = {"litellm_base_url": gateway.base_url, "litellm_api_key": gateway.knows.api_key}
        app = make_app(**address, sync_days=0, usage_store_url=store_url)
        with TestClient(app, raise_server_exceptions=False) as client:
            yield client
            client.get("/ready")
            # a thread that has a connection in use when the store is closed would leave it open
            app.state.leaderboard.current_gateway.calls.close(wait=True)

    return run


@pytest.fixture
def store(store_url: str) -> Iterator[Engine]:
    """Return the store as somebody else sees it."""
    opened = create_engine(store_url)
    yield opened
    opened.dispose()


def views(store: Engine) -> set[str]:
    """Return under which names days and facts are kept."""
    told = "SELECT view FROM leaderboard_days UNION SELECT view FROM leaderboard_facts WHERE name != 'database'"
    with store.connect() as connection:
        return set(connection.execute(text(told)).scalars())


def wait_for(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_database_that_is_replaced_while_the_app_runs_leaves_nothing_behind(
    start: Start, gateway: FakeGateway, clock: SettableClock, store: Engine
) -> None:
    with start() as client:
        assert tokens(client) == 697
        (former,) = views(store)
        set_up_anew(gateway)
        clock.move(seconds=60)
        assert tokens(client) == 5
        wait_for(lambda: former not in views(store))
        assert tokens(client) == 5
    assert len(views(store)) == 1


def test_what_a_process_that_ended_has_left_is_deleted_at_the_next_start(
    start: Start, gateway: FakeGateway, store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as unlucky:
        unlucky.setattr(Pruner, "prune", lambda self: None)
        with start() as client:
            assert tokens(client) == 697
        (former,) = views(store)
        set_up_anew(gateway)
        with start() as client:
            assert tokens(client) == 5
    assert len(views(store)) == 2
    gateway.requests.clear()
    with start() as client:
        wait_for(lambda: former not in views(store))
        assert tokens(client) == 5
    assert gateway.usage_requests == []


def test_of_two_keys_each_keeps_its_days(start: Start, gateway: FakeGateway, store: Engine) -> None:
    with start() as client:
        assert tokens(client) == 697
    before = views(store)
    gateway.knows.api_key = "sk-another"
    set_up_anew(gateway)
    with start() as client:
        assert tokens(client) == 5
        client.app.state.leaderboard._pruner.prune()  # ty: ignore[missing-attribute]
    assert before < views(store)


def test_days_that_no_range_can_have_are_deleted_at_the_start(start: Start, store: Engine) -> None:
    with start():
        pass
    SqlUsageStore(store, "c" * 64, "usage").put([record(date) for date in ("2022-12-31", MONDAY, "2026-01-01")])
    with start(), store.connect() as connection:
        query = text("SELECT date FROM leaderboard_days")
        wait_for(lambda: list(map(str, connection.execute(query).scalars())) == [MONDAY])


def test_nobody_waits_for_it(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(engine: Engine) -> dict:
        begun.set()
        assert go_on.wait(60)
        return {}

    monkeypatch.setattr(pruning, "all_fingerprints", slow)
    with start() as client:
        assert begun.wait(60)
        assert tokens(client) == 697
        go_on.set()


@pytest.mark.parametrize("error", [ValueError("damaged"), OSError("gone"), RuntimeError("broken")])
def test_a_failure_of_it_is_nobodys_else(start: Start, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    failed = threading.Event()

    def fail(engine: Engine) -> dict:
        failed.set()
        raise error

    monkeypatch.setattr(pruning, "all_fingerprints", fail)
    with start() as client:
        assert failed.wait(60)
        assert tokens(client) == 697
