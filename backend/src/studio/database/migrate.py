"""Brings the database to the tables that this version knows, at start and under a lock."""

from __future__ import annotations

import contextlib
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from src.core.errors import ConfigurationError
from src.studio.database.database import READ_ONLY, Database
from src.studio.database.locks import Lock, take
from src.studio.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Generator

    from alembic.config import Config
    from sqlalchemy import Connection

# The newest of migrations/versions; a test holds it.
HEAD = "0003"
FOLDER = Path(__file__).parent / "migrations"
LONG = "SET LOCAL statement_timeout = '1h'; SET LOCAL idle_in_transaction_session_timeout = '1h'"
"""What PostgreSQL allows where tables may be large, a disk slow and a machine busy."""


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


def check(url: str) -> None:
    """Bring the database at `url` to `HEAD`, and see whether it can be written, before anything is started on it.

    Raises `ConfigurationError`, with a sentence for a terminal.
    """
    database = Database(url)
    try:
        if _is_read_only(database):
            raise StorageError(READ_ONLY)  # noqa: TRY301 - said as the database would say it
        migrate(database)
        with database.writing() as connection:
            # SQLite lets a transaction begin that may not write, and finds it out with the first row
            connection.execute(text("UPDATE alembic_version SET version_num = version_num"))
            connection.rollback()  # a full disk is no reason not to answer what is there
    except StorageError as error:
        raise ConfigurationError(f"STUDIO_DATABASE_URL: {error}") from None
    finally:
        database.close()


def _is_read_only(database: Database) -> bool:
    """Tell whether SQLite's files may not be written: to open them would leave others beside them like that."""
    path = database.engine.url.database
    if database.is_postgres or path in {None, "", ":memory:"} or path.startswith("file:"):
        return False
    file = Path(path)
    return any(found.exists() and not os.access(found, os.W_OK) for found in (file, file.parent))


@contextlib.contextmanager
def locked(database: Database) -> Generator[Connection]:
    """Give a connection that may change tables, to one process at a time."""
    with database.writing() as connection:
        if database.is_postgres:
            connection.execute(text("SET LOCAL statement_timeout = '60s'"))
        take(connection, Lock.MIGRATION)
        if database.is_postgres:
            connection.execute(text(LONG))
        yield connection


def revision_of(connection: Connection) -> str | None:
    """Return the revision that the database is at, None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def known_revisions() -> set[str]:
    """Return all revisions that this version can begin from."""
    config = _config()
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    return {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}


def upgrade(connection: Connection, revision: str = HEAD) -> None:
    """Bring the database that a connection holds the lock of to a revision."""
    config = _config()
    from alembic import command  # noqa: PLC0415

    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _config() -> Config:
    # a database is new, or older, once: every other start need not load Alembic
    logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)  # it tells of each when it is loaded
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config
