"""A client that has the named methods and nothing else leads to the same answers."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from src.client.api_client import LiteLLMAPI
from src.services.adapted_client import adapted
from tests.api.conftest import MakeApp
from tests.api.dataset import ENDPOINTS, RANGE
from tests.days import TUESDAY, used
from tests.fake_gateway.server import FakeGateway


class PlainClient:
    """Has what `APIClientProtocol` asks for: no rows, no identity, no sign of life, no deleted teams."""

    def __init__(self, client: LiteLLMAPI) -> None:
        self.fetch_teams, self.fetch_model_info = client.fetch_teams, client.fetch_model_info
        self.fetch_team_daily_activity = client.fetch_team_daily_activity
        self.fetch_spend_logs, self.count_log_pages = client.fetch_spend_logs, client.count_log_pages


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("old", [False, True], ids=["new release", "old release"])
def test_every_answer_is_the_same(make_app: MakeApp, gateway: FakeGateway, path: str, *, old: bool) -> None:
    gateway.knows.old = old
    gateway.knows.rows += [
        used("blue", "k-red", "gpt", 30, date=TUESDAY, spend=0.5),  # a key that two teams share
        used("red", "k-red", "gpt", 2, date=TUESDAY),
        used("red", "k-two", None, 5, date=TUESDAY, provider_model="text-embedding"),
    ]
    answers = [
        TestClient(make_app(client)).get(path, params=RANGE)
        for client in (gateway.client(), PlainClient(gateway.client()))
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()


def test_an_outage_is_over_with_the_first_answer(make_app: MakeApp, gateway: FakeGateway) -> None:
    api = TestClient(make_app(PlainClient(gateway.client())))
    gateway.fail(drop=True)
    assert api.get("/tokens", params=RANGE).json()["code"] == "gateway_unavailable"
    gateway.recover()
    assert api.get("/tokens", params=RANGE).status_code == 200


def test_what_it_tells_is_not_stored(make_app: MakeApp, gateway: FakeGateway) -> None:
    asked = []
    for _ in range(2):
        with TestClient(make_app(PlainClient(gateway.client()))) as api:
            assert api.get("/tokens", params=RANGE).status_code == 200
        asked.append(len(gateway.usage_requests))
    assert asked[1] == 2 * asked[0] > 0


def test_a_client_that_has_all_is_asked_itself(gateway: FakeGateway) -> None:
    client: Any = gateway.client()
    assert adapted(client) is client
