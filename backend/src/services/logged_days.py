"""What is kept of a day's spend logs: sums per quarter of an hour and team, and what usage told before.

A gateway writes usage and logs with different jobs, and they are read at different moments. So that a day that is
under way can be judged all the same, the requests that usage told of when its logs began to be read are kept with
them: as rows without a quarter, behind all others.

A gateway may keep no logs from some moment of a day on, or have deleted a part of them. Figures by hour are those
of the other part then, and nothing in the logs tells. So requests are compared, for each UTC day and each team: a
gateway logs requests without a team that are in no usage, and those must not stand in for a team's that are gone.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from src.client.errors import GatewayInvalidResponseError
from src.services.usage import TOKENS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from src.client.models import SpendLog
    from src.services.usage import Usage
    from src.store.records import DayRecord

# Offsets of time zones are multiples of a quarter of an hour, so quarters can be counted for any of them.
QUARTER = dt.timedelta(minutes=15)
HOURS_PER_DAY = 24
MOST_TOKENS = 2**63 - 1

COUNTS = (
    "prompt_tokens",
    "completion_tokens",
    "api_requests",
    "successful_requests",
    "failed_requests",
)
SCHEMA: dict[str, Any] = {
    "quarter": pl.Datetime("us", "UTC"),
    "team_id": pl.String,
    "spend": pl.Float64,
    **dict.fromkeys(COUNTS, pl.Int64),
}
NO_LOGS = pl.DataFrame(schema=SCHEMA)
UNKNOWN_MONEY = float("nan")

OF_TEAMS: dict[str, Any] = {"team_id": pl.Categorical, "api_requests": pl.Int64}
OF_LOGS: dict[str, Any] = {"team_id": pl.Categorical, "spend": pl.Float64, **dict.fromkeys(COUNTS, pl.Int64)}
DAILY = ("date", "team_id")
REQUESTS = pl.col("api_requests")


@dataclass(frozen=True, slots=True)
class LoggedDay:
    """Sums of a day's logs: every metric of each team, `by_team`, and tokens of all, `by_quarter` of an hour."""

    by_team: pl.DataFrame
    by_quarter: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of `requests`, which usage tells of, `logged_requests` are in the logs; on `partial_days`, some are not."""

    requests: int = 0
    logged_requests: int = 0
    partial_days: Sequence[dt.date] = ()


def add_up_logs(batches: Iterable[Sequence[SpendLog]]) -> pl.DataFrame:
    """Return the rows of a day's logs: sums per quarter (UTC, its beginning) and team.

    Raises `GatewayInvalidResponseError` where there are more tokens than any gateway has seen.
    """
    frames, size = [NO_LOGS], 0
    for logs in batches:
        size += sum(abs(log.prompt_tokens or 0) + abs(log.completion_tokens or 0) for log in logs)
        if size > MOST_TOKENS:  # sums would come out wrong, and nobody would see it
            raise GatewayInvalidResponseError("The gateway's spend logs have more tokens in a day than can be.")
        frames.append(_add_up(_rows(logs)))
    return _add_up(pl.concat(frames))


def with_told(logs: pl.DataFrame, told: pl.DataFrame | None) -> pl.DataFrame:
    """Return the rows of a day's logs, and the `told_rows` of usage from before, None where it is not known."""
    return logs if told is None else pl.concat([logs, told.cast({"team_id": pl.String})], how="diagonal")


def logs_of(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a kept day's rows of logs, without a copy: there can be tens of thousands."""
    return frame.head(frame.height - frame["quarter"].null_count())


def told_of(frame: pl.DataFrame) -> pl.DataFrame | None:
    """Return the `told_rows` of usage from before a kept day's logs were read, None where it is not known."""
    count = frame["quarter"].null_count()
    return frame.tail(count).select(list(OF_TEAMS)) if count else None


def requests_of(rows: pl.DataFrame) -> pl.DataFrame:
    """Return `api_requests` of each team (null: of none) in the rows of one day."""
    return rows.group_by("team_id", maintain_order=True).agg(pl.col("api_requests").sum())


def told_rows(usage: pl.DataFrame) -> pl.DataFrame:
    """Return the `requests_of` a day's usage. There is always a row, which tells that usage was known."""
    requests = requests_of(usage)
    return pl.concat([requests, _NOBODY.select(requests.columns)]) if requests.is_empty() else requests


def by_quarter(logs: pl.DataFrame) -> pl.DataFrame:
    """Return `tokens` of each quarter of an hour (`seconds` since 1970, its beginning) of a day's logs.

    There are a hundred at most, whatever the number of teams.
    """
    sums = logs.group_by("quarter", maintain_order=True).agg(TOKENS.sum())
    return sums.select(pl.col("quarter").dt.epoch("s").alias("seconds"), "tokens")


def sums_of(logs: pl.DataFrame) -> LoggedDay:
    """Add a day's logs up. Money is added up in order, so that sums are the same each time."""
    teams = logs.group_by("team_id", maintain_order=True).agg(pl.col(COUNTS).sum(), pl.col("spend"))
    return LoggedDay(teams.with_columns(pl.col("spend").list.sum()), by_quarter(logs))


def dated(days: Mapping[dt.date, pl.DataFrame], schema: Mapping[str, Any]) -> pl.DataFrame:
    """Return the rows of `days`, with the columns of `schema`, each with its `date`."""
    frames = [frame.select(pl.lit(date).alias("date"), *schema) for date, frame in days.items()]
    return pl.concat([pl.DataFrame(schema={"date": pl.Date, **schema}), *frames])


def hours_of(days: Iterable[pl.DataFrame], timezone: ZoneInfo) -> list[int]:
    """Return the tokens of each hour of the day in a time zone; `days` are the logs of each `by_quarter`.

    Each quarter is looked up in the time zone by itself, which knows every change of its clocks.
    """
    hours = [0] * HOURS_PER_DAY
    for day in days:
        for seconds, tokens in day.iter_rows():
            hours[dt.datetime.fromtimestamp(seconds, timezone).hour] += tokens
    return hours


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


def _rows(logs: Sequence[SpendLog]) -> pl.DataFrame:
    rows = [
        (
            log.start_time,
            log.team_id or None,
            log.spend if log.spend is not None and math.isfinite(log.spend) else UNKNOWN_MONEY,
            log.prompt_tokens or 0,
            log.completion_tokens or 0,
            1,
            int(log.status != "failure"),
            int(log.status == "failure"),
        )
        for log in logs
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").with_columns(pl.col("quarter").dt.truncate(QUARTER))


def _add_up(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by("quarter", "team_id", maintain_order=True).agg(pl.col("spend", *COUNTS).sum())


_NOBODY = pl.DataFrame({"team_id": [None], "api_requests": [0]}, schema=OF_TEAMS)
