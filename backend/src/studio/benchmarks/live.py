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

    from src.studio.benchmarks.points import Point
    from src.studio.benchmarks.results import Result

# Runs that are remembered: as many as people are likely to look at in one process.
KEPT = 4
# Gaps between chunks that figures are taken from while a run goes on; its end takes all of them.
MOST_GAPS = 200_000
# Below so many requests the figures take a few milliseconds: they are always those of this moment. Of more, they
# are summed up once a second, and less often where that takes long: a tenth of the time is spent on it at most.
MANY, REST_SECONDS, REST_FOR_EACH = 1_000, 1.0, 9


@dataclass(slots=True)
class _Seen:
    """What was read of a run. `attempts` are those that its records were of, by key.

    Of points that were measured as a whole, only what they came to is remembered.
    """

    turn: threading.Lock = field(default_factory=threading.Lock)
    attempts: dict[str, int] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    ended: dict[Point, Result] = field(default_factory=dict)
    results: Sequence[Result] = ()
    rests_until: float = float("-inf")


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
            began = self._monotonic()
            if began < seen.rests_until and len(seen.records) > MANY:
                return seen.results
            if self._read(connection, reader_id, run, seen):
                current = runs.results_of_run(run, seen.records.values())
                seen.results = runs.in_order([*seen.ended.values(), *current])
            ended = self._monotonic()
            seen.rests_until = ended + max(REST_SECONDS, REST_FOR_EACH * (ended - began))
            return seen.results

    def forget(self, run_id: str) -> None:
        """Forget a run, which has ended."""
        with self._turn:
            self._runs.pop(run_id, None)

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
        ended, since_ns = runs.ended_points(run), repository.START[0]
        for point, kept in ended.items():
            since_ns = max(since_ns, kept["ended_ns"])
            if point not in seen.ended:
                times = kept["began_ns"], kept["ended_ns"]
                found = runs.results_between(connection, reader_id, run, *times)
                seen.ended |= {result.at: result for result in found}
        there = repository.attempts_of(connection, reader_id, run["id"], since_ns)
        gone = seen.attempts.keys() - there.keys()  # with a point that has ended, or was cut and begins anew
        for key in gone:
            del seen.attempts[key]
            seen.records.pop(key, None)
        new = [key for key, attempt in there.items() if seen.attempts.get(key) != attempt]
        most = max(1, MOST_GAPS // max(1, run["requests_total"], MANY if ended else 0))
        for start in range(0, len(new), repository.PAGE):
            keys = new[start : start + repository.PAGE]
            for text in repository.records_of(connection, reader_id, run["id"], keys):
                record = Record.from_dict(orjson.loads(text))
                seen.records[record.key] = _thinned(record, most)
                seen.attempts[record.key] = there[record.key]
        return bool(new or gone)


def _thinned(record: Record, most: int) -> Record:
    """Return what figures need of a record: with so many of its gaps at most, evenly taken, and without ids."""
    step = max(1, -(-len(record.icl_ms) // most))
    return dataclasses.replace(record, icl_ms=record.icl_ms[::step], request_id="", response_id=None)
