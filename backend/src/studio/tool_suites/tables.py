"""Suites, their cases, and the versions of them that runs were on, which nobody changes."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from src.studio.database.metadata import Id, Instant, Json, metadata

tool_suites = Table(
    "tool_suites",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("name", Json, nullable=False),  # texts of people are JSON: PostgreSQL's own type refuses a zero byte
    Column("description", Json, nullable=False),
    Column("system_prompt", Json, nullable=False),
    Column("tools", Json, nullable=False),  # as OpenAI has them
    Column("tool_count", Integer, nullable=False),
    Column("case_count", Integer, nullable=False),
    Column("version", Integer, nullable=False),  # of what stands here: frozen already, or the next to be
    Column("digest", String(64)),  # of the version that was frozen last
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("search_text", Text, nullable=False),  # in lower case: name, description, names of tools
    Index("ix_tool_suites_user_id_id", "user_id", "id"),
)

tool_cases = Table(
    "tool_cases",
    metadata,
    Column("id", Id, primary_key=True),
    Column("suite_id", Id, ForeignKey("tool_suites.id", ondelete="CASCADE"), nullable=False),
    Column("user_id", Id, nullable=False),  # its suite's owner
    Column("position", Integer, nullable=False),  # in its suite; gaps are where cases were deleted
    Column("name", Json),
    Column("category", Json),
    Column("disputed", Boolean, nullable=False),
    Column("search_text", Text, nullable=False),  # in lower case: name, category, prompt's beginning, tools
    Column("content", Json, nullable=False),  # the whole case, as files have it
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("ix_tool_cases_suite_id_position_id", "suite_id", "position", "id"),
)

# What runs were on: no foreign key to the suite, which may be deleted when its runs are still read.
tool_suite_versions = Table(
    "tool_suite_versions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("suite_id", Id, nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256 of the content, so that the same is kept once
    Column("tool_count", Integer, nullable=False),
    Column("case_count", Integer, nullable=False),
    Column("content", Json, nullable=False),  # name, description, system_prompt, tools, cases with their ids
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("suite_id", "version"),
)
