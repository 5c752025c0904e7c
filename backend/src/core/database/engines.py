"""Engines for SQLite and PostgreSQL, without tables: opened so that nothing waits without end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url

if TYPE_CHECKING:
    from sqlalchemy import URL

BUSY_SECONDS = 5
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


def open_engine(url: str, *, pool_size: int = 5) -> Engine:
    """Return an engine that keeps up to `pool_size` connections; the folder of a file is made.

    Nothing is read or written yet.

    Raises ArgumentError and ValueError for what is no address of a database, OSError and ImportError for one
    that cannot be used.
    """
    parsed = make_url(url)
    _make_folder(parsed)
    sized = {} if parsed.database in {None, "", ":memory:"} else {"pool_size": pool_size}
    return create_engine(parsed, **_options(parsed), **sized)


def prepare(engine: Engine) -> None:
    """Let all connections that are made from now on have this house's settings."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)


def insert_into(engine: Engine, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT that knows ON CONFLICT, which both databases have and SQLAlchemy's common one has not."""
    return postgresql.insert(table) if engine.dialect.name == "postgresql" else sqlite.insert(table)


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


def reason_of(error: Exception) -> str:
    """Name what happened in the database's words, without SQL, parameters, address or user."""
    cause = getattr(error, "orig", None) or error
    name, words = type(cause).__name__, str(cause)
    if isinstance(cause, psycopg.Error):
        return next((f"{name}: {known}" for known in POSTGRES_REASONS if known in words), name)
    return f"{name}: {words.splitlines()[0] if words else 'no reason given'}"
