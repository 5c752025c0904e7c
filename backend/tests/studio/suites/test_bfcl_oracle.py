"""Our `bfcl` profile held to BFCL's own checker, on its own entries and calls that are spoiled in many ways.

`pytest -s tests/studio/suites/test_bfcl_oracle.py` prints how many checks were made, and what they disagree on.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from src.studio.scoring.score import TurnOutcome, score_case
from src.studio.scoring.toolbox import Toolbox
from src.studio.scoring.verdict import Call
from src.studio.suites.bfcl import read_bfcl, write_bfcl
from tests.studio.suites import oracle
from tests.studio.suites.made_up import MadeUp
from tests.studio.suites.variants import more_variants, right, variants

if TYPE_CHECKING:
    from src.studio.scoring.verdict import Verdict
    from tests.studio.suites.oracle import Calls, Entry

Json = Any

GREEDY = "its greedy matching: the same calls in another order are right to it"
SEVEN = {"right", "wrong value", "missing", "extra", "reordered", "other type", "none"}
MOST_REORDERED = 6


class Suite:
    """A category's entries as a suite of ours, judged by the `bfcl` profile."""

    def __init__(self, category: str) -> None:
        self.entries = oracle.entries(category)
        read = read_bfcl(*oracle.texts(category))
        self.notes = read.notes
        self._box = Toolbox(read.suite.tools)
        self._cases = {case.name: case for case in read.suite.cases}

    def verdict(self, entry: Entry, calls: Calls) -> Verdict:
        case = self._cases[entry.id]
        made = [Call(name, arguments) for name, arguments in calls]
        return score_case(case, [TurnOutcome(made)], self._box, "bfcl")


@dataclass
class Held:
    """How many checks were made of each variant, what the two disagree on, and what of it nobody has explained."""

    checks: Counter[str] = field(default_factory=Counter)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)

    def add(self, suite: Suite, entry: Entry, variant: str, calls: Calls) -> None:
        self.checks[variant] += 1
        ours, theirs = suite.verdict(entry, calls), oracle.verdict(entry, calls)
        if ours.passed == theirs:
            return
        if kind := kind_of(entry, calls, ours.passed):
            self.kinds[kind, variant] += 1
        else:
            self.unexplained.append(f"{entry.id}, {variant}: theirs {theirs}, ours {ours.reason}: {calls}")
