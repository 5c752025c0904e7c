"""Databases for stores: each test has an empty one, in an SQLite file and on a PostgreSQL server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from src.store.database import open_database
from tests.postgres import NoPostgresError, running_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Return the address of a server, without a database."""
    try:
        server = running_server()
        address = server.__enter__()
    except NoPostgresError as error:
        pytest.skip(str(error))
    yield address
    server.__exit__(None, None, None)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'usage.db'}"
    server = request.getfixturevalue("postgres")
    admin = create_engine(f"{server}/postgres")
    with admin.begin() as connection:  # much faster than a database for each test
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    admin.dispose()
    return f"{server}/postgres"


@pytest.fixture
def engine(store_url: str) -> Iterator[Engine]:
    """Return an open store."""
    opened = open_database(store_url)
    yield opened
    opened.dispose()
