"""The proof that most tests ask for: a range is right for every team, key and model."""

from dataclasses import dataclass

from tests.contract.answers import PART, keys_of, models_of
from tests.contract.comparison import Comparison, keyed
from tests.contract.dashboard import Dashboard
from tests.contract.expected import every_team, renamed
from tests.contract.period import Period
from tests.contract.truth import MEASURES, Truth


@dataclass(frozen=True)
class Proof:
    """Compares whole answers of `/tokens` with SQL."""

    truth: Truth
    same: Comparison

    def __call__(self, dashboard: Dashboard, period: Period) -> None:
        teams = dashboard.get("/tokens", period)["teams"]
        self.teams(teams, period)
        self.models(teams, period)

    def teams(self, teams: list[dict], period: Period) -> None:
        """Compare all teams with all of their figures."""
        expected = every_team(self.truth, period)
        self.same(expected, keyed(teams, "team_id", figures=MEASURES), f"teams of {period}")

    def keys(self, teams: list[dict], period: Period) -> None:
        """Compare all keys of all teams."""
        expected = renamed(self.truth.usage(period, "team_id", "api_key"), total_tokens="tokens")
        keys = keyed(keys_of(teams), "team_id", "api_key", figures=PART)
        self.same(expected, keys, f"keys of {period}")

    def models(self, teams: list[dict], period: Period) -> None:
        """Compare all models of all keys of all teams."""
        by = ("team_id", "api_key", "model_name")
        expected = renamed(self.truth.usage(period, *by), total_tokens="tokens")
        models = keyed(models_of(keys_of(teams)), *by, figures=PART)
        self.same(expected, models, f"models of {period}")
