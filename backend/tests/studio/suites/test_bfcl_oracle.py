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

    def tell(self) -> None:
        print(f"\n{self.checks.total():,} checks against BFCL's own: {dict(self.checks)}")  # noqa: T201 - asked for
        for (kind, variant), count in self.kinds.items():
            print(f"  they disagree on {count} of {variant}: {kind}")  # noqa: T201


@pytest.fixture(scope="module")
def held() -> Held:
    found = Held()
    for category in oracle.SINGLE_TURN:
        suite = Suite(category)
        for entry in suite.entries:
            for variant, calls in (variants(entry, 1) | more_variants(entry, 1)).items():
                found.add(suite, entry, variant, calls)
    return found


def kind_of(entry: Entry, calls: Calls, passes: bool) -> str | None:
    """Return the documented kind of a disagreement, None where it is none."""
    orders = permutations(calls) if 1 < len(calls) <= MOST_REORDERED else ()
    return GREEDY if passes and any(oracle.verdict(entry, list(order)) for order in orders) else None


def test_all_single_turn_entries_are_judged_as_bfcl_judges_them(
    held: Held, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        held.tell()
    assert held.unexplained == []
    assert sum(held.checks[variant] for variant in SEVEN) == 16_457
    assert sum(count for (_, variant), count in held.kinds.items() if variant in SEVEN) <= 17


def test_other_alternatives_calls_and_spellings_are_judged_alike(held: Held) -> None:
    assert len(held.checks) == 17
    assert set(held.checks.values()) == {2351}
    assert held.kinds.total() <= 17


@pytest.mark.parametrize("seed", range(3))
def test_made_up_functions_and_calls_are_judged_alike(seed: int) -> None:
    oracle.data()
    made_up, checks = MadeUp(random.Random(seed)), Counter[str]()  # noqa: S311 - the same calls each time
    for number in range(400):
        entry = made_up.entry(number)
        suite = read_bfcl([entry.question], [{"id": entry.id, "ground_truth": entry.truth}]).suite
        assert read_bfcl(write_bfcl(suite)["combined"]).suite == suite
        for _ in range(6):
            calls = made_up.calls(entry)
            theirs = oracle.verdict(entry, calls)
            made = [Call(name, arguments) for name, arguments in calls]
            ours = score_case(suite.cases[0], [TurnOutcome(made)], Toolbox(suite.tools), "bfcl")
            checks[str(theirs)] += 1
            if theirs is not None and ours.passed != theirs:
                assert kind_of(entry, calls, ours.passed), (entry, calls, ours.reason)
    assert checks["True"] > 400
    assert checks["False"] > 800
    assert checks["None"] < 50  # over which its checker breaks


@pytest.mark.parametrize("category", oracle.NO_CALL)
def test_entries_of_irrelevance_want_no_call(category: str) -> None:
    suite = Suite(category)
    assert suite.notes == []
    for entry in suite.entries:
        calls: Calls = [(entry.question["function"][0]["name"], {})] if entry.question["function"] else []
        assert suite.verdict(entry, []).passed
        assert oracle.verdict(entry, [])
        assert not calls or not suite.verdict(entry, calls).passed


def test_entries_of_relevance_want_any_call_whatever_it_is() -> None:
    suite = Suite(oracle.ANY_CALL)
    assert suite.notes == []
    assert len(suite.entries) == 16
    for entry in suite.entries:
        name = entry.question["function"][0]["name"]
        made_up: list[Calls] = [[], [(name, {})], [(name, {"made": "up"})], [("made_up", {}), (name, {})]]
        for calls in made_up:
            assert suite.verdict(entry, calls).passed == oracle.verdict(entry, calls) == bool(calls)


@pytest.mark.parametrize(("category", "taken"), [("simple_java", 90), ("simple_javascript", 40)])
def test_java_and_javascript_are_judged_alike_as_far_as_their_text_can_be_made(category: str, taken: int) -> None:
    suite = Suite(category)
    # A value's text and the value are the same in a program's text, so the other type is none.
    usual = SEVEN - {"other type"}
    seen = 0
    for entry in suite.entries:
        if not oracle.verdict(entry, right(entry)):
            continue  # what its checker makes of the text is not what its answer says
        seen += 1
        for variant, calls in variants(entry, 1).items():
            if variant in usual:
                assert suite.verdict(entry, calls).passed == oracle.verdict(entry, calls), (
                    entry.id,
                    variant,
                    calls,
                )
    assert seen >= taken
