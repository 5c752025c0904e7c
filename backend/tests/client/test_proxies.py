"""Where the environment names a proxy, the gateway is asked through it; one on this machine is not."""

import pytest

from src.client.api_client import LiteLLMAPI
from tests.fake_gateway.server import FakeGateway

pytestmark = pytest.mark.usefixtures("pauses")


def test_a_gateway_elsewhere_is_asked_through_the_proxy(
    gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", gateway.base_url)
    client = LiteLLMAPI("http://gateway.invalid:4000", gateway.knows.api_key)
    assert client.fetch_teams() == []
    assert gateway.requests[0].target == "http://gateway.invalid:4000/team/list"
    client.close()


def test_a_gateway_on_this_machine_is_asked_without_a_proxy(
    gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeGateway() as proxy:
        monkeypatch.setenv("http_proxy", proxy.base_url)
        gateway.client().fetch_teams()
        assert proxy.requests == []
    assert gateway.paths == ["/team/list"]
