"""`/tokens/models`: the tokens of every model."""

from tests.contract.comparison import Comparison, keyed
from tests.contract.dashboard import Dashboard
from tests.contract.period import Period
from tests.contract.truth import Truth

FIGURES = ("tokens", "spend", "api_requests")


def test_every_model_with_tokens_has_its_figures(
    dashboard: Dashboard, truth: Truth, period: Period, same: Comparison
) -> None:
    models = dashboard.get("/tokens/models", period)["models"]
    expected = {key: row for key, row in truth.usage(period, "model_name").items() if row["tokens"]}
    same(expected, keyed(models, "model", figures=FIGURES))


def test_models_come_largest_first(dashboard: Dashboard, period: Period) -> None:
    tokens = [model["tokens"] for model in dashboard.get("/tokens/models", period)["models"]]
    assert tokens == sorted(tokens, reverse=True)


def test_every_model_has_a_label(dashboard: Dashboard, everything: Period) -> None:
    models = dashboard.get("/tokens/models", everything)["models"]
    assert all(isinstance(model["label"], str) and model["label"] for model in models)
