"""Benchmarks at load: what points and requests came to, where a database can sort and group by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

revision = "0002"
down_revision = "0001"

ROWS_AT_ONCE = 500
NS_PER_MS = 1e6
RESULT_FIGURES = (
    *("load", "ttft_ms_p95", "itl_ms_p50", "request_latency_ms_p95"),
    *("request_rate", "output_tps", "goodput", "goodput_share", "tokens_per_second"),
)
RECORD_FIGURES = ("ttft_ms", "itl_ms", "request_latency_ms", "scheduled_ttft_ms")
MEDIANS = ("ttft_ms_p50", "request_latency_ms_p50")
"""Those that were columns before."""
AT_ONE_LOAD = [
    *("load_mode", "load", "context_tokens", "output_tier", "run_id", "target", "provider_key", "model_id"),
    *("success_count", "error_count", "ttft_ms_p50", "output_tps", "goodput", "goodput_share"),
    *("tokens_per_second", "output_tokens", "cost"),
]
VALUES = ["run_id", "target", "point", "phase", "status", "ttft_ms", "itl_ms", "request_latency_ms"]
# Figures that a row of results has since, beside those that are columns by the same name
NO_GOODPUT = {"output_tier": None, "goodput": None, "goodput_share": None, "offered_rate": None}

Row = dict[str, Any]


def upgrade() -> None:
    """Add the columns, fill them from what is there, and index what analytics asks for."""
    for table, columns in _added().items():
        for column in columns:
            op.add_column(table, column)
    connection = op.get_bind()
    _fill(connection, "benchmark_runs", ("id", "settings"), ("id",), _run)
    _fill(connection, "benchmark_results", ("run_id", "position", "figures", "statistics"), ("run_id", "position"),
          _with_runs(connection))  # fmt: skip
    _fill(connection, "benchmark_records", ("run_id", "key", "record"), ("run_id", "key"), _record)
    with op.batch_alter_table("benchmark_results") as results:
        results.alter_column("user_id", existing_type=sa.String(32), nullable=False)
        results.alter_column("created_at", existing_type=sa.BigInteger(), nullable=False)
    op.create_index("ix_benchmark_results_user_id_created_at", "benchmark_results", ["user_id", "created_at"])
    op.create_index(
        "ix_benchmark_results_user_id_model_id", "benchmark_results", ["user_id", "model_id", "created_at"]
    )
    op.create_index("ix_benchmark_results_load", "benchmark_results", AT_ONE_LOAD)
    op.create_index("ix_benchmark_records_values", "benchmark_records", VALUES)
    op.create_index(
        "ix_benchmark_runs_shared",
        "benchmark_runs",
        ["id"],
        sqlite_where=sa.text("shared"),
        postgresql_where=sa.text("shared"),
    )


def downgrade() -> None:
    """Take them back."""
    op.drop_index("ix_benchmark_records_values", table_name="benchmark_records")
    op.drop_index("ix_benchmark_results_load", table_name="benchmark_results")
    op.drop_index("ix_benchmark_runs_shared", table_name="benchmark_runs")
    op.drop_index("ix_benchmark_results_user_id_model_id", table_name="benchmark_results")
    op.drop_index("ix_benchmark_results_user_id_created_at", table_name="benchmark_results")
    for table, columns in _added().items():
        for column in columns:
            op.drop_column(table, column.name)


def _added() -> dict[str, list[sa.Column[Any]]]:
    """Return the new columns by table."""
    return {
        "benchmark_runs": [
            sa.Column("tool", sa.String(length=16), nullable=False, server_default="studio"),
            sa.Column("mode", sa.String(length=16), nullable=False, server_default="single"),
            sa.Column("dataset", sa.Text(), nullable=True),
            sa.Column("slo", sa.Text(), nullable=True),
            sa.Column("knees", sa.Text(), nullable=True),
        ],
        "benchmark_results": [
            sa.Column("target", sa.Integer(), nullable=False, server_default="0"),
            sa.Column("output_tier", sa.Integer(), nullable=True),
            sa.Column("output_tokens", sa.BigInteger(), nullable=True),
            sa.Column("load_mode", sa.String(length=16), nullable=False, server_default="single"),
            *(sa.Column(name, sa.Float(), nullable=True) for name in RESULT_FIGURES),
            sa.Column("user_id", sa.String(32), nullable=True),
            sa.Column("created_at", sa.BigInteger(), nullable=True),
        ],
        "benchmark_records": [
            sa.Column("point", sa.String(length=600), nullable=False, server_default=""),
            *(sa.Column(name, sa.Float(), nullable=True) for name in RECORD_FIGURES),
        ],
    }


def _fill(
    connection: sa.Connection,
    name: str,
    read: Sequence[str],
    keys: Sequence[str],
    values_of: Callable[[Row], Row],
) -> None:
    """Write into each row what `values_of` makes of it; a batch at a time is in memory."""
    added = (column.name for column in _added()[name])
    table = sa.table(name, *map(sa.column, dict.fromkeys((*read, *added))))
    written: sa.Update | None = None
    for rows in _batches(connection, table, read, keys):
        changes = [values_of(row) | {f"old_{key}": row[key] for key in keys} for row in rows]
        if written is None:
            names = (column for column in changes[0] if not column.startswith("old_"))
            is_it = (table.c[key] == sa.bindparam(f"old_{key}") for key in keys)
            written = table.update().where(*is_it).values({column: sa.bindparam(column) for column in names})
        connection.execute(written, changes)


def _batches(
    connection: sa.Connection, table: sa.TableClause, read: Sequence[str], keys: Sequence[str]
) -> Iterator[list[Row]]:
    """Yield all rows in the order of their keys."""
    order = [table.c[key] for key in keys]
    asked = sa.select(*(table.c[name] for name in read)).order_by(*order).limit(ROWS_AT_ONCE)
    after: tuple[Any, ...] | None = None
    while True:
        page = asked if after is None else asked.where(sa.tuple_(*order) > sa.tuple_(*map(sa.literal, after)))
        rows = [dict(row) for row in connection.execute(page).mappings()]
        if not rows:
            return
        yield rows
        after = tuple(rows[-1][key] for key in keys)


def _run(row: Row) -> Row:
    return {"mode": _settings(row)[0]}


def _with_runs(connection: sa.Connection) -> Callable[[Row], Row]:
    """Return what makes the new columns of a result, of which some are its run's."""
    table = sa.table("benchmark_runs", *map(sa.column, ("id", "user_id", "created_at", "settings", "targets")))
    runs: dict[str, Mapping[str, Any]] = {}

    def result(row: Row) -> Row:
        if row["run_id"] not in runs:
            runs.clear()  # they come one after another
            asked = sa.select(table).where(table.c.id == row["run_id"])
            runs[row["run_id"]] = connection.execute(asked).mappings().one()
        run = runs[row["run_id"]]
        mode, concurrency = _settings(run)
        found = _result(row, mode, concurrency) | {"target": _target(row, run)}
        return found | {"user_id": run["user_id"], "created_at": run["created_at"]}

    return result


