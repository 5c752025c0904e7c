"""Text to what JSON can say: JSON, JSON Lines and YAML 1.2, within limits, with the line of what is wrong."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson

from src.studio.suites.errors import SuiteError

if TYPE_CHECKING:
    from ruamel.yaml import YAML

MOST_BYTES = 20_000_000
MOST_YAML_BYTES = 2_000_000
MOST_DEPTH = 100
MOST_VALUES = 3_000_000
MOST_BITS = 64
# Kinds of plain scalars, how they are spelled, and what they begin with
CORE_SCHEMA = (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("float", r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", "-+."),
    ("null", r"~|null|Null|NULL|", "~nN"),
    ("merge", r"<<", "<"),
)

Json = Any
"""What JSON can say: None, bool, int, float, str, list or dict of these."""
Place = tuple["Place", str | int] | None
"""Where a value is: where what holds it is, and its key or index there; None at the top."""


def read_document(text: str | bytes) -> Json:
    """Return what a text says that is JSON, JSON Lines (as a list) or YAML, told apart by how it begins.

    Raises `SuiteError`.
    """
    text = _decoded(text)
    if not text.strip():
        raise SuiteError("There is nothing in it.")
    return _json_or_lines(text) if text.lstrip()[0] in "[{" else read_yaml(text)


def read_lines(text: str | bytes) -> list[Json]:
    """Return the values of JSON Lines; one JSON list of them will do, too. Raises `SuiteError`."""
    value = _json_or_lines(_decoded(text)) if text.strip() else []
    return value if isinstance(value, list) else [value]


def read_yaml(text: str | bytes) -> Json:
    """Return what YAML 1.2 says, by its core schema: dates and times of day are texts. Raises `SuiteError`."""
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415 - a tenth of a second, needed seldom

    text = _decoded(text)
    if len(text) > MOST_YAML_BYTES:
        raise SuiteError(
            f"YAML may have {MOST_YAML_BYTES // 1_000_000} MB at most; JSON is read a hundred times as quickly,"
            f" and may have {MOST_BYTES // 1_000_000} MB."
        )
    try:
        value = _yaml().load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join(str(error.problem or error.context).split())
        raise SuiteError(f"This is no YAML: {problem}.", line=mark.line + 1 if mark else None) from None
    except (YAMLError, ValueError) as error:
        raise SuiteError(f"This is no YAML: {' '.join(str(error).split())[:200]}.") from None
    except RecursionError:
        raise _too_deep() from None
    return checked(value)


def checked(value: Json) -> Json:
    """Return a value that JSON can say and that is within the limits, as it is. Raises `SuiteError`."""
    seen = 0
    ahead: list[tuple[Json, int, Place]] = [(value, 0, None)]
    while ahead:
        item, depth, place = ahead.pop()
        seen += 1
        if depth > MOST_DEPTH or (depth == MOST_DEPTH and isinstance(item, dict | list)):
            raise _too_deep()
        if isinstance(item, dict):
            for key, inner in item.items():
                if not isinstance(key, str):
                    raise SuiteError(f"The key {key} must be a text: put it into quotes.", path=_path(place))
                ahead.append((inner, depth + 1, (place, key)))
        elif isinstance(item, list):
            ahead += [(inner, depth + 1, (place, index)) for index, inner in enumerate(item)]
        elif not _is_plain(item):
            kind = "number" if isinstance(item, int | float) else type(item).__name__
            raise SuiteError(f"JSON can say no such {kind}.", path=_path(place))
        if seen + len(ahead) > MOST_VALUES:
            raise SuiteError(
                f"There are more than {MOST_VALUES:,} values in it, or in what its aliases stand for."
            )
    return value


def _path(place: Place) -> str:
    keys: list[str | int] = []
    while place:
        place, key = place
        keys.append(key)
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in reversed(keys)).removeprefix(".")


def _decoded(text: str | bytes) -> str:
    if len(text) > MOST_BYTES:
        raise SuiteError(f"It may have {MOST_BYTES // 1_000_000} MB at most.")
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SuiteError("It is not in UTF-8.") from None


def _json_or_lines(text: str) -> Json:
    try:
        return checked(orjson.loads(text))
    except orjson.JSONDecodeError as error:
        lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
        if len(lines) > 1 and _is_json(lines[0][1]):
            return checked([_line(number, line) for number, line in lines])
        raise SuiteError(f"This is no JSON: {_problem(error)}.", line=error.lineno) from None


def _line(number: int, line: str) -> Json:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise SuiteError(f"This is no JSON: {_problem(error)}.", line=number) from None


def _is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def _problem(error: orjson.JSONDecodeError) -> str:
    return f"{error.msg.partition(':')[0].rstrip('.')}, at character {error.colno}"


def _is_plain(value: Json) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return value.bit_length() <= MOST_BITS
    return value is None or isinstance(value, str)


def _too_deep() -> SuiteError:
    return SuiteError(f"It is nested more than {MOST_DEPTH} deep.")


def _yaml() -> YAML:
    from ruamel.yaml import YAML  # noqa: PLC0415 - see read_yaml

    yaml = YAML(typ="safe", pure=True)
    yaml.Resolver = _core_resolver()
    return yaml


@cache
def _core_resolver() -> type:
    # Its own takes dates for dates, and 1_000 for a number; the core schema of YAML 1.2 does not.
    from ruamel.yaml.resolver import BaseResolver  # noqa: PLC0415 - see read_yaml

    class CoreResolver(BaseResolver):
        """What a plain scalar is, by the core schema of YAML 1.2, whichever version a file says it is in."""

        processing_version = (1, 2)

        def __init__(self, version: object = None, loader: object = None) -> None:  # noqa: ARG002 - as it is called
            super().__init__(loader)

    for kind, pattern, first in CORE_SCHEMA:
        beginnings = [*first, ""] if kind == "null" else [*first]
        expression = re.compile(rf"(?:{pattern})\Z")
        CoreResolver.add_implicit_resolver_base(f"tag:yaml.org,2002:{kind}", expression, beginnings)
    return CoreResolver
