"""Keeps days in a database, across restarts, and has several processes fetch each of them once."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import logging
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any

import polars as pl
import polars.selectors as cs
from sqlalchemy import delete, func, select
from sqlalchemy.exc import SQLAlchemyError

from src.core.database.engines import insert_into
from src.store.database import VIEW_LENGTH, SqlFactStore, SqlFingerprintStore, days, leases, to_moment, to_number
from src.store.records import DayRecord, Size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Engine, Row, Table

logger = logging.getLogger(__name__)

# A process that dies holds its days up for no longer than this; one that lives renews its lease in time.
LEASE = dt.timedelta(seconds=20)
RENEWAL_SECONDS = 5.0
POLL_SECONDS = 0.2


class SqlUsageStore:
    """Days of one view and kind. A database that fails is logged and passed over: the days are fetched again.

    Used from several threads and processes at once, which tell each other what they are fetching.
    """

    def __init__(self, engine: Engine, view: str, kind: str) -> None:
        self._engine, self._key = engine, {"view": view, "kind": kind}
        self._holder = uuid.uuid4().hex

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

    def newer_than(self, records: Iterable[DayRecord]) -> Mapping[dt.date, DayRecord]:
        """Return what is kept in place of `records` that another process has fetched anew."""
        known = {record.date: record.fetched_at for record in records}
        query = select(days.c.date, days.c.fetched_at).where(*self._match(days, list(known)))
        try:
            with self._engine.connect() as connection:
                rows = connection.execute(query).all()
            newer = [row.date for row in rows if row.fetched_at > to_number(known[row.date])]
        except (SQLAlchemyError, ValueError, TypeError) as error:
            logger.warning("the store cannot be read (%s)", type(error).__name__)
            return {}
        return self.get(newer) if newer else {}

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

    def obtain(
        self,
        dates: Sequence[dt.date],
        is_good: Callable[[DayRecord], bool],
        load: Callable[[Sequence[dt.date]], Sequence[DayRecord]],
    ) -> list[DayRecord]:
        """Return what is kept of `dates` and is good, and what `load` gives of the rest, which is kept.

        Days that another process is fetching are waited for.
        """
        records: list[DayRecord] = []
        todo = list(dates)
        while todo:
            good = {d: record for d, record in self.get(todo).items() if is_good(record)}
            records += good.values()
            todo = [date for date in todo if date not in good]
            claimed = self.claim(todo, self._holder) if todo else set()
            if claimed:
                records += self._fetch([date for date in todo if date in claimed], is_good, load)
                todo = [date for date in todo if date not in claimed]
            elif todo:
                time.sleep(POLL_SECONDS)
        return sorted(records, key=lambda record: record.date)

    def claim(
        self,
        dates: Sequence[dt.date],
        holder: str,
        now: dt.datetime | None = None,
        until: dt.datetime | None = None,
    ) -> set[dt.date]:
        """Return those of `dates` that `holder` may fetch until then: nobody else is about it.

        A failing store allows all.
        """
        # leases are between machines and about real time, whatever clock the days go by
        now = now or dt.datetime.now(dt.UTC)
        until = until or now + LEASE
        statement = insert_into(self._engine, leases)
        statement = statement.on_conflict_do_update(
            index_elements=list(leases.primary_key),
            set_={"holder": statement.excluded.holder, "expires_at": statement.excluded.expires_at},
            where=(leases.c.expires_at <= to_number(now)) | (leases.c.holder == holder),
        )
        rows = [{**self._key, "date": d, "holder": holder, "expires_at": to_number(until)} for d in dates]
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

    def _fetch(
        self,
        dates: Sequence[dt.date],
        is_good: Callable[[DayRecord], bool],
        load: Callable[[Sequence[dt.date]], Sequence[DayRecord]],
    ) -> list[DayRecord]:
        """Do so with days that are claimed, and give them up."""
        done = threading.Event()
        renewal = threading.Thread(target=self._renew, args=(dates, done), name="lease", daemon=True)
        renewal.start()
        try:
            # another process may have kept a day between the look into the store and the claim
            good = {d: record for d, record in self.get(dates).items() if is_good(record)}
            missing = [date for date in dates if date not in good]
            loaded = load(missing) if missing else []
            self.put(loaded)
        finally:
            done.set()
            renewal.join()
            self.release(dates, self._holder)
        return [*good.values(), *loaded]

    def _renew(self, dates: Sequence[dt.date], done: threading.Event) -> None:
        while not done.wait(RENEWAL_SECONDS):
            self.claim(dates, self._holder)

    def _row(self, record: DayRecord) -> dict[str, Any]:
        frame = io.BytesIO()
        record.frame.with_columns(cs.categorical().cast(pl.String)).write_ipc(frame, compression="zstd")
        row = {
            **self._key,
            "date": record.date,
            "fetched_at": to_number(record.fetched_at),
            "frame": frame.getvalue(),
            "team_aliases": json.dumps(dict(record.team_aliases)),
        }
        return {**row, "digest": _digest(row)}

    def _match(self, table: Table, dates: Sequence[dt.date]) -> tuple:
        return *(table.c[name] == value for name, value in self._key.items()), table.c.date.in_(dates)


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


class DurableStore:
    """The stores of one gateway and key (`view`). Days and facts belong to one of its databases (`epoch`)."""

    def __init__(self, engine: Engine, view: str) -> None:
        self._engine, self._view = engine, view

    def fingerprints(self) -> SqlFingerprintStore:
        """Return where it is kept which database the gateway has."""
        return SqlFingerprintStore(self._engine, self._view)

    def facts(self, epoch: str, name: str) -> SqlFactStore:
        """Return where the fact `name` is kept."""
        return SqlFactStore(self._engine, self._view[:VIEW_LENGTH] + epoch, name)

    def days(self, epoch: str, kind: str) -> SqlUsageStore:
        """Return where days of `kind` are kept."""
        return SqlUsageStore(self._engine, self._view[:VIEW_LENGTH] + epoch, kind)
