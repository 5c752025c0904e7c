"""Which database the gateway has, so that what one database tells is never taken for another's.

Days are kept per address and key, and both stay as they are when another database comes to stand behind them:
a test gateway that was set up anew, a staging system that was swapped. Teams tell them apart: each has an id and
the time at which it was created, which a restored backup keeps and a new database never repeats.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import threading
import time
import uuid
from concurrent.futures import CancelledError
from dataclasses import replace
from typing import TYPE_CHECKING

from src.client.errors import (
    DatabaseReplacedError,
    GatewayError,
    GatewayForbiddenError,
    GatewayRateLimitedError,
    GatewayRejectedKeyError,
)
from src.services import refreshed
from src.services.gateway_calls import MAX_PAUSE, OUTAGES, wait_for
from src.services.refreshed import Refreshed
from src.store.database import Fingerprint
from src.store.records import MemoryUsageStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from concurrent.futures import Future

    from src.client.models import TeamResponse
    from src.services.gateway_calls import GatewayCalls
    from src.services.protocols import GatewayClientProtocol
    from src.services.refreshed import Lifetime
    from src.store.database import SqlFingerprintStore
    from src.store.records import DayRecord

    Teams = Mapping[str, dt.datetime] | None  # when each was created; None where the key may not list them
    Aliases = Mapping[str, str | None]  # what each is called
    Listed = Aliases | None

logger = logging.getLogger(__name__)

# LiteLLM's answer to a key that it knows and whose role is too low
ROLE_TOO_LOW = 401
# A list that fails although the gateway answers otherwise is too much for it just now: it gets at least this rest.
LIST_PAUSE = dt.timedelta(seconds=10)
# A gateway that answers, and has not shown its database for so long, is taken at its word for the time being.
SILENCE = dt.timedelta(seconds=30)
# Releases differ in how many digits of a second they tell.
ROUNDING = dt.timedelta(seconds=1)
# A team that was created this long before the last look was there then, whatever clocks and time zones do.
MARGIN = dt.timedelta(days=1)
# Two gateways without teams look the same; only one that is looked at all the time is taken for the same.
UNPROVEN = dt.timedelta(minutes=5)
NEVER = -1, dt.datetime.min.replace(tzinfo=dt.UTC)  # after which outage, and a time


def is_same_database(seen: Fingerprint, teams: Teams, now: dt.datetime) -> bool:
    """Tell whether a list of teams that was read `now` can be of the database that was `seen`."""
    if seen.seen_at is None:
        return True
    if seen.teams is None or teams is None:
        return seen.teams is teams
    if not seen.teams and not teams:
        return now - seen.seen_at < UNPROVEN
    common = seen.teams.keys() & teams.keys()
    if not common or any(abs(seen.teams[team] - teams[team]) >= ROUNDING for team in common):
        return False
    return all(teams[team] >= seen.seen_at - MARGIN for team in teams.keys() - common)


def update_fingerprint(seen: Fingerprint, teams: Teams, now: dt.datetime) -> Fingerprint:
    """Return what is known after a look: of the same database, or of one whose days begin anew."""
    if not is_same_database(seen, teams, now):
        return Fingerprint(uuid.uuid4().hex, teams, now)
    known = None if teams is None else {**(seen.teams or {}), **teams}
    return replace(seen, teams=known, seen_at=now)


class DatabaseIdentity:
    """The name of the database that one gateway has, agreed upon by all processes that share a store.

    `epoch` changes when the gateway has another one. Safe to use from several threads.
    """

    def __init__(self, store: SqlFingerprintStore | None = None) -> None:
        self._store, self._lock = store, threading.Lock()
        new = Fingerprint(uuid.uuid4().hex)
        self._seen = new if store is None else store.update(lambda stored: stored or new)
        self.epoch = self._seen.epoch

    def recognise(self, teams: Teams, now: dt.datetime) -> None:
        """Take note of when each team was created (UTC), as the gateway tells `now`.

        `teams` is None where the key may not ask.
        """
        with self._lock:
            mine = self._seen
            if self._store is None:
                self._seen = update_fingerprint(mine, teams, now)
            else:
                self._seen = self._store.update(lambda stored: update_fingerprint(stored or mine, teams, now))
            self.epoch = self._seen.epoch
            if not is_same_database(mine, teams, now):
                logger.warning(
                    "The gateway has another database now. What was kept of the former one is not used."
                )


class GatewayDatabase:
    """The database that a gateway has, or had when this was made: then it `is_replaced`, and has a successor.

    It shows in the list of teams, which is read once a minute and after each outage: what answers then may be
    another gateway. `listed` keeps their aliases by id, None where the key may not list all teams; `on_list` is
    told the list before and the new one. `verified_after` is how many outages there had been at the last look.
    """

    def __init__(
        self,
        client: GatewayClientProtocol,
        calls: GatewayCalls,
        identity: DatabaseIdentity,
        lifetime: Lifetime,
        on_list: Callable[[Aliases, Aliases], None],
    ) -> None:
        self._client, self._calls, self._clock, self._on_list = client, calls, lifetime.clock, on_list
        self._identity, self.epoch = identity, identity.epoch
        self.verified_after: int | None = None
        self._asked, self._rest = NEVER, NEVER  # since when it was asked, and until when it is not to be
        self.listed: Refreshed[Listed] = Refreshed(calls, self._read, lifetime, apart=True)

    @property
    def is_replaced(self) -> bool:
        """Whether the gateway has another database now."""
        return self._identity.epoch != self.epoch

    @property
    def is_verified(self) -> bool:
        """Whether the gateway has shown since the last outage that it still has this database."""
        return self.verified_after == self._calls.outages

    @property
    def is_silent(self) -> bool:
        """Whether the gateway, which answers otherwise, could have shown that for a while and has not."""
        outages, since = self._asked
        is_asked = not self.is_verified and outages == self._calls.outages and not self._calls.breaker.is_open
        return is_asked and self._clock() - since >= SILENCE

    @property
    def is_resting(self) -> bool:
        """Whether the list failed a moment ago, and that was no outage."""
        outages, until = self._rest
        return outages == self._calls.outages and self._clock() < until

    def verify(self, outages: int) -> bool:
        """Tell, on a thread of its own, whether what the gateway told after so many outages is of this database.

        The gateway is asked where it has not shown it yet. Where that takes more than a moment or fails, nobody
        knows. Raises `DatabaseReplacedError` where it has another one, and `GatewayRejectedKeyError`.
        """
        if outages != self.verified_after and not (self.is_replaced or self.is_verified or self.is_resting):
            reading = self.start_look()
            try:
                reading.result(self.listed.time_left(reading, refreshed.FIRST_PATIENCE_SECONDS))
            except GatewayRejectedKeyError:
                raise
            except (GatewayError, TimeoutError, CancelledError) as error:
                logger.info("the gateway has not shown its database (%s)", type(error).__name__)
        self.check()
        return outages == self.verified_after

    def check(self) -> None:
        """Raise `DatabaseReplacedError` where another database is known to be there."""
        if self.is_replaced:
            raise DatabaseReplacedError("The gateway has another database than a moment ago. Try again.")

    async def look(self) -> None:
        """Give the gateway a moment to show its database, where it has not done so for a while."""
        if self._needs_look() and not self.listed.has_just_failed and not self.is_resting:
            reading = self.start_look()
            with contextlib.suppress(GatewayError, TimeoutError):
                await wait_for(reading, self.listed.time_left(reading, refreshed.PATIENCE_SECONDS))

    async def look_closely(self) -> None:
        """Do the same without giving up. Raises a `GatewayError` where it fails."""
        if self._needs_look():
            await wait_for(self.start_look())
        self.check()

    def start_look(self) -> Future[Listed]:
        """Have the gateway show its database, unless it has done so, or is about to."""
        if not self.is_verified and self._asked[0] != self._calls.outages:
            self._asked = self._calls.outages, self._clock()
        return self.listed.start(self._needs_look)

    def _needs_look(self) -> bool:
        return not (self.is_replaced or (self.is_verified and self.listed.is_current()))

    def _read(self) -> Listed:
        outages, asked_at = self._calls.outages, self._clock()
        teams = self._list(outages)
        self._identity.recognise(None if teams is None else _created(teams), asked_at)
        self.check()
        before = self.listed.kept
        self.verified_after = outages
        if teams is None:
            return None
        listed = {team.team_id: team.team_alias for team in teams if team.team_id}
        if before is not None and before[0] is not None:
            self._on_list(before[0], listed)
        return listed

    def _list(self, outages: int) -> Sequence[TeamResponse] | None:
        """Return the gateway's teams, None where the key may not list them."""
        started = time.monotonic()
        try:
            return self._client.fetch_teams()
        except GatewayForbiddenError as error:
            if error.status != ROLE_TOO_LOW:
                raise  # not LiteLLM's word on the key: a gateway may refuse everything for a while
            return None
        except (*OUTAGES, GatewayRateLimitedError) as error:
            wanted = getattr(error, "retry_after", None) or time.monotonic() - started
            self._rest = outages, self._clock() + min(max(dt.timedelta(seconds=wanted), LIST_PAUSE), MAX_PAUSE)
            raise


