"""`TeamService` knows the teams, whether the key may see all of them, and that they are of one database."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import threading
import time
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING

from src.client.errors import (
    DatabaseReplacedError,
    GatewayError,
    GatewayForbiddenError,
    GatewayRateLimitedError,
    GatewayRejectedKeyError,
)
from src.client.visible import visible
from src.services.breaker import OUTAGES
from src.services.gateway_calls import MAX_PAUSE, GatewayCalls, wait_for
from src.services.protocols import DeletedTeamsClient
from src.services.refreshed import Lifetime, Refreshed
from src.services.team_directory import TeamDirectory, build_directory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from concurrent.futures import Future

    from src.client.models import TeamResponse
    from src.services.database_identity import DatabaseIdentity
    from src.services.protocols import APIClientProtocol
    from src.services.team_directory import Scope
    from src.services.usage import Usage

    Aliases = Mapping[str, str | None]
    Listed = Aliases | None

logger = logging.getLogger(__name__)

# LiteLLM's answer to a key that it knows and whose role is too low
ROLE_TOO_LOW = 401
# A list that fails although the gateway answers otherwise is too much for it just now: it gets at least this rest.
LIST_PAUSE = dt.timedelta(seconds=10)
# A gateway that answers, and has not shown its database for so long, is taken at its word for the time being.
SILENCE = dt.timedelta(seconds=30)
# As many names as this take long enough to be worked out (20 ms) for others to notice.
MANY_TEAMS = 2000
# A gateway that does not tell its deleted teams, most likely because it is too old, is asked again after this.
FAILURE_PAUSE = dt.timedelta(minutes=10)


class TeamService:
    """Reads the list of teams and keeps it for its lifetime.

    Names may come later than figures: while there is no list, teams are called what the usage calls them.

    The list shows whether the gateway still has the database that it had when this was made. Once it has
    another one, everything raises `DatabaseReplacedError`, and the successor starts from nothing.
    """

    def __init__(
        self,
        client: APIClientProtocol,
        calls: GatewayCalls,
        lifetime: Lifetime,
        identity: DatabaseIdentity,
        former: Lifetime,
    ) -> None:
        self._client, self._calls, self._clock = client, calls, lifetime.clock
        self._identity, self.epoch = identity, identity.epoch
        self._outages_at_last_look: int | None = None
        self._missed: tuple[int, dt.datetime] | None = None  # after which outage, and since when
        self._rest: tuple[int, dt.datetime] | None = None  # after which outage, and until when
        self._first_missed: dict[str, dt.datetime] = {}  # when (UTC) usage told of a team that was not listed
        self._gone: frozenset[str] = frozenset()
        self._teams = Refreshed(calls, self._read, lifetime, apart=True)
        self._former = FormerTeams(client, calls, former, lambda: self.is_recognised and not self.is_replaced)

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
        """Whether the gateway has shown since the last outage that kept days are its own."""
        return self.has_vouched(self._calls.outages)

    @property
    def is_silent(self) -> bool:
        """Whether the gateway, which answers otherwise, could have shown that for a while and has not."""
        if self.is_recognised or self._missed is None or self._calls.breaker.is_open:
            return False
        outages, since = self._missed
        return outages == self._calls.outages and self._clock() - since >= SILENCE

    def vouch(self, outages: int) -> bool:
        """Tell, on a thread of its own, whether what the gateway told after so many outages is of this database.

        It is looked at again after each outage: what answers then may be another gateway. Where that takes more
        than a moment or fails, nobody knows yet. Raises `DatabaseReplacedError` where it has another one, and
        `GatewayRejectedKeyError`.
        """
        if not self.has_vouched(outages) and self._must_look() and not self._is_resting:
            try:
                self._teams.wait_in_place(self._start(self._must_look))
            except GatewayRejectedKeyError:
                raise
            except (GatewayError, TimeoutError, CancelledError) as error:
                logger.info("the gateway has not shown its database (%s)", type(error).__name__)
        self.check()
        return self.has_vouched(outages)

    def has_vouched(self, outages: int) -> bool:
        """Tell whether the gateway was looked at between that outage and the next one."""
        return self._outages_at_last_look == outages

    def check(self) -> None:
        """Raise `DatabaseReplacedError` where another database is known to be there."""
        if self.is_replaced:
            raise DatabaseReplacedError("The gateway has another database than a moment ago. Try again.")

    async def look(self) -> None:
        """Give the gateway a moment to show its database, where it has not done so for a while."""
        if self._needs_look() and not self._teams.has_just_failed and not self._is_resting:
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
        """Return the names of all teams, those included that appear in `usage` alone.

        While the list cannot be had, they are the names that came with the usage. Raises a `GatewayError` where
        the gateway rejects the key, or has another database.
        """
        used = _teams_of(usage)
        kept = await self._list(usage)
        missing = used - kept[0].keys() if kept is not None and kept[0] is not None else used
        if kept is not None and kept[0] is not None and not missing <= self._gone:
            # the team is new, or gone: a list that is younger than the first usage of it tells which
            kept = await self._list(usage, max(self._miss(missing - self._gone, usage.as_of)))
        return await self._directory(usage, used, kept)

    async def _list(
        self, usage: Usage, newer_than: dt.datetime | None = None
    ) -> tuple[Listed, dt.datetime] | None:
        """Return the list of teams and when (UTC) it was read; None where there is none in a moment."""
        if not usage.vouched:
            return None  # it may be of another database than the usage
        if not self._is_resting:
            try:
                await self._teams.get(newer_than=newer_than)
            except (GatewayRejectedKeyError, DatabaseReplacedError):
                raise
            except GatewayError as error:
                logger.warning("no list of teams from the gateway yet (%s)", type(error).__name__)
        return await self._teams.find()

    async def _directory(
        self, usage: Usage, used: frozenset[str], kept: tuple[Listed, dt.datetime] | None
    ) -> TeamDirectory:
        """Return the names of the teams in the list that is `kept`, and of those that were `used`."""
        if kept is None:
            return await self._named(usage, None, "all", _aliases(usage, used))
        listed, read_at = kept
        if listed is None:
            return await self._named(usage, {}, "own", _aliases(usage, used))
        missing = used - listed.keys()
        undecided = missing - self._gone
        times = self._miss(undecided, usage.as_of)
        self._gone |= {team_id for team_id, told_at in zip(undecided, times, strict=True) if read_at >= told_at}
        gone = missing & self._gone
        aliases = _aliases(usage, used)
        self._former.ask(team_id for team_id in gone if not visible(aliases[team_id]))
        names = self._former.names
        aliases.update({t: names.get(t) for t in gone if not visible(aliases[t])})
        return await self._named(usage, listed, "all", aliases, missing - gone)

    def _miss(self, team_ids: Iterable[str], as_of: dt.datetime) -> list[dt.datetime]:
        """Return when usage first told of each of these teams that are not listed: now, as of then, or earlier."""
        return [self._first_missed.setdefault(team_id, as_of) for team_id in team_ids]

    async def _named(
        self,
        usage: Usage,
        listed: Mapping[str, str | None] | None,
        scope: Scope,
        aliases: Mapping[str, str | None],
        undecided: frozenset[str] = frozenset(),
    ) -> TeamDirectory:
        """Return the directory of these teams; the same one as before for as long as nothing in it changes."""
        made_of = (listed, scope, aliases, undecided)
        known: tuple[tuple, TeamDirectory] | None = usage.derived.get("directory")
        if known is not None and known[0] == made_of:
            return known[1]
        if len(listed or ()) + len(aliases) < MANY_TEAMS:
            directory = build_directory(listed, aliases, scope, undecided)
        else:
            directory = await asyncio.to_thread(build_directory, listed, aliases, scope, undecided)
        made: tuple[tuple, TeamDirectory] | None = usage.derived.get("directory")
        if made is not None and made is not known and made[0] == made_of:
            return made[1]  # somebody else was faster: all who ask at the same time share one
        usage.derived["directory"] = (made_of, directory)
        return directory

    @property
    def _is_resting(self) -> bool:
        """Whether the list failed a moment ago, and that was no outage."""
        if self._rest is None:
            return False
        outages, until = self._rest
        return outages == self._calls.outages and self._clock() < until

    def _start(self, is_needed: Callable[[], bool]) -> Future[Listed]:
        if not self.is_recognised and (self._missed is None or self._missed[0] != self._calls.outages):
            self._missed = self._calls.outages, self._clock()
        return self._teams.start(is_needed)

    def _must_look(self) -> bool:
        """Tell whether there was no look yet, or none since the last outage.

        A list that failed since is no reason: what comes in all the same is kept.
        """
        return not (self.is_replaced or self.is_recognised)

    def _needs_look(self) -> bool:
        """Tell whether it is time for a look."""
        return not (self.is_replaced or (self.is_recognised and self._teams.is_current))

    def _read(self) -> Mapping[str, str | None] | None:
        outages, asked_at = self._calls.outages, self._clock()
        teams = self._ask()
        self._identity.recognise(None if teams is None else _created(teams), asked_at)
        self.check()
        before = self._teams.recall()
        self._outages_at_last_look = outages
        if teams is None:
            return None
        listed = {team.team_id: team.team_alias for team in teams if team.team_id}
        if before is not None and before[0] is not None:
            self._former.remember(before[0], listed)
        return listed

    def _ask(self) -> Sequence[TeamResponse] | None:
        """Return the gateway's teams, None where the key may not list them."""
        outages, started = self._calls.outages, time.monotonic()
        try:
            return self._client.fetch_teams()
        except GatewayForbiddenError as error:
            if error.status != ROLE_TOO_LOW:
                raise  # not LiteLLM's word on the key: a gateway may refuse everything for a while
            return None
        except (*OUTAGES, GatewayRateLimitedError) as error:
            wanted = getattr(error, "retry_after", None) or time.monotonic() - started
            pause = min(max(dt.timedelta(seconds=wanted), LIST_PAUSE), MAX_PAUSE)
            self._rest = outages, self._clock() + pause
            raise


