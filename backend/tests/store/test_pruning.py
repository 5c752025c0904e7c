"""What nobody can ask for any more is deleted from a database, and nothing else."""

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from src.services.gateway_database import DatabaseIdentity
from src.store import pruning
from src.store.pruning import Pruner
from src.store.sql import DurableStore, SqlUsageStore
from tests.days import MONDAY, TUESDAY, WEDNESDAY, day, utc
from tests.store.samples import EVENING, MORNING, record

MINE, OTHERS = "a" * 64, "b" * 64  # views of two keys
FIRST_DAY = dt.date(2023, 1, 1)
TEAMS, NEW_TEAMS = {"red": utc("2025-01-06T08:00:00")}, {"red": MORNING}

Prune = Callable[..., None]


@pytest.fixture
def prune(engine: Engine) -> Prune:
    """Return what prunes at a time, on Wednesday evening by default."""

    def run(now: dt.datetime = EVENING) -> None:
        Pruner(engine, FIRST_DAY, lambda: now).prune()

    return run


def fill(engine: Engine, view: str, epoch: str, *dates: str) -> None:
    """Keep days of both kinds, facts, and a lease for each day."""
    durable = DurableStore(engine, view)
    for kind in ("usage", "hourly"):
        store = SqlUsageStore(engine, view[:32] + epoch, kind)
        store.put([record(date) for date in dates])
        store.claim([day(date) for date in dates], "somebody", MORNING, EVENING)
    for name in ("teams", "models"):
        durable.facts(epoch, name).save({"red": "Red"}, MORNING)


def replaced(engine: Engine, view: str = MINE) -> tuple[str, str]:
    """Return the names of a gateway's former database and of the one that it has now."""
    identity = DatabaseIdentity(DurableStore(engine, view).fingerprints())
    identity.recognise(TEAMS, MORNING)
    former = identity.epoch
    identity.recognise(NEW_TEAMS, EVENING)
    return former, identity.epoch


def kept(engine: Engine, table: str) -> list[tuple[str, ...]]:
    columns = "view, name" if table == "facts" else "view, date, kind"
    with engine.connect() as connection:
        rows = connection.execute(text(f"SELECT {columns} FROM leaderboard_{table} ORDER BY {columns}"))  # noqa: S608
        return [tuple(map(str, row)) for row in rows]


def everything(engine: Engine) -> dict[str, list[tuple[str, ...]]]:
    return {table: kept(engine, table) for table in ("days", "leases", "facts")}


def views(engine: Engine) -> set[str]:
    return {row[0] for rows in everything(engine).values() for row in rows}


def test_rows_of_a_database_that_was_replaced_are_deleted(engine: Engine, prune: Prune) -> None:
    former, current = replaced(engine)
    fill(engine, MINE, current, MONDAY, TUESDAY)
    before = everything(engine)
    fill(engine, MINE, former, MONDAY, TUESDAY, WEDNESDAY)
    prune()
    assert everything(engine) == before
    assert views(engine) == {MINE, MINE[:32] + current}


def test_rows_of_the_database_that_is_there_can_be_read_as_before(engine: Engine, prune: Prune) -> None:
    former, current = replaced(engine)
    for epoch in (former, current):
        fill(engine, MINE, epoch, MONDAY)
    prune()
    durable = DurableStore(engine, MINE)
    assert set(durable.days(current, "usage").get([day(MONDAY)])) == {day(MONDAY)}
    assert durable.facts(current, "teams").load() == ({"red": "Red"}, MORNING)
    assert DatabaseIdentity(durable.fingerprints()).epoch == current
    assert durable.days(former, "usage").get([day(MONDAY)]) == {}


def test_what_other_keys_and_addresses_have_is_theirs(engine: Engine, prune: Prune) -> None:
    former, _ = replaced(engine)
    fill(engine, MINE, former, MONDAY)
    identity = DatabaseIdentity(DurableStore(engine, OTHERS).fingerprints())
    fill(engine, OTHERS, identity.epoch, MONDAY)
    fill(engine, "c" * 64, "d" * 32, MONDAY)  # of a key that was never seen here
    prune()
    assert views(engine) == {MINE, OTHERS, OTHERS[:32] + identity.epoch, "c" * 32 + "d" * 32}


def test_what_others_keys_had_is_deleted_too(engine: Engine, prune: Prune) -> None:
    former, current = replaced(engine, OTHERS)
    fill(engine, OTHERS, former, MONDAY)
    fill(engine, OTHERS, current, MONDAY)
    prune()
    assert views(engine) == {OTHERS, OTHERS[:32] + current}


