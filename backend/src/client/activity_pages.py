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
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from src.client.errors import GatewayUnstablePagesError
from src.client.http import parse, read_body
from src.client.models import SpendAnalyticsPaginatedResponse
from src.client.usage_rows import UsageRows, flatten
from src.core.memory import HEAVY_WORK, LARGE_ANSWERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from src.client.http import Connection

ACTIVITY_PATH = "/team/daily/activity"
ACTIVITY = TypeAdapter(SpendAnalyticsPaginatedResponse)

MAX_RESTARTS = 2
# What may be asked for at once where pages go on changing; a row takes some two kilobytes.
MAX_ROWS_AT_ONCE = 20_000
GROWTH = 1.25


class ActivityPages:
    """The pages of one gateway. Safe to use from several threads."""

    def __init__(self, gateway: Connection) -> None:
        self._gateway = gateway
        # whether settled days took several pages the last time, so that their rows are better counted first
        self._counts_first = False

    def read(self, query: Mapping[str, str], page_size: int, *, settled: bool) -> list[UsageRows]:
        """Return the rows of each page. Raises `GatewayUnstablePagesError` when they go on changing."""
        size = page_size
        for _ in range(1 + MAX_RESTARTS):
            reading = _Reading(self._gateway, {**query, "page_size": str(size)})
            pages = self._read_settled(reading) if settled else reading.pages()
            # settled ones are made sure of already
            if pages is not None and (settled or reading.are_still(pages[:-1])):
                return [page.rows for page in pages]
            rows = reading.most_pages * size
            if rows <= MAX_ROWS_AT_ONCE:
                size = max(size, int(rows * GROWTH))
        raise GatewayUnstablePagesError("The gateway's usage changed while it was read. Try again in a minute.")

    def _read_settled(self, reading: _Reading) -> list[_Page] | None:
        counts_first = self._counts_first
        counts = [reading.count_rows()] if counts_first else []
        pages = reading.pages(lambda: counts or counts.append(reading.count_rows()))
        if pages is None or len(pages) == 1:
            return pages
        # where rows were counted after the first page, that one is read again: it may be of before
        older = [] if counts_first else pages[:1]
        self._counts_first = True
        if counts == [None]:  # it does not tell
            older = pages[:-1]
        elif reading.count_rows() != counts[0]:
            return None
        return pages if reading.are_still(older) else None


@dataclass(frozen=True, slots=True)
class _Page:
    number: int
    rows: UsageRows
    total_pages: int | None
    has_more: bool
    digest: bytes


@dataclass(slots=True)
class _Reading:
    """One attempt. `most_pages` is how many pages there are at the most, as far as was told."""

    gateway: Connection
    query: Mapping[str, str]
    most_pages: int = 1

    def count_rows(self) -> int | None:
        """Return the exact number of rows, None where the gateway does not tell."""
        query = {**self.query, "page": "1", "page_size": "1"}
        return self.gateway.read(ACTIVITY_PATH, query, ACTIVITY).metadata.total_pages

    def pages(self, before_second: Callable[[], object] = bool) -> list[_Page] | None:
        """Return all pages, None when their number changed on the way; do something before the second one."""
        pages: list[_Page] = []
        while not pages or pages[-1].has_more:
            page = self._page(len(pages) + 1)
            self.most_pages = max(self.most_pages, page.total_pages or page.number)
            if pages and page.total_pages != pages[-1].total_pages:
                return None
            pages.append(page)
            if len(pages) == 1 and page.has_more:
                before_second()
        return pages

    def are_still(self, pages: Sequence[_Page]) -> bool:
        """Tell whether these pages are what they were. The page that was read last needs no such proof."""
        for page in pages:
            query = {**self.query, "page": str(page.number)}
            with self.gateway.get(ACTIVITY_PATH, params=query, stream=True) as response, LARGE_ANSWERS:
                if hashlib.sha256(read_body(response)).digest() != page.digest:
                    return False
        return True

    def _page(self, number: int) -> _Page:
        query = {**self.query, "page": str(number)}
        with self.gateway.get(ACTIVITY_PATH, params=query, stream=True) as response, LARGE_ANSWERS:
            body = read_body(response)
            digest = hashlib.sha256(body).digest()
            with HEAVY_WORK:
                answer = parse(body, ACTIVITY)
                body.clear()
                total = answer.metadata.total_pages
                announced = bool(answer.metadata.has_more and answer.results)
                has_more = announced if total is None else number < total
                return _Page(number, flatten(answer.results), total, has_more, digest)
