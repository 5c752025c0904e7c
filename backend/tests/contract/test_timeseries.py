"""`/tokens/timeseries`: every day of the range, with the teams that were active."""

from tests.contract.answers import points_of
from tests.contract.comparison import Comparison, keyed
from tests.contract.dashboard import Dashboard
from tests.contract.expected import renamed
from tests.contract.period import Period
from tests.contract.truth import Truth

POINT = (
    "tokens",
    "prompt_tokens",
    "completion_tokens",
    "total_requests",
    "successful_requests",
    "failed_requests",
    "spend",
)


def test_every_active_team_has_its_figures_on_each_day(
    dashboard: Dashboard, truth: Truth, period: Period, same: Comparison
) -> None:
    points = points_of(dashboard.get("/tokens/timeseries", period)["timeseries"])
    expected = renamed(truth.usage(period, "date", "team_id"), total_requests="api_requests")
    same(expected, keyed(points, "date", "team_id", figures=POINT))


def test_every_day_is_there_oldest_first(dashboard: Dashboard, period: Period) -> None:
    days = [day["date"] for day in dashboard.get("/tokens/timeseries", period)["timeseries"]]
    assert days == [day.isoformat() for day in period.days]
