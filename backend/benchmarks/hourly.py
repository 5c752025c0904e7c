"""The row about figures by hour of a long range, whose days of logs are in the store.

Reading the logs of all days takes a gateway many minutes. So those of some days are read, and the store gets them
again under the dates of the others: as many rows for each team and quarter of an hour as they really have.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
from sqlalchemy import select

from benchmarks.asking import with_query
from benchmarks.cold import fill
from benchmarks.loads import Load, put
from benchmarks.ranges import both, sub_ranges
from benchmarks.servers import dashboard
from benchmarks.sources import DAY, between
from benchmarks.statistics_of import p95
from benchmarks.table import Row, duration
from src.store.database import days as stored_days
from src.store.database import open_database
from src.store.records import DayRecord
from src.store.sql import SqlUsageStore

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import Engine

    from benchmarks.bench import Bench
    from benchmarks.sources import Source

HOURLY, KIND = "/tokens/hourly", "hourly"
LOGS = "/spend/logs/v2"
PAGE_SIZE = 1000
LIMIT_SECONDS = 0.4
ZONES = ("UTC", "Asia/Kolkata", "Europe/Berlin")


def hourly(bench: Bench, source: Source, store: Path) -> None:
    """Ask for hours of ranges that were not asked before, next to the gateway's own pages of the same logs."""
    days, count = source.days, bench.sizes.hourly_days
    read = days[1 : 1 + count]
    with dashboard(source, store, bench.encoding) as server:
        fill(source, server)
        for day in read:
            fill(source, server, HOURLY, between(day, day))
    rows = _spread(store, read, days)
    paged = sum(_page(source, day) for day in read) / count * len(days)
    ranges = sub_ranges(source.first, source.last, bench.sizes.ranges_per_endpoint)
    with dashboard(source, store, bench.encoding) as server:
        first = server.peer.get(HOURLY, between(source.first, source.last)).seconds
        targets = [
            server.target(with_query(HOURLY, {**between(*dates), "timezone": ZONES[number % len(ZONES)]}))
            for number, dates in enumerate(ranges)
        ]
        seconds = put(Load(server.port, targets, len(targets))).checked().latencies()
    shortest = (ranges[-1][1] - ranges[-1][0]).days + 1
    bench.table.add(
        Row(
            "hourly",
            f"{HOURLY}, {shortest} to {len(days) - 1} days, {rows:,} rows of logs, asked first "
            f"({duration(first)} when they are read from the store)",
            both(seconds),
            f"{duration(paged)}, the gateway's pages of these logs, from {count} days",
            limit=f"≤ {duration(LIMIT_SECONDS)}",
            reached=p95(seconds) <= LIMIT_SECONDS,
        )
    )


def _spread(store: Path, read: Sequence[dt.date], days: Sequence[dt.date]) -> int:
    """Keep the logs of the days that were `read` under all `days`, and return how many rows they are."""
    engine = open_database(f"sqlite:///{store}")
    try:
        kept = SqlUsageStore(engine, _view(engine), KIND)
        records = kept.get(read)
        copies = [_moved(records[read[number % len(read)]], day) for number, day in enumerate(days)]
        kept.put([copy for copy in copies if copy.date not in records])
        return sum(copy.frame.height for copy in copies)
    finally:
        engine.dispose()


def _view(engine: Engine) -> str:
    with engine.connect() as connection:
        return connection.execute(
            select(stored_days.c.view).distinct().where(stored_days.c.kind == KIND)
        ).scalar_one()


def _moved(record: DayRecord, date: dt.date) -> DayRecord:
    frame = record.frame.with_columns(pl.col("quarter") + (date - record.date))
    return DayRecord(date, frame, record.fetched_at)


def _page(source: Source, day: dt.date) -> float:
    """Read a day's logs page by page; return the seconds without those for parsing."""
    seconds, page, listed = 0.0, 1, PAGE_SIZE
    while listed == PAGE_SIZE:  # the count stops at 10,000
        span = {"start_date": f"{day} 00:00:00", "end_date": f"{day + DAY} 00:00:00"}
        answer = source.peer.get(LOGS, {**span, "page": str(page), "page_size": str(PAGE_SIZE)})
        seconds += answer.seconds
        listed = len(json.loads(answer.body)["data"])
        page += 1
    return seconds
