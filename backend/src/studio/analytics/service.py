"""`AnalyticsService`: what many runs tell together, of one's own and of those that are shared."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from src.core.clock import iso
from src.core.csv import to_csv
from src.studio.analytics import comparison, eval_repository, evals, leaderboard, models, repository
from src.studio.analytics.eval_repository import EvalScope
from src.studio.analytics.model_evals import evals_of
from src.studio.analytics.repository import MEASURED_BY_SERVER, Load, Scope
from src.studio.analytics.settings import settings_of
from src.studio.errors import InvalidRequestError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Connection, RowMapping

    from src.core.usage import UsageOf
    from src.studio.accounts.user import User
    from src.studio.analytics.comparison import PointKey
    from src.studio.analytics.repository import ModelKey
    from src.studio.analytics.schemas import LeaderboardQuery, LoadQuery, TrendsQuery
    from src.studio.database.database import Database
    from src.studio.profiles.service import ProfileService
    from src.studio.providers.service import ProviderService

TOOL_EVAL = "tool_eval"
MOST_PUBLIC_RUNS = 1_000
PUBLIC_NOTE = (
    "Means over the newest runs of people who have opted in, each with tools and cases of their own: models that "
    "were not asked the same can be compared only roughly."
)
DAYS = {"7d": 7, "30d": 30, "90d": 90}
FEWEST_RUNS, MOST_RUNS = 2, 6
MOST_OF_A_MODEL, MOST_LISTED_RUNS, MOST_PROFILES, MOST_EVALS = 500, 50, 20, 10
OF_PROFILE = ("id", "name", "description", "is_default", "updated_at")
# Of which summary a trend is the median, and its unit; goodput is a figure of the run itself.
TRENDS = {"ttft": "ttft_ms", "latency": "request_latency_ms", "tps": "output_tps_user"}
UNITS = {"ttft": "ms", "latency": "ms", "tps": "tokens/s", "goodput": "requests/s"}
NO_GATEWAY = "No gateway is configured, so nobody knows what was used of a model. Set LITELLM_BASE_URL."

Values = dict[str, Any]


class AnalyticsService:
    """Figures over many runs. Those of others count where they are shared."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], dt.datetime],
        providers: ProviderService,
        profiles: ProfileService,
        usage_of: UsageOf | None,
    ) -> None:
        self._database, self._clock, self._providers, self._profiles = database, clock, providers, profiles
        self._usage_of = usage_of
        self._public: tuple[tuple[Any, ...], Values] | None = None

    def leaderboard(self, reader: User, asked: LeaderboardQuery) -> Values:
        """Return models at one load, the best first, by what `asked` sorts by; or those of one suite."""
        if asked.type == TOOL_EVAL:
            return self._evals(reader, asked)
        scope, load = self._scope(reader, asked), load_of(asked)
        with self._database.reading() as connection:
            runs = repository.runs_of(connection, scope)
            results = repository.results_at(connection, scope, load)
            values = repository.values_at(connection, scope, load)
            available = repository.loads_of(connection, scope)
            entries = leaderboard.entries_of(results, values, runs)
            rows = repository.names_of(connection, scope, {entry.newest.id for entry in entries.values()})
        names = {(row["run_id"], row["provider_key"], row["model_id"]): row for row in rows}
        slos = leaderboard.slos_of(entries.values())
        slo, at = asked.slo or next(iter(slos), None), load_fields(load)
        ranked = [
            {**_called(named), **at, **leaderboard.figures_of(entry, slo)}
            for model, entry in entries.items()
            if (named := names.get((entry.newest.id, *model))) is not None  # else it was deleted this moment
        ]
        return {
            **{name: getattr(asked, name) for name in ("type", "period", "sort")},
            **at,
            "include": asked.include.split(",") if asked.include else [],
            "slo": slo,
            "slos": slos,
            "models": leaderboard.ranked(ranked, asked.sort),
            "available": [{**load_fields(Load(*row[:-1])), "models": row.models} for row in available],
        }

    def public_evals(self) -> Values:
        """Return what models came to with the tools of people who let anybody read that."""
        with self._database.reading() as connection:
            stamp = eval_repository.public_stamp(connection)
            if self._public is not None and self._public[0] == stamp:
                return self._public[1]
            rows = eval_repository.public_summaries(connection, MOST_PUBLIC_RUNS)
        told = {"leaderboard": evals.public_board(rows), "note": PUBLIC_NOTE}
        self._public = stamp, told
        return told

    def leaderboard_csv(self, reader: User, asked: LeaderboardQuery) -> str:
        """Return the same as a file."""
        board = self.leaderboard(reader, asked)
        if asked.type == TOOL_EVAL:
            return to_csv(evals.COLUMNS, evals.csv_rows(board))
        return to_csv(leaderboard.COLUMNS, leaderboard.csv_rows(board))

    def _evals(self, reader: User, asked: LeaderboardQuery) -> Values:
        """Return the models that were asked a version of a suite, the highest pass rate first."""
        scope = EvalScope(reader.id, self._since(asked), asked.profile)
        with self._database.reading() as connection:
            available = eval_repository.versions_of(connection, scope)
            wanted = asked.suite_id, asked.version
            chosen = next((row for row in available if _is_wanted(row, *wanted)), None)
            place = (chosen["suite_id"], chosen["version"]) if chosen else None
            runs = eval_repository.runs_on(connection, scope, *place) if place else []
            counts = eval_repository.counts_on(connection, scope, *place) if place else []
        return {
            **{name: getattr(asked, name) for name in ("type", "period", "profile")},
            "suite": chosen and _version(chosen),
            "models": evals.ranked(runs, counts),
            "available": [_version(row) for row in available],
        }

    def trends(self, reader: User, asked: TrendsQuery) -> Values:
        """Return what runs measured of some models at one load, run by run."""
        wanted = [_wanted(name) for name in dict.fromkeys(filter(None, map(str.strip, asked.models.split(","))))]
        with self._database.reading() as connection:
            rows = repository.trend_of(
                connection, self._scope(reader, asked), load_of(asked), {model_id for _, model_id in wanted}
            )
        series: dict[ModelKey, Values] = {}
        for row in rows:
            provider_key, model_id = row["provider_key"], row["model_id"]
            point = _trend_point(row, asked.metric)
            if point is not None and ((None, model_id) in wanted or (provider_key, model_id) in wanted):
                begun = series.setdefault((provider_key, model_id), {"points": []})
                begun |= _names(row)
                begun["points"].append(point)
        return {
            "metric": asked.metric,
            "unit": UNITS[asked.metric],
            "period": asked.period,
            **load_fields(load_of(asked)),
            "series": list(series.values()),
        }

    def compare(self, reader: User, run_ids: Sequence[str]) -> Values:
        """Return 2 to 6 runs side by side. Raises `InvalidRequestError` and `NotFoundError`."""
        if not FEWEST_RUNS <= len(run_ids) <= MOST_RUNS or len(set(run_ids)) < len(run_ids):
            raise InvalidRequestError(
                f"runs: name {FEWEST_RUNS} to {MOST_RUNS} different runs by their ids, with commas between them."
            )
        with self._database.reading() as connection:
            runs = repository.runs_by_id(connection, reader.id, run_ids)
            if len(runs) < len(run_ids):
                raise NotFoundError("There is no such run.")
            results = repository.results_of(connection, reader.id, run_ids)
            values = repository.values_of(connection, reader.id, run_ids)
        measured = comparison.collected(
            (
                (row["run_id"], row["target"], _key_of(row), row["success_count"], row["error_count"])
                for row in results
            ),
            values,
            _names_of_point,
        )
        compared = comparison.compared([measured.get(run_id, {}) for run_id in run_ids])
        names = {_key_of(row): _names(row) for row in results}
        ordered = [runs[run_id] for run_id in run_ids]
        settings = settings_of(ordered)
        differing = [setting["name"] for setting in settings if setting["differs"]]
        return {
            "runs": [
                _compared_run(run, reader, [row for row in results if row["run_id"] == run["id"]])
                for run in ordered
            ],
            "points": [
                {**names[key], **load_fields(Load(*key[2:])), "metrics": metrics}
                for key, metrics in compared.points.items()
            ],
            "points_left_out": compared.left_out,
            "comparisons": len(compared.tested),
            "settings": settings,
            "alike": not differing,
            "sentence": comparison.sentence_of(
                compared, {key: called["model"] for key, called in names.items()}, differing
            ),
        }

    def models(self, reader: User) -> list[Values]:
        """Return all models that are offered, then those that were measured and are gone."""
        offered = models.offered_models(self._providers.offered(reader))
        with self._database.reading() as connection:
            measured = _measured(connection, reader)
        gone = [models.gone_model(found.named) for key, found in measured.items() if key not in offered]
        return [_with_last(model, measured) for model in (*offered.values(), *gone)]

    def model(self, reader: User, provider_key: str, model_id: str) -> Values:
        """Return what is known of a model. Raises `NotFoundError` for one that never was there."""
        key = (provider_key, model_id)
        offered = models.offered_models(self._providers.offered(reader))
        with self._database.reading() as connection:
            measured = _measured(connection, reader, key)
            history = repository.history_of(connection, Scope(reader.id), key, MOST_OF_A_MODEL)
            runs = repository.model_runs(connection, Scope(reader.id, sources=None), key, MOST_LISTED_RUNS)
            evaluated = evals_of(connection, reader.id, key, MOST_EVALS)
        model = offered.get(key) or _gone(measured.get(key), evaluated)
        profiles, _ = self._profiles.page(reader, MOST_PROFILES, None, model_id)
        return {
            **_with_last(model, measured),
            "series": models.by_point(history),
            "profiles": [{name: profile[name] for name in OF_PROFILE} for profile in profiles],
            "run_list": [_listed(run, reader) for run in runs],
            "evals": evaluated,
        }

    async def usage(self, admin: User, model_id: str, days: int) -> Values:
        """Return what everybody used of a model, and what that would have cost with others.

        Raises `NotFoundError` where no gateway is configured, and what the gateway's side raises.
        """
        if self._usage_of is None:
            raise NotFoundError(NO_GATEWAY)
        usage = await self._usage_of(model_id, days)
        providers = await asyncio.to_thread(self._providers.offered, admin)
        as_it_is = ("input_tokens", "output_tokens", "cached_tokens", "requests", "cost", "source", "scope")
        return {
            "model_id": model_id,
            "days": days,
            "from": usage.start.isoformat(),
            "to": usage.end.isoformat(),
            **{name: getattr(usage, name) for name in as_it_is},
            "partial": bool(usage.missing_days) or usage.stale,
            "missing_days": [day.isoformat() for day in usage.missing_days],
            "as_of": iso(usage.as_of),
            "at_price_of": models.at_prices(usage, providers),
        }

    def _scope(self, reader: User, asked: LoadQuery) -> Scope:
        included = asked.include.split(",") if asked.include else ()
        return Scope(reader.id, self._since(asked), MEASURED_BY_SERVER.union(included))

    def _since(self, asked: LoadQuery) -> dt.datetime | None:
        days = DAYS.get(asked.period)
        return None if days is None else self._clock() - dt.timedelta(days=days)


