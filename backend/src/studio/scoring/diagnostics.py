"""Scores beside a verdict: how much of a turn was right, for whoever wants to know where a model fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from src.studio.scoring import strict
from src.studio.scoring.pointers import steps
from src.studio.scoring.verdict import Scores

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from src.studio.scoring.case import ExpectedCall
    from src.studio.scoring.toolbox import Tool, Toolbox
    from src.studio.scoring.verdict import Call, Problem
    from src.studio.scoring.work import Work

Json = Any
OF_TOOLS, OF_ARGUMENTS = 0.6, 0.4
PASSED = Scores(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)


def irrelevance_scores(is_right: bool) -> Scores:
    """Return the scores of a turn of which no call was wanted."""
    return Scores(tool_selection=float(is_right), overall=float(is_right))


def scores_of(  # noqa: PLR0913, PLR0917 - all that is known of a turn
    expected: Sequence[ExpectedCall],
    actual: Sequence[Call],
    pairs: Sequence[tuple[int, int]],
    toolbox: Toolbox,
    work: Work,
    problems: Sequence[Problem] = (),
    spare: Collection[int] = (),
) -> Scores:
    """Return the scores of a turn whose calls were paired with what was wanted, and have these problems.

    The calls at the `spare` positions may be there beside what is wanted: they count only where they are paired.
    """
    right = [(wanted, made) for wanted, made in pairs if actual[made].name in expected[wanted].tools]
    concerned = len(actual) - len(set(spare).difference(made for _, made in pairs)) if spare else len(actual)
    tools = len(right) / max(len(expected), concerned, 1)
    arguments = None
    if expected:
        wrong = _wrong_arguments(problems)
        shares = (_share(expected[one], actual[made], wrong.get(one, frozenset())) for one, made in right)
        arguments = sum(shares) / len(expected)
    overall = tools if arguments is None else OF_TOOLS * tools + OF_ARGUMENTS * arguments
    return Scores(tools, arguments, overall, *_schema_scores(actual, toolbox, work))


def _wrong_arguments(problems: Sequence[Problem]) -> dict[int, set[str]]:
    """Return the names of arguments that are wrong, by the wanted call that they are of."""
    wrong: dict[int, set[str]] = {}
    for problem in problems:
        if problem.wanted is not None and problem.path:
            wrong.setdefault(problem.wanted, set()).add(steps(problem.path)[0])
    return wrong


def _share(expected: ExpectedCall, call: Call, wrong: Collection[str]) -> float:
    """Return the share of the arguments, those that are wanted and those that are given, that are right."""
    arguments, _ = call.read
    if arguments is None:
        return 0.0
    concerned = {*arguments, *(name for name in expected.arguments if name not in expected.optional)}
    return 1 - len(concerned.intersection(wrong)) / len(concerned) if concerned else 1.0


def _schema_scores(actual: Sequence[Call], toolbox: Toolbox, work: Work) -> tuple[float | None, ...]:
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
        if not strict.is_valid(arguments, tool, work):
            fitting -= len(_unfit(arguments, tool, work))
        fitting += len(arguments)
    shares = [_part(present, required), _part(fitting, given), _part(known, given)]
    told = [share for share in shares if share is not None]
    return (sum(told) / len(told) if told else None, *shares)


def _unfit(arguments: Mapping[str, Json], tool: Tool, work: Work) -> set[str]:
    paths = {problem.path for problem in strict.schema_problems(arguments, tool, work) if problem.path}
    return {steps(path)[0] for path in paths} & {name for name in arguments if name in tool.properties}


def _part(count: int, of: int) -> float | None:
    return count / of if of else None
