"""An OpenAPI document's operations as tools: 3.0 and 3.1, with references within the document alone."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from src.studio.suites.documents import read_document
from src.studio.suites.errors import SuiteError
from src.studio.suites.free_names import FreeNames
from src.studio.suites.limits import checked
from src.studio.suites.openapi_schemas import Schemas, names_in
from src.studio.suites.tools import LONGEST_SENT, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Json = Any

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
MOST_OPERATIONS = 1000
LONGEST_DESCRIPTION = 1024
# As OpenAPI says: parameters of these names have no meaning, as the request says them elsewhere
NOT_PARAMETERS = {"accept", "content-type", "authorization"}
BODY = "body"
# Of a body's schema, what a tool's arguments say, too, and what says nothing about a value
OF_ARGUMENTS = {
    *("type", "properties", "required", "additionalProperties"),
    *("description", "default", "deprecated", "$comment", "$defs", "definitions"),
}
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_UNFIT = re.compile(r"[^a-zA-Z0-9_-]+")


def operations_of(document: str | bytes | Json) -> list[dict[str, Json]]:
    """Return each operation as `{id, method, path, summary, tool, notes}`, in the document's order.

    `id` is the operation's own, or its method and path where it has none or another has it; `notes` are sentences
    on what the tool does not say. Path, query, header and cookie parameters and the fields of a JSON body or
    form are the tool's arguments. Raises `SuiteError`.
    """
    document = read_document(document) if isinstance(document, str | bytes) else checked(document)
    if not isinstance(document, dict) or not isinstance(document.get("openapi"), str):
        if isinstance(document, dict) and "swagger" in document:
            raise SuiteError("Swagger 2 is not read; convert it to OpenAPI 3.", path="swagger")
        raise SuiteError("This is no OpenAPI document: it does not say which version of OpenAPI it is in.")
    if not document["openapi"].startswith(("3.0", "3.1")):
        raise SuiteError(f"OpenAPI 3.0 and 3.1 can be read, not {quoted(document['openapi'])}.", path="openapi")
    reading = _Reading(document)
    found = list(islice(reading.operations(), MOST_OPERATIONS + 1))
    if not found:
        raise SuiteError("The document has no operations.", path="paths")
    if len(found) > MOST_OPERATIONS:
        raise SuiteError(f"There may be {MOST_OPERATIONS:,} operations at most.", path="paths")
    return found


class _Reading:
    def __init__(self, document: Mapping[str, Json]) -> None:
        self._document = document
        self._schemas = Schemas(document)
        self._names = FreeNames("{}_{}", LONGEST_SENT)
        self._identities: set[str] = set()

    def operations(self) -> Iterator[dict[str, Json]]:
        paths = self._document.get("paths", {})
        if not isinstance(paths, dict):
            raise SuiteError("It must be an object.", path="paths")
        for path, referred in paths.items():
            item = self._schemas.resolved(referred)
            for method in METHODS if isinstance(item, dict) else ():
                if isinstance(item.get(method), dict):
                    yield self._operation(path, method, item[method], item.get("parameters"))

    def _operation(self, path: str, method: str, operation: dict[str, Json], shared: Json) -> dict[str, Json]:
        arguments = _Arguments(self._schemas)
        arguments.add_parameters(shared, operation.get("parameters"))
        if operation.get("requestBody") is not None:
            arguments.add_body(operation["requestBody"])
        own = operation.get("operationId")
        title = f"{method.upper()} {path}"
        identity = self._identity(own if isinstance(own, str) and own else title, title)
        summary = _text(operation, "summary") or _text(operation, "description").partition("\n")[0]
        wanted = own if isinstance(own, str) and own else f"{method}_{path.strip('/')}"
        name = self._names.take(_UNFIT.sub("_", wanted).strip("_")[:LONGEST_SENT] or "operation")
        function = {
            "name": name,
            "description": _description(operation, title),
            "parameters": arguments.schema(),
        }
        return {
            "id": identity,
            "method": method.upper(),
            "path": path,
            "summary": summary,
            "tool": {"type": "function", "function": function},
            "notes": list(arguments.notes),
        }

    def _identity(self, wanted: str, title: str) -> str:
        """Return what an operation is chosen by: as is wanted, or its title where another has that."""
        while wanted in self._identities:
            wanted, title = title, f"{title} "
        self._identities.add(wanted)
        return wanted


class _Arguments:
    """The arguments of one operation's tool."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._properties: dict[str, Json] = {}
        self._required: list[str] = []
        self._definitions: dict[str, Json] = {}
        self.notes: dict[str, None] = {}

    def schema(self) -> dict[str, Json]:
        found: dict[str, Json] = {"type": "object", "properties": self._properties}
        if self._required:
            found["required"] = self._required
        found["additionalProperties"] = False
        return found | ({"$defs": self._definitions} if self._definitions else {})

    def add_parameters(self, *lists: Json) -> None:
        """Add a path's parameters and an operation's; of two that are the same the later one counts."""
        found: dict[tuple[str, str], Mapping[str, Json]] = {}
        for parameters in lists:
            for referred in parameters if isinstance(parameters, list) else ():
                parameter = self._resolved(referred)
                if isinstance(parameter, dict) and isinstance(parameter.get("name"), str):
                    found[parameter["name"], str(parameter.get("in"))] = parameter
        for (name, place), parameter in found.items():
            if place == "header" and name.lower() in NOT_PARAMETERS:
                continue
            self._add(name, place, self._of_parameter(parameter), required=parameter.get("required") is True)

    def _of_parameter(self, parameter: Mapping[str, Json]) -> Json:
        schema = parameter.get("schema")
        content = parameter.get("content")
        if schema is None and isinstance(content, dict):
            schema = next((media.get("schema") for media in content.values() if isinstance(media, dict)), None)
        converted = self._converted({} if schema is None else schema)
        if isinstance(converted, dict) and isinstance(parameter.get("description"), str):
            converted = {**converted, "description": parameter["description"]}
        return converted

    def add_body(self, body: Json) -> None:
        """Add the fields of a body, or the body as one argument where it is no object."""
        body = self._resolved(body)
        content = body.get("content") if isinstance(body, dict) else None
        media = _media(content) if isinstance(content, dict) else None
        if media is None:
            self._note("Its body is neither JSON nor a form, and was left out.")
            return
        converted = self._converted(media.get("schema"))
        required = body.get("required") is True
        properties = converted.get("properties") if isinstance(converted, dict) else None
        if not isinstance(properties, dict) or not properties or _is_more_than_properties(converted):
            self._add(BODY, "body", converted, required=required)
            return
        wanted = names_in(converted.get("required"))
        for name, inner in properties.items():
            self._add(name, "body", inner, required=required and name in wanted)

    def _converted(self, schema: Json) -> Json:
        converted, definitions, notes = self._schemas.converted(schema)
        self._definitions |= definitions
        for note in notes:
            self._note(note)
        return converted

    def _resolved(self, value: Json) -> Json:
        try:
            return self._schemas.resolved(value)
        except SuiteError as error:
            self._note(f"{error} What is there was left out.")
            return None

    def _note(self, note: str) -> None:
        self.notes[note] = None

    def _add(self, name: str, place: str, schema: Json, *, required: bool) -> None:
        free = name
        if name in self._properties:
            free = f"{place}_{name}"
            while free in self._properties:
                free += "_"
            self._note(f"There are two arguments named {quoted(name)}; that of the {place} is {quoted(free)}.")
        self._properties[free] = schema
        if required:
            self._required.append(free)


