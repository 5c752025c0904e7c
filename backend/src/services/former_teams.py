"""What teams were called that are gone."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from typing import TYPE_CHECKING

from src.core.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from concurrent.futures import Future

    from src.services.gateway_calls import GatewayCalls
    from src.services.protocols import GatewayClientProtocol
    from src.services.refreshed import Lifetime

    Aliases = Mapping[str, str | None]

logger = logging.getLogger(__name__)

# A gateway that does not tell its deleted teams, most likely because it is too old, is asked again after this.
FAILURE_PAUSE = dt.timedelta(minutes=10)


class FormerTeams:
    """The last names of teams that are no longer listed: those of the list, or those that the gateway still knows.

    Names are a convenience: nobody waits for them, and what goes wrong with them is of no consequence.
    `is_recognised` tells whether the gateway has the database whose teams these are.
    """

    def __init__(
        self,
        client: GatewayClientProtocol,
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
        with self._lock:
            is_resting = self._reading is not None or self._lifetime.clock() < self._resumes_at
            if is_resting or wanted <= self._asked:
                return
            reading = self._reading = self._calls.try_aside(self._read)
        reading.add_done_callback(lambda reading: self._end(reading, wanted))

    def _load(self) -> Mapping[str, str]:
        found = self._lifetime.facts.load() if self._lifetime.facts is not None else None
        return found[0] if found is not None and isinstance(found[0], dict) else {}

    def _read(self) -> None:
        teams = self._client.fetch_deleted_teams()
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
