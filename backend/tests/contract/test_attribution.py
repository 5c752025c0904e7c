"""Keys that several teams use: each team gets its own part of them, and nobody another's."""

import pytest

from tests.contract.answers import PART, keys_of, models_of
from tests.contract.comparison import Comparison, keyed
from tests.contract.dashboard import Dashboard
from tests.contract.expected import renamed
from tests.contract.period import Period
from tests.contract.truth import Table, Truth


def shared_keys(truth: Truth, period: Period) -> set[str | None]:
    """Return the keys that more than one team (or a team and none) used within the range."""
    pairs = [key for _, key in truth.usage(period, "team_id", "api_key")]
    return {key for key in pairs if pairs.count(key) > 1}


def split(truth: Truth, period: Period, keys: set[str | None]) -> Table:
    rows = truth.usage(period, "team_id", "api_key", "model_name")
    return renamed({key: row for key, row in rows.items() if key[1] in keys}, total_tokens="tokens")


def test_a_shared_key_is_split_by_team_and_model(
    dashboard: Dashboard, truth: Truth, period: Period, same: Comparison
) -> None:
    keys = shared_keys(truth, period)
    if not keys:
        pytest.skip("no key belongs to several teams in this range")
    models = models_of(keys_of(dashboard.get("/tokens", period)["teams"]))
    answered = [model for model in models if model["api_key"] in keys]
    same(split(truth, period, keys), keyed(answered, "team_id", "api_key", "model_name", figures=PART))
