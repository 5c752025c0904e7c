"""Prices of LiteLLM's list, as far as it is about the very model that is called."""

import datetime as dt
import json
import os
from pathlib import Path

import pytest

from src.studio.llm import sdk
from src.studio.providers.kept import KeptModel, KeptProvider, offered
from src.studio.providers.presets import PRESETS
from src.studio.providers.price_list import ListPrice, PriceList
from src.studio.vault.service import KNOWN_KEY_VARIABLES

DAY = dt.date(2026, 10, 5)
COST = {"input_cost_per_token": 1.5e-7, "output_cost_per_token": 6e-7, "cache_read_input_token_cost": 7.5e-8}
ROWS = {
    "sample_spec": {"input_cost_per_token": "what it costs", "litellm_provider": "one of many", "mode": "chat"},
    "gpt-4o-mini": {**COST, "litellm_provider": "openai", "mode": "chat"},
    "mistral/small": {**COST, "litellm_provider": "mistral", "mode": "chat"},
    "text-embedding-3-small": {**COST, "litellm_provider": "openai", "mode": "embedding"},
}


@pytest.fixture
def prices(tmp_path: Path) -> PriceList:
    path = tmp_path / "prices.json"
    path.write_text(json.dumps(ROWS))
    at = dt.datetime(2026, 10, 5, 12, tzinfo=dt.UTC).timestamp()
    os.utime(path, (at, at))
    return PriceList(path)


def test_models_are_found_by_provider_with_and_without_its_name_in_front(prices: PriceList) -> None:
    assert prices.price("openai", "gpt-4o-mini") == ListPrice(0.15, 0.6, 0.075, DAY)
    assert prices.price("mistral", "small") == ListPrice(0.15, 0.6, 0.075, DAY)
    for provider, name in (("mistral", "gpt-4o-mini"), ("openai", "text-embedding-3-small"), ("one of many", "x")):
        assert prices.price(provider, name) is None


def test_a_model_without_a_price_of_its_owners_has_the_lists(prices: PriceList) -> None:
    models = [KeptModel("gpt-4o-mini"), KeptModel("other"), KeptModel("mine", input_cost_per_mtok=1.0)]
    openai = KeptProvider("openai", "OpenAI")
    told = offered(openai, models, has_key=True, prices=prices).models
    assert [model.price_source for model in told.values()] == ["litellm", None, "user"]
    assert (told["gpt-4o-mini"].output_cost_per_mtok, told["gpt-4o-mini"].price_at) == (0.6, DAY)


def test_whoever_answers_elsewhere_has_no_price_of_the_list(prices: PriceList) -> None:
    for provider in (
        KeptProvider("openai", "Proxy", "https://proxy.example.com/v1"),
        KeptProvider("other", "Other"),
    ):
        (model,) = offered(provider, [KeptModel("gpt-4o-mini")], has_key=True, prices=prices).models.values()
        assert (model.price_source, model.input_cost_per_mtok) == (None, None)


@pytest.mark.parametrize("text", ["", "[]", '{"gpt": 7}'])
def test_a_list_that_cannot_be_read_has_no_prices(tmp_path: Path, text: str) -> None:
    path = tmp_path / "prices.json"
    path.write_text(text)
    assert PriceList(path).price("openai", "gpt") is None
    assert PriceList(tmp_path / "none.json").price("openai", "gpt") is None


@pytest.mark.skipif(not sdk.sdk_available(), reason="LiteLLM's SDK is not installed")
def test_the_list_of_the_sdk_knows_the_hosted_presets() -> None:
    prices = PriceList()
    listed = {provider for provider, _ in prices._prices}
    hosted = {preset.listed_as for preset in PRESETS.values() if preset.listed_as}
    assert len(hosted) == 10
    assert hosted - listed <= {"openrouter"}  # which tells its prices itself
    assert prices.price("openai", "gpt-4o-mini") is not None


def test_the_variables_that_presets_name_may_be_named() -> None:
    named = {preset.api_key_env for preset in PRESETS.values()} - {None}
    assert "TOGETHERAI_API_KEY" in named
    assert named <= KNOWN_KEY_VARIABLES
