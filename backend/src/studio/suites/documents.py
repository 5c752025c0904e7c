"""Text to what JSON can say: JSON, JSON Lines and YAML 1.2, within limits, with the line of what is wrong."""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

from src.core.unique_keys import unique_keys
from src.studio.suites.errors import SuiteError
from src.studio.suites.limits import TOO_LONG, check_count, checked, too_deep
from src.studio.suites.tools import quoted
from src.studio.suites.yaml_reading import value_of

MOST_BYTES = 20_000_000
MOST_YAML_BYTES = 2_000_000
# As many digits as a number of more than 64 bits may have: orjson makes a fraction of what is too long
_LONG = re.compile(r"[0-9]{19}")
_ESCAPED_COLON = re.compile(r"\\u003a", re.IGNORECASE)

Json = Any
"""What JSON can say: None, bool, int, float, str, list or dict of these."""


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
    text = _decoded(text)
    if len(text) > MOST_YAML_BYTES:
        raise SuiteError(
            f"YAML may have {MOST_YAML_BYTES // 1_000_000} MB at most; JSON is read a hundred times as quickly,"
            f" and may have {MOST_BYTES // 1_000_000} MB."
        )
    return checked(value_of(text))


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
        return checked(_parsed(text))
    except orjson.JSONDecodeError as error:
        # at line feeds alone: other breaks of Unicode's may stand within a text
        lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        if len(lines) > 1 and _is_json(lines[0][1]):
            return checked([_line(number, line) for number, line in lines])
        raise SuiteError(f"This is no JSON: {_problem(error)}.", line=error.lineno) from None


def _line(number: int, line: str) -> Json:
    try:
        return _parsed(line)
    except orjson.JSONDecodeError as error:
        raise SuiteError(f"This is no JSON: {_problem(error)}.", line=number) from None
    except SuiteError as error:
        raise SuiteError(error.sentence, line=number) from None


def _parsed(text: str) -> Json:
    check_count(text.encode(errors="replace"))
    value = orjson.loads(text)
    if not _LONG.search(text) and _has_all(value, text):
        return value
    try:
        return json.loads(text, object_pairs_hook=unique_keys(_twice))
    except RecursionError:
        raise too_deep() from None
    except SuiteError:
        raise
    except ValueError:  # more digits than Python reads
        raise SuiteError(TOO_LONG) from None


def _has_all(value: Json, text: str) -> bool:
    """Tell whether a value surely has all that its text has, no key there twice: each has a colon behind it."""
    try:
        written = orjson.dumps(value)
    except orjson.JSONEncodeError:  # nested deeper than it writes
        return False
    return written.count(b":") == text.count(":") + len(_ESCAPED_COLON.findall(text))


def _twice(key: str) -> SuiteError:
    return SuiteError(f"The key {quoted(key)} is there twice.")


def _is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def _problem(error: orjson.JSONDecodeError) -> str:
    return f"{error.msg.partition(':')[0].rstrip('.')}, at character {error.colno}"
