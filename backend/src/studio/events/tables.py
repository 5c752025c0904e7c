"""What happened to jobs, in order: told to sockets, and told again to those that were away."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from src.studio.database.metadata import Id, Instant, Json, metadata

job_events = Table(
    "job_events",
    metadata,
    Column("job_id", Id, ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True),  # from 1, without gaps
    Column("type", String(64), nullable=False),
    Column("fields", Json, nullable=False),
    Column("created_at", Instant, nullable=False, index=True),
)
