"""What everybody used of a model, for administrators: the gateway's figures, and what others would have cost."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.fake_gateway.rows import UsageRow
from tests.fake_gateway.server import FakeGateway
from tests.studio.conftest import MakeStudio, sign_up
from tests.studio.settings_client import SettingsClient

USAGE = "/api/analytics/usage"
ROWS = [
    UsageRow(
        "2026-11-20", "red", "k1", "gpt", prompt=1_000_000, completion=100_000, spend=0.1, requests=3, failed=1
    ),
    UsageRow("2026-11-19", "blue", "k2", "gpt", prompt=500_000, completion=50_000, spend=0.2, cache_read=400_000),
    UsageRow("2026-11-19", "blue", "k2", "claude", prompt=7, completion=7, spend=9.0),
    UsageRow("2026-10-01", "red", "k1", "gpt", prompt=77, completion=77, spend=7.0),
]


@pytest.fixture
def gateway(gateway: FakeGateway) -> FakeGateway:
    """Return a gateway that two teams use."""
    gateway.knows.rows = list(ROWS)
    gateway.knows.teams = {"red": "Red", "blue": "Blue"}
    gateway.knows.deployments = [("gpt", "openai/gpt-5"), ("claude", "anthropic/claude")]
    return gateway


@pytest.fixture
def asked(make_studio: MakeStudio, gateway: FakeGateway) -> Iterator[tuple[SettingsClient, SettingsClient]]:
    """Return an administrator and somebody else, of an app on that gateway."""
    keys = {"litellm_api_key": gateway.knows.api_key, "studio_gateway_api_key": gateway.knows.api_key}
    app = make_studio(litellm_base_url=gateway.base_url, studio_workers=0, **keys)
    with TestClient(app, raise_server_exceptions=False) as client:
        root, ada = (sign_up(client, f"{name}@example.com") for name in ("root", "ada"))
        client.cookies.clear()
        yield SettingsClient(client, root), SettingsClient(client, ada)


def priced(root: SettingsClient, model: str, **prices: Any) -> None:
    root.ask("POST", "/api/config/model", {"provider_key": "mine", "id": model})
    if prices:
        root.ask("PUT", "/api/config/model", {"provider_key": "mine", "model_id": model, **prices})


def test_usage_is_what_the_gateway_booked_of_the_model(asked: tuple[SettingsClient, SettingsClient]) -> None:
    told = asked[0].ask("GET", f"{USAGE}?model_id=gpt")
    assert (told["days"], told["from"], told["to"]) == (30, "2026-10-22", "2026-11-20")
    assert (told["input_tokens"], told["output_tokens"], told["cached_tokens"]) == (1_500_000, 150_000, 400_000)
    assert (told["requests"], told["cost"]) == (4, 0.1 + 0.2)
    assert (told["source"], told["scope"], told["partial"], told["missing_days"]) == ("gateway", "all", False, [])
    assert told["as_of"].startswith("2026-11-20T12:00")
    week = asked[0].ask("GET", f"{USAGE}?model_id=gpt&days=1")
    assert (week["from"], week["requests"], week["cost"]) == ("2026-11-20", 3, 0.1)
    assert asked[0].ask("GET", f"{USAGE}?model_id=gpt&days=60")["requests"] == 5


def test_what_nobody_used_is_zero(asked: tuple[SettingsClient, SettingsClient]) -> None:
    told = asked[0].ask("GET", f"{USAGE}?model_id=maker%2Funheard")
    assert (told["input_tokens"], told["requests"], told["cost"], told["partial"]) == (0, 0, 0, False)


def test_money_that_is_not_known_is_null(
    gateway: FakeGateway, asked: tuple[SettingsClient, SettingsClient]
) -> None:
    gateway.knows.rows.append(UsageRow("2026-11-18", "red", "k1", "gpt", prompt=1, spend=float("nan")))
    told = asked[0].ask("GET", f"{USAGE}?model_id=gpt")
    assert (told["input_tokens"], told["cost"]) == (1_500_001, None)


def test_the_same_tokens_have_a_price_with_each_other_model(asked: tuple[SettingsClient, SettingsClient]) -> None:
    root, _ = asked
    root.ask("POST", "/api/config/provider", {"provider_key": "mine", "display_name": "Mine"})
    priced(root, "dear", input_cost_per_mtok=10.0, output_cost_per_mtok=30.0)
    priced(root, "cheap", input_cost_per_mtok=2.0, output_cost_per_mtok=8.0)
    priced(root, "unpriced")
    told = root.ask("GET", f"{USAGE}?model_id=gpt")["at_price_of"]
    known = [
        (model["model_id"], model["cost"], model["price_source"]) for model in told if model["cost"] is not None
    ]
    # 1.5 million tokens of input, whose cached ones have no price of their own, and 0.15 million of output
    assert known == [("cheap", 2.0 * 1.5 + 8.0 * 0.15, "user"), ("dear", 10.0 * 1.5 + 30.0 * 0.15, "user")]
    unknown = [(model["provider_key"], model["model_id"]) for model in told[2:]]
    assert sorted(unknown) == [("gateway", "claude"), ("gateway", "gpt"), ("mine", "unpriced")]


def test_nobody_else_is_told(asked: tuple[SettingsClient, SettingsClient]) -> None:
    assert asked[1].refused("GET", f"{USAGE}?model_id=gpt", None, 403) == "Admin access required"


def test_a_gateway_that_is_away_is_a_sentence(
    gateway: FakeGateway, asked: tuple[SettingsClient, SettingsClient]
) -> None:
    gateway.fail(500, path="/team/daily/activity")
    sentence = asked[0].refused("GET", f"{USAGE}?model_id=gpt", None, 502)
    assert gateway.address not in sentence
    gateway.recover()
    gateway.fail(401, {"error": {"message": "Invalid key sk-1234", "code": "401"}})
    sentence = asked[0].refused("GET", f"{USAGE}?model_id=gpt", None, 502)
    assert "sk-1234" not in sentence


def test_days_that_could_not_be_read_make_it_partial(
    gateway: FakeGateway, asked: tuple[SettingsClient, SettingsClient], clock: Any
) -> None:
    assert not asked[0].ask("GET", f"{USAGE}?model_id=gpt")["partial"]
    clock.move(minutes=5)
    gateway.fail(503, path="/team/daily/activity")
    told = asked[0].ask("GET", f"{USAGE}?model_id=gpt")
    assert (told["partial"], told["requests"]) == (True, 4)


def test_without_a_gateway_nobody_knows(make_studio: MakeStudio) -> None:
    with TestClient(make_studio()) as client:
        root = SettingsClient(client, sign_up(client))
        sentence = root.refused("GET", f"{USAGE}?model_id=gpt", None, 404)
    assert sentence.startswith("No gateway is configured")


@pytest.mark.parametrize("query", ["", "?model_id=", "?model_id=gpt&days=0", "?model_id=gpt&days=401"])
def test_what_cannot_be_asked_is_refused(asked: tuple[SettingsClient, SettingsClient], query: str) -> None:
    assert asked[0].refused("GET", f"{USAGE}{query}", None, 422)
