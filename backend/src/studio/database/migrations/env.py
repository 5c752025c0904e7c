"""Alembic's entry: `migrate` gives it a connection that holds the lock already."""

from __future__ import annotations

from alembic import context

from src.studio.database.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection, target_metadata=metadata, render_as_batch=True, transaction_per_migration=False)
context.run_migrations()
