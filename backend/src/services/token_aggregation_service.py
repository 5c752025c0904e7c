"""`TokenAggregationService` adds up tokens per team, key and model."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

import polars as pl

from src.client.usage_rows import hashed
from src.core.visible import visible
from src.services.report import Reporter, Row, every_team, largest_first

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from src.services.report import (
        Labels,
        ModelMappingServiceProtocol,
        Report,
        TeamDailyActivityServiceProtocol,
        TeamServiceProtocol,
    )
    from src.services.team_service import TeamDirectory
    from src.services.usage import Usage


class TokenAggregationService:
    """Tokens, money and requests per team."""

    def __init__(
        self,
        activity: TeamDailyActivityServiceProtocol,
        teams: TeamServiceProtocol,
        models: ModelMappingServiceProtocol,
    ) -> None:
        self._reporter = Reporter(activity, teams, models)

    async def fetch_total_tokens_per_team(
        self, start_date: dt.date, end_date: dt.date, *, breakdown: bool = True
    ) -> Report:
        """Return usage `by_team_and_key`, `by_team` alone without `breakdown`.

        Raises a `GatewayError` when the range cannot be had.
        """
        name, group = ("teams by key", by_team_and_key) if breakdown else ("teams", by_team)
        return await self._reporter.report(name, (start_date, end_date), group)


def by_team(usage: Usage, directory: TeamDirectory, _labels: Labels) -> list[Row]:
    """Return a row for each team, most tokens first, teams without usage included."""
    return largest_first(every_team(usage, directory), "tokens")


def by_team_and_key(usage: Usage, directory: TeamDirectory, labels: Labels) -> list[Row]:
    """Return the same with a `breakdown` into `api_keys`, and each of those into `models`, most tokens first."""
    keys = _by(_keys(usage, labels), "team_id")
    return [
        {**team, "breakdown": {"api_keys": keys.get(team["team_id"], [])}}
        for team in by_team(usage, directory, labels)
    ]


def _keys(usage: Usage, labels: Labels) -> list[Row]:
    """Return every team's keys, most tokens first, with their models in the same order."""
    models = _by(_models(usage, labels), "team_id", "api_key")
    aliases = _newest_aliases(usage)
    keys = _ordered(usage.by("team_id", "api_key"), "api_key").to_dicts()
    for key in keys:
        key["key_alias"] = aliases.get(key["api_key"])
        key["models"] = models[key["team_id"], key["api_key"]]
    return keys


def _models(usage: Usage, labels: Labels) -> list[Row]:
    rows = _ordered(usage.by("team_id", "api_key", "model"), "model").to_dicts()
    for row in rows:
        row["label"] = labels.get(row["model"], row["model"])
    return rows


def _ordered(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    return frame.sort("tokens", pl.col(name).cast(pl.String), descending=[True, False])


def _newest_aliases(usage: Usage) -> dict[str, str]:
    """Return what each key was last called, as far as that shows: rows are in the order of their days."""
    named = usage.frame.select("api_key", "key_alias").drop_nulls("key_alias")
    # hashed again: what was before it may have hidden that it is a key
    seen = {alias: hashed(visible(alias)) for alias in named["key_alias"].unique()}
    calls = named.unique(maintain_order=True, keep="last").iter_rows()
    return {api_key: name for api_key, alias in calls if (name := seen[alias]) is not None}


def _by(rows: Iterable[Row], *names: str) -> dict[Any, list[Row]]:
    """Return the rows by what they have under `names`: one value, or a tuple of several."""
    parts: dict[Any, list[Row]] = {}
    value_of = itemgetter(*names)
    for row in rows:
        parts.setdefault(value_of(row), []).append(row)
    return parts
