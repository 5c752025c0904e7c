"""Problems in words: what was expected, and what came instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from src.studio.scoring.expected import operator_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from src.studio.scoring.values import Mismatch

Json = Any
MOST_SHOWN, MOST_NAMED = 120, 3


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
    """Return an Expected in words."""
    operator = operator_of(expected)
    if operator is None:
        return shown(expected)
    value = expected[operator]
    if operator == "$any":
        more = " …" if len(value) > MOST_NAMED else ""
        return f"{' or '.join(wanted(item) for item in value[:MOST_NAMED])}{more}"
    if operator == "$number":
        tolerance = expected.get("tolerance")
        return f"{value:g}" if tolerance is None else f"{value:g} ± {tolerance:g}"
    words = {
        "$date": "the date {}",
        "$text": "{}",
        "$contains": "what contains {}",
        "$multiset": "in any order {}",
        "$object": "{}",
        "$pattern": "what matches {}",
        "$literal": "{}",
        "$anything": "anything",
    }
    return words[operator].format(shown(value))


def difference(what: str, found: Mismatch) -> str:
    """Return a sentence about an argument, or a part of the state, that is another than expected."""
    where = f"{what}{found.path}"
    if found.kind == "missing":
        return f"{where} is missing; expected is {wanted(found.expected)}."
    if found.kind == "extra":
        return f"{where} is given, which is not expected: {shown(found.actual)}."
    return f"{where} is {shown(found.actual)}; expected is {wanted(found.expected)}."
