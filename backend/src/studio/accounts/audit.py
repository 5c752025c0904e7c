"""What is written down of who did what, in the transaction that does it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

from src.studio.accounts.tables import audit
from src.studio.database.metadata import new_id

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from src.studio.accounts.user import User

VaultAction = Literal["key_changed", "key_deleted", "vault_rotated"]
ProviderAction = Literal["provider_added", "provider_changed", "provider_deleted"]
Action = (
    Literal["register", "login", "login_failed", "logout", "refresh_reused", "limits_changed", "role_changed"]
    | VaultAction
    | ProviderAction
)

KEPT = dt.timedelta(days=90)


def note(  # noqa: PLR0913 - as many as there are columns
    connection: Connection,
    action: Action,
    at: dt.datetime,
    *,
    user: User | None,
    address: str | None,
    subject: str | None = None,
    detail: dict | None = None,
) -> None:
    """Write a line. `user` did it, or is claimed to have; `subject` is the id of what it was done to."""
    connection.execute(
        audit.insert().values(
            id=new_id(),
            user_id=None if user is None else user.id,
            email=None if user is None else user.email,
            action=action,
            subject=subject,
            detail=detail,
            address=address,
            at=at,
        )
    )


def purge(connection: Connection, now: dt.datetime) -> None:
    """Delete what is older than it is kept."""
    connection.execute(audit.delete().where(audit.c.at <= now - KEPT))
