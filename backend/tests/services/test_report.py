"""What every report is made of: group-bys that give the same figures in the same order each time."""

import asyncio
import datetime as dt
import gc
import random
import weakref
from dataclasses import replace

import polars as pl
import pytest

from src.services.attribution import COUNTS
from src.services.model_usage_service import ModelUsageService
from src.services.team_daily_activity_service import RECENT_RANGES
from src.services.usage import Usage
from src.utils.dependency_config import Gateway
from tests.days import MONDAY, day, utc

ROWS = 50_000


@pytest.fixture(scope="module")
def large() -> Usage:
    """Return usage of so many rows that they are grouped on several threads."""
    draw = random.Random(1)  # noqa: S311 - nothing secret
    columns = {
        "date": [day(MONDAY)] * ROWS,
        "team_id": [f"team {draw.randint(1, 40)}" for _ in range(ROWS)],
        "api_key": [f"key {draw.randint(1, 9)}" for _ in range(ROWS)],
        "model": [draw.choice(["gpt", "claude", None]) for _ in range(ROWS)],
        "spend": [draw.random() for _ in range(ROWS)],
        "cache_read_input_tokens": [0] * ROWS,
        **{name: [1] * ROWS for name in COUNTS},
    }
    noon = utc(f"{MONDAY}T12:00:00")
    return Usage(
        day(MONDAY), day(MONDAY), pl.DataFrame(columns), noon, stale=False, missing_days=[], team_aliases={}
    )


def fresh(usage: Usage) -> Usage:
    """Return the same usage, of which nothing was worked out yet."""
    return replace(usage, derived={})


@pytest.mark.parametrize("keys", [("team_id",), ("team_id", "model"), ("team_id", "api_key")])
def test_sums_of_money_repeat_to_the_last_digit(large: Usage, keys: tuple[str, ...]) -> None:
    first = fresh(large).by(*keys).to_dicts()
    assert all(fresh(large).by(*keys).to_dicts() == first for _ in range(5))


def test_sums_of_money_of_few_rows_repeat_too(large: Usage) -> None:
    """Few rows are shared out among threads otherwise than many."""
    few = replace(large, frame=large.frame[:1000])
    first = fresh(few).by("team_id", "api_key").to_dicts()
    assert all(fresh(few).by("team_id", "api_key").to_dicts() == first for _ in range(200))


def test_sums_of_days_repeat_to_the_last_digit(large: Usage) -> None:
    first = large.by_day().to_dicts()
    assert all(large.by_day().to_dicts() == first for _ in range(5))


def test_rows_of_all_groups_are_those_of_the_frame(large: Usage) -> None:
    rows = large.by("team_id", "model").to_dicts()
    assert sum(row["tokens"] for row in rows) == 2 * ROWS == large.totals().tokens
    assert sum(row["api_requests"] for row in rows) == ROWS


def test_every_day_of_a_range_is_one_of_its_dates() -> None:
    noon = utc(f"{MONDAY}T12:00:00")
    start = day("2024-02-28")
    usage = Usage(start, start + dt.timedelta(days=2), pl.DataFrame(), noon, False, [], {})
    assert [str(date) for date in usage.dates] == ["2024-02-28", "2024-02-29", "2024-03-01"]


def test_usage_of_former_ranges_goes_without_a_collection_of_garbage(services: Gateway) -> None:
    service = ModelUsageService(services.activity, services.teams, services.models)

    async def ask() -> list[weakref.ref[pl.DataFrame]]:
        frames = []
        for days in range(1, 2 * RECENT_RANGES):
            report = await service.fetch_model_usage(day(MONDAY) - dt.timedelta(days=days), day(MONDAY))
            assert report.rows() == []
            frames.append(weakref.ref(report.usage.frame))
        return frames

    gc.disable()
    try:
        alive = sum(frame() is not None for frame in asyncio.run(ask()))
    finally:
        gc.enable()
    assert alive <= RECENT_RANGES
