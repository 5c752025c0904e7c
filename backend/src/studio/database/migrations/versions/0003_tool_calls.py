"""Tool calls: suites and their versions, and runs of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

CELLS = ["run_id", "target", "case_index", "repeat", "status", "reason", "disputed", "latency_ms", "cost"]
TEXTS = ("name", "description", "system_prompt", "tools")
ASKED = ("settings", "targets", "skipped", "adjustments")
SCOPE = "ix_benchmark_runs_scope"


def upgrade() -> None:
    """Make the tables, and an index of which benchmarks somebody may read. Whatever is there stays as it is."""
    _suites()
    _runs()
    op.create_index(SCOPE, "benchmark_runs", ["source", "user_id", "shared", "created_at", "id"])


def downgrade() -> None:
    """Take them back."""
    op.drop_index(SCOPE, "benchmark_runs")
    for table in ("tool_eval_results", "tool_eval_runs", "tool_suite_versions", "tool_cases", "tool_suites"):
        op.drop_table(table)


def _suites() -> None:
    op.create_table(
        "tool_suites",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("name", "description", "system_prompt", "tools")
        ),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("tool_count", "case_count", "version")),
        sa.Column("digest", sa.String(64), nullable=True),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("created_at", "updated_at")),
        sa.Column("search_text", sa.Text(), nullable=False),
        _owned("tool_suites"),
        sa.PrimaryKeyConstraint("id", name="pk_tool_suites"),
    )
    op.create_index("ix_tool_suites_user_id_id", "tool_suites", ["user_id", "id"])
    op.create_table(
        "tool_cases",
        *(sa.Column(name, sa.String(32), nullable=False) for name in ("id", "suite_id", "user_id")),
        sa.Column("position", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("name", "category")),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("search_text", "content")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("created_at", "updated_at")),
        sa.ForeignKeyConstraint(
            ["suite_id"], ["tool_suites.id"], name="fk_tool_cases_suite_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_tool_cases"),
    )
    op.create_index("ix_tool_cases_suite_id_position_id", "tool_cases", ["suite_id", "position", "id"])
    op.create_table(
        "tool_suite_versions",
        *(sa.Column(name, sa.String(32), nullable=False) for name in ("id", "user_id", "suite_id")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("tool_count", "case_count")),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        _owned("tool_suite_versions"),
        sa.PrimaryKeyConstraint("id", name="pk_tool_suite_versions"),
        sa.UniqueConstraint("suite_id", "version", name="uq_tool_suite_versions_suite_id_version"),
    )
    op.create_index("ix_tool_suite_versions_user_id", "tool_suite_versions", ["user_id"])


def _runs() -> None:
    counts = ("cases_total", "results_total", "results_done", "passed", "failed", "unscored")
    op.create_table(
        "tool_eval_runs",
        *(sa.Column(name, sa.String(32), nullable=False) for name in ("id", "user_id", "suite_id")),
        sa.Column("suite_name", sa.Text(), nullable=False),
        sa.Column("version_id", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("settings", "targets", "skipped", "adjustments")
        ),
        *(sa.Column(name, sa.String(16), nullable=False) for name in ("profile", "tool_choice")),
        sa.Column("temperature", sa.Float(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("repeats", *counts)),
        *(
            sa.Column(name, sa.Float(), nullable=True)
            for name in ("accuracy", "accuracy_low", "accuracy_high", "cost")
        ),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("cases", "error", "sentence", "summaries")),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in ("started_at", "completed_at")),
        sa.Column("search_text", sa.Text(), nullable=False),
        _owned("tool_eval_runs"),
        sa.ForeignKeyConstraint(["version_id"], ["tool_suite_versions.id"], name="fk_tool_eval_runs_version_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tool_eval_runs"),
    )
    op.create_index("ix_tool_eval_runs_version_id", "tool_eval_runs", ["version_id"])
    op.create_index("ix_tool_eval_runs_user_id_id", "tool_eval_runs", ["user_id", "id"])
    op.create_index("ix_tool_eval_runs_user_id_suite_id", "tool_eval_runs", ["user_id", "suite_id", "id"])
    op.create_index("ix_tool_eval_runs_created_at", "tool_eval_runs", ["created_at"])
    op.create_table(
        "tool_eval_results",
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("target", "case_index")),
        sa.Column("case_id", sa.String(32), nullable=True),
        sa.Column("repeat", sa.Integer(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(64), nullable=True),
        *(sa.Column(name, sa.Float(), nullable=True) for name in ("latency_ms", "cost")),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("input_tokens", "output_tokens")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("rounds", "attempt")),
        sa.Column("error", sa.Text(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("scores", "calls", "problems", "exchange")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["tool_eval_runs.id"], name="fk_tool_eval_results_run_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "key", name="pk_tool_eval_results"),
    )
    op.create_index("ix_tool_eval_results_cells", "tool_eval_results", CELLS)


def _owned(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{table}_user_id", ondelete="CASCADE")
