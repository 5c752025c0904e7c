"""Values of arguments: as a case expects them literally, and one that is right for what a case expects."""

from __future__ import annotations

from typing import Any

from src.studio.scoring.expected import operator_of

Json = Any


class NoWordError(ValueError):
    """What is expected cannot be said otherwise; the message is a sentence."""


def literal(value: Json) -> Json:
    """Return the Expected that means a value as it stands."""
    return {"$literal": value} if _has_operator(value) else value


def first_of(expected: Json) -> Json:
    """Return a plain value that is right, the first where there are several.

    Raises `NoWordError` where an Expected says none, as `$anything` and `$pattern` do.
    """
    operator = operator_of(expected)
    if operator is None:
        if isinstance(expected, dict):
            return {key: first_of(value) for key, value in expected.items()}
        return [first_of(value) for value in expected] if isinstance(expected, list) else expected
    value = expected[operator]
    if operator == "$any":
        return first_of(value[0])
    if operator == "$multiset":
        return [first_of(item) for item in value]
    if operator == "$object":
        return {key: first_of(item) for key, item in value.items() if key not in expected.get("optional", ())}
    if operator in {"$number", "$date", "$text", "$literal", "$contains"}:
        return value
    raise NoWordError(f"BFCL has no word for {operator}.")


def _has_operator(value: Json) -> bool:
    if isinstance(value, dict):
        return operator_of(value) is not None or any(_has_operator(inner) for inner in value.values())
    return isinstance(value, list) and any(_has_operator(inner) for inner in value)
