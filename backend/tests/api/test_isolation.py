"""Apps share nothing, and an app remembers nothing of one gateway when it reads another."""

from typing import Any

from fastapi.testclient import TestClient

from src.utils.dependency_config import get_api_client
from tests.api.conftest import MakeApp
from tests.api.dataset import RANGE
from tests.days import used
from tests.fake_gateway.server import FakeGateway


def tokens(client: TestClient) -> int:
    return client.get("/tokens", params=RANGE).json()["meta"]["totals"]["tokens"]


def test_two_apps_share_nothing(make_app: MakeApp, gateway: FakeGateway) -> None:
    one, other = (TestClient(make_app(gateway.client())) for _ in range(2))
    assert tokens(one) == 697
    asked = len(gateway.usage_requests)
    gateway.knows.rows = [used("red", "k", "gpt", 5)]
    assert tokens(other) == 5
    assert tokens(one) == 697
    assert len(gateway.usage_requests) == 2 * asked


def test_another_gateway_is_read_from_nothing(make_app: MakeApp, gateway: FakeGateway) -> None:
    app = make_app(gateway.client())
    assert tokens(TestClient(app)) == 697
    with FakeGateway() as second:
        second.knows.rows = [used("red", "k", "gpt", 5)]
        client = second.client()
        app.dependency_overrides[get_api_client] = lambda: client
        assert tokens(TestClient(app)) == 5


def test_another_key_is_another_gateway(make_app: MakeApp, gateway: FakeGateway) -> None:
    app = make_app(gateway.client())
    assert tokens(TestClient(app)) == 697
    stranger = gateway.client("sk-unknown")
    app.dependency_overrides[get_api_client] = lambda: stranger
    assert TestClient(app).get("/tokens", params=RANGE).json()["code"] == "gateway_rejected_key"


def test_a_new_client_of_the_same_gateway_and_key_finds_what_is_known(
    make_app: MakeApp, gateway: FakeGateway
) -> None:
    app = make_app()
    app.dependency_overrides[get_api_client] = lambda: gateway.client(gateway.knows.api_key)
    client = TestClient(app)
    assert tokens(client) == 697
    asked = len(gateway.usage_requests)
    assert tokens(client) == 697
    assert len(gateway.usage_requests) == asked


def test_the_configured_gateway_is_read_without_any_override(make_app: MakeApp, gateway: FakeGateway) -> None:
    configured: dict[str, Any] = {
        "litellm_base_url": gateway.base_url,
        "litellm_api_key": gateway.knows.api_key,
        "litellm_page_size": 3,
    }
    assert tokens(TestClient(make_app(**configured))) == 697
    sizes = {request.query["page_size"] for request in gateway.usage_requests}
    assert sizes == {"3", "1"}  # a page of one row tells how many rows there are


def test_as_a_context_the_app_closes_what_it_opened(make_app: MakeApp, gateway: FakeGateway) -> None:
    with TestClient(make_app(gateway.client())) as client:
        assert tokens(client) == 697
