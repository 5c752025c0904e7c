"""Tools as models are offered them: what is wrong with their definitions, and the names that are sent."""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from src.studio.scoring.toolbox import VARIANT, ToolError, compile_tool
from src.studio.suites.free_names import FreeNames
from src.studio.suites.limits import MOST_DEPTH, is_deeper

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Json = Any

MOST_TOOLS = 5000
LONGEST_NAME = 256
LONGEST_SENT = 64
MOST_OFFERED = 128
MOST_QUOTED, MOST_LISTED = 60, 5
DEEPEST = MOST_DEPTH - 2
"""Of a tool, which is in a list in a suite."""
LONGEST_PATTERN = 1_000
"""Of a longer one it is not said whether it is costly: to look would be."""
_NOT_SENT = re.compile(r"[^a-zA-Z0-9_-]")
# A repeated group that itself repeats: quick here, and without an end where a provider's validator goes back
_COSTLY = re.compile(r"(?<!\\)\((?:[^()\\]|\\.)*(?:[+*]|\{\d+,\})\)(?:[+*]|\{\d+,\})")
# Where a schema holds schemas: one, several by key, or several in a list
ONE, BY_KEY, IN_LIST = (
    ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"),
    ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"),
    ("allOf", "anyOf", "oneOf", "prefixItems", "items"),
)


@dataclass(frozen=True, slots=True)
class ToolProblem:
    """What is wrong with a tool: `position` in the list, None for all of them; `path` a JSON pointer within it.

    An `error` keeps the tool from being used; a `warning` tells what will not be as it was written.
    """

    position: int | None
    path: str
    severity: Literal["error", "warning"]
    sentence: str

    def to_dict(self) -> dict[str, Json]:
        """Return it as the API answers it."""
        return asdict(self)


def normal_tool(document: Json) -> Json:
    """Return a tool in OpenAI's form; taken are a function alone, and what Anthropic and MCP call `input_schema`.

    What is none of these is returned as it is, for `check_tools` to say so.
    """
    if not isinstance(document, dict) or "function" in document or not isinstance(document.get("name"), str):
        return document
    schemas = ("parameters", "input_schema", "inputSchema")
    schema = next((document[key] for key in schemas if key in document), None)
    function = {"name": document["name"]}
    if document.get("description") is not None:
        function["description"] = document["description"]
    if schema is not None:
        function["parameters"] = schema
    if isinstance(document.get("strict"), bool):
        function["strict"] = document["strict"]
    return {"type": "function", "function": function}


def name_of(tool: Mapping[str, Json]) -> str:
    """Return the name of a tool in OpenAI's form."""
    return tool["function"]["name"]


def base_name(name: str) -> str:
    """Return a tool's name without the mark that tells it from others of that name in its suite."""
    return VARIANT.sub("", name)


def send_names(names: Iterable[str]) -> Mapping[str, str]:
    """Return the name under which each tool is sent, as providers take them: `[a-zA-Z0-9_-]`, 64 at most, unique.

    Names that can be sent stay as they are. The same names always have the same answer, in the same order.
    """
    return _send_names(tuple(dict.fromkeys(names)))


@lru_cache(maxsize=64)  # each conversation asks for those of its suite, of which there may be thousands
def _send_names(originals: tuple[str, ...]) -> Mapping[str, str]:
    sent = {name: name for name in originals if _can_be_sent(name)}
    free = FreeNames("{}_{}", LONGEST_SENT, sent)
    return MappingProxyType({name: sent.get(name) or free.take(_sendable(base_name(name))) for name in originals})


def check_tools(tools: Json) -> list[ToolProblem]:
    """Return what is wrong with definitions of tools: those that cannot be used, then what will be changed."""
    if not isinstance(tools, list):
        return [ToolProblem(None, "", "error", "The tools must be a list.")]
    if len(tools) > MOST_TOOLS:
        return [ToolProblem(None, "", "error", f"There may be {MOST_TOOLS:,} tools at most, not {len(tools):,}.")]
    found = [problem for position, tool in enumerate(tools) for problem in _check(position, tool)]
    names = [_name(tool) for tool in tools]
    found += _twice(names)
    broken = {problem.position for problem in found}
    found += _renamed([None if position in broken else name for position, name in enumerate(names)])
    if len(tools) > MOST_OFFERED:
        sentence = f"Some providers take {MOST_OFFERED} tools at most in one request; a case may offer fewer."
        found.append(ToolProblem(None, "", "warning", sentence))
    return sorted(found, key=lambda problem: (problem.severity != "error", problem.position or 0))


