"""Reads daily activity: pages that fit together, and what usage was of where LiteLLM leaves that out.

LiteLLM orders its rows by date and then by a random id. A row that comes in between two pages moves all that are
behind it: one is read twice, or missed, although the number of pages may stay the same. Rows change, too. So:

- One page is one look into the database, and needs no proof.
- Where nothing more is booked on the days, rows can only be added, late or by hand; their exact number, which
  `total_pages` is for pages of one row, is asked for before and after. The first time that days take several
  pages, it is asked for after the first one, which is then read again.
- Where usage comes in, all pages but the last are read again, and have to be the same to the byte: then they all
  were so when the last one was read.

What is not the same is read again; if there are not too many rows, on one page.

LiteLLM 1.106 puts usage of models without a public name into `model_groups` under the provider's model id; 1.95
has it in `models` only, together with what was used of the same model under a public name. Asked for that one
model, either release tells both apart: what is in its `models` and not in its `model_groups` has no public name.
Calls of MCP tools may have no model at all; then the tool is what was used.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import polars as pl
from pydantic import TypeAdapter

from src.client.errors import GatewayUnstablePagesError, GatewayUsageChangedError
from src.client.http import parse, read_body
from src.client.models import SpendAnalyticsPaginatedResponse
from src.client.usage_rows import COUNTS, IS_SOMETHING, METRICS, UsageRows, flatten, rest_of
from src.core.memory import HEAVY_WORK, LARGE_ANSWERS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from src.client.http import Connection

ACTIVITY_PATH = "/team/daily/activity"
ACTIVITY = TypeAdapter(SpendAnalyticsPaginatedResponse)

MAX_RESTARTS = 2
# What may be asked for at once where pages go on changing; a row takes some two kilobytes.
MAX_ROWS_AT_ONCE = 20_000
GROWTH = 1.25

DAY_KEY = ["date", "api_key"]
DAY_KEY_MODEL = [*DAY_KEY, "model"]
REST = [rest_of(name, pl.col(name), pl.col(f"{name}_known")) for name in METRICS]
# So that a model is first matched by its requests, then by its tokens, then by its cost.
REQUEST_WEIGHT = 1_000_000
# What LiteLLM calls the model of an MCP tool's call, where it names one.
TOOL_PREFIX = "MCP: "


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


class Ask(Protocol):
    """Gives the rows of a span of days, of all models or of one of the providers'."""

    def __call__(self, start: dt.date, end: dt.date, *, model: str | None = None) -> UsageRows:
        """Raise a kind of `GatewayError` where the gateway cannot be asked."""
        ...


def rows_of_all_models(ask: Ask, start: dt.date, end: dt.date) -> UsageRows:
    """Return the rows of a span. In `by_key_model` is also what has a model without a public name, or only a tool.

    One of the providers' models is asked for only where usage is missing, the likeliest one first, until none is.
    Raises `GatewayUsageChangedError` when usage came in between two answers.
    """
    rows = ask(start, end)
    missing = _missing(rows.by_key_provider_model, rows.by_key_model)
    found = []
    if not missing.is_empty():
        candidates = rows.by_key_provider_model.join(missing.select(DAY_KEY), on=DAY_KEY, how="semi")
        for model in _likeliest_first(candidates, missing):
            told = candidates.filter(pl.col("model") == model).join(missing, on=DAY_KEY, how="semi")
            if told.is_empty():
                continue
            first, last = told.select(first=pl.col("date").min(), last=pl.col("date").max()).row(0)
            found.append(_ungrouped(told, ask(first, last, model=model), model))
            missing = _missing(missing, found[-1])
    rows = _with_models(rows, found) if found else rows
    # no tools are the rule
    return rows if rows.by_key_tool.is_empty() else _with_tools(rows)


def _with_models(rows: UsageRows, found: list[pl.DataFrame]) -> UsageRows:
    by_key_model = pl.concat([rows.by_key_model, *found]).group_by(DAY_KEY_MODEL).agg(pl.col(METRICS).sum())
    return replace(rows, by_key_model=by_key_model)


def _with_tools(rows: UsageRows) -> UsageRows:
    """Name usage without a model by its tool, where all of a key's tools have none on that day.

    A tool's call that has a model is in its model's usage already.
    """
    modelled = rows.by_key_model.filter(pl.col("model").str.starts_with(TOOL_PREFIX))
    tools = rows.by_key_tool.join(modelled, on=DAY_KEY, how="anti")
    unnamed = _missing(rows.by_team_key, rows.by_key_model)
    # what tools used and nobody's usage without a model has was of models under other names
    unexplained = _missing(tools, unnamed).filter(pl.any_horizontal(pl.col(name) > 0 for name in COUNTS))
    tools = tools.join(unnamed, on=DAY_KEY, how="semi").join(unexplained, on=DAY_KEY, how="anti")
    return _with_models(rows, [tools.with_columns(model=pl.lit(TOOL_PREFIX) + pl.col("model"))])


def _ungrouped(told: pl.DataFrame, answer: UsageRows, model: str) -> pl.DataFrame:
    """Return the part of `told`, one model's rows, that has no public name."""
    now = answer.by_key_provider_model
    compared = told.join(now, on=DAY_KEY_MODEL, how="left", suffix="_now")
    if compared.select(pl.any_horizontal(pl.col(n).ne_missing(pl.col(f"{n}_now")) for n in COUNTS).any()).item():
        raise GatewayUsageChangedError("The gateway's usage changed while it was read. Try again in a minute.")
    rest = _missing(told, answer.by_key_model)
    return rest.with_columns(model=pl.lit(model)).select(told.columns)


def _missing(whole: pl.DataFrame, part: pl.DataFrame) -> pl.DataFrame:
    """Return, for each day and key, what `whole` has and `part` has not, where that is anything."""
    known = part.group_by(DAY_KEY).agg(pl.col(METRICS).sum())
    joined = (
        whole.group_by(DAY_KEY).agg(pl.col(METRICS).sum()).join(known, on=DAY_KEY, how="left", suffix="_known")
    )
    return joined.select(*DAY_KEY, *REST).filter(IS_SOMETHING)


def _likeliest_first(candidates: pl.DataFrame, missing: pl.DataFrame) -> list[str]:
    """Order the models by how little their usage differs from what is missing of their keys."""
    tokens = pl.col("prompt_tokens") + pl.col("completion_tokens")
    weight = (pl.col("api_requests") * REQUEST_WEIGHT + tokens).cast(pl.Float64) + pl.col("spend").fill_nan(0)
    wanted = missing.select(*DAY_KEY, wanted=weight)
    distance = candidates.select(*DAY_KEY_MODEL, used=weight).join(wanted, on=DAY_KEY)
    by_model = distance.group_by("model").agg(distance=(pl.col("used") - pl.col("wanted")).abs().sum())
    return by_model.sort("distance", "model")["model"].to_list()
