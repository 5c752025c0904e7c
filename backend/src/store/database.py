"""The durable store's tables, in SQLite or PostgreSQL: opened, created and checked here."""

from __future__ import annotations

import datetime as dt
import time

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    insert,
    inspect,
    select,
)
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from src.core.database import engines

SCHEMA_VERSION = 1
MIGRATION_ATTEMPTS = 5
MIGRATION_PAUSE_SECONDS = 0.1
# Times are written as microseconds since 1970, UTC: exact in every database.
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)

metadata = MetaData()

versions = Table("leaderboard_schema", metadata, Column("version", Integer, primary_key=True))

# A day as one gateway shows it to one key (`view`), of usage or of spend logs (`kind`). The frame is Arrow
# IPC, compressed; times are microseconds since 1970, UTC.
days = Table(
    "leaderboard_days",
    metadata,
    Column("view", String(64), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("date", Date, primary_key=True),
    Column("fetched_at", BigInteger, nullable=False),
    Column("frame", LargeBinary, nullable=False),
    Column("team_aliases", Text, nullable=False),  # JSON
    Column("digest", String(64), nullable=False),  # of all the others: Arrow has no checksum
)

# What is known of the gateway beside usage (teams' names, models' labels), so that it is there after a restart.
facts = Table(
    "leaderboard_facts",
    metadata,
    Column("view", String(64), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("read_at", BigInteger, nullable=False),
    Column("value", Text, nullable=False),  # JSON
)

# Who is fetching a day right now, and until when the others believe it.
leases = Table(
    "leaderboard_leases",
    metadata,
    Column("view", String(64), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("date", Date, primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)


class StoreUnavailableError(Exception):
    """The durable store cannot be used. The message is one line without its address."""


def open_database(url: str) -> Engine:
    """Return an engine on a database that has this version's tables; they are created where there are none.

    Raises `StoreUnavailableError` when the database cannot be opened or written, is damaged, or was made by
    a newer version; it is left as it is.
    """
    try:
        engine = engines.open_engine(url)
    except (ArgumentError, ValueError):
        raise StoreUnavailableError("USAGE_STORE_URL is not the address of a database.") from None
    except (OSError, ImportError) as error:
        raise StoreUnavailableError(f"The store cannot be used ({engines.reason_of(error)}).") from None
    try:
        _refuse_newer(engine)
        engine.dispose()  # connections without the settings that follow
        engines.prepare(engine)
        _migrate(engine)
    except (SQLAlchemyError, OSError, ValueError, StoreUnavailableError) as error:
        engine.dispose()
        if isinstance(error, StoreUnavailableError):
            raise
        raise StoreUnavailableError(f"The store cannot be used ({engines.reason_of(error)}).") from None
    return engine


def to_number(moment: dt.datetime) -> int:
    """Return the microseconds since 1970 of a time with a time zone."""
    return (moment - EPOCH) // MICROSECOND


def to_moment(number: int) -> dt.datetime:
    """Return the time, in UTC."""
    return EPOCH + number * MICROSECOND


def _refuse_newer(engine: Engine) -> None:
    """Look before anything is changed."""
    if not inspect(engine).has_table(versions.name):
        return
    with engine.connect() as connection:
        found = connection.execute(select(versions.c.version)).scalars().all()
    if max(found, default=0) > SCHEMA_VERSION:
        raise StoreUnavailableError(
            f"The store was made by a newer version (schema {max(found)}, this one knows {SCHEMA_VERSION})."
        )


def _migrate(engine: Engine) -> None:
    """Create what is not there. Processes that start at once get into each other's way, once.

    A database that is locked has been waited for already, and holds the start up for no longer than that.
    """
    started = time.monotonic()
    for attempt in range(MIGRATION_ATTEMPTS):
        try:
            with engine.begin() as connection:
                metadata.create_all(connection)
                if not connection.execute(select(versions.c.version)).first():
                    connection.execute(insert(versions).values(version=SCHEMA_VERSION))
        except SQLAlchemyError:
            if attempt == MIGRATION_ATTEMPTS - 1 or time.monotonic() - started >= engines.BUSY_SECONDS:
                raise
            time.sleep(MIGRATION_PAUSE_SECONDS)
        else:
            return
