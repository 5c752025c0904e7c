"""The set-up code: where others can reach the server, it makes the first account that of whoever started it."""

from __future__ import annotations

import base64
import hmac
from typing import TYPE_CHECKING

from sqlalchemy import inspect

from src.studio.accounts import repository
from src.studio.accounts.secret import derive, read_secret
from src.studio.accounts.tables import users
from src.studio.database.database import Database

if TYPE_CHECKING:
    from src.studio.settings import StudioSettings

BYTES = 10  # of which base 32 makes four groups
GROUP = 4


def setup_code(settings: StudioSettings) -> str | None:
    """Return what the start prints: the code for the first account, None where none is asked for.

    Raises `ConfigurationError` where there can be no secret, or no such database, and `StorageError` where the
    database cannot be read.
    """
    if not settings.is_public:
        return None
    database = Database(settings.studio_database_url.get_secret_value())
    try:
        with database.reading() as connection:
            if inspect(connection).has_table(users.name) and repository.has_accounts(connection):
                return None
    finally:
        database.close()
    return code_of(read_secret(settings))


def code_of(secret: bytes) -> str:
    """Return the code that goes with a secret, so that all processes know the same."""
    letters = base64.b32encode(derive(secret, "set-up code")[:BYTES]).decode()
    return "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))


def is_code(given: str, secret: bytes) -> bool:
    """Tell whether it is the code, in whatever case and groups somebody has typed it."""
    typed = "".join(filter(str.isalnum, given)).upper()
    return hmac.compare_digest(typed.encode(), code_of(secret).replace("-", "").encode())
