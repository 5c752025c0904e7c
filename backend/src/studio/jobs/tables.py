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
