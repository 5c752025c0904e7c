"""Scores beside a verdict: how much of a turn was right, for whoever wants to know where a model fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from src.studio.scoring import strict
from src.studio.scoring.pointers import steps
from src.studio.scoring.verdict import Scores

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from src.studio.scoring.case import ExpectedCall
    from src.studio.scoring.toolbox import Tool, Toolbox
    from src.studio.scoring.verdict import Call, Problem

Json = Any
OF_TOOLS, OF_ARGUMENTS = 0.6, 0.4
PASSED = Scores(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)


def irrelevance_scores(is_right: bool) -> Scores:
    """Return the scores of a turn of which no call was wanted."""
    return Scores(tool_selection=float(is_right), overall=float(is_right))


def scores_of(
    expected: Sequence[ExpectedCall],
    actual: Sequence[Call],
    pairs: Sequence[tuple[int, int]],
    toolbox: Toolbox,
    problems: Sequence[Problem] = (),
) -> Scores:
    """Return the scores of a turn whose calls were paired with what was wanted, and have these problems."""
    right = [(wanted, made) for wanted, made in pairs if actual[made].name in expected[wanted].tools]
    tools = len(right) / max(len(expected), len(actual), 1)
    arguments = None
    if expected:
        arguments = sum(_share(expected[wanted], actual[made], wanted, problems) for wanted, made in right)
        arguments /= len(expected)
    overall = tools if arguments is None else OF_TOOLS * tools + OF_ARGUMENTS * arguments
    return Scores(tools, arguments, overall, *_schema_scores(actual, toolbox))


def _share(expected: ExpectedCall, call: Call, wanted: int, problems: Sequence[Problem]) -> float:
    """Return the share of the arguments, those that are wanted and those that are given, that are right."""
    arguments, _ = call.read
    if arguments is None:
        return 0.0
    concerned = {*arguments, *(name for name in expected.arguments if name not in expected.optional)}
    wrong = {steps(problem.path)[0] for problem in problems if problem.wanted == wanted and problem.path}
    return 1 - len(concerned & wrong) / len(concerned) if concerned else 1.0


def _schema_scores(actual: Sequence[Call], toolbox: Toolbox) -> tuple[float | None, ...]:
    """Return the mean of, and: the shares of required arguments given, of given ones that fit, and that exist."""
    required = present = given = fitting = known = 0
    for call in actual:
        tool, (arguments, _) = toolbox.get(call.name), call.read
        if tool is None or arguments is None:
            continue
        required += len(tool.required)
        present += len(tool.required & arguments.keys())
        given += len(arguments)
        known += sum(tool.has(name) for name in arguments)
        fitting += len(arguments) - (0 if strict.is_valid(arguments, tool) else len(_unfit(arguments, tool)))
    shares = [_part(present, required), _part(fitting, given), _part(known, given)]
    told = [share for share in shares if share is not None]
    return (sum(told) / len(told) if told else None, *shares)


def _unfit(arguments: Mapping[str, Json], tool: Tool) -> set[str]:
    paths = {problem.path for problem in strict.schema_problems(arguments, tool) if problem.path}
    return {steps(path)[0] for path in paths} & {name for name in arguments if name in tool.properties}


def _part(count: int, of: int) -> float | None:
    return count / of if of else None
