"""What a case expects as BFCL's alternatives, as far as BFCL has words for it."""

from __future__ import annotations

from itertools import permutations, product
from math import factorial
from typing import TYPE_CHECKING, Any

from src.studio.scoring.expected import operator_of
from src.studio.suites.bfcl_answers import MAY_BE_LEFT_OUT, is_of
from src.studio.suites.tools import quoted
from src.studio.suites.values import NoWordError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from src.studio.scoring.case import ExpectedCall

Json = Any

MOST_ALTERNATIVES = 200
MOST_IN_ANY_ORDER = 5
"""Items of which there are no more orders than that."""


def alternatives_of(call: ExpectedCall, schema: Mapping[str, Json]) -> dict[str, list[Json]]:
    """Return the arguments of an expected call as BFCL has them. Raises `NoWordError`."""
    properties, required = schema.get("properties") or {}, schema.get("required") or ()
    found = {key: _alternatives(expected, properties.get(key, {})) for key, expected in call.arguments.items()}
    for key in call.optional:
        if key not in found:
            raise NoWordError(f"{quoted(key)} may be anything.")
    # where the schema requires an argument, the empty text is a value to BFCL as well
    return {
        key: values if key in required else _may_be_left_out(key, values, may=key in call.optional)
        for key, values in found.items()
    }


def _may_be_left_out(key: str, values: list[Json], *, may: bool) -> list[Json]:
    """Return alternatives that say whether what they are of may be left out. Raises `NoWordError`."""
    if MAY_BE_LEFT_OUT in values:
        if not may:
            raise NoWordError(f"The empty text as {quoted(key)} means to BFCL that it may be left out.")
        return values
    return [*values, MAY_BE_LEFT_OUT] if may else values


def _alternatives(expected: Json, schema: Json) -> list[Json]:
    schema = schema if isinstance(schema, dict) else {}
    operator = operator_of(expected)
    if operator:
        return _of_operator(operator, expected, schema)
    if isinstance(expected, dict):
        if is_of(schema, "object"):
            return [_inner_alternatives(expected, [], schema)]
        return [dict(zip(expected, values, strict=True)) for values in _products(expected.values())]
    if isinstance(expected, list):
        return [list(values) for values in _lists(expected, schema)]
    return [expected]


def _of_operator(operator: str, expected: Mapping[str, Json], schema: Mapping[str, Json]) -> list[Json]:
    value = expected[operator]
    if operator == "$any":
        return [one for inner in value for one in _alternatives(inner, schema)]
    if operator == "$multiset":
        return _orders(value, schema)
    if operator == "$object" and is_of(schema, "object"):
        return [_inner_alternatives(value, expected.get("optional", []), schema)]
    if operator == "$literal" and isinstance(value, dict | list) and not _is_written_plainly(value, schema):
        return _alternatives(_with_literals(value), schema)
    if operator in {"$number", "$date", "$text", "$literal"}:
        return [value]
    raise NoWordError(f"BFCL has no word for {operator}.")


def _inner_alternatives(value: Mapping[str, Json], optional: Sequence[str], schema: Mapping[str, Json]) -> Json:
    properties = schema.get("properties") or {}
    found = {key: _deep(expected, properties.get(key, {})) for key, expected in value.items()}
    return {key: _may_be_left_out(key, values, may=key in optional) for key, values in found.items()}


def _is_written_plainly(value: Json, schema: Mapping[str, Json]) -> bool:
    """Tell whether BFCL has a value as it is: it has alternatives within objects, and within those of a list."""
    if isinstance(value, dict):
        return not is_of(schema, "object")
    return not (is_of(schema, "array") and is_of(schema.get("items"), "object"))


def _with_literals(value: Json) -> Json:
    """Return an Expected that means a value as it stands, what is within it included, and that is no literal."""
    if isinstance(value, dict):
        return {"$object": {key: {"$literal": inner} for key, inner in value.items()}}
    return [{"$literal": inner} for inner in value]


def _deep(expected: Json, schema: Json) -> list[Json]:
    """Return alternatives within an object within an argument, where objects are plain again."""
    told = schema if isinstance(schema, dict) else {}
    return _alternatives(expected, {key: value for key, value in told.items() if key not in {"type", "items"}})


def _lists(items: Sequence[Json], schema: Mapping[str, Json]) -> list[tuple[Json, ...]]:
    inner = schema.get("items")
    schemas = inner if is_of(schema, "array") and is_of(inner, "object") else {}
    return _bounded([_alternatives(item, schemas) for item in items])


def _orders(items: Sequence[Json], schema: Mapping[str, Json]) -> list[Json]:
    """Return all orders of a list, of each choice of its items; counted before any is made."""
    found = _lists(items, schema) if len(items) <= MOST_IN_ANY_ORDER else []
    if not found or len(found) * factorial(len(items)) > MOST_ALTERNATIVES:
        raise NoWordError("There are more orders of a list than can be written out.")
    return [list(order) for values in found for order in permutations(values)]


def _products(parts: Iterable[Json]) -> list[tuple[Json, ...]]:
    return _bounded([_alternatives(part, {}) for part in parts])


def _bounded(parts: Sequence[Sequence[Json]]) -> list[tuple[Json, ...]]:
    count = 1
    for part in parts:
        count *= len(part)
        if count > MOST_ALTERNATIVES:
            raise NoWordError("There are more alternatives than can be written out.")
    return list(product(*parts))
