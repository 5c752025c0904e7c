"""Schemas of an OpenAPI document as JSON Schema that stands alone: references are followed, within it alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from src.studio.scoring.fields import is_same
from src.studio.suites.errors import SuiteError
from src.studio.suites.free_names import FreeNames
from src.studio.suites.tools import BY_KEY, IN_LIST, ONE, compiles, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Json = Any

MOST_PARTS, MOST_PARTS_OF_ALL = 5_000, 500_000
"""Of one schema, and of all that operations use, each as often as it is used."""
MOST_REFERENCES = 20
MOST_LEVELS = 50
"""Schemas within schemas: twice as many levels of JSON, and less than a suite may have."""
LONGEST_DEFINITION = 100
# What says nothing about a value, or nothing that JSON Schema has
LEFT_OUT = {
    "title",
    "example",
    "examples",
    "xml",
    "externalDocs",
    "discriminator",
    "nullable",
    "readOnly",
    "writeOnly",
}
DEFINITIONS = "#/$defs/"
# What describes a value, and does not bind it
DESCRIBED = {"description", "default"}
OF_OBJECTS = {"type", "properties", "required", "description"}
_INDEX = re.compile(r"[0-9]{1,9}\Z")
_UNFIT = re.compile(r"[^a-zA-Z0-9_.-]+")


class Schemas:
    """The schemas of a document. One that holds itself is told once, in `$defs`; any other where it is used."""

    def __init__(self, document: Mapping[str, Json]) -> None:
        self._document = document
        self._is_old = str(document.get("openapi")).startswith("3.0")
        self._free = FreeNames("{}_{}", LONGEST_DEFINITION)
        self._definitions: dict[str, str] = {}
        self._told: dict[int, frozenset[str]] = {}
        self._patterns: dict[str, bool] = {}
        self._parts = 0

    def resolved(self, value: Json) -> Json:
        """Return what a reference leads to, or the value itself where it is none. Raises `SuiteError`."""
        for _ in range(MOST_REFERENCES):
            if not isinstance(value, dict) or not isinstance(value.get("$ref"), str):
                return value
            value = self._referred(value["$ref"])
        raise SuiteError("References lead to each other, and nowhere else.")

    def converted(self, schema: Json) -> tuple[Json, dict[str, Json], Iterable[str]]:
        """Return a schema, the definitions that it refers to, and notes on what it does not say.

        Where a reference leads nowhere or elsewhere, and where the whole is too large, anything is taken.
        """
        conversion = _Conversion(self, is_old=self._is_old)
        return conversion.of(schema, ()), conversion.definitions, conversion.notes

    def definition_of(self, reference: str) -> str:
        """Return the name in `$defs` of what a reference leads to: the last part of it, and no other's."""
        if reference not in self._definitions:
            last = _UNFIT.sub("_", _unescaped(reference.rpartition("/")[2])) or "schema"
            self._definitions[reference] = self._free.take(last)
        return self._definitions[reference]

    def told_in(self, schema: Json, level: int = 0) -> frozenset[str]:
        """Return the properties of a schema, also of parts that all hold, that stand in answers alone."""
        try:
            schema = self.resolved(schema)
        except SuiteError:
            return frozenset()
        if not isinstance(schema, dict) or level > MOST_LEVELS:
            return frozenset()
        if id(schema) not in self._told:
            self._told[id(schema)] = frozenset()  # so that it is not begun again within itself
            properties, parts = schema.get("properties"), schema.get("allOf")
            found = {name for name, inner in _items(properties) if self.is_told(inner)}
            for part in parts if isinstance(parts, list) else ():
                found |= self.told_in(part, level + 1)
            self._told[id(schema)] = frozenset(found)
        return self._told[id(schema)]

    def is_told(self, schema: Json) -> bool:
        """Tell whether a property stands in answers alone."""
        if isinstance(schema, dict) and schema.get("readOnly") is True:
            return True
        try:
            found = self.resolved(schema)
        except SuiteError:
            return False
        return isinstance(found, dict) and found.get("readOnly") is True

    def is_linear(self, pattern: str) -> bool:
        """Tell whether a pattern takes linear time."""
        if pattern not in self._patterns:
            self._patterns[pattern] = compiles({"pattern": pattern})
        return self._patterns[pattern]

    def takes_part(self) -> bool:
        """Count a part of a schema, each time that it is used. Returns whether there may be one more."""
        self._parts += 1
        return self._parts <= MOST_PARTS_OF_ALL

    def _referred(self, reference: str) -> Json:
        if not reference.startswith("#/"):
            raise SuiteError(
                f"{quoted(reference)} is elsewhere: references within the document alone are followed."
            )
        found: Json = self._document
        for part in reference[2:].split("/"):
            key = _unescaped(part)
            if isinstance(found, list) and _INDEX.match(key) and int(key) < len(found):
                found = found[int(key)]
            elif isinstance(found, dict) and key in found:
                found = found[key]
            else:
                raise SuiteError(f"The reference {quoted(reference)} leads nowhere.")
        return found


