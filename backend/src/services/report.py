"""What every report on usage is made of: rows, the usage behind them, and the teams' names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import polars as pl

from src.client.usage_rows import METRICS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from src.services.team_service import TeamDirectory
    from src.services.usage import Usage

    Labels = Mapping[str, str]
    Group = Callable[[Usage, TeamDirectory, Labels], "list[Row]"]

Row = dict[str, Any]

NO_LABELS: Labels = {}
NO_USAGE: Row = {"tokens": 0, **dict.fromkeys(METRICS, 0)}


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Names:
    """What teams and models are called in reports on one usage. When that changes, there are new ones."""

    directory: TeamDirectory
    labels: Labels = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """Rows for people, in order, and where they come from.

    `rows` works them out each time: they are large, and are needed once, to make an answer. They are the same for
    as long as `names` is the same object. `expires_at` tells when (UTC) something in it has to be looked at again,
    None where it is no longer good already.
    """

    usage: Usage
    names: Names
    rows: Callable[[], list[Row]]
    expires_at: Callable[[], dt.datetime | None] = lambda: None

    @property
    def is_whole(self) -> bool:
        """Whether every day of the range is in the figures, with all that is known of it."""
        return not self.usage.missing_days


class TeamServiceProtocol(Protocol):
    """Names of teams."""

    @property
    def expires_at(self) -> dt.datetime | None:
        """When (UTC) they have to be read again."""
        ...

    async def get_directory(self, usage: Usage) -> TeamDirectory:
        """Return the names of all teams, those included that appear in `usage` alone."""
        ...


class TeamDailyActivityServiceProtocol(Protocol):
    """The usage repository."""

    async def fetch_daily_activity(self, start_date: dt.date, end_date: dt.date) -> Usage:
        """Return the usage frame of a range of UTC days."""
        ...


class ModelMappingServiceProtocol(Protocol):
    """Labels of models."""

    @property
    def expires_at(self) -> dt.datetime | None:
        """When (UTC) they have to be read again."""
        ...

    async def get_display_names(self) -> Mapping[str, str]:
        """Return the label of each model whose label is not its name."""
        ...


@dataclass(frozen=True, slots=True)
class Reporter:
    """Reads usage and names, and says how to group them."""

    activity: TeamDailyActivityServiceProtocol
    teams: TeamServiceProtocol
    models: ModelMappingServiceProtocol | None = None

    async def report(self, name: str, dates: tuple[dt.date, dt.date], group: Group) -> Report:
        """Return what `group` makes of the usage of `dates` (first and last day); `name` tells groupings apart.

        Raises a `GatewayError` when the range cannot be had.
        """
        usage = await self.activity.fetch_daily_activity(*dates)
        directory = await self.teams.get_directory(usage)
        labels = NO_LABELS if self.models is None else await self.models.get_display_names()
        # usage keeps names, not reports: those would keep the usage, until a collection finds the circle
        names: Names | None = usage.derived.get(name)
        if names is None or names.directory is not directory or names.labels is not labels:
            names = usage.derived[name] = Names(directory, labels)
        return Report(usage, names, lambda: group(usage, directory, labels), lambda: self._expires_at(usage))

    def _expires_at(self, usage: Usage) -> dt.datetime | None:
        parts = [usage, self.teams, *([self.models] if self.models is not None else [])]
        times = [part.expires_at for part in parts]
        return None if None in times else min(filter(None, times))


def with_team(frame: pl.DataFrame, directory: TeamDirectory) -> pl.DataFrame:
    """Return `frame` with `name` and `kind` beside its `team_id`."""
    teams = frame.select("team_id").unique()
    ids = teams["team_id"].to_list()
    names = teams.with_columns(
        name=pl.Series([directory.name(team_id) for team_id in ids], dtype=pl.String),
        kind=pl.Series([directory.kind(team_id) for team_id in ids], dtype=pl.String),
    )
    return frame.join(names, on="team_id", how="left", nulls_equal=True, maintain_order="left")


def every_team(usage: Usage, directory: TeamDirectory) -> list[Row]:
    """Return a row for each team with what it used, zeros for teams that used nothing."""
    used = with_team(usage.by("team_id"), directory).to_dicts()
    idle = directory.listed - {row["team_id"] for row in used}
    return [*used, *(_idle(team_id, directory) for team_id in idle)]


def _idle(team_id: str, directory: TeamDirectory) -> Row:
    return {"team_id": team_id, "name": directory.name(team_id), "kind": directory.kind(team_id), **NO_USAGE}


def largest_first(rows: Sequence[Row], by: str, name: str = "name") -> list[Row]:
    """Order by a figure, and by name where it is equal."""
    return sorted(rows, key=lambda row: (-row[by], row[name]))
