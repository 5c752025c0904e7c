"""`TeamService` knows the teams, whether the key may see all of them, and that they are of one database."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import TYPE_CHECKING

from src.client.errors import DatabaseReplacedError, GatewayError, GatewayForbiddenError
from src.services.breaker import OUTAGES
from src.services.gateway_calls import GatewayCalls, wait_for
from src.services.refreshed import Lifetime, Refreshed
from src.services.team_directory import TeamDirectory, build_directory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Future

    from src.client.models import TeamResponse
    from src.services.database_identity import DatabaseIdentity
    from src.services.protocols import APIClientProtocol
    from src.services.usage import Usage

    Listed = Mapping[str, str | None] | None


# LiteLLM's answer to a key that it knows and whose role is too low
ROLE_TOO_LOW = 401


class TeamService:
    """Reads the list of teams and keeps it for its lifetime. Raises a `GatewayError` when it was never read.

    The list shows whether the gateway still has the database that it had when this was made. Once it has
    another one, everything raises `DatabaseReplacedError`, and the successor starts from nothing.
    """

    def __init__(
        self, client: APIClientProtocol, calls: GatewayCalls, lifetime: Lifetime, identity: DatabaseIdentity
    ) -> None:
        self._client, self._calls, self._clock = client, calls, lifetime.clock
        self._identity, self.epoch = identity, identity.epoch
        self._outages_at_last_look: int | None = None
        self._is_out_of_reach = False
        self._teams = Refreshed(calls, self._read, lifetime)

    @property
    def expires_at(self) -> dt.datetime | None:
        """When (UTC) the list has to be read again, None where that is now: after an outage, say."""
        return self._teams.expires_at if self.is_recognised else None

    @property
    def is_replaced(self) -> bool:
        """Whether the gateway has another database now."""
        return self._identity.epoch != self.epoch

    @property
    def is_recognised(self) -> bool:
        """Whether the gateway has shown that kept days are its own: since the last outage, and when last asked."""
        return self._has_looked and not self._is_out_of_reach

    def vouch(self) -> None:
        """Make sure, on a thread of its own, that what the gateway tells now is of this database.

        It is asked again after each outage: what answers then may be another gateway. Raises a `GatewayError`
        where it cannot be asked, `DatabaseReplacedError` where it is not.
        """
        if self._must_look():
            self._start(self._must_look).result()
        self.check()

    def check(self) -> None:
        """Raise `DatabaseReplacedError` where another database is known to be there."""
        if self.is_replaced:
            raise DatabaseReplacedError("The gateway has another database than a moment ago. Try again.")

    async def look(self) -> None:
        """Give the gateway a moment to show its database, where it has not done so for a while."""
        if self._needs_look() and not self._teams.has_just_failed:
            with contextlib.suppress(GatewayError, TimeoutError):
                await self._teams.wait_a_moment(self._start(self._needs_look))

    async def look_closely(self) -> None:
        """Do the same without giving up. Raises a `GatewayError` where it fails."""
        if self._needs_look():
            await wait_for(self._start(self._needs_look))
        self.check()

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

    @property
    def _has_looked(self) -> bool:
        return self._outages_at_last_look == self._calls.outages

    def _start(self, is_needed: Callable[[], bool]) -> Future[Listed]:
        """Start a look, and take note of a gateway that cannot be reached, however late that turns out."""
        reading = self._teams.start(is_needed)
        reading.add_done_callback(self._note)
        return reading

    def _note(self, reading: Future[Listed]) -> None:
        """Take note here, not where the list is read: the breaker refuses what would fail before it is begun."""
        if not reading.cancelled() and isinstance(reading.exception(), OUTAGES):
            self._is_out_of_reach = True

    def _must_look(self) -> bool:
        """Tell whether there was no look yet, or none since the last outage.

        A list that failed since is no reason: what comes in all the same is kept.
        """
        return not (self.is_replaced or self._has_looked)

    def _needs_look(self) -> bool:
        """Tell whether it is time for a look."""
        return not (self.is_replaced or (self.is_recognised and self._teams.is_current))

    def _read(self) -> Mapping[str, str | None] | None:
        outages, asked_at = self._calls.outages, self._clock()
        try:
            teams = self._client.fetch_teams()
        except GatewayForbiddenError as error:
            if error.status != ROLE_TOO_LOW:
                raise  # not LiteLLM's word on the key: a gateway may refuse everything for a while
            teams = None
        self._identity.recognise(None if teams is None else _created(teams), asked_at)
        self.check()
        self._outages_at_last_look, self._is_out_of_reach = outages, False
        return None if teams is None else {team.team_id: team.team_alias for team in teams if team.team_id}


def _created(teams: Sequence[TeamResponse]) -> dict[str, dt.datetime]:
    """Return when each team was created, UTC. LiteLLM tells no time zone."""
    times = {team.team_id: team.created_at for team in teams if team.team_id and team.created_at}
    return {team_id: time if time.tzinfo else time.replace(tzinfo=dt.UTC) for team_id, time in times.items()}
