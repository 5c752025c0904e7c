"""A suite's tools, compiled once: their names, the arguments they have, and what tells whether arguments fit.

Schemas are JSON Schema of the draft that `$schema` names, 2020-12 where it names none; formats are checked.
Nothing is fetched, ever: a `$ref` to elsewhere is refused, and so is a pattern that takes more than linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import jsonschema_rs

from src.studio.scoring.expected import LINEAR
from src.studio.scoring.mass import mass_of
from src.studio.scoring.schemas import (
    ALTERNATIVES,
    CONDITIONS,
    DEPENDENT,
    EntangledError,
    Parts,
    referred,
    schemas_by_key,
    schemas_within,
)
from src.studio.scoring.work import TooLargeError, Work

Json = Any

NO_ARGUMENTS: dict[str, Json] = {"type": "object", "properties": {}, "additionalProperties": False}
MOST_REFERENCES = 50
MOST_ERRORS = 1000
# Of what a schema says against arguments: how often its parts may look at theirs, and at how many characters
MOST_LOOKS, MOST_CHARACTERS = 20_000, 20_000_000
# Schemas of more parts than this may be slow to take arguments; of so many parts each of those may be
FEW_PARTS, MOST_ARGUMENTS = 200, 5_000_000
LOOKS_A_STEP, STEPS_OF_AN_ERROR = 50, 20
VARIANT = re.compile(r"~[0-9]+\Z")
"""Stands behind a name where a suite has several tools of it, each for other cases: `f`, `f~2`."""


class ToolError(ValueError):
    """A tool that cannot be used; `position` is its place in the list, `path` a JSON pointer within it."""

    def __init__(self, position: int | None, path: str, sentence: str) -> None:
        self.position = position
        self.path = path
        self.sentence = sentence
        super().__init__(sentence if position is None else f"tools[{position}]{path}: {sentence}")


@dataclass(frozen=True, eq=False)
class Tool:
    """One tool: its name, its schema and what is known from it."""

    name: str
    schema: Mapping[str, Json]
    validator: jsonschema_rs.Validator
    properties: Mapping[str, Json]
    """The schema of each argument that the tool has."""
    required: frozenset[str]
    is_open: bool
    """Whether the schema takes arguments of other names, or cannot tell all names."""
    parts: Parts

    def has(self, argument: str) -> bool:
        """Tell whether the tool may have an argument of a name."""
        return self.is_open or argument in self.properties

    def takes(self, arguments: Mapping[str, Json], work: Work) -> bool:
        """Tell whether the schema takes arguments.

        Raises `ValueError` for what is no JSON, and `TooLargeError` where that is more to look at than what is
        left of `work`.
        """
        if self.parts.expanded > FEW_PARTS:
            mass = mass_of(arguments, MOST_ARGUMENTS, MOST_ARGUMENTS)
            if mass is None:
                raise TooLargeError(
                    f"The arguments of {self.name[:200]} are too large to be held against its schema."
                )
            work.spend(self.parts.expanded * mass[0] // LOOKS_A_STEP)
        return self.validator.is_valid(self._spelled(arguments))

    def errors(
        self, arguments: Mapping[str, Json], most: int = MOST_ERRORS, work: Work | None = None
    ) -> list[jsonschema_rs.ValidationError] | None:
        """Return what the schema has against arguments, up to so many; None where there is too much to tell it.

        Schemas that refer to themselves can have more against a value than there is time and room for. Raises
        `ValueError` for what is no JSON, and `TooLargeError` where `work` is not enough.
        """
        work = Work() if work is None else work
        if self.takes(arguments, work):
            return []
        looks = self._looks(arguments)
        if looks is None:
            return None
        found = list(islice(self.validator.iter_errors(self._spelled(arguments)), most))
        work.spend(looks // LOOKS_A_STEP + STEPS_OF_AN_ERROR * len(found))
        return found

    def _looks(self, arguments: Mapping[str, Json]) -> int | None:
        mass = mass_of(arguments)
        if mass is not None and not self.parts.is_cyclic:
            looks = self.parts.expanded * mass[0]
            if looks <= MOST_LOOKS and looks * mass[1] <= MOST_CHARACTERS:
                return looks
        return self.parts.looks(arguments, MOST_LOOKS, MOST_CHARACTERS)

    def _spelled(self, arguments: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return arguments as the schema's draft takes them: in the fourth, 3.0 is no whole number, and 3 is."""
        if not isinstance(self.validator, jsonschema_rs.Draft4Validator):
            return arguments
        return {name: _with_whole_numbers(value) for name, value in arguments.items()}


