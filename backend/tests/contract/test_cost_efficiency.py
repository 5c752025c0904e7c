"""`/tokens/cost-efficiency`: what a thousand tokens cost each team with each model."""

from tests.contract.comparison import Comparison, keyed
from tests.contract.dashboard import Dashboard
from tests.contract.period import Period
from tests.contract.truth import Truth

CELL = ("total_tokens", "total_cost", "cost_per_1k_tokens")


def per_1k(cost: float, tokens: float) -> float | None:
    return cost / tokens * 1000 if tokens else None


def test_every_team_and_model_with_usage_has_its_cost(
    dashboard: Dashboard, truth: Truth, period: Period, same: Comparison
) -> None:
    cells = dashboard.get("/tokens/cost-efficiency", period)["cells"]
    expected = {
        key: {
            "total_tokens": row["tokens"],
            "total_cost": row["spend"],
            "cost_per_1k_tokens": per_1k(row["spend"] or 0, row["tokens"] or 0),
        }
        for key, row in truth.usage(period, "team_id", "model_name").items()
    }
    same(expected, keyed(cells, "team_id", "model", figures=CELL))
