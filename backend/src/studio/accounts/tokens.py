"""Signed tokens, for a quarter of an hour or the command line, and random ones, of which a hash is kept."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import jwt

from src.core.errors import UnauthorizedError
from src.studio.accounts.secret import derive, read_secret
from src.studio.database.metadata import new_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from src.studio.settings import StudioSettings

ALGORITHM = "HS256"
ACCESS, CLI = "access", "cli"
ACCESS_SECONDS = 15 * 60
RANDOM_BYTES = 32
_RANDOM = re.compile(r"[\w-]{43}", re.ASCII)
"""What `new_token` and `successor_of` return: 32 bytes in URL-safe base64."""
# By how much the clocks of servers that share a database may differ.
SKEW = dt.timedelta(minutes=1)
# by the service's own clock, below
NO_TIMES = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
CLAIMS = ["sub", "sid", "type", "iat", "exp", "jti"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a signed token says."""

    user_id: str
    session_id: str
    expires_at: dt.datetime


class Tokens:
    """Issues and reads tokens of people: JWTs signed by HS256."""

    def __init__(self, key: bytes, clock: Callable[[], dt.datetime]) -> None:
        self._key, self._clock = key, clock

    def access(self, user_id: str, session_id: str) -> str:
        """Return a token for a session of a user, which holds for a quarter of an hour."""
        return self._issue(user_id, session_id, ACCESS, int(self._clock().timestamp()) + ACCESS_SECONDS)

    def cli(self, user_id: str, session_id: str, expires_at: dt.datetime) -> str:
        """Return a token for the command line, which holds as long as its session."""
        return self._issue(user_id, session_id, CLI, int(expires_at.timestamp()))

    def _issue(self, user_id: str, session_id: str, kind: str, expires: int) -> str:
        now = int(self._clock().timestamp())
        claims = {"sub": user_id, "sid": session_id, "type": kind, "iat": now, "exp": expires, "jti": new_id()}
        return jwt.encode(claims, self._key, ALGORITHM)

    def read(self, token: str) -> Claims:
        """Return what a token says, whoever it speaks of. Raises `UnauthorizedError`."""
        try:
            claims = jwt.decode(token, self._key, [ALGORITHM], options={**NO_TIMES, "require": CLAIMS})
        except jwt.InvalidTokenError:
            is_random = _RANDOM.fullmatch(token) is not None  # a refresh token, or one like it
            raise UnauthorizedError("Invalid token type" if is_random else "Invalid token") from None
        if claims["type"] not in (ACCESS, CLI):  # a list is in no set
            raise UnauthorizedError("Invalid token type")
        times = isinstance(claims["exp"], int) and isinstance(claims["iat"], int)
        if not times or not isinstance(claims["sid"], str):
            raise UnauthorizedError("Invalid token")
        # one that was issued later than now is of a clock that was set back: else it would hold for hours more
        now = self._clock()
        if claims["exp"] <= now.timestamp() or claims["iat"] > (now + SKEW).timestamp():
            raise UnauthorizedError("Token expired")
        return Claims(claims["sub"], claims["sid"], dt.datetime.fromtimestamp(claims["exp"], dt.UTC))


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(RANDOM_BYTES)


class Keyring:
    """The tokens of one server, by keys that are derived from its secret, which is read when it is needed."""

    def __init__(self, settings: StudioSettings, clock: Callable[[], dt.datetime]) -> None:
        self._settings, self._clock = settings, clock

    @cached_property
    def secret(self) -> bytes:
        """The secret. Raises `ConfigurationError` where it cannot be used."""
        return read_secret(self._settings)

    @cached_property
    def signed(self) -> Tokens:
        """The tokens that people show."""
        return Tokens(derive(self.secret, "access tokens"), self._clock)

    @cached_property
    def _succession(self) -> bytes:
        return derive(self.secret, "refresh tokens")

    @cached_property
    def _hashing(self) -> bytes:
        return derive(self.secret, "kept tokens")

    def digest(self, token: str) -> str:
        """Return what is kept of a random token, and what it is found by, as long as the secret is the same."""
        return hmac.digest(self._hashing, token.encode(), hashlib.sha256).hex()

    def successor_of(self, token: str) -> str:
        """Return the refresh token that comes after this one: the same for all tabs that ask with it at once."""
        successor = hmac.digest(self._succession, token.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(successor).rstrip(b"=").decode()
