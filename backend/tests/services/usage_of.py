"""Asks for usage and sums it up by whatever a test looks at."""

import asyncio
from collections.abc import Iterable
from typing import Any

import polars as pl

from src.services.usage import Usage
from src.utils.dependency_config import Gateway
from tests.days import MONDAY, WEDNESDAY, day
from tests.fake_gateway.rows import UsageRow

FIELDS = {
    "prompt_tokens": "prompt",
    "completion_tokens": "completion",
    "cache_read_input_tokens": "cache_read",
    "cache_creation_input_tokens": "cache_creation",
    "api_requests": "requests",
    "failed_requests": "failed",
}


def fetch(services: Gateway, start: str = MONDAY, end: str = WEDNESDAY) -> Usage:
    """Return the usage of a range."""
    return asyncio.run(services.activity.fetch_daily_activity(day(start), day(end)))


def prompt_tokens(usage: Usage) -> dict[tuple[str | None, str, str | None], int]:
    """Return prompt tokens by team, key and model."""
    found = figures(usage, "team_id", "api_key", "model")
    return {(team, key, model): counters[0] for (team, key, model), counters in found.items()}


def figures(usage: Usage, *names: str) -> dict[tuple[Any, ...], tuple[int, ...]]:
    """Return every counter, summed by `names`."""
    frame = usage.frame.group_by(*names).agg(pl.col(name).sum() for name in FIELDS)
    return {row[: len(names)]: row[len(names) :] for row in frame.rows()}


def figures_of_rows(rows: Iterable[UsageRow], *names: str) -> dict[tuple[Any, ...], tuple[int, ...]]:
    """Return the same, worked out row by row."""
    sums: dict[tuple[Any, ...], tuple[int, ...]] = {}
    for row in rows:
        known = {"date": day(row.date), "team_id": row.team_id, "api_key": row.api_key, "model": row.group}
        key = tuple(known[name] for name in names)
        counters = tuple(getattr(row, field) for field in FIELDS.values())
        sums[key] = tuple(a + b for a, b in zip(sums.get(key, (0,) * len(FIELDS)), counters, strict=True))
    return {key: counters for key, counters in sums.items() if any(counters)}
