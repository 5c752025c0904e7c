"""A copy of all that Studio keeps in one file, made while it runs, and put back on either database.

The file is gzipped JSON, a line each: what it is, then every row. It has the hashes of passwords and tokens, and
what people wrote, so it is readable by its owner alone. What sessions are signed with is not in it.
"""

from __future__ import annotations

import contextlib
import gzip
import itertools
import os
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import MetaData, Table, insert, select, text

from src.studio.database.migrate import LONG, known_revisions, locked, migrate, revision_of, upgrade

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from sqlalchemy import Connection

    from src.studio.database.database import Database

FORMAT = "studio-backup-1"
ROWS_AT_ONCE = 500


class BackupError(Exception):
    """The file cannot be written, or is none that can be put back. The message is a line for a terminal."""


def back_up(database: Database, path: Path) -> int:
    """Write all rows, as they were in one moment, and return how many. Raises `BackupError`, `StorageError`."""
    migrate(database)
    written = 0
    with _replaced(path) as file, database.reading() as connection:
        if database.is_postgres:
            connection.execute(text(LONG))
        _write(file, {"format": FORMAT, "revision": revision_of(connection)})
        for table in _tables(connection):
            names = [f"{column.name}" for column in table.columns]  # plain text, which its own names are not
            for row in connection.execution_options(yield_per=ROWS_AT_ONCE).execute(select(table)):
                _write(file, {"table": f"{table.name}", "row": dict(zip(names, row, strict=True))})
                written += 1
        _write(file, {"rows": written})
    return written


def restore(database: Database, path: Path) -> int:
    """Put back what a file has, in place of all that is there: all of it, or nothing. Return how many rows.

    The file may be older than this version. Raises `BackupError`, `StorageError`.
    """
    lines = _lines_of(path)
    head = next(lines, {})
    if head.get("format") != FORMAT or head.get("revision") not in known_revisions():
        raise BackupError(f"{path.name} is no backup of this version of Studio, nor of an earlier one.")
    with locked(database) as connection:
        _drop_all(connection)
        upgrade(connection, head["revision"])
        restored = _insert(connection, lines, path)
        upgrade(connection)
    return restored


def _insert(connection: Connection, lines: Iterator[dict[str, Any]], path: Path) -> int:
    tables = {table.name: table for table in _tables(connection)}
    restored = 0
    for name, group in itertools.groupby(lines, key=lambda line: line.get("table")):
        if name is None:
            if next(group) == {"rows": restored} and next(lines, None) is None:
                return restored
            break
        while rows := [line["row"] for line in itertools.islice(group, ROWS_AT_ONCE)]:
            connection.execute(insert(tables[name]), rows)
            restored += len(rows)
    raise BackupError(f"{path.name} is not whole: it ends before its last row.")


def _tables(connection: Connection) -> list[Table]:
    """Return the tables as they are there, those first that others refer to."""
    there = MetaData()
    there.reflect(connection, only=lambda name, _metadata: name != "alembic_version")
    return there.sorted_tables


def _drop_all(connection: Connection) -> None:
    there = MetaData()
    there.reflect(connection)
    there.drop_all(connection)


def _write(file: gzip.GzipFile, line: dict[str, Any]) -> None:
    file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))


def _lines_of(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with gzip.open(path, "rb") as file:
            for line in file:
                yield orjson.loads(line)
    except (OSError, EOFError, zlib.error, orjson.JSONDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is damaged"
        raise BackupError(f"{path.name} cannot be read: {reason}.") from None


@contextlib.contextmanager
def _replaced(path: Path) -> Generator[gzip.GzipFile]:
    """Give a file that takes the place of `path` when all is written, and leaves nothing where it is not."""
    temporary = None
    try:
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
        with os.fdopen(descriptor, "wb") as raw:
            with gzip.open(raw, "wb", compresslevel=6) as file:
                yield file
            raw.flush()
            os.fsync(raw.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        raise BackupError(f"{path.name} cannot be written: {error.strerror}.") from None
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
