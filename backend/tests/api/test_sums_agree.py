"""Sums over teams, keys, models and days are `meta.totals`, for every metric, whatever the rows are."""

from itertools import chain
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.dataset import RANGE
from tests.days import MONDAY, TUESDAY, used
from tests.fake_gateway.server import FakeGateway

Rows = list[dict[str, Any]]

METRICS = (
    "tokens",
    "prompt_tokens",
    "completion_tokens",
    "spend",
    "api_requests",
    "successful_requests",
    "failed_requests",
)
# What a metric is called where it has another name.
ALSO = {"tokens": "total_tokens", "api_requests": "total_requests", "spend": "total_cost"}
ODD = [
    used("red", "k1", "gpt", 100, completion=50, spend=1.5, requests=3, failed=1),
    used("red", "k1", None, -30, spend=-3.0, requests=-1),
    used("blue", "k1", "gpt", 7, spend=-5.0, requests=0, date=TUESDAY),
    used("blue", "k2", "image", 0, spend=4.0, requests=100, date=TUESDAY),
    used("blue", "k2", "down", 0, requests=9, failed=9),
    used("gone", "shared", "fee", 0, spend=0.5, requests=0),
    used(None, "shared", None, 3, spend=-2.0, date=TUESDAY),
    used(None, "shared", "gpt", 2**53 + 1, completion=1, requests=2, failed=3),
    used("idle", "k3", None, 0, spend=0.25, requests=4, tool="github-search"),
    used("red", "__ptu_flat_cost__", "gpt", 0, requests=0, flat_cost=240.0),
]


def parts_of(api: TestClient) -> dict[str, Rows]:
    """Return all rows that add up to the totals, by what they are of."""

    def answer(path: str, field: str) -> Rows:
        return api.get(path, params=RANGE).json()[field]

    teams = answer("/tokens", "teams")
    keys = list(chain.from_iterable(team["breakdown"]["api_keys"] for team in teams))
    return {
        "teams": teams,
        "keys": keys,
        "models of keys": list(chain.from_iterable(key["models"] for key in keys)),
        "models": answer("/tokens/models", "models"),
        "days": list(chain.from_iterable(day["teams"] for day in answer("/tokens/timeseries", "timeseries"))),
        "success rates": answer("/tokens/success-rate", "teams"),
        "cost cells": answer("/tokens/cost-efficiency", "cells"),
    }


# What has a part of the metrics only.
PARTIAL = {
    "success rates": ("api_requests", "successful_requests", "failed_requests"),
    "cost cells": ("tokens", "spend"),
}


@pytest.mark.parametrize("metric", METRICS)
def test_every_sum_is_the_total(api: TestClient, gateway: FakeGateway, metric: str) -> None:
    gateway.knows.rows = ODD
    total = api.get("/tokens", params=RANGE).json()["meta"]["totals"][metric]
    expected = {
        "tokens": sum(row.prompt + row.completion for row in ODD),
        "spend": sum(row.spend + row.flat_cost for row in ODD),
        "api_requests": sum(row.requests for row in ODD),
    }
    assert total == expected.get(metric, total)
    sums = {
        name: sum(row[metric] if metric in row else row[ALSO[metric]] for row in rows)
        for name, rows in parts_of(api).items()
        if metric in PARTIAL.get(name, METRICS)
    }
    assert sums == dict.fromkeys(sums, pytest.approx(total, abs=1e-9) if metric == "spend" else total)
    assert len(sums) >= 5


def test_every_csv_adds_up_too(api: TestClient, gateway: FakeGateway) -> None:
    gateway.knows.rows = ODD
    totals = api.get("/tokens", params=RANGE).json()["meta"]["totals"]
    for path in ("/tokens", "/tokens/timeseries", "/tokens/models"):
        lines = api.get(path, params={**RANGE, "format": "csv"}).text.lstrip("\ufeff").splitlines()
        columns = lines[0].split(",")
        for metric in METRICS:
            at = columns.index(metric if metric in columns else ALSO[metric])
            assert sum(float(line.split(",")[at]) for line in lines[1:]) == pytest.approx(totals[metric]), path


def test_a_success_rate_that_cannot_be_is_told_as_it_is(api: TestClient, gateway: FakeGateway) -> None:
    gateway.knows.rows = [used("red", "k", "gpt", 1, requests=2, failed=-1, date=MONDAY)]
    teams = api.get("/tokens/success-rate", params=RANGE).json()["teams"]
    assert [team["success_rate"] for team in teams if team["team_id"] == "red"] == [150.0]
