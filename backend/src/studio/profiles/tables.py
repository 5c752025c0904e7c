"""Profiles as they are kept."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, UniqueConstraint, text

from src.studio.database.metadata import Id, Instant, Json, metadata

profiles = Table(
    "profiles",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("model_id", String(256), nullable=False),
    Column("name", String(128), nullable=False),
    Column("description", Json, nullable=False),
    Column("is_default", Boolean, nullable=False),
    Column("params", Json, nullable=False),
    Column("system_prompt", Json),  # none where a version says it
    Column("prompt_version_id", Id, ForeignKey("prompt_versions.id", ondelete="SET NULL"), index=True),
    Column("origin_type", String(16), nullable=False),  # manual, param_tuner, prompt_tuner, import
    Column("origin_ref", Json),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("user_id", "model_id", "name"),
    Index("ix_profiles_user_id_id", "user_id", "id"),
    # one default a model, whoever else writes at the same time
    Index(
        "ix_profiles_default",
        "user_id",
        "model_id",
        unique=True,
        sqlite_where=text("is_default"),
        postgresql_where=text("is_default"),
    ),
)
