"""`TokenAggregationService` adds up tokens per team, key and model."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import polars as pl

from src.client.usage_rows import hashed
from src.core.visible import visible
from src.services.report import Reporter, Row, every_team, largest_first

if TYPE_CHECKING:
    import datetime as dt

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
    models = _within(usage, "team_id", "api_key", "model")
    for row in chain.from_iterable(models.values()):
        row["label"] = labels.get(row["model"], row["model"])
    aliases = _newest_aliases(usage)
    keys = _within(usage, "team_id", "api_key")
    for key in chain.from_iterable(keys.values()):
        key["key_alias"] = aliases.get(key["api_key"])
        key["models"] = models[key["team_id"], key["api_key"]]
    return [
        {**team, "breakdown": {"api_keys": keys.get((team["team_id"],), [])}}
        for team in by_team(usage, directory, labels)
    ]


def _within(usage: Usage, *names: str) -> dict[tuple, list[Row]]:
    """Return a row for each combination of `names`, most tokens first, by what it has under all but the last."""
    *outer, last = names
    order = ["tokens", pl.col(last).cast(pl.String)]
    parts: dict[tuple, list[Row]] = {}
    for row in usage.by(*names).sort(order, descending=[True, False]).to_dicts():
        parts.setdefault(tuple(row[name] for name in outer), []).append(row)
    return parts


def _newest_aliases(usage: Usage) -> dict[str, str]:
    """Return what each key was last called, as far as that shows: rows are in the order of their days."""
    named = usage.frame.select("api_key", "key_alias").drop_nulls("key_alias")
    # hashed again: what was before it may have hidden that it is a key
    seen = {alias: hashed(visible(alias)) for alias in named["key_alias"].unique()}
    calls = named.unique(maintain_order=True, keep="last").iter_rows()
    return {api_key: name for api_key, alias in calls if (name := seen[alias]) is not None}
