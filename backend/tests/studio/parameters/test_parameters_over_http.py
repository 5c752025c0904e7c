"""The registry, and what a model would be sent, as clients ask for it."""

import datetime as dt

from src.studio.llm.request import RESERVED_PARAMS
from src.studio.parameters.registry import load_registry, registry_data
from tests.studio.settings_client import SettingsClient

VALIDATE = "/api/provider-params/validate"
SETTINGS = "/api/settings/phase10"


def test_the_registry_says_of_every_figure_where_it_is_from_and_of_when(ada: SettingsClient) -> None:
    told = ada.ask("GET", "/api/provider-params/registry")
    assert told == registry_data()
    assert set(told["providers"]) == {
        *("openai", "anthropic", "gemini", "ollama", "lm_studio", "mistral", "deepseek", "cohere", "xai", "vllm"),
        "_unknown",
    }
    figures = [spec for provider in told["providers"].values() for spec in provider["params"].values()]
    for told_of in [*figures, *told["rules"]]:
        assert told_of["source"]["name"]
        assert told_of["source"]["title"]
        assert dt.date.fromisoformat(told_of["as_of"]) <= dt.date(2026, 11, 26)


def test_every_rule_does_one_thing() -> None:
    for rule in load_registry().rules:
        done = [rule.set is not None, rule.min is not None, bool(rule.rename), rule.drop, rule.warn]
        assert sum(done) == 1, rule


def test_a_model_is_told_what_it_would_be_sent(ada: SettingsClient) -> None:
    asked = {"model_id": "openai/gpt-5", "params": {"temperature": 0.2, "top_k": 5, "verbosity": "low"}}
    told = ada.ask("POST", VALIDATE, asked)
    assert (told["valid"], told["has_warnings"], told["provider"]) == (False, True, "openai")
    assert told["resolved_params"] == {"temperature": 1.0, "top_k": 5, "verbosity": "low"}
    assert {item["param"]: item["action"] for item in told["adjustments"]} == {
        "temperature": "clamp",
        "top_k": "warn",
        "verbosity": "passthrough",
    }
    assert told["warnings"] == ["top_k: OpenAI does not take it; it is sent all the same."]
    assert ada.ask("POST", VALIDATE, {"model_id": "gpt-4o", "provider_key": "openai"})["valid"]


def test_what_a_benchmark_refuses_is_not_called_valid(ada: SettingsClient) -> None:
    for name in sorted(RESERVED_PARAMS):
        for params in ({name: "sk-secret"}, {"passthrough": {name: "sk-secret"}}):
            target = {"provider_key": "gateway", "model_id": "gpt-4o"}
            run = {"targets": [target], "provider_params": params}
            assert name in ada.refused("POST", "/api/benchmark", run, 422)
            told = ada.ask("POST", VALIDATE, {"model_id": "gpt-4o", "provider_key": "openai", "params": params})
            (item,) = told["adjustments"]
            assert (told["valid"], told["resolved_params"]) == (False, {}), name
            assert (item["param"], item["action"], item["adjusted"]) == (name, "drop", None)
            assert "is refused" in item["reason"]
            if name in {"api_key", "headers", "extra_headers"}:
                assert item["original"] == "***"


NO_JSON = [
    ('{"temperature": NaN}', "It must be a number, not NaN."),
    ('{"top_p": -Infinity}', "It must be a number, not -Infinity."),
    ('{"seed": 1' + "0" * 40 + "}", "It holds what JSON cannot say."),
    (r'{"user": "\ud83d"}', "It holds what JSON cannot say."),
    (r'{"\ud83d": 1}', "It holds what JSON cannot say."),
    ('{"x": ' + "[" * 300 + "]" * 300 + "}", "It holds what JSON cannot say."),
]


