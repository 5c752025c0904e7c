"""Processes that share a store agree on which database a gateway has, whoever sees it first."""

import threading

import pytest
from sqlalchemy import Engine, text

from src.services.gateway_database import DatabaseIdentity
from src.store.database import Fingerprint, SqlFingerprintStore, open_database
from tests.days import utc
from tests.store.samples import EVENING, MORNING

TEAMS = {"red ✨": utc("2025-01-06T08:00:00.123000"), "blue": MORNING}
OTHERS = {"green": MORNING}
ANOTHER = "The gateway has another database now."


@pytest.fixture
def fingerprints(engine: Engine) -> SqlFingerprintStore:
    return SqlFingerprintStore(engine, "view")


@pytest.mark.parametrize("teams", [TEAMS, {}, None])
def test_what_was_seen_is_there_after_a_restart(
    fingerprints: SqlFingerprintStore, store_url: str, teams: dict | None
) -> None:
    seen = fingerprints.update(lambda kept: Fingerprint("epoch", teams, MORNING))
    again = open_database(store_url)
    assert SqlFingerprintStore(again, "view").update(lambda kept: kept or Fingerprint("new")) == seen
    again.dispose()


def test_views_are_apart(engine: Engine, fingerprints: SqlFingerprintStore) -> None:
    fingerprints.update(lambda kept: Fingerprint("epoch", TEAMS, MORNING))
    other = SqlFingerprintStore(engine, "other").update(lambda kept: kept or Fingerprint("new"))
    assert other == Fingerprint("new")


def test_who_is_slower_looks_again(engine: Engine, fingerprints: SqlFingerprintStore) -> None:
    kept_before: list[Fingerprint | None] = []

    def be_overtaken(kept: Fingerprint | None) -> Fingerprint:
        kept_before.append(kept)
        if kept is None:
            SqlFingerprintStore(engine, "view").update(lambda kept: Fingerprint("faster"))
        return kept or Fingerprint("slower")

    assert fingerprints.update(be_overtaken) == Fingerprint("faster")
    assert kept_before == [None, Fingerprint("faster")]


@pytest.mark.parametrize("damaged", ["", "{", "[]", '{"epoch": "x"}', '{"epoch": "x", "teams": [], "seen_at": 1}'])
def test_a_damaged_fingerprint_is_none_and_is_replaced(
    engine: Engine, fingerprints: SqlFingerprintStore, damaged: str
) -> None:
    fingerprints.update(lambda kept: Fingerprint("epoch"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE leaderboard_facts SET value = :value"), {"value": damaged})
    assert fingerprints.update(lambda kept: kept or Fingerprint("new")) == Fingerprint("new")
    assert fingerprints.update(lambda kept: kept or Fingerprint("newer")) == Fingerprint("new")


def test_a_store_that_fails_is_passed_over(
    engine: Engine, fingerprints: SqlFingerprintStore, caplog: pytest.LogCaptureFixture
) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE leaderboard_facts"))
    identity = DatabaseIdentity(fingerprints)
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
        identity = DatabaseIdentity(SqlFingerprintStore(engine, "view"))
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
    fingerprints: SqlFingerprintStore, caplog: pytest.LogCaptureFixture
) -> None:
    one, other = DatabaseIdentity(fingerprints), DatabaseIdentity(fingerprints)
    for identity in (one, other):
        identity.recognise(TEAMS, MORNING)
    before = one.epoch
    for identity in (one, other, one, other):
        identity.recognise(OTHERS, EVENING)
    assert one.epoch == other.epoch != before
    assert len(caplog.messages) == 2
    assert all(line.startswith(ANOTHER) for line in caplog.messages)


def test_a_database_that_comes_back_begins_anew(fingerprints: SqlFingerprintStore) -> None:
    identity = DatabaseIdentity(fingerprints)
    epochs = []
    for teams in (TEAMS, OTHERS, TEAMS):
        identity.recognise(teams, MORNING)
        epochs.append(identity.epoch)
    assert len(set(epochs)) == 3
