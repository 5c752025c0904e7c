"""Access tokens, which hold for a quarter of an hour, and random ones, of which a hash is kept."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import jwt

from src.core.errors import UnauthorizedError
from src.studio.database.metadata import new_id

if TYPE_CHECKING:
    from collections.abc import Callable

ALGORITHM = "HS256"
ACCESS = "access"
ACCESS_LIFETIME = dt.timedelta(minutes=15)
RANDOM_BYTES = 32
# By how much the clocks of servers that share a database may differ.
SKEW = dt.timedelta(minutes=1)
# by the service's own clock, below
NO_TIMES = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
CLAIMS = ["sub", "sid", "type", "iat", "exp", "jti"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What an access token says."""

    user_id: str
    session_id: str
    expires_at: dt.datetime


class AccessTokens:
    """Issues and reads access tokens: JWTs signed by HS256."""

    def __init__(self, key: bytes, clock: Callable[[], dt.datetime]) -> None:
        self._key, self._clock = key, clock

    def issue(self, user_id: str, session_id: str) -> str:
        """Return a token for a session of a user."""
        now = int(self._clock().timestamp())
        expires = now + int(ACCESS_LIFETIME.total_seconds())
        claims = {"sub": user_id, "sid": session_id, "type": ACCESS, "iat": now, "exp": expires, "jti": new_id()}
        return jwt.encode(claims, self._key, ALGORITHM)

    def read(self, token: str) -> Claims:
        """Return what a token says, whoever it speaks of. Raises `UnauthorizedError`."""
        try:
            claims = jwt.decode(token, self._key, [ALGORITHM], options={**NO_TIMES, "require": CLAIMS})
        except jwt.InvalidTokenError:
            raise UnauthorizedError("Invalid token") from None
        if claims["type"] != ACCESS:
            raise UnauthorizedError("Invalid token type")
        if not isinstance(claims["exp"], int) or not isinstance(claims["sid"], str):
            raise UnauthorizedError("Invalid token")
        if claims["exp"] <= self._clock().timestamp():
            raise UnauthorizedError("Token expired")
        return Claims(claims["sub"], claims["sid"], dt.datetime.fromtimestamp(claims["exp"], dt.UTC))


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(RANDOM_BYTES)


def successor_of(token: str, key: bytes) -> str:
    """Return the refresh token that comes after this one: the same for all tabs that ask with it at once."""
    return base64.urlsafe_b64encode(hmac.digest(key, token.encode(), hashlib.sha256)).rstrip(b"=").decode()


def digest(token: str, key: bytes) -> str:
    """Return what is kept of a token, and what it is found by, as long as the key is the same."""
    return hmac.digest(key, token.encode(), hashlib.sha256).hex()
