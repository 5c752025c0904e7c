"""Which part of the requests that usage tells of is in the spend logs.

A gateway may keep no logs from some moment of a day on, or have deleted a part of them. Figures by hour are those
of the other part then, and nothing in the logs tells. So requests are compared, for each UTC day and each team: a
gateway logs requests without a team that are in no usage, and those must not stand in for a team's that are gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from src.services.logged_days import OF_TEAMS, dated, told_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from src.services.usage import Usage
    from src.store.records import DayRecord

DAILY = ("date", "team_id")
REQUESTS = pl.col("api_requests")


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of `requests`, which usage tells of, `logged_requests` are in the logs; on `partial_days`, some are not."""

    requests: int = 0
    logged_requests: int = 0
    partial_days: Sequence[dt.date] = ()


def used_requests(
    usage: Usage, records: Sequence[DayRecord], is_under_way: Callable[[DayRecord], bool]
) -> pl.DataFrame:
    """Return `api_requests` of each `date` × `team_id` of the days of `records`, as usage tells.

    For a day that is under way, that is what usage told of before its logs were read, where that is known: newer
    usage has requests that came in since, and older logs would seem to lack them.
    """
    told = {record.date: told_of(record.frame) for record in records if is_under_way(record)}
    before = {date: frame for date, frame in told.items() if frame is not None}
    now = [record.date for record in records if record.date not in before]
    known = usage.frame.filter(pl.col("date").is_in(now)).select(*DAILY, REQUESTS)
    return pl.concat([known, dated(before, OF_TEAMS)]).group_by(DAILY).agg(REQUESTS.sum())


def compare(used: pl.DataFrame, logged: pl.DataFrame) -> Coverage:
    """Tell which part of the requests of `used` is in `logged`; each has a row for each `date` × `team_id`."""
    both = used.join(
        logged.select(*DAILY, REQUESTS.alias("logged")), on=DAILY, how="left", nulls_equal=True
    ).with_columns(pl.col("logged").fill_null(0))
    # what usage does not tell of covers nothing, and nothing is there to cover where corrections outweigh requests
    covered = pl.min_horizontal("logged", REQUESTS.clip(lower_bound=0)).sum()
    requests, logged_part = both.select(REQUESTS.sum(), covered).row(0)
    partial = both.filter(pl.col("logged") < REQUESTS)["date"].unique().sort()
    return Coverage(requests, logged_part, partial.to_list())
