"""What an app shares between requests is there at once, whatever the store is doing."""

import threading
from collections.abc import Iterator

import pytest

from src.utils.dependency_config import AppState
from tests.conftest import SettableClock
from tests.days import WEDNESDAY, utc
from tests.settings import settings

ADDRESS = {"litellm_base_url": "http://127.0.0.1:9", "litellm_api_key": "sk-test"}


class SlowStore:
    """Takes its time before it tells what there is of a gateway."""

    def __init__(self) -> None:
        self.asked, self.may_answer = threading.Event(), threading.Event()

    def durable_of(self, _client: object) -> None:
        self.asked.set()
        assert self.may_answer.wait(60)


@pytest.fixture
def state(unconfigured: None) -> Iterator[AppState]:
    made = AppState(settings(**ADDRESS), SettableClock(utc(f"{WEDNESDAY}T12:00:00")))
    yield made
    made.close()


def test_the_client_is_there_while_the_store_is_read(state: AppState, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SlowStore()
    monkeypatch.setattr(AppState, "_durable_of", store.durable_of)
    client = state.client()
    reading = threading.Thread(target=state.gateway, args=(client,))
    reading.start()
    assert store.asked.wait(60)
    again: list[object] = []
    asking = threading.Thread(target=lambda: again.append(state.client()))
    asking.start()
    asking.join(2)
    in_time = list(again)
    store.may_answer.set()
    asking.join(10)
    reading.join(10)
    assert in_time == [client]


def test_all_who_ask_at_the_same_time_get_one_client(state: AppState) -> None:
    together = threading.Barrier(4)
    clients: list[object] = []

    def ask() -> None:
        together.wait(60)
        clients.append(state.client())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(clients) == 4
    assert len(set(map(id, clients))) == 1
