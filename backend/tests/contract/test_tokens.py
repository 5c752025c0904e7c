"""`/tokens`: every team, key and model with all of its figures."""

from tests.contract.answers import keys_of, models_of
from tests.contract.dashboard import Dashboard
from tests.contract.period import Period
from tests.contract.proof import Proof
from tests.contract.truth import Truth


def test_every_team_has_its_figures(dashboard: Dashboard, period: Period, right: Proof) -> None:
    right.teams(dashboard.get("/tokens", period)["teams"], period)


def test_every_key_has_its_figures(dashboard: Dashboard, period: Period, right: Proof) -> None:
    right.keys(dashboard.get("/tokens", period)["teams"], period)


def test_every_model_of_a_key_has_its_figures(dashboard: Dashboard, period: Period, right: Proof) -> None:
    right.models(dashboard.get("/tokens", period)["teams"], period)


def test_every_key_has_its_alias(dashboard: Dashboard, truth: Truth, everything: Period) -> None:
    aliases = truth.key_aliases()
    keys = keys_of(dashboard.get("/tokens", everything)["teams"])
    assert {key["api_key"]: key["key_alias"] for key in keys} == {
        key["api_key"]: aliases.get(key["api_key"]) for key in keys
    }


def test_every_model_has_a_label(dashboard: Dashboard, everything: Period) -> None:
    models = models_of(keys_of(dashboard.get("/tokens", everything)["teams"]))
    assert all(isinstance(model["label"], str) and model["label"] for model in models)


def test_without_a_breakdown_the_teams_are_the_same(dashboard: Dashboard, period: Period, right: Proof) -> None:
    full = dashboard.get("/tokens", period)["teams"]
    short = dashboard.get("/tokens", period, breakdown="false")["teams"]
    assert not any(team.get("breakdown") for team in short)
    assert [team["team_id"] for team in short] == [team["team_id"] for team in full]
    right.teams(short, period)


def test_teams_come_largest_first(dashboard: Dashboard, period: Period) -> None:
    tokens = [team["tokens"] for team in dashboard.get("/tokens", period, breakdown="false")["teams"]]
    assert tokens == sorted(tokens, reverse=True)
