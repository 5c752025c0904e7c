"""`/tokens/success-rate`: every team's requests and how many of them succeeded."""

from tests.contract.comparison import Comparison, keyed
from tests.contract.dashboard import Dashboard
from tests.contract.expected import every_team, percent
from tests.contract.period import Period
from tests.contract.truth import Truth

RATES = ("total_requests", "successful_requests", "failed_requests", "success_rate")


def test_every_team_has_its_requests_and_rate(
    dashboard: Dashboard, truth: Truth, period: Period, same: Comparison
) -> None:
    teams = dashboard.get("/tokens/success-rate", period)["teams"]
    expected = {
        key: {
            "total_requests": row["api_requests"],
            "successful_requests": row["successful_requests"],
            "failed_requests": row["failed_requests"],
            "success_rate": percent(row["successful_requests"] or 0, row["api_requests"] or 0),
        }
        for key, row in every_team(truth, period).items()
    }
    same(expected, keyed(teams, "team_id", figures=RATES))