def schemas_in(schema: Json, path: str = "") -> Iterator[tuple[str, dict[str, Json]]]:
    """Yield a schema and all that it holds, each with its JSON pointer."""
    ahead = [(path, schema)]
    while ahead:
        where, part = ahead.pop()
        if not isinstance(part, dict):
            continue
        yield where, part
        for key, inner in part.items():
            if key in ONE and isinstance(inner, dict):
                ahead.append((f"{where}/{key}", inner))
            elif key in BY_KEY and isinstance(inner, dict):
                ahead += [(f"{where}/{key}/{escaped(name)}", value) for name, value in inner.items()]
            elif key in IN_LIST and isinstance(inner, list):
                ahead += [(f"{where}/{key}/{index}", value) for index, value in enumerate(inner)]


def escaped(key: str) -> str:
    """Return a key as a part of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def quoted(text: Json) -> str:
    """Return a text as a sentence may quote it."""
    text = str(text)
    return text if len(text) <= MOST_QUOTED else f"{text[:MOST_QUOTED]}…"


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence may list them: the first few, and how many more."""
    shown = ", ".join(names[:MOST_LISTED])
    return shown if len(names) <= MOST_LISTED else f"{shown} and {len(names) - MOST_LISTED:,} more"


def _check(position: int, tool: Json) -> Iterator[ToolProblem]:
    try:
        compile_tool(tool, position)
    except ToolError as error:
        yield ToolProblem(position, error.path, "error", _capital(error.sentence))
        return
    if not isinstance(tool.get("function"), dict):
        yield ToolProblem(position, "", "error", 'A tool is {"type": "function", "function": {"name": …}}.')
        return
    if tool.get("type", "function") != "function":
        yield ToolProblem(position, "/type", "error", 'The type must be "function".')
        return
    function = tool["function"]
    if len(function["name"]) > LONGEST_NAME:
        yield ToolProblem(position, "/function/name", "error", f"A name has {LONGEST_NAME} characters at most.")
    if is_deeper(tool, DEEPEST):
        yield ToolProblem(position, "", "error", f"It is nested more than {DEEPEST} deep.")
        return
    yield from _warnings(position, function)


def _warnings(position: int, function: Mapping[str, Json]) -> Iterator[ToolProblem]:
    def warning(path: str, sentence: str) -> ToolProblem:
        return ToolProblem(position, path, "warning", sentence)

    description, schema = function.get("description"), function.get("parameters")
    if not isinstance(description, str) or not description.strip():
        yield warning("/function/description", "It has no description: a model knows it by its name alone.")
    if not schema:
        return
    at = "/function/parameters"
    if schema.get("type") != "object":
        yield warning(at, 'Its parameters are not of the type "object": providers refuse such a tool.')
    properties = schema.get("properties") or {}
    for name in schema.get("required") or []:
        if name not in properties and schema.get("additionalProperties") is False:
            yield warning(f"{at}/required", f"{quoted(name)} is required, but no property of it is described.")
    for path, part in schemas_in(schema, at):
        pattern = part.get("pattern")
        if isinstance(pattern, str) and len(pattern) <= LONGEST_PATTERN and _COSTLY.search(pattern):
            sentence = f"{quoted(pattern)} repeats a repetition: a provider's validator may not come back."
            yield warning(f"{path}/pattern", sentence)


def _twice(names: Sequence[str | None]) -> Iterator[ToolProblem]:
    first: dict[str, int] = {}
    for position, name in enumerate(names):
        if name and first.setdefault(name, position) != position:
            sentence = f"Tool {first[name] + 1} is named {quoted(name)}, too; names must be unique."
            yield ToolProblem(position, "/function/name", "error", sentence)


def _renamed(names: Sequence[str | None]) -> Iterator[ToolProblem]:
    sent = send_names(name for name in names if name)
    for position, name in enumerate(names):
        if name and sent[name] != name and sent[name] != base_name(name):
            sentence = f"Providers take no such name; it will be sent as {sent[name]}."
            yield ToolProblem(position, "/function/name", "warning", sentence)


def _name(tool: Json) -> str | None:
    function = tool.get("function") if isinstance(tool, dict) else None
    name = function.get("name") if isinstance(function, dict) else None
    return name if isinstance(name, str) else None


def _can_be_sent(name: str) -> bool:
    return 0 < len(name) <= LONGEST_SENT and not _NOT_SENT.search(name)


def _sendable(name: str) -> str:
    plain = _NOT_SENT.sub("_", name) or "tool"
    if len(plain) <= LONGEST_SENT:
        return plain
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{plain[: LONGEST_SENT - len(mark) - 1]}_{mark}"


def _capital(sentence: str) -> str:
    whole = f"It {sentence}" if sentence.startswith(("is ", "has ", "must ", "refers ")) else sentence
    return f"{whole[:1].upper()}{whole[1:].rstrip('.')}."


def compiles(schema: Json) -> bool:
    """Tell whether a schema can be used for a tool's arguments."""
    try:
        compile_tool({"name": "tool", "parameters": schema})
    except ToolError:
        return False
    return True
