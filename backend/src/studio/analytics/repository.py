"""Reads results of many runs at once. Who reads is part of every question: own runs, and those that are shared.

Nothing here makes averages of averages: percentiles are of the requests themselves (`values_at`, `values_of`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Text, and_, case, func, literal, or_, select, type_coerce

from src.studio.benchmarks.tables import benchmark_records, benchmark_results, benchmark_runs
from src.studio.database.metadata import EPOCH, MILLISECOND

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Connection, Executable, RowMapping

runs, results, records = benchmark_runs.c, benchmark_results.c, benchmark_records.c

ModelKey = tuple[str, str]
"""A model's `provider_key` and `model_id`."""

MEASURED_BY_SERVER = frozenset({"server"})
# As the generator's report has it, which is kept as JSON without spaces
CLIENT_LIMITED = '"client_limited":true'
AT = (results.load_mode, results.load, results.context_tokens, results.output_tier)
# Of a result, what many are grouped by and added up; whose it is comes first.
RESULT = (
    *("provider_key", "model_id", "run_id", "success_count", "error_count", "ttft_ms_p50", "output_tps"),
    *("goodput", "goodput_share", "tokens_per_second", "output_tokens", "cost"),
)


@dataclass(frozen=True, slots=True)
class Load:
    """How much was asked at once, with how much context, and for how long an answer, where runs tried several."""

    load_mode: str = "single"
    load: float | None = None
    context_tokens: int = 0
    output_tier: int | None = None

    @property
    def points(self) -> tuple[str, str]:
        """What may follow a model's id in the name of its point: a run of one load does not name that."""
        output = "" if self.output_tier is None else f">{self.output_tier}"
        letter = {"concurrency": "c", "rate": "r"}.get(self.load_mode)
        point = f"@{self.context_tokens}{output}"
        return point, point if letter is None else f"{point} {letter}{self.load:g}"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which runs count: those that `reader_id` may read, asked for since then, measured by one of `sources`.

    None: at any time, by whatever.
    """

    reader_id: str
    since: dt.datetime | None = None
    sources: Collection[str] | None = field(default=MEASURED_BY_SERVER)

    def conditions(self) -> ColumnElement[bool]:
        """Return what holds of such runs."""
        held: list[ColumnElement[bool]] = [or_(runs.user_id == self.reader_id, runs.shared)]
        if self.sources is not None:
            held.append(runs.source.in_(sorted(self.sources)))
        if self.since is not None:
            held.append(runs.created_at >= self.since)
        return and_(*held)

    def holds(self, run_id: ColumnElement[str] = results.run_id) -> ColumnElement[bool]:
        """Tell whether a row is of such a run: looked up in a list of them, which is much quicker than a join."""
        return run_id.in_(select(runs.id).where(self.conditions()))


def _is_at(load: Load) -> ColumnElement[bool]:
    return and_(
        results.load_mode == load.load_mode,
        results.load.is_(None) if load.load is None else results.load == load.load,
        results.context_tokens == load.context_tokens,
        results.output_tier.is_(None) if load.output_tier is None else results.output_tier == load.output_tier,
    )


def _is_limited() -> ColumnElement[bool]:
    """Tell whether a run says that the measuring machine may have slowed it down."""
    return func.coalesce(type_coerce(runs.measured, Text).contains(CLIENT_LIMITED), literal(value=False))


class RunSeen(NamedTuple):
    """When a run was asked for, which limits it judged by, and whether the client slowed it down; newer is more.

    `created_ms` are milliseconds since 1970, as they are kept: of thousands of runs, few times are told.
    """

    created_ms: int
    id: str
    slo: str | None
    client_limited: bool | int

    @property
    def created_at(self) -> dt.datetime:
        """When it was asked for."""
        return EPOCH + self.created_ms * MILLISECOND


def runs_of(connection: Connection, scope: Scope) -> dict[str, RunSeen]:
    """Return what is looked at of runs, by their ids."""
    asked = select(runs.created_at, runs.id, runs.slo, _is_limited().label("client_limited"))
    return {row[1]: RunSeen._make(row) for row in _plain(connection, asked.where(scope.conditions()))}


def results_at(connection: Connection, scope: Scope, load: Load) -> Sequence[Any]:
    """Return `RESULT` of all results at a load, in no order, by what an index has of them."""
    return _plain(connection, select(*(results[name] for name in RESULT)).where(_is_at(load), scope.holds()))


def values_at(connection: Connection, scope: Scope, load: Load) -> Sequence[Any]:
    """Return, of each successful request at a load, its model, its TTFT and its ITL, in milliseconds.

    They are tens of thousands, and come as the driver has them: rows of SQLAlchemy's take as long as the question.
    """
    asked = (
        select(results.provider_key, results.model_id, records.ttft_ms, records.itl_ms)
        .select_from(benchmark_results)
        .join(benchmark_records, and_(records.run_id == results.run_id, _is_of_result(load)))
        .where(_is_at(load), scope.holds())
    )
    return _plain(connection, asked)


def _is_of_result(load: Load) -> ColumnElement[bool]:
    names = [results.model_id + name for name in dict.fromkeys(load.points)]
    return and_(
        records.target == results.target,
        records.point.in_(names),
        records.phase == "measure",
        records.status == "success",
    )


def loads_of(connection: Connection, scope: Scope) -> Sequence[Any]:
    """Return which loads there are results at, each with the number of its models, most first."""
    run_id = results.run_id.concat("")  # else SQLite goes run by run, and sorts: all loads are one index, in order
    each = select(*AT, results.provider_key, results.model_id).where(scope.holds(run_id)).distinct().subquery()
    at, models = [each.c[column.name] for column in AT], func.count().label("models")
    asked = select(*at, models).group_by(*at).order_by(models.desc(), *at)
    return connection.execute(asked).all()


def names_of(connection: Connection, scope: Scope, run_ids: Collection[str]) -> Sequence[RowMapping]:
    """Return what models were called in some runs, and what these measured (`targets`)."""
    named = (results.run_id, results.provider_key, results.model_id, results.provider, results.display_name)
    asked = select(*named, runs.targets).join(benchmark_runs)
    return connection.execute(asked.where(scope.conditions(), results.run_id.in_(run_ids))).mappings().all()


def runs_by_id(connection: Connection, reader_id: str, run_ids: Collection[str]) -> dict[str, RowMapping]:
    """Return runs that may be read, whole, by their ids."""
    asked = select(benchmark_runs, _is_limited().label("client_limited"))
    chosen = asked.where(Scope(reader_id, sources=None).conditions(), runs.id.in_(run_ids))
    return {row["id"]: row for row in connection.execute(chosen).mappings()}


def results_of(connection: Connection, reader_id: str, run_ids: Collection[str]) -> Sequence[RowMapping]:
    """Return all results of runs that may be read, without distributions, in their order."""
    columns = [column for column in results if column.name != "statistics"]
    asked = select(*columns).where(results.run_id.in_(run_ids), Scope(reader_id, sources=None).holds())
    return connection.execute(asked.order_by(results.run_id, results.position)).mappings().all()


def values_of(connection: Connection, reader_id: str, run_ids: Collection[str]) -> Sequence[Any]:
    """Return, of each successful request of runs that may be read, where it belongs, and its times.

    That is its run, the position of its target, the name of its point; then its TTFT, its ITL and its latency, in
    milliseconds, as the driver has them.
    """
    times = (records.ttft_ms, records.itl_ms, records.request_latency_ms)
    asked = select(records.run_id, records.target, records.point, *times).where(
        records.run_id.in_(run_ids),
        Scope(reader_id, sources=None).holds(records.run_id),
        records.phase == "measure",
        records.status == "success",
    )
    return _plain(connection, asked)


def _plain(connection: Connection, asked: Executable) -> Sequence[Any]:
    """Return rows as the driver has them."""
    cursor = connection.execute(asked).cursor
    return [] if cursor is None else cursor.fetchall()


def trend_of(connection: Connection, scope: Scope, load: Load, models: Collection[str]) -> Sequence[RowMapping]:
    """Return what runs measured of models, named by their ids, at a load, the oldest first, with distributions."""
    asked = _whole().where(_is_at(load), results.model_id.in_(models), scope.conditions())
    return connection.execute(asked.order_by(runs.created_at, runs.id)).mappings().all()


def history_of(connection: Connection, scope: Scope, model: ModelKey, limit: int) -> Sequence[RowMapping]:
    """Return the newest results of a model at any load, the newest first, with distributions."""
    provider_key, model_id = model
    asked = _whole().where(results.provider_key == provider_key, results.model_id == model_id, scope.conditions())
    return connection.execute(asked.order_by(runs.created_at.desc(), runs.id.desc()).limit(limit)).mappings().all()


def _whole() -> Any:  # noqa: ANN401 - a SELECT of many columns
    named = (results.provider_key, results.provider, results.model_id, results.display_name)
    counts = (results.success_count, results.error_count, results.output_tps, results.goodput)
    of_run = (runs.created_at, _is_limited().label("client_limited"))
    return select(results.run_id, *named, *AT, *counts, results.statistics, *of_run).join(benchmark_runs)


def measured_models(connection: Connection, scope: Scope, only: ModelKey | None = None) -> Sequence[Any]:
    """Return models that were measured, or one: in how many runs, the newest one, and the last with an answer."""
    answered = case((results.ttft_ms_p50.is_not(None), results.run_id))
    asked = select(
        results.provider_key,
        results.model_id,
        func.count(results.run_id.distinct()).label("runs"),
        func.max(results.run_id).label("newest"),
        func.max(answered).label("answered"),
    )
    chosen = asked.where(scope.holds(results.run_id.concat("")))  # as `loads_of`
    if only is not None:
        chosen = chosen.where(results.provider_key == only[0], results.model_id == only[1])
    return connection.execute(chosen.group_by(results.provider_key, results.model_id)).all()


def model_runs(connection: Connection, scope: Scope, model: ModelKey, limit: int) -> Sequence[RowMapping]:
    """Return the newest runs that measured a model, the newest first."""
    provider_key, model_id = model
    theirs = select(results.run_id).where(results.provider_key == provider_key, results.model_id == model_id)
    told = (runs.id, runs.user_id, runs.created_at, runs.label, runs.state, runs.sentence, runs.source, runs.tool)
    asked = select(*told).where(scope.conditions(), runs.id.in_(theirs))
    return connection.execute(asked.order_by(runs.created_at.desc(), runs.id.desc()).limit(limit)).mappings().all()
