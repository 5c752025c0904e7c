"""Team × key × model is exact, whoever shares a key with whom."""

from typing import Any

import pytest
from polars.testing import assert_frame_equal

from src.client.api_client import LiteLLMAPI
from src.client.usage_rows import hashed
from src.utils.dependency_config import Gateway
from tests.conftest import SettableClock
from tests.days import MONDAY, TUESDAY, used
from tests.fake_gateway.rows import UsageRow
from tests.fake_gateway.server import FakeGateway
from tests.services.usage_of import fetch, prompt_tokens
from tests.settings import settings

ONE_TEAM_EACH = [
    used("red", "k1", "gpt", 1),
    used("red", "k1", "claude", 2),
    used("blue", "k2", "gpt", 4),
    used(None, "k3", "gpt", 8),
    used("gone", "k4", "gpt", 16),
]
SHARED_BY_TEAMS = [
    used("red", "shared", "gpt", 1),
    used("red", "shared", "claude", 2),
    used("blue", "shared", "gpt", 4),
    used("blue", "own", "gpt", 8),
]
SHARED_WITH_NOBODY = [
    used("red", "shared", "gpt", 1),
    used("blue", "shared", "claude", 2),
    used(None, "shared", "gpt", 4),
    used(None, "shared", "gemini", 8),
]
NO_KEY_AT_ALL = [used("red", "", "gpt", 1), used("blue", "", "claude", 2), used(None, "", "gpt", 4)]
MOVED = [
    used("red", "k", "gpt", 1, date=MONDAY),
    used("red", "k", "claude", 2, date=TUESDAY),
    used("blue", "k", "gpt", 4, date=TUESDAY),
]
WITHOUT_MODEL = [
    used("red", "k", "gpt", 1),
    used("red", "k", None, 2),
    used("blue", "shared", None, 4),
    used("red", "shared", "gpt", 8),
    used(None, "shared", None, 16),
]
COMMA_AND_ONE = [used("a,b", "shared", "gpt", 1), used("red", "shared", "claude", 2)]


def by_hand(rows: list[UsageRow]) -> dict[tuple[str | None, str, str | None], int]:
    sums: dict[tuple[str | None, str, str | None], int] = {}
    for row in rows:
        name = (row.team_id, row.api_key, row.model)
        sums[name] = sums.get(name, 0) + row.prompt
    return sums


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(ONE_TEAM_EACH, id="a key for each team"),
        pytest.param(SHARED_BY_TEAMS, id="a key of two teams"),
        pytest.param(SHARED_WITH_NOBODY, id="a key of two teams and of nobody"),
        pytest.param(NO_KEY_AT_ALL, id="no key at all"),
        pytest.param(MOVED, id="a key that moved"),
        pytest.param(WITHOUT_MODEL, id="usage without a model"),
        pytest.param(COMMA_AND_ONE, id="a team whose id has a comma"),
        pytest.param([], id="nothing"),
    ],
)
def test_team_key_and_model_are_exact(gateway: FakeGateway, services: Gateway, rows: list[UsageRow]) -> None:
    gateway.knows.rows = rows
    assert prompt_tokens(fetch(services)) == by_hand(rows)


def test_a_key_that_comes_raw_and_hashed_is_counted_once(gateway: FakeGateway, services: Gateway) -> None:
    raw = "sk-raw"
    gateway.knows.rows = [used("red", raw, "gpt", 5), used("red", hashed(raw), "gpt", 7)]
    assert prompt_tokens(fetch(services)) == {("red", hashed(raw), "gpt"): 12}


def test_only_teams_with_a_shared_key_are_asked_for_alone(gateway: FakeGateway, services: Gateway) -> None:
    gateway.knows.rows = [*ONE_TEAM_EACH, *SHARED_BY_TEAMS]
    fetch(services, MONDAY, MONDAY)
    assert [request.query.get("team_ids") for request in gateway.usage_requests] == [None, "blue", "red"]


def test_a_team_is_asked_for_alone_once_and_only_for_the_days_it_shared_a_key(
    gateway: FakeGateway, services: Gateway
) -> None:
    dates = [f"2025-02-{number:02}" for number in range(1, 11)]
    gateway.knows.rows = [used("red", "k", "gpt", 1, date=date) for date in dates]
    gateway.knows.rows += [used("blue", "k", "gpt", 1, date=date) for date in dates[3:6]]
    fetch(services, dates[0], dates[-1])
    alone = [request.query for request in gateway.requests if "team_ids" in request.query]
    assert [(query["team_ids"], query["start_date"], query["end_date"]) for query in alone] == [
        ("blue", dates[3], dates[5]),
        ("red", dates[3], dates[5]),
    ]


def test_without_shared_keys_there_is_one_question(gateway: FakeGateway, services: Gateway) -> None:
    gateway.knows.rows = ONE_TEAM_EACH
    fetch(services, MONDAY, MONDAY)
    assert len(gateway.usage_requests) == 1


def test_where_two_owners_cannot_be_told_apart_their_models_are_unknown(
    gateway: FakeGateway, services: Gateway
) -> None:
    gateway.knows.rows = [
        used("a,b", "shared", "gpt", 1),
        used(None, "shared", "claude", 2),
        used("red", "shared", "gpt", 4),
    ]
    assert prompt_tokens(fetch(services)) == {
        ("a,b", "shared", None): 1,
        (None, "shared", None): 2,
        ("red", "shared", "gpt"): 4,
    }


def test_aliases_of_keys_stand_beside_every_model(gateway: FakeGateway, services: Gateway) -> None:
    gateway.knows.rows = [
        used("red", "k1", "gpt", 1, key_alias="laptop"),
        used("red", "k1", None, 2, key_alias="laptop"),
        used("blue", "k2", "gpt", 4),
    ]
    frame = fetch(services).frame
    aliases = set(frame.select("api_key", "model", "key_alias").iter_rows())
    assert aliases == {("k1", "gpt", "laptop"), ("k1", None, "laptop"), ("k2", "gpt", None)}


def test_usage_without_tokens_is_not_lost(gateway: FakeGateway, services: Gateway) -> None:
    gateway.knows.rows = [
        used("red", "k", "gpt", 0, requests=3, failed=3),
        used("blue", "k", "image", 0, requests=1, spend=0.25),
        used("blue", "k", None, 0, requests=0, spend=0.5),
    ]
    usage = fetch(services)
    total = usage.totals()
    assert (total.api_requests, total.failed_requests, total.spend) == (4, 3, 0.75)
    spend = usage.frame.filter(team_id="blue").select("model", "spend").rows()
    assert sorted(spend, key=str) == [("image", 0.25), (None, 0.5)]


class FourMethods:
    """A client that has what the protocol asks for and nothing else."""

    def __init__(self, client: LiteLLMAPI) -> None:
        self.identity = "four methods"
        self.fetch_teams, self.fetch_model_info = client.fetch_teams, client.fetch_model_info
        self.fetch_team_daily_activity, self.fetch_spend_logs = (
            client.fetch_team_daily_activity,
            client.fetch_spend_logs,
        )


def test_a_client_that_gives_no_columns_leads_to_the_same_rows(
    services: Gateway, gateway: FakeGateway, clock: SettableClock
) -> None:
    gateway.knows.rows = [*ONE_TEAM_EACH, *SHARED_BY_TEAMS]
    client: Any = FourMethods(gateway.client())
    plain = Gateway(client, settings(), clock)
    assert_frame_equal(fetch(plain).frame, fetch(services).frame)
    assert fetch(plain).frame.height == len(gateway.knows.rows)
    plain.calls.close()
