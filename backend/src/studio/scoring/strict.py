"""The strict profile: a call is right when its tool, its schema and every argument of it are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from src.studio.scoring.pointers import pointer
from src.studio.scoring.values import mismatch
from src.studio.scoring.verdict import Problem, told
from src.studio.scoring.words import difference
from src.studio.scoring.work import TooLargeError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jsonschema_rs import ValidationError

    from src.studio.scoring.case import ExpectedCall, ScoringConfig
    from src.studio.scoring.toolbox import Tool
    from src.studio.scoring.work import Work

Json = Any
Arguments = "Mapping[str, Json]"


def fits(wanted: ExpectedCall, arguments: Mapping[str, Json], tool: Tool, how: ScoringConfig, work: Work) -> bool:
    """Tell whether the arguments of a call of a wanted tool are right."""
    expected, optional = wanted.arguments, wanted.optional
    for name in arguments:
        if name not in expected and name not in optional:
            return False
    for name, value in expected.items():
        if name in arguments:
            if mismatch(value, arguments[name], how, work) is not None:
                return False
        elif name not in optional:
            return False
    return is_valid(arguments, tool, work) and all(name in expected or tool.has(name) for name in arguments)


def faults(wanted: ExpectedCall, arguments: Mapping[str, Json], tool: Tool, how: ScoringConfig, work: Work) -> int:
    """Return how many arguments are wrong, which is how far a call is from a wanted one."""
    expected, optional = wanted.arguments, wanted.optional
    wrong = {name for name in arguments if name not in expected and name not in optional}
    for name, value in expected.items():
        if name in arguments:
            if mismatch(value, arguments[name], how, work) is not None:
                wrong.add(name)
        elif name not in optional:
            wrong.add(name)
    return len(wrong) or int(not fits(wanted, arguments, tool, how, work))


def problems(
    wanted: ExpectedCall, arguments: Mapping[str, Json], tool: Tool, how: ScoringConfig, work: Work
) -> list[Problem]:
    """Return what is wrong with the arguments of a call of a wanted tool: nothing, where `fits` says so.

    Of each argument one thing is told, the gravest.
    """
    listed = {*wanted.arguments, *wanted.optional}
    found = hallucinated(arguments, tool, frozenset(wanted.arguments))
    told_of = {problem.path for problem in found}
    found += [
        problem for problem in schema_problems(arguments, tool, work) if _argument_of(problem.path) not in told_of
    ]
    told_of = {_argument_of(problem.path) for problem in found}
    for name, value in arguments.items():
        if name not in listed and pointer(name) not in told_of:
            sentence = f"{name} is given, which the case does not list."
            found.append(Problem("unexpected_argument", sentence, pointer(name), None, told(value)))
    for name, expected in wanted.arguments.items():
        if pointer(name) not in told_of:
            found += _value_problem(name, expected, wanted, arguments, how, work)
    return found


def _value_problem(  # noqa: PLR0913, PLR0917 - both sides of an argument
    name: str,
    expected: Json,
    wanted: ExpectedCall,
    arguments: Mapping[str, Json],
    how: ScoringConfig,
    work: Work,
) -> list[Problem]:
    if name not in arguments:
        if name in wanted.optional:
            return []
        return [Problem("wrong_arguments", f"{name} is missing.", pointer(name), told(expected), None)]
    differs = mismatch(expected, arguments[name], how, work)
    if differs is None:
        return []
    path, sentence = pointer(name) + differs.path, difference(name, differs)
    return [Problem("wrong_arguments", sentence, path, told(differs.expected), told(differs.actual))]


def hallucinated(arguments: Mapping[str, Json], tool: Tool, listed: frozenset[str] = frozenset()) -> list[Problem]:
    """Return the arguments that a tool does not have, but for those that the case lists all the same."""
    return [
        Problem(
            "hallucinated_argument", f"{tool.name} has no argument {name[:200]}.", pointer(name), None, told(value)
        )
        for name, value in arguments.items()
        if name not in listed and not tool.has(name)
    ]


def is_valid(arguments: Mapping[str, Json], tool: Tool, work: Work) -> bool:
    """Tell whether a tool's schema takes arguments. Raises `TooLargeError` where that is too much to look at."""
    try:
        return tool.takes(arguments, work)
    except ValueError as error:  # what JSON cannot say
        if isinstance(error, TooLargeError):
            raise
        return False


def schema_problems(arguments: Mapping[str, Json], tool: Tool, work: Work) -> list[Problem]:
    """Return what a tool's schema has against arguments: in a word, where there is too much to tell it all."""
    try:
        errors = tool.errors(arguments, work=work)
    except ValueError as error:
        if isinstance(error, TooLargeError):
            raise
        return [Problem("schema_violation", "The arguments have what JSON cannot say.")]
    if errors is not None:
        return [problem for error in errors for problem in _problems_of(error)]
    sentence = f"The schema of {tool.name} refuses the arguments; there is too much in them to say why."
    return [Problem("schema_violation", sentence)]


def _problems_of(error: ValidationError) -> Iterator[Problem]:
    path = "".join(map(pointer, error.instance_path))
    kind = error.kind.name
    if kind == "required":
        missing = str(error.kind.value)
        sentence = f"{_where(path + pointer(missing))} is required and missing."
        yield Problem("schema_violation", sentence, path + pointer(missing))
    elif kind in {"additionalProperties", "unevaluatedProperties"}:
        held: Json = error.instance
        for name in error.kind.value:
            sentence = f"{_where(path + pointer(name))} is not in the schema."
            yield Problem("schema_violation", sentence, path + pointer(name), None, told(held.get(name)))
    else:
        sentence = f"{_where(path)}: {_message(error)}" if path else _message(error)
        yield Problem("schema_violation", sentence, path, None, told(error.instance) if path else None)


def _where(path: str) -> str:
    """Return a pointer as it is read in a sentence: the argument's name, and the way on."""
    return path[1:].replace("~1", "/").replace("~0", "~")[:200]


def _message(error: ValidationError) -> str:
    message = error.message.splitlines()[0] if error.message else "does not fit the schema"
    return (message if len(message) <= 300 else message[:300] + "…") + "."  # noqa: PLR2004 - a sentence


def _argument_of(path: str) -> str:
    """Return the pointer to the argument that a pointer leads into."""
    end = path.find("/", 1)
    return path if end < 0 else path[:end]
