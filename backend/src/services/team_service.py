"""Names for teams: unique, and the ones that people know, those of teams that are gone included."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from src.client.errors import DatabaseReplacedError, GatewayError, GatewayRejectedKeyError
from src.core.errors import InvalidParameterError
from src.core.visible import look, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from concurrent.futures import Future

    from src.services.gateway_calls import GatewayCalls
    from src.services.gateway_database import Aliases, GatewayDatabase, Listed
    from src.services.protocols import GatewayClientProtocol
    from src.services.refreshed import Lifetime
    from src.services.usage import Usage

logger = logging.getLogger(__name__)

Kind = Literal["team", "former", "unassigned"]
Scope = Literal["all", "own"]

UNASSIGNED = "Unassigned"
SHORT_ID_LENGTH = 8
# As many names as this take long enough to be worked out (20 ms) for others to notice.
MANY_TEAMS = 2000
# A gateway that does not tell its deleted teams, most likely because it is too old, is asked again after this.
FAILURE_PAUSE = dt.timedelta(minutes=10)


class UnknownTeamError(InvalidParameterError):
    """No team, or more than one, goes by what was asked for. The message is for a person."""


@dataclass(frozen=True, slots=True)
class TeamDirectory:
    """Every team of the gateway, and those that only usage tells of. The team id None means no team.

    `scope` is `own` when the dashboard's key may not list all teams. `undecided` teams are in usage, and no list
    tells yet whether they are still there; without `is_complete`, there may be teams that are not in it at all.
    """

    scope: Scope
    listed: frozenset[str]
    names: Mapping[str, str]
    _by_alias: Mapping[str, tuple[str, ...]] = field(repr=False)
    undecided: frozenset[str] = frozenset()
    is_complete: bool = True

    def name(self, team_id: str | None) -> str:
        """Return the alias, the id where there is none; teams that share an alias carry a short id behind it."""
        return UNASSIGNED if team_id is None else self.names.get(team_id, team_id)

    def kind(self, team_id: str | None) -> Kind:
        """Tell teams from deleted ones and from usage without a team."""
        if team_id is None:
            return "unassigned"
        # a key that cannot list teams sees its own only, and those are there
        is_team = team_id in self.listed or team_id in self.undecided or self.scope == "own"
        return "team" if is_team else "former"

    def resolve(self, text: str) -> str | None:
        """Return the id of the team that has the id or the unique name `text`, None for usage without a team.

        Raises `UnknownTeamError`.
        """
        if text in self.names:
            return text
        if text == UNASSIGNED:
            return None
        by_name = [team_id for team_id, name in self.names.items() if name == text]
        matches = by_name or self._by_alias.get(visible(text) or text, ())
        if len(matches) == 1:
            return matches[0]
        if matches:
            names = ", ".join(sorted(self.names[team_id] for team_id in matches))
            raise UnknownTeamError(f"More than one team has this name. Ask for one of: {names}.")
        if not self.is_complete:
            raise UnknownTeamError("The gateway has not told all its teams yet. Try again in a moment.")
        raise UnknownTeamError("No team has this id or name.")


def build_directory(
    listed: Mapping[str, str | None] | None,
    from_usage: Mapping[str, str | None],
    scope: Scope,
    undecided: Iterable[str] = (),
) -> TeamDirectory:
    """Name the `listed` teams and those that usage mentions (id to alias, None where there is none).

    `listed` None means that no list is known: then all that usage mentions are undecided.
    """
    aliases = {**from_usage, **(listed or {})}
    labels = {team_id: visible(alias) or team_id for team_id, alias in aliases.items()}
    by_alias: dict[str, list[str]] = {}
    for team_id, label in labels.items():
        by_alias.setdefault(label, []).append(team_id)
    return TeamDirectory(
        scope=scope,
        listed=frozenset(listed or ()),
        names=_unique_names(labels),
        _by_alias={label: tuple(ids) for label, ids in by_alias.items()},
        undecided=frozenset(from_usage if listed is None else undecided),
        is_complete=listed is not None,
    )


def _unique_names(labels: Mapping[str, str]) -> dict[str, str]:
    """Put as much of the id as it takes behind labels that look like another's, or like another's id."""
    names, looks = dict(labels), {team_id: look(label) for team_id, label in labels.items()}
    owners = {look(team_id): team_id for team_id in labels}
    longest = max(map(len, labels), default=0)
    for length in range(SHORT_ID_LENGTH, longest + SHORT_ID_LENGTH, SHORT_ID_LENGTH):
        counts = Counter([UNASSIGNED, *looks.values()])
        shared = [
            team_id for team_id, seen in looks.items() if counts[seen] > 1 or owners.get(seen, team_id) != team_id
        ]
        if not shared:
            break
        names.update({team_id: f"{labels[team_id]} ({team_id[:length]})" for team_id in shared})
        looks.update({team_id: look(names[team_id]) for team_id in shared})
    return names


class TeamService:
    """Names the teams of a `database`, and those that usage tells of.

    Names may come later than figures: while there is no list, teams are called what the usage calls them.
    """

    def __init__(self, database: GatewayDatabase, former: FormerTeams) -> None:
        self._database, self._teams, self._former = database, database.listed, former
        self._first_missed: dict[str, dt.datetime] = {}  # when (UTC) usage told of a team that was not listed
        self._gone: frozenset[str] = frozenset()

    @property
    def expires_at(self) -> dt.datetime | None:
        """When (UTC) the list has to be read again, None where that is now: after an outage, say."""
        return self._teams.expires_at if self._database.is_verified else None

    async def fetch_teams(self) -> Listed:
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
        used = usage.team_ids
        aliases = {team_id: usage.team_aliases.get(team_id) for team_id in used}
        kept = await self._list(usage)
        if kept is not None and kept[0] is not None and (new := used - kept[0].keys() - self._gone):
            # they are new, or gone: a list that is younger than the first usage of them tells which
            told_at = max(self._first_missed.setdefault(team_id, usage.as_of) for team_id in new)
            kept = await self._list(usage, newer_than=told_at)
        if kept is None:
            return await self._named(usage, None, "all", aliases)
        listed, read_at = kept
        if listed is None:
            return await self._named(usage, {}, "own", aliases)
        missing = used - listed.keys()
        undecided = {t: self._first_missed.setdefault(t, usage.as_of) for t in missing - self._gone}
        self._gone |= {team_id for team_id, told_at in undecided.items() if read_at >= told_at}
        gone = missing & self._gone
        nameless = [team_id for team_id in gone if not visible(aliases[team_id])]
        if nameless:
            self._former.ask(nameless, self._database)
        aliases.update({team_id: self._former.names.get(team_id) for team_id in nameless})
        return await self._named(usage, listed, "all", aliases, missing - gone)

    async def _list(
        self, usage: Usage, newer_than: dt.datetime | None = None
    ) -> tuple[Listed, dt.datetime] | None:
        """Return the list of teams and when (UTC) it was read; None where there is none in a moment."""
        if not usage.verified:
            return None  # it may be of another database than the usage
        if not self._database.is_resting:
            try:
                await self._teams.get(newer_than=newer_than)
            except (GatewayRejectedKeyError, DatabaseReplacedError):
                raise
            except GatewayError as error:
                logger.warning("no list of teams from the gateway yet (%s)", type(error).__name__)
        return self._teams.kept

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


class FormerTeams:
    """The last names of teams that are no longer listed: those of the list, or those that the gateway still knows.

    Names are a convenience: nobody waits for them, and what goes wrong with them is of no consequence.
    """

    def __init__(self, client: GatewayClientProtocol, calls: GatewayCalls, lifetime: Lifetime) -> None:
        self._client, self._calls, self._lifetime = client, calls, lifetime
        self._lock = threading.Lock()
        self._asked: frozenset[str] = frozenset()
        self._reading: Future[None] | None = None
        self._resumes_at = dt.datetime.min.replace(tzinfo=dt.UTC)
        self.names = self._load()  # another object when it changes

    def remember(self, before: Aliases, now: Aliases) -> None:
        """Take note of the names of teams that a list had, and the next one has no more."""
        gone = before.keys() - now.keys()
        self._add({team_id: alias for team_id in gone if (alias := before[team_id])})

    def ask(self, team_ids: Iterable[str], database: GatewayDatabase) -> None:
        """Have the gateway tell what it still knows, where it was not asked for one of these teams yet.

        They are of `database`: what another one tells is of no use.
        """
        wanted = frozenset(team_ids) - self.names.keys()
        with self._lock:
            is_resting = self._reading is not None or self._lifetime.clock() < self._resumes_at
            if is_resting or wanted <= self._asked:
                return
            reading = self._reading = self._calls.try_aside(lambda: self._read(database))
        reading.add_done_callback(lambda reading: self._end(reading, wanted))

    def _load(self) -> Mapping[str, str]:
        found = self._lifetime.facts.load() if self._lifetime.facts is not None else None
        return found[0] if found is not None and isinstance(found[0], dict) else {}

    def _read(self, database: GatewayDatabase) -> None:
        teams = self._client.fetch_deleted_teams()
        if database.is_verified and not database.is_replaced:
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
