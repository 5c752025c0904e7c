"""What every row needs: sizes, the table, a folder, and how it is asked."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.sizes import Sizes
    from benchmarks.table import Table

NAMES = (
    "first-fetch",
    "crowd",
    "peak",
    "fresh",
    "warm",
    "memory",
    "restart",
    "hourly",
    "throughput",
    "growth",
    "engine",
    "peers",
    "studio",
    "eval",
)


@dataclass(frozen=True, slots=True)
class Bench:
    """One run. `wanted` are the names of the rows; `encoding` is what the dashboard's clients accept."""

    sizes: Sizes
    table: Table
    wanted: frozenset[str]
    work: Path
    encoding: str

    def wants(self, *names: str) -> bool:
        """Tell whether any of these rows is wanted."""
        return not self.wanted.isdisjoint(names)


def say(line: str) -> None:
    """Tell how far it is; the table alone goes to standard output."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - this is the terminal's part
