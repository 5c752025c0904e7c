"""The profile that judges as BFCL V4's checker does: its string rule, its types, the schema for names alone.

An argument has to be one of the alternatives (`$any`), where an optional one has the empty text among them.
Texts are compared without spaces and `,./-_*^`, in lower case, with ' for ", so "1.5" is "15" here; numbers as
Python does, so 5 is 5.0. Its types are Python's: a whole number does where a fraction is declared, not the other
way round, and any value of the type that the first alternative has does, whatever is declared. In lists and in
objects' values texts are compared so, too, and what is within these is compared exactly.

What a case's own settings let pass (`mode`, `epsilon`, `casefold`, `multiset`, where they are not as by default)
is right here, too; BFCL's entries have none. Where any call is wanted, all do whose arguments can be read, of
whichever tools they are.

Unlike it: calls are paired by maximum matching, where BFCL takes the first that fits; `extra` is heeded; a call
that cannot be read is one too many where none is wanted, and to BFCL no call at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from src.studio.scoring.case import DEFAULT_EPSILON
from src.studio.scoring.expected import has_operator, operator_of
from src.studio.scoring.pointers import pointer
from src.studio.scoring.values import mismatch
from src.studio.scoring.verdict import Problem, told
from src.studio.scoring.words import shown
from src.studio.scoring.words import wanted as in_words

if TYPE_CHECKING:
    from src.studio.scoring.case import ExpectedCall, ScoringConfig
    from src.studio.scoring.toolbox import Tool
    from src.studio.scoring.work import Work

Json = Any

OMITTED = ""
TYPES: dict[str, type] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "array": list,
    "object": dict,
}
_DROPPED = re.compile(r"[ ,./\-_*^]")


def fits(wanted: ExpectedCall, arguments: Mapping[str, Json], tool: Tool, how: ScoringConfig, work: Work) -> bool:
    """Tell whether the arguments of a call of a wanted tool are right."""
    expected, optional = wanted.arguments, wanted.optional
    if not tool.required <= arguments.keys():
        return False
    for name, value in arguments.items():
        if name not in tool.properties:
            return False
        if name in expected:
            if not _is_right(name, value, wanted, tool, how, work):
                return False
        elif name not in optional:
            return False
    return all(name in arguments or name in optional for name in expected)


def faults(wanted: ExpectedCall, arguments: Mapping[str, Json], tool: Tool, how: ScoringConfig, work: Work) -> int:
    """Return how many arguments are wrong: how far a call is from a wanted one."""
    return len(problems(wanted, arguments, tool, how, work))


def problems(
    wanted: ExpectedCall, arguments: Mapping[str, Json], tool: Tool, how: ScoringConfig, work: Work
) -> list[Problem]:
    """Return what is wrong with the arguments of a call of a wanted tool."""
    found = [
        Problem("schema_violation", f"{name} is required and missing.", pointer(name))
        for name in sorted(tool.required - arguments.keys())
    ]
    for name, value in arguments.items():
        if name not in tool.properties:
            sentence = f"{tool.name} has no argument {name[:200]}."
            found.append(Problem("hallucinated_argument", sentence, pointer(name), None, told(value)))
        elif name not in wanted.arguments and name not in wanted.optional:
            sentence = f"{name} is given, which the case does not list."
            found.append(Problem("unexpected_argument", sentence, pointer(name), None, told(value)))
        elif name in wanted.arguments and not _is_right(name, value, wanted, tool, how, work):
            expected = wanted.arguments[name]
            sentence = f"{name} is {shown(value)}; expected is {in_words(expected)}."
            found.append(Problem("wrong_arguments", sentence, pointer(name), told(expected), told(value)))
    for name, expected in wanted.arguments.items():
        if name not in arguments and name not in wanted.optional and name not in tool.required:
            sentence = f"{name} is missing."
            found.append(Problem("wrong_arguments", sentence, pointer(name), told(expected), None))
    return found


def _is_right(  # noqa: PLR0913, PLR0917 - both sides of an argument
    name: str, value: Json, wanted: ExpectedCall, tool: Tool, how: ScoringConfig, work: Work
) -> bool:
    expected = wanted.arguments[name]
    declared, within = _types(tool.properties[name])
    if declared is str and isinstance(expected, str) and isinstance(value, str) and name not in wanted.optional:
        # what all below comes to, where most are
        return _standard(value) == _standard(expected) or _is_let_pass(expected, value, how, work)
    answers = []
    for answer in _alternatives(expected, is_optional=name in wanted.optional):
        if not _needs_more(answer):
            answers.append(_literal(answer) if operator_of(answer) == "$literal" else answer)
        elif mismatch(answer, value, how, work) is None:
            return True
    work.spend(len(answers))
    if answers and _is_one_of(value, answers, declared, within):
        return True
    return _is_let_pass(expected, value, how, work)


def _is_let_pass(expected: Json, value: Json, how: ScoringConfig, work: Work) -> bool:
    """Tell whether a value is right by settings of the case's own, as a tolerance, that BFCL's rules lack."""
    is_told = how.multiset or how.mode != "exact" or how.casefold or how.epsilon != DEFAULT_EPSILON
    return is_told and mismatch(expected, value, _without_dates(how), work) is None


@lru_cache
def _without_dates(how: ScoringConfig) -> ScoringConfig:
    return replace(how, dates=False)


def _is_one_of(value: Json, answers: list[Json], declared: type, within: type | None) -> bool:
    if declared is float and type(value) is int:
        value = _as_fraction(value)
    first = next((type(answer) for answer in answers if answer != OMITTED), None)
    if type(value) is declared:
        if within is not None and not _items_fit(value, answers, within):
            return False
        if first is None or first is declared:
            return _compare(value, answers, declared, within)
    elif type(value) is not first:
        return False
    return value in answers


def _as_fraction(value: int) -> float:
    """Return a whole number as Python's fraction; as it is where it is beyond all of them, and so none's equal."""
    try:
        return float(value)
    except OverflowError:
        return value


def _types(schema: Json) -> tuple[type, type | None]:
    """Return the declared type, and that of a list's items; a text where there is none, as BFCL takes `any`."""
    if not isinstance(schema, Mapping):
        return str, None
    declared = TYPES.get(str(schema.get("type")), str)
    items = schema.get("items")
    if declared is not list or not isinstance(items, Mapping):
        return declared, None
    return list, TYPES.get(str(items.get("type")), str)


