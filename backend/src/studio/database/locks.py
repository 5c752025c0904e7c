"""What one transaction at a time may do, whichever process it is of."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Connection


class Lock(IntEnum):
    """Numbers of PostgreSQL's advisory locks, which are the whole database's."""

    MIGRATION = 0x5354_5544
    LINE = 0x5354_4A4F  # to submit and to admit jobs
    ATTEMPTS = 0x5354_4154  # to count who guesses
    VAULT = 0x5354_5641  # to add a key to the vault's file
    PROFILES = 0x5354_5052  # to count profiles of a model, and to say which is its default
    PREFERENCES = 0x5354_5046  # to change a section of settings


def take(connection: Connection, lock: Lock) -> None:
    """Wait until nobody else has a lock, and keep it until the transaction ends. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock.value})
