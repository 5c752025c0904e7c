"""The demo gateway as a server in a thread of this process."""

import logging
import signal
import socket
import threading
import time
from urllib.parse import urlsplit

import pytest
import requests

from src.demo.server import DemoGateway


def get(gateway: DemoGateway, path: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {gateway.api_key}"}
    return requests.get(gateway.base_url + path, headers=headers, timeout=60)


def test_it_answers_as_soon_as_it_has_started_and_no_longer_when_stopped() -> None:
    gateway = DemoGateway()
    gateway.start()
    address = urlsplit(gateway.base_url)
    assert len(get(gateway, "/team/list").json()) == 12
    gateway.stop()
    with (
        pytest.raises(ConnectionRefusedError),
        socket.create_connection((address.hostname, address.port), timeout=60),
    ):
        pass


def test_two_run_side_by_side_on_ports_of_their_own() -> None:
    with DemoGateway() as one, DemoGateway() as other:
        assert one.base_url != other.base_url
        assert one.base_url.startswith("http://127.0.0.1:")
        assert get(one, "/team/list").json() == get(other, "/team/list").json()


def test_starting_and_stopping_twice_does_no_harm() -> None:
    gateway = DemoGateway()
    gateway.stop()
    gateway.start()
    address = gateway.base_url
    assert gateway.start().base_url == address
    gateway.stop()
    gateway.stop()
    with gateway:
        assert get(gateway, "/health/liveliness").status_code == 200


def test_there_is_no_address_before_the_start() -> None:
    with pytest.raises(RuntimeError, match="not running"):
        _ = DemoGateway().base_url


def test_it_leaves_no_thread_behind() -> None:
    before = set(threading.enumerate())
    with DemoGateway() as gateway:
        get(gateway, "/team/list")
    patience = time.monotonic() + 60
    while set(threading.enumerate()) - before and time.monotonic() < patience:
        time.sleep(0.01)  # idle workers learn of the end a moment later
    assert not set(threading.enumerate()) - before


def test_it_leaves_the_signals_of_the_process_alone() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with DemoGateway():
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_it_says_nothing_in_the_logs_and_lets_others_speak(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with DemoGateway() as gateway:
        with DemoGateway():
            pass
        get(gateway, "/team/list")
        logging.getLogger("uvicorn.error").info("The dashboard's own server speaks.")
    spoken = [record.message for record in caplog.records if record.name.startswith("uvicorn")]
    assert spoken == ["The dashboard's own server speaks."]
