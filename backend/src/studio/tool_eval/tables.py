"""Runs of suites, and what came of each case, repeat by repeat: all that is needed to read them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from src.studio.database.metadata import Id, Instant, Json, metadata

tool_eval_runs = Table(
    "tool_eval_runs",
    metadata,
    Column("id", Id, primary_key=True),  # that of its job, which may be gone
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("suite_id", Id, nullable=False),  # no foreign key: the suite may be deleted, and its name stays
    Column("suite_name", Json, nullable=False),  # texts of people are JSON: PostgreSQL refuses a zero byte
    Column("version_id", Id, ForeignKey("tool_suite_versions.id"), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("state", String(16), nullable=False),  # running (or waits), done, failed, cancelled, interrupted
    Column("label", Json),
    Column("settings", Json, nullable=False),  # as they were asked for
    Column("cases", Json),  # positions in the version of those that are asked; none: all
    Column("targets", Json, nullable=False),  # with names, route and price as they were then; never keys
    Column("skipped", Json, nullable=False),
    Column("adjustments", Json, nullable=False),
    Column("profile", String(16), nullable=False),  # of scoring: strict, bfcl
    Column("tool_choice", String(16), nullable=False),  # auto, required, none
    Column("temperature", Float, nullable=False),
    Column("repeats", Integer, nullable=False),
    Column("cases_total", Integer, nullable=False),
    Column("results_total", Integer, nullable=False),  # cases by models by repeats
    Column("results_done", Integer, nullable=False),
    Column("passed", Integer, nullable=False),  # of undisputed cases, as the two below
    Column("failed", Integer, nullable=False),
    Column("unscored", Integer, nullable=False),
    Column("accuracy", Float),  # 0 to 1, of all models together; none where nothing is scored
    Column("accuracy_low", Float),
    Column("accuracy_high", Float),
    Column("cost", Float),  # USD; none where a price is not known
    Column("error", Text),  # why it failed, a sentence
    Column("sentence", Json),
    Column("summaries", Json),  # a list, by target; none before it has ended
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("completed_at", Instant),
    Column("search_text", Text, nullable=False),  # in lower case: label, suite, models, providers
    Index("ix_tool_eval_runs_user_id_id", "user_id", "id"),
    Index("ix_tool_eval_runs_user_id_suite_id", "user_id", "suite_id", "id"),
    Index("ix_tool_eval_runs_created_at", "created_at"),
)

# What matrices and comparisons are made of: rows are long, and SQLite would read each to its end.
CELLS = ("run_id", "target", "case_index", "repeat", "status", "reason", "disputed", "latency_ms", "cost")

tool_eval_results = Table(
    "tool_eval_results",
    metadata,
    Column("run_id", Id, ForeignKey("tool_eval_runs.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(64), primary_key=True),  # target-case-repeat
    Column("target", Integer, nullable=False),  # position in the run's targets
    Column("case_index", Integer, nullable=False),  # position in the version's cases
    Column("case_id", Id),
    Column("repeat", Integer, nullable=False),  # from 1
    Column("category", Json),
    Column("disputed", Boolean, nullable=False),  # counts for no rate
    Column("status", String(16), nullable=False),  # pass, fail, unscored
    Column("reason", String(64)),  # why it failed
    Column("latency_ms", Float),
    Column("cost", Float),
    Column("input_tokens", Integer),
    Column("output_tokens", Integer),
    Column("rounds", Integer, nullable=False),  # requests that were answered
    Column("attempt", Integer, nullable=False),
    Column("error", Json),  # why it is unscored, a sentence
    Column("scores", Json, nullable=False),
    Column("calls", Json, nullable=False),  # what was called, by turn
    Column("problems", Json, nullable=False),
    Column("exchange", Json, nullable=False),  # turns, and every round as it was sent and as it came
    Index("ix_tool_eval_results_cells", *CELLS),
)