def _is_wanted(row: RowMapping, suite_id: str | None, version: int | None) -> bool:
    return suite_id in {None, row["suite_id"]} and version in {None, row["version"]}


def _version(row: RowMapping) -> Values:
    return {name: row[name] for name in ("suite_id", "suite_name", "version", "runs")}


@dataclass(frozen=True, slots=True)
class _Measured:
    """In how many runs a model was measured, a result that names it, and the last one with an answer, by us."""

    runs: int
    named: RowMapping
    last: RowMapping | None


def _measured(connection: Connection, reader: User, only: ModelKey | None = None) -> dict[ModelKey, _Measured]:
    """Return all models that were measured, in runs that may be read."""
    everywhere = repository.measured_models(connection, Scope(reader.id, sources=None), only)
    here = {
        (row.provider_key, row.model_id): row
        for row in repository.measured_models(connection, Scope(reader.id), only)
    }
    wanted = {row.newest for row in everywhere} | {row.answered for row in here.values() if row.answered}
    rows = repository.results_of(connection, reader.id, wanted)
    first: dict[tuple[str, ModelKey, bool], RowMapping] = {}
    for row in rows:
        key = (row["provider_key"], row["model_id"])
        first.setdefault((row["run_id"], key, False), row)
        if row["ttft_ms_p50"] is not None:
            first.setdefault((row["run_id"], key, True), row)
    found = {}
    for row in everywhere:
        key = (row.provider_key, row.model_id)
        answered = here[key].answered if key in here else None
        if (named := first.get((row.newest, key, False))) is not None:  # else it was deleted this moment
            found[key] = _Measured(row.runs, named, first.get((answered, key, True)))
    return found


