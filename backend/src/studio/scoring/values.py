"""Holding a value against what is expected: where they differ first, or that they do not.

- Texts are the same in any of Unicode's canonical forms (é is é, ² is not 2), and with white space around them.
  `casefold`, `fuzzy` and `contains` are as the case's `ScoringConfig` says.
- A date or time is the same however it is spelled, and in any zone, where `dates` is on; see `dates.py`.
- 3 and 3.0 are the same, "3" and true are others. Numbers may be away by the case's epsilon; see `tolerance_of`.
- Lists have the same items in the same order, or in any where `multiset` is on; objects the same keys.
"""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from src.studio.scoring.case import DEFAULT_EPSILON, ScoringConfig
from src.studio.scoring.dates import read_date
from src.studio.scoring.expected import operator_of, pattern_of
from src.studio.scoring.matching import cover, remembered
from src.studio.scoring.pointers import pointer

if TYPE_CHECKING:
    from collections.abc import Callable

Json = Any
Kind = Literal["value", "missing", "extra"]

# Lists in any order, of more items than the first: equal items are put aside before the others are compared, of
# which there may be so many as the second says
MOST_COMPARED, MOST_LEFT = 64, 300


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


def mismatch(expected: Json, actual: Json, how: ScoringConfig) -> Mismatch | None:
    """Return where a value differs from an Expected, None where it does not."""
    if isinstance(expected, str):
        fits = isinstance(actual, str) and same_text(expected, actual, how)
    elif expected is None or isinstance(expected, bool):
        fits = actual is expected
    elif isinstance(expected, int | float):
        fits = is_number(actual) and is_near(expected, actual, tolerance_of(expected, how.epsilon))
    elif isinstance(expected, Mapping):
        operator = operator_of(expected)
        return _object(expected, actual, how) if operator is None else OPERATORS[operator](expected, actual, how)
    else:
        return (_multiset if how.multiset else _array)(expected, actual, how)
    return None if fits else Mismatch("", "value", expected, actual)


