"""The prompt library: versions that are never changed, and what becomes of those who use one that is deleted."""

from tests.studio.settings_client import SettingsClient

VERSIONS = "/api/prompt-versions"
NOT_THERE = "f" * 32


def add(ada: SettingsClient, text: str = "Be brief.", **more: object) -> str:
    told = ada.ask("POST", VERSIONS, {"prompt_text": text, **more})
    assert told["status"] == "ok"
    return told["version_id"]


def test_a_version_says_what_it_is_and_what_it_was_made_of(ada: SettingsClient) -> None:
    first = add(ada, "Be brief.\0🦊", label=" First ")
    second = add(ada, "Be brief, and kind.", source="prompt_tuner", parent_version_id=first)
    told = ada.ask("GET", f"{VERSIONS}/{second}")
    assert told["parent_version_id"] == first
    assert (told["prompt_text"], told["label"], told["source"]) == ("Be brief, and kind.", "", "prompt_tuner")
    assert (told["profile_count"], told["created_at"]) == (0, "2026-11-20T12:00:00.000Z")
    told = ada.ask("GET", f"{VERSIONS}/{first}")
    assert (told["prompt_text"], told["label"], told["source"]) == ("Be brief.\0🦊", "First", "manual")
    assert told["parent_version_id"] is None


def test_lists_are_paged_from_the_newest_on_with_the_beginnings_of_long_texts(ada: SettingsClient) -> None:
    ids = [add(ada, letter * 3_000) for letter in "abcde"]
    seen, cursor, pages = [], "", 0
    while cursor is not None:
        told = ada.ask("GET", f"{VERSIONS}?limit=2{cursor and f'&cursor={cursor}'}")
        seen += told["versions"]
        cursor, pages = told["next_cursor"], pages + 1
    assert pages == 3
    assert [version["id"] for version in seen] == ids[::-1]
    assert {(len(version["prompt_text"]), version["prompt_chars"]) for version in seen} == {(2_000, 3_000)}
    assert len(ada.ask("GET", f"{VERSIONS}/{ids[0]}")["prompt_text"]) == 3_000
    for query in ("limit=0", "limit=201", "cursor=x"):
        assert ada.refused("GET", f"{VERSIONS}?{query}", None, 422)


def test_a_label_is_all_that_changes(ada: SettingsClient) -> None:
    version = add(ada)
    assert ada.ask("PATCH", f"{VERSIONS}/{version}", {"label": "Good"}) == {"status": "ok"}
    assert ada.ask("GET", f"{VERSIONS}/{version}")["label"] == "Good"
    assert ada.refused("PATCH", f"{VERSIONS}/{version}", {"prompt_text": "Other"}, 422)
    assert ada.refused("PATCH", f"{VERSIONS}/{version}", {"label": "x" * 257}, 422)


def test_half_a_million_characters_are_taken_and_no_more(ada: SettingsClient) -> None:
    assert ada.ask("GET", f"{VERSIONS}/{add(ada, '🦊' * 500_000)}")["prompt_chars"] == 500_000
    assert ada.refused("POST", VERSIONS, {"prompt_text": "x" * 500_001}, 422)


NO_VERSIONS = [
    {},
    {"prompt_text": ""},
    {"prompt_text": 1},
    {"prompt_text": "x", "source": "x"},
    {"prompt_text": None},
]


def test_what_is_no_version_is_refused(ada: SettingsClient) -> None:
    for body in NO_VERSIONS:
        assert ada.refused("POST", VERSIONS, body, 422)


def test_a_parent_is_one_of_ones_own(people: tuple[SettingsClient, SettingsClient]) -> None:
    ada, bob = people
    for parent in (add(ada), NOT_THERE, "nope", "\0"):
        sentence = bob.refused("POST", VERSIONS, {"prompt_text": "x", "parent_version_id": parent}, 404)
        assert sentence == "There is no such prompt version."
    assert bob.ask("GET", VERSIONS)["versions"] == []


def test_what_was_made_of_a_version_stays_when_that_one_goes(ada: SettingsClient) -> None:
    first = add(ada)
    second = add(ada, parent_version_id=first)
    assert ada.ask("DELETE", f"{VERSIONS}/{first}") == {"status": "ok"}
    assert ada.ask("GET", f"{VERSIONS}/{second}")["parent_version_id"] is None
    assert ada.refused("DELETE", f"{VERSIONS}/{first}", None, 404) == "There is no such prompt version."


def test_profiles_keep_the_text_of_a_version_that_is_deleted(ada: SettingsClient) -> None:
    version, other = add(ada, "x" * 60_000, label="Long"), add(ada, "Other.")
    for name, used in (("a", version), ("b", version), ("c", other)):
        ada.ask("POST", "/api/profiles", {"model_id": "m", "name": name, "prompt_version_id": used})
    counts = {told["id"]: told["profile_count"] for told in ada.ask("GET", VERSIONS)["versions"]}
    assert counts == {version: 2, other: 1}
    profiles = {told["name"]: told for told in ada.ask("GET", "/api/profiles")["profiles"]}
    assert (profiles["a"]["prompt_version_label"], profiles["a"]["system_prompt"]) == ("Long", "x" * 60_000)
    ada.ask("DELETE", f"{VERSIONS}/{version}")
    for told in ada.ask("GET", "/api/profiles")["profiles"]:
        is_other = told["name"] == "c"
        assert told["prompt_version_id"] == (other if is_other else None)
        assert told["system_prompt"] == ("Other." if is_other else "x" * 60_000)