def _items_fit(value: Json, answers: list[Json], within: type) -> bool:
    """Tell whether all items have the declared type, or the type of an alternative's first item."""
    for answer in answers:
        if not isinstance(answer, list):
            return True
        first = next((type(item) for item in answer if item != OMITTED), None)
        if all(type(item) is within or type(item) is first for item in value):
            return True
    return False


def _compare(value: Json, answers: list[Json], declared: type, within: type | None) -> bool:
    if declared is dict:
        return any(_same_object(value, answer) for answer in answers if answer != OMITTED)
    if declared is list and (within is dict or any(map(_has_objects, answers))):
        return any(_same_objects(value, answer) for answer in answers)
    if declared is str:
        return _standard(value) in [_standard(answer) for answer in answers if isinstance(answer, str)]
    if declared is list:
        items = [_standard(item) for item in value]
        lists = [answer for answer in answers if isinstance(answer, list | str)]
        return any(items == [_standard(_literal(item)) for item in answer] for answer in lists)
    return value in answers


def _same_objects(value: list[Json], answer: Json) -> bool:
    return isinstance(answer, list | str) and len(value) == len(answer) and all(map(_same_object, value, answer))


def _same_object(value: Json, answer: Json) -> bool:
    """Tell whether an object has the keys of an answer, and for each of them one of the alternatives."""
    keys, optional = _literal(answer), answer.get("optional", ()) if operator_of(answer) == "$object" else ()
    if not isinstance(value, Mapping) or not isinstance(keys, Mapping):
        return False
    for key, item in value.items():
        if key not in keys:
            return False
        answers = _alternatives(keys[key], is_optional=key in optional)
        if _standard(item) not in [_standard(_literal(one)) for one in answers]:
            return False
    return all(key in value or key in optional for key in keys)


def _standard(value: Json) -> Json:
    return _DROPPED.sub("", value).lower().replace("'", '"') if isinstance(value, str) else value


def _has_objects(answer: Json) -> bool:
    return isinstance(answer, list) and any(operator_of(item) == "$object" for item in answer)


def _needs_more(answer: Json) -> bool:
    """Tell whether an alternative says what BFCL cannot: a tolerance, a date, a pattern, wherever it is within."""
    if isinstance(answer, list | tuple):
        return any(map(_item_needs_more, answer))
    return _item_needs_more(answer)


def _item_needs_more(item: Json) -> bool:
    operator = operator_of(item)
    if operator in {None, "$object"} and isinstance(item, Mapping):
        return any(map(_value_needs_more, _literal(item).values()))
    return has_operator(item["$literal"] if operator == "$literal" else item)


def _value_needs_more(expected: Json) -> bool:
    """Tell it of what an object has under a key: alternatives, of which BFCL takes any."""
    found = expected["$any"] if operator_of(expected) == "$any" else [expected]
    return any(has_operator(one["$literal"] if operator_of(one) == "$literal" else one) for one in found)


def _alternatives(expected: Json, *, is_optional: bool) -> list[Json]:
    """Return BFCL's list of possible answers; objects among them are Expected still."""
    found = expected["$any"] if operator_of(expected) == "$any" else [expected]
    return [*found, *([OMITTED] if is_optional else ())]


def _literal(expected: Json) -> Json:
    operator = operator_of(expected)
    return expected[operator] if operator in {"$literal", "$object"} else expected
