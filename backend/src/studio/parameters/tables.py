"""What users say of parameters, in place of what the registry says."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table

from src.studio.database.metadata import Id, Instant, Json, metadata

param_support = Table(
    "param_support",
    metadata,
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("support", Json, nullable=False),
    Column("updated_at", Instant, nullable=False),
)
