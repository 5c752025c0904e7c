"""What a document may have: what JSON can say in UTF-8, not nested too deep, and not too much of it."""

from __future__ import annotations

import math
from typing import Any

from src.studio.suites.errors import SuiteError

MOST_DEPTH = 120
"""Lists and objects within each other: schemas of 50 in a tool in a suite, values of 100 in a turn of a case."""
MOST_VALUES = 3_000_000
LEAST_WHOLE, MOST_WHOLE = -(2**63), 2**64 - 1
"""Whole numbers that our JSON can write."""
TOO_MANY = f"There are more than {MOST_VALUES:,} values in it."
TOO_LONG = "A whole number can have 64 bits."

Json = Any
"""What JSON can say: None, bool, int, float, str, list or dict of these."""
Place = tuple["Place", str | int] | None
"""Where a value is: where what holds it is, and its key or index there; None at the top."""


def checked(value: Json) -> Json:
    """Return a value that is within the limits, as it is. Raises `SuiteError`, which names its path."""
    seen = 0
    ahead: list[tuple[Json, int, Place]] = [(value, 0, None)]
    while ahead:
        item, depth, place = ahead.pop()
        seen += 1
        if depth > MOST_DEPTH or (depth == MOST_DEPTH and isinstance(item, dict | list)):
            raise too_deep()
        if isinstance(item, dict):
            for key, inner in item.items():
                if not isinstance(key, str):
                    raise SuiteError(f"The key {key} must be a text.", path=_path(place))
                if not is_whole_text(key):
                    raise SuiteError("A key has half of a character.", path=_path(place))
                ahead.append((inner, depth + 1, (place, key)))
        elif isinstance(item, list):
            ahead += [(inner, depth + 1, (place, index)) for index, inner in enumerate(item)]
        elif problem := problem_of(item):
            raise SuiteError(problem, path=_path(place))
        if seen + len(ahead) > MOST_VALUES:
            raise SuiteError(TOO_MANY)
    return value


def is_deeper(value: Json, most: int) -> bool:
    """Tell whether a value has more lists and objects within each other than `most`."""
    ahead: list[Json] = [value]
    for _ in range(most + 1):
        ahead = [item for item in ahead if isinstance(item, dict | list)]
        if not ahead:
            return False
        inner = [item.values() if isinstance(item, dict) else item for item in ahead]
        ahead = [part for parts in inner for part in parts]
    return True


def check_count(text: bytes) -> None:
    """Raise `SuiteError` where a text of JSON may have too many values: to read them would hold up everybody."""
    if sum(map(text.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise SuiteError(TOO_MANY)


def problem_of(value: Json) -> str | None:
    """Return why JSON cannot say a value that is neither a list nor an object; None where it can."""
    if isinstance(value, str):
        return None if is_whole_text(value) else "It has half of a character."
    if isinstance(value, float):
        return None if math.isfinite(value) else "JSON can say no such number."
    if isinstance(value, int):
        return None if LEAST_WHOLE <= value <= MOST_WHOLE else TOO_LONG
    return None if value is None else f"JSON can say no such {type(value).__name__}."


def is_whole_text(text: str) -> bool:
    """Tell whether a text has no halves of characters, which UTF-8 cannot say."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def too_deep() -> SuiteError:
    """Return what is raised for a document that is nested too deep."""
    return SuiteError(f"It is nested more than {MOST_DEPTH} deep.")


def _path(place: Place) -> str:
    keys: list[str | int] = []
    while place:
        place, key = place
        keys.append(key)
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in reversed(keys)).removeprefix(".")
