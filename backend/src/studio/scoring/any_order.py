"""Lists whose items may come in any order: which item is whose, exactly."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from src.studio.scoring.dates import read_date
from src.studio.scoring.expected import has_operator, operator_of
from src.studio.scoring.matching import largest
from src.studio.scoring.numbers import is_number, tolerance_of
from src.studio.scoring.texts import folded, plain

if TYPE_CHECKING:
    from src.studio.scoring.case import ScoringConfig
    from src.studio.scoring.work import Work

Json = Any
Fits = Callable[[int, int], bool]

MOST_COMPARED = 64
"""Items of lists of which each is held against each; of longer ones, only against those that it may be."""


def paired(
    expected: Sequence[Json], actual: Sequence[Json], fits: Fits, how: ScoringConfig, work: Work
) -> list[int | None]:
    """Return for each expected item which actual one is its own, None for one that has none.

    `fits` takes positions in both. Every item has one wherever there is a way to give each its own.
    """
    if max(len(expected), len(actual)) <= MOST_COMPARED:
        everything = range(len(actual))
        return largest([None] * len(expected), len(actual), lambda _: everything, fits, work.spend)
    found = _Index(actual, how, work)
    start = _equals(expected, actual, work)
    return largest(start, len(actual), lambda one: found.near(expected[one]), fits, work.spend)


def _equals(expected: Sequence[Json], actual: Sequence[Json], work: Work) -> list[int | None]:
    """Return for each expected item an actual one that is the very same, each of these once."""
    places: dict[Json, list[int]] = {}
    for index in range(len(actual) - 1, -1, -1):
        places.setdefault(_key(actual[index], work), []).append(index)
    found: list[int | None] = []
    for value in expected:
        same = None if has_operator(value) else places.get(_key(value, work))
        found.append(same.pop() if same else None)
    return found


def _key(value: Json, work: Work) -> Json:
    """Return what is the same for equal values alone."""
    if isinstance(value, Mapping):
        work.spend(1 + len(value))
        return ("object", frozenset((key, _key(item, work)) for key, item in value.items()))
    if isinstance(value, list | tuple):
        work.spend(1 + len(value))
        return ("list", *(_key(item, work) for item in value))
    if isinstance(value, str):
        return plain(value)
    return (isinstance(value, bool), value)


class _Index:
    """Actual items by what they may be taken for."""

    def __init__(self, actual: Sequence[Json], how: ScoringConfig, work: Work) -> None:
        self._how = how
        work.spend(len(actual))
        self._all = range(len(actual))
        self._kinds: dict[type, list[int]] = {}
        self._texts: dict[str, list[int]] = {}
        self._days: dict[object, list[int]] = {}
        for index, value in enumerate(actual):
            self._kinds.setdefault(_kind(value), []).append(index)
            if isinstance(value, str):
                self._texts.setdefault(folded(plain(value)), []).append(index)
                if (day := read_date(value)) is not None:
                    self._days.setdefault(day, []).append(index)
        numbers = self._kinds.get(float, ())
        self._numbers = sorted((actual[index], index) for index in numbers if actual[index] == actual[index])

    def near(self, expected: Json) -> Collection[int]:
        """Return the positions of all items that an expected one may be met by, and not of many others."""
        if operator_of(expected) is not None:
            return self._all
        if is_number(expected):
            return self._near_number(expected)
        if not isinstance(expected, str) or self._how.mode != "exact":
            return self._kinds.get(_kind(expected), ())
        same = self._texts.get(folded(plain(expected)), ())
        day = read_date(expected) if self._how.dates else None
        return same if day is None else sorted({*same, *self._days.get(day, ())})

    def _near_number(self, expected: float) -> Collection[int]:
        try:
            away = 2 * tolerance_of(expected, self._how.epsilon) + abs(expected) * 1e-12
            low, high = (expected - away,), (expected + away, len(self._all))
        except OverflowError:  # a whole number beyond all floats
            return self._kinds.get(float, ())
        first, end = bisect_left(self._numbers, low), bisect_right(self._numbers, high)
        return [index for _, index in self._numbers[first:end]]


def _kind(value: Json) -> type:
    """Return what a value is: nothing of one kind is met by what is of another."""
    if isinstance(value, bool) or value is None:
        return type(value)
    if isinstance(value, int | float):
        return float
    return str if isinstance(value, str) else dict if isinstance(value, Mapping) else list
