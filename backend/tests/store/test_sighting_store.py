"""Processes that share a store agree on which database a gateway has, whoever sees it first."""

import threading

import pytest
from sqlalchemy import Engine, text

from src.services.gateway_database import DatabaseIdentity
from src.store.database import open_database
from src.store.durable import Sighting, SqlSightingStore
from tests.days import utc
from tests.store.samples import EVENING, MORNING

TEAMS = {"red ✨": utc("2025-01-06T08:00:00.123000"), "blue": MORNING}
OTHERS = {"green": MORNING}
ANOTHER = "The gateway has another database now."


@pytest.fixture
def sightings(engine: Engine) -> SqlSightingStore:
    return SqlSightingStore(engine, "view")


@pytest.mark.parametrize("teams", [TEAMS, {}, None])
def test_what_was_seen_is_there_after_a_restart(
    sightings: SqlSightingStore, store_url: str, teams: dict | None
) -> None:
    seen = sightings.update(lambda kept: Sighting("epoch", teams, MORNING))
    again = open_database(store_url)
    assert SqlSightingStore(again, "view").update(lambda kept: kept or Sighting("new")) == seen
    again.dispose()


def test_views_are_apart(engine: Engine, sightings: SqlSightingStore) -> None:
    sightings.update(lambda kept: Sighting("epoch", TEAMS, MORNING))
    assert SqlSightingStore(engine, "other").update(lambda kept: kept or Sighting("new")) == Sighting("new")


def test_who_is_slower_looks_again(engine: Engine, sightings: SqlSightingStore) -> None:
    kept_before: list[Sighting | None] = []

    def be_overtaken(kept: Sighting | None) -> Sighting:
        kept_before.append(kept)
        if kept is None:
            SqlSightingStore(engine, "view").update(lambda kept: Sighting("faster"))
        return kept or Sighting("slower")

    assert sightings.update(be_overtaken) == Sighting("faster")
    assert kept_before == [None, Sighting("faster")]


@pytest.mark.parametrize("damaged", ["", "{", "[]", '{"epoch": "x"}', '{"epoch": "x", "teams": [], "seen_at": 1}'])
def test_a_damaged_sighting_is_none_and_is_replaced(
    engine: Engine, sightings: SqlSightingStore, damaged: str
) -> None:
    sightings.update(lambda kept: Sighting("epoch"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE leaderboard_facts SET value = :value"), {"value": damaged})
    assert sightings.update(lambda kept: kept or Sighting("new")) == Sighting("new")
    assert sightings.update(lambda kept: kept or Sighting("newer")) == Sighting("new")


def test_a_store_that_fails_is_passed_over(
    engine: Engine, sightings: SqlSightingStore, caplog: pytest.LogCaptureFixture
) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE leaderboard_facts"))
    identity = DatabaseIdentity(sightings)
    before = identity.epoch
    identity.recognise(TEAMS, MORNING)
    assert identity.epoch == before
    assert all(line.startswith("the store cannot be used (") for line in caplog.messages)
    caplog.clear()
    identity.recognise(OTHERS, EVENING)
    assert identity.epoch != before
    assert any(line.startswith(ANOTHER) for line in caplog.messages)


def test_many_that_start_at_once_agree(engine: Engine) -> None:
    together = threading.Barrier(4)
    epochs: list[str] = []

    def start() -> None:
        together.wait(60)
        identity = DatabaseIdentity(SqlSightingStore(engine, "view"))
        identity.recognise(TEAMS, MORNING)
        epochs.append(identity.epoch)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(epochs) == 4
    assert len(set(epochs)) == 1


def test_processes_that_see_another_database_agree_on_its_name_and_each_says_so_once(
    sightings: SqlSightingStore, caplog: pytest.LogCaptureFixture
) -> None:
    one, other = DatabaseIdentity(sightings), DatabaseIdentity(sightings)
    for identity in (one, other):
        identity.recognise(TEAMS, MORNING)
    before = one.epoch
    for identity in (one, other, one, other):
        identity.recognise(OTHERS, EVENING)
    assert one.epoch == other.epoch != before
    assert len(caplog.messages) == 2
    assert all(line.startswith(ANOTHER) for line in caplog.messages)


def test_a_database_that_comes_back_begins_anew(sightings: SqlSightingStore) -> None:
    identity = DatabaseIdentity(sightings)
    epochs = []
    for teams in (TEAMS, OTHERS, TEAMS):
        identity.recognise(teams, MORNING)
        epochs.append(identity.epoch)
    assert len(set(epochs)) == 3
