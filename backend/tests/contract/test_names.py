"""The names that people see, on every endpoint: unharmed, unique, and of the right kind."""

from collections import Counter

import pytest

from tests.contract.answers import Items, names_of, points_of
from tests.contract.dashboard import Dashboard
from tests.contract.expected import UNASSIGNED, kind
from tests.contract.period import Period
from tests.contract.truth import Truth

SHORTEST_ID = 4


@pytest.fixture
def teams(dashboard: Dashboard, everything: Period) -> Items:
    """Return all teams of the whole range, as `/tokens` has them."""
    return dashboard.get("/tokens", everything, breakdown="false")["teams"]


def shared_aliases(aliases: dict[str, str | None]) -> set[str]:
    """Return the aliases that more than one team has, or a team and the usage without one."""
    counts = Counter([UNASSIGNED, *aliases.values()])
    return {alias for alias, count in counts.items() if alias and count > 1}


def test_no_two_teams_have_the_same_name(teams: Items) -> None:
    names = Counter(names_of(teams).values())
    assert not {name: count for name, count in names.items() if count > 1}


def test_a_team_is_named_by_its_alias_or_else_by_its_id(teams: Items, truth: Truth) -> None:
    aliases = truth.teams()
    shared = shared_aliases(aliases)
    names = names_of(teams)
    expected = {
        team_id: UNASSIGNED if team_id is None else aliases.get(team_id) or team_id
        for team_id in names
        if team_id is None or aliases.get(team_id) not in shared
    }
    assert {team_id: names[team_id] for team_id in expected} == expected


def test_teams_that_share_an_alias_both_carry_a_short_id(teams: Items, truth: Truth) -> None:
    aliases = truth.teams()
    shared = shared_aliases(aliases)
    names = names_of(teams)
    for team_id, alias in aliases.items():
        if alias in shared:
            name = names[team_id]
            assert name.startswith(alias), name
            assert team_id[:SHORTEST_ID] in name.removeprefix(alias), name


def test_former_teams_and_unassigned_usage_are_told_from_teams(teams: Items, truth: Truth) -> None:
    aliases = truth.teams()
    kinds = {team["team_id"]: team["kind"] for team in teams}
    assert kinds == {team_id: kind(team_id, aliases) for team_id in kinds}


def test_a_team_has_the_same_name_and_kind_on_every_page(
    dashboard: Dashboard, everything: Period, teams: Items
) -> None:
    known = {(row["team_id"], row["name"], row["kind"]) for row in teams}
    rates = dashboard.get("/tokens/success-rate", everything)["teams"]
    points = points_of(dashboard.get("/tokens/timeseries", everything)["timeseries"])
    cells = dashboard.get("/tokens/cost-efficiency", everything)["cells"]
    assert {(row["team_id"], row["name"], row["kind"]) for row in rates} == known
    assert {(row["team_id"], row["name"], row["kind"]) for row in points} <= known
    assert {(row["team_id"], row["team"], row["kind"]) for row in cells} <= known
