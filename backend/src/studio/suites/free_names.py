"""Names of which each is given once: one that is taken already gets a number behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOM = 8
"""Characters that a number and what stands around it take at most."""


class FreeNames:
    """Names, `taken` and given so far. `form` says how a number stands behind one, as in `{}_{}`.

    Where a name with its number would be longer than `longest`, it loses its end. Of names that begin alike none
    is tried twice, so that thousands of one name take no longer than thousands of different ones.
    """

    def __init__(self, form: str, longest: int, taken: Iterable[str] = ()) -> None:
        self._form, self._longest = form, longest
        self._taken = set(taken)
        self._numbers: dict[str, int] = {}
        self._given: list[tuple[str, str, int]] = []

    def take(self, wanted: str) -> str:
        """Return a name that was free, which it is no more."""
        name = wanted if len(wanted) <= self._longest else wanted[: self._longest]
        stem = name[: self._longest - ROOM]
        number = before = self._numbers.get(stem, 1)
        while name in self._taken:
            number += 1
            name = self._form.format(stem, number)
        self._numbers[stem] = number
        self._taken.add(name)
        self._given.append((name, stem, before))
        return name

    def take_back(self) -> None:
        """Let the name that was given last be free again, as if it had not been asked for."""
        name, stem, before = self._given.pop()
        self._taken.discard(name)
        self._numbers[stem] = before
