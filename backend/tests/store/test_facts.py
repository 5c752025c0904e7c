"""What is known of a gateway beside its usage survives a restart."""

from typing import Any

import pytest
from sqlalchemy import Engine, text

from src.store.database import SqlFactStore, open_database
from tests.store.samples import EVENING, MORNING


@pytest.mark.parametrize("value", [{"red": "Red ✨", "idle": None}, {}, None, [1, 2.5, "x"]])
def test_a_fact_is_there_after_a_restart(engine: Engine, store_url: str, value: Any) -> None:
    SqlFactStore(engine, "view", "teams").save(value, MORNING)
    again = open_database(store_url)
    assert SqlFactStore(again, "view", "teams").load() == (value, MORNING)
    again.dispose()


def test_what_was_never_read_is_not_there(engine: Engine) -> None:
    assert SqlFactStore(engine, "view", "teams").load() is None


def test_the_last_one_is_kept(engine: Engine) -> None:
    facts = SqlFactStore(engine, "view", "teams")
    facts.save({"red": "Old"}, MORNING)
    facts.save({"red": "New"}, EVENING)
    assert facts.load() == ({"red": "New"}, EVENING)


@pytest.mark.parametrize(("view", "name"), [("another", "teams"), ("view", "models")])
def test_views_and_names_are_apart(engine: Engine, view: str, name: str) -> None:
    SqlFactStore(engine, "view", "teams").save({"red": "Red"}, MORNING)
    assert SqlFactStore(engine, view, name).load() is None


@pytest.mark.parametrize("damaged", ['{"fact": ', "[1]", "{}", "null"])
def test_a_damaged_fact_is_not_known_and_can_be_replaced(engine: Engine, damaged: str) -> None:
    facts = SqlFactStore(engine, "view", "teams")
    facts.save({"red": "Red"}, MORNING)
    with engine.begin() as connection:
        connection.execute(text("UPDATE leaderboard_facts SET value = :value"), {"value": damaged})
    assert facts.load() is None
    facts.save({"red": "Red"}, EVENING)
    assert facts.load() == ({"red": "Red"}, EVENING)
