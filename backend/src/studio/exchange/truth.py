"""The calls that a case wants, as a model would make them; those of the example suites, for the demo's models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from src.studio import suites
from src.studio.scoring.expected import operator_of
from src.studio.suites.suite import read_suite

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from src.studio.scoring.case import Case, Turn

EXAMPLES = Path(suites.__file__).parent / "examples"

Made = tuple[str, dict[str, Any]]
"""A call, by name and arguments."""
Rounds = list[list[Made]]
"""Calls that are made at once, one such after another."""


class NoTruthError(ValueError):
    """Something is expected that has no one value: what a pattern matches."""


def truth_of(case: Case) -> list[Rounds]:
    """Return the calls of each turn that pass it, without arguments that may be left out. Raises `NoTruthError`.

    Of several calls in a turn whose results go back, each waits for the result of the one before, if there are
    rounds enough.
    """
    return [_rounds(case, turn) for turn in case.turns]


def examples_by_heart() -> dict[tuple[str, ...], Rounds]:
    """Return what to call in the example suites, by all that the user has said until then."""
    found = {}
    for path in sorted(EXAMPLES.glob("*.yaml")):
        for case in read_suite(path.read_text(encoding="utf-8")).suite.cases:
            found |= _lessons(case)
    return found


def _lessons(case: Case) -> dict[tuple[str, ...], Rounds]:
    try:
        truth = truth_of(case)
    except NoTruthError:
        return {}
    asked: list[str] = []
    found = {}
    for turn, rounds in zip(case.turns, truth, strict=True):
        asked += [str(message["content"]) for message in turn.said if message["role"] == "user"]
        found[tuple(asked)] = rounds
    return found


def _rounds(case: Case, turn: Turn) -> Rounds:
    calls = [(call.tools[0], _arguments(call.arguments, call.optional)) for call in turn.expected_calls]
    if not calls:
        return []
    return [[call] for call in calls] if len(calls) < case.rounds_of(turn) else [calls]


def _arguments(arguments: Mapping[str, Any], optional: Sequence[str]) -> dict[str, Any]:
    return {name: _value(expected) for name, expected in arguments.items() if name not in optional}


def _value(expected: Any) -> Any:  # noqa: ANN401 - whatever JSON it is
    operator = operator_of(expected)
    if operator:
        return _VALUES[operator](expected)
    if isinstance(expected, dict):
        return {name: _value(value) for name, value in expected.items()}
    return [_value(value) for value in expected] if isinstance(expected, list) else expected


def _of_pattern(expected: Mapping[str, Any]) -> str:
    raise NoTruthError(f"Nothing is known that {expected['$pattern']} matches.")


_VALUES: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "$any": lambda expected: _value(expected["$any"][0]),
    "$number": lambda expected: expected["$number"],
    "$date": lambda expected: expected["$date"],
    "$text": lambda expected: expected["$text"],
    "$contains": lambda expected: expected["$contains"],
    "$multiset": lambda expected: [_value(value) for value in expected["$multiset"]],
    "$object": lambda expected: _arguments(expected["$object"], expected.get("optional", ())),
    "$pattern": _of_pattern,
    "$anything": lambda _expected: "anything",
    "$literal": lambda expected: expected["$literal"],
}
