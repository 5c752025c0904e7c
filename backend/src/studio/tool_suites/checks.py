"""What is wrong with a case beside its tools, before any model is asked: above all, what no call could pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from src.studio.scoring.case import CaseError, read_case
from src.studio.scoring.expected import operator_of
from src.studio.scoring.mocks import never_taken
from src.studio.scoring.toolbox import Tool, ToolError, compile_tool
from src.studio.scoring.work import TooLargeError
from src.studio.suites.own import names_in
from src.studio.tool_suites.content import check_sendable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jsonschema_rs import ValidationError

    from src.studio.scoring.case import Case, ExpectedCall

Problem = dict[str, Any]

MOST_ERRORS = 20
# The value that an operator is about, which a call may have; others may be anything
OF_ONE_VALUE = ("$number", "$date", "$text", "$literal")


def case_problems(document: Mapping[str, Any], tools: Sequence[Any]) -> list[Problem]:
    """Return what is wrong with a case of a suite with these tools, errors first; `path` names its field."""
    check_sendable(case=document, tools=tools)
    try:
        case = read_case(document)
    except CaseError as error:
        return [_problem(error.path, "error", f"It {error.sentence}.")]
    there = _compiled(tools)
    found = [*_unknown(case, there), *_calls(case, there), *_never_taken(case)]
    return sorted(found, key=lambda problem: problem["severity"])


def _never_taken(case: Case) -> Iterator[Problem]:
    for tool, rule, before in never_taken(case):
        path = f"mock_responses.{tool}[{rule}]"
        sentence = f"No call gets to this rule: the one at {before} fits all that it fits, and comes first."
        yield _problem(path, "warning", sentence)


def _compiled(tools: Sequence[Any]) -> dict[str, Tool]:
    """Return the tools that can be used, by name; what is wrong with others is told of them."""
    found = {}
    for document in tools:
        try:
            tool = compile_tool(document)
        except ToolError:
            continue
        found[tool.name] = tool
    return found


def _unknown(case: Case, there: Mapping[str, Tool]) -> Iterator[Problem]:
    for path, name in names_in(case):
        if name not in there:
            yield _problem(path, "error", f"The suite has no tool {name[:80]}: a call of it is never right.")
        elif case.tools is not None and name not in case.tools:
            yield _problem(path, "error", f"{name[:80]} is not among the tools that the case offers.")


def _calls(case: Case, there: Mapping[str, Tool]) -> Iterator[Problem]:
    for number, turn in enumerate(case.turns):
        within = f"turns[{number}]." if number else ""
        for at, call in enumerate(turn.expected_calls):
            for name in call.tools:
                if name in there:
                    yield from _arguments(call, there[name], f"{within}expected_calls[{at}].arguments", case)


def _arguments(call: ExpectedCall, tool: Tool, path: str, case: Case) -> Iterator[Problem]:
    for name in call.arguments:
        if not tool.has(name):
            yield _problem(f"{path}.{name}", "error", f"{tool.name[:80]} has no such argument.")
    listed = {*call.arguments, *call.optional, *case.argument_source}
    for name in sorted(tool.required - listed):
        sentence = (
            f"{tool.name[:80]} requires {name[:80]}, and the case does not list it: in the strict profile no call "
            'can pass. Expect a value, or {"$anything": true}.'
        )
        yield _problem(path, "warning", sentence)
    example = dict(_examples(call.arguments))
    for error in _errors(example, tool):
        where = list(error.instance_path)
        if where and where[0] in example:
            sentence = f"The schema of {tool.name[:80]} refuses this value: a call with it is never right."
            yield _problem(f"{path}.{where[0]}", "warning", sentence)


def _errors(example: Mapping[str, Any], tool: Tool) -> Iterable[ValidationError]:
    """Return what a schema has against arguments; nothing where there is too much to look at."""
    try:
        return tool.errors(example, MOST_ERRORS) or ()
    except TooLargeError:
        return ()


def _examples(arguments: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the arguments of which it can be said what a right call has."""
    for name, expected in arguments.items():
        operator = operator_of(expected)
        if operator in OF_ONE_VALUE:
            yield name, expected[operator]
        elif operator is None and _is_plain(expected):
            yield name, expected


def _is_plain(expected: Any) -> bool:  # noqa: ANN401 - JSON
    """Tell whether nothing within is an operator."""
    if operator_of(expected) is not None:
        return False
    inner = expected.values() if isinstance(expected, dict) else expected if isinstance(expected, list) else ()
    return all(_is_plain(value) for value in inner)


def _problem(path: str, severity: str, sentence: str) -> Problem:
    return {"position": None, "path": path, "severity": severity, "sentence": sentence}