def _gone(found: _Measured | None, evaluated: Sequence[Values]) -> Values:
    """Return a model as it was called when it was there. Raises `NotFoundError` for one that never was."""
    if found is not None:
        return models.gone_model(found.named)
    if evaluated:
        return models.gone_model(evaluated[0])
    raise NotFoundError("There is no such model.")


def _with_last(model: Values, measured: Mapping[ModelKey, _Measured]) -> Values:
    """Return a model with how often it was measured, and what it came to last."""
    found = measured.get((model["provider_key"], model["model_id"]))
    last = None if found is None or found.last is None else models.last_of(found.last)
    return {**model, "last": last, "runs": 0 if found is None else found.runs}


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


def _key_of(row: Mapping[str, Any]) -> PointKey:
    at = (row["load_mode"], row["load"], row["context_tokens"], row["output_tier"])
    return (row["provider_key"], row["model_id"], *at)


def _names_of_point(key: PointKey) -> list[str]:
    """Return by which names records may have a point."""
    return [f"{key[1]}{name}" for name in Load(*key[2:]).points]


def _names(row: Mapping[str, Any]) -> Values:
    """Return what a model was called in a run."""
    names = {name: row[name] for name in ("provider_key", "provider", "model_id")}
    return {**names, "model": row["display_name"]}


