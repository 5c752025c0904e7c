"""Answers of other releases: unknown, missing and null fields cost nothing."""

from typing import Any

import pytest

from src.client.errors import GatewayInvalidResponseError
from src.client.usage_rows import flatten
from tests.days import MONDAY, day
from tests.fake_gateway.server import FakeGateway

DAYS = [
    pytest.param({"date": MONDAY}, id="a date alone"),
    pytest.param({"date": MONDAY, "metrics": None, "breakdown": None}, id="null parts"),
    pytest.param({"date": MONDAY, "metrics": {"spend": None, "prompt_tokens": None}}, id="null numbers"),
    pytest.param({"date": MONDAY, "breakdown": {"entities": None, "model_groups": None}}, id="null breakdowns"),
    pytest.param({"date": MONDAY, "breakdown": {"entities": {"red": {}}}}, id="a team without figures"),
    pytest.param(
        {"date": MONDAY, "breakdown": {"entities": {"red": {"metrics": None, "metadata": None}}}},
        id="a team of nulls",
    ),
    pytest.param(
        {"date": MONDAY, "breakdown": {"entities": {"red": {"api_key_breakdown": {"k": {}}}}}},
        id="a key without figures",
    ),
    pytest.param({"date": MONDAY, "new": {"x": 1}, "breakdown": {"galaxies": {}}}, id="unknown fields"),
]


@pytest.mark.parametrize("part", DAYS)
def test_a_day_with_holes_is_a_day_without_usage(gateway: FakeGateway, part: dict[str, Any]) -> None:
    gateway.fail(body={"results": [part], "metadata": {"page": 1, "surprise": True}})
    answer = gateway.client().fetch_team_daily_activity(None, day(MONDAY), day(MONDAY))
    assert [found.date for found in answer.results] == [day(MONDAY)]
    assert flatten(answer.results).by_team_key["prompt_tokens"].sum() == 0


@pytest.mark.parametrize("part", DAYS)
def test_a_day_with_holes_can_be_split_over_pages(gateway: FakeGateway, part: dict[str, Any]) -> None:
    whole = {
        "metrics": {"prompt_tokens": 5},
        "metadata": {"team_alias": "Red"},
        "api_key_breakdown": {"k": {"metrics": {"prompt_tokens": 5}}},
    }
    full = {"date": MONDAY, "metrics": whole["metrics"], "breakdown": {"entities": {"red": whole}}}
    pages = [
        {"results": [it], "metadata": {"page": n, "total_pages": 3}} for n, it in enumerate([part, full, part])
    ]
    for page in [*pages, *pages[:-1]]:  # all but the last are read again
        gateway.fail(body=page, times=1)
    answer = gateway.client().fetch_team_daily_activity(None, day(MONDAY), day(MONDAY))
    rows = flatten(answer.results)
    assert rows.by_team_key["prompt_tokens"].sum() == 5
    assert rows.team_aliases == {"red": "Red"}


@pytest.mark.parametrize(
    "body",
    [
        {"results": [{"metrics": {}}]},
        {"results": [{"date": "yesterday"}]},
        {"results": [{"date": MONDAY, "metrics": {"prompt_tokens": "many"}}]},
        {"results": None},
        {},
        [],
        "null",
        {"results": [{"date": MONDAY, "metrics": {"prompt_tokens": 2**63}}]},
        {"results": [{"date": MONDAY, "metrics": {"api_requests": -(2**200)}}]},
        {"results": [{"date": MONDAY, "metrics": {"prompt_tokens": 0.5}}]},
    ],
)
def test_what_is_no_usage_at_all_is_refused(gateway: FakeGateway, body: Any) -> None:
    gateway.fail(body=body)
    with pytest.raises(GatewayInvalidResponseError):
        gateway.client().fetch_team_daily_activity(None, day(MONDAY), day(MONDAY))


def test_teams_may_lack_everything(gateway: FakeGateway) -> None:
    gateway.fail(body=[{}, {"team_id": None}, {"team_id": "red", "team_alias": None, "keys": None}])
    teams = gateway.client().fetch_teams()
    assert [(team.team_id, team.team_alias) for team in teams] == [(None, None), (None, None), ("red", None)]


def test_deployments_may_lack_everything(gateway: FakeGateway) -> None:
    gateway.fail(body={"data": [{}, {"model_name": None, "litellm_params": None}, {"model_name": "gpt"}]})
    names = [deployment.model_name for deployment in gateway.client().fetch_model_info().data]
    assert names == [None, None, "gpt"]
