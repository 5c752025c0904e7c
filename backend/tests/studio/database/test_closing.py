"""A database that is closed keeps no connection, whoever uses one at that moment."""

from typing import Any

import pytest
from sqlalchemy import text

from src.studio.database.database import Database


def test_a_connection_in_use_is_closed_as_soon_as_it_is_not(store_url: str) -> None:
    database = Database(store_url)
    with database.reading() as connection:
        driver: Any = connection.connection.driver_connection
        database.close()
        assert connection.execute(text("SELECT 1")).scalar() == 1
    if database.is_postgres:
        assert driver.closed
    else:
        with pytest.raises(Exception, match="closed database"):
            driver.execute("SELECT 1")


def test_the_limit_of_idle_sessions_outlives_a_transaction_that_is_taken_back(
    store_url: str,
) -> None:
    database = Database(store_url)
    if not database.is_postgres:
        database.close()
        pytest.skip("SQLite has no sessions")
    shown = text("SHOW idle_in_transaction_session_timeout")

    def fail() -> None:
        with database.reading() as connection:
            assert connection.execute(shown).scalar() == "5s"
            raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            fail()
    database.close()
