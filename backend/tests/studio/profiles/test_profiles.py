"""Profiles: what is kept, one default a model, and names that are taken."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from src.studio.database.database import Database
from src.studio.errors import ConflictError, InvalidFieldError, NotFoundError
from src.studio.profiles.schemas import ProfileIn
from src.studio.profiles.service import ProfileService
from src.studio.prompts.schemas import PromptVersionIn
from src.studio.prompts.service import PromptService
from tests.conftest import SettableClock
from tests.studio.people import add_user
from tests.studio.settings_client import SettingsClient

PROFILES = "/api/profiles"
MODEL = "openai/org/gpt-4o:beta"


def add(ada: SettingsClient, name: str = "Mine", model: str = MODEL, **more: Any) -> str:
    told = ada.ask("POST", PROFILES, {"model_id": model, "name": name, **more})
    assert told["status"] == "ok"
    return told["profile_id"]


def detail(ada: SettingsClient, profile: str) -> dict[str, Any]:
    return ada.ask("GET", f"{PROFILES}/detail/{profile}")


def test_a_profile_is_told_as_it_was_given(ada: SettingsClient, clock: SettableClock) -> None:
    params = {"temperature": 0.2, "passthrough": {"x": [1, None]}}
    profile = add(
        ada, " Mine ", params_json=params, description="Why\0", system_prompt="Be brief.", is_default=True
    )
    told = detail(ada, profile)
    assert (told["id"], told["model_id"], told["name"], told["description"]) == (profile, MODEL, "Mine", "Why\0")
    assert (json.loads(told["params_json"]), told["params"], told["is_default"]) == (params, params, True)
    assert (told["system_prompt"], told["prompt_version_id"], told["prompt_version_label"]) == (
        "Be brief.",
        None,
        None,
    )
    assert (told["origin_type"], told["origin_ref"]) == ("manual", None)
    assert told["created_at"] == told["updated_at"] == "2026-11-20T12:00:00.000Z"
    clock.move(minutes=1)
    ada.ask("PUT", f"{PROFILES}/{profile}", {"params_json": told["params_json"], "name": "Other"})
    again = detail(ada, profile)
    assert again == told | {"name": "Other", "updated_at": "2026-11-20T12:01:00.000Z"}


def test_profiles_are_listed_by_model_whose_id_may_have_slashes(ada: SettingsClient) -> None:
    ids = [add(ada, name) for name in "abc"]
    other = add(ada, "a", "detail/x")
    assert [told["id"] for told in ada.ask("GET", f"{PROFILES}/{MODEL}")["profiles"]] == ids[::-1]
    assert [told["id"] for told in ada.ask("GET", PROFILES)["profiles"]] == [other, *ids[::-1]]
    page = ada.ask("GET", f"{PROFILES}?limit=3")
    assert page["next_cursor"] == ids[1]
    assert [told["id"] for told in ada.ask("GET", f"{PROFILES}?cursor={ids[1]}")["profiles"]] == [ids[0]]
    assert ada.ask("GET", f"{PROFILES}/nobody/has/it") == {"profiles": [], "next_cursor": None}


def test_a_name_is_taken_once_for_each_model_and_user(people: tuple[SettingsClient, SettingsClient]) -> None:
    ada, bob = people
    first, second = add(ada), add(ada, "Second")
    sentence = "The model has a profile of the name 'Mine' already. Choose another."
    assert ada.refused("POST", PROFILES, {"model_id": MODEL, "name": "Mine"}, 409) == sentence
    assert ada.refused("PUT", f"{PROFILES}/{second}", {"name": "Mine"}, 409) == sentence
    assert detail(ada, second)["name"] == "Second"
    ada.ask("PUT", f"{PROFILES}/{first}", {"name": "Mine"})
    add(ada, model="another")
    add(bob)


def test_a_model_has_twenty_profiles_at_most(ada: SettingsClient) -> None:
    ids = [add(ada, str(n)) for n in range(20)]
    sentence = "A model may have 20 profiles at most. Delete one first."
    assert ada.refused("POST", PROFILES, {"model_id": MODEL, "name": "x"}, 422) == sentence
    add(ada, "x", "another")
    ada.ask("DELETE", f"{PROFILES}/{ids[0]}")
    add(ada, "x")


def test_a_model_has_one_default_whichever_way_it_is_said(ada: SettingsClient) -> None:
    def defaults() -> set[str]:
        return {told["id"] for told in ada.ask("GET", PROFILES)["profiles"] if told["is_default"]}

    first, elsewhere = add(ada, "a", is_default=True), add(ada, "a", "another", is_default=True)
    second, third = add(ada, "b"), add(ada, "c", is_default=True)
    assert defaults() == {third, elsewhere}
    ada.ask("POST", f"{PROFILES}/{second}/set-default")
    assert defaults() == {second, elsewhere}
    ada.ask("PUT", f"{PROFILES}/{first}", {"is_default": True})
    assert defaults() == {first, elsewhere}
    ada.ask("POST", f"{PROFILES}/{first}/set-default")
    ada.ask("PUT", f"{PROFILES}/{elsewhere}", {"is_default": False})
    assert defaults() == {first}
    ada.ask("DELETE", f"{PROFILES}/{first}")
    assert defaults() == set()


def test_a_prompt_is_ones_own_or_a_version(people: tuple[SettingsClient, SettingsClient]) -> None:
    ada, bob = people
    version = ada.ask("POST", "/api/prompt-versions", {"prompt_text": "Versioned.", "label": "V"})["version_id"]
    both = {"model_id": "m", "name": "x", "system_prompt": "Own.", "prompt_version_id": version}
    assert "not both" in ada.refused("POST", PROFILES, both, 422)
    profile = add(ada, system_prompt="Own.")
    ada.ask("PUT", f"{PROFILES}/{profile}", {"prompt_version_id": version})
    told = detail(ada, profile)
    assert (told["system_prompt"], told["prompt_version_label"]) == ("Versioned.", "V")
    ada.ask("PUT", f"{PROFILES}/{profile}", {"description": "Same"})
    assert detail(ada, profile)["prompt_version_id"] == version
    ada.ask("PUT", f"{PROFILES}/{profile}", {"system_prompt": "Own again."})
    told = detail(ada, profile)
    assert (told["system_prompt"], told["prompt_version_id"], told["prompt_version_label"]) == (
        "Own again.",
        None,
        None,
    )
    ada.ask("PUT", f"{PROFILES}/{profile}", {"system_prompt": ""})
    assert detail(ada, profile)["system_prompt"] is None
    stolen = {"model_id": "m", "name": "x", "prompt_version_id": version}
    assert bob.refused("POST", PROFILES, stolen, 404) == "There is no such prompt version."
    mine = add(bob)
    assert bob.refused("PUT", f"{PROFILES}/{mine}", {"prompt_version_id": version}, 404)
    assert detail(bob, mine)["prompt_version_id"] is None


def test_what_a_tuner_found_says_where_it_is_from(ada: SettingsClient) -> None:
    asked = {"model_id": MODEL, "name": "Tuned", "source_type": "param_tuner", "source_id": "run-1"}
    found = {"params_json": {"temperature": 0.3}, "set_as_default": True}
    profile = ada.ask("POST", f"{PROFILES}/from-tuner", {**asked, **found})["profile_id"]
    told = detail(ada, profile)
    assert (told["origin_type"], told["origin_ref"], told["is_default"]) == ("param_tuner", "run-1", True)
    assert told["params"] == {"temperature": 0.3}
    assert ada.refused("POST", f"{PROFILES}/from-tuner", asked, 409)
    assert ada.refused("POST", f"{PROFILES}/from-tuner", {**asked, "name": "x", "source_type": "manual"}, 422)


NO_PROFILES = [
    ({"model_id": ""}, "model_id"),
    ({"model_id": "x" * 257}, "model_id"),
    ({"name": " "}, "name"),
    ({"name": "x" * 129}, "name"),
    ({"name": "a\0"}, "name"),
    ({"description": "x" * 2_001}, "description"),
    ({"system_prompt": "x" * 50_001}, "system_prompt"),
    ({"params_json": []}, "params_json"),
    ({"params_json": "nonsense"}, "params_json"),
    ({"params_json": "[1]"}, "params_json"),
    ({"params_json": {"api_base": "http://127.0.0.1"}}, "may not set api_base"),
    ({"params_json": {"passthrough": {"model": "x"}}}, "may not set model"),
    ({"params_json": {"passthrough": 1}}, "passthrough must be an object"),
    ({"params_json": {"seed": 10**30}}, "what JSON can say"),
    ({"origin_type": "guess"}, "origin_type"),
    ({"model_id": "m" * 257}, "model_id: String should have at most 256 characters."),
    ({"model_id": ""}, "model_id: String should have at least 1 character."),
    ({"surprise": 1}, "surprise"),
]


def test_what_is_no_profile_is_refused_at_its_field(ada: SettingsClient) -> None:
    for changed, sentence in NO_PROFILES:
        assert sentence in ada.refused("POST", PROFILES, {"model_id": "m", "name": "x"} | changed, 422)
        assert ada.ask("GET", PROFILES)["profiles"] == []


@pytest.fixture
def service(database: Database, clock: SettableClock) -> ProfileService:
    """Return profiles on SQLite, and on PostgreSQL."""
    return ProfileService(database, clock, PromptService(database, clock))


def wanted(name: str, **more: Any) -> dict[str, Any]:
    return ProfileIn(model_id="m", name=name, **more).values()


def test_many_at_once_leave_one_default_and_twenty_profiles(service: ProfileService, database: Database) -> None:
    owner = add_user(database)

    def try_one(number: int) -> str | None:
        try:
            return service.add(owner, wanted(f"{number % 30}", is_default=True))
        except (ConflictError, InvalidFieldError):
            return None

    with ThreadPoolExecutor(8) as pool:
        added = [made for made in pool.map(try_one, range(60)) if made]
        listed, _ = service.page(owner, 200)
        assert len(added) == len(listed) == 20
        assert sum(told["is_default"] for told in listed) == 1
        list(pool.map(lambda made: service.change(owner, made, {"is_default": True}), added * 2))
    listed, _ = service.page(owner, 200)
    assert sum(told["is_default"] for told in listed) == 1


def test_a_run_takes_params_and_prompt_of_a_profile_of_that_model(
    database: Database, clock: SettableClock
) -> None:
    prompts = PromptService(database, clock)
    service = ProfileService(database, clock, prompts)
    ada, bob = add_user(database), add_user(database, "bob@example.org")
    version = prompts.add(ada, PromptVersionIn(prompt_text="Versioned."))
    profile = service.add(ada, wanted("a", params_json={"top_p": 0.5}, prompt_version_id=version))
    used = service.for_run(ada.id, "m", profile)
    assert (used.params, used.system_prompt, used.name) == ({"top_p": 0.5}, "Versioned.", "a")
    assert service.for_run(ada.id, "m", service.add(ada, wanted("b"))).system_prompt is None
    for owner, model in ((bob, "m"), (ada, "other")):
        with pytest.raises(NotFoundError, match="There is no such profile"):
            service.for_run(owner.id, model, profile)
