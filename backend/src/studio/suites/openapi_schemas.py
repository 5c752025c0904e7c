"""Schemas of an OpenAPI document as JSON Schema that stands alone: references are followed, within it alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from src.studio.suites.errors import SuiteError
from src.studio.suites.tools import BY_KEY, IN_LIST, ONE, compiles, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = Any

MOST_PARTS = 5_000
MOST_REFERENCES = 20
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
OF_OBJECTS = {"type", "properties", "required", "description"}


class Schemas:
    """The schemas of a document. One that holds itself is told once, in `$defs`; any other where it is used."""

    def __init__(self, document: Mapping[str, Json]) -> None:
        self._document = document
        self._is_old = str(document.get("openapi")).startswith("3.0")

    def resolved(self, value: Json) -> Json:
        """Return what a reference leads to, or the value itself where it is none. Raises `SuiteError`."""
        for _ in range(MOST_REFERENCES):
            if not isinstance(value, dict) or not isinstance(value.get("$ref"), str):
                return value
            value = self._referred(value["$ref"])
        raise SuiteError("References lead to each other, and nowhere else.")

    def converted(self, schema: Json) -> tuple[Json, dict[str, Json], list[str]]:
        """Return a schema, the definitions that it refers to, and notes on what it does not say.

        Where a reference leads nowhere or elsewhere, and where the whole is too large, anything is taken.
        """
        conversion = _Conversion(self, is_old=self._is_old)
        return conversion.of(schema, ()), conversion.definitions, conversion.notes

    def _referred(self, reference: str) -> Json:
        if not reference.startswith("#/"):
            raise SuiteError(
                f"{quoted(reference)} is elsewhere: references within the document alone are followed."
            )
        found: Json = self._document
        for part in reference[2:].split("/"):
            key = part.replace("%7B", "{").replace("%7D", "}").replace("~1", "/").replace("~0", "~")
            if isinstance(found, list) and key.isdigit() and int(key) < len(found):
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
        self._parts = 0
        self.definitions: dict[str, Json] = {}
        self.notes: list[str] = []

    def of(self, schema: Json, within: tuple[str, ...]) -> Json:
        """Return a schema converted; `within` are the references that led to it."""
        self._parts += 1
        if self._parts > MOST_PARTS:
            self._note(f"A schema has more than {MOST_PARTS:,} parts; anything is taken where they end.")
            return {}
        if not isinstance(schema, dict):
            return schema if isinstance(schema, bool) else {}
        if isinstance(schema.get("$ref"), str):
            return self._of_reference(schema, within)
        found = {key: self._part(key, value, within) for key, value in schema.items() if key not in LEFT_OUT}
        found = _merged(found)
        if self._is_old:
            found = _old_words(found, is_nullable=schema.get("nullable") is True)
        if isinstance(found.get("pattern"), str) and not compiles({"pattern": found["pattern"]}):
            self._note(
                f"The pattern {quoted(found.pop('pattern'))} takes more than linear time, and was left out."
            )
        return found

    def _of_reference(self, schema: Mapping[str, Json], within: tuple[str, ...]) -> Json:
        reference = schema["$ref"]
        if reference in within:
            name = reference.rpartition("/")[2]
            if name not in self.definitions:
                self.definitions[name] = {}  # so that it is not begun again within itself
                self.definitions[name] = self.of(self._schemas.resolved(schema), (*within, reference))
            return {"$ref": DEFINITIONS + name}
        try:
            referred = self._schemas.resolved(schema)
        except SuiteError as error:
            self._note(f"{error} Anything is taken there.")
            return {}
        beside = {key: value for key, value in schema.items() if key in {"description", "default"}}
        found = self.of(referred, (*within, reference))
        return {**found, **beside} if isinstance(found, dict) else found

    def _part(self, key: str, value: Json, within: tuple[str, ...]) -> Json:
        if key == "properties" and isinstance(value, dict):
            return {name: self.of(inner, within) for name, inner in value.items() if not self._is_told(inner)}
        if key in BY_KEY and isinstance(value, dict):
            return {name: self.of(inner, within) for name, inner in value.items()}
        if key in ONE and isinstance(value, dict):
            return self.of(value, within)
        if key in IN_LIST and isinstance(value, list):
            return [self.of(inner, within) for inner in value]
        return value

    def _is_told(self, schema: Json) -> bool:
        """Tell whether a property stands in answers alone."""
        try:
            found = self._schemas.resolved(schema)
        except SuiteError:
            return False
        return isinstance(found, dict) and found.get("readOnly") is True

    def _note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)


def _merged(schema: dict[str, Json]) -> dict[str, Json]:
    """Return a schema whose `allOf` is made of nothing but objects' properties as one of these properties."""
    parts = schema.get("allOf")
    if not isinstance(parts, list) or not all(
        isinstance(part, dict) and part.keys() <= OF_OBJECTS for part in parts
    ):
        return schema
    whole = {key: value for key, value in schema.items() if key != "allOf"}
    if not whole.keys() <= OF_OBJECTS:
        return schema
    for part in parts:
        both = {**(whole.get("properties") or {}), **(part.get("properties") or {})}
        required = list(dict.fromkeys([*(whole.get("required") or []), *(part.get("required") or [])]))
        whole = {**part, **whole} | {"properties": both} | ({"required": required} if required else {})
    return whole if whole.get("properties") else schema


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
