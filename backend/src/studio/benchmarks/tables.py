"""Runs, their figures, and every request that these were taken from: all that is needed to read them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, text

from src.studio.database.metadata import Id, Instant, Json, metadata

benchmark_runs = Table(
    "benchmark_runs",
    metadata,
    Column("id", Id, primary_key=True),  # that of its job, which may be gone
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("source", String(16), nullable=False),  # server; client: measured in a browser; import: by another tool
    Column("tool", String(16), nullable=False, server_default="studio"),  # studio, bench, aiperf, guidellm
    Column("mode", String(16), nullable=False, server_default="single"),  # single, concurrency, rate, sweep
    Column("state", String(16), nullable=False),  # running (or waits), done, failed, cancelled, interrupted
    Column("label", Json),  # texts of people are JSON: PostgreSQL's own type refuses a zero byte
    Column("shared", Boolean, nullable=False),
    Column("prompt_start", Json, nullable=False),  # for lists
    Column("prompt", Json, nullable=False),
    Column("settings", Json, nullable=False),  # as they were asked for, without prompt and data set
    Column("dataset", Json),  # its text, JSON lines
    Column("slo", Text),  # the limits that a good answer keeps
    Column("targets", Json, nullable=False),  # with names, route, window and price as they were then; never keys
    Column("skipped", Json, nullable=False),
    Column("adjustments", Json, nullable=False),
    Column("measured", Json),  # what the generator says of itself
    Column("sentence", Text),
    Column("knees", Json),  # up to where models kept up, of a run that tried several loads
    Column("requests_total", Integer, nullable=False),  # without warm-up, as all counts and the cost
    Column("requests_done", Integer, nullable=False),
    Column("error_count", Integer, nullable=False),
    Column("cost", Float),  # USD; none where a price is not known
    Column("error", Text),  # why it failed, a sentence
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("completed_at", Instant),
    Column("search_text", Text, nullable=False),  # in lower case: label, models, providers, prompt's beginning
    Index("ix_benchmark_runs_user_id_id", "user_id", "id"),
    Index("ix_benchmark_runs_created_at", "created_at"),
    Index("ix_benchmark_runs_user_id_created_at", "user_id", "created_at"),
    # Which runs somebody may read: looked up in this alone, as rows are long.
    Index("ix_benchmark_runs_scope", "source", "user_id", "shared", "created_at", "id"),
    Index("ix_benchmark_runs_shared", "id", sqlite_where=text("shared"), postgresql_where=text("shared")),
)

AT_ONE_LOAD = (
    *("load_mode", "load", "context_tokens", "output_tier", "run_id", "target", "provider_key", "model_id"),
    *("success_count", "error_count", "ttft_ms_p50", "output_tps", "goodput", "goodput_share"),
    *("tokens_per_second", "output_tokens", "cost"),
)

# One row a point (model, lengths of input and output, load), written when it has ended.
benchmark_results = Table(
    "benchmark_results",
    metadata,
    Column("run_id", Id, ForeignKey("benchmark_runs.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("target", Integer, nullable=False, server_default="0"),  # position in the run's targets
    Column("provider_key", String(64), nullable=False),
    Column("provider", String(256), nullable=False),
    Column("model_id", String(512), nullable=False, index=True),
    Column("display_name", String(512), nullable=False),
    Column("context_tokens", Integer, nullable=False),
    Column("output_tier", Integer),  # the longest answer, where the run tried several
    Column("load_mode", String(16), nullable=False, server_default="single"),  # single, concurrency, rate
    Column("load", Float),  # people at once, or requests per second; none for single
    Column("success_count", Integer, nullable=False),
    Column("error_count", Integer, nullable=False),
    Column("ttft_ms_p50", Float),
    Column("ttft_ms_p95", Float),
    Column("itl_ms_p50", Float),
    Column("request_latency_ms_p50", Float),
    Column("request_latency_ms_p95", Float),
    Column("output_tps_p50", Float),  # of each answer
    Column("request_rate", Float),  # successes per second
    Column("output_tps", Float),  # their tokens per second, of all together
    Column("goodput", Float),  # good ones per second; none without limits
    Column("goodput_share", Float),
    Column("tokens_per_second", Float),  # of the time of a whole answer: mean
    Column("output_tokens", BigInteger),
    Column("cost", Float),
    Column("figures", Json, nullable=False),  # the row as lists and exports have it
    Column("statistics", Json, nullable=False),  # the whole distribution
    Column("user_id", Id, nullable=False),  # its run's owner, and below, when that was asked for
    Column("created_at", Instant, nullable=False),
    Index("ix_benchmark_results_user_id_created_at", "user_id", "created_at"),
    Index("ix_benchmark_results_user_id_model_id", "user_id", "model_id", "created_at"),
    # All that is grouped by over many runs: rows are long, and SQLite would read each to its end.
    Index("ix_benchmark_results_load", *AT_ONE_LOAD),
)

VALUES = ("run_id", "target", "point", "phase", "status", "ttft_ms", "itl_ms", "request_latency_ms")

# One row a request.
benchmark_records = Table(
    "benchmark_records",
    metadata,
    Column("run_id", Id, ForeignKey("benchmark_runs.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(64), primary_key=True),  # which of the planned requests
    Column("target", Integer, nullable=False),  # position in the run's targets
    Column("context_tokens", Integer, nullable=False),
    Column("point", String(600), nullable=False, server_default=""),  # as its result has it
    Column("phase", String(16), nullable=False),  # warmup, measure
    Column("status", String(16), nullable=False),
    Column("sent_ns", BigInteger, nullable=False),  # since the run's start; if never sent: when it was to be
    Column("cost", Float),
    Column("ttft_ms", Float),
    Column("itl_ms", Float),
    Column("request_latency_ms", Float),
    Column("scheduled_ttft_ms", Float),
    Column("attempt", Integer, nullable=False),
    Column("record", Json, nullable=False),  # all of it
    Index("ix_benchmark_records_run_id_sent_ns", "run_id", "sent_ns", "key"),
    # Percentiles of several runs are of these values, read without the records.
    Index("ix_benchmark_records_values", *VALUES),
)
