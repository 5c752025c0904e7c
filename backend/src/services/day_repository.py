"""Days of something, fetched once, kept, and handed out as ranges."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from src.client.errors import GatewayError
from src.services.gateway_calls import GatewayCalls, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from concurrent.futures import Future

    from src.services.protocols import UsageStore
    from src.store.records import DayRecord

    Loader = Callable[[dt.date, dt.date], Iterable[DayRecord]]

logger = logging.getLogger(__name__)

DAY = dt.timedelta(days=1)
# The longest span fetched as one piece: what fails or is restarted is no longer than this.
MAX_SPAN_DAYS = 31


@dataclass(frozen=True, slots=True)
class Freshness:
    """When a kept day is still good: settled ones for ever, others for `live_ttl`."""

    settle: dt.timedelta
    live_ttl: dt.timedelta
    clock: Callable[[], dt.datetime]

    def is_settled(self, date: dt.date, fetched_at: dt.datetime) -> bool:
        """Tell whether the day had been over for long enough when it was fetched."""
        ended = dt.datetime.combine(date + DAY, dt.time(), dt.UTC)
        return fetched_at >= ended + self.settle

    def is_current(self, record: DayRecord) -> bool:
        """Tell whether the day need not be fetched again."""
        return self.is_settled(record.date, record.fetched_at) or self.clock() - record.fetched_at < self.live_ttl


@dataclass(frozen=True, slots=True)
class Days:
    """A range: its records, oldest first, and the dates that could not be had whole.

    `stale` says that a record should have been fetched again and could not be.
    """

    records: Sequence[DayRecord]
    missing: Sequence[dt.date]
    stale: bool


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where days are kept, on which threads they are fetched, and for how long they are good."""

    store: UsageStore
    calls: GatewayCalls
    freshness: Freshness


class DayRepository:
    """Fetches the days that are not there yet, each only once however many ask for it at the same time.

    `load` is called with the first and last day of a span and returns a record for every day of it that could
    be read whole.
    """

    def __init__(self, keeping: Keeping, load: Loader) -> None:
        self._store, self._calls, self._freshness = keeping.store, keeping.calls, keeping.freshness
        self._load = load
        self._lock = threading.Lock()
        self._flights: dict[dt.date, Future[None]] = {}
        self.last_fetched_at: dt.datetime | None = None

    async def fetch(self, start: dt.date, end: dt.date) -> Days:
        """Return the days from `start` to `end`, both included.

        Raises the `GatewayError` of a failed fetch unless an older record stands in for every day of it.
        """
        dates = [start + n * DAY for n in range((end - start).days + 1)]
        before = self._store.get(dates)
        wanted = [d for d in dates if d not in before or not self._freshness.is_current(before[d])]
        failure = await self._refresh(wanted)
        kept = self._store.get(dates)
        missing = [date for date in dates if date not in kept]
        if failure is not None:
            if missing:
                raise failure
            logger.warning("serving older figures, the gateway failed (%s)", type(failure).__name__)
        stale = any(
            date in before and date in kept and kept[date].fetched_at == before[date].fetched_at for date in wanted
        )
        return Days([kept[date] for date in dates if date in kept], missing, stale)

    async def _refresh(self, dates: Sequence[dt.date]) -> GatewayError | None:
        failure: GatewayError | None = None
        for flight in self._flights_for(dates):
            try:
                await wait_for(flight)
            except GatewayError as error:
                failure = error
        return failure

    def _flights_for(self, dates: Sequence[dt.date]) -> set[Future[None]]:
        with self._lock:
            for span in self._spans([date for date in dates if date not in self._flights]):
                flight = self._calls.submit(lambda span=span: self._fly(span))
                self._flights.update(dict.fromkeys(span, flight))
            return {self._flights[date] for date in dates}

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

    def _fly(self, span: Sequence[dt.date]) -> None:
        try:
            records = list(self._load(span[0], span[-1]))
            self._store.put(records)
            if records:
                self.last_fetched_at = records[-1].fetched_at
        finally:
            with self._lock:
                for date in span:
                    self._flights.pop(date, None)


def team_aliases(records: Iterable[DayRecord]) -> Mapping[str, str]:
    """Return the newest name that came with the usage of each team."""
    aliases: dict[str, str] = {}
    for record in records:
        aliases.update(record.team_aliases)
    return aliases
