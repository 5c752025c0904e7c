"""The calls of one turn held against those that are wanted: who is whose, and what is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from src.studio.scoring import bfcl, strict
from src.studio.scoring.diagnostics import PASSED, irrelevance_scores, scores_of
from src.studio.scoring.matching import cheapest, cover, in_order, remembered
from src.studio.scoring.verdict import Call, Problem, Scores, told
from src.studio.scoring.words import named, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from src.studio.scoring.case import ExpectedCall, ScoringConfig
    from src.studio.scoring.toolbox import Toolbox
    from src.studio.scoring.work import Work

Json = Any
Profile = Literal["strict", "bfcl"]
PROFILES = {"strict": strict, "bfcl": bfcl}

MOST_CALLS = 1000
# Pairs whose nearness is weighed; where there are more, those that do not fit are paired as they come
MOST_WEIGHED = 10_000
# How far a call is from a wanted one, beside what makes it none: by its arguments, or by its tool
MOST_FAULTS, MALFORMED, OTHER_TOOL, NO_TOOL, MISSING = 99, 100, 500, 600, 900


@dataclass
class Turned:
    """What was found of one turn: problems as they come, and pairs of positions, wanted and made."""

    problems: list[Problem] = field(default_factory=list)
    pairs: list[tuple[int, int]] = field(default_factory=list)
    scores: Scores = PASSED


def judge_calls(  # noqa: PLR0913, PLR0917 - what a turn is judged by
    expected: Sequence[ExpectedCall],
    wants_call: bool,
    actual: Sequence[Call],
    toolbox: Toolbox,
    config: ScoringConfig,
    profile: Profile,
    work: Work,
) -> Turned:
    """Return what is wrong with the calls of a turn. Raises `TooLargeError` where `work` is not enough."""
    if not wants_call:
        return _none_wanted(actual, toolbox)
    if len(actual) > MOST_CALLS:
        sentence = f"{len(actual)} calls are made; more than {MOST_CALLS} are not looked at."
        return Turned([Problem("extra_call", sentence)], [], Scores(0.0, None, 0.0))
    if not expected:
        return _any_wanted(actual, toolbox, profile, work)
    return _Turn(expected, actual, toolbox, config, profile, work).judge()


def _none_wanted(actual: Sequence[Call], toolbox: Toolbox) -> Turned:
    problems = [
        _fault_of(position, call, toolbox)
        or Problem(
            "extra_call", f"{call.name} is called; no call is wanted.", actual=_arguments(call), call=position
        )
        for position, call in enumerate(actual[:MOST_CALLS])
    ]
    return Turned(problems, [], irrelevance_scores(not actual))


def _any_wanted(actual: Sequence[Call], toolbox: Toolbox, profile: Profile, work: Work) -> Turned:
    problems = [] if actual else [Problem("missing_call", "No tool is called.")]
    for position, call in enumerate(actual):
        tool, (arguments, _) = toolbox.get(call.name), call.read
        if profile == "bfcl" and arguments is not None:
            continue  # it asks whether there are calls that can be read, and of nothing that is in them
        if tool is None or arguments is None:
            problems += filter(None, [_fault_of(position, call, toolbox)])
        elif not strict.is_valid(arguments, tool, work) or strict.hallucinated(arguments, tool):
            found = [*strict.hallucinated(arguments, tool), *strict.schema_problems(arguments, tool, work)]
            problems += [replace(problem, call=position) for problem in found]
    return Turned(problems, [], scores_of((), actual, [], toolbox, work) if problems else PASSED)


def _fault_of(position: int, call: Call, toolbox: Toolbox) -> Problem | None:
    """Return what makes a call none at all, whatever is wanted."""
    if call.is_malformed:
        sentence = f"{call.name[:200]}: {call.read[1]}"
        return Problem("malformed_call", sentence, actual=told(call.arguments), call=position)
    if toolbox.get(call.name) is None:
        near = [name for name in toolbox.names if name.casefold() == call.name.casefold()]
        sentence = f"There is no tool named {call.name[:200]}" + (f"; {near[0]} is offered." if near else ".")
        return Problem("hallucinated_tool", sentence, actual=told(call.name), call=position)
    return None


def _arguments(call: Call) -> Json:
    return told(call.read[0] if not call.is_malformed else call.arguments)


class _Turn:
    """One turn of which calls are expected by name."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a turn is judged by
        self,
        expected: Sequence[ExpectedCall],
        actual: Sequence[Call],
        toolbox: Toolbox,
        config: ScoringConfig,
        profile: Profile,
        work: Work,
    ) -> None:
        self._expected, self._actual, self._toolbox, self._config = expected, actual, toolbox, config
        self._profile, self._work = PROFILES[profile], work
        self._fits = remembered(self._are_right)
        # Calls that may be there beside what is wanted
        self._spare = {
            position
            for position, call in enumerate(actual)
            if call.name in config.extra and toolbox.get(call.name) is not None and not call.is_malformed
        }

    def judge(self) -> Turned:
        pairs = self._all_right()
        if pairs is not None:
            return Turned([], [*enumerate(pairs)])
        if self._config.order == "strict" and (pairs := self._paired()) is not None:
            sentence = "What is wanted is called, in another order."
            problem = Problem("wrong_order", sentence, expected=self._tools_wanted(), actual=self._tools_called())
            return Turned([problem], [*enumerate(pairs)], replace(PASSED, overall=0.0))
        return self._explained()

    def _all_right(self) -> list[int] | None:
        """Return the made call of each wanted one, None where some has none or a call is left that may not be."""
        count, others = len(self._expected), len(self._actual)
        if count > others or others - len(self._spare) > count:
            return None
        if count == others == 1:
            return [0] if self._fits(0, 0) else None
        if self._config.order == "strict":
            return in_order(count, others, self._fits, self._spare.__contains__)
        return self._paired()

    def _paired(self) -> list[int] | None:
        others = len(self._actual)
        needed = [position for position in range(others) if position not in self._spare]
        pairs = cover(len(self._expected), others, self._fits, needed)
        complete = [pair for pair in pairs if pair is not None]
        return complete if len(complete) == len(pairs) and set(needed) <= set(complete) else None

    def _are_right(self, wanted: int, made: int) -> bool:
        expected, call = self._expected[wanted], self._actual[made]
        if call.name not in expected.tools:
            return False
        tool, (arguments, _) = self._toolbox.get(call.name), call.read
        if tool is None or arguments is None:
            return False
        return self._profile.fits(expected, arguments, tool, self._config, self._work)

    def _explained(self) -> Turned:
        """Tell what is wrong, with the pairs that leave the least to tell."""
        pairs = self._nearest()
        problems: list[Problem] = []
        for wanted, made in pairs:
            found = () if self._fits(wanted, made) else self._problems(wanted, made)
            problems += [replace(problem, wanted=wanted, call=made) for problem in found]
        paired, taken = {wanted for wanted, _ in pairs}, {made for _, made in pairs}
        for wanted, expected in enumerate(self._expected):
            if wanted not in paired:
                sentence = f"{named(expected.tools)} is not called with {shown(dict(expected.arguments))}."
                problems.append(
                    Problem("missing_call", sentence, expected=told(expected.to_dict()), wanted=wanted)
                )
        for made, call in enumerate(self._actual):
            if made not in taken and made not in self._spare:
                is_wanted = any(call.name in expected.tools for expected in self._expected)
                sentence = f"{call.name} is called {'once more than wanted' if is_wanted else 'and not wanted'}."
                problems.append(
                    _fault_of(made, call, self._toolbox)
                    or Problem("extra_call", sentence, actual=_arguments(call), call=made)
                )
        scores = scores_of(self._expected, self._actual, pairs, self._toolbox, self._work, problems, self._spare)
        return Turned(problems, pairs, scores)

    def _nearest(self) -> list[tuple[int, int]]:
        count, others = len(self._expected), len(self._actual)
        if count == others == 1 and not self._spare:
            return [(0, 0)]
        steps = count * count * others // 4
        if count * others > MOST_WEIGHED or steps > self._work.left:
            return self._as_they_come()
        self._work.spend(steps)
        # More than all distances together, so that as many as possible are right before any is near
        wrong = (MISSING + 1) * (count + 1)
        costs = [
            [self._distance(wanted, made, wrong) for made in range(others)] + [wrong + MISSING] * count
            for wanted in range(count)
        ]
        return [(wanted, made) for wanted, made in enumerate(cheapest(costs)) if made < others]

    def _distance(self, wanted: int, made: int, wrong: float) -> float:
        if self._fits(wanted, made):
            return 0.001 if made in self._spare else 0
        expected, call = self._expected[wanted], self._actual[made]
        tool, (arguments, _) = self._toolbox.get(call.name), call.read
        if tool is None:
            return wrong + NO_TOOL
        if call.name not in expected.tools:
            return wrong + (MISSING + 1 if made in self._spare else OTHER_TOOL)
        if arguments is None:
            return wrong + MALFORMED
        return wrong + min(self._profile.faults(expected, arguments, tool, self._config, self._work), MOST_FAULTS)

    def _as_they_come(self) -> list[tuple[int, int]]:
        count, others = len(self._expected), len(self._actual)
        right = [
            (one, other) for one, other in enumerate(cover(count, others, self._fits, ())) if other is not None
        ]
        paired, taken = {one for one, _ in right}, {other for _, other in right}
        alone = [one for one in range(count) if one not in paired]
        left = [other for other in range(others) if other not in taken and other not in self._spare]
        return sorted([*right, *zip(alone, left, strict=False)])

    def _problems(self, wanted: int, made: int) -> list[Problem]:
        expected, call = self._expected[wanted], self._actual[made]
        if fault := _fault_of(made, call, self._toolbox):
            return [fault]
        tool, (arguments, _) = self._toolbox.get(call.name), call.read
        if tool is None or arguments is None:
            raise AssertionError("a call without a fault has a tool and arguments")
        if call.name not in expected.tools:
            sentence = f"{call.name} is called; {named(expected.tools)} is wanted."
            return [Problem("wrong_tool", sentence, expected=list(expected.tools), actual=call.name)]
        return self._profile.problems(expected, arguments, tool, self._config, self._work)

    def _tools_wanted(self) -> list[Json]:
        return [named(expected.tools) for expected in self._expected]

    def _tools_called(self) -> list[str]:
        return [call.name for call in self._actual]