def _result(row: Row, mode: str, concurrency: int | None) -> Row:
    figures, statistics = orjson.loads(row["figures"]), orjson.loads(row["statistics"])
    added = {
        "load_mode": mode,
        "load": concurrency if mode == "concurrency" else None,
        "request_rate": statistics.get("request_rate"),
        "output_tps": statistics.get("output_tps"),
        "ttft_ms_p95": _percentile(statistics, "ttft_ms", "p95"),
        "itl_ms_p50": _percentile(statistics, "itl_ms", "p50"),
        "request_latency_ms_p95": _percentile(statistics, "request_latency_ms", "p95"),
    }
    medians = {name: _percentile(statistics, name.removesuffix("_p50"), "p50") for name in MEDIANS}
    told = {"figures": orjson.dumps(figures | added | medians | NO_GOODPUT).decode()}
    sums = {
        "output_tokens": figures.get("output_tokens"),
        "tokens_per_second": figures.get("avg_tokens_per_second"),
    }
    return added | sums | told


def _target(row: Row, run: Mapping[str, Any]) -> int:
    """Return the position of a result's model in its run's targets."""
    figures = orjson.loads(row["figures"])
    named = [(target.get("provider_key"), target.get("model_id")) for target in orjson.loads(run["targets"])]
    own = (figures.get("provider_key"), figures.get("model_id"))
    return named.index(own) if own in named else 0


def _percentile(statistics: Row, name: str, percentile: str) -> float | None:
    return (statistics.get(name) or {}).get(percentile)


def _settings(run: Mapping[str, Any]) -> tuple[str, int | None]:
    """Return mode and concurrency; whatever was written by hand, or before there were modes, is single."""
    settings = orjson.loads(run["settings"])
    if not isinstance(settings, dict):
        return "single", None
    return settings.get("mode") or "single", settings.get("concurrency")


def _record(row: Row) -> Row:
    record = orjson.loads(row["record"])
    first, scheduled = record.get("first_token_ns"), record.get("scheduled_ns")
    known = first is not None and scheduled is not None
    return {
        "point": record.get("point", ""),
        **{name: record.get(name) for name in RECORD_FIGURES},
        "scheduled_ttft_ms": (first - scheduled) / NS_PER_MS if known else None,
    }
