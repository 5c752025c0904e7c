"""What was seen of a gateway's database, and whether it can still be the same one.

Days are kept per address and key, and both stay as they are when another database comes to stand behind them:
a test gateway that was set up anew, a staging system that was swapped. Teams are a witness: each has an id and the
time at which it was created, which a restored backup keeps and a new database never repeats.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    Teams = Mapping[str, dt.datetime] | None

# Releases differ in how many digits of a second they tell.
ROUNDING = dt.timedelta(seconds=1)
# A team that was created this long before the last look was there then, whatever clocks and time zones do.
MARGIN = dt.timedelta(days=1)
# Two gateways without teams look the same; only one that is looked at all the time is taken for the same.
UNPROVEN = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was last seen of a database, when (UTC), and the name that its days are kept under.

    `teams` has when each team was created (UTC), former teams included; it is None where the key may not list
    teams. Such keys are random and live in the database, so they are its witness themselves.
    """

    epoch: str
    teams: Teams = None
    seen_at: dt.datetime | None = None

    def is_of_same_database(self, teams: Teams, now: dt.datetime) -> bool:
        """Tell whether a list of teams that was read `now` can be that of the same database."""
        if self.seen_at is None:
            return True
        if self.teams is None or teams is None:
            return self.teams is teams
        if not self.teams and not teams:
            return now - self.seen_at < UNPROVEN
        common = self.teams.keys() & teams.keys()
        if not common or any(abs(self.teams[team] - teams[team]) >= ROUNDING for team in common):
            return False
        return all(teams[team] >= self.seen_at - MARGIN for team in teams.keys() - common)

    def after(self, teams: Teams, now: dt.datetime) -> Sighting:
        """Return what is known after a look: of the same database, or of one whose days begin anew."""
        if not self.is_of_same_database(teams, now):
            return Sighting(new_epoch(), teams, now)
        known = None if teams is None else {**(self.teams or {}), **teams}
        return replace(self, teams=known, seen_at=now)


def new_epoch() -> str:
    """Return a name that no database had before: 32 characters."""
    return uuid.uuid4().hex
