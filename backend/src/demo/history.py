"""What the demo gateway remembers: requests and daily rows up to now, made when they are asked for."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

from src.demo.teams import TEAMS
from src.demo.traffic import LONGEST_MS, Request, TrafficGenerator

KEPT_DAYS = 400
"""Usage older than this many days is gone, as on a gateway that cleans up."""

REMEMBERED_ROWS = len(TEAMS) * (KEPT_DAYS + 2)
REMEMBERED_REQUESTS = len(TEAMS) * 6


class DailyRow(NamedTuple):
    """One row of daily usage: a team's requests of one UTC day with one key, deployment and endpoint.

    Rows sort by `row_id`, which is arbitrary but always the same, as in the order of a database.
    `team`, `key`, `deployment` and `endpoint` are positions, as in `Request`; `spend` is in nano-USD.
    """

    row_id: int
    day: date
    team: int
    key: int
    deployment: int
    endpoint: int
    prompt: int
    completion: int
    cache_read: int
    cache_creation: int
    spend: int
    successful: int
    failed: int


class History:
    """The usage of all teams. Past days never change; today grows with the `now` that is passed in (UTC)."""

    def __init__(self) -> None:
        self._generators = [TrafficGenerator(team) for team in TEAMS]
        self._lock = Lock()
        self._requests = lru_cache(REMEMBERED_REQUESTS)(self._make_requests)
        self._settled_rows = lru_cache(REMEMBERED_ROWS)(self._make_rows)

    def days(self, start: date, end: date, now: datetime) -> list[date]:
        """Return the days from `start` to `end` of which anything is known, newest first."""
        newest = min(end, now.date())
        oldest = max(start, now.date() - timedelta(days=KEPT_DAYS))
        return [newest - timedelta(days=back) for back in range((newest - oldest).days + 1)]

    def requests(self, team: int, day: date, now: datetime) -> Sequence[Request]:
        """Return a team's requests that started on `day` and have ended by `now`, oldest first."""
        with self._lock:
            everything = self._requests(team, day)
        elapsed = milliseconds(day, now)
        if is_settled(elapsed):
            return everything
        return [request for request in everything if request.end <= elapsed]

    def rows(self, team: int, day: date, now: datetime) -> Sequence[DailyRow]:
        """Return a team's daily rows as of `now`."""
        if not is_settled(milliseconds(day, now)):
            return aggregate(team, day, self.requests(team, day, now))
        with self._lock:
            return self._settled_rows(team, day)

    def rows_of(self, teams: Iterable[int], day: date, now: datetime) -> list[DailyRow]:
        """Return the daily rows of several teams as of `now`, by their ids."""
        return sorted(row for team in teams for row in self.rows(team, day, now))

    def _make_requests(self, team: int, day: date) -> list[Request]:
        return self._generators[team].requests(day)

    def _make_rows(self, team: int, day: date) -> list[DailyRow]:
        return aggregate(team, day, self._make_requests(team, day))


def milliseconds(day: date, now: datetime) -> int:
    """Whole milliseconds from a UTC day's first midnight to `now`."""
    return (now - datetime.combine(day, time(), UTC)) // timedelta(milliseconds=1)


def is_settled(elapsed: int) -> bool:
    """Whether all requests of a day have ended so many milliseconds after its first midnight."""
    return elapsed >= 24 * 3_600_000 + LONGEST_MS


def aggregate(team: int, day: date, requests: Iterable[Request]) -> list[DailyRow]:
    """Return the daily rows that these requests of one team and day add up to."""
    sums: dict[tuple[int, int, int], list[int]] = {}
    for request in requests:
        _, _, _, key, deployment, endpoint, prompt, completion, read, creation, spend, failure = request
        group = (key, deployment, endpoint)
        sum_ = sums.get(group)
        if sum_ is None:
            sum_ = sums[group] = [0, 0, 0, 0, 0, 0, 0]
        sum_[0] += prompt
        sum_[1] += completion
        sum_[2] += read
        sum_[3] += creation
        sum_[4] += spend
        sum_[5 if failure is None else 6] += 1
    return [DailyRow(_row_id(day, team, *group), day, team, *group, *sum_) for group, sum_ in sums.items()]


def _row_id(day: date, *group: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{day} {group}".encode()).digest()[:7])
