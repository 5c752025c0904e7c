"""LiteLLM's nested days become columns; no key goes further than this."""

import hashlib
from typing import Any

from src.client.models import DailySpendData
from src.client.usage_rows import flatten, hashed
from tests.days import MONDAY, used
from tests.fake_gateway.activity import activity_page
from tests.fake_gateway.rows import UsageRow

RAW_KEY = "sk-raw-key"
HASH = hashlib.sha256(RAW_KEY.encode()).hexdigest()


def rows_of(*rows: UsageRow) -> Any:
    page = activity_page(rows, {"red": "Red", "blue": " "}, 1, 100, old=False)
    return flatten(DailySpendData.model_validate(day) for day in page["results"])


def team_with(metrics: dict[str, Any], keys: dict[str, dict[str, Any]]) -> Any:
    share = {key: {"metrics": figures} for key, figures in keys.items()}
    entities = {"red": {"metrics": metrics, "api_key_breakdown": share}}
    return flatten([DailySpendData.model_validate({"date": MONDAY, "breakdown": {"entities": entities}})])


def test_usage_without_a_team_has_no_team_id() -> None:
    rows = rows_of(used(None, "k", "gpt", 5), used("red", "k2", "gpt", 7))
    assert dict(rows.by_team_key.select("team_id", "prompt_tokens").rows()) == {None: 5, "red": 7}


def test_names_of_teams_come_with_their_usage() -> None:
    rows = rows_of(used("red", "k", "gpt", 5), used("gone", "k", "gpt", 5), used(None, "k", "gpt", 5))
    assert rows.team_aliases == {"red": "Red"}


def test_what_looks_like_a_key_is_hashed_wherever_it_stands() -> None:
    rows = rows_of(used("red", RAW_KEY, "gpt", 5, key_alias=RAW_KEY))
    assert rows.by_team_key.select("api_key", "key_alias").rows() == [(HASH, HASH)]
    assert rows.by_key_model["api_key"].to_list() == [HASH]
    assert RAW_KEY not in repr(rows)


def test_hashes_and_names_stay_as_they_are() -> None:
    assert hashed(HASH) == HASH
    assert hashed("") == ""
    assert hashed(None) is None
    assert hashed("my sk-key") == "my sk-key"


def test_a_key_that_comes_raw_and_hashed_is_one_key() -> None:
    rows = rows_of(used("red", RAW_KEY, "gpt", 5), used("red", HASH, "gpt", 7))
    assert rows.by_team_key.select("api_key", "prompt_tokens").rows() == [(HASH, 12)]
    assert rows.by_key_model.select("api_key", "model", "prompt_tokens").rows() == [(HASH, "gpt", 12)]


def test_what_a_team_used_without_a_key_stands_under_no_key() -> None:
    rows = team_with({"prompt_tokens": 10, "spend": 1.5}, {"k": {"prompt_tokens": 7, "spend": 1.0}})
    found = rows.by_team_key.select("api_key", "prompt_tokens", "spend").rows()
    assert found == [("k", 7, 1.0), ("", 3, 0.5)]


def test_it_is_added_to_what_stands_under_no_key_already() -> None:
    rows = team_with({"prompt_tokens": 10}, {"": {"prompt_tokens": 7}})
    assert rows.by_team_key.select("api_key", "prompt_tokens").rows() == [("", 10)]


def test_money_that_differs_in_its_last_digits_is_nobodys() -> None:
    rows = team_with({"spend": 0.1 + 0.2}, {"a": {"spend": 0.1}, "b": {"spend": 0.2 - 1e-16}})
    assert rows.by_team_key["api_key"].to_list() == ["a", "b"]


def test_what_keys_have_more_than_their_team_is_taken_back_under_no_key() -> None:
    rows = team_with({"prompt_tokens": 1, "api_requests": 5}, {"k": {"prompt_tokens": 7, "api_requests": 2}})
    found = rows.by_team_key.select("api_key", "prompt_tokens", "api_requests").rows()
    assert found == [("k", 7, 2), ("", -6, 3)]


def test_the_providers_models_are_kept_apart_from_public_names() -> None:
    part = {"metrics": {}, "api_key_breakdown": {"k": {"metrics": {"prompt_tokens": 5}}}}
    rows = flatten([DailySpendData.model_validate({"date": MONDAY, "breakdown": {"models": {"gpt": part}}})])
    assert rows.by_key_model.is_empty()
    assert rows.by_key_provider_model.select("model", "prompt_tokens").rows() == [("gpt", 5)]


def test_no_days_are_no_rows() -> None:
    rows = flatten([])
    assert rows.by_team_key.is_empty()
    assert rows.by_key_model.is_empty()
