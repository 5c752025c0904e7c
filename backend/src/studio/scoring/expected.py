"""The vocabulary of expected values.

An Expected is any JSON value, which is meant literally, or an object whose key starts with `$`:

- `{"$any": [Expected, …]}`: one of these
- `{"$number": 0.3, "tolerance": 1e-6}`: a number at most so far away; without `tolerance` the case's epsilon holds
- `{"$date": "2026-05-03"}`: on this day; with a time, at this instant
- `{"$text": "Paris", "casefold": true}`: this text, whatever the case's mode
- `{"$contains": "text"}`: a text that has this one in it, or a list that has it as an item; case does not matter
- `{"$multiset": [Expected, …]}`: a list of these in any order
- `{"$object": {key: Expected}, "optional": [key, …]}`: an object of these keys, of which some may be left out
- `{"$pattern": "RE"}`: a text that the expression, which takes linear time, finds something in
- `{"$anything": true}`: any value
- `{"$literal": value}`: the value as it stands, where it has keys that start with `$`

Within lists and objects that are meant literally, each value is an Expected again.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from src.studio.scoring.dates import read_date
from src.studio.scoring.fields import (
    MOST_DEPTH,
    CaseError,
    at,
    flag,
    items,
    mapping,
    number,
    plain,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

Json = Any

MOST_ALTERNATIVES, MOST_ITEMS, MOST_TEXT, MOST_PATTERN = 1000, 20_000, 1_000_000, 2000
LINEAR = jsonschema_rs.RegexOptions(size_limit=1_000_000, dfa_size_limit=1_000_000)
"""Patterns without look-around and back references: their time is linear in the text, whatever the pattern."""


def operator_of(expected: Json) -> str | None:
    """Return the operator of an Expected, as in `$any`; None where it is meant literally."""
    if isinstance(expected, Mapping):
        for key in expected:
            if key[:1] == "$":
                return key
    return None


def has_operator(expected: Json) -> bool:
    """Tell whether there is an operator in an Expected, however deep."""
    if isinstance(expected, Mapping):
        return operator_of(expected) is not None or any(map(has_operator, expected.values()))
    return isinstance(expected, list | tuple) and any(map(has_operator, expected))


@lru_cache(maxsize=128)
def pattern_of(pattern: str) -> jsonschema_rs.Validator:
    """Return what tells whether a pattern finds something in a text. Raises `ValueError` for a bad pattern."""
    return jsonschema_rs.validator_for({"pattern": pattern}, pattern_options=LINEAR, offline=True)


def check_expected(expected: Json, path: str, depth: int = 0) -> None:
    """Raise `CaseError` where an Expected is none, naming the field."""
    if depth > MOST_DEPTH:
        raise CaseError(path, f"must not be nested more than {MOST_DEPTH} deep")
    if isinstance(expected, Mapping):
        operator = operator_of(mapping(expected, path))
        if operator is not None:
            _check_operator(expected, operator, path, depth)
            return
        for key, value in expected.items():
            check_expected(value, at(path, key), depth + 1)
    elif isinstance(expected, list | tuple):
        for index, value in enumerate(expected):
            check_expected(value, at(path, index), depth + 1)
    else:
        plain(expected, path)


def _check_operator(expected: Mapping[str, Json], operator: str, path: str, depth: int) -> None:
    check, beside = OPERATORS.get(operator, (None, frozenset()))
    if check is None:
        known = ", ".join(OPERATORS)
        raise CaseError(at(path, operator), f"is no way to match; there are {known} (and $literal for such a key)")
    for key in expected.keys() - {operator} - beside:
        raise CaseError(at(path, key), f"cannot stand beside {operator}")
    check(expected, path, depth)


def _any(expected: Mapping[str, Json], path: str, depth: int) -> None:
    path = at(path, "$any")
    for index, value in enumerate(items(expected["$any"], path, most=MOST_ALTERNATIVES, least=1)):
        check_expected(value, at(path, index), depth + 1)


def _number(expected: Mapping[str, Json], path: str, depth: int) -> None:
    plain(number(expected["$number"], at(path, "$number")), at(path, "$number"), depth)
    if expected.get("tolerance") is not None:
        number(expected["tolerance"], at(path, "tolerance"), least=0)


def _date(expected: Mapping[str, Json], path: str, _depth: int) -> None:
    if read_date(text(expected["$date"], at(path, "$date"), most=100)) is None:
        raise CaseError(at(path, "$date"), "must be a date or a time that has one reading, such as 2026-05-03")


def _text(expected: Mapping[str, Json], path: str, _depth: int) -> None:
    text(expected["$text"], at(path, "$text"), most=MOST_TEXT)
    flag(expected.get("casefold", False), at(path, "casefold"))


def _contains(expected: Mapping[str, Json], path: str, _depth: int) -> None:
    if not text(expected["$contains"], at(path, "$contains"), most=MOST_TEXT).strip():
        raise CaseError(at(path, "$contains"), "must have more than white space, which any text would contain")


def _multiset(expected: Mapping[str, Json], path: str, depth: int) -> None:
    path = at(path, "$multiset")
    for index, value in enumerate(items(expected["$multiset"], path, most=MOST_ITEMS)):
        check_expected(value, at(path, index), depth + 1)


def _object(expected: Mapping[str, Json], path: str, depth: int) -> None:
    for key, value in mapping(expected["$object"], at(path, "$object")).items():
        check_expected(value, at(at(path, "$object"), key), depth + 1)
    for index, key in enumerate(items(expected.get("optional", []), at(path, "optional"), most=MOST_ITEMS)):
        if not isinstance(key, str) or key not in expected["$object"]:
            raise CaseError(at(at(path, "optional"), index), "must be a key of $object")


def _pattern(expected: Mapping[str, Json], path: str, _depth: int) -> None:
    pattern = text(expected["$pattern"], at(path, "$pattern"), most=MOST_PATTERN)
    try:
        pattern_of(pattern)
    except ValueError:
        sentence = "must be an expression that can be matched in linear time: no look-around, no back reference"
        raise CaseError(at(path, "$pattern"), sentence) from None


def _anything(expected: Mapping[str, Json], path: str, _depth: int) -> None:
    if expected["$anything"] is not True:
        raise CaseError(at(path, "$anything"), "must be true")


def _literal(expected: Mapping[str, Json], path: str, depth: int) -> None:
    plain(expected["$literal"], at(path, "$literal"), depth)


# What checks each operator, and the fields that may stand beside it
OPERATORS: dict[str, tuple[Callable[[Mapping[str, Json], str, int], None], frozenset[str]]] = {
    "$any": (_any, frozenset()),
    "$number": (_number, frozenset({"tolerance"})),
    "$date": (_date, frozenset()),
    "$text": (_text, frozenset({"casefold"})),
    "$contains": (_contains, frozenset()),
    "$multiset": (_multiset, frozenset()),
    "$object": (_object, frozenset({"optional"})),
    "$pattern": (_pattern, frozenset()),
    "$anything": (_anything, frozenset()),
    "$literal": (_literal, frozenset()),
}
