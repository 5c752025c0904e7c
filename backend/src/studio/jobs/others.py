"""Which workers are gone, as another process sees it: by what it saw itself change, and by no clock of theirs."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from src.studio.jobs.limits import SILENCE_SECONDS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

# How long a worker's lock may be free before its jobs are taken over: one that lives takes it again within a
# second of whatever broke its connection.
UNLOCKED_SECONDS = 2.0
# What passes between two looks counts so much at most: while the database is away, nobody can be heard.
LONGEST_STEP_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Sign:
    """What is there of a worker: its newest heartbeat, and whether it holds its lock, as one that lives does."""

    heartbeat_at: dt.datetime | None
    is_locked: bool
    has_stopped: bool = False


@dataclass(slots=True)
class _Heard:
    heartbeat_at: dt.datetime | None
    beaten_at: float
    free_since: float | None = None


class Others:
    """What one process has heard of workers; its time goes on while it looks, by its own monotonic clock."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._heard: dict[str, _Heard] = {}
        self._looked_at, self._time = monotonic(), 0.0

    def gone(self, signs: Mapping[str, Sign]) -> set[str]:
        """Take what there is of workers now, and return those whose jobs may be taken over."""
        now = self._monotonic()
        self._time += min(now - self._looked_at, LONGEST_STEP_SECONDS)
        self._looked_at = now
        self._heard = {worker_id: self._hear(worker_id, sign) for worker_id, sign in signs.items()}
        return {worker_id for worker_id, sign in signs.items() if sign.has_stopped or self._is_gone(worker_id)}

    def silences(self) -> Mapping[str, float]:
        """Return since when those have been silent that are not gone, in seconds, as of the newest look."""
        beaten = {worker_id: heard.beaten_at for worker_id, heard in self._heard.items()}
        return {worker_id: self._time - at for worker_id, at in beaten.items() if not self._is_gone(worker_id)}

    def _hear(self, worker_id: str, sign: Sign) -> _Heard:
        heard = self._heard.get(worker_id) or _Heard(sign.heartbeat_at, self._time)
        if sign.heartbeat_at != heard.heartbeat_at:
            heard.heartbeat_at, heard.beaten_at = sign.heartbeat_at, self._time
        if sign.is_locked:
            heard.free_since = None
        elif heard.free_since is None:
            heard.free_since = self._time
        return heard

    def _is_gone(self, worker_id: str) -> bool:
        heard = self._heard[worker_id]
        is_free = heard.free_since is not None and self._time - heard.free_since > UNLOCKED_SECONDS
        return is_free or self._time - heard.beaten_at > SILENCE_SECONDS
