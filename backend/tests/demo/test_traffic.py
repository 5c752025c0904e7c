"""The made-up bootcamp: believable habits, the same for everybody."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from src.demo.deployments import DEPLOYMENTS
from src.demo.rhythm import DEMO_DAY, requests_on
from src.demo.teams import TEAMS, Team
from src.demo.traffic import LONGEST_MS, Request, TrafficGenerator

SPRINT_START = date(2026, 11, 2)
THURSDAY = date(2026, 11, 12)
SUNDAY = date(2026, 11, 15)


def days(first: date, count: int) -> Iterator[date]:
    return (first + timedelta(days=back) for back in range(count))


def team_of(slug: str) -> Team:
    return next(team for team in TEAMS if team.slug == slug)


def requests_of(slug: str, first: date = SPRINT_START, count: int = 7) -> list[Request]:
    generator = TrafficGenerator(team_of(slug))
    return [request for day in days(first, count) for request in generator.requests(day)]


def test_there_are_twelve_teams_with_names_and_ids_of_their_own() -> None:
    assert len(TEAMS) == 12
    assert len({team.alias for team in TEAMS}) == len({team.team_id for team in TEAMS}) == 12


def test_every_team_has_two_to_five_hashed_keys_of_its_own() -> None:
    tokens = [key.token for team in TEAMS for key in team.key_list]
    assert all(2 <= len(team.key_list) <= 5 for team in TEAMS)
    assert len(set(tokens)) == len(tokens)
    assert all(re.fullmatch("[0-9a-f]{64}", token) for token in tokens)


def test_two_generators_make_up_the_same_day() -> None:
    assert requests_of("foxes") == requests_of("foxes")


def test_a_day_is_the_same_on_every_machine_and_python_version() -> None:
    """The digest is of one day as first made; it changes with the teams' habits and with nothing else."""
    numbers = [request[:-1] for team in TEAMS for request in TrafficGenerator(team).requests(THURSDAY)]
    digest = hashlib.sha256(repr(numbers).encode()).hexdigest()
    assert digest[:16] == "4cd4d98549888367"


def test_teams_and_days_differ() -> None:
    generator = TrafficGenerator(team_of("foxes"))
    assert generator.requests(THURSDAY) != generator.requests(THURSDAY + timedelta(days=1))
    assert requests_of("foxes") != requests_of("quokkas")


@pytest.mark.parametrize("team", [team for team in TEAMS if team.slug != "sloths"], ids=lambda team: team.slug)
def test_a_weekday_has_some_hundred_requests_per_team(team: Team) -> None:
    for day in days(date(2025, 11, 1), 400):
        if day.weekday() < 5:
            assert 250 <= requests_on(team, day) <= 900


def test_weekends_are_weaker_but_never_dead() -> None:
    for day in days(date(2025, 11, 1), 400):
        if day.weekday() >= 5:
            counts = [requests_on(team, day) for team in TEAMS]
            assert min(counts) > 0
            assert 500 < sum(counts) < 3000


def test_work_pauses_at_lunch_and_sleeps_at_night() -> None:
    by_hour = Counter(request.start // 3_600_000 for request in requests_of("foxes"))
    assert by_hour[12] < by_hour[10] * 0.7
    assert by_hour[12] < by_hour[14] * 0.7
    assert by_hour[3] < by_hour[12] * 0.2


def test_some_hack_in_the_evening() -> None:
    evening = [request for request in requests_of("owls") if request.start // 3_600_000 >= 19]
    assert len(evening) > len(requests_of("owls")) * 0.3


def test_teams_hurry_before_a_demo_day() -> None:
    eve = SPRINT_START + timedelta(days=DEMO_DAY - 1)
    week_before = eve - timedelta(days=7)
    assert eve == THURSDAY
    assert sum(requests_on(team, eve) for team in TEAMS) > 1.2 * sum(
        requests_on(team, week_before) for team in TEAMS
    )


def test_late_starters_catch_up_during_the_sprint() -> None:
    first_day, eve = SPRINT_START, SPRINT_START + timedelta(days=DEMO_DAY - 1)
    assert 0 < requests_on(team_of("sloths"), first_day) * 4 < requests_on(team_of("sloths"), eve)


def test_ranks_change_between_sprints() -> None:
    orders = set()
    for sprint in range(4):
        first = SPRINT_START + timedelta(days=14 * sprint)
        orders.add(max(TEAMS, key=lambda team: sum(requests_on(team, day) for day in days(first, 14))).slug)
    assert len(orders) > 1


def test_one_team_fails_much_more_often_than_the_others() -> None:
    rates = {
        team.slug: sum(request.failure is not None for request in requests_of(team.slug))
        / len(requests_of(team.slug))
        for team in TEAMS
    }
    assert rates.pop("raccoons") > 0.1
    assert all(0 < rate < 0.07 for rate in rates.values())


def test_a_self_hosted_model_costs_nothing() -> None:
    assert {request.spend for request in requests_of("llamas")} == {0}
    assert sum(request.prompt for request in requests_of("llamas")) > 0


def test_one_team_prefers_an_expensive_model() -> None:
    requests = requests_of("octopus")
    names = Counter(DEPLOYMENTS[request.deployment].public_name for request in requests)
    assert names.most_common(1)[0][0] == "claude-opus-4-6"
    costs = {team.slug: sum(request.spend for request in requests_of(team.slug)) for team in TEAMS}
    tokens = {team.slug: sum(request.prompt for request in requests_of(team.slug)) for team in TEAMS}
    assert max(TEAMS, key=lambda team: costs[team.slug] / tokens[team.slug]).slug == "octopus"


def test_two_deployments_share_the_requests_for_one_public_name() -> None:
    used = Counter(DEPLOYMENTS[request.deployment].model for request in requests_of("foxes"))
    assert used["openai/gpt-5.2"] > 100
    assert used["azure/gpt-5.2-eu"] > 100


def test_cached_tokens_are_part_of_the_prompt() -> None:
    requests = [request for team in TEAMS for request in requests_of(team.slug, THURSDAY, 1)]
    assert all(request.cache_read + request.cache_creation <= request.prompt for request in requests)
    assert sum(request.cache_read for request in requests) > 0
    assert sum(request.cache_creation for request in requests) > 0


def test_requests_start_within_their_day_and_end_soon() -> None:
    for team in TEAMS:
        for request in requests_of(team.slug, THURSDAY, 1):
            assert 0 <= request.start < 86_400_000
            assert request.start < request.end <= request.start + LONGEST_MS


def test_failed_requests_have_no_tokens_and_no_cost() -> None:
    failed = [request for request in requests_of("raccoons") if request.failure]
    assert {(request.prompt, request.completion, request.spend) for request in failed} == {(0, 0, 0)}