def _is_more_than_properties(schema: Mapping[str, Json]) -> bool:
    """Tell whether a schema, whose properties were looked at, says what a list of arguments cannot."""
    if schema.get("type", "object") != "object" or schema.get("additionalProperties", False) is not False:
        return True
    said = {name for name in schema.keys() - OF_ARGUMENTS if not name.startswith("x-")}
    return bool(said) or not schema["properties"].keys() >= set(names_in(schema.get("required")))


def _media(content: Mapping[str, Json]) -> Mapping[str, Json] | None:
    plain = {name.partition(";")[0].strip().lower(): value for name, value in content.items()}
    kinds = [kind for kind in plain if kind.endswith("+json") or kind == "*/*"]
    media = next((plain[kind] for kind in ("application/json", *kinds, *FORMS) if kind in plain), None)
    return media if isinstance(media, dict) else None


def _text(operation: Mapping[str, Json], key: str) -> str:
    value = operation.get(key)
    return value.strip() if isinstance(value, str) else ""


def _description(operation: Mapping[str, Json], title: str) -> str:
    summary, description = _text(operation, "summary"), _text(operation, "description")
    both = description if description.startswith(summary) else f"{summary}\n\n{description}"
    text = both.strip() or title
    return text if len(text) <= LONGEST_DESCRIPTION else f"{text[: LONGEST_DESCRIPTION - 1]}…"
