"""Reads daily activity page by page, so that what is told was the truth at some moment while it was read.

LiteLLM orders its rows by date and then by a random id. A row that comes in between two pages moves all that are
behind it: one is read twice, or missed, although the number of pages may stay the same. Rows change, too. So:

- One page is one look into the database, and needs no proof.
- Where nothing more is booked on the days, rows can only be added, late or by hand; their exact number, which
  `total_pages` is for pages of one row, is asked for before and after. The first time that days take several
  pages, it is asked for after the first one, which is then read again.
- Where usage comes in, all pages but the last are read again, and have to be the same to the byte: then they all
  were so when the last one was read.

What is not the same is read again; if there are not too many rows, on one page.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from pydantic import TypeAdapter

from src.client.errors import GatewayUnstablePagesError
from src.client.http import parse, read_body
from src.client.models import SpendAnalyticsPaginatedResponse
from src.core.memory import HEAVY_WORK

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from requests import Response

    from src.client.models import DailySpendData

T = TypeVar("T")

ACTIVITY = TypeAdapter(SpendAnalyticsPaginatedResponse)

MAX_RESTARTS = 2
# What may be asked for at once where pages go on changing; a row takes some two kilobytes.
MAX_ROWS_AT_ONCE = 20_000
GROWTH = 1.25


class Ask(Protocol):
    """Asks for one page. Gives the answer to `take`, and returns what that made of it."""

    def __call__(self, query: Mapping[str, str], take: Callable[[Response], T]) -> T:
        """Raise a kind of `GatewayError` where the gateway cannot be asked."""
        ...


@dataclass(frozen=True, slots=True)
class _Page(Generic[T]):
    taken: T
    total_pages: int | None
    has_more: bool
    digest: bytes


class ActivityPages:
    """The pages of one gateway. Safe to use from several threads."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        # whether settled days took several pages the last time, so that their rows are better counted first
        self._counts_first = False

    def read(
        self,
        query: Mapping[str, str],
        page_size: int,
        take: Callable[[list[DailySpendData]], T],
        *,
        settled: bool,
    ) -> list[T]:
        """Return what `take` makes of each page. Raises `GatewayUnstablePagesError` when they go on changing."""

        def parse_and_take(response: Response, number: int) -> _Page[T]:
            body = read_body(response)
            digest = hashlib.sha256(body).digest()
            with HEAVY_WORK:
                page = parse(body, ACTIVITY)
                body.clear()
                return _Page(take(page.results), page.metadata.total_pages, _has_more(page, number), digest)

        size = page_size
        for _ in range(1 + MAX_RESTARTS):
            reading = _Reading(self._ask, {**query, "page_size": str(size)}, parse_and_take)
            pages = self._read_settled(reading) if settled else reading.pages_that_stay()
            if pages is not None:
                return [page.taken for page in pages]
            rows = reading.most_rows(size)
            if rows <= MAX_ROWS_AT_ONCE:
                size = max(size, int(rows * GROWTH))
        raise GatewayUnstablePagesError("The gateway's usage changed while it was read. Try again in a minute.")

    def _read_settled(self, reading: _Reading[T]) -> list[_Page[T]] | None:
        counts_first = self._counts_first
        counts = [reading.count_rows()] if counts_first else []
        pages = reading.pages(lambda: counts or counts.append(reading.count_rows()))
        if pages is None or len(pages) == 1:
            return pages
        # where rows were counted after the first page, that one is read again: it may be of before
        older = [] if counts_first else pages[:2]
        self._counts_first = True
        if counts == [None]:  # it does not tell
            older = pages
        elif reading.count_rows() != counts[0]:
            return None
        return pages if reading.are_still(older) else None


class _Reading(Generic[T]):
    """One attempt."""

    def __init__(self, ask: Ask, query: Mapping[str, str], take: Callable[[Response, int], _Page[T]]) -> None:
        self._ask, self._query, self._take = ask, query, take
        self._most_pages = 1

    def most_rows(self, size: int) -> int:
        """Return how many rows there are at the most, as far as was told."""
        return self._most_pages * size

    def count_rows(self) -> int | None:
        """Return the exact number of rows, None where the gateway does not tell."""
        query = {**self._query, "page": "1", "page_size": "1"}
        return self._ask(query, lambda response: parse(read_body(response), ACTIVITY).metadata.total_pages)

    def pages(self, before_second: Callable[[], object] = bool) -> list[_Page[T]] | None:
        """Return all pages, None when their number changed on the way; do something before the second one."""
        pages: list[_Page[T]] = []
        while not pages or pages[-1].has_more:
            page = self._page(len(pages) + 1)
            self._most_pages = max(self._most_pages, page.total_pages or len(pages) + 1)
            if pages and page.total_pages != pages[-1].total_pages:
                return None
            pages.append(page)
            if len(pages) == 1 and page.has_more:
                before_second()
        return pages

    def pages_that_stay(self) -> list[_Page[T]] | None:
        """Return all pages as they were when the last one was read, None where they were not."""
        pages = self.pages()
        return pages if self.are_still(pages) else None

    def are_still(self, pages: list[_Page[T]] | None) -> bool:
        """Tell whether the first ones of `pages` are what they were: all but the last one, which was read last."""
        if pages is None:
            return False
        return all(
            self._ask(self._of_page(number), _digest) == page.digest
            for number, page in enumerate(pages[:-1], start=1)
        )

    def _page(self, number: int) -> _Page[T]:
        return self._ask(self._of_page(number), lambda response: self._take(response, number))

    def _of_page(self, number: int) -> dict[str, str]:
        return {**self._query, "page": str(number)}


def _digest(response: Response) -> bytes:
    return hashlib.sha256(read_body(response)).digest()


def _has_more(page: SpendAnalyticsPaginatedResponse, number: int) -> bool:
    if page.metadata.total_pages is not None:
        return number < page.metadata.total_pages
    return bool(page.metadata.has_more and page.results)
