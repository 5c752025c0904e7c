"""Holding a value against what is expected: where they differ first, or that they do not.

- Texts are the same in any of Unicode's canonical forms (é is é, ² is not 2), and with white space around them.
  `casefold`, `fuzzy` and `contains` are as the case's `ScoringConfig` says.
- A date or time is the same however it is spelled, and in any zone, where `dates` is on; see `dates.py`.
- 3 and 3.0 are the same, "3" and true are others. Numbers may be away by the case's epsilon; see `tolerance_of`.
- Lists have the same items in the same order, or in any where `multiset` is on; objects the same keys.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from src.studio.scoring.any_order import paired
from src.studio.scoring.case import ScoringConfig
from src.studio.scoring.dates import read_date
from src.studio.scoring.expected import operator_of, pattern_of
from src.studio.scoring.numbers import is_near, is_number, tolerance_of
from src.studio.scoring.pointers import pointer
from src.studio.scoring.texts import effort, folded, plain, same_text
from src.studio.scoring.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable

Json = Any
Kind = Literal["value", "missing", "extra"]

LONG = 1000
"""Texts of so many characters take time to be compared."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Where a value differs first: `path` is a JSON pointer; keys and items may be `missing` or `extra`."""

    path: str
    kind: Kind
    expected: Json
    actual: Json

    def within(self, key: str | int) -> Mismatch:
        """Return it as seen from the list or object that has the value under a key."""
        return Mismatch(pointer(key) + self.path, self.kind, self.expected, self.actual)


def mismatch(expected: Json, actual: Json, how: ScoringConfig, work: Work | None = None) -> Mismatch | None:
    """Return where a value differs from an Expected, None where it does not.

    Raises `TooLargeError` where there is more to compare than what is left of `work`.
    """
    if isinstance(expected, str):
        fits = isinstance(actual, str) and _same_text(expected, actual, how, work)
    elif expected is None or isinstance(expected, bool):
        fits = actual is expected
    elif isinstance(expected, int | float):
        fits = is_number(actual) and is_near(expected, actual, tolerance_of(expected, how.epsilon))
    else:
        work = Work() if work is None else work
        work.spend(1 + len(expected))
        if isinstance(expected, Mapping):
            operator = operator_of(expected)
            if operator is not None:
                return OPERATORS[operator](expected, actual, how, work)
            return _object(expected, actual, how, work)
        return (_multiset if how.multiset else _array)(expected, actual, how, work)
    return None if fits else Mismatch("", "value", expected, actual)


def _same_text(expected: str, actual: str, how: ScoringConfig, work: Work | None) -> bool:
    if expected == actual:
        return True
    if work is not None and (len(expected) > LONG or len(actual) > LONG):
        work.spend(effort(expected, actual, how))
    return same_text(expected, actual, how)


def _object(
    expected: Mapping[str, Json], actual: Json, how: ScoringConfig, work: Work, optional: Json = ()
) -> Mismatch | None:
    if not isinstance(actual, Mapping):
        return Mismatch("", "value", expected, actual)
    for key, value in expected.items():
        if key in actual:
            if found := mismatch(value, actual[key], how, work):
                return found.within(key)
        elif key not in optional:
            return Mismatch(pointer(key), "missing", value, None)
    for key, value in actual.items():
        if key not in expected:
            return Mismatch(pointer(key), "extra", None, value)
    return None


def _array(expected: Json, actual: Json, how: ScoringConfig, work: Work) -> Mismatch | None:
    if not isinstance(actual, list | tuple):
        return Mismatch("", "value", expected, actual)
    for index, (value, item) in enumerate(zip(expected, actual, strict=False)):
        if found := mismatch(value, item, how, work):
            return found.within(index)
    if len(expected) > len(actual):
        return Mismatch(pointer(len(actual)), "missing", expected[len(actual)], None)
    if len(actual) > len(expected):
        return Mismatch(pointer(len(expected)), "extra", None, actual[len(expected)])
    return None


def _multiset(expected: Json, actual: Json, how: ScoringConfig, work: Work) -> Mismatch | None:
    if not isinstance(actual, list | tuple):
        return Mismatch("", "value", expected, actual)

    def fits(one: int, other: int) -> bool:
        work.spend(1)
        return mismatch(expected[one], actual[other], how, work) is None

    pairs = paired(expected, actual, fits, how, work)
    taken = set(pairs)
    alone = next((index for index, other in enumerate(pairs) if other is None), None)
    left = next((index for index in range(len(actual)) if index not in taken), None)
    if alone is not None:
        if left is not None:
            return Mismatch(pointer(left), "value", expected[alone], actual[left])
        return Mismatch(pointer(len(actual)), "missing", expected[alone], None)
    return None if left is None else Mismatch(pointer(left), "extra", None, actual[left])