def test_what_json_has_no_word_for_is_told_in_a_sentence(ada: SettingsClient) -> None:
    for params, sentence in NO_JSON:
        status, told = ada.post_text(
            VALIDATE, f'{{"model_id": "m", "provider_key": "gemini", "params": {params}}}'
        )
        assert (status, told["valid"], told["resolved_params"]) == (200, False, {})
        assert [item["reason"] for item in told["adjustments"]] == [sentence]


NO_QUESTIONS = [{}, {"model_id": ""}, {"model_id": "m", "params": []}, {"model_id": "m", "x": 1}]


def test_what_is_no_question_is_refused(ada: SettingsClient) -> None:
    for body in NO_QUESTIONS:
        assert ada.refused("POST", VALIDATE, body, 422)


def test_the_seed_is_a_support_that_changes_nothing_until_it_is_changed(
    people: tuple[SettingsClient, SettingsClient],
) -> None:
    ada, bob = people
    seed = ada.ask("POST", "/api/param-support/seed")
    assert set(seed) == {"provider_defaults", "model_overrides", "presets"}
    assert ada.ask("GET", SETTINGS)["param_support"] is None
    asked = {"model_id": "m", "provider_key": "mistral", "params": {"temperature": 2, "top_k": 3, "seed": 5}}
    before = ada.ask("POST", VALIDATE, asked)
    ada.ask("PUT", SETTINGS, {"param_support": seed})
    support = ada.ask("GET", SETTINGS)["param_support"]
    assert support == seed
    assert ada.ask("POST", VALIDATE, asked) == before
    support["provider_defaults"]["mistral"]["params"]["temperature"]["max"] = 2
    ada.ask("PUT", SETTINGS, {"param_support": support})
    assert ada.ask("POST", VALIDATE, asked)["resolved_params"]["temperature"] == 2
    assert bob.ask("POST", VALIDATE, asked) == before
    ada.ask("PUT", SETTINGS, {"param_support": None})
    assert ada.ask("POST", VALIDATE, asked) == before


NO_SUPPORTS = [
    ([], "param_support"),
    ({"other": {}}, "It must be null, or an object of provider_defaults and model_overrides."),
    ({"presets": {}}, "presets must be 20 objects at most, each with a name and a search_space."),
    ({"presets": [{"name": "Mine"}]}, "presets must be 20 objects at most"),
    ({"presets": [{"name": "Mine", "search_space": {}}] * 21}, "presets must be 20 objects at most"),
    ({"provider_defaults": []}, "provider_defaults must be an object."),
    ({"provider_defaults": {"openai": 1}}, "provider_defaults: what is said of openai must be an object."),
    ({"model_overrides": {"m": {"top_p": "x"}}}, "m: top_p must be an object, true or false."),
    ({"model_overrides": {"m": {"top_p": {"min": "0"}}}}, "top_p: min must be a number."),
    ({"model_overrides": {"m": {"top_p": {"min": True}}}}, "top_p: min must be a number."),
    ({"model_overrides": {"m": {"top_p": {"min": 1, "max": 0}}}}, "top_p: min must not be more than max."),
    (
        {"model_overrides": {"m": {"top_p": {"supported": "often"}}}},
        "supported must be true, false, or one of",
    ),
    ({"model_overrides": {"m": {"top_p": {"supported": []}}}}, "supported must be true, false, or one of"),
    ({"model_overrides": {"m": {"stop": {"max_items": 0}}}}, "max_items must be a whole number from 1 on."),
    ({"model_overrides": {"m": {"seed": {"values": 3}}}}, "values must be a list."),
    ({"model_overrides": {"m": {"params": 3}}}, "what is said of m must be an object."),
    ({"provider_defaults": {str(n): {} for n in range(501)}}, "500 names at most"),
]


def test_a_support_of_another_form_is_refused_and_nothing_is_saved(ada: SettingsClient) -> None:
    for support, sentence in NO_SUPPORTS:
        body = {"judge": {"enabled": True}, "param_support": support}
        assert sentence in ada.refused("PUT", SETTINGS, body, 400)
        assert ada.ask("GET", SETTINGS)["judge"]["enabled"] is False