class _Conversion:
    """One schema on its way, with what it refers to."""

    def __init__(self, schemas: Schemas, *, is_old: bool) -> None:
        self._schemas, self._is_old = schemas, is_old
        self._parts = self._level = 0
        self.definitions: dict[str, Json] = {}
        self.notes: dict[str, None] = {}

    def of(self, schema: Json, within: tuple[str, ...], told: frozenset[str] = frozenset()) -> Json:
        """Return a schema converted; `within` are the references that led to it.

        `told` are properties, described beside it, that stand in answers alone: it does not require them.
        """
        self._parts += 1
        if self._parts > MOST_PARTS or not self._schemas.takes_part():
            most, whose = (
                (MOST_PARTS, "A schema has")
                if self._parts > MOST_PARTS
                else (MOST_PARTS_OF_ALL, "All schemas have")
            )
            self._note(f"{whose} more than {most:,} parts; anything is taken where they end.")
            return {}
        if not isinstance(schema, dict):
            return schema if isinstance(schema, bool) else {}
        if isinstance(schema.get("$ref"), str):
            return self._of_reference(schema, within, told)
        if self._level >= MOST_LEVELS:
            self._note(f"A schema is nested more than {MOST_LEVELS} deep; anything is taken below that.")
            return {}
        self._level += 1
        found = self._of_object(schema, within, told)
        self._level -= 1
        return found

    def _of_object(self, schema: dict[str, Json], within: tuple[str, ...], told: frozenset[str]) -> Json:
        told |= self._schemas.told_in(schema)
        found = {key: self._part(key, value, within, told) for key, value in schema.items() if key not in LEFT_OUT}
        if "required" in found:
            self._check_required(found, told)
        found = _merged(found)
        if self._is_old:
            found = _old_words(found, is_nullable=schema.get("nullable") is True)
        if isinstance(found.get("pattern"), str) and not self._schemas.is_linear(found["pattern"]):
            self._note(
                f"The pattern {quoted(found.pop('pattern'))} takes more than linear time, and was left out."
            )
        return found

    def _of_reference(self, schema: Mapping[str, Json], within: tuple[str, ...], told: frozenset[str]) -> Json:
        """Return what a reference leads to, with what is said beside it: all of that holds since OpenAPI 3.1."""
        described = {key: value for key, value in schema.items() if key in DESCRIBED}
        beside = {key: value for key, value in schema.items() if key not in {"$ref", *DESCRIBED, *LEFT_OUT}}
        if self._is_old or not beside:
            return self._referred(schema, within, told, described)
        told |= self._schemas.told_in(schema) | self._schemas.told_in(beside)
        both = [self._referred(schema, within, told, {}), self.of(beside, within, told)]
        return _merged({"allOf": both}) | described

    def _referred(
        self, schema: Mapping[str, Json], within: tuple[str, ...], told: frozenset[str], described: dict[str, Json]
    ) -> Json:
        reference = schema["$ref"]
        if reference in within:
            name = self._schemas.definition_of(reference)
            if name not in self.definitions:
                self.definitions[name] = {}  # so that it is not begun again within itself
                self.definitions[name] = self.of(self._schemas.resolved(schema), (*within, reference))
            return {"$ref": DEFINITIONS + name, **described}
        try:
            referred = self._schemas.resolved(schema)
        except SuiteError as error:
            self._note(f"{error} Anything is taken there.")
            return {}
        found = self.of(referred, (*within, reference), told)
        return {**found, **described} if isinstance(found, dict) else found

    def _part(self, key: str, value: Json, within: tuple[str, ...], told: frozenset[str]) -> Json:
        if key == "properties" and isinstance(value, dict):
            return {
                name: self.of(inner, within) for name, inner in value.items() if not self._schemas.is_told(inner)
            }
        if key in BY_KEY and isinstance(value, dict):
            return {name: self.of(inner, within) for name, inner in value.items()}
        if key in ONE and isinstance(value, dict):
            return self.of(value, within)
        if key in IN_LIST and isinstance(value, list):
            beside = told if key == "allOf" else frozenset[str]()
            return [self.of(inner, within, beside) for inner in value]
        return value

    def _check_required(self, schema: dict[str, Json], told: frozenset[str]) -> None:
        """Let a schema require no more than can be given, and nothing where it does not list names."""
        required = schema["required"]
        names = names_in(required)
        if not isinstance(required, list) or len(names) < len(required):
            self._note(f"What a schema requires is no list of names: {quoted(required)} was left out.")
        schema["required"] = [name for name in names if name not in told]
        if not schema["required"]:
            del schema["required"]

    def _note(self, note: str) -> None:
        self.notes[note] = None


