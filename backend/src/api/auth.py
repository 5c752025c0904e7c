"""The dashboard's own token."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import Header

from src.utils.dependency_config import SettingsDep
from src.utils.errors import UnauthorizedError

SCHEME = "bearer"


async def require_token(settings: SettingsDep, authorization: Annotated[str | None, Header()] = None) -> None:
    """Raise `UnauthorizedError` where a token is set and the request does not carry it."""
    if settings.server_basic_auth_token is None:
        return
    expected = settings.server_basic_auth_token.get_secret_value()
    scheme, _, token = (authorization or "").partition(" ")
    # compared as bytes and in constant time, whatever the scheme, so that timing tells nothing
    matches = hmac.compare_digest(token.strip().encode(), expected.encode())
    if not (matches and scheme.lower() == SCHEME):
        raise UnauthorizedError(
            "This dashboard asks for a token. Send it as 'Authorization: Bearer' followed by the token."
        )
