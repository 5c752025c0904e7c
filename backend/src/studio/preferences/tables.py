"""Settings of users, a row a section: whoever saves one leaves the others alone."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table

from src.studio.database.metadata import Id, Instant, Json, metadata

preferences = Table(
    "preferences",
    metadata,
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("section", String(32), primary_key=True),
    Column("settings", Json, nullable=False),
    Column("updated_at", Instant, nullable=False),
)
