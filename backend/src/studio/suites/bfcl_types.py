"""BFCL's spelling of schemas, and JSON Schema: types of Python, Java and JavaScript to JSON's, and back."""

from __future__ import annotations

from typing import Any

from src.studio.suites.tools import BY_KEY, IN_LIST, ONE

Json = Any

# Spelled as BFCL V1 to V4 have them. What is not here, `any` among it, may be of any type.
TYPES = {
    **dict.fromkeys(("dict", "object", "HashMap", "Hashtable", "Map"), "object"),
    **dict.fromkeys(("array", "list", "tuple", "ArrayList", "Array", "Queue", "Stack", "Set", "set"), "array"),
    **dict.fromkeys(("integer", "int", "byte", "short", "long", "Bigint", "BigInt"), "integer"),
    **dict.fromkeys(("number", "float", "double"), "number"),
    **dict.fromkeys(("string", "String", "str", "char"), "string"),
    **dict.fromkeys(("boolean", "Boolean", "bool"), "boolean"),
    "null": "null",
}
BFCL_TYPES = {"object": "dict", "number": "float"}


def json_schema(schema: Json) -> Json:
    """Return JSON Schema of a schema that has BFCL's types, at all depths."""
    return _converted(schema, _json_type)


def bfcl_schema(schema: Json) -> Json:
    """Return a JSON Schema with BFCL's types; `json_schema` makes the same of it again."""
    return _converted(schema, _bfcl_type)


def _converted(schema: Json, convert: Any) -> Json:  # noqa: ANN401 - one of the two below
    if not isinstance(schema, dict):
        return schema
    found: dict[str, Json] = {}
    for key, value in schema.items():
        if key == "type":
            found |= convert(value)
        elif key in BY_KEY and isinstance(value, dict):
            found[key] = {name: _converted(inner, convert) for name, inner in value.items()}
        elif key in ONE and isinstance(value, dict):
            found[key] = _converted(value, convert)
        elif key in IN_LIST and isinstance(value, list):
            found[key] = [_converted(inner, convert) for inner in value]
        else:
            found[key] = value
    return found


def _json_type(value: Json) -> dict[str, Json]:
    if isinstance(value, list):
        kinds = [TYPES.get(item) if isinstance(item, str) else None for item in value]
        return {"type": list(dict.fromkeys(kinds))} if kinds and None not in kinds else {}
    kind = TYPES.get(value) if isinstance(value, str) else None
    return {"type": kind} if kind else {}


def _bfcl_type(value: Json) -> dict[str, Json]:
    if isinstance(value, list):
        return {"type": [BFCL_TYPES.get(item, item) for item in value]}
    return {"type": BFCL_TYPES.get(value, value)}
