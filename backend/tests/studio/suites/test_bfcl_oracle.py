"""Our `bfcl` profile held to BFCL's own checker, on its own entries and calls that are spoiled in many ways.

`pytest -s tests/studio/suites/test_bfcl_oracle.py` prints how many checks were made, and what they disagree on.
"""

from __future__ import annotations

from collections import Counter
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from src.studio.scoring.score import TurnOutcome, score_case
from src.studio.scoring.toolbox import Toolbox
from src.studio.scoring.verdict import Call
from src.studio.suites.bfcl import read_bfcl
from tests.studio.suites import oracle
from tests.studio.suites.variants import more_variants, right, variants

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def disagreements(
    category: str, checks: Counter[str], kinds: Counter[str], **which: bool
) -> Iterator[tuple[str, str, str]]:
    """Yield where the two disagree and none of the documented kinds is why."""
    suite = Suite(category)
    for entry in suite.entries:
        found = variants(entry, 1) | (more_variants(entry, 1) if which.get("more") else {})
        for variant, calls in found.items():
            checks[variant] += 1
            ours, theirs = suite.verdict(entry, calls), oracle.verdict(entry, calls)
            if ours.passed == theirs:
                continue
            kind = kind_of(entry, calls, ours.passed)
            kinds[kind or "not documented"] += 1
            if kind is None:
                yield entry.id, variant, f"theirs {theirs}, ours {ours.reason}: {calls}"


def kind_of(entry: Entry, calls: Calls, passes: bool) -> str | None:
    """Return the documented kind of a disagreement, None where it is none."""
    orders = permutations(calls) if 1 < len(calls) <= MOST_REORDERED else ()
    return GREEDY if passes and any(oracle.verdict(entry, list(order)) for order in orders) else None


def test_all_single_turn_entries_are_judged_as_bfcl_judges_them(capsys: pytest.CaptureFixture[str]) -> None:
    checks, kinds = Counter[str](), Counter[str]()
    found = [one for category in oracle.SINGLE_TURN for one in disagreements(category, checks, kinds)]
    with capsys.disabled():
        tell(checks, kinds)
    assert found == []
    assert checks.keys() == SEVEN
    assert sum(checks.values()) == 16_457
    assert kinds.total() <= 17


def test_other_alternatives_calls_and_spellings_are_judged_alike(capsys: pytest.CaptureFixture[str]) -> None:
    checks, kinds = Counter[str](), Counter[str]()
    found = [one for category in oracle.SINGLE_TURN for one in disagreements(category, checks, kinds, more=True)]
    with capsys.disabled():
        tell(checks, kinds)
    assert found == []
    assert sum(checks.values()) > 39_000


@pytest.mark.parametrize("category", oracle.NO_CALL)
def test_entries_of_irrelevance_want_no_call(category: str) -> None:
    suite = Suite(category)
    assert suite.notes == []
    for entry in suite.entries:
        calls: Calls = [(entry.question["function"][0]["name"], {})] if entry.question["function"] else []
        assert suite.verdict(entry, []).passed
        assert oracle.verdict(entry, [])
        assert not calls or not suite.verdict(entry, calls).passed


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


def tell(checks: Counter[str], kinds: Counter[str]) -> None:
    print(f"\n{checks.total():,} checks against BFCL's own: {dict(checks)}")  # noqa: T201 - it is asked for
    for kind, count in kinds.items():
        print(f"  they disagree on {count}: {kind}")  # noqa: T201
