"""JSON pointers (RFC 6901): reading what they point at, and putting something there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = Any


class NothingThere(LookupError):  # noqa: N818 - what it says
    """A pointer that leads nowhere."""


def pointer(key: str | int) -> str:
    """Return the step of a pointer that leads to a key, or to an item."""
    return "/" + str(key).replace("~", "~0").replace("/", "~1")


def steps(path: str) -> list[str]:
    """Return the keys that a pointer names."""
    return [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:]]


def look_up(value: Json, path: str) -> Json:
    """Return what a pointer points at. Raises `NothingThere`."""
    for step in steps(path):
        value = _inner(value, step)
    return value


def _inner(value: Json, step: str) -> Json:
    if isinstance(value, Mapping) and step in value:
        return value[step]
    if isinstance(value, list | tuple) and (place := _place(step)) is not None and place < len(value):
        return value[place]
    raise NothingThere(step)


def _place(step: str) -> int | None:
    return int(step) if step.isascii() and step.isdigit() and len(step) < 10 else None  # noqa: PLR2004 - an index


def put(value: Json, path: str, new: Json) -> Json:
    """Return a value with something new where a pointer points; what it is taken from stays as it was.

    Objects on the way that are not there are made; `-` is the place after a list's last item. Where a list has no
    such place it stays as it is; what is neither a list nor an object gives way to one.
    """
    return _put(value, steps(path), new)


def _put(value: Json, ahead: list[str], new: Json) -> Json:
    if not ahead:
        return new
    step, rest = ahead[0], ahead[1:]
    if isinstance(value, list | tuple):
        place = len(value) if step == "-" else _place(step)
        if place is None or place > len(value):
            return value
        inner = value[place] if place < len(value) else {}
        return [*value[:place], _put(inner, rest, new), *value[place + 1 :]]
    held = value if isinstance(value, Mapping) else {}
    return {**held, step: _put(held.get(step, {}), rest, new)}
