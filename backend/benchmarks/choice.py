"""Which gateways a run reads from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.sources import LARGE_DAYS, WORKSHOP_DAYS, generated, given, harness, last_settled_day, today

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from benchmarks.bench import Bench
    from benchmarks.sources import Source


@dataclass(frozen=True, slots=True)
class Choice:
    """`given`: address, key and database of a gateway that runs; `has_harness`: LiteLLM's own can be started."""

    has_harness: bool
    given: tuple[str, str, str | None] | None = None

    def large(self, bench: Bench) -> AbstractContextManager[Source]:
        """Start the gateway with a long history. All its days are settled, so that none expires in between."""
        work, last = bench.work / "large", last_settled_day()
        if self.given:
            return given(*self.given)
        if self.has_harness:
            return harness("large", LARGE_DAYS, last, work)
        return generated(bench.sizes.teams, bench.sizes.days, last, work)

    def workshop(self, bench: Bench) -> AbstractContextManager[Source]:
        """Start the gateway of a workshop that is under way."""
        work = bench.work / "workshop"
        if self.has_harness:
            return harness("workshop", WORKSHOP_DAYS, today(), work)
        return generated(bench.sizes.workshop_teams, WORKSHOP_DAYS, today(), work)
