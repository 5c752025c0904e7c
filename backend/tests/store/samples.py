"""Records to put into a store."""

import datetime as dt

import polars as pl

from src.services import logged_days
from src.services.team_daily_activity_service import SCHEMA
from src.store.records import DayRecord
from tests.days import MONDAY, WEDNESDAY, day, utc

MORNING = utc(f"{WEDNESDAY}T08:00:00")
EVENING = utc(f"{WEDNESDAY}T20:00:00")


def usage_frame(tokens: int = 7, rows: int = 50) -> pl.DataFrame:
    """Return rows of a day's usage, some of them of no team and of no model, in several scripts."""
    texts = {
        "team_id": ["team-a", None, "équipe ✨", ""],
        "api_key": ["k" * 64, "", "clé", "k2"],
        "key_alias": [None, "laptop", "ноутбук", "🔑"],
        "model": ["gpt", "Acme/claude", None, "模型"],
    }
    columns = {name: [values[n % 4] for n in range(rows)] for name, values in texts.items()}
    counters = {name: [tokens + n for n in range(rows)] for name in list(SCHEMA)[5:]}
    exact = {"spend": [n / 3 + 1e-17 * n for n in range(rows)]}
    frame = pl.DataFrame({"date": [day(MONDAY)] * rows, **columns, **counters, **exact})
    return frame.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())


def hourly_frame() -> pl.DataFrame:
    """Return quarters of an hour."""
    rows = {"quarter": [utc(f"{MONDAY}T23:45:00"), None], "team_id": [None, "red"], "spend": [0.1, None]}
    counts = {name: [2**62, None] for name in logged_days.COUNTS}
    return pl.DataFrame({**rows, **counts}, schema=logged_days.SCHEMA)


def record(
    date: str = MONDAY, fetched_at: dt.datetime = MORNING, tokens: int = 7, frame: pl.DataFrame | None = None
) -> DayRecord:
    """Return a day."""
    return DayRecord(
        day(date), usage_frame(tokens) if frame is None else frame, fetched_at, {"team-a": "Éclair ✨"}
    )


def assert_same(one: DayRecord, other: DayRecord) -> None:
    """Compare two records, their frames' types and nulls included."""
    assert (one.date, one.fetched_at, dict(one.team_aliases)) == (other.date, other.fetched_at, other.team_aliases)
    assert one.frame.schema == other.frame.schema
    assert one.frame.equals(other.frame)
