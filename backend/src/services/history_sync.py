"""Fetches the last days before anybody asks for them, and keeps the live ones fresh, gently."""

from __future__ import annotations

import asyncio
import collections
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from src.client.errors import DatabaseReplacedError
from src.core.clock import DAY, date_range
from src.services.gateway_calls import wait_for

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence

    from src.services.day_repository import DayRepository

logger = logging.getLogger(__name__)

SPAN_DAYS = 3
# A gateway that takes longer than this for a span is given as long a rest before the next one.
SLOW_SECONDS = 10.0
MAX_PAUSE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the wanted days of history are there."""

    loaded: int
    wanted: int


class HistorySync:
    """Keeps the last `days` days of a repository, newest first, at most `concurrency` spans at a time."""

    def __init__(
        self,
        repository: DayRepository,
        clock: Callable[[], dt.datetime],
        *,
        days: int,
        concurrency: int,
        interval: dt.timedelta,
    ) -> None:
        self._repository, self._clock = repository, clock
        self._days, self._concurrency, self._interval = days, concurrency, interval
        self.progress: Progress | None = None

    async def run(self) -> None:
        """Go on until the gateway has another database. Failures are logged and tried again after a pause."""
        pause = 0.0
        while True:
            try:
                await self.run_once()
                pause = 0.0
            except DatabaseReplacedError:
                return
            except Exception as error:  # noqa: BLE001 - whatever it is, the history has to go on
                pause = _longer(pause, getattr(error, "retry_after", None))
                logger.warning("the history goes on in %.0f s (%s)", pause, type(error).__name__)
            await asyncio.sleep(pause or max(self._interval.total_seconds(), 1.0))

    async def run_once(self) -> None:
        """Fetch what is not there, or no longer good. Raises the `GatewayError` of the first failure."""
        dates = self._dates()
        pending = await self._repository.pending(dates)
        self.progress = Progress(len(dates) - len(pending), len(dates))
        # a moment only: days that come before the gateway has shown whose they are wait in memory until it has
        await self._repository.look()
        await self._fetch(pending)
        await self._fetch(await self._repository.recheck_due(dates))

    def lag(self) -> dt.timedelta | None:
        """Return the age of the oldest day among those that may still change, None where none is there."""
        return self._repository.live_age(self._dates())

    def _dates(self) -> list[dt.date]:
        today = self._clock().date()
        return date_range(today - (self._days - 1) * DAY, today)

    async def _fetch(self, dates: Sequence[dt.date]) -> None:
        newest_first = sorted(dates, reverse=True)
        spans = [newest_first[i : i + SPAN_DAYS] for i in range(0, len(newest_first), SPAN_DAYS)]
        queue = iter(spans)
        workers = [self._work(queue) for _ in range(min(self._concurrency, len(spans)))]
        ends = await asyncio.gather(*workers, return_exceptions=True)
        for failure in (end for end in ends if end is not None):
            raise failure

    async def _work(self, queue: Iterator[list[dt.date]]) -> None:
        for span in queue:
            started = time.monotonic()
            try:
                flights = self._repository.start(span)
                fetched = [record for flight in flights for part in await wait_for(flight) for record in part]
            except Exception:
                collections.deque(queue, maxlen=0)  # the other workers stop, too
                raise
            self._advance(len({record.date for record in fetched} & set(span)))
            took = time.monotonic() - started
            if took > SLOW_SECONDS:
                await asyncio.sleep(min(took, MAX_PAUSE_SECONDS))

    def _advance(self, days: int) -> None:
        if self.progress is not None:
            loaded = min(self.progress.loaded + days, self.progress.wanted)
            self.progress = Progress(loaded, self.progress.wanted)


def _longer(pause: float, retry_after: float | None) -> float:
    """Return the next pause in seconds: what the gateway asks for, or twice the last one."""
    wanted = 2 * pause if retry_after is None else retry_after
    return min(max(wanted, 1.0), MAX_PAUSE_SECONDS)
