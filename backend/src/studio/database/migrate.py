"""Brings the database to the tables that this version knows, at start and under a lock."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from src.core.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Generator

    from alembic.config import Config
    from sqlalchemy import Connection

    from src.studio.database.database import Database

# The newest of migrations/versions; a test holds it.
HEAD = "0001"
# Whoever holds it, migrates; of PostgreSQL's advisory locks.
LOCK = 0x5354_5544
FOLDER = Path(__file__).parent / "migrations"


def migrate(database: Database) -> None:
    """Bring the database to `HEAD`, however many processes try at once.

    Raises `ConfigurationError` where a newer version has been here, `StorageError` where it cannot be written.
    """
    with database.reading() as connection:
        if revision_of(connection) == HEAD:
            return
    with locked(database) as connection:
        revision = revision_of(connection)
        if revision is not None and revision not in known_revisions():
            raise ConfigurationError(
                "STUDIO_DATABASE_URL: the database was written by a newer version of Studio. "
                "Start that version, or restore a backup from before."
            )
        if revision != HEAD:
            upgrade(connection)


@contextlib.contextmanager
def locked(database: Database) -> Generator[Connection]:
    """Give a connection that may change tables, to one process at a time."""
    with database.writing() as connection:
        if database.is_postgres:
            connection.execute(text("SET LOCAL statement_timeout = '60s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        yield connection


def revision_of(connection: Connection) -> str | None:
    """Return the revision that the database is at, None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def known_revisions() -> set[str]:
    """Return all revisions that this version can begin from."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def upgrade(connection: Connection, revision: str = HEAD) -> None:
    """Bring the database that a connection holds the lock of to a revision."""
    from alembic import command  # noqa: PLC0415

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _config() -> Config:
    # a database is new, or older, once: every other start need not load Alembic
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config
