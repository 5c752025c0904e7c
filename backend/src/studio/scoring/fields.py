"""Reading the fields of a document: each function returns what a field says, or raises an error that names it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

Json = Any
"""What JSON can say: None, bool, int, float, str, list or dict of these."""
T = TypeVar("T")

MOST_DEPTH = 100
LEAST_WHOLE, MOST_WHOLE = -(2**63), 2**64 - 1


class CaseError(ValueError):
    """A case that cannot be read.

    `path` names the field, as in `expected_calls[0].arguments.city`; `sentence` says what is wrong with it.
    """

    def __init__(self, path: str, sentence: str) -> None:
        self.path = path
        self.sentence = sentence
        super().__init__(f"{path}: {sentence}" if path else sentence)


def is_same(one: Json, other: Json) -> bool:
    """Tell whether two values are the same JSON: to Python, true is 1, and 0 is 0.0."""
    return one == other and json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def at(path: str, key: str | int) -> str:
    """Return the path of a field, or of an item, of what is at `path`."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key


def given(value: Json, default: Json) -> Json:
    """Return what a field says, or what holds where it is null or left out."""
    return default if value is None else value


def mapping(value: Json, path: str, known: frozenset[str] | None = None) -> Mapping[str, Json]:
    """Return an object; of none but `known` fields, where they are given."""
    if not isinstance(value, Mapping):
        raise CaseError(path, "must be an object")
    for key in value:
        if not isinstance(key, str):
            raise CaseError(path, "must have texts as keys")
        kept_text(key, path)
        if known is not None and key not in known:
            raise CaseError(at(path, key), "is not a field that is known here")
    return value


def items(value: Json, path: str, *, most: int, least: int = 0) -> list[Json]:
    """Return the items of a list of so many."""
    if not isinstance(value, list | tuple):
        raise CaseError(path, "must be a list")
    if len(value) > most:
        raise CaseError(path, f"must have at most {most} items, not {len(value)}")
    if len(value) < least:
        raise CaseError(path, f"must have at least {least} item{'s' if least > 1 else ''}")
    return list(value)


def text(value: Json, path: str, *, most: int, least: int = 0) -> str:
    """Return a text of so many characters that can be kept and sent."""
    if not isinstance(value, str):
        raise CaseError(path, "must be a text")
    if not least <= len(value) <= most:
        raise CaseError(path, f"must have {least} to {most} characters, not {len(value)}")
    kept_text(value, path)
    return value


def texts(value: Json, path: str, *, most: int, longest: int) -> tuple[str, ...]:
    """Return a list of texts, none of them empty."""
    found = items(value, path, most=most)
    return tuple(text(item, at(path, index), most=longest, least=1) for index, item in enumerate(found))


def flag(value: Json, path: str) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise CaseError(path, "must be true or false")
    return value


def whole(value: Json, path: str, *, least: int, most: int) -> int:
    """Return a whole number within bounds."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise CaseError(path, f"must be a whole number from {least} to {most}")
    return value


def number(value: Json, path: str, *, least: float = -math.inf) -> float:
    """Return a finite number that is not below `least`; of at most 64 bits where it is whole."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
        raise CaseError(path, "must be a number")
    plain(value, path)
    if value < least:
        raise CaseError(path, f"must be {least:g} or more")
    return value


def one_of(value: Json, path: str, choices: tuple[str, ...]) -> str:
    """Return one of a few texts."""
    if value not in choices:
        raise CaseError(path, f"must be {', '.join(choices[:-1])} or {choices[-1]}")
    return value


def maybe(read: Callable[..., T], value: Json, path: str, **bounds: int) -> T | None:
    """Return what `read` does, or None where there is nothing."""
    return None if value is None else read(value, path, **bounds)


def plain(value: Json, path: str, depth: int = 0) -> Json:
    """Return a value that JSON can say, that can be kept and sent on."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        kept_text(value, path)
    elif isinstance(value, int | float):
        if not _is_finite(value) or (isinstance(value, int) and not LEAST_WHOLE <= value <= MOST_WHOLE):
            raise CaseError(path, "must be a number that JSON can say, of at most 64 bits where it is whole")
    elif depth >= MOST_DEPTH:
        raise CaseError(path, f"must not be nested more than {MOST_DEPTH} deep")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            plain(item, at(path, index), depth + 1)
    else:
        for key, item in mapping(value, path).items():
            plain(item, at(path, key), depth + 1)
    return value


def kept_text(value: str, path: str) -> None:
    """Refuse what JSON can say and UTF-8, or PostgreSQL, cannot."""
    if "\0" in value:
        raise CaseError(path, "must not have a character of code 0")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise CaseError(path, "must not have halves of characters") from None


def _is_finite(value: float) -> bool:
    return isinstance(value, int) or math.isfinite(value)
