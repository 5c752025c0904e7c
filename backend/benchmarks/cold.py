"""Rows about days that are not in the store yet."""

from __future__ import annotations

import contextlib
import json
import time
from http import HTTPStatus
from typing import TYPE_CHECKING

from benchmarks.asking import BenchmarkError, content_of, with_query
from benchmarks.loads import Load, beside
from benchmarks.sources import ACTIVITY, between
from benchmarks.statistics_of import median, p95
from benchmarks.table import Row, duration, times

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from benchmarks.bench import Bench
    from benchmarks.servers import Server
    from benchmarks.sources import Source

PAGE_SIZE = 5000  # the dashboard's own
FIRST_FETCH_LIMIT = 1.3
HEALTH_LIMIT_SECONDS = 1.0
HEALTH_PAUSE_SECONDS = 0.01
HEALTH_IDLE_REQUESTS, HEALTH_MOST_REQUESTS = 50, 5000
FILL_SECONDS = 900
FILL_PAUSE_SECONDS = 0.1
MAY_PASS = {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}


def first_fetch(bench: Bench, source: Source, server: Server) -> None:
    """Compare the first fetch of a day with plain paging of the same day."""
    days = source.days[1 : 1 + bench.sizes.cold_days]
    server.peer.get("/tokens/models", between(source.first, source.first))  # names of teams and models
    fetched, paged = [], []
    for number, day in enumerate(days):
        # who asks second finds the database's pages in memory, so they take turns
        for who in ("dashboard", "paging") if number % 2 else ("paging", "dashboard"):
            if who == "paging":
                paged.append(_page(source, day))
            else:
                fetched.append(server.peer.get("/tokens/models", between(day, day)).seconds)
    ratio = median(fetched) / median(paged)
    bench.table.add(
        Row(
            "first-fetch",
            f"first fetch of a day, median of {len(days)}",
            duration(median(fetched)),
            f"{duration(median(paged))}, plain paging",
            times(ratio),
            f"≤ {times(FIRST_FETCH_LIMIT)}",
            ratio <= FIRST_FETCH_LIMIT if source.is_litellm else None,
        )
    )


def _page(source: Source, day: dt.date) -> float:
    """Read a day page by page; return the seconds without those for parsing."""
    seconds, page, pages = 0.0, 1, 1
    while page <= pages:
        query = {**between(day, day), "page": str(page), "page_size": str(PAGE_SIZE)}
        answer = source.peer.get(ACTIVITY, query)
        seconds += answer.seconds
        pages = json.loads(answer.body)["metadata"]["total_pages"]
        page += 1
    return seconds


def crowd(bench: Bench, source: Source, server: Server) -> None:
    """Let many clients ask for a cold day at once, and `/health` meanwhile."""
    alone, together = (source.days[1 + bench.sizes.cold_days + n] for n in range(2))
    source.forget_calls()
    server.peer.get("/tokens", between(alone, alone))
    calls_alone = source.activity_calls()
    source.forget_calls()
    idle = [_health(server) for _ in range(HEALTH_IDLE_REQUESTS)]
    clients = bench.sizes.clients
    target = server.target(with_query("/tokens", between(together, together)))
    with beside(Load(server.port, [target], clients, clients)) as pending:
        meanwhile = []
        while not pending.is_over and len(meanwhile) < HEALTH_MOST_REQUESTS:
            meanwhile.append(_health(server))
    outcome, calls = pending.outcome, source.activity_calls()
    what = f"{clients} clients at once on a cold day"
    same = calls is not None and calls_alone is not None and len(calls) == len(calls_alone)
    bench.table.add(
        Row(
            "crowd",
            f"{what}: calls of the gateway",
            _count(calls),
            f"{_count(calls_alone)}, one client",
            limit="the same",
            reached=None if calls is None else same,
        )
    )
    slowest = duration(max(seconds for _, seconds, _ in outcome.samples))
    errors = outcome.errors()
    bench.table.add(Row("crowd", f"{what}: errors", f"{errors}, all in {slowest}", limit="0", reached=errors == 0))
    bench.table.add(
        Row(
            "crowd",
            f"{what}: /health meanwhile, p95",
            f"{duration(p95(meanwhile))}, slowest {duration(max(meanwhile))}",
            f"{duration(p95(idle))}, idle",
            limit=f"slowest ≤ {duration(HEALTH_LIMIT_SECONDS)}",
            reached=max(meanwhile) <= HEALTH_LIMIT_SECONDS,
        )
    )


def _health(server: Server) -> float:
    time.sleep(HEALTH_PAUSE_SECONDS)
    return server.peer.get("/health").seconds


def _count(calls: list[tuple[str, str]] | None) -> str:
    return "not known" if calls is None else str(len(calls))


def fill(
    source: Source, server: Server, path: str = "/tokens/models", dates: Mapping[str, str] | None = None
) -> float:
    """Ask until every day (of `dates`, or of all) is in the store; return the seconds that it took.

    Raises `BenchmarkError`.
    """
    started = time.perf_counter()
    answer = None
    while time.perf_counter() - started < FILL_SECONDS:
        with contextlib.suppress(TimeoutError):  # the server goes on
            answer = server.peer.request(path, dates or between(source.first, source.last))
            if answer.status == HTTPStatus.OK and not json.loads(content_of(answer))["meta"]["missing_days"]:
                return time.perf_counter() - started
            if answer.status not in MAY_PASS | {HTTPStatus.OK}:
                break
        time.sleep(FILL_PAUSE_SECONDS)
    said = f"{answer.status} {content_of(answer)[:200]!r}" if answer else "no answer"
    raise BenchmarkError(f"the store does not fill: {said}")
