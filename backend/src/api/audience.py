"""Who asks, told by the dashboard's own token, and what is hidden from them. Nothing else decides it."""

from __future__ import annotations

import datetime as dt
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Header, Request

from src.api.pseudonyms import Pseudonyms, derive_secret
from src.core.errors import UnauthorizedError
from src.core.request_notes import current_request
from src.utils.dependency_config import AppState, AppStateDep

if TYPE_CHECKING:
    from pydantic import SecretStr

    from src.api.pseudonyms import Disguise
    from src.services.team_service import TeamDirectory
    from src.utils.common import LeaderboardSettings

SCHEME = "bearer"
TOLD_WITHOUT = "This dashboard asks for a token. Send it as 'Authorization: Bearer' followed by the token."
TOLD_WITH_ANOTHER = "This is not the dashboard's token. Send the right one, or none to see what is for everybody."

# Money and keys, by the names that their fields and columns have in every answer.
HIDDEN_FROM_THE_PUBLIC = frozenset({"spend", "total_cost", "cost_per_1k_tokens", "api_key", "key_alias"})


@dataclass(frozen=True, slots=True)
class Audience:
    """Fields that are left out of what it is shown, and what teams are called instead, None for their names.

    Each has a name of its own: answers are kept by it. One that `gives_way` lets others go before it.
    """

    name: str
    hidden: frozenset[str] = frozenset()
    pseudonyms: Pseudonyms | None = None
    gives_way: bool = False

    def disguise(self, directory: TeamDirectory) -> Disguise | None:
        """Return under which names it is shown the teams of a directory, None for their own."""
        return None if self.pseudonyms is None else self.pseudonyms.disguise(directory)

    def resolve(self, directory: TeamDirectory, text: str) -> str | None:
        """Return the id of the team that it calls `text`, None for usage without a team.

        Raises `UnknownTeamError`, which lists names as they are shown.
        """
        return (self.disguise(directory) or directory).resolve(text)


# Those who see everything.
INSIDERS = Audience("insiders")


class Audiences:
    """Tells an app's audiences apart by what they send."""

    def __init__(self, settings: LeaderboardSettings) -> None:
        self._token = settings.server_basic_auth_token
        self._public = _public(settings) if settings.public_mode else None

    @property
    def has_public(self) -> bool:
        """Whether there is something for those who have no token."""
        return self._public is not None

    def of(self, authorization: str | None) -> Audience | None:
        """Return who sends this `Authorization` header, None for somebody who may see nothing.

        In public mode, whoever sends none is the public, and where no token is set nobody is more than that.
        """
        if self._public is not None and not authorization:
            return self._public
        if self._public is not None and self._token is None:
            return None
        return INSIDERS if self.has_token(authorization) else None

    def has_token(self, authorization: str | None) -> bool:
        """Tell whether the header carries the token, which every header does where none is set."""
        if self._token is None:
            return True
        scheme, _, token = (authorization or "").partition(" ")
        # compared as bytes and in constant time, whatever the scheme, so that timing tells nothing
        matches = hmac.compare_digest(token.strip().encode(), self._token.get_secret_value().encode())
        return matches and scheme.lower() == SCHEME


def _public(settings: LeaderboardSettings) -> Audience:
    pseudonyms = None
    if settings.public_pseudonyms:
        secret = derive_secret(_bytes(settings.litellm_api_key), _bytes(settings.server_basic_auth_token))
        pseudonyms = Pseudonyms(secret)
    # those with the token go first, where there can be any
    gives_way = settings.server_basic_auth_token is not None
    return Audience("public", HIDDEN_FROM_THE_PUBLIC, pseudonyms, gives_way)


def _bytes(secret: SecretStr | None) -> bytes | None:
    return None if secret is None else secret.get_secret_value().encode()


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, who sent it, and what the app shares; `at` is when (UTC) it came, which tells what today is."""

    request: Request
    audience: Audience
    state: AppState
    at: dt.datetime


Authorization = Annotated[str | None, Header()]


async def get_asked(request: Request, state: AppStateDep, authorization: Authorization = None) -> Asked:
    """Return who asks, and when. Raises `UnauthorizedError` for those who may see nothing."""
    audiences: Audiences = request.app.state.audiences
    audience = audiences.of(authorization)
    if audience is None:
        raise UnauthorizedError(TOLD_WITH_ANOTHER if audiences.has_public else TOLD_WITHOUT)
    current_request().gives_way = audience.gives_way
    return Asked(request, audience, state, state.clock())


AskedDep = Annotated[Asked, Depends(get_asked)]


async def require_token(request: Request, authorization: Authorization = None) -> None:
    """Raise `UnauthorizedError` where a token is set and the request does not carry it, in public mode, too."""
    if not request.app.state.audiences.has_token(authorization):
        raise UnauthorizedError(TOLD_WITHOUT)