def test_the_database_that_processes_agree_on_counts_whoever_saw_it_first(engine: Engine, prune: Prune) -> None:
    one, other = (DatabaseIdentity(DurableStore(engine, MINE).fingerprints()) for _ in range(2))
    one.recognise(TEAMS, MORNING)
    fill(engine, MINE, one.epoch, MONDAY)
    assert other.epoch == one.epoch
    prune()
    assert views(engine) == {MINE, MINE[:32] + one.epoch}


@pytest.mark.parametrize("damaged", ["", "{", "[]", '{"epoch": "x"}'])
def test_nothing_is_deleted_for_a_damaged_fingerprint(engine: Engine, prune: Prune, damaged: str) -> None:
    former, current = replaced(engine)
    for epoch in (former, current):
        fill(engine, MINE, epoch, MONDAY)
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE leaderboard_facts SET value = :value WHERE name = 'database'"), {"value": damaged}
        )
    before = everything(engine)
    prune()
    assert everything(engine) == before


def test_a_database_that_comes_to_be_there_while_others_are_looked_at_is_not_taken_for_a_former_one(
    engine: Engine, prune: Prune, monkeypatch: pytest.MonkeyPatch
) -> None:
    former, _ = replaced(engine)
    fill(engine, MINE, former, MONDAY)
    all_fingerprints = pruning.all_fingerprints
    seen: list[str] = []

    def overtaken(engine: Engine) -> dict:
        found = all_fingerprints(engine)
        seen.append(replaced(engine)[1])
        fill(engine, MINE, seen[-1], MONDAY)
        return found

    monkeypatch.setattr(pruning, "all_fingerprints", overtaken)
    prune()
    assert views(engine) == {MINE, MINE[:32] + seen[0]}


def test_days_that_no_range_can_have_are_deleted(engine: Engine, prune: Prune) -> None:
    identity = DatabaseIdentity(DurableStore(engine, MINE).fingerprints())
    good = ["2023-01-01", MONDAY, WEDNESDAY, "2025-03-13"]
    fill(engine, MINE, identity.epoch, "2022-12-31", "1970-01-01", *good, "2025-03-14", "2999-01-01")
    prune()
    for table in ("days", "leases"):
        assert {date for _, date, _ in kept(engine, table)} == set(good)
        assert len(kept(engine, table)) == 2 * len(good)


def test_that_goes_for_days_of_those_who_were_never_seen_too(engine: Engine, prune: Prune) -> None:
    SqlUsageStore(engine, "c" * 64, "usage").put([record("2022-12-31"), record(MONDAY)])
    prune()
    assert kept(engine, "days") == [("c" * 64, MONDAY, "usage")]


def test_a_slow_clock_does_not_take_for_the_future_what_others_have_lived_through(
    engine: Engine, prune: Prune
) -> None:
    identity = DatabaseIdentity(DurableStore(engine, MINE).fingerprints())
    identity.recognise(TEAMS, EVENING)
    fill(engine, MINE, identity.epoch, WEDNESDAY)
    before = everything(engine)
    prune(utc("2024-01-01T00:00:00"))
    assert everything(engine) == before


def test_rows_are_deleted_a_few_at_a_time_and_all_of_them(
    engine: Engine, prune: Prune, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "BATCH", 3)
    former, _ = replaced(engine)
    fill(engine, MINE, former, *(f"2025-02-{n:02}" for n in range(1, 11)))
    prune()
    assert views(engine) == {MINE}


def test_it_stops_when_it_is_closed(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "BATCH", 1)
    former, _ = replaced(engine)
    fill(engine, MINE, former, *(f"2025-02-{n:02}" for n in range(1, 11)))
    pruner = Pruner(engine, FIRST_DAY, lambda: EVENING)
    begun, go_on = threading.Event(), threading.Event()
    delete = pruning.delete

    def slow(*arguments: object) -> object:
        begun.set()
        assert go_on.wait(60)
        return delete(*arguments)  # ty: ignore[invalid-argument-type]

    monkeypatch.setattr(pruning, "delete", slow)
    pruner.start()
    assert begun.wait(60)
    closing = threading.Thread(target=pruner.close)
    closing.start()
    while not pruner._over.is_set():
        pass
    go_on.set()
    closing.join(60)
    assert len(kept(engine, "days")) == 19
    pruner.start()  # nothing happens any more
    assert len(kept(engine, "days")) == 19


def test_a_database_that_fails_is_passed_over(
    engine: Engine, prune: Prune, caplog: pytest.LogCaptureFixture
) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE leaderboard_leases"))
    prune()
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith("the store cannot be pruned (")