def is_number(value: Json) -> bool:
    """Tell whether it is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def tolerance_of(expected: float, epsilon: float) -> float:
    """Return how far a number may be away from an expected one: epsilon, as it stands.

    Of numbers so small that the epsilon that is there by default would let any through, a thousandth: 4.7e-9 is
    not 2.2e-9.
    """
    if epsilon != DEFAULT_EPSILON or not expected:
        return epsilon
    return min(epsilon, abs(expected) / 1000)


def is_near(expected: float, actual: float, tolerance: float) -> bool:
    """Tell whether two numbers are at most so far apart: 0.300001 is, by 1e-6, from 0.3, whatever floats say."""
    if expected == actual:
        return True
    try:
        distance = abs(actual - expected)
    except OverflowError:  # a whole number beyond all floats
        return False
    slack = 2 * math.ulp(max(abs(expected), abs(actual))) if tolerance and isinstance(distance, float) else 0
    return distance <= tolerance + slack


def same_text(expected: str, actual: str, how: ScoringConfig) -> bool:
    """Tell whether two texts are the same as far as a case cares."""
    if expected == actual:
        return True
    expected, actual = _plain(expected), _plain(actual)
    if expected == actual:
        return True
    if how.mode == "contains" and expected and _folded(expected) in _folded(actual):
        return True
    if how.mode == "fuzzy" and (bare := _bare(expected)) and bare == _bare(actual):
        return True
    if how.casefold and _folded(expected) == _folded(actual):
        return True
    return how.dates and _same_date(expected, actual)


def _same_date(expected: str, actual: str) -> bool:
    # Digits alone may well be a number of something
    if expected.isdigit() or (day := read_date(expected)) is None:
        return False
    return day == read_date(actual)


def _plain(text: str) -> str:
    return text.strip() if text.isascii() else unicodedata.normalize("NFC", text).strip()


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def _bare(text: str) -> str:
    """Return a text without case, spaces and punctuation, but for what makes another number: signs and points."""
    text = _folded(text)
    around = zip(" " + text, text, text[1:] + " ", strict=False)
    return "".join(mark for before, mark, after in around if _counts(mark, before, after))


def _counts(mark: str, before: str, after: str) -> bool:
    if mark.isalnum() or unicodedata.category(mark)[0] not in "PZC":
        return True
    if not after.isdigit():
        return False
    return before.isdigit() if mark in ".," else mark == "-" and before.isspace()


def _object(
    expected: Mapping[str, Json], actual: Json, how: ScoringConfig, optional: Json = ()
) -> Mismatch | None:
    if not isinstance(actual, Mapping):
        return Mismatch("", "value", expected, actual)
    for key, value in expected.items():
        if key in actual:
            if found := mismatch(value, actual[key], how):
                return found.within(key)
        elif key not in optional:
            return Mismatch(pointer(key), "missing", value, None)
    for key, value in actual.items():
        if key not in expected:
            return Mismatch(pointer(key), "extra", None, value)
    return None


def _array(expected: Json, actual: Json, how: ScoringConfig) -> Mismatch | None:
    if not isinstance(actual, list | tuple):
        return Mismatch("", "value", expected, actual)
    for index, (value, item) in enumerate(zip(expected, actual, strict=False)):
        if found := mismatch(value, item, how):
            return found.within(index)
    if len(expected) > len(actual):
        return Mismatch(pointer(len(actual)), "missing", expected[len(actual)], None)
    if len(actual) > len(expected):
        return Mismatch(pointer(len(expected)), "extra", None, actual[len(expected)])
    return None


def _multiset(expected: Json, actual: Json, how: ScoringConfig) -> Mismatch | None:
    if not isinstance(actual, list | tuple):
        return Mismatch("", "value", expected, actual)
    wanted, given = list(range(len(expected))), list(range(len(actual)))
    if max(len(wanted), len(given)) > MOST_COMPARED:
        wanted, given = _without_equals(expected, actual)
    if max(len(wanted), len(given)) > MOST_LEFT:
        return Mismatch("", "value", expected, actual)
    fits = remembered(lambda one, other: not mismatch(expected[wanted[one]], actual[given[other]], how))
    pairs = cover(len(wanted), len(given), fits)
    alone = [index for index, other in zip(wanted, pairs, strict=True) if other is None]
    left = [index for place, index in enumerate(given) if place not in pairs]
    if alone and left:
        return Mismatch(pointer(left[0]), "value", expected[alone[0]], actual[left[0]])
    if alone:
        return Mismatch(pointer(len(actual)), "missing", expected[alone[0]], None)
    return Mismatch(pointer(left[0]), "extra", None, actual[left[0]]) if left else None


def _without_equals(expected: Json, actual: Json) -> tuple[list[int], list[int]]:
    """Return the positions, in each, of what the other has not literally, or not as often."""
    places: dict[Json, list[int]] = {}
    for index, value in enumerate(actual):
        places.setdefault(_key(value), []).append(index)
    wanted = []
    for index, value in enumerate(expected):
        same = None if operator_of(value) else places.get(_key(value))
        if same:
            same.pop()
        else:
            wanted.append(index)
    return wanted, sorted(index for left in places.values() for index in left)


def _key(value: Json) -> Json:
    """Return what is the same for equal values alone."""
    if isinstance(value, Mapping):
        return ("object", frozenset((key, _key(item)) for key, item in value.items()))
    if isinstance(value, list | tuple):
        return ("list", *map(_key, value))
    if isinstance(value, str):
        return _plain(value)
    return (isinstance(value, bool), value)


def _any(expected: Mapping[str, Json], actual: Json, how: ScoringConfig) -> Mismatch | None:
    nearest = Mismatch("", "value", expected, actual)
    for alternative in expected["$any"]:
        found = mismatch(alternative, actual, how)
        if found is None:
            return None
        if found.path.count("/") > nearest.path.count("/"):
            nearest = found
    return nearest


def _number(expected: Mapping[str, Json], actual: Json, how: ScoringConfig) -> Mismatch | None:
    number, tolerance = expected["$number"], expected.get("tolerance")
    if tolerance is None:
        tolerance = tolerance_of(number, how.epsilon)
    return _told(is_number(actual) and is_near(number, actual, tolerance), expected, actual)


def _date(expected: Mapping[str, Json], actual: Json, _how: ScoringConfig) -> Mismatch | None:
    wanted, given = read_date(expected["$date"]), read_date(actual) if isinstance(actual, str) else None
    if isinstance(given, dt.datetime) and not isinstance(wanted, dt.datetime):
        given = given.date()
    return _told(given is not None and given == wanted, expected, actual)


def _text(expected: Mapping[str, Json], actual: Json, _how: ScoringConfig) -> Mismatch | None:
    how = _folding() if expected.get("casefold") else _exactly()
    return _told(isinstance(actual, str) and same_text(expected["$text"], actual, how), expected, actual)


@lru_cache
def _exactly() -> ScoringConfig:
    return ScoringConfig(dates=False)


@lru_cache
def _folding() -> ScoringConfig:
    return replace(_exactly(), casefold=True)


def _contains(expected: Mapping[str, Json], actual: Json, _how: ScoringConfig) -> Mismatch | None:
    part = _folded(_plain(expected["$contains"]))
    if isinstance(actual, list | tuple):
        fits = any(isinstance(item, str) and _folded(_plain(item)) == part for item in actual)
    else:
        fits = isinstance(actual, str) and part in _folded(_plain(actual))
    return _told(fits, expected, actual)


def _pattern(expected: Mapping[str, Json], actual: Json, _how: ScoringConfig) -> Mismatch | None:
    return _told(isinstance(actual, str) and pattern_of(expected["$pattern"]).is_valid(actual), expected, actual)


def _literal(expected: Mapping[str, Json], actual: Json, how: ScoringConfig) -> Mismatch | None:
    value = expected["$literal"]
    if not isinstance(value, Mapping | list | tuple):
        return mismatch(value, actual, how)
    return mismatch(_spelled(value), actual, how)


def _spelled(value: Json) -> Json:
    """Return an Expected that means a value literally: an object's keys are no operators."""
    if isinstance(value, Mapping):
        return {"$object": {key: _spelled(item) for key, item in value.items()}}
    return [_spelled(item) for item in value] if isinstance(value, list | tuple) else value


def _told(fits: bool, expected: Json, actual: Json) -> Mismatch | None:
    return None if fits else Mismatch("", "value", expected, actual)


OPERATORS: dict[str, Callable[[Mapping[str, Json], Json, ScoringConfig], Mismatch | None]] = {
    "$any": _any,
    "$number": _number,
    "$date": _date,
    "$text": _text,
    "$contains": _contains,
    "$multiset": lambda expected, actual, how: _multiset(expected["$multiset"], actual, how),
    "$object": lambda expected, actual, how: _object(
        expected["$object"], actual, how, expected.get("optional", ())
    ),
    "$pattern": _pattern,
    "$anything": lambda _expected, _actual, _how: None,
    "$literal": _literal,
}
