"""Amounts that are unusual but real: corrections, cost without tokens, provisioned capacity, unknown money."""

import math
from typing import Any

import pytest

from src.client.errors import GatewayInvalidResponseError
from src.utils.dependency_config import Gateway
from tests.days import MONDAY, TUESDAY, WEDNESDAY, day, used
from tests.fake_gateway.rows import UsageRow
from tests.fake_gateway.server import FakeGateway
from tests.services.usage_of import fetch

FLAT = "__ptu_flat_cost__"
OLD = pytest.mark.parametrize("old", [False, True], ids=["1.106", "1.95"])


def spend(services: Gateway, *names: str) -> dict[Any, float]:
    """Return what was spent by what `names` say."""
    rows = fetch(services).by(*names).select(*names, "spend").rows()
    return {row[:-1] if len(names) > 1 else row[0]: row[-1] for row in rows}


@OLD
def test_refunds_keep_their_sign_with_and_without_a_model(
    gateway: FakeGateway, services: Gateway, *, old: bool
) -> None:
    gateway.knows.old = old
    gateway.knows.rows = [
        used("red", "k1", None, 0, spend=-3.0),
        used("blue", "k2", None, 0, spend=-2.0, requests=0),
        used("red", "k1", "gpt", 10, spend=-5.0),
        used("blue", "k2", "gpt", 10, spend=10.0),
        used("blue", "k3", "claude", 10, spend=7.0),
    ]
    assert fetch(services).totals().spend == 7.0
    assert spend(services, "team_id") == {"red": -8.0, "blue": 15.0}
    assert spend(services, "model") == {"gpt": 5.0, "claude": 7.0, "(unknown)": -5.0}
    assert spend(services, "team_id", "api_key") == {
        ("red", "k1"): -8.0,
        ("blue", "k2"): 8.0,
        ("blue", "k3"): 7.0,
    }


@OLD
def test_tokens_that_were_taken_back_are_below_zero(gateway: FakeGateway, services: Gateway, *, old: bool) -> None:
    gateway.knows.old = old
    gateway.knows.rows = [
        used("red", "k", "gpt", 100),
        used("red", "k", None, -30, requests=-2),
        used("red", "k", None, -50, provider_model="openai/embedding"),
    ]
    usage = fetch(services)
    by_model = dict(usage.by("model").select("model", "tokens").iter_rows())
    assert by_model == {"gpt": 100, "(unknown)": -30, "openai/embedding": -50}
    assert (usage.totals().tokens, usage.totals().api_requests) == (20, 0)
    assert usage.missing_days == []


def test_a_correction_of_usage_without_a_team_on_a_shared_key_is_no_contradiction(
    gateway: FakeGateway, services: Gateway
) -> None:
    gateway.knows.rows = [
        used("red", "shared", "gpt", 10),
        used("blue", "shared", "gpt", 20),
        used(None, "shared", "gpt", -5, spend=-1.0),
    ]
    usage = fetch(services)
    assert usage.missing_days == []
    assert dict(usage.by("team_id").select("team_id", "tokens").iter_rows()) == {"red": 10, "blue": 20, None: -5}
    assert spend(services, "team_id", "model")[None, "gpt"] == -1.0


@OLD
def test_cost_alone_has_its_model(gateway: FakeGateway, services: Gateway, *, old: bool) -> None:
    gateway.knows.old = old
    gateway.knows.rows = [
        used("red", "k", "gpt", 10, spend=1.0),
        used("red", "k", None, 0, spend=4.0, requests=100, provider_model="openai/image"),
        used("red", "k", None, 0, spend=0.5, requests=0, provider_model="openai/audio"),
    ]
    assert spend(services, "model") == {"gpt": 1.0, "openai/image": 4.0, "openai/audio": 0.5}


def test_provisioned_capacity_is_part_of_the_cost_under_a_key_of_its_own(
    gateway: FakeGateway, services: Gateway
) -> None:
    gateway.knows.rows = [
        used("red", "k", "gpt", 10, spend=1.0),
        used("red", FLAT, "gpt", 0, flat_cost=240.0, requests=0, provider_model="deployment-1"),
        used("blue", FLAT, "claude", 0, flat_cost=60.0, requests=0, provider_model="deployment-2"),
    ]
    usage = fetch(services)
    assert usage.totals().spend == 301.0
    assert spend(services, "team_id", "api_key", "model") == {
        ("red", "k", "gpt"): 1.0,
        ("red", FLAT, "gpt"): 240.0,
        ("blue", FLAT, "claude"): 60.0,
    }
    names = usage.frame.filter(usage.frame["api_key"] == FLAT)["key_alias"].unique().to_list()
    assert names == ["Provisioned capacity"]
    assert usage.missing_days == []


