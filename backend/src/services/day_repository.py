"""Days of something, fetched once, kept, and handed out as ranges."""

from __future__ import annotations

import asyncio
import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from src.client.errors import GatewayError
from src.core.clock import DAY, date_range
from src.core.request_notes import current_request
from src.services.gateway_calls import GatewayBusyError, GatewayCalls, wait_for
from src.services.gateway_database import UnverifiedDays

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from concurrent.futures import Future

    from src.services.gateway_database import GatewayDatabase
    from src.store.records import DayRecord, Freshness, MemoryUsageStore
    from src.store.sql import SqlUsageStore

    IsGood = Callable[[DayRecord], bool]
    Loader = Callable[[dt.date, dt.date], Iterable[DayRecord]]
    Flight = Future["Fetched"]

logger = logging.getLogger(__name__)

# The longest span fetched as one piece: what fails, is restarted or is waited for is no longer than this.
MAX_SPAN_DAYS = 7
# How long an answer waits for days that are not known at all, and for newer figures of days that are.
RANGE_PATIENCE_SECONDS = 10.0
KNOWN_PATIENCE_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Days:
    """A range: its records, oldest first, and the dates that could not be had whole, or not yet.

    `stale` says that a record should have been fetched again and was not, or that the gateway has not shown yet
    that it is the one that they are from. Without `verified`, all of them come from the gateway that is there now,
    and it has not shown yet whether it is the one that everything else comes from.
    """

    records: Sequence[DayRecord]
    missing: Sequence[dt.date]
    stale: bool
    verified: bool = True


