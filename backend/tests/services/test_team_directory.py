"""Names for teams are unique, and the ones that people know."""

import random

import pytest

from src.services.team_service import TeamDirectory, UnknownTeamError, build_directory

Aliases = dict[str, str | None]


def names_of(listed: Aliases, from_usage: Aliases | None = None) -> dict[str, str]:
    return dict(build_directory(listed, from_usage or {}, "all").names)


@pytest.mark.parametrize(
    ("listed", "names"),
    [
        pytest.param({"id-1": "Red"}, {"id-1": "Red"}, id="an alias"),
        pytest.param({"id-1": None, "id-2": "", "id-3": " "}, {i: i for i in ("id-1", "id-2", "id-3")}, id="none"),
        pytest.param({"id-1": "  Red "}, {"id-1": "Red"}, id="blanks around it"),
        pytest.param(
            {"aaaaaaaa-1": "Twins", "bbbbbbbb-2": "Twins", "c": "Other"},
            {"aaaaaaaa-1": "Twins (aaaaaaaa)", "bbbbbbbb-2": "Twins (bbbbbbbb)", "c": "Other"},
            id="a shared alias",
        ),
        pytest.param(
            {"aaaaaaaa-1": "Twins", "aaaaaaaa-2": "Twins"},
            {"aaaaaaaa-1": "Twins (aaaaaaaa-1)", "aaaaaaaa-2": "Twins (aaaaaaaa-2)"},
            id="a shared alias and a shared beginning of the ids",
        ),
        pytest.param({"id-1": "Unassigned"}, {"id-1": "Unassigned (id-1)"}, id="the name of usage without a team"),
        pytest.param(
            {"id-1": "id-2", "id-2": None},
            {"id-1": "id-2 (id-1)", "id-2": "id-2 (id-2)"},
            id="the id of another team",
        ),
        pytest.param(
            {"id-1": "<b>", "id-2": '🦊 "x"'}, {"id-1": "<b>", "id-2": '🦊 "x"'}, id="whatever people write"
        ),
        pytest.param({}, {}, id="no teams"),
        pytest.param({"id-1": "\u200b\u3164"}, {"id-1": "id-1"}, id="nothing that shows"),
        pytest.param({"id-1": "\u2066\u202eder\u202c Red\ufeff"}, {"id-1": "der Red"}, id="text turned around"),
        pytest.param(
            {"id-1": "Red", "id-2": "Re\u200bd", "id-3": "\u202eRed"},
            {"id-1": "Red (id-1)", "id-2": "Re\u200bd (id-2)", "id-3": "Red (id-3)"},
            id="the same look",
        ),
        pytest.param(
            {"id-1": "id-\u200b2", "id-2": None},
            {"id-1": "id-\u200b2 (id-1)", "id-2": "id-2 (id-2)"},
            id="the look of another team's id",
        ),
        pytest.param(
            {"id-1": "Un\u00adassigned"},
            {"id-1": "Un\u00adassigned (id-1)"},
            id="the look of usage without a team",
        ),
    ],
)
def test_teams_are_named(listed: Aliases, names: dict[str, str]) -> None:
    assert names_of(listed) == names


@pytest.mark.parametrize("seed", range(30))
def test_names_are_unique_whatever_aliases_and_ids_are(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - nothing secret
    ids = {"".join(draw.choices("ab-", k=draw.randint(1, 20))) for _ in range(40)}
    aliases = [None, "", "x", "Unassigned", "x (aaaaaaaa)", *sorted(ids)[:5], *(f"x ({i[:8]})" for i in ids)]
    names = names_of({team_id: draw.choice(aliases) for team_id in sorted(ids)})
    assert len({"Unassigned", *names.values()}) == len(ids) + 1


def test_a_list_of_teams_knows_better_than_usage() -> None:
    assert names_of({"id-1": "New"}, {"id-1": "Old"}) == {"id-1": "New"}


def test_teams_that_only_usage_tells_of_are_former_ones() -> None:
    directory = build_directory({"id-1": "Red"}, {"id-2": "Blue", "id-3": None}, "all")
    assert [directory.kind(team_id) for team_id in ("id-1", "id-2", "id-3", None)] == [
        "team",
        "former",
        "former",
        "unassigned",
    ]
    assert [directory.name(team_id) for team_id in ("id-2", "id-3", None)] == ["Blue", "id-3", "Unassigned"]
    assert directory.listed == {"id-1"}


def test_a_key_that_sees_its_own_teams_only_sees_no_former_ones() -> None:
    directory = build_directory({}, {"id-1": "Red"}, "own")
    assert (directory.kind("id-1"), directory.kind(None)) == ("team", "unassigned")


def test_without_a_list_nobody_knows_who_is_gone() -> None:
    directory = build_directory(None, {"id-1": "Red", "id-2": None}, "all")
    assert [directory.kind(team_id) for team_id in ("id-1", "id-2", None)] == ["team", "team", "unassigned"]
    assert directory.listed == frozenset()
    with pytest.raises(UnknownTeamError, match="not told all its teams yet"):
        directory.resolve("id-3")


def test_teams_that_are_newer_than_the_list_are_not_called_former_ones() -> None:
    directory = build_directory({"id-1": "Red"}, {"id-2": "Blue", "id-3": None}, "all", undecided=["id-2"])
    assert [directory.kind(team_id) for team_id in ("id-1", "id-2", "id-3")] == ["team", "team", "former"]


@pytest.fixture
def directory() -> TeamDirectory:
    listed: Aliases = {"id-1": "Red", "id-2": "Twins", "id-3": "Twins", "id-4": "id-1", "id-5": None}
    return build_directory(listed, {"id-6": "Gone"}, "all")


@pytest.mark.parametrize(
    ("text", "team_id"),
    [
        ("id-2", "id-2"),
        ("Red", "id-1"),
        ("Twins (id-3)", "id-3"),
        ("id-1", "id-1"),
        ("id-5", "id-5"),
        ("Gone", "id-6"),
        ("\u202e Gone\u200b", "id-6"),
        ("Unassigned", None),
    ],
)
def test_a_team_is_found_by_its_id_or_its_name(directory: TeamDirectory, text: str, team_id: str | None) -> None:
    assert directory.resolve(text) == team_id


@pytest.mark.parametrize("text", ["", "red", "Nobody", "Twins (id", "unassigned"])
def test_a_team_that_does_not_exist_is_not_found(directory: TeamDirectory, text: str) -> None:
    with pytest.raises(UnknownTeamError, match=r"No team has this id or name\."):
        directory.resolve(text)


def test_a_name_of_two_teams_is_answered_with_their_unique_names(directory: TeamDirectory) -> None:
    with pytest.raises(UnknownTeamError, match=r"Ask for one of: Twins \(id-2\), Twins \(id-3\)\."):
        directory.resolve("Twins")


def test_usage_without_a_team_is_found_although_a_team_is_called_unassigned() -> None:
    directory = build_directory({"id-1": "Unassigned"}, {}, "all")
    assert directory.resolve(directory.name(None)) is None
    assert directory.resolve(directory.name("id-1")) == "id-1"


def test_every_team_is_found_by_the_name_it_is_shown_under() -> None:
    directory = build_directory({"id-1": "id-2", "id-2": "Bee", "id-3": "Bee"}, {}, "all")
    for team_id in directory.names:
        assert directory.resolve(directory.name(team_id)) == team_id
