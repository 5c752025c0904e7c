"""Prompts that users keep for themselves."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table

from src.studio.database.metadata import Id, Instant, Json, metadata

prompt_templates = Table(
    "prompt_templates",
    metadata,
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("label", Json, nullable=False),  # texts of people, which may have what PostgreSQL's own type refuses
    Column("category", Json, nullable=False),
    Column("prompt", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
)
