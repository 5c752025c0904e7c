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
    way: list[tuple[Json, Any]] = []
    inner = value
    for step in steps(path):
        if isinstance(inner, list | tuple):
            place = len(inner) if step == "-" else _place(step)
            if place is None or place > len(inner):
                return value
            way.append((inner, place))
            inner = inner[place] if place < len(inner) else {}
        else:
            held = inner if isinstance(inner, Mapping) else {}
            way.append((held, step))
            inner = held.get(step, {})
    for held, key in reversed(way):
        new = {**held, key: new} if isinstance(held, Mapping) else [*held[:key], new, *held[key + 1 :]]
    return new
