"""Keeps days in a database, across restarts and for several processes."""

from __future__ import annotations

import hashlib
import io
import json
import logging
from typing import TYPE_CHECKING, Any

import polars as pl
import polars.selectors as cs
from sqlalchemy import delete, func, select
from sqlalchemy.exc import SQLAlchemyError

from src.core.database.engines import insert_into
from src.store.database import days, leases, to_moment, to_number
from src.store.records import DayRecord, Size

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Engine, Row, Table

logger = logging.getLogger(__name__)


class SqlUsageStore:
    """Days of one view and kind. A database that fails is logged and passed over: the days are fetched again.

    Used from several threads and processes at once.
    """

    def __init__(self, engine: Engine, view: str, kind: str) -> None:
        self._engine, self._view, self._kind = engine, view, kind

    def get(self, dates: Iterable[dt.date]) -> dict[dt.date, DayRecord]:
        """Return the records that are kept of `dates` and can be read."""
        query = select(days).where(*self._match(days, list(dates)))
        try:
            with self._engine.connect() as connection:
                rows = connection.execute(query).all()
        except (SQLAlchemyError, ValueError, TypeError) as error:
            logger.warning("the store cannot be read (%s)", type(error).__name__)
            return {}
        records = (_read(row) for row in rows)
        return {record.date: record for record in records if record is not None}

    def newer_than(self, known: Mapping[dt.date, dt.datetime]) -> list[dt.date]:
        """Return those of the dates whose record is younger than the one that was fetched at that time."""
        query = select(days.c.date, days.c.fetched_at).where(*self._match(days, list(known)))
        try:
            with self._engine.connect() as connection:
                rows = connection.execute(query).all()
            return [row.date for row in rows if row.fetched_at > to_number(known[row.date])]
        except (SQLAlchemyError, ValueError, TypeError) as error:
            logger.warning("the store cannot be read (%s)", type(error).__name__)
            return []

    def put(self, records: Sequence[DayRecord]) -> None:
        """Keep `records`, each in place of an older one of its day; all of them or none."""
        rows = [self._row(record) for record in records]
        if not rows:
            return
        statement = insert_into(self._engine, days)
        newer = {name: statement.excluded[name] for name in ("fetched_at", "frame", "team_aliases", "digest")}
        statement = statement.on_conflict_do_update(
            index_elements=list(days.primary_key),
            set_=newer,
            where=statement.excluded.fetched_at >= days.c.fetched_at,
        )
        try:
            with self._engine.begin() as connection:
                connection.execute(statement, rows)
        except SQLAlchemyError as error:
            logger.warning("the store cannot be written (%s)", type(error).__name__)

    def claim(self, dates: Sequence[dt.date], holder: str, now: dt.datetime, until: dt.datetime) -> set[dt.date]:
        """Return those of `dates` that `holder` may fetch: nobody else is about it. A failing store allows all."""
        statement = insert_into(self._engine, leases)
        statement = statement.on_conflict_do_update(
            index_elements=list(leases.primary_key),
            set_={"holder": statement.excluded.holder, "expires_at": statement.excluded.expires_at},
            where=(leases.c.expires_at <= to_number(now)) | (leases.c.holder == holder),
        )
        rows = [{**self._key(d), "holder": holder, "expires_at": to_number(until)} for d in dates]
        mine = select(leases.c.date).where(*self._match(leases, dates), leases.c.holder == holder)
        try:
            with self._engine.begin() as connection:
                connection.execute(statement, rows)
                return set(connection.execute(mine).scalars())
        except SQLAlchemyError as error:
            logger.warning("the store cannot be written (%s)", type(error).__name__)
            return set(dates)

    def release(self, dates: Sequence[dt.date], holder: str) -> None:
        """Give up what `holder` claimed."""
        statement = delete(leases).where(*self._match(leases, dates), leases.c.holder == holder)
        try:
            with self._engine.begin() as connection:
                connection.execute(statement)
        except SQLAlchemyError as error:
            logger.warning("the store cannot be written (%s)", type(error).__name__)

    def _row(self, record: DayRecord) -> dict[str, Any]:
        row = {
            **self._key(record.date),
            "fetched_at": to_number(record.fetched_at),
            "frame": _encode(record.frame),
            "team_aliases": json.dumps(dict(record.team_aliases)),
        }
        return {**row, "digest": _digest(row)}

    def _key(self, date: dt.date) -> dict[str, str | dt.date]:
        return {"view": self._view, "kind": self._kind, "date": date}

    def _match(self, table: Table, dates: Sequence[dt.date]) -> tuple:
        return table.c.view == self._view, table.c.kind == self._kind, table.c.date.in_(dates)


def stored_sizes(engine: Engine) -> Mapping[str, Size]:
    """Return the size of each kind of days, of all gateways; nothing where the database does not answer."""
    query = select(days.c.kind, func.count(), func.sum(func.length(days.c.frame))).group_by(days.c.kind)
    try:
        with engine.connect() as connection:
            return {kind: Size(count, int(size)) for kind, count, size in connection.execute(query)}
    except SQLAlchemyError as error:
        logger.warning("the store cannot be read (%s)", type(error).__name__)
        return {}


def _read(row: Row) -> DayRecord | None:
    """Return the record, None where a byte of it is not what was written."""
    try:
        if _digest(row._asdict()) == row.digest:  # before it is decoded: Arrow trusts what it reads
            frame = pl.read_ipc(io.BytesIO(row.frame))
            return DayRecord(row.date, frame, to_moment(row.fetched_at), json.loads(row.team_aliases))
    except (pl.exceptions.PolarsError, OSError, ValueError, TypeError):
        pass
    logger.warning("the store's record of %s is damaged", row.date)
    return None


def _digest(row: Mapping[str, Any]) -> str:
    digest = hashlib.sha256(row["frame"])
    for name in ("view", "kind", "date", "fetched_at", "team_aliases"):
        digest.update(f"\n{row[name]}".encode())
    return digest.hexdigest()


def _encode(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.with_columns(cs.categorical().cast(pl.String)).write_ipc(buffer, compression="zstd")
    return buffer.getvalue()
