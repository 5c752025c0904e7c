"""Connections that are refused, break, or stay silent."""

import socket
import threading
from typing import Any

import pytest

from src.client.api_client import LiteLLMAPI
from src.client.errors import GatewayTimeoutError, GatewayUnavailableError
from tests.days import MONDAY, day, used
from tests.fake_gateway.server import FakeGateway

pytestmark = pytest.mark.usefixtures("pauses", "no_proxies")


def test_a_gateway_that_is_not_there_cannot_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    client = LiteLLMAPI(f"http://127.0.0.1:{port}", "sk-x")
    with pytest.raises(GatewayUnavailableError, match="cannot be reached"):
        client.fetch_teams()
    client.close()


def test_a_name_that_does_not_exist_cannot_be_reached() -> None:
    client = LiteLLMAPI("http://gateway.invalid", "sk-x")
    with pytest.raises(GatewayUnavailableError, match="cannot be reached"):
        client.fetch_teams()
    client.close()


def test_connections_that_are_dropped_again_and_again_are_unavailable(gateway: FakeGateway) -> None:
    gateway.fail(drop=True)
    with pytest.raises(GatewayUnavailableError):
        gateway.client().fetch_teams()
    assert len(gateway.requests) == 4


def test_a_body_that_ends_too_early_is_unavailable(gateway: FakeGateway) -> None:
    gateway.fail(body="[]", missing_bytes=100)
    with pytest.raises(GatewayUnavailableError, match="broke off"):
        gateway.client().fetch_teams()


def test_a_body_that_is_not_what_its_encoding_says_is_unavailable(gateway: FakeGateway) -> None:
    gateway.fail(body="[]", headers={"Content-Encoding": "gzip"})
    with pytest.raises(GatewayUnavailableError, match="broke off"):
        gateway.client().fetch_teams()


def test_a_gateway_that_stays_silent_is_a_timeout_and_is_not_asked_again(gateway: FakeGateway) -> None:
    gateway.hold()
    with pytest.raises(GatewayTimeoutError):
        gateway.client(read_timeout=0.1).fetch_teams()
    assert len(gateway.requests) == 1


def answer_half(listener: socket.socket) -> None:
    """Promise a hundred bytes, send one, and say no more until the other side leaves."""
    connection, _ = listener.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[")
        connection.recv(1)


def test_a_gateway_that_stops_in_the_middle_of_its_answer_is_a_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer_half, args=(listener,))
        thread.start()
        client = LiteLLMAPI(f"http://127.0.0.1:{listener.getsockname()[1]}", "sk-x", read_timeout=0.1)
        with pytest.raises(GatewayTimeoutError):
            client.fetch_teams()
        client.close()
        thread.join()


@pytest.mark.parametrize("fault", [{"drop": True}, {"body": "[]", "missing_bytes": 9}, {"status": 503}])
def test_the_next_call_after_a_break_is_right(gateway: FakeGateway, fault: dict[str, Any]) -> None:
    gateway.knows.rows = [used("red", "k", "gpt", 7)]
    client = gateway.client()
    gateway.fail(**fault)
    with pytest.raises(GatewayUnavailableError):
        client.fetch_team_daily_activity(None, day(MONDAY), day(MONDAY))
    gateway.recover()
    answer: Any = client.fetch_team_daily_activity(None, day(MONDAY), day(MONDAY))
    assert answer.results[0].metrics.prompt_tokens == 7
