"""Days in a database that several processes fetch into: each day by one of them at a time."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
import time
import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping, Sequence

    from src.store.records import DayRecord
    from src.store.sql import SqlUsageStore

DAY = dt.timedelta(days=1)
# A process that dies holds its days up for no longer than this; one that lives renews its lease in time.
LEASE = dt.timedelta(seconds=20)
RENEWAL_SECONDS = 5.0
POLL_SECONDS = 0.2


class SharedDayStore:
    """A `SharedDays` over a `SqlUsageStore`."""

    def __init__(self, store: SqlUsageStore) -> None:
        self._store = store
        self._holder = uuid.uuid4().hex

    def get(self, dates: Iterable[dt.date]) -> Mapping[dt.date, DayRecord]:
        """Return what is kept of `dates`."""
        return self._store.get(dates)

    def newer_than(self, records: Iterable[DayRecord]) -> Mapping[dt.date, DayRecord]:
        """Return what is kept in place of `records` that were fetched anew."""
        newer = self._store.newer_than({record.date: record.fetched_at for record in records})
        return self._store.get(newer) if newer else {}

    def put(self, records: Sequence[DayRecord]) -> None:
        """Keep `records`, each in place of an older one of its day."""
        self._store.put(records)

    def obtain(
        self,
        dates: Sequence[dt.date],
        is_good: Callable[[DayRecord], bool],
        load: Callable[[Sequence[dt.date]], list[DayRecord]],
    ) -> list[DayRecord]:
        """Return what is kept of `dates` and is good, and what `load` gives of the rest, which is kept.

        Days that another process is fetching are waited for. `load` is called with contiguous days.
        """
        records: list[DayRecord] = []
        todo = list(dates)
        while todo:
            good = {d: record for d, record in self._store.get(todo).items() if is_good(record)}
            records += good.values()
            todo = [date for date in todo if date not in good]
            mine = self._claim(todo) if todo else []
            if mine:
                records += self._fetch(mine, is_good, load)
                todo = [date for date in todo if date not in mine]
            elif todo:
                time.sleep(POLL_SECONDS)
        return sorted(records, key=lambda record: record.date)

    def _claim(self, dates: Sequence[dt.date]) -> list[dt.date]:
        # leases are between machines and about real time, whatever clock the days go by
        now = dt.datetime.now(dt.UTC)
        mine = self._store.claim(dates, self._holder, now, now + LEASE)
        return [date for date in dates if date in mine]

    def _fetch(
        self,
        dates: Sequence[dt.date],
        is_good: Callable[[DayRecord], bool],
        load: Callable[[Sequence[dt.date]], list[DayRecord]],
    ) -> list[DayRecord]:
        with self._held(dates):
            # another process may have kept a day between the look into the store and the claim
            good = {d: record for d, record in self._store.get(dates).items() if is_good(record)}
            records = list(good.values())
            for run in _contiguous([date for date in dates if date not in good]):
                loaded = load(run)
                self._store.put(loaded)
                records += loaded
        return records

    @contextlib.contextmanager
    def _held(self, dates: Sequence[dt.date]) -> Generator[None]:
        """Renew the claim until it is no longer needed, and give it up."""
        done = threading.Event()

        def renew() -> None:
            while not done.wait(RENEWAL_SECONDS):
                self._claim(dates)

        renewal = threading.Thread(target=renew, name="lease", daemon=True)
        renewal.start()
        try:
            yield
        finally:
            done.set()
            renewal.join()
            self._store.release(dates, self._holder)


def _contiguous(dates: Sequence[dt.date]) -> list[list[dt.date]]:
    runs: list[list[dt.date]] = []
    for date in dates:
        if runs and runs[-1][-1] + DAY == date:
            runs[-1].append(date)
        else:
            runs.append([date])
    return runs
