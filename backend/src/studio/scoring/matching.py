"""Pairing what is wanted with what came: bipartite matching, by who fits whom and by how near they are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence


def remembered(fits: Callable[[int, int], bool]) -> Callable[[int, int], bool]:
    """Return what asks only once for each pair."""
    known: dict[tuple[int, int], bool] = {}

    def ask(one: int, other: int) -> bool:
        key = (one, other)
        if key not in known:
            known[key] = fits(one, other)
        return known[key]

    return ask


def cover(
    count: int, others: int, fits: Callable[[int, int], bool], needed: Iterable[int] | None = None
) -> list[int | None]:
    """Return for each of `count` items which of the others is its own, so that as many as possible have one.

    Augmenting paths: never fewer than any other choice would pair. The `needed` others (all, for None) are paired
    first and stay paired, so that all of both sides are paired wherever that can be done at all (Mendelsohn and
    Dulmage). `fits` may be asked often for the same pair.
    """
    left_of: list[int | None] = [None] * others
    right_of: list[int | None] = [None] * count
    for right in range(others) if needed is None else needed:
        _augment(right, lambda one, other: fits(other, one), left_of, right_of)
    for left in range(count):
        if right_of[left] is None:
            _augment(left, fits, right_of, left_of)
    return right_of


def _augment(
    start: int, edge: Callable[[int, int], bool], mine: list[int | None], theirs: list[int | None]
) -> None:
    """Find a path from an unpaired item to an unpaired other, breadth first, and swap the pairs along it."""
    came_from: dict[int, int] = {}
    ahead = [start]
    for item in ahead:
        for other, owner in enumerate(theirs):
            if other in came_from or not edge(item, other):
                continue
            came_from[other] = item
            if owner is None:
                _swap(other, came_from, mine, theirs)
                return
            ahead.append(owner)


def largest(
    start: Sequence[int | None],
    others: int,
    near: Callable[[int], Collection[int]],
    fits: Callable[[int, int], bool],
    spend: Callable[[int], None],
) -> list[int | None]:
    """Return for each item which of the others is its own: each has one wherever there is a way to do that.

    `start` has pairs that fit already. Only the others that are `near` an item may fit it. Where an item can have
    none, no more is looked for: as many as can be have one at once, and the first without is one that cannot.
    `spend` is told of the steps beside those of `fits`.
    """
    right_of = list(start)
    left_of: list[int | None] = [None] * others
    for item, other in enumerate(right_of):
        if other is not None:
            left_of[other] = item
    free = {other: None for other, item in enumerate(left_of) if item is None}
    alone = [item for item, other in enumerate(right_of) if other is None]
    for item in alone:
        possible = near(item)
        ahead = free if len(possible) >= len(free) else [other for other in possible if other in free]
        if (found := next((other for other in ahead if fits(item, other)), None)) is not None:
            right_of[item], left_of[found] = found, item
            del free[found]
    rows: dict[int, list[int]] = {}
    for item in alone:
        if right_of[item] is None and not _rearranged(item, rows, near, fits, spend, right_of, left_of):
            break
    return right_of


def _rearranged(  # noqa: PLR0913, PLR0917 - all that is known of both sides
    start: int,
    rows: dict[int, list[int]],
    near: Callable[[int], Collection[int]],
    fits: Callable[[int, int], bool],
    spend: Callable[[int], None],
    mine: list[int | None],
    theirs: list[int | None],
) -> bool:
    """Find room for an item by moving those that have what it could have, and tell whether there is any."""
    came_from: dict[int, int] = {}
    ahead = [start]
    for item in ahead:
        if item not in rows:
            rows[item] = [other for other in near(item) if fits(item, other)]
        spend(1 + len(rows[item]) // 16)
        for other in rows[item]:
            if other in came_from:
                continue
            came_from[other] = item
            owner = theirs[other]
            if owner is None:
                _swap(other, came_from, mine, theirs)
                return True
            ahead.append(owner)
    return False


def _swap(end: int, came_from: dict[int, int], mine: list[int | None], theirs: list[int | None]) -> None:
    other: int | None = end
    while other is not None:
        item = came_from[other]
        before, mine[item], theirs[other] = mine[item], other, item
        other = before


def in_order(
    count: int, others: int, fits: Callable[[int, int], bool], may_skip: Callable[[int], bool]
) -> list[int] | None:
    """Return for each of `count` items which of the others is its own, both rising, or None.

    None where an item has none, or where one of the others is left that may not be skipped.
    """
    # after[j]: how many of the others were used or skipped; the way back is kept for each number of paired items
    rows: list[list[str | None]] = []
    row: list[str | None] = ["start"]
    row += [None] * others
    for other in range(others):
        row[other + 1] = "skip" if row[other] and may_skip(other) else None
    rows.append(row)
    for item in range(count):
        row = [None] * (others + 1)
        for other in range(others):
            if rows[item][other] and fits(item, other):
                row[other + 1] = "pair"
            elif row[other] and may_skip(other):
                row[other + 1] = "skip"
        rows.append(row)
    if not rows[count][others]:
        return None
    pairs, other = [0] * count, others
    item = count
    while other:
        if rows[item][other] == "pair":
            item -= 1
            pairs[item] = other - 1
        other -= 1
    return pairs


def cheapest(costs: Sequence[Sequence[float]]) -> list[int]:  # noqa: C901 - one algorithm, as it is known
    """Return the column of each row, each column once, so that the sum of costs is the least that can be.

    There are at least as many columns as rows. The Hungarian method with potentials: n² × m steps.
    """
    count, others = len(costs), len(costs[0]) if costs else 0
    row_of = [0] * (others + 1)  # from 1; 0 is nobody
    of_rows, of_columns = [0.0] * (count + 1), [0.0] * (others + 1)
    for row in range(1, count + 1):
        row_of[0] = row
        column, way = 0, [0] * (others + 1)
        least, done = [math.inf] * (others + 1), [False] * (others + 1)
        while row_of[column]:
            done[column] = True
            current, step, following = row_of[column], math.inf, 0
            line, own = costs[current - 1], of_rows[current]
            for ahead in range(1, others + 1):
                if done[ahead]:
                    continue
                cost = line[ahead - 1] - own - of_columns[ahead]
                if cost < least[ahead]:
                    least[ahead], way[ahead] = cost, column
                if least[ahead] < step:
                    step, following = least[ahead], ahead
            for behind in range(others + 1):
                if done[behind]:
                    of_rows[row_of[behind]] += step
                    of_columns[behind] -= step
                else:
                    least[behind] -= step
            column = following
        while column:
            row_of[column] = row_of[way[column]]
            column = way[column]
    found = [0] * count
    for column, row in enumerate(row_of):
        if row and column:
            found[row - 1] = column - 1
    return found
