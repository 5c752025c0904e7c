"""`LiveSummaries`: what runs under way have come to, summed up no more often than it is worth."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from src.studio.tool_eval.settling import sum_up_results

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

    from src.studio.tool_eval.runs import AskedCase

Values = dict[str, Any]

# Runs that are remembered: as many as people are likely to look at in one process.
KEPT = 8
# Of many results the figures are those of a moment ago: a tenth of the time is spent on them at most.
MANY, REST_SECONDS, REST_FOR_EACH = 1_000, 1.0, 9


@dataclass(slots=True)
class _Seen:
    turn: threading.Lock = field(default_factory=threading.Lock)
    done: int = -1
    told: Values = field(default_factory=dict)
    rests_until: float = float("-inf")


class LiveSummaries:
    """Sums up runs that are under way."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._runs: OrderedDict[str, _Seen] = OrderedDict()
        self._turn = threading.Lock()

    def of(self, connection: Connection, run: Mapping[str, Any], cases: Sequence[AskedCase]) -> Values:
        """Return the columns of a run that its results decide, so far."""
        with self._turn:
            seen = self._runs.setdefault(run["id"], _Seen())
            self._runs.move_to_end(run["id"])
            if len(self._runs) > KEPT:
                self._runs.popitem(last=False)
        with seen.turn:  # whoever comes meanwhile is told the same
            began = self._monotonic()
            is_resting = began < seen.rests_until and seen.done > MANY
            if run["results_done"] != seen.done and not is_resting:
                seen.told = sum_up_results(connection, run, cases)
                seen.done = run["results_done"]
                ended = self._monotonic()
                seen.rests_until = ended + max(REST_SECONDS, REST_FOR_EACH * (ended - began))
            return seen.told

    def forget(self, run_id: str) -> None:
        """Forget a run, which has ended."""
        with self._turn:
            self._runs.pop(run_id, None)
