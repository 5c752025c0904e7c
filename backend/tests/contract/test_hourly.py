"""`/tokens/hourly`: tokens by hour of day, of all teams and of each, in every kind of time zone."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.contract.answers import names_of
from tests.contract.comparison import Comparison, keyed
from tests.contract.dashboard import Dashboard
from tests.contract.expected import UNASSIGNED
from tests.contract.period import Period
from tests.contract.test_names import shared_aliases
from tests.contract.truth import EVERY_TEAM, Table, Truth

ZONES = ("UTC", "Asia/Kolkata", "America/New_York", "Pacific/Chatham", "America/St_Johns")
CHANGING = (
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Pacific/Auckland",
)
MOST_TEAMS = 50
HOUR = ("hour", "tokens")


def clock_changes(zone: str, period: Period) -> bool:
    """Tell whether clocks are put forward or back within the range."""
    start = datetime(period.start.year, period.start.month, period.start.day, tzinfo=ZoneInfo("UTC"))
    moments = [start + timedelta(days=n) for n in range(len(period.days) + 1)]
    return len({moment.astimezone(ZoneInfo(zone)).utcoffset() for moment in moments}) > 1


def by_hour(hours: list[dict[str, Any]]) -> Table:
    return keyed([{**hour, "key": str(hour["hour"])} for hour in hours], "key", figures=HOUR)


def expected(truth: Truth, period: Period, zone: str, team: object = EVERY_TEAM) -> Table:
    hours = truth.hours(period, zone, team)
    return {(str(hour),): {"hour": hour, "tokens": tokens} for hour, tokens in hours.items()}


def test_all_teams_together(dashboard: Dashboard, truth: Truth, period: Period, same: Comparison) -> None:
    hours = dashboard.get("/tokens/hourly", period)["hours"]
    assert [hour["hour"] for hour in hours] == list(range(24))
    same(expected(truth, period, "UTC"), by_hour(hours))


@pytest.mark.parametrize("zone", ZONES)
def test_all_teams_together_in_another_time_zone(
    dashboard: Dashboard, truth: Truth, everything: Period, same: Comparison, zone: str
) -> None:
    hours = dashboard.get("/tokens/hourly", everything, timezone=zone)["hours"]
    same(expected(truth, everything, zone), by_hour(hours))


def test_clocks_that_change_within_the_range(
    dashboard: Dashboard, truth: Truth, everything: Period, same: Comparison
) -> None:
    zones = [zone for zone in CHANGING if clock_changes(zone, everything)]
    if not zones:
        pytest.skip(f"no clock of {', '.join(CHANGING)} changes in {everything}")
    for zone in zones:
        hours = dashboard.get("/tokens/hourly", everything, timezone=zone)["hours"]
        same(expected(truth, everything, zone), by_hour(hours), zone)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata"])
def test_each_team_by_its_id(
    dashboard: Dashboard, truth: Truth, everything: Period, same: Comparison, zone: str
) -> None:
    names = names_of(dashboard.get("/tokens", everything)["teams"])
    for team_id in sampled(names):
        hours = dashboard.get("/tokens/hourly", everything, team=team_id, timezone=zone)["hours"]
        same(expected(truth, everything, zone, team_id), by_hour(hours), team_id)


def test_each_team_by_its_name(dashboard: Dashboard, truth: Truth, busiest: Period, same: Comparison) -> None:
    names = names_of(dashboard.get("/tokens", busiest)["teams"])
    for team_id in sampled(names, none=True):
        hours = dashboard.get("/tokens/hourly", busiest, team=names[team_id])["hours"]
        same(expected(truth, busiest, "UTC", team_id), by_hour(hours), names[team_id])


def test_the_total_is_that_of_the_hours(
    dashboard: Dashboard, truth: Truth, everything: Period, same: Comparison
) -> None:
    totals = dashboard.get("/tokens/hourly", everything)["meta"]["totals"]
    tokens = sum(truth.hours(everything, "UTC").values())
    same({(): {"tokens": tokens}}, {(): {"tokens": totals["tokens"]}}, "meta.totals")


def test_which_part_of_the_requests_the_hours_are_of(dashboard: Dashboard, truth: Truth, period: Period) -> None:
    answer = dashboard.get("/tokens/hourly", period)
    logged = truth.logged_requests(period)
    requests = {
        (str(date), team_id): int(row["api_requests"] or 0)
        for (date, team_id), row in truth.usage(period, "date", "team_id").items()
    }
    partial = sorted({key[0] for key, count in requests.items() if logged.get(key, 0) < count})
    assert answer["coverage"] == {
        "requests": sum(requests.values()),
        "logged_requests": sum(min(count, logged.get(key, 0)) for key, count in requests.items()),
        "partial_days": partial,
    }
    assert answer["meta"]["complete"] == (not partial)


def test_an_alias_that_two_teams_share_names_neither(
    dashboard: Dashboard, truth: Truth, everything: Period
) -> None:
    shared = shared_aliases(truth.teams())
    if not shared:
        pytest.skip("no two teams share an alias")
    for alias in shared - {UNASSIGNED}:
        response = dashboard.ask("/tokens/hourly", everything, team=alias)
        assert (response.status_code, response.json()["code"]) == (400, "invalid_parameter")


def sampled(names: dict[str | None, str], *, none: bool = False) -> list[Any]:
    """Return the ids of the teams to ask for: all, or fifty of very many."""
    ids = [team_id for team_id in names if team_id is not None or none]
    return ids[:: -(-len(ids) // MOST_TEAMS) or 1]
