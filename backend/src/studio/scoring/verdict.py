"""What is judged and what comes of it: a call as a model made it, and a verdict with its reasons."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import orjson

from src.studio.scoring.arguments import ArgumentsError, read_arguments

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = Any
Reason = Literal[
    "malformed_call",
    "hallucinated_tool",
    "unfinished",
    "wrong_tool",
    "missing_call",
    "extra_call",
    "hallucinated_argument",
    "schema_violation",
    "unexpected_argument",
    "wrong_arguments",
    "wrong_order",
    "wrong_state",
]
"""Why a case fails, the gravest first:

- `malformed_call`: arguments that are no JSON object
- `hallucinated_tool`: a tool that was not offered, be it only another case of a name
- `unfinished`: tools were still called when the turn's rounds were used up
- `wrong_tool`: another one of the offered tools
- `missing_call`: a wanted call was not made
- `extra_call`: a call that nobody wanted
- `hallucinated_argument`: an argument that the tool does not have
- `schema_violation`: arguments that the tool's schema refuses, a required one that is missing among them
- `unexpected_argument`: an argument that the tool has and the case does not list
- `wrong_arguments`: another value than expected, or an expected argument that was left out
- `wrong_order`: all that was wanted, but not in the order that the case asks for
- `wrong_state`: the state after the turn is not as expected
"""

MOST_TOLD, MOST_PROBLEMS = 2000, 50


@dataclass(frozen=True)
class Call:
    """A call as a model made it; `arguments` is the text that came, or the object if somebody has read it."""

    name: str
    arguments: str | Mapping[str, Json] | None = None
    id: str | None = None

    @cached_property
    def read(self) -> tuple[Mapping[str, Json] | None, str | None]:
        """Return the arguments and None, or None and a sentence that says why they cannot be read."""
        try:
            return read_arguments(self.arguments), None
        except ArgumentsError as error:
            return None, str(error)

    @property
    def is_malformed(self) -> bool:
        """Tell whether its arguments cannot be read."""
        return self.read[0] is None


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: `path` is a JSON pointer within the call's arguments, or within the state.

    `call` is the position of the call among those that were made, `wanted` among those that were expected, `turn`
    the turn's; each from 0, and None where there is none. `expected` and `actual` are what JSON can say of both.
    """

    reason: Reason
    sentence: str
    path: str = ""
    expected: Json = None
    actual: Json = None
    call: int | None = None
    wanted: int | None = None
    turn: int = 0

    def to_dict(self) -> dict[str, Json]:
        """Return it as answers and files have it."""
        return asdict(self)


@dataclass(frozen=True)
class Scores:
    """Diagnostics beside a verdict, each from 0 to 1, and None where it does not apply."""

    tool_selection: float | None = None
    """The share of calls, wanted or made, whose tool was right."""
    param_accuracy: float | None = None
    """The share of expected and given arguments that were right."""
    overall: float | None = None
    """0.6 of the tools' and 0.4 of the arguments'; that of the tools alone where no argument applies."""
    schema_score: float | None = None
    """The mean of the three below."""
    required_present: float | None = None
    """The share of required arguments that were given."""
    type_correct: float | None = None
    """The share of given arguments that the schema allows."""
    hallucination_free: float | None = None
    """The share of given arguments that the tool has."""


@dataclass(frozen=True)
class Verdict:
    """Whether a case passed, why not, and which made call was taken for which wanted one.

    `reason` is that of the first problem; problems come by turn, and the gravest first within one; there are at
    most `MOST_PROBLEMS`. A pair is (turn, wanted, actual) positions; a pair may have problems.
    """

    passed: bool
    reason: Reason | None = None
    problems: tuple[Problem, ...] = ()
    pairs: tuple[tuple[int, int, int], ...] = ()
    scores: Scores = field(default_factory=Scores)
    extra_rounds: int | None = None
    """How many rounds more were taken than the case's `optimal_hops`; None where it has none."""

    def to_dict(self) -> dict[str, Json]:
        """Return it as answers and files have it."""
        return {
            "passed": self.passed,
            "reason": self.reason,
            "problems": [problem.to_dict() for problem in self.problems],
            "pairs": [list(pair) for pair in self.pairs],
            "scores": asdict(self.scores),
            "extra_rounds": self.extra_rounds,
        }


def told(value: Json) -> Json:
    """Return a value as a problem may tell it: what JSON cannot say, or is very long, as the start of a text."""
    if value is None or value is True or value is False:
        return value
    try:
        text = orjson.dumps(value)
    except (TypeError, ValueError):
        return _cut(sayable(_spelled(value)))
    return value if len(text) <= MOST_TOLD else _cut(value if isinstance(value, str) else text.decode())


def sayable(text: str) -> str:
    """Return a text in which halves of characters are told as escapes."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def _spelled(value: Json) -> str:
    try:
        return repr(value)
    except RecursionError:
        return "(nested too deep)"


def _cut(text: str) -> str:
    return text if len(text) <= MOST_TOLD else text[:MOST_TOLD] + "…"
