"""`Database`: connections that read, and connections that write, on SQLite and PostgreSQL."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from src.core.database.engines import insert_into, open_engine, prepare, reason_of
from src.core.errors import ConfigurationError
from src.studio.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Generator

    from sqlalchemy import Connection, Table
    from sqlalchemy.dialects import postgresql, sqlite
    from sqlalchemy.pool import ConnectionPoolEntry

WRITES = "writes"
POOL_SIZE = 20
IDLE_SECONDS = 5
READ_ONLY = "Studio cannot write: its database is read-only."
# What is said of a database that cannot do its work, by what its driver says.
SENTENCES = {
    "full": "Studio cannot write: the disk of its database is full.",
    "readonly": READ_ONLY,
    "read-only": READ_ONLY,
    "locked": "Studio's database is busy. Try again.",
    "not a database": "What Studio is to use as its database is none of SQLite.",
    "malformed": "Studio's database is damaged. Put a backup back.",
    "authentication failed": "Studio's database does not accept the name or the password.",
}
UNAVAILABLE = "Studio's database cannot be reached. Try again."


class Database:
    """Studio's database. Nothing is opened until it is used."""

    def __init__(self, url: str) -> None:
        """Raise `ConfigurationError` for what is no address of a database that can be used."""
        try:
            self.engine = open_engine(url, pool_size=POOL_SIZE)
        except (ArgumentError, ValueError, OSError, ImportError):
            raise ConfigurationError(
                "STUDIO_DATABASE_URL cannot be used: it must be an SQLAlchemy URL of SQLite or PostgreSQL, "
                "such as sqlite:///studio.db or postgresql+psycopg://user@host/studio."
            ) from None
        prepare(self.engine)
        if self.is_postgres:
            event.listen(self.engine, "connect", _be_quick)
        else:
            event.listen(self.engine, "connect", _take_over_transactions)
            event.listen(self.engine, "begin", _begin)
        event.listen(self.engine, "checkin", self._close_what_comes_late)
        self._writing = self.engine.execution_options(**{WRITES: True})
        self._reading = self.engine
        if self.is_postgres:  # where each statement would else see what was written before it
            self._reading = self.engine.execution_options(isolation_level="REPEATABLE READ")
        self._is_closed = False

    @property
    def is_postgres(self) -> bool:
        """Whether it is PostgreSQL, else SQLite."""
        return self.engine.dialect.name == "postgresql"

    @contextlib.contextmanager
    def reading(self) -> Generator[Connection]:
        """Give a connection that sees one state of the database. Raises `StorageError`."""
        with _translated(), self._reading.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Generator[Connection]:
        """Give a connection whose writes are kept together when the block ends, and not at all where it raises.

        On SQLite there is one writer at a time, from the block's first line on. Raises `StorageError`.
        """
        with _translated(), self._writing.begin() as connection:
            yield connection

    def insert(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        """Return an INSERT that knows ON CONFLICT."""
        return insert_into(self.engine, table)

    def close(self) -> None:
        """Close all connections: those in use as soon as they are not."""
        self._is_closed = True
        self.engine.dispose()

    def _close_what_comes_late(self, _connection: object, record: ConnectionPoolEntry) -> None:
        """Close a connection that comes back to a pool that nobody uses any more."""
        if self._is_closed:
            record.invalidate()


@contextlib.contextmanager
def _translated() -> Generator[None]:
    """Say in a sentence why the database could not do its work. What breaks one of its rules passes."""
    try:
        yield
    except (OperationalError, PoolTimeoutError) as error:
        raise StorageError(sentence_of(error)) from error
    except DBAPIError as error:
        if type(error) is DatabaseError:  # none of its kinds: SQLite cannot make sense of the file
            raise StorageError(sentence_of(error)) from error
        if not error.connection_invalidated:
            raise
        raise StorageError(UNAVAILABLE) from error


def sentence_of(error: Exception) -> str:
    """Say what a database's error means."""
    reason = reason_of(error).lower()
    return next((sentence for word, sentence in SENTENCES.items() if word in reason), UNAVAILABLE)


def _be_quick(connection: Any, _record: object) -> None:  # noqa: ANN401 - psycopg's own connection
    """Let the server end what a process that hangs has begun: others wait for the rows that it has locked."""
    connection.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'")
    connection.commit()  # else it would be forgotten with the first transaction that is taken back
    connection.commit()


def _take_over_transactions(connection: Any, _record: object) -> None:  # noqa: ANN401 - SQLite's own connection
    """Let no driver begin transactions by itself, and hold foreign keys."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=ON")


def _begin(connection: Connection) -> None:
    """Take the right to write at once: a transaction that asks for it after it has read can be refused."""
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
