"""What a case expects as BFCL's alternatives, as far as BFCL has words for it."""

from __future__ import annotations

from itertools import permutations, product
from typing import TYPE_CHECKING, Any

from src.studio.scoring.expected import operator_of
from src.studio.suites.bfcl_answers import MAY_BE_LEFT_OUT, is_of
from src.studio.suites.tools import quoted
from src.studio.suites.values import NoWordError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from src.studio.scoring.case import ExpectedCall

Json = Any

MOST_ALTERNATIVES = 200


def alternatives_of(call: ExpectedCall, schema: Mapping[str, Json]) -> dict[str, list[Json]]:
    """Return the arguments of an expected call as BFCL has them. Raises `NoWordError`."""
    properties = schema.get("properties") or {}
    found = {key: _alternatives(expected, properties.get(key, {})) for key, expected in call.arguments.items()}
    for key in call.optional:
        if key not in found:
            raise NoWordError(f"{quoted(key)} may be anything.")
        if MAY_BE_LEFT_OUT not in found[key]:
            found[key].append(MAY_BE_LEFT_OUT)
    return found


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
    if operator in {"$number", "$date", "$text", "$literal"}:
        return [value]
    raise NoWordError(f"BFCL has no word for {operator}.")


def _inner_alternatives(value: Mapping[str, Json], optional: Sequence[str], schema: Mapping[str, Json]) -> Json:
    properties = schema.get("properties") or {}
    found = {key: _deep(expected, properties.get(key, {})) for key, expected in value.items()}
    return {key: [*values, MAY_BE_LEFT_OUT] if key in optional else values for key, values in found.items()}


def _deep(expected: Json, schema: Json) -> list[Json]:
    """Return alternatives within an object within an argument, where objects are plain again."""
    told = schema if isinstance(schema, dict) else {}
    return _alternatives(expected, {key: value for key, value in told.items() if key not in {"type", "items"}})


def _lists(items: Sequence[Json], schema: Mapping[str, Json]) -> list[tuple[Json, ...]]:
    inner = schema.get("items")
    schemas = inner if is_of(schema, "array") and is_of(inner, "object") else {}
    return _bounded([_alternatives(item, schemas) for item in items])


def _orders(items: Sequence[Json], schema: Mapping[str, Json]) -> list[Json]:
    found = [order for values in _lists(items, schema) for order in _bounded_orders(values)]
    if len(found) > MOST_ALTERNATIVES:
        raise NoWordError("There are more orders of a list than can be written out.")
    return found


def _bounded_orders(values: Sequence[Json]) -> Iterator[list[Json]]:
    for number, order in enumerate(permutations(values)):
        if number > MOST_ALTERNATIVES:
            return
        yield list(order)


def _products(parts: Iterable[Json]) -> list[tuple[Json, ...]]:
    return _bounded([_alternatives(part, {}) for part in parts])


def _bounded(parts: Sequence[Sequence[Json]]) -> list[tuple[Json, ...]]:
    count = 1
    for part in parts:
        count *= len(part)
        if count > MOST_ALTERNATIVES:
            raise NoWordError("There are more alternatives than can be written out.")
    return list(product(*parts))
