"""The dashboard's own token."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Annotated

from fastapi import Header

from src.utils.dependency_config import SettingsDep
from src.utils.errors import UnauthorizedError

if TYPE_CHECKING:
    from src.utils.common import Settings

SCHEME = "bearer"


async def require_token(settings: SettingsDep, authorization: Annotated[str | None, Header()] = None) -> None:
    """Raise `UnauthorizedError` where a token is set and the request does not carry it."""
    if not has_token(settings, authorization):
        raise UnauthorizedError(
            "This dashboard asks for a token. Send it as 'Authorization: Bearer' followed by the token."
        )


def has_token(settings: Settings, authorization: str | None) -> bool:
    """Tell whether an `Authorization` header carries the token, which every request does where none is set."""
    if settings.server_basic_auth_token is None:
        return True
    expected = settings.server_basic_auth_token.get_secret_value()
    scheme, _, token = (authorization or "").partition(" ")
    # compared as bytes and in constant time, whatever the scheme, so that timing tells nothing
    matches = hmac.compare_digest(token.strip().encode(), expected.encode())
    return matches and scheme.lower() == SCHEME
