"""`LiveResults`: what runs under way have come to, without reading again what was read before."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from src.studio.benchmarks import repository, runs
from src.studio.engine.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

    from src.studio.benchmarks.results import Result

# Runs that are remembered: as many as people are likely to look at in one process.
KEPT = 4
# Gaps between chunks that figures are taken from while a run goes on; its end takes all of them.
MOST_GAPS = 200_000
# Below so many requests the figures take a few milliseconds: they are always those of this moment.
MANY, REST_SECONDS = 1_000, 1.0


@dataclass(slots=True)
class _Seen:
    """What was read of a run. `attempts` are those that its records were of, by key."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    attempts: dict[str, int] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    results: Sequence[Result] = ()
    summed_at: float = float("-inf")


class LiveResults:
    """Sums up runs that are under way: of each request once what it was, and of many at most once a second."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._runs: OrderedDict[str, _Seen] = OrderedDict()
        self._turn = threading.Lock()

    def of(self, connection: Connection, reader_id: str, run: Mapping[str, Any]) -> Sequence[Result]:
        """Return what a run has come to, which `reader_id` may read."""
        seen = self._seen_of(run["id"])
        with seen.turn:  # whoever comes meanwhile is told the same
            is_fresh = self._monotonic() - seen.summed_at < REST_SECONDS
            if is_fresh and len(seen.records) > MANY:
                return seen.results
            if self._read(connection, reader_id, run, seen):
                seen.results = runs.results_of_run(run, seen.records.values())
            seen.summed_at = self._monotonic()
            return seen.results

    def _seen_of(self, run_id: str) -> _Seen:
        with self._turn:
            seen = self._runs.setdefault(run_id, _Seen())
            self._runs.move_to_end(run_id)
            if len(self._runs) > KEPT:
                self._runs.popitem(last=False)
        return seen

    @staticmethod
    def _read(connection: Connection, reader_id: str, run: Mapping[str, Any], seen: _Seen) -> bool:
        """Read what was not read yet, or was written anew by a later attempt. Return whether there was any."""
        there = repository.attempts_of(connection, reader_id, run["id"])
        new = [key for key, attempt in there.items() if seen.attempts.get(key) != attempt]
        most = max(1, MOST_GAPS // max(1, run["requests_total"]))
        for start in range(0, len(new), repository.PAGE):
            keys = new[start : start + repository.PAGE]
            for text in repository.records_of(connection, reader_id, run["id"], keys):
                record = Record.from_dict(orjson.loads(text))
                seen.records[record.key] = _thinned(record, most)
                seen.attempts[record.key] = there[record.key]
        return bool(new)


def _thinned(record: Record, most: int) -> Record:
    """Return a record with so many of its gaps at most, evenly taken."""
    step = -(-len(record.icl_ms) // most)
    return dataclasses.replace(record, icl_ms=record.icl_ms[::step]) if step > 1 else record
