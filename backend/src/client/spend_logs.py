"""Reads every spend log of a span of time exactly once, although LiteLLM's pages of them are unstable.

The endpoint sorts by start time without a tie-break, stops counting at a cap, and new requests shift
its pages. So instead of asking for page 2, the next question ends where the last answer stopped:
each answer is the newest page of its window. Windows touch at whole seconds and what comes twice
is dropped by `request_id`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from pydantic import TypeAdapter

from src.client.errors import (
    GatewayInvalidResponseError,
    GatewayUnstablePagesError,
    SpendLogsUnavailableError,
)
from src.client.models import SpendLog, SpendLogsResponse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

T = TypeVar("T")

LOGS = TypeAdapter(SpendLogsResponse)
PAGE_SIZES = (1000, 100)  # older releases take 100 at most and answer 422 to more
SECOND = dt.timedelta(seconds=1)
NOT_FOUND, UNPROCESSABLE = 404, 422


@dataclass(slots=True)
class LogPages:
    """How many logs one gateway gives per page, as far as is known."""

    size: int = PAGE_SIZES[0]

    def count(self, requests: int) -> int:
        """Return how many pages it takes to read so many requests of one span; none take one, too."""
        return max(1, -(-requests // self.size))


class _Get(Protocol):
    def __call__(self, path: str, params: Mapping[str, str], adapter: TypeAdapter[T]) -> T: ...


class SpendLogReader:
    """One reading; not to be shared between threads."""

    def __init__(self, get: _Get, pages: LogPages) -> None:
        self._get, self._pages = get, pages

    def read(self, start: dt.datetime, end: dt.datetime) -> Iterator[list[SpendLog]]:
        """Yield the logs with `start` <= startTime < `end`, newest first, in batches."""
        seen: set[str] = set()
        upper = end
        while True:
            page = self._page(start, upper)
            yield self._fresh(page.data, start, end, seen)
            if not self._goes_on(page):
                return
            if not page.data:
                raise GatewayUnstablePagesError("The gateway counts spend logs that it does not list.")
            oldest = min(log.start_time for log in page.data)
            reached = _ceil_second(min(oldest, upper))  # there is no second after the last one of all
            if reached >= upper:  # more requests in one second than a page holds
                reached = upper - SECOND
                yield from self._crowded_second(reached, upper, start, end, seen)
            upper = reached
            if upper < start:
                return

    def _goes_on(self, page: SpendLogsResponse) -> bool:
        if page.total is None:
            return len(page.data) >= self._pages.size
        return bool(page.total_is_capped) or page.total > len(page.data)

    def _crowded_second(
        self, lower: dt.datetime, upper: dt.datetime, start: dt.datetime, end: dt.datetime, seen: set[str]
    ) -> Iterator[list[SpendLog]]:
        """Page through a single second, the one window that cannot be made smaller."""
        ids: set[str] = set()
        number = 1
        while True:
            page = self._page(lower, upper, number)
            ids.update(log.request_id for log in page.data)
            yield self._fresh(page.data, start, end, seen)
            if len(page.data) < self._pages.size:
                break
            number += 1
        if page.total_is_capped or (page.total is not None and page.total != len(ids)):
            raise GatewayUnstablePagesError(
                "The gateway has too many spend logs in one second to tell them apart."
            )

    def _fresh(self, logs: list[SpendLog], start: dt.datetime, end: dt.datetime, seen: set[str]) -> list[SpendLog]:
        fresh = {
            log.request_id: log for log in logs if log.request_id not in seen and start <= log.start_time < end
        }
        seen.update(fresh)
        return list(fresh.values())

    def _page(self, lower: dt.datetime, upper: dt.datetime, number: int = 1) -> SpendLogsResponse:
        try:
            return self._get("/spend/logs/v2", self._params(lower, upper, number), LOGS)
        except GatewayInvalidResponseError as error:
            if error.status == UNPROCESSABLE and self._pages.size != PAGE_SIZES[-1]:
                self._pages.size = PAGE_SIZES[-1]
                return self._page(lower, upper, number)
            if error.status == NOT_FOUND:
                raise SpendLogsUnavailableError(
                    "This gateway cannot list its spend logs, so there are no figures by hour. "
                    "LiteLLM 1.80.8 and later can."
                ) from None
            raise

    def _params(self, lower: dt.datetime, upper: dt.datetime, number: int) -> dict[str, str]:
        return {
            "start_date": _stamp(lower),
            "end_date": _stamp(upper),
            "page": str(number),
            "page_size": str(self._pages.size),
        }


def _stamp(moment: dt.datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(" ", "seconds")


def _ceil_second(moment: dt.datetime) -> dt.datetime:
    floor = moment.replace(microsecond=0)
    return floor if floor == moment else floor + SECOND