def _any(expected: Mapping[str, Json], actual: Json, how: ScoringConfig, work: Work) -> Mismatch | None:
    work.spend(len(expected["$any"]))
    nearest = Mismatch("", "value", expected, actual)
    for alternative in expected["$any"]:
        found = mismatch(alternative, actual, how, work)
        if found is None:
            return None
        if found.path.count("/") > nearest.path.count("/"):
            nearest = found
    return nearest


def _number(expected: Mapping[str, Json], actual: Json, how: ScoringConfig, _work: Work) -> Mismatch | None:
    number, tolerance = expected["$number"], expected.get("tolerance")
    if tolerance is None:
        tolerance = tolerance_of(number, how.epsilon)
    return _told(is_number(actual) and is_near(number, actual, tolerance), expected, actual)


def _date(expected: Mapping[str, Json], actual: Json, _how: ScoringConfig, _work: Work) -> Mismatch | None:
    wanted, given = read_date(expected["$date"]), read_date(actual) if isinstance(actual, str) else None
    if isinstance(given, dt.datetime) and not isinstance(wanted, dt.datetime):
        given = given.date()
    return _told(given is not None and given == wanted, expected, actual)


def _text(expected: Mapping[str, Json], actual: Json, _how: ScoringConfig, work: Work) -> Mismatch | None:
    how = _folding() if expected.get("casefold") else _exactly()
    return _told(isinstance(actual, str) and _same_text(expected["$text"], actual, how, work), expected, actual)


@lru_cache
def _exactly() -> ScoringConfig:
    return ScoringConfig(dates=False)


@lru_cache
def _folding() -> ScoringConfig:
    return replace(_exactly(), casefold=True)


def _contains(expected: Mapping[str, Json], actual: Json, _how: ScoringConfig, work: Work) -> Mismatch | None:
    part = folded(plain(expected["$contains"]))
    if isinstance(actual, list | tuple):
        texts = [item for item in actual if isinstance(item, str)]
        work.spend(len(actual) + sum(map(len, texts)) // 50)
        fits = any(folded(plain(item)) == part for item in texts)
    else:
        work.spend(len(actual) // 50 if isinstance(actual, str) else 0)
        fits = isinstance(actual, str) and part in folded(plain(actual))
    return _told(fits, expected, actual)


def _pattern(expected: Mapping[str, Json], actual: Json, _how: ScoringConfig, work: Work) -> Mismatch | None:
    if not isinstance(actual, str):
        return _told(False, expected, actual)
    work.spend(len(actual) // 50)
    return _told(pattern_of(expected["$pattern"]).is_valid(actual), expected, actual)


def _literal(expected: Mapping[str, Json], actual: Json, how: ScoringConfig, work: Work) -> Mismatch | None:
    found = mismatch(_literally(expected["$literal"]), actual, how, work)
    return found and (found if found.path else _told(False, expected, actual))


def _literally(value: Json) -> Json:
    """Return an Expected that means a value literally, no key of it an operator; what is within waits its turn."""
    if isinstance(value, Mapping):
        return {"$object": {key: _within(item) for key, item in value.items()}}
    return [_within(item) for item in value] if isinstance(value, list | tuple) else value


def _within(value: Json) -> Json:
    return {"$literal": value} if isinstance(value, Mapping | list | tuple) else value


def _told(fits: bool, expected: Json, actual: Json) -> Mismatch | None:
    return None if fits else Mismatch("", "value", expected, actual)


OPERATORS: dict[str, Callable[[Mapping[str, Json], Json, ScoringConfig, Work], Mismatch | None]] = {
    "$any": _any,
    "$number": _number,
    "$date": _date,
    "$text": _text,
    "$contains": _contains,
    "$multiset": lambda expected, actual, how, work: (
        _multiset(expected["$multiset"], actual, how, work)
        if isinstance(actual, list | tuple)
        else _told(False, expected, actual)
    ),
    "$object": lambda expected, actual, how, work: (
        _object(expected["$object"], actual, how, work, expected.get("optional", ()))
        if isinstance(actual, Mapping)
        else _told(False, expected, actual)
    ),
    "$pattern": _pattern,
    "$anything": lambda _expected, _actual, _how, _work: None,
    "$literal": _literal,
}
