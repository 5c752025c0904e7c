"""Deletes what a database keeps and nobody can ask for any more."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select, tuple_
from sqlalchemy.exc import SQLAlchemyError

from src.store.database import NAME, VIEW_LENGTH, all_fingerprints, days, facts, leases

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import ColumnElement, Engine, Table

    from src.store.database import Fingerprint

logger = logging.getLogger(__name__)

# Rows are deleted by so many, each time in a transaction of its own: nobody waits for long who writes meanwhile.
BATCH = 50
# Clocks of processes that share a database differ by less than this.
MARGIN = dt.timedelta(days=1)


class Pruner:
    """Prunes a database on a thread of its own, whenever it is asked to, until it is closed.

    No range has days before `first_day` or after today, which `clock` tells (UTC). A database that fails is logged
    and passed over: whatever is left is for the next time.
    """

    def __init__(self, engine: Engine, first_day: dt.date, clock: Callable[[], dt.datetime]) -> None:
        self._engine, self._first_day, self._clock = engine, first_day, clock
        self._over = threading.Event()
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pruning")

    def start(self) -> None:
        """Prune soon, unless it is closed."""
        with contextlib.suppress(RuntimeError):
            self._executor.submit(self.prune)

    def close(self) -> None:
        """Stop after the rows that are being deleted."""
        self._over.set()
        self._executor.shutdown(cancel_futures=True)

    def prune(self) -> None:
        """Prune now."""
        try:
            deleted = sum(self._delete(table, where) for table, where in self._unwanted())
        except (SQLAlchemyError, ValueError, TypeError) as error:
            logger.warning("the store cannot be pruned (%s)", type(error).__name__)
            return
        if deleted:
            logger.info("%d rows of the store that nobody can ask for were deleted", deleted)

    def _unwanted(self) -> list[tuple[Table, ColumnElement[bool]]]:
        """Return which rows of which table nobody can ask for."""
        # views first: one that is kept and is not current by then was replaced, and never comes back
        views = {view for table in (days, facts, leases) for view in self._views(table)}
        fingerprints = all_fingerprints(self._engine)
        former = sorted(_former(views, fingerprints))
        # a process whose clock is slow does not take for the future what the others have lived through
        seen_at = [seen.seen_at for seen in fingerprints.values() if seen.seen_at is not None]
        latest = max([self._clock(), *seen_at])
        last_day = (latest + MARGIN).date()
        impossible = [
            (table, or_(table.c.date < self._first_day, table.c.date > last_day)) for table in (days, leases)
        ]
        replaced = [(table, table.c.view == view) for view in former for table in (days, leases, facts)]
        return [*replaced, *impossible]

    def _views(self, table: Table) -> list[str]:
        with self._engine.connect() as connection:
            return list(connection.execute(select(table.c.view).distinct()).scalars())

    def _delete(self, table: Table, where: ColumnElement[bool]) -> int:
        """Delete those rows, in batches, and return how many there were."""
        key = list(table.primary_key)
        if table is facts:
            where &= table.c.name != NAME
        deleted = 0
        while not self._over.is_set():
            with self._engine.begin() as connection:
                rows = [tuple(row) for row in connection.execute(select(*key).where(where).limit(BATCH))]
                if not rows:
                    break
                deleted += connection.execute(delete(table).where(tuple_(*key).in_(rows))).rowcount
        return deleted


def _former(views: set[str], fingerprints: Mapping[str, Fingerprint]) -> set[str]:
    """Return those of `views` that are of databases which their gateways no longer have.

    What is of a gateway and key that were never seen here is not known to be of any.
    """
    current = {view[:VIEW_LENGTH]: view[:VIEW_LENGTH] + seen.epoch for view, seen in fingerprints.items()}
    return {view for view in views - fingerprints.keys() if current.get(view[:VIEW_LENGTH], view) != view}
