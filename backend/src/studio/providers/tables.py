"""Providers, models and prompts that users keep for themselves."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, ForeignKeyConstraint, Integer, String, Table, Text

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

# Users' own. What was measured on them is in their runs, and stays when these go.
providers = Table(
    "providers",
    metadata,
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("provider_key", String(64), primary_key=True),
    Column("display_name", Json, nullable=False),
    Column("api_base", Text),  # none: that of the preset
    Column("api_key_env", String(64)),  # the name of a variable of the server; keys themselves are in the vault
    Column("model_id_prefix", String(64)),
    Column("direct_local", Boolean, nullable=False),  # the browser may call it by itself
    Column("timeout", Float),  # seconds
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

models = Table(
    "models",
    metadata,
    Column("user_id", Id, primary_key=True),
    Column("provider_key", String(64), primary_key=True),
    Column("name", String(512), primary_key=True),  # as the provider knows it, without a prefix
    Column("display_name", Json),
    Column("context_window", Integer),
    Column("max_output_tokens", Integer),
    Column("skip_params", Json, nullable=False),
    Column("system_prompt", Json),
    Column("custom_fields", Json, nullable=False),
    Column("input_cost_per_mtok", Float),  # USD per million tokens, as all prices
    Column("output_cost_per_mtok", Float),
    Column("cached_cost_per_mtok", Float),
    Column("price_at", Instant),
    Column("created_at", Instant, nullable=False),
    ForeignKeyConstraint(
        ["user_id", "provider_key"], ["providers.user_id", "providers.provider_key"], ondelete="CASCADE"
    ),
)
