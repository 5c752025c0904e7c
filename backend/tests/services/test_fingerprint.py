"""A database is known by its teams: they come, go and get other names, but none is ever created in the past."""

import datetime as dt

import pytest

from src.services.gateway_database import is_same_database, update_fingerprint
from src.store.database import Fingerprint
from tests.days import utc

LONG_AGO = utc("2025-01-06T08:00:00.123000")
YESTERDAY = utc("2025-03-11T12:00:00")
NOW = utc("2025-03-12T12:00:00")
LATER = NOW + dt.timedelta(minutes=10)
TWO = {"red": LONG_AGO, "blue": YESTERDAY}


def is_same(before: Fingerprint, teams: dict[str, dt.datetime] | None, now: dt.datetime = LATER) -> bool:
    """Check that the name is kept just when the database is."""
    same = is_same_database(before, teams, now)
    after = update_fingerprint(before, teams, now)
    assert (after.epoch == before.epoch) is same
    assert after.seen_at == now
    return same


@pytest.fixture
def seen() -> Fingerprint:
    return Fingerprint("epoch", TWO, NOW)


@pytest.mark.parametrize(
    "teams",
    [
        TWO,
        {"red": LONG_AGO},
        {"red": LONG_AGO.replace(microsecond=0), "blue": YESTERDAY},
        {**TWO, "new": LATER},
        {"red": LONG_AGO, "new": NOW + dt.timedelta(seconds=1)},
        {**TWO, "by a clock of another time zone": NOW - dt.timedelta(hours=14)},
    ],
    ids=["unchanged", "one left", "fewer digits", "one came", "one came and one left", "odd clock"],
)
def test_teams_come_and_go(seen: Fingerprint, teams: dict[str, dt.datetime]) -> None:
    assert is_same(seen, teams)


@pytest.mark.parametrize(
    "teams",
    [
        {**TWO, "red": LONG_AGO + dt.timedelta(seconds=1)},
        {"other": LONG_AGO},
        {"other": LATER},
        {},
        {**TWO, "was not there": NOW - dt.timedelta(days=2)},
        None,
    ],
    ids=[
        "set up anew",
        "other teams",
        "nothing in common",
        "all gone",
        "older than the last look",
        "may not list",
    ],
)
def test_another_database_shows(seen: Fingerprint, teams: dict[str, dt.datetime] | None) -> None:
    assert not is_same(seen, teams)


def test_a_team_that_comes_back_is_known(seen: Fingerprint) -> None:
    without = update_fingerprint(seen, {"red": LONG_AGO}, LATER)
    assert is_same(without, TWO, LATER + dt.timedelta(days=30))


def test_the_first_look_tells_what_there_is() -> None:
    assert is_same(Fingerprint("epoch"), TWO)
    assert is_same(Fingerprint("epoch"), None)
    assert update_fingerprint(Fingerprint("epoch"), TWO, NOW).teams == TWO


def test_a_key_that_may_not_list_teams_is_proof_itself() -> None:
    own = Fingerprint("epoch", None, NOW)
    assert is_same(own, None, NOW + dt.timedelta(days=300))
    assert not is_same(own, TWO)


@pytest.mark.parametrize(("minutes", "same"), [(4, True), (5, False)])
def test_gateways_without_teams_are_the_same_while_they_are_looked_at(minutes: int, same: bool) -> None:
    empty = Fingerprint("epoch", {}, NOW)
    assert is_same(empty, {}, NOW + dt.timedelta(minutes=minutes)) is same


def test_the_first_team_of_a_gateway_proves_nothing() -> None:
    assert not is_same(Fingerprint("epoch", {}, NOW), {"red": LATER})