class FormerTeams:
    """The last names of teams that are no longer listed: those of the list, or those that the gateway still knows.

    Names are a convenience: nobody waits for them, and what goes wrong with them is of no consequence.
    `is_recognised` tells whether the gateway has the database whose teams these are.
    """

    def __init__(
        self,
        client: APIClientProtocol,
        calls: GatewayCalls,
        lifetime: Lifetime,
        is_recognised: Callable[[], bool],
    ) -> None:
        self._client, self._calls, self._lifetime = client, calls, lifetime
        self._is_recognised = is_recognised
        self._lock = threading.Lock()
        self._asked: frozenset[str] = frozenset()
        self._reading: Future[None] | None = None
        self._resumes_at = dt.datetime.min.replace(tzinfo=dt.UTC)
        self.names = self._load()  # another object when it changes

    def remember(self, before: Aliases, now: Aliases) -> None:
        """Take note of the names of teams that a list had, and the next one has no more."""
        gone = before.keys() - now.keys()
        self._add({team_id: alias for team_id in gone if (alias := before[team_id])})

    def ask(self, team_ids: Iterable[str]) -> None:
        """Have the gateway tell what it still knows, where it was not asked for one of these yet."""
        wanted = frozenset(team_ids) - self.names.keys()
        client = self._client
        if not isinstance(client, DeletedTeamsClient):
            return
        with self._lock:
            is_resting = self._reading is not None or self._lifetime.clock() < self._resumes_at
            if is_resting or wanted <= self._asked:
                return
            reading = self._reading = self._calls.try_aside(lambda: self._read(client))
        reading.add_done_callback(lambda reading: self._end(reading, wanted))

    def _load(self) -> Mapping[str, str]:
        found = self._lifetime.facts.load() if self._lifetime.facts is not None else None
        return found[0] if found is not None and isinstance(found[0], dict) else {}

    def _read(self, client: DeletedTeamsClient) -> None:
        teams = client.fetch_deleted_teams()
        if self._is_recognised():
            self._add({team.team_id: team.team_alias for team in teams if team.team_id and team.team_alias})

    def _end(self, reading: Future[None], wanted: frozenset[str]) -> None:
        failure = None if reading.cancelled() else reading.exception()
        with self._lock:
            self._reading = None
            if failure is None:
                self._asked |= wanted
            else:
                self._resumes_at = self._lifetime.clock() + FAILURE_PAUSE
        if failure is not None:
            logger.info("the gateway does not tell its deleted teams (%s)", type(failure).__name__)

    def _add(self, names: Mapping[str, str]) -> None:
        with self._lock:
            added = {team_id: name for team_id, name in names.items() if visible(name)}
            if added.items() <= self.names.items():
                return
            # other processes learn, too
            self.names = {**self._load(), **self.names, **added}
            if self._lifetime.facts is not None:
                self._lifetime.facts.save(self.names, self._lifetime.clock())


def _teams_of(usage: Usage) -> frozenset[str]:
    """Return the ids of the teams that are in `usage`."""
    used: frozenset[str] | None = usage.derived.get("used teams")
    if used is None:
        used = usage.derived["used teams"] = frozenset(usage.frame["team_id"].drop_nulls().unique())
    return used


def _aliases(usage: Usage, used: frozenset[str]) -> dict[str, str | None]:
    """Return what the usage calls its teams."""
    return {team_id: usage.team_aliases.get(team_id) for team_id in used}


def _created(teams: Sequence[TeamResponse]) -> dict[str, dt.datetime]:
    """Return when each team was created, UTC. LiteLLM tells no time zone."""
    times = {team.team_id: team.created_at for team in teams if team.team_id and team.created_at}
    return {team_id: time if time.tzinfo else time.replace(tzinfo=dt.UTC) for team_id, time in times.items()}
