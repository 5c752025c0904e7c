"""`TeamService` knows the teams' names, and whether the dashboard's key may see all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from src.client.errors import GatewayForbiddenError
from src.services.refreshed import Lifetime, Refreshed
from src.services.team_directory import TeamDirectory, build_directory

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from src.services.gateway_calls import GatewayCalls
    from src.services.protocols import APIClientProtocol
    from src.services.usage import Usage

    Listed = Mapping[str, str | None] | None


class TeamService:
    """Reads the list of teams and keeps it for its lifetime. Raises a `GatewayError` when it was never read."""

    def __init__(
        self,
        client: APIClientProtocol,
        calls: GatewayCalls,
        lifetime: Lifetime,
    ) -> None:
        self._client = client
        self._teams = Refreshed(calls, self._read, lifetime)

    @property
    def expires_at(self) -> dt.datetime | None:
        """When (UTC) the list has to be read again, None where it was never read."""
        return self._teams.expires_at

    async def fetch_teams(self) -> Mapping[str, str | None] | None:
        """Return alias by team id, null where a team has none; None when the key may not list all teams."""
        return await self._teams.get()

    async def get_team_ids(self) -> list[str]:
        """Return the ids of all listed teams, in the gateway's order."""
        return list(await self.fetch_teams() or {})

    async def get_team_name(self, team_id: str) -> str:
        """Return the name that people see for a team, the id itself where the gateway knows no other."""
        return build_directory(await self.fetch_teams() or {}, {}, "all").name(team_id)

    async def get_directory(self, usage: Usage) -> TeamDirectory:
        """Return the names of all teams, those included that appear in `usage` alone."""
        listed = await self.fetch_teams()
        known: tuple[Listed, TeamDirectory] | None = usage.derived.get("directory")
        if known is not None and known[0] is listed:
            return known[1]
        used: list[str] = usage.frame["team_id"].drop_nulls().unique().to_list()
        if listed is not None and not listed.keys() >= set(used):
            # the team is new, or gone: a list that is younger than the usage tells which
            listed = await self._teams.get(newer_than=usage.as_of)
        from_usage = {team_id: usage.team_aliases.get(team_id) for team_id in used}
        directory = build_directory(listed or {}, from_usage, "own" if listed is None else "all")
        usage.derived["directory"] = (listed, directory)
        return directory

    def _read(self) -> Mapping[str, str | None] | None:
        try:
            teams = self._client.fetch_teams()
        except GatewayForbiddenError:
            return None
        return {team.team_id: team.team_alias for team in teams if team.team_id}
