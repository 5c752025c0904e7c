"""The durable store's tables, in SQLite or PostgreSQL: opened, created and checked here."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
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
    create_engine,
    event,
    insert,
    inspect,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

if TYPE_CHECKING:
    from sqlalchemy import URL

SCHEMA_VERSION = 1
BUSY_SECONDS = 5
MIGRATION_ATTEMPTS = 5
MIGRATION_PAUSE_SECONDS = 0.1
# PostgreSQL's messages quote host, port, user and database, so these parts alone are passed on.
POSTGRES_REASONS = (
    "Connection refused",
    "Name or service not known",
    "failed to resolve host",
    "No route to host",
    "timeout expired",
    "statement timeout",
    "authentication failed",
    "no password supplied",
    "too many clients",
    "starting up",
    "does not exist",
    "permission denied",
    "read-only transaction",
    "SSL",
)

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
        parsed = make_url(url)
        _make_folder(parsed)
        engine = create_engine(parsed, **_options(parsed))
    except (ArgumentError, ValueError):
        raise StoreUnavailableError("USAGE_STORE_URL is not the address of a database.") from None
    except (OSError, ImportError) as error:
        raise StoreUnavailableError(f"The store cannot be used ({_reason(error)}).") from None
    try:
        _refuse_newer(engine)
        engine.dispose()  # connections without the settings that follow
        if parsed.get_backend_name() == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
        _migrate(engine)
    except (SQLAlchemyError, OSError, ValueError, StoreUnavailableError) as error:
        engine.dispose()
        if isinstance(error, StoreUnavailableError):
            raise
        raise StoreUnavailableError(f"The store cannot be used ({_reason(error)}).") from None
    return engine


def insert_into(engine: Engine, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT that knows ON CONFLICT, which both databases have and SQLAlchemy's common one has not."""
    return postgresql.insert(table) if engine.dialect.name == "postgresql" else sqlite.insert(table)


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
            if attempt == MIGRATION_ATTEMPTS - 1 or time.monotonic() - started >= BUSY_SECONDS:
                raise
            time.sleep(MIGRATION_PAUSE_SECONDS)
        else:
            return


def _make_folder(url: URL) -> None:
    """Make the folder of a file. `file:` begins a URI, whose folder is there if it is meant to be."""
    path = url.database or ":memory:"
    if url.get_backend_name() == "sqlite" and path != ":memory:" and not path.startswith("file:"):
        Path(path).parent.mkdir(parents=True, exist_ok=True)


def _options(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": BUSY_SECONDS}}
    return {"pool_pre_ping": True, "connect_args": _postgres_limits(url)}


def _postgres_limits(url: URL) -> dict[str, Any]:
    """Return what keeps a server that is stuck, or gone without a word, from being waited for without end.

    What the address itself says counts.
    """
    milliseconds = int(BUSY_SECONDS * 1000)
    limits = {
        "connect_timeout": BUSY_SECONDS,
        "tcp_user_timeout": milliseconds,
        "keepalives_idle": BUSY_SECONDS,
        "keepalives_interval": 1,
        "keepalives_count": BUSY_SECONDS,
    }
    told = {name: value for name, value in limits.items() if name not in url.query}
    options = url.normalized_query.get("options", ())  # the last of them that sets something counts
    return {**told, "options": " ".join([f"-c statement_timeout={milliseconds}", *options])}


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - SQLite's own connection
    # readers and the writer do not wait for each other; a power cut may lose the last day, not damage the file
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _reason(error: Exception) -> str:
    """Name what happened in the database's words, without SQL, parameters, address or user."""
    cause = getattr(error, "orig", None) or error
    name, words = type(cause).__name__, str(cause)
    if isinstance(cause, psycopg.Error):
        return next((f"{name}: {known}" for known in POSTGRES_REASONS if known in words), name)
    return f"{name}: {words.splitlines()[0] if words else 'no reason given'}"
