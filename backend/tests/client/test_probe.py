"""Whether anything answers for the gateway is asked once, with a GET, and known within about a second."""

import socket
import time

import pytest

from src.client import api_client
from src.client.api_client import LiteLLMAPI
from tests.fake_gateway.server import FakeGateway

pytestmark = pytest.mark.usefixtures("no_proxies")


@pytest.mark.parametrize("status", [200, 301, 401, 404, 429])
def test_a_gateway_that_answers_is_alive(gateway: FakeGateway, status: int) -> None:
    gateway.fail(status)
    assert gateway.client().is_alive()


def test_a_gateway_that_does_not_know_the_path_is_alive(gateway: FakeGateway) -> None:
    assert gateway.client().is_alive()


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_gateway_that_only_apologises_is_not(gateway: FakeGateway, status: int) -> None:
    gateway.fail(status)
    assert not gateway.client().is_alive()


def test_it_is_asked_once_and_with_get_alone(gateway: FakeGateway) -> None:
    gateway.fail(503)
    gateway.client().is_alive()
    assert [(request.method, request.path) for request in gateway.requests] == [("GET", "/health/liveliness")]


def test_a_gateway_that_drops_the_connection_is_not(gateway: FakeGateway) -> None:
    gateway.fail(drop=True)
    assert not gateway.client().is_alive()
    assert len(gateway.requests) == 1


def test_a_gateway_that_is_not_there_is_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    client = LiteLLMAPI(f"http://127.0.0.1:{port}", "sk-x")
    assert not client.is_alive()
    client.close()


def test_a_gateway_that_stays_silent_is_not_and_holds_nobody_up(
    gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert api_client.PROBE_SECONDS <= 1
    monkeypatch.setattr(api_client, "PROBE_SECONDS", 0.1)
    gateway.hold()
    started = time.monotonic()
    assert not gateway.client(read_timeout=30).is_alive()
    assert time.monotonic() - started < 15  # and not 30


def test_it_is_alive_again_as_soon_as_it_answers(gateway: FakeGateway) -> None:
    client = gateway.client()
    gateway.fail(drop=True)
    assert not client.is_alive()
    gateway.recover()
    assert client.is_alive()
