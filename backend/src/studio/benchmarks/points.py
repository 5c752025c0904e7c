"""Where a request belongs: which model, lengths of input and output, load, and its number; and the key of it."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

LoadMode = Literal["single", "concurrency", "rate"]
MARKS: dict[str, LoadMode] = {"c": "concurrency", "r": "rate"}
MARK_OF = {mode: mark for mark, mode in MARKS.items()}
# The part of a key that names load and output length, such as c8, r2.5, c8o200, o200
TOKEN = re.compile(r"(?:([cr])([0-9.e+]+))?(?:o([0-9]+))?")


class Load(NamedTuple):
    """How much at once: `value` people, or requests per second; none of them one after another."""

    mode: LoadMode
    value: float | None

    @property
    def token(self) -> str:
        """What keys and names of points have of it: `c8`, `r2.5`."""
        return "" if self.value is None else f"{MARK_OF[self.mode]}{self.value:g}"


ONE_AFTER_ANOTHER = Load("single", None)


class Point(NamedTuple):
    """A cell of the matrix: the target's position, tokens of context and of the answer, and the load.

    `output` is None where the run has one length of answers, `load` where it has one load.
    """

    target: int
    tier: int
    output: int | None = None
    load: Load | None = None

    @property
    def prefix(self) -> str:
        """What the keys of its requests begin with."""
        load = self.load.token if self.load else ""
        token = load + ("" if self.output is None else f"o{self.output}")
        return "".join(f"{part}-" for part in (self.target, self.tier, token) if part != "")

    def name(self, model_id: str) -> str:
        """Return its name in records and results: `MODEL@TIER>OUT cN`."""
        output = "" if self.output is None else f">{self.output}"
        load = f" {self.load.token}" if self.load and self.load.token else ""
        return f"{model_id}@{self.tier}{output}{load}"

    def cell(self, number: int) -> Cell:
        """Return one of its requests."""
        return Cell(self.target, self.tier, number, self.output, self.load)

    @property
    def order(self) -> tuple[int, int, int, float]:
        """What points are sorted by: targets, then context, length of answers and load, each rising."""
        return self.target, self.tier, self.output or 0, (self.load.value if self.load else None) or 0


class Cell(NamedTuple):
    """A request: its point, and its number from 1; 0: a warm-up."""

    target: int
    tier: int
    number: int
    output: int | None = None
    load: Load | None = None

    @property
    def point(self) -> Point:
        """The point that it belongs to."""
        return Point(self.target, self.tier, self.output, self.load)

    @property
    def key(self) -> str:
        """The request's key in plan and table."""
        return f"{self.point.prefix}{self.number}"


def cell_of(key: str) -> Cell:
    """Return the cell of a key: `target-tier-number`, or `target-tier-LOAD-number`."""
    target, tier, *token, number = key.split("-")
    found = TOKEN.fullmatch(token[0] if token else "")
    if len(token) > 1 or found is None:
        raise ValueError(f"{key!r} is no key of a request")
    mark, value, output = found.groups()
    load = Load(MARKS[mark], float(value)) if mark else None
    return Cell(int(target), int(tier), int(number), None if output is None else int(output), load)
