"""What each model is sent: the request's parameters and its profile's, as the registry has it."""

from typing import Any

import pytest

from src.studio.benchmarks.sending import Sending, Sent, output_limit
from src.studio.profiles.service import ProfileToUse
from src.studio.providers.catalog import OfferedModel
from tests.studio.benchmarks.made import wish

DEFAULTS = {"max_tokens": 512, "temperature": 0.7}


def sent(model: OfferedModel | str = "m", key: str = "openai", profile: Any = None, **settings: Any) -> Sent:
    offered = OfferedModel(model) if isinstance(model, str) else model
    profiles = {offered.model_id: profile} if profile else {}
    return Sending(profiles=profiles).to(key, offered, wish(offered.model_id, **settings))


def told(found: Sent) -> list[tuple[str, str, Any]]:
    return [(change["param"], change["action"], change["adjusted"]) for change in found.changes]


def test_without_more_the_fields_of_the_request_are_sent() -> None:
    found = sent()
    assert (found.params, found.changes, found.system_prompt, found.profile) == (DEFAULTS, [], None, None)


def test_what_is_said_in_particular_goes_before_the_profile_and_that_before_the_fields() -> None:
    profile = ProfileToUse({"temperature": 0.1, "top_p": 0.2, "passthrough": {"seed": 3}}, None, "Mine")
    found = sent(profile=profile, provider_params={"top_p": 0.9, "passthrough": {"verbosity": "low"}})
    own = {"temperature": 0.1, "top_p": 0.9, "seed": 3, "verbosity": "low"}
    assert (found.params, found.changes) == (DEFAULTS | own, [])
    assert found.profile == {"name": "Mine", "params": profile.params, "system_prompt": None}


def test_null_takes_a_field_out() -> None:
    assert sent(provider_params={"temperature": None}).params == {"max_tokens": 512}


def test_a_limit_by_its_other_name_takes_the_place_of_the_fields() -> None:
    assert sent(provider_params={"max_completion_tokens": 9}).params == {
        "temperature": 0.7,
        "max_completion_tokens": 9,
    }
    assert sent(provider_params={"max_completion_tokens": None}).params == DEFAULTS


def test_what_the_registry_says_is_done_for_each_model_by_its_provider() -> None:
    assert sent("gpt-5").params == {"temperature": 1.0, "max_completion_tokens": 512}
    assert told(sent("gpt-5")) == [("temperature", "clamp", 1.0), ("max_tokens", "rename", 512)]
    assert told(sent("claude", "anthropic", provider_params={"top_p": 0.5})) == [("top_p", "drop", None)]
    assert sent("command", "cohere", max_tokens=9_000).params["max_tokens"] == 4_096


def test_the_profiles_system_prompt_goes_before_the_models() -> None:
    model = OfferedModel("m", system_prompt="The model's.")
    assert sent(model).system_prompt == "The model's."
    assert sent(model, profile=ProfileToUse({}, None, "x")).system_prompt == "The model's."
    assert sent(model, profile=ProfileToUse({}, "The profile's.", "x")).system_prompt == "The profile's."


def test_a_models_own_fields_are_sent_and_what_it_is_to_be_spared_is_not() -> None:
    fields = {"temperature": 0.1, "seed": 4, "top_p": 0.3}
    model = OfferedModel("m", custom_fields=fields, skip_params=("max_tokens", "seed"))
    found = sent(model, provider_params={"top_p": 0.3})
    assert found.params == fields
    assert told(found) == [("temperature", "passthrough", 0.1), ("max_tokens", "drop", None)]


def test_more_than_a_model_writes_is_asked_for_with_a_warning() -> None:
    model = OfferedModel("m", max_output_tokens=500)
    assert told(sent(model)) == [("max_tokens", "warn", 512)]
    assert told(sent(model, max_tokens=500)) == []


@pytest.mark.parametrize(
    ("params", "limit"), [({}, 5), ({"max_tokens": 7}, 7), ({"max_completion_tokens": 9, "max_tokens": 7}, 9)]
)
def test_the_limit_of_an_answer_is_what_is_sent(params: dict[str, Any], limit: int) -> None:
    assert output_limit(params, 5) == limit
