"""Prompts in versions: a version is never changed but for its label."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from src.studio.database.metadata import Id, Instant, Json, metadata

prompt_versions = Table(
    "prompt_versions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column(
        "prompt_text", Json, nullable=False
    ),  # texts of people are JSON: PostgreSQL's own type refuses a zero byte
    Column("prompt_start", Json, nullable=False),  # for lists
    Column("prompt_chars", Integer, nullable=False),
    Column("label", Json, nullable=False),
    Column("source", String(16), nullable=False),  # manual, prompt_tuner, auto_optimize, import
    Column("parent_version_id", Id, ForeignKey("prompt_versions.id", ondelete="SET NULL"), index=True),
    Column("created_at", Instant, nullable=False),
    Index("ix_prompt_versions_user_id_id", "user_id", "id"),
)
