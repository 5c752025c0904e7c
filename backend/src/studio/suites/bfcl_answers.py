"""BFCL's answers: alternatives for each argument, plain arguments, or calls written as Python."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from src.studio.scoring.arguments import ArgumentsError, read_arguments
from src.studio.scoring.expected import operator_of
from src.studio.suites.call_text import read_call
from src.studio.suites.errors import SuiteError
from src.studio.suites.tools import quoted
from src.studio.suites.values import literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Json = Any

MAY_BE_LEFT_OUT = ""
"""Stands among the alternatives of an argument that may be left out."""
NAME_AND_ARGUMENTS = ({"name", "arguments"}, {"name", "arguments", "id"}, {"name", "arguments", "type"})


@dataclass(frozen=True, slots=True)
class Answer:
    """One call of an answer, whose arguments are alternatives, or plain values; None: their schema tells which."""

    name: str
    arguments: Mapping[str, Json]
    has_alternatives: bool | None
    positional: tuple[Json, ...] = ()


def read_answers(documents: Json, *, plain: bool = False) -> list[Answer]:
    """Return the calls of an answer, or of one turn of it.

    They are `{tool: {argument: [alternatives]}}`, `{"name", "arguments"}` or a text such as `f(a=1)`. `plain`:
    those of the first kind may have plain values, which is told by their schema. Raises `SuiteError`.
    """
    if not isinstance(documents, list):
        documents = [documents]
    return [answer for document in documents for answer in _answers(document, plain=plain)]


def _answers(document: Json, *, plain: bool) -> Iterator[Answer]:
    if isinstance(document, str):
        call = read_call(document)
        yield Answer(call.name, call.named, has_alternatives=False, positional=tuple(call.positional))
    elif (
        isinstance(document, dict)
        and isinstance(document.get("function"), dict)
        and "name" in document["function"]
    ):
        yield from _answers({key: document["function"].get(key) for key in ("name", "arguments")}, plain=plain)
    elif (
        isinstance(document, dict) and document.keys() in NAME_AND_ARGUMENTS and isinstance(document["name"], str)
    ):
        yield Answer(document["name"], _object(document["arguments"]), has_alternatives=False)
    elif isinstance(document, dict) and document:
        for name, arguments in document.items():
            yield Answer(name, _object(arguments), has_alternatives=None if plain else True)
    else:
        raise SuiteError(f"{quoted(document)} is no call.")


def _object(arguments: Json) -> Mapping[str, Json]:
    try:
        return read_arguments(arguments)
    except ArgumentsError as error:
        raise SuiteError(f"{error} It is {quoted(arguments)}.") from None


def expected_call(answer: Answer, name: str, schema: Mapping[str, Json]) -> dict[str, Json]:
    """Return an answer as a case expects it, of the tool that the suite knows by `name`.

    Positional arguments are mapped by the order of the tool's parameters. Raises `SuiteError`.
    """
    properties = schema.get("properties") or {}
    if answer.positional:
        return _called(name, _by_position(answer, list(properties)))
    has_alternatives = answer.has_alternatives
    if has_alternatives is None:
        has_alternatives = _looks_like_alternatives(answer.arguments, properties)
    if not has_alternatives:
        return _called(name, dict(answer.arguments))
    arguments: dict[str, Json] = {}
    optional: list[str] = []
    required = schema.get("required") or []
    for key, alternatives in answer.arguments.items():
        arguments[key], may_be_left_out = _one_of(alternatives, properties.get(key, {}), keep=key in required)
        if may_be_left_out:
            optional.append(key)
    found: dict[str, Json] = {"tool": name, "arguments": arguments}
    return found | ({"optional": optional} if optional else {})


def _called(name: str, arguments: Mapping[str, Json]) -> dict[str, Json]:
    return {"tool": name, "arguments": {key: literal(value) for key, value in arguments.items()}}


def _by_position(answer: Answer, parameters: Sequence[str]) -> dict[str, Json]:
    if len(answer.positional) > len(parameters):
        raise SuiteError(f"{quoted(answer.name)} is called with more arguments than it has.")
    found = dict(zip(parameters, answer.positional, strict=False))
    if twice := found.keys() & answer.arguments.keys():
        raise SuiteError(f"{quoted(answer.name)} is called with {min(twice)} twice.")
    return found | dict(answer.arguments)


def _looks_like_alternatives(arguments: Mapping[str, Json], properties: Mapping[str, Json]) -> bool:
    """Tell whether all values are lists, and one is where none belongs, or one of lists where one does."""
    if not arguments or not all(isinstance(value, list) for value in arguments.values()):
        return False
    return any(
        all(isinstance(item, list) or item == "" for item in value)
        if is_of(properties.get(key), "array")
        else _has_type(properties.get(key))
        for key, value in arguments.items()
    )


def _has_type(schema: Json) -> bool:
    """Tell whether a schema names a type; where it names none, a list is as right as anything else."""
    return isinstance(schema, dict) and "type" in schema


def _one_of(alternatives: Json, schema: Json, *, keep: bool) -> tuple[Json, bool]:
    """Return what is expected, and whether it may be left out; with `keep` it may not, and "" is a value."""
    if not isinstance(alternatives, list):
        return literal(alternatives), False
    values = [value for value in alternatives if keep or value != MAY_BE_LEFT_OUT]
    may_be_left_out = len(values) < len(alternatives)
    found = [_value(value, schema) for value in values or [MAY_BE_LEFT_OUT]]
    unique = list({orjson.dumps(value): value for value in found}.values())
    return (unique[0] if len(unique) == 1 else {"$any": unique}), may_be_left_out


def _value(value: Json, schema: Json) -> Json:
    schema = schema if isinstance(schema, dict) else {}
    if isinstance(value, dict) and is_of(schema, "object"):
        return _inner(value)
    items = schema.get("items") or {}
    if isinstance(value, list) and is_of(schema, "array") and is_of(items, "object"):
        return [_inner(item) if isinstance(item, dict) else literal(item) for item in value]
    return literal(value)


def _inner(value: Mapping[str, Json]) -> Json:
    """Return an object within an argument: BFCL has alternatives there, too, but no deeper."""
    parts: dict[str, Json] = {}
    optional: list[str] = []
    for key, alternatives in value.items():
        parts[key], may_be_left_out = _one_of(alternatives, {}, keep=False)
        if may_be_left_out:
            optional.append(key)
    if optional:
        return {"$object": parts, "optional": optional}
    return {"$object": parts} if operator_of(parts) else parts


def is_of(schema: Json, kind: str) -> bool:
    """Tell whether a schema names a type."""
    found = schema.get("type") if isinstance(schema, dict) else None
    return found == kind or (isinstance(found, list) and kind in found)