@OLD
def test_a_tool_is_named_where_no_model_was_used(gateway: FakeGateway, services: Gateway, *, old: bool) -> None:
    gateway.knows.old = old
    gateway.knows.rows = [
        used("red", "k", None, 0, spend=0.5, requests=3, tool="github-search"),
        used("red", "k", None, 7, spend=0.25),
        used("blue", "k2", None, 0, requests=2, tool="github-search"),
        used("blue", "k2", "gpt", 5),
    ]
    usage = fetch(services)
    requests = usage.by("team_id", "model").select("team_id", "model", "api_requests").rows()
    assert set(requests) == {
        ("red", "MCP: github-search", 3),
        ("red", "(unknown)", 1),
        ("blue", "MCP: github-search", 2),
        ("blue", "gpt", 1),
    }


@OLD
def test_a_tool_that_has_a_model_is_counted_once(gateway: FakeGateway, services: Gateway, *, old: bool) -> None:
    gateway.knows.old = old
    gateway.knows.rows = [
        used("red", "k", "MCP: search", 0, requests=3, tool="github-search"),
        used("red", "k", None, 0, requests=8),
    ]
    usage = fetch(services)
    assert dict(usage.by("model").select("model", "api_requests").iter_rows()) == {
        "MCP: search": 3,
        "(unknown)": 8,
    }


@pytest.mark.parametrize("amount", [math.nan, math.inf, -math.inf, None])
def test_money_that_is_no_number_is_unknown_and_so_are_sums_with_it(
    gateway: FakeGateway, services: Gateway, amount: float | None
) -> None:
    part = {"metrics": {"spend": amount, "prompt_tokens": 5, "api_requests": 1}}
    known = {"metrics": {"spend": 2.0, "prompt_tokens": 3, "api_requests": 1}}
    both = {"spend": amount, "prompt_tokens": 8, "api_requests": 2}
    body = {
        "date": WEDNESDAY,
        "metrics": both,
        "breakdown": {
            "entities": {
                "red": {**part, "api_key_breakdown": {"k": part}},
                "blue": {**known, "api_key_breakdown": {"k2": known}},
            },
            "model_groups": {"gpt": {"metrics": both, "api_key_breakdown": {"k": part, "k2": known}}},
        },
    }
    gateway.fail(body={"results": [body]}, path="/team/daily/activity")
    found = spend(services, "team_id")
    assert found["blue"] == 2.0
    assert math.isnan(found["red"])
    assert math.isnan(fetch(services).totals().spend)
    assert set(spend(services, "team_id", "model")) == {("red", "gpt"), ("blue", "gpt")}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"metrics": {"prompt_tokens": 10, "api_requests": 1}}, id="no breakdown"),
        pytest.param(
            {
                "metrics": {"prompt_tokens": 10, "api_requests": 2},
                "breakdown": {"entities": {"red": {"metrics": {"prompt_tokens": 10, "api_requests": 1}}}},
            },
            id="fewer requests",
        ),
        pytest.param(
            {
                "metrics": {"prompt_tokens": 10, "spend": 2.0},
                "breakdown": {"entities": {"red": {"metrics": {"prompt_tokens": 10, "spend": 1.5}}}},
            },
            id="less money",
        ),
    ],
)
def test_a_day_that_contradicts_itself_is_missing_with_a_line_in_the_log(
    gateway: FakeGateway, services: Gateway, caplog: pytest.LogCaptureFixture, body: dict[str, Any]
) -> None:
    gateway.fail(body={"results": [{"date": WEDNESDAY, **body}]}, path="/team/daily/activity")
    usage = fetch(services, TUESDAY, WEDNESDAY)
    assert usage.missing_days == [day(WEDNESDAY)]
    assert usage.frame.is_empty()
    assert f"{WEDNESDAY} is left out" in caplog.text


def test_numbers_that_no_integer_holds_are_an_error_of_the_gateway(
    gateway: FakeGateway, services: Gateway
) -> None:
    gateway.knows.rows = [used("red", "k", "gpt", 2**63, date=WEDNESDAY)]
    with pytest.raises(GatewayInvalidResponseError):
        fetch(services, WEDNESDAY, WEDNESDAY)


@pytest.mark.parametrize(
    ("rows", "end"),
    [
        pytest.param([used("red", "k", "gpt", 2**62), used("red", "k2", "gpt", 2**62)], MONDAY, id="on one day"),
        pytest.param(
            [used("red", "k", "gpt", 2**62), used("red", "k", "gpt", 2**62, date=WEDNESDAY)],
            WEDNESDAY,
            id="on two days",
        ),
        pytest.param([used("red", "k", "gpt", 2**62, completion=2**62)], MONDAY, id="of both kinds"),
    ],
)
def test_so_are_numbers_whose_sum_none_holds(
    gateway: FakeGateway, services: Gateway, rows: list[UsageRow], end: str
) -> None:
    gateway.knows.rows = rows
    with pytest.raises(GatewayInvalidResponseError):
        fetch(services, MONDAY, end)


def test_numbers_that_a_float_would_round_are_exact(gateway: FakeGateway, services: Gateway) -> None:
    gateway.knows.rows = [
        used("red", "k", "gpt", 2**53 + 1, date=MONDAY),
        used("red", "k", "gpt", 2**60 + 1, date=TUESDAY),
    ]
    assert fetch(services).totals().tokens == 2**53 + 2**60 + 2
