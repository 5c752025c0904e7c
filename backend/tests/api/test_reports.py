"""The other reports: their bodies and figures, on the same data set."""

import json
import math
from collections.abc import Mapping
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from src.api.models import (
    HourlyBreakdownOut,
    TeamsOut,
)
from tests.api.dataset import DECLARED, ENDPOINTS, RANGE, REPORTS, TOTALS, meta
from tests.days import MONDAY, TUESDAY, used
from tests.fake_gateway.faults import Request
from tests.fake_gateway.server import FakeGateway

RED = {"team_id": "red", "name": "Red", "kind": "team"}
BLUE = {"team_id": "blue", "name": "Blue", "kind": "team"}
IDLE = {"team_id": "idle", "name": "idle", "kind": "team"}
GONE = {"team_id": "gone", "name": "gone", "kind": "former"}
UNASSIGNED = {"team_id": None, "name": "Unassigned", "kind": "unassigned"}


def outcomes(total: int, failed: int = 0) -> dict[str, int]:
    return {"total_requests": total, "successful_requests": total - failed, "failed_requests": failed}


def tokens(prompt: int, completion: int) -> dict[str, int]:
    return {"tokens": prompt + completion, "prompt_tokens": prompt, "completion_tokens": completion}


def test_the_time_series_has_each_day_with_its_active_teams(api: TestClient) -> None:
    body = api.get("/tokens/timeseries", params={"start_date": "2025-03-09", "end_date": "2025-03-12"}).json()
    assert body == {
        "meta": meta(),
        "timeseries": [
            {"date": "2025-03-09", "teams": []},
            {
                "date": MONDAY,
                "teams": [
                    {**BLUE, **tokens(400, 100), **outcomes(5), "spend": 0.125},
                    {**RED, **tokens(110, 55), **outcomes(4, 1), "spend": 0.28125},
                    {**GONE, **tokens(20, 0), **outcomes(1), "spend": 0.5},
                ],
            },
            {
                "date": TUESDAY,
                "teams": [
                    {**RED, **tokens(7, 3), **outcomes(1), "spend": 0.0},
                    {**UNASSIGNED, **tokens(1, 1), **outcomes(1), "spend": 0.0625},
                    {**BLUE, **tokens(0, 0), **outcomes(2, 2), "spend": 0.0},
                ],
            },
            {"date": "2025-03-12", "teams": []},
        ],
    }


def model(name: str, tokens: tuple[int, int], spend: float, requests: int, failed: int = 0) -> dict[str, object]:
    prompt, completion = tokens
    return {
        "model": name,
        "label": name.removeprefix("Acme/"),
        "tokens": prompt + completion,
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "spend": spend,
        "api_requests": requests,
        "successful_requests": requests - failed,
        "failed_requests": failed,
    }


def test_models_come_largest_first_also_without_tokens(api: TestClient) -> None:
    assert api.get("/tokens/models", params=RANGE).json() == {
        "meta": meta(),
        "models": [
            model("gpt", (528, 154), 0.71875, 11, 1),
            model("Acme/claude", (10, 5), 0.25, 1),
            model("(unknown)", (0, 0), 0.0, 2, 2),
        ],
    }


def test_a_model_with_nothing_but_cost_is_there(api: TestClient, gateway: FakeGateway) -> None:
    gateway.knows.rows = [
        used("red", "k", "image", 0, spend=4.0, requests=0),
        used("red", "k", "idle", 0, requests=0),
    ]
    models = api.get("/tokens/models", params=RANGE).json()["models"]
    assert models == [model("image", (0, 0), 4.0, 0)]


def test_usage_without_a_model_is_the_unknown_model(api: TestClient, gateway: FakeGateway) -> None:
    gateway.fail(401, path="/model/info")
    gateway.knows.rows = [row for row in gateway.knows.rows if row.model is None]
    gateway.knows.rows += gateway.knows.rows
    body = api.get("/tokens/cost-efficiency", params=RANGE).json()
    assert [cell["model"] for cell in body["cells"]] == ["(unknown)"]


def test_success_rates_are_percent_and_null_without_requests(api: TestClient) -> None:
    body = api.get("/tokens/success-rate", params=RANGE).json()
    assert body == {
        "meta": meta(),
        "teams": [
            {**BLUE, **outcomes(7, 2), "success_rate": pytest.approx(500 / 7)},
            {**RED, **outcomes(5, 1), "success_rate": 80.0},
            {**UNASSIGNED, **outcomes(1), "success_rate": 100.0},
            {**GONE, **outcomes(1), "success_rate": 100.0},
            {**IDLE, **outcomes(0), "success_rate": None},
        ],
    }