def _called(row: Mapping[str, Any]) -> Values:
    """Return what a model was called in a run, and how that called it."""
    named = _names(row)
    own = (
        target
        for target in row["targets"]
        if (target["provider_key"], target["model_id"]) == (named["provider_key"], named["model_id"])
    )
    target = next(own, {})
    return {**named, "through": target.get("through", "direct"), "route": target.get("route", "native")}


def _wanted(name: str) -> tuple[str | None, str]:
    """Return a model's provider, None for any, and its id."""
    provider_key, separator, model_id = name.partition("::")
    return (provider_key, model_id) if separator else (None, name)


def _trend_point(row: Mapping[str, Any], metric: str) -> Values | None:
    """Return a run's figure, None where it has none."""
    of_run = {
        "timestamp": iso(row["created_at"]),
        "run_id": row["run_id"],
        "client_limited": bool(row["client_limited"]),
    }
    if metric == "goodput":
        value, n = row["goodput"], row["success_count"] + row["error_count"]
        return None if value is None else {**of_run, "value": value, "interval": None, "n": n}
    summary = row["statistics"].get(TRENDS[metric])
    if summary is None:
        return None
    return {**of_run, "value": summary["p50"], "interval": summary["p50_interval"], "n": summary["n"]}


def _compared_run(run: Mapping[str, Any], reader: User, results: Iterable[Mapping[str, Any]]) -> Values:
    as_it_is = ("id", "label", "state", "sentence", "tool", "source", "requests_total", "requests_done")
    return {
        **{name: run[name] for name in (*as_it_is, "error_count", "cost")},
        "timestamp": iso(run["created_at"]),
        "prompt": run["prompt_start"],
        "is_owner": run["user_id"] == reader.id,
        "client_limited": bool(run["client_limited"]),
        "through": "gateway" if any(target["through"] == "gateway" for target in run["targets"]) else "direct",
        "models": [_compared_model(row) for row in results],
    }


def _compared_model(row: Mapping[str, Any]) -> Values:
    figures, requests = row["figures"], row["success_count"] + row["error_count"]
    return {
        **_names(row),
        **{name: row[name] for name in ("load_mode", "load", "context_tokens", "output_tier")},
        "avg_tps": figures["avg_tokens_per_second"],
        "avg_ttft_ms": figures["avg_ttft_ms"],
        "avg_cost": row["cost"] / requests if row["cost"] is not None and requests else None,
        "avg_output_speed_tps": figures["avg_output_speed_tps"],
        "avg_itl_ms": figures["avg_itl_ms"],
    }


def _listed(run: Mapping[str, Any], reader: User) -> Values:
    as_it_is = ("id", "label", "state", "sentence", "source", "tool")
    told = {name: run[name] for name in as_it_is}
    return {**told, "timestamp": iso(run["created_at"]), "is_owner": run["user_id"] == reader.id}
