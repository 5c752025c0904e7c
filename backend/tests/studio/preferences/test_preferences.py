"""Settings that users make for themselves, and whether they were shown around."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from src.studio.database.database import Database
from src.studio.parameters.service import ParameterService
from src.studio.preferences.service import PreferenceService
from tests.conftest import SettableClock
from tests.studio.people import add_user
from tests.studio.settings_client import SettingsClient

SETTINGS = "/api/settings/phase10"
DEFAULTS: dict[str, Any] = {
    "judge": {
        "enabled": False,
        "model_id": "",
        "mode": "post_eval",
        "temperature": 0.0,
        "max_tokens": 4096,
        "custom_instructions": "",
    },
    "param_tuner": {
        "max_combinations": 50,
        "temp_min": 0.0,
        "temp_max": 1.0,
        "temp_step": 0.5,
        "top_p_min": 0.5,
        "top_p_max": 1.0,
        "top_p_step": 0.25,
        "presets": [],
    },
    "prompt_tuner": {"mode": "quick", "generations": 3, "population_size": 5, "max_api_calls": 100},
    "param_support": None,
}


def test_without_any_the_defaults_hold(ada: SettingsClient) -> None:
    assert ada.ask("GET", SETTINGS) == DEFAULTS


def test_what_is_saved_changes_that_and_nothing_else(people: tuple[SettingsClient, SettingsClient]) -> None:
    ada, bob = people
    preset = {"name": "Mine", "search_space": {"temperature": [0, 0.5]}, "note": "\0 kept"}
    assert ada.ask("PUT", SETTINGS, {"judge": {"enabled": True, "max_tokens": 100}}) == {"ok": True}
    ada.ask("PUT", SETTINGS, {"param_tuner": {"presets": [preset]}})
    ada.ask("PUT", SETTINGS, {"judge": {"model_id": "m"}, "param_support": {"model_overrides": {"m": {}}}})
    ada.ask("PUT", SETTINGS, {})
    assert ada.ask("GET", SETTINGS) == {
        "judge": DEFAULTS["judge"] | {"enabled": True, "max_tokens": 100, "model_id": "m"},
        "param_tuner": DEFAULTS["param_tuner"] | {"presets": [preset]},
        "prompt_tuner": DEFAULTS["prompt_tuner"],
        "param_support": {"model_overrides": {"m": {}}},
    }
    assert bob.ask("GET", SETTINGS) == DEFAULTS


NO_SETTINGS = [
    ([], ""),
    ({"other": {}}, "other"),
    ({"judge": None}, "judge"),
    ({"judge": {"mode": "later"}}, "judge.mode"),
    ({"judge": {"unknown": 1}}, "judge.unknown"),
    ({"judge": {"temperature": "hot"}}, "judge.temperature"),
    ({"param_tuner": {"temp_min": 1.5}}, "param_tuner: temp_min must not be more than temp_max."),
    ({"param_tuner": {"presets": [{"name": "", "search_space": {}}]}}, "param_tuner.presets.0.name"),
    ({"param_tuner": {"presets": [{"name": "x", "search_space": []}]}}, "param_tuner.presets.0.search_space"),
    ({"param_tuner": {"presets": [{"name": str(n), "search_space": {}} for n in range(21)]}}, "20 items"),
    ({"prompt_tuner": {"generations": 0}}, "prompt_tuner.generations"),
    ({"prompt_tuner": {"generations": 1}, "param_tuner": {"top_p_max": 2}}, "param_tuner.top_p_max"),
]


def test_what_cannot_be_is_refused_with_its_place_and_nothing_is_saved(ada: SettingsClient) -> None:
    for body, sentence in NO_SETTINGS:
        assert sentence in ada.refused("PUT", SETTINGS, body, 400)
        assert ada.ask("GET", SETTINGS) == DEFAULTS


def test_two_who_save_fields_of_a_section_at_once_lose_none(database: Database, clock: SettableClock) -> None:
    owner = add_user(database)
    service = PreferenceService(database, clock, ParameterService(database, clock))
    fields = {
        "max_combinations": 7,
        "temp_min": 0.1,
        "temp_max": 0.9,
        "temp_step": 0.2,
        "top_p_min": 0.6,
        "top_p_max": 0.8,
        "top_p_step": 0.1,
    }
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda item: service.change(owner, {"param_tuner": dict([item])}), fields.items()))
    saved = service.all(owner)["param_tuner"].model_dump()
    assert saved == DEFAULTS["param_tuner"] | fields


def test_being_shown_around_is_noted_for_whoever_was(people: tuple[SettingsClient, SettingsClient]) -> None:
    ada, bob = people
    assert ada.ask("GET", "/api/onboarding/status") == {"completed": False}
    for _ in range(2):
        assert ada.ask("POST", "/api/onboarding/complete")["status"] == "ok"
    assert ada.ask("GET", "/api/onboarding/status") == {"completed": True}
    assert bob.ask("GET", "/api/onboarding/status") == {"completed": False}


def test_benchmarks_have_settings_of_their_own(people: tuple[SettingsClient, SettingsClient]) -> None:
    ada, bob = people
    path = "/api/settings/benchmark"
    usual = {
        "confirm_above_usd": 1,
        "confirm_above_requests": 1000,
        "confirm_above_minutes": 15,
        "default_slo": "",
    }
    assert ada.ask("GET", path) == usual
    assert ada.ask("PUT", path, {"confirm_above_usd": None, "default_slo": " ttft < 800, itl<50"}) == {"ok": True}
    assert ada.ask("PUT", path, {"confirm_above_minutes": 5}) == {"ok": True}
    changed = {"confirm_above_usd": None, "confirm_above_minutes": 5, "default_slo": "ttft<800,itl<50"}
    assert ada.ask("GET", path) == usual | changed
    assert bob.ask("GET", path) == usual
    for wrong in ({"default_slo": "fast"}, {"confirm_above_usd": -1}, {"else": 1}):
        assert ada.ask("PUT", path, wrong, 400)["code"] == "invalid_parameter"
    assert ada.ask("GET", path) == usual | changed
    assert "benchmark" not in ada.ask("GET", SETTINGS)
