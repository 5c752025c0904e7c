"""Whatever a range is split by, the parts add up to the gateway's own total."""

import math
from collections.abc import Iterable
from typing import Any

import pytest

from tests.contract.answers import PART, keys_of, models_of, points_of
from tests.contract.comparison import Comparison
from tests.contract.dashboard import ENDPOINTS, RANGE_ENDPOINTS, Dashboard
from tests.contract.period import Period
from tests.contract.truth import MEASURES, Figures, Truth

TOTALS = (
    "tokens",
    "prompt_tokens",
    "completion_tokens",
    "spend",
    "api_requests",
    "successful_requests",
    "failed_requests",
)


def total(items: Iterable[dict[str, Any]], **names: str) -> Figures:
    """Add up items, naming each sum after its measure, as in `tokens="total_tokens"`."""
    rows = list(items)
    return {
        measure: math.fsum(row[name] for row in rows)
        if isinstance(rows and rows[0][name], float)
        else sum(row[name] for row in rows)
        for measure, name in names.items()
    }


@pytest.mark.parametrize("path", RANGE_ENDPOINTS)
def test_the_totals_of_an_answer_are_the_gateways(
    dashboard: Dashboard, truth: Truth, period: Period, same: Comparison, path: str
) -> None:
    totals = dashboard.get(path, period)["meta"]["totals"]
    same({(): truth.total(period)}, {(): {name: totals[name] for name in TOTALS}}, f"{path} meta.totals")


def test_all_sums_agree(dashboard: Dashboard, truth: Truth, period: Period, same: Comparison) -> None:
    teams = dashboard.get("/tokens", period)["teams"]
    keys = keys_of(teams)
    part = {"tokens" if name == "total_tokens" else name: name for name in PART}
    requests = {"successful_requests": "successful_requests", "failed_requests": "failed_requests"}
    requests |= {"api_requests": "total_requests"}
    cost = {"tokens": "total_tokens", "spend": "total_cost"}
    sums = {
        "teams": total(teams, **{name: name for name in MEASURES}),
        "keys": total(keys, **part),
        "models of keys": total(models_of(keys), **part),
        "models": total(dashboard.get("/tokens/models", period)["models"], tokens="tokens"),
        "days": total(
            points_of(dashboard.get("/tokens/timeseries", period)["timeseries"]),
            tokens="tokens",
            spend="spend",
            **requests,
        ),
        "requests": total(dashboard.get("/tokens/success-rate", period)["teams"], **requests),
        "cost": total(dashboard.get("/tokens/cost-efficiency", period)["cells"], **cost),
    }
    expected = truth.total(period)
    same({(name,): expected for name in sums}, {(name,): row for name, row in sums.items()}, "sums")


@pytest.mark.parametrize("path", ENDPOINTS)
def test_an_answer_says_that_it_is_complete(dashboard: Dashboard, everything: Period, path: str) -> None:
    meta = dashboard.get(path, everything)["meta"]
    state = {name: meta[name] for name in ("stale", "complete", "missing_days", "source", "scope")}
    assert state == {
        "stale": False,
        "complete": True,
        "missing_days": [],
        "source": "gateway",
        "scope": "all",
    }
