"""Reads results of many runs at once. Who reads is part of every question: own runs, and those that are shared.

Nothing here makes averages of averages: percentiles are of the requests themselves (`values_at`, `values_of`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, and_, func, literal, or_, select, type_coerce

from src.studio.benchmarks.tables import benchmark_records, benchmark_results, benchmark_runs

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, RowMapping

runs, results, records = benchmark_runs.c, benchmark_results.c, benchmark_records.c

ModelKey = tuple[str, str]
"""A model's `provider_key` and `model_id`."""

MEASURED_BY_SERVER = frozenset({"server"})
# As the generator's report has it, which is kept as JSON without spaces
CLIENT_LIMITED = '"client_limited":true'
AT = (results.load_mode, results.load, results.context_tokens, results.output_tier)


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


def runs_of(connection: Connection, scope: Scope) -> dict[str, Row[Any]]:
    """Return when runs were asked for, which limits they judged by, and whether the client slowed them down."""
    asked = select(runs.id, runs.created_at, runs.slo, _is_limited().label("client_limited"))
    return {row.id: row for row in connection.execute(asked.where(scope.conditions()))}


def results_at(connection: Connection, scope: Scope, load: Load) -> Sequence[Row[Any]]:
    """Return all results at a load, in no order, by what an index has of them."""
    asked = select(
        *(results.provider_key, results.model_id, results.run_id, results.success_count, results.error_count),
        *(results.ttft_ms_p50, results.output_tps, results.goodput, results.goodput_share),
        *(results.tokens_per_second, results.output_tokens, results.cost),
    )
    return connection.execute(asked.where(_is_at(load), scope.holds())).all()


def values_at(
    connection: Connection, scope: Scope, load: Load
) -> list[tuple[str, str, float | None, float | None]]:
    """Return, of each successful request at a load, its model, its TTFT and its ITL, in milliseconds.

    They are tens of thousands, and come as the driver has them: rows of SQLAlchemy's take as long as the question.
    """
    asked = (
        select(results.provider_key, results.model_id, records.ttft_ms, records.itl_ms)
        .select_from(benchmark_results)
        .join(benchmark_records, and_(records.run_id == results.run_id, _is_of_result(load)))
        .where(_is_at(load), scope.holds())
    )
    return connection.execute(asked).cursor.fetchall()


def _is_of_result(load: Load) -> ColumnElement[bool]:
    names = [results.model_id + name for name in dict.fromkeys(load.points)]
    return and_(
        records.target == results.target,
        records.point.in_(names),
        records.phase == "measure",
        records.status == "success",
    )


def loads_of(connection: Connection, scope: Scope) -> Sequence[Row[Any]]:
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
