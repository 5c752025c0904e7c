"""Users' keys as they are kept: encrypted, one for each provider."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table, Text, UniqueConstraint

from src.studio.database.metadata import Id, Instant, Json, metadata

provider_keys = Table(
    "provider_keys",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("provider_key", String(64), nullable=False),
    Column("key_name", Json),  # what its owner calls it
    Column("sealed", Text, nullable=False),  # see `sealing`
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("user_id", "provider_key"),
)
