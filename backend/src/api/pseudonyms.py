"""What teams are called where their names are not for everybody: always the same, and not to be guessed."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from src.services.team_service import TeamDirectory, build_directory

if TYPE_CHECKING:
    from collections.abc import Mapping

Row = dict[str, Any]

ID_LENGTH = 16
NAME_LENGTH = 5


def derive_secret(key: bytes | None, token: bytes | None) -> bytes:
    """Return what pseudonyms are made with: the same for the same gateway key and token.

    Both are in it, slowly: who knows which team is behind a pseudonym could otherwise try tokens against it until
    one fits. Without either, it lasts as long as the process.
    """
    if key is None and token is None:
        return secrets.token_bytes(32)
    salt = hashlib.sha256(b"leaderboard pseudonyms" + (key or b"")).digest()
    return hashlib.scrypt(token or b"", salt=salt, n=2**14, r=8, p=1, dklen=32)


class Pseudonyms:
    """Makes pseudonyms with a secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def id_of(self, team_id: str) -> str:
        """Return what stands in place of a team's id."""
        return hmac.digest(self._secret, team_id.encode(), "sha256").hex()[:ID_LENGTH]

    def disguise(self, directory: TeamDirectory) -> Disguise:
        """Return the pseudonyms of all teams of a directory."""
        return Disguise({self.id_of(team_id): team_id for team_id in directory.names}, directory)


class Disguise:
    """The teams of a directory under pseudonyms. Usage without a team goes by its own name."""

    def __init__(self, team_ids: Mapping[str, str], directory: TeamDirectory) -> None:
        self._team_ids, self._scope = team_ids, directory.scope

    def worn_by(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a row with the pseudonym in place of its `team_id` and `name`."""
        return {**row, **self._worn[row["team_id"]]}

    def worn_by_all(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the same of a data frame. A team without a pseudonym is an error, as it is of a row."""
        team_id = pl.col("team_id").cast(pl.String)
        return frame.with_columns(
            team_id.replace_strict(*self._ids, return_dtype=pl.String),
            team_id.replace_strict(*self._names, return_dtype=pl.String).fill_null(pl.col("name")).alias("name"),
        )

    def resolve(self, text: str) -> str | None:
        """Return the id of the team whose pseudonym `text` is, None for usage without a team.

        Raises `UnknownTeamError`, for the names and ids that teams really have, too.
        """
        pseudonym = self._directory.resolve(text)
        return None if pseudonym is None else self._team_ids[pseudonym]

    @cached_property
    def _directory(self) -> TeamDirectory:
        names = {pseudonym: f"Team {pseudonym[:NAME_LENGTH]}" for pseudonym in self._team_ids}
        return build_directory(names, {}, self._scope)

    @cached_property
    def _ids(self) -> tuple[pl.Series, pl.Series]:
        return self._replaced("team_id")

    @cached_property
    def _names(self) -> tuple[pl.Series, pl.Series]:
        return self._replaced("name")

    def _replaced(self, field: str) -> tuple[pl.Series, pl.Series]:
        """Return the ids of all teams, and what stands in place of a `field` of each."""
        worn = {team_id: row[field] for team_id, row in self._worn.items() if team_id is not None}
        return pl.Series(list(worn), dtype=pl.String), pl.Series(list(worn.values()), dtype=pl.String)

    @cached_property
    def _worn(self) -> Mapping[str | None, Row]:
        worn: dict[str | None, Row] = {
            team_id: {"team_id": pseudonym, "name": self._directory.name(pseudonym)}
            for pseudonym, team_id in self._team_ids.items()
        }
        worn[None] = {}
        return worn
