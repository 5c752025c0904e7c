"""Rows become LiteLLM's days again, and those the same rows."""

from typing import Any

import pytest
from polars.testing import assert_frame_equal

from src.client.activity_days import days_of
from src.client.errors import GatewayInvalidResponseError
from src.client.models import MAX_COUNT, DailySpendData
from src.client.usage_rows import PROVISIONED_KEY, UsageRows, flatten
from tests.days import MONDAY, TUESDAY, day

KEY = {"metrics": {"prompt_tokens": 7, "api_requests": 2, "spend": 0.5}, "metadata": {"key_alias": "laptop"}}
RED = {
    "metrics": {"prompt_tokens": 9, "api_requests": 2, "spend": 0.75, "flat_cost": 2.0},
    "metadata": {"team_alias": "Red"},
    "api_key_breakdown": {"k": KEY},
}
NOBODYS = {
    "metrics": {"prompt_tokens": 1, "spend": None},
    "api_key_breakdown": {"k": {"metrics": {"spend": None}}},
}
PLAIN = {"metrics": KEY["metrics"], "api_key_breakdown": {"k": KEY}}


def rows_of(*days: dict[str, Any]) -> UsageRows:
    return flatten([DailySpendData.model_validate(part) for part in days])


@pytest.fixture
def rows() -> UsageRows:
    breakdown = {
        "entities": {"red": RED, "Unassigned": NOBODYS},
        "model_groups": {"gpt": PLAIN},
        "models": {"openai/gpt": PLAIN},
        "mcp_servers": {"search": PLAIN},
    }
    return rows_of(
        {
            "date": MONDAY,
            "metrics": {"prompt_tokens": 10, "spend": 0.75, "flat_cost": 2.0},
            "breakdown": breakdown,
        },
        {"date": TUESDAY},
    )


def test_days_made_of_rows_lead_to_the_same_rows(rows: UsageRows) -> None:
    again = flatten(days_of(rows))
    for view in ("by_team_key", "by_key_model", "by_key_provider_model", "by_key_tool"):
        assert_frame_equal(getattr(again, view), getattr(rows, view), check_row_order=False)
    assert again.team_aliases == rows.team_aliases == {"red": "Red"}
    assert again.totals == rows.totals


def test_provisioned_capacity_is_a_cost_of_its_own_again(rows: UsageRows) -> None:
    monday: Any = days_of(rows)[-1]
    red = monday.breakdown.entities["red"]
    assert (monday.metrics.spend, monday.metrics.flat_cost) == (0.75, 2.0)
    assert (red.metrics.spend, red.metrics.flat_cost) == (0.75, 2.0)
    assert red.api_key_breakdown[PROVISIONED_KEY].metrics.spend == 0


def test_money_that_is_not_known_is_null(rows: UsageRows) -> None:
    monday: Any = days_of(rows)[-1]
    assert monday.breakdown.entities["Unassigned"].metrics.spend is None


def test_a_key_carries_its_alias_wherever_it_stands(rows: UsageRows) -> None:
    monday: Any = days_of(rows)[-1]
    for part in (monday.breakdown.entities["red"], monday.breakdown.models["openai/gpt"]):
        assert part.api_key_breakdown["k"].metadata.key_alias == "laptop"


def test_days_come_newest_first_also_without_usage(rows: UsageRows) -> None:
    assert [part.date for part in days_of(rows)] == [day(TUESDAY), day(MONDAY)]


def test_numbers_that_cannot_be_added_up_are_an_error() -> None:
    keys = {key: {"metrics": {"prompt_tokens": MAX_COUNT - 1}} for key in "ab"}
    with pytest.raises(GatewayInvalidResponseError):
        days_of(rows_of({"date": MONDAY, "breakdown": {"models": {"gpt": {"api_key_breakdown": keys}}}}))
