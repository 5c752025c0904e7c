"""Problems in words: what was expected, and what came instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson

from src.studio.scoring.expected import has_operator, operator_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from src.studio.scoring.values import Mismatch

Json = Any
MOST_SHOWN, MOST_WORDS, MOST_NAMED = 120, 400, 3


def shown(value: Json) -> str:
    """Return a value as JSON, its start alone where it is long."""
    try:
        text = orjson.dumps(value).decode()
    except (TypeError, ValueError):  # what JSON cannot say
        text = repr(value).encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + "…"


def named(names: Sequence[str]) -> str:
    """Return names as a choice."""
    return " or ".join(name[:MOST_SHOWN] for name in names[:MOST_NAMED]) + (
        " …" if len(names) > MOST_NAMED else ""
    )


def wanted(expected: Json) -> str:
    """Return an Expected in words, its start alone where it is long."""
    text = _words(expected, MOST_SHOWN)
    return text if len(text) <= MOST_WORDS else text[:MOST_WORDS] + "…"


def _words(expected: Json, room: int) -> str:
    """Return an Expected in words, of which no more is looked at than there is `room` for about so many parts."""
    operator = operator_of(expected)
    if operator is not None:
        return _of_operator(operator, expected, room)
    if room <= 0 or not has_operator(expected):
        return shown(expected)
    if isinstance(expected, Mapping):
        return _object(expected, (), room)
    return f"[{_joined(expected, ', ', room)}]"


def _of_operator(operator: str, expected: Json, room: int) -> str:
    value = expected[operator]
    if operator == "$any":
        more = " …" if len(value) > MOST_NAMED else ""
        return f"{_joined(value[:MOST_NAMED], ' or ', room)}{more}" if value else "nothing that there is"
    if operator == "$multiset":
        return f"[{_joined(value, ', ', room)}] in any order"
    if operator == "$object":
        return _object(value, expected.get("optional", ()), room)
    return WORDS[operator](value, expected)


# Of an operator's value, and of the whole that it stands in
WORDS: dict[str, Callable[[Json, Json], str]] = {
    "$number": lambda value, whole: (
        shown(value) if whole.get("tolerance") is None else f"{shown(value)} ± {shown(whole['tolerance'])}"
    ),
    "$date": lambda value, _: f"the {'time' if ':' in value else 'date'} {value}",
    "$text": lambda value, whole: shown(value) + (" in any case" if whole.get("casefold") else ""),
    "$contains": lambda value, _: f"what contains {shown(value)}",
    "$pattern": lambda value, _: f"a text that matches {value[:MOST_SHOWN]}",
    "$literal": lambda value, _: shown(value),
    "$anything": lambda _value, _: "anything",
}


def _object(values: Mapping[str, Json], optional: Collection[str], room: int) -> str:
    told = []
    for key, value in islice(values.items(), max(room // 4, 1)):
        may_lack = " (may be left out)" if key in optional else ""
        told.append(f"{shown(key)}: {_words(value, room // 2)}{may_lack}")
    return "{" + ", ".join(told) + (", …" if len(told) < len(values) else "") + "}"


def _joined(values: Sequence[Json], mark: str, room: int) -> str:
    told = [_words(value, room // 2) for value in values[: max(room // 4, 1)]]
    return mark.join(told) + (f"{mark}…" if len(told) < len(values) else "")


def difference(what: str, found: Mismatch) -> str:
    """Return a sentence about an argument, or a part of the state, that is another than expected."""
    where = f"{what}{found.path}"
    if found.kind == "missing":
        return f"{where} is missing; expected is {wanted(found.expected)}."
    if found.kind == "extra":
        return f"{where} is given, which is not expected: {shown(found.actual)}."
    return f"{where} is {shown(found.actual)}; expected is {wanted(found.expected)}."
