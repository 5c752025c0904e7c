"""The database is brought to this version's tables, whoever comes first, and never by an older version."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from src.core.errors import ConfigurationError
from src.studio.database import migrate as module
from src.studio.database.database import Database
from src.studio.database.migrate import FOLDER, HEAD, locked, migrate, revision_of
from src.studio.database.tables import metadata

LIMITS = ("statement_timeout", "idle_in_transaction_session_timeout")


def test_the_migrations_make_the_tables_that_the_code_knows(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []


def test_the_newest_revision_is_the_one_that_is_looked_for() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_many_processes_migrate_once(store_url: str) -> None:
    databases = [Database(store_url) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(migrate, databases))
    with databases[0].reading() as connection:
        assert revision_of(connection) == HEAD
    for database in databases:
        database.close()


def test_a_database_of_a_newer_version_is_left_alone(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match="newer version"):
        migrate(database)
    monkeypatch.setattr(module, "HEAD", "9999")
    migrate(database)  # as that version would


def test_a_change_of_large_tables_may_take_its_time(database: Database) -> None:
    if not database.is_postgres:
        pytest.skip("SQLite ends nothing by itself")
    with locked(database) as connection:
        limits = [connection.execute(text(f"SHOW {name}")).scalar() for name in LIMITS]
    assert limits == ["1h", "1h"]
    with database.reading() as connection:
        assert "1h" not in [connection.execute(text(f"SHOW {name}")).scalar() for name in LIMITS]


def test_what_is_migrated_can_be_taken_back(database: Database) -> None:
    from alembic import command  # noqa: PLC0415 - as the code loads it

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    with database.reading() as connection:
        assert revision_of(connection) is None
    migrate(database)