class UnverifiedDays:
    """Days that were fetched before the gateway has shown its database: in memory only, and apart from all others.

    All of them came between the same two outages, and so from one database. That may be another one than that of
    the days that are kept, so an answer is made of either these or those. Without a `database`, there are none.
    Safe to use from several threads.
    """

    def __init__(self, calls: GatewayCalls, database: GatewayDatabase | None) -> None:
        self._calls, self._database = calls, database
        self._lock = threading.Lock()
        self._outages = 0
        self._dates: set[dt.date] = set()
        self._store = MemoryUsageStore()

    @property
    def newest_at(self) -> dt.datetime | None:
        """When (UTC) the newest of them was fetched, None without any."""
        return self._store.newest_at

    @property
    def is_recent(self) -> bool:
        """Whether the gateway was in reach all the time since they came."""
        return self._outages == self._calls.outages

    def admit(self, records: Sequence[DayRecord]) -> Sequence[DayRecord]:
        """Return those of `records`, which have just come, that can be kept: all of them, or none for now.

        The gateway is given a moment to show its database. Days that come after an outage take the place of those
        from before it. Raises `DatabaseReplacedError` as `GatewayDatabase.verify` does.
        """
        if self._database is None:
            return records
        outages = self._calls.outages
        # after the fact: before it, another gateway could still take this one's place
        if self._database.verify(outages):
            return records
        with self._lock:
            if outages > self._outages:
                self._forget(outages)
            if outages == self._outages:
                self._store.put(records)
                self._dates.update(record.date for record in records)
        return []

    def get(self, dates: Iterable[dt.date]) -> Mapping[dt.date, DayRecord]:
        """Return what is there of `dates`."""
        with self._lock:
            return self._store.get(dates) if self._dates else {}

    def hand_over(self, keep: Callable[[Sequence[DayRecord]], None]) -> Sequence[DayRecord]:
        """Have all of them kept where verified days are, once the gateway has shown its database, and return them.

        Where it was looked at only after a later outage, nothing will ever tell whose they were: they are gone.
        """
        with self._lock:
            if not self._dates or self._database is None:
                return []
            is_verified = self._database.verified_after == self._outages
            if not is_verified and not self._database.is_verified:
                return []
            verified = list(self._store.get(sorted(self._dates)).values()) if is_verified else []
            keep(verified)
            self._forget(self._outages)
            return verified

    def _forget(self, outages: int) -> None:
        self._outages, self._dates, self._store = outages, set(), MemoryUsageStore()


def _created(teams: Sequence[TeamResponse]) -> dict[str, dt.datetime]:
    """Return when each team was created, UTC. LiteLLM tells no time zone."""
    times = {team.team_id: team.created_at for team in teams if team.team_id and team.created_at}
    return {team_id: time if time.tzinfo else time.replace(tzinfo=dt.UTC) for team_id, time in times.items()}
