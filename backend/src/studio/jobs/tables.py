"""Jobs and the workers that run them: these rows are the truth about what runs, whatever an engine believes."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from src.studio.database.metadata import Id, Instant, Json, metadata

jobs = Table(
    "jobs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("seq", BigInteger, nullable=False, unique=True),  # the order of submission
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(32), nullable=False),  # benchmark, …: `job_type` to clients
    Column("state", String(16), nullable=False),  # pending, queued, running, done, failed, cancelled, interrupted
    Column("params", Json, nullable=False),  # ids of keys, never keys
    Column("progress_pct", Float, nullable=False),
    Column("progress_detail", String(256), nullable=False),
    Column("result_ref", String(64)),
    Column("result_type", String(32)),
    Column("error", Text),  # a sentence
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("completed_at", Instant),
    Column("timeout_seconds", Integer, nullable=False),
    Column("deadline", Instant),
    Column("attempt", Integer, nullable=False),  # counts up with each start: what an earlier one writes is refused
    Column("crashes", Integer, nullable=False),  # how many workers died over it since it last got further
    Column("cancel_requested_at", Instant),
    Column("worker_id", Id),
    Column("last_event", Integer, nullable=False),  # the newest seq in job_events
    Index("ix_jobs_user_id_seq", "user_id", "seq"),
    Index("ix_jobs_state_seq", "state", "seq"),
    Index("ix_jobs_completed_at", "completed_at"),
)

# What happened to jobs, in order: told to sockets, and told again to those that were away.
job_events = Table(
    "job_events",
    metadata,
    Column("job_id", Id, ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True),  # from 1, without gaps
    Column("type", String(64), nullable=False),
    Column("fields", Json, nullable=False),
    Column("created_at", Instant, nullable=False, index=True),
)

# Calls of models that ended, by how they did: the workers that made them are not asked, and forget.
model_calls = Table(
    "model_calls",
    metadata,
    Column("kind", String(32), primary_key=True),  # of job
    Column("outcome", String(16), primary_key=True),  # success, truncated, error, timeout, cancelled
    Column("count", BigInteger, nullable=False),
)

workers = Table(
    "workers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("host", String(255), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("heartbeat_at", Instant, nullable=False),
    Column("stopped_at", Instant),
)
