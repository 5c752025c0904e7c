"""What every report on usage is made of: rows, the usage behind them, and the teams' names."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from src.client.usage_rows import METRICS
from src.services.usage import SUMS, UNKNOWN_MODEL

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from src.services.protocols import TeamDailyActivityServiceProtocol, TeamServiceProtocol
    from src.services.team_directory import TeamDirectory
    from src.services.usage import Usage

    Group = Callable[["Usage", TeamDirectory], "list[Row]"]

Row = dict[str, Any]

NO_USAGE: Row = {"tokens": 0, **dict.fromkeys(METRICS, 0)}
MODEL = pl.col("model").fill_null(UNKNOWN_MODEL)


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """Rows for people, in order, and where they come from.

    `answers` is for what was made of it, by format.
    """

    usage: Usage
    directory: TeamDirectory
    rows: list[Row]
    labels: Mapping[str, str] | None = None
    answers: dict[str, Any] = field(default_factory=dict, repr=False)


class Reporter:
    """Reads usage and names, and groups them off the event loop; what has not changed is not grouped again."""

    def __init__(self, activity: TeamDailyActivityServiceProtocol, teams: TeamServiceProtocol) -> None:
        self._activity, self._teams = activity, teams

    async def report(
        self, name: str, dates: tuple[dt.date, dt.date], group: Group, labels: Mapping[str, str] | None = None
    ) -> Report:
        """Return what `group` makes of the usage of `dates` (first and last day); `name` tells groupings apart.

        Raises a `GatewayError` when the range cannot be had.
        """
        usage = await self._activity.fetch_daily_activity(*dates)
        directory = await self._teams.get_directory(usage)

        def known() -> Report | None:
            report: Report | None = usage.derived.get(name)
            good = report is not None and report.directory is directory and report.labels is labels
            return report if good else None

        def make() -> Report:
            with usage.deriving:  # many ask at the same time: the first makes it
                report = known() or Report(usage, directory, group(usage, directory), labels)
                usage.derived[name] = report
                return report

        return known() or await asyncio.to_thread(make)


def grouped(usage: Usage, *keys: str | pl.Expr) -> list[Row]:
    """Return a row for each combination of `keys` that was used, with `tokens` and every metric added up."""
    return usage.frame.group_by(*keys, maintain_order=True).agg(SUMS).to_dicts()


def with_team(row: Row, directory: TeamDirectory) -> Row:
    """Return `row` with `name` and `kind` beside its `team_id`."""
    team_id = row["team_id"]
    return {**row, "name": directory.name(team_id), "kind": directory.kind(team_id)}


def every_team(usage: Usage, directory: TeamDirectory) -> list[Row]:
    """Return a row for each team with what it used, zeros for teams that used nothing."""
    used = {row["team_id"]: row for row in grouped(usage, "team_id")}
    idle = directory.listed - used.keys()
    rows = [*used.values(), *({"team_id": team_id, **NO_USAGE} for team_id in idle)]
    return [with_team(row, directory) for row in rows]


def largest_first(rows: Sequence[Row], by: str, name: str = "name") -> list[Row]:
    """Order by a figure, and by name where it is equal."""
    return sorted(rows, key=lambda row: (-row[by], row[name]))