def test_costs_are_per_thousand_tokens_and_null_without_tokens(api: TestClient) -> None:
    def cell(team: Mapping[str, str | None], model: str, cost: float, tokens: int) -> dict[str, object]:
        return {
            "team_id": team["team_id"],
            "team": team["name"],
            "kind": team["kind"],
            "model": model,
            "cost_per_1k_tokens": pytest.approx(cost / tokens * 1000) if tokens else None,
            "total_cost": cost,
            "total_tokens": tokens,
        }

    assert api.get("/tokens/cost-efficiency", params=RANGE).json() == {
        "meta": meta(),
        "cells": [
            cell(GONE, "gpt", 0.5, 20),
            cell(RED, "Acme/claude", 0.25, 15),
            cell(BLUE, "gpt", 0.125, 500),
            cell(UNASSIGNED, "gpt", 0.0625, 2),
            cell(RED, "gpt", 0.03125, 160),
            cell(BLUE, "(unknown)", 0.0, 0),
        ],
    }


def test_hours_are_those_of_the_day(api: TestClient) -> None:
    body = api.get("/tokens/hourly", params=RANGE).json()
    by_hour = {9: 150 + 2, 23: 500}
    assert body == {
        "meta": meta(
            complete=False,
            totals={
                "tokens": 652,
                "prompt_tokens": 501,
                "completion_tokens": 151,
                "spend": 0.21875,
                "api_requests": 3,
                "successful_requests": 2,
                "failed_requests": 1,
            },
        ),
        "timezone": "UTC",
        "hours": [{"hour": hour, "tokens": by_hour.get(hour, 0)} for hour in range(24)],
        "coverage": {"requests": 14, "logged_requests": 3, "partial_days": [MONDAY, TUESDAY]},
    }


@pytest.mark.parametrize("team", ["red", "Red"])
def test_hours_of_one_team_in_a_time_zone(api: TestClient, team: str) -> None:
    body = api.get("/tokens/hourly", params={**RANGE, "team": team, "timezone": "Asia/Kolkata"}).json()
    assert body["timezone"] == "Asia/Kolkata"
    assert [hour["tokens"] for hour in body["hours"]].index(150) == 14
    assert body["meta"]["totals"]["tokens"] == 150


@pytest.mark.parametrize("path", REPORTS)
def test_every_report_has_the_same_totals(api: TestClient, path: str) -> None:
    assert api.get(path, params=RANGE).json()["meta"]["totals"] == TOTALS


@pytest.mark.parametrize("path", REPORTS)
def test_an_answer_repeats_to_the_last_digit(api: TestClient, gateway: FakeGateway, path: str) -> None:
    gateway.knows.rows = [
        replace(row, spend=row.spend + number / 7, api_key=f"{row.api_key}{number}")
        for number, row in enumerate(gateway.knows.rows * 20)
    ]
    answers = {api.get(path, params=RANGE).text for _ in range(5)}
    assert len(answers) == 1


@pytest.mark.parametrize("path", ENDPOINTS)
def test_without_a_range_it_is_yesterday_to_today(api: TestClient, gateway: FakeGateway, path: str) -> None:
    assert api.get(path).status_code == 200
    asked = [request.query for request in gateway.requests if request.path == "/team/daily/activity"]
    assert min(query["start_date"] for query in asked) == "2025-03-19"
    assert max(query["end_date"] for query in asked) == "2025-03-20"


def test_a_day_that_cannot_be_read_whole_is_told(api: TestClient, gateway: FakeGateway) -> None:
    def grow(request: Request) -> None:
        if request.query.get("start_date") == TUESDAY:
            pages = len(gateway.requests) + 1
            gateway.fail(body={"results": [{"date": TUESDAY}], "metadata": {"total_pages": pages}}, times=1)

    gateway.on_request = grow
    body = api.get("/tokens/models", params={"start_date": TUESDAY, "end_date": TUESDAY}).json()
    assert (body["meta"]["complete"], body["meta"]["missing_days"]) == (False, [TUESDAY])
    assert body["models"] == []


def test_money_that_a_log_does_not_tell_is_null(gateway: FakeGateway, api: TestClient) -> None:
    gateway.knows.logs[0] = replace(gateway.knows.logs[0], spend=math.nan)
    answer = api.get("/tokens/hourly", params=RANGE)
    totals = HourlyBreakdownOut.model_validate_json(answer.text, strict=True).meta.totals
    assert (totals.spend, totals.tokens) == (None, 652)


@pytest.mark.parametrize("path", ENDPOINTS)
def test_every_answer_is_exactly_what_its_model_says(api: TestClient, path: str) -> None:
    """Answers are not validated when they are made, so that long ones are quick."""
    text = api.get(path, params=RANGE).text
    model = DECLARED[path].model.model_validate_json(
        text, strict=True, extra="forbid", by_name=True, by_alias=False
    )
    assert model.model_dump(mode="json", exclude_unset=True) == json.loads(text)


def test_an_answer_without_breakdown_is_what_its_model_says(api: TestClient) -> None:
    text = api.get("/tokens", params={**RANGE, "breakdown": "false"}).text
    TeamsOut.model_validate_json(text, strict=True, extra="forbid", by_name=True, by_alias=False)
    assert all("breakdown" not in team for team in json.loads(text)["teams"])
