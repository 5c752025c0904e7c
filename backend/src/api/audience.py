"""Who is looking, and what is hidden from them. Nothing else decides it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from src.api.pseudonyms import Pseudonyms, derive_secret

if TYPE_CHECKING:
    from pydantic import SecretStr

    from src.api.pseudonyms import Disguise
    from src.services.team_directory import TeamDirectory
    from src.utils.common import LeaderboardSettings

SCHEME = "bearer"

# Money and keys, by the names that their fields and columns have in every answer.
HIDDEN_FROM_THE_PUBLIC = frozenset({"spend", "total_cost", "cost_per_1k_tokens", "api_key", "key_alias"})


@dataclass(frozen=True, slots=True)
class Audience:
    """Fields that are left out of what it is shown, and what teams are called instead, None for their names.

    Each has a name of its own: answers are kept by it.
    """

    name: str
    hidden: frozenset[str] = frozenset()
    pseudonyms: Pseudonyms | None = None

    @property
    def sees_everything(self) -> bool:
        """Whether nothing is left out or replaced."""
        return not self.hidden and self.pseudonyms is None

    def disguise(self, directory: TeamDirectory) -> Disguise | None:
        """Return under which names it is shown the teams of a directory, None for their own."""
        return None if self.pseudonyms is None else self.pseudonyms.disguise(directory)

    def resolve(self, directory: TeamDirectory, text: str) -> str | None:
        """Return the id of the team that it calls `text`, None for usage without a team.

        Raises `UnknownTeamError`, which lists names as they are shown.
        """
        return (self.disguise(directory) or directory).resolve(text)


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

    def gives_way(self, audience: Audience) -> bool:
        """Tell whether others go before an audience: those with the token, where there can be any."""
        return audience is self._public and self._token is not None

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
    return Audience("public", HIDDEN_FROM_THE_PUBLIC, pseudonyms)


def _bytes(secret: SecretStr | None) -> bytes | None:
    return None if secret is None else secret.get_secret_value().encode()
