"""Accounts as they are kept: no password, no token, only what proves them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table

from src.studio.database.metadata import Id, Instant, Json, metadata

users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True),
    Column("email", String(254), nullable=False, unique=True),  # in lower case
    Column("password_hash", String(255)),  # argon2id; none: nobody can sign in by a password
    Column("role", String(16), nullable=False),  # admin, user
    Column("is_demo", Boolean, nullable=False),
    Column("onboarding_completed", Boolean, nullable=False),
    Column("benchmarks_per_hour", Integer, nullable=False),
    Column("max_concurrent", Integer, nullable=False),
    Column("max_runs_per_benchmark", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_login_at", Instant),
)

# One row a sign-in, whose refresh token changes with each use; or a token for the command line, which has none.
sessions = Table(
    "sessions",
    metadata,
    Column("id", Id, primary_key=True),  # `sid` of its access tokens
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),  # browser, cli
    Column("name", String(128)),  # of a token, as its user calls it
    Column("refresh_hash", String(64), unique=True),
    Column("created_at", Instant, nullable=False),
    Column("last_used_at", Instant, nullable=False),  # of a token: to a few minutes
    Column("expires_at", Instant, nullable=False, index=True),
    Column("revoked_at", Instant),
    Column("user_agent", String(256)),
)

# What a session's refresh token was before: one that comes once more shows that somebody else has it, too.
used_refresh_tokens = Table(
    "used_refresh_tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("session_id", Id, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("used_at", Instant, nullable=False, index=True),
)

ws_tickets = Table(
    "ws_tickets",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("session_id", Id, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),  # of the token, which is shown once
    Column("email", String(254)),  # none: whoever has the token may use it
    Column("role", String(16), nullable=False),
    # those of somebody who is gone do not hold
    Column("created_by", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("used_at", Instant),
    Column("used_by", Id, ForeignKey("users.id", ondelete="SET NULL"), index=True),
)

# Links to set a new password that nobody has used yet.
reset_tokens = Table(
    "reset_tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("expires_at", Instant, nullable=False, index=True),
)

# Who has asked for such a link and could not be sent one: administrators hand it over.
reset_requests = Table(
    "reset_requests",
    metadata,
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("asked_at", Instant, nullable=False, index=True),
)

# A row an attempt, which goes when it succeeds.
failed_logins = Table(
    "failed_logins",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account", String(64), nullable=False),  # a hash: people type passwords where an e-mail belongs
    Column("address", String(64), nullable=False),
    Column("at", Instant, nullable=False, index=True),
    Index("ix_failed_logins_account_at", "account", "at"),
    Index("ix_failed_logins_address_at", "address", "at"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id),  # who did it; kept when the account is gone
    Column("email", String(254)),
    Column("action", String(64), nullable=False),
    Column("subject", String(256)),
    Column("detail", Json),
    Column("address", String(64)),
    Column("at", Instant, nullable=False),
    Index("ix_audit_at_id", "at", "id"),
    Index("ix_audit_user_id_at_id", "user_id", "at", "id"),
    Index("ix_audit_email_at_id", "email", "at", "id"),
    Index("ix_audit_action_at_id", "action", "at", "id"),
)