class Fetched(NamedTuple):
    """What came of a span: days that are kept, and days that wait until the gateway has shown its database."""

    kept: Sequence[DayRecord]
    unverified: Sequence[DayRecord]


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where days are kept, on which threads they are fetched, and for how long they are good.

    `durable` outlives the process and may be shared with others; None keeps days in memory only. `database` is the
    one that all of them are of; None takes for granted that the gateway has no other.
    """

    store: MemoryUsageStore
    calls: GatewayCalls
    freshness: Freshness
    durable: SqlUsageStore | None = None
    database: GatewayDatabase | None = None


class DayRepository:
    """Fetches the days that are not there yet, each only once however many ask for it at the same time.

    `load` is called with the first and last day of a span and returns a record for every day of it that could
    be read whole.
    """

    def __init__(self, keeping: Keeping, load: Loader) -> None:
        self._store, self._calls, self._freshness = keeping.store, keeping.calls, keeping.freshness
        self._durable, self._database = keeping.durable, keeping.database
        self._unverified = UnverifiedDays(keeping.calls, keeping.database)
        self._load = load
        self._lock = threading.Lock()
        self._flights: dict[dt.date, Flight] = {}
        self._failed: set[dt.date] = set()
        self._compared_at: dict[dt.date, dt.datetime] = {}

    @property
    def last_fetched_at(self) -> dt.datetime | None:
        """When (UTC) the newest of the days was fetched that are, or were, in memory; None without any."""
        times = [self._store.newest_at, self._unverified.newest_at]
        return max((time for time in times if time is not None), default=None)

    async def fetch(self, start: dt.date, end: dt.date, *, without: Collection[dt.date] = ()) -> Days:
        """Return the days from `start` to `end`, both included, `without` some, as far as they come in good time.

        Days that are known are never waited for long: the answer has the older record, and the newer one comes
        with a later answer. That also goes for settled days for which late bookings may have come in. Days that
        are not known are waited for up to `RANGE_PATIENCE_SECONDS`; they go on loading, and count as missing
        until then. Days that came before the gateway has shown its database are answered with, but never together
        with days that are kept: where both are there, with those that are kept until the others stand for all of
        them. Raises the `GatewayError` of a failed fetch when there is no day at all, which is a
        `GatewayBusyError` when nothing more is begun for now, and `DatabaseReplacedError` when the gateway turned
        out to have another database meanwhile.
        """
        dates = [date for date in date_range(start, end) if date not in without]
        records = await self._recall(dates)
        known = {**records, **self._unverified.get(dates)}
        old = [date for date, record in known.items() if not self._freshness.is_current(record)]
        unknown = [date for date in dates if date not in known]
        self.start(date for date, record in known.items() if self._freshness.is_recheck_due(record))
        admitted = self._admitted(unknown)
        flights = self.start([*old, *admitted]) | self.start(self._in_doubt(records), again=True)
        fetched, failure = await self._wait(flights, RANGE_PATIENCE_SECONDS if unknown else KNOWN_PATIENCE_SECONDS)
        if len(admitted) < len(unknown):
            failure = failure or GatewayBusyError()
        wanted = set(dates)
        records |= {record.date: record for record in [*await self._settle(), *fetched] if record.date in wanted}
        records |= self._store.get(dates)  # the newest there are, but for those that it had no room for
        if self._database is not None:
            self._database.check()  # an answer is never made of two databases
        days = self._answer(dates, records)
        if failure is not None and not days.records:
            raise failure
        return days

    async def look(self) -> None:
        """Give the gateway a moment to show its database. Raises `DatabaseReplacedError` where it has another."""
        if self._database is not None:
            await self._database.look()
            self._database.check()

    async def pending(self, dates: Sequence[dt.date]) -> list[dt.date]:
        """Return those of `dates` that have to be fetched: unknown ones, and those no longer good."""
        known = {**await self._recall(dates), **self._unverified.get(dates)}
        return [date for date in dates if date not in known or not self._freshness.is_current(known[date])]

    async def recheck_due(self, dates: Sequence[dt.date]) -> list[dt.date]:
        """Return those of `dates` that were fetched before the gateway's last late bookings could be in."""
        known = {**await self._recall(dates), **self._unverified.get(dates)}
        return [date for date, record in known.items() if self._freshness.is_recheck_due(record)]

    def live_age(self, dates: Iterable[dt.date]) -> dt.timedelta | None:
        """Return the age of the oldest of `dates` that are in memory and may still change, None without any."""
        dates = list(dates)
        records = {**self._store.get(dates), **self._unverified.get(dates)}.values()
        live = [r.fetched_at for r in records if not self._freshness.is_settled(r.date, r.fetched_at)]
        return self._freshness.clock() - min(live) if live else None

    def start(self, dates: Iterable[dt.date], *, again: bool = False) -> set[Flight]:
        """Fetch `dates`, unless they are being fetched already, and return what to wait for.

        Days that another process has fetched meanwhile are taken from the durable store, and so are those that are
        good there, unless they are wanted `again`.
        """
        asked_at, wanted = self._freshness.clock(), sorted(dates)

        def is_good(record: DayRecord) -> bool:
            is_due = again or self._freshness.is_recheck_due(record)
            return record.fetched_at >= asked_at or (not is_due and self._freshness.is_current(record))

        started: list[tuple[list[dt.date], Flight]] = []
        with self._lock:
            for span in self._spans([date for date in wanted if date not in self._flights]):
                flight = self._calls.submit(lambda span=span: self._fly(span, is_good))
                self._flights.update(dict.fromkeys(span, flight))
                started.append((span, flight))
            flights = {self._flights[date] for date in wanted}
        if not current_request().gives_way:
            for flight in flights:  # others may have begun it, and it is wanted here, too
                self._calls.pool.hasten(flight)
        for span, flight in started:  # without the lock: a flight that is over already calls back at once
            flight.add_done_callback(lambda flight, span=span: self._land(span, flight))
        return flights

    def _admitted(self, unknown: Sequence[dt.date]) -> Sequence[dt.date]:
        """Return those of `unknown` days to wait for: all, or while calls queue up, those that are on their way.

        A range is begun whole or not at all. What is known is refreshed all the same: that is little.
        """
        if not self._calls.is_busy:
            return unknown
        with self._lock:
            return [date for date in unknown if date in self._flights]

    def _answer(self, dates: Sequence[dt.date], records: Mapping[dt.date, DayRecord]) -> Days:
        """Return `records`, which are kept, or in their place days that are not verified: never both."""
        unverified = self._unverified.get(dates)
        verified = not unverified or not records.keys() <= unverified.keys()
        if verified:
            in_doubt = self._database is not None and not self._database.is_verified
        else:
            records, in_doubt = unverified, not self._unverified.is_recent
        return Days(
            records=[records[date] for date in dates if date in records],
            missing=[date for date in dates if date not in records],
            stale=(in_doubt and bool(records))
            or any(
                record.date in self._failed or self._freshness.is_overdue(record)
                for record in records.values()
                if not self._freshness.is_current(record)
            ),
            verified=verified,
        )

    def _in_doubt(self, records: Iterable[dt.date]) -> list[dt.date]:
        """Return the days of `records`, which are kept, that are asked for anew: nobody knows whose they are.

        A gateway that shows its database late, or never, would be answered for with what it had once.
        """
        if self._database is None or not self._database.is_silent or self._calls.is_busy:
            return []
        dates = list(records)
        unverified = self._unverified.get(dates)
        return [date for date in dates if date not in unverified]

    async def _settle(self) -> Sequence[DayRecord]:
        """Keep the days whose database the gateway has shown since they came, and return them."""
        handed_over = self._unverified.hand_over(self._store.put)
        if handed_over and self._durable is not None:
            await asyncio.to_thread(self._durable.put, handed_over)
        return handed_over

    async def _recall(self, dates: Sequence[dt.date]) -> dict[dt.date, DayRecord]:
        """Return what is kept of `dates`, from the durable store what is not in memory, or newer there."""
        await self._settle()
        known = dict(self._store.get(dates))
        if self._durable is None:
            return known
        found: dict[dt.date, DayRecord] = {}
        if forgotten := [date for date in dates if date not in known]:
            found.update(await asyncio.to_thread(self._durable.get, forgotten))
        now = self._freshness.clock()
        # settled days are not fetched again here; whether others have done so is looked up now and then
        settled = [r for r in known.values() if self._freshness.is_settled(r.date, r.fetched_at)]
        if due := [
            r for r in settled if now - self._compared_at.get(r.date, r.fetched_at) >= self._freshness.live_ttl
        ]:
            self._compared_at.update({record.date: now for record in due})
            found.update(await asyncio.to_thread(self._durable.newer_than, due))
        self._store.put(found.values())
        return {**known, **found}

    async def _wait(
        self, flights: set[Flight], patience_seconds: float
    ) -> tuple[list[DayRecord], GatewayError | None]:
        """Return what came in time and is kept, and what went wrong."""
        if not flights:
            return [], None
        waits = [asyncio.ensure_future(wait_for(flight)) for flight in flights]
        done, waiting = await asyncio.wait(waits, timeout=patience_seconds)
        for wait in waiting:
            wait.cancel()
        records: list[DayRecord] = []
        failure: GatewayError | None = None
        for wait in done:
            try:
                records += wait.result().kept
            except GatewayError as error:
                failure = error
        return records, failure

    def _spans(self, dates: Iterable[dt.date]) -> list[list[dt.date]]:
        """Group `dates` into contiguous spans; days that may still change are fetched apart from settled ones."""
        spans: list[list[dt.date]] = []
        now = self._freshness.clock()
        for date in dates:
            last = spans[-1] if spans else None
            if (
                last is not None
                and last[-1] + DAY == date
                and len(last) < MAX_SPAN_DAYS
                and self._freshness.is_settled(last[-1], now) == self._freshness.is_settled(date, now)
            ):
                last.append(date)
            else:
                spans.append([date])
        return spans

    def _fly(self, span: Sequence[dt.date], is_good: IsGood) -> Fetched:
        if self._database is not None:
            self._database.check()
        unverified: list[DayRecord] = []

        def load(dates: Sequence[dt.date]) -> Sequence[DayRecord]:
            records = [record for run in self._spans(dates) for record in self._load(run[0], run[-1])]
            kept = self._unverified.admit(records)
            unverified.extend([] if kept else records)
            return kept

        records = load(span) if self._durable is None else self._durable.obtain(span, is_good, load)
        self._store.put(records)
        with self._lock:
            self._failed = (self._failed | set(span)) - {record.date for record in [*records, *unverified]}
        return Fetched(records, unverified)

    def _land(self, span: Sequence[dt.date], flight: Flight) -> None:
        """Forget a flight that is over, also one that the gateway's breaker did not let off."""
        failure = None if flight.cancelled() else flight.exception()
        with self._lock:
            for date in span:
                self._flights.pop(date, None)
            if failure is not None:
                self._failed.update(span)
        if failure is not None:
            logger.warning("%s to %s could not be fetched (%s)", span[0], span[-1], type(failure).__name__)
