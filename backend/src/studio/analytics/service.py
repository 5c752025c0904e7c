"""`AnalyticsService`: what many runs tell together, of one's own and of those that are shared."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from src.core.csv import to_csv
from src.studio.analytics import leaderboard, repository
from src.studio.analytics.repository import MEASURED_BY_SERVER, Load, Scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from src.studio.accounts.user import User
    from src.studio.analytics.schemas import LeaderboardQuery, LoadQuery
    from src.studio.database.database import Database

DAYS = {"7d": 7, "30d": 30, "90d": 90}

Values = dict[str, Any]


class AnalyticsService:
    """Figures over many runs. Those of others count where they are shared."""

    def __init__(self, database: Database, clock: Callable[[], dt.datetime]) -> None:
        self._database, self._clock = database, clock

    def leaderboard(self, reader: User, asked: LeaderboardQuery) -> Values:
        """Return models at one load, the best first, by what `asked` sorts by."""
        scope, load = self._scope(reader, asked), load_of(asked)
        with self._database.reading() as connection:
            runs = repository.runs_of(connection, scope)
            results = repository.results_at(connection, scope, load)
            values = repository.values_at(connection, scope, load)
            available = repository.loads_of(connection, scope)
            entries = leaderboard.entries_of(results, values, runs)
            newest = {(entry.newest.id, *model): model for model, entry in entries.items()}
            named = repository.names_of(connection, scope, {run_id for run_id, *_ in newest})
        names = {
            newest[row["run_id"], row["provider_key"], row["model_id"]]: row
            for row in named
            if (row["run_id"], row["provider_key"], row["model_id"]) in newest
        }
        slos = leaderboard.slos_of(entries.values())
        slo = asked.slo or next(iter(slos), None)
        at = load_fields(load)
        models = [
            {**_named(names[model]), **at, **leaderboard.figures_of(entry, slo)}
            for model, entry in entries.items()
        ]
        return {
            **{name: getattr(asked, name) for name in ("type", "period", "sort")},
            **at,
            "include": asked.include.split(",") if asked.include else [],
            "slo": slo,
            "slos": slos,
            "models": leaderboard.ranked(models, asked.sort),
            "available": [{**load_fields(Load(*row[:-1])), "models": row.models} for row in available],
        }

    def leaderboard_csv(self, reader: User, asked: LeaderboardQuery) -> str:
        """Return the same as a file."""
        return to_csv(leaderboard.COLUMNS, leaderboard.csv_rows(self.leaderboard(reader, asked)))

    def _scope(self, reader: User, asked: LoadQuery) -> Scope:
        days = DAYS.get(asked.period)
        since = None if days is None else self._clock() - dt.timedelta(days=days)
        included = asked.include.split(",") if asked.include else ()
        return Scope(reader.id, since, MEASURED_BY_SERVER.union(included))


def load_of(asked: LoadQuery) -> Load:
    """Return at which load something is asked."""
    return Load(asked.load_mode, asked.load, asked.context_tokens, asked.output_tier)


def load_fields(load: Load) -> Values:
    """Return a load as answers have it."""
    return {
        "load_mode": load.load_mode,
        "load": load.load,
        "context_tokens": load.context_tokens,
        "output_tier": load.output_tier,
    }


def _named(row: Any) -> Values:  # noqa: ANN401 - a row
    """Return what a model was called in a run, and how that called it."""
    target = target_of(row["targets"], row["provider_key"], row["model_id"])
    return {
        "provider_key": row["provider_key"],
        "provider": row["provider"],
        "model_id": row["model_id"],
        "model": row["display_name"],
        "through": target.get("through", "direct"),
        "route": target.get("route", "native"),
    }


def target_of(targets: list[Values], provider_key: str, model_id: str) -> Values:
    """Return a model as a run kept it; nothing where it did not."""
    own = (
        target for target in targets if (target["provider_key"], target["model_id"]) == (provider_key, model_id)
    )
    return next(own, {})