def names_in(required: Json) -> list[str]:
    """Return the names of a schema's `required`; none where it is no list."""
    return [name for name in required if isinstance(name, str)] if isinstance(required, list) else []


def _items(value: Json) -> Iterable[tuple[str, Json]]:
    return value.items() if isinstance(value, dict) else ()


def _unescaped(part: str) -> str:
    """Return the key that a part of a reference means."""
    return unquote(part).replace("~1", "/").replace("~0", "~")


def _merged(schema: dict[str, Json]) -> dict[str, Json]:
    """Return a schema whose `allOf` is made of nothing but objects' properties as one of these properties.

    It stays as it is where two parts say otherwise of one property, or of the whole: both of that holds.
    """
    parts = schema.get("allOf")
    whole = {key: value for key, value in schema.items() if key != "allOf"}
    if not isinstance(parts, list) or not all(map(_is_of_properties, (whole, *parts))):
        return schema
    for part in parts:
        properties, others = whole.get("properties", {}), part.get("properties", {})
        if not (_agree(properties, others) and _agree(whole, part, "type")):
            return schema
        required = list(dict.fromkeys([*whole.get("required", ()), *part.get("required", ())]))
        whole = {**part, **whole} | {"properties": {**properties, **others}}
        whole |= {"required": required} if required else {}
    return whole if whole.get("properties") else schema


def _agree(one: Mapping[str, Json], other: Mapping[str, Json], *keys: str) -> bool:
    """Tell whether two objects have the same under the keys that both have, or under some of these."""
    return all(is_same(one[key], other[key]) for key in keys or one if key in one and key in other)


def _is_of_properties(schema: Json) -> bool:
    """Tell whether a schema, whose `required` was looked at, says nothing but which properties there are."""
    if not isinstance(schema, dict) or not schema.keys() <= OF_OBJECTS:
        return False
    return isinstance(schema.get("properties", {}), dict)


def _old_words(schema: dict[str, Json], *, is_nullable: bool) -> dict[str, Json]:
    """Return a schema of OpenAPI 3.0 in the words of today's JSON Schema."""
    for limit, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(schema.get(limit), bool) and schema.pop(limit) and bound in schema:
            schema[limit] = schema.pop(bound)
    if is_nullable and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
        if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
    elif is_nullable and schema:
        schema = {"anyOf": [schema, {"type": "null"}]}
    return schema
