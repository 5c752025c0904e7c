"""Calls that are written as Python, such as `mail.send(to='a@b.c', urgent=True)`: read as text, and never run."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass
from threading import Lock
from typing import Any

from src.studio.suites.errors import SuiteError
from src.studio.suites.limits import is_whole_text, problem_of

Json = Any

LONGEST = 20_000
MOST_DEPTH = 50
MOST_QUOTED = 80
_PARSING = Lock()  # the filters of warnings are the whole program's
_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*\Z")


@dataclass(frozen=True, slots=True)
class WrittenCall:
    """What a text calls: `positional` values belong to the tool's first parameters, in their order."""

    name: str
    positional: list[Json]
    named: dict[str, Json]


def read_call(text: str) -> WrittenCall:
    """Return what a text calls. Raises `SuiteError` for whatever is no call of a name with literal arguments.

    Names with two underscores at both ends are refused: no tool is called so, but much of Python is.
    """
    if len(text) > LONGEST:
        raise SuiteError(f"A call has {LONGEST:,} characters at most.")
    try:
        with _PARSING, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes that Python will not take one day
            tree = ast.parse(text.strip(), mode="eval").body
        if not isinstance(tree, ast.Call):
            raise _refused(text)
        return WrittenCall(
            name=_name(tree.func, text),
            positional=[_value(argument, text) for argument in tree.args],
            named=_named(tree.keywords, text),
        )
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if isinstance(error, SuiteError):
            raise
        raise _refused(text) from None


def write_call(name: str, arguments: dict[str, Json]) -> str | None:
    """Return the text of a call, which `read_call` reads; None where a name is none in Python."""
    if not _NAME.match(name) or not all(_is_parameter(key) for key in arguments):
        return None
    text = f"{name}({', '.join(f'{key}={value!r}' for key, value in arguments.items())})"
    try:
        return text if read_call(text) == WrittenCall(name, [], arguments) else None
    except SuiteError:
        return None


def _is_parameter(name: str) -> bool:
    return name.isidentifier() and "." not in name


def _name(node: ast.expr, text: str) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        raise _refused(text)
    parts.append(node.id)
    if any(part.startswith("__") and part.endswith("__") for part in parts):
        raise _refused(text)
    return ".".join(reversed(parts))


def _named(keywords: list[ast.keyword], text: str) -> dict[str, Json]:
    named: dict[str, Json] = {}
    for keyword in keywords:
        if keyword.arg is None or keyword.arg in named:
            raise _refused(text)
        named[keyword.arg] = _value(keyword.value, text)
    return named


def _value(node: ast.expr, text: str) -> Json:
    return _plain(ast.literal_eval(node), text)


def _plain(value: object, text: str, depth: int = 0) -> Json:
    if depth > MOST_DEPTH:
        raise _refused(text)
    if isinstance(value, list | tuple):
        return [_plain(item, text, depth + 1) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) and is_whole_text(key) for key in value):
        return {key: _plain(item, text, depth + 1) for key, item in value.items()}
    if problem_of(value):
        raise _refused(text)
    return value


def _refused(text: str) -> SuiteError:
    shown = text if len(text) <= MOST_QUOTED else f"{text[:MOST_QUOTED]}…"
    return SuiteError(f"{shown!r} is no call of a tool with literal arguments.")
