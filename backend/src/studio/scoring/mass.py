"""How much there is of a value: rules of mocks that take from the state may double it with each call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST_CHARACTERS = 1_000_000
MOST_PARTS = 50_000
MOST_DEPTH = 100
BITS_OF_A_DIGIT = 4


def mass_of(
    value: Any,  # noqa: ANN401 - whatever JSON it is
    most_parts: int = MOST_PARTS,
    most_characters: int = MOST_CHARACTERS,
) -> tuple[int, int] | None:
    """Return how many parts a value has, itself among them, and how many characters.

    These are of its texts, keys and whole numbers. None where there are more than that of either, or more levels
    than `MOST_DEPTH`: no more of it is looked at.
    """
    ahead, parts, characters = [(value, 0)], 0, 0
    while ahead:
        part, depth = ahead.pop()
        parts += 1
        if isinstance(part, str):
            characters += len(part)
        elif isinstance(part, int):
            characters += part.bit_length() // BITS_OF_A_DIGIT
        elif isinstance(part, Mapping):
            characters += sum(map(len, part))
            ahead += [(inner, depth + 1) for inner in part.values()]
        elif isinstance(part, list | tuple):
            ahead += [(inner, depth + 1) for inner in part]
        if depth > MOST_DEPTH or characters > most_characters or parts + len(ahead) > most_parts:
            return None
    return parts, characters