def _with_whole_numbers(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {key: _with_whole_numbers(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_with_whole_numbers(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


class Toolbox:
    """The tools that are offered, by name.

    `tools` are OpenAI's: `{"type": "function", "function": {"name", "description", "parameters"}}`; the function
    alone is taken, too. Raises `ToolError` for the first that cannot be used.
    """

    def __init__(self, tools: Sequence[Mapping[str, Json]]) -> None:
        self._tools: dict[str, Tool] = {}
        for position, document in enumerate(tools):
            tool = compile_tool(document, position)
            if tool.name in self._tools:
                raise ToolError(position, "/function/name", f"there are two tools named {tool.name}")
            self._tools[tool.name] = tool
        self._subsets: dict[tuple[str, ...], Toolbox] = {}
        self._variants = {VARIANT.sub("", name): name for name in self._tools if "~" in name}

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names in the order of the list."""
        return tuple(self._tools)

    def get(self, name: str) -> Tool | None:
        """Return the tool of a name, None where none is offered: names are the same in every letter, or not."""
        return self._tools.get(name)

    def meant(self, name: str) -> str:
        """Return the name of the tool that is called by a name: a model is not told that it is one of several."""
        return name if name in self._tools else self._variants.get(name, name)

    @property
    def has_variants(self) -> bool:
        """Tell whether a tool's name may be another one than it is called by."""
        return bool(self._variants)

    def subset(self, names: Iterable[str] | None) -> Toolbox:
        """Return a toolbox of some of the tools, of all for None. Raises `ToolError` for a name that is none's."""
        if names is None:
            return self
        key = tuple(names)
        if key not in self._subsets:
            for name in key:
                if name not in self._tools:
                    raise ToolError(None, "", f"there is no tool named {name}")
            chosen = Toolbox(())
            chosen._tools = {name: self._tools[name] for name in key}
            chosen._variants = {VARIANT.sub("", name): name for name in key if "~" in name}
            self._subsets[key] = chosen
        return self._subsets[key]


def compile_tool(document: Mapping[str, Json], position: int = 0) -> Tool:
    """Return a tool with its schema compiled. Raises `ToolError`, which says what is wrong and where."""
    if not isinstance(document, Mapping):
        raise ToolError(position, "", "must be an object")
    function, path = document, ""
    if "function" in document:
        function, path = document["function"], "/function"
    if not isinstance(function, Mapping):
        raise ToolError(position, path, "must be an object")
    name = function.get("name")
    if not isinstance(name, str) or not name:
        raise ToolError(position, f"{path}/name", "must be a name")
    schema = function.get("parameters")
    if schema is None or schema == {}:
        schema = NO_ARGUMENTS
    if not isinstance(schema, Mapping):
        raise ToolError(position, f"{path}/parameters", "must be an object: a JSON Schema")
    return _compiled(name, schema, position, f"{path}/parameters")


def _compiled(name: str, schema: Mapping[str, Json], position: int, path: str) -> Tool:
    try:
        parts = Parts(schema)
        validator = jsonschema_rs.validator_for(
            dict(schema), validate_formats=True, pattern_options=LINEAR, offline=True
        )
    except jsonschema_rs.ValidationError as error:
        where = path + "".join(f"/{_escaped(part)}" for part in error.instance_path)
        raise ToolError(position, where, _sentence(error)) from None
    except EntangledError as error:
        raise ToolError(position, path, str(error)) from None
    except (ValueError, RecursionError) as error:
        sentence = "is nested too deep" if "ecursion" in str(error) else "has what JSON cannot say"
        raise ToolError(position, path, sentence) from None
    known = _Known(schema)
    return Tool(name, schema, validator, known.properties, frozenset(known.required), known.is_open, parts)


def _sentence(error: jsonschema_rs.ValidationError) -> str:
    message = error.message
    if not error.schema_path and not error.instance_path:  # what is found while references are followed
        if found := re.match(r"Resource '(.{1,300}?)' is not present", message):
            return f"refers to {found[1]}, which is elsewhere: nothing is fetched"
        if message.startswith("Unknown meta-schema"):
            return "names a draft of JSON Schema in $schema that is not known"
        return f"has a reference that leads nowhere: {message.splitlines()[0][:300]}"
    if error.instance_path and error.instance_path[-1] == "pattern":
        return "is a pattern that linear time is not enough for: no look-around, no back reference, not too large"
    return f"is no valid JSON Schema: {message.splitlines()[0][:300]}"


def _escaped(part: str | int) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


class _Known:
    """The arguments that a schema names: its own, those of what it refers to, and those of its alternatives."""

    def __init__(self, schema: Mapping[str, Json]) -> None:
        self.properties: dict[str, Json] = {}
        self.required = set[str]()
        self.is_open = False
        self._root = schema
        self._references = 0
        self._add(schema, is_certain=True)
        # An object of which nothing is said takes anything
        if not self.properties and schema.get("additionalProperties") is not False and "properties" not in schema:
            self.is_open = True

    def _add(self, schema: Json, *, is_certain: bool) -> None:
        for name, part in schemas_by_key(schema, "properties").items():
            self.properties.setdefault(name, part)
        required = schema.get("required")
        if is_certain and isinstance(required, list):
            self.required.update(name for name in required if isinstance(name, str))
        if schema.get("patternProperties") or schema.get("additionalProperties", False) is not False:
            self.is_open = True
        for name in (*ALTERNATIVES, *CONDITIONS):
            for part in schemas_within(schema, name):
                self._add(part, is_certain=is_certain and name == "allOf")
        for name in DEPENDENT:
            for part in schemas_by_key(schema, name).values():
                if isinstance(part, Mapping):
                    self._add(part, is_certain=False)
        if "$ref" in schema:
            self._refer(schema["$ref"], is_certain=is_certain)
        self.is_open |= "$dynamicRef" in schema or "$recursiveRef" in schema

    def _refer(self, reference: Json, *, is_certain: bool) -> None:
        self._references += 1
        found = referred(self._root, reference) if self._references <= MOST_REFERENCES else None
        if found is None:
            self.is_open = True  # names that are not known cannot be told from made-up ones
        else:
            self._add(found, is_certain=is_certain)
