"""JSON values as YAML 1.2 that people can read and edit: short objects on one line, texts of lines as they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = Any

MOST_COLUMNS = 110
LONGEST_KEY = 1_000
"""Of what may stand before a colon alone: YAML's readers look no further than 1,024 characters for one."""
# What needs no quotes, whichever version of YAML reads it: words that are no number, date or truth value
_PLAIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ_/][A-Za-zÀ-ÖØ-öø-ÿ0-9_ ./()+%'-]*\Z")
_WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n", "none", "nan", "inf"}
# Characters that YAML's printer would have to escape, and line breaks of Unicode's own
_ESCAPED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def yaml_text(value: Json) -> str:
    """Return the text of a value that JSON can say; as YAML it says the same."""
    if not isinstance(value, dict | list) or not value:
        return f"{_flow(value)}\n"
    return "\n".join(_block(value, "")) + "\n"


def _block(value: Json, indent: str) -> Iterator[str]:
    entries = value.items() if isinstance(value, dict) else (("", item) for item in value)
    for key, item in entries:
        if isinstance(value, list):
            lead = f"{indent}- "
        elif len(name := _scalar(key)) > LONGEST_KEY:
            yield f"{indent}? {name}"
            lead = f"{indent}: "
        else:
            lead = f"{indent}{name}: "
        yield from _entry(lead, item, indent, in_list=isinstance(value, list))


def _entry(lead: str, item: Json, indent: str, *, in_list: bool) -> Iterator[str]:
    if isinstance(item, str) and _is_literal(item):
        yield f"{lead}|{_chomping(item)}"
        yield from (f"{indent}  {line}" if line else "" for line in item.removesuffix("\n").split("\n"))
        return
    line = lead + _flow(item) if _is_short(item, MOST_COLUMNS - len(lead)) else None
    if line is not None and len(line) <= MOST_COLUMNS:
        yield line
    elif isinstance(item, dict | list) and item:
        inner = list(_block(item, indent + "  "))
        if in_list:
            yield lead + inner[0].lstrip(" ")
            yield from inner[1:]
        else:
            yield lead.rstrip(" ")
            yield from inner
    else:
        yield lead + _flow(item)


def _is_short(item: Json, room: int) -> bool:
    """Tell whether a value has few enough parts to be tried on one line."""
    ahead, parts = [item], 0
    while ahead:
        part = ahead.pop()
        parts += 1
        if parts > room:
            return False
        if isinstance(part, dict):
            ahead += part.values()
        elif isinstance(part, list):
            ahead += part
    return True


def _flow(value: Json) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return _scalar(value)


def _scalar(value: Json) -> str:
    if not isinstance(value, str):
        return orjson.dumps(value).decode()
    if _PLAIN.match(value) and value.lower() not in _WORDS and value == value.strip(" "):
        return value
    quoted = orjson.dumps(value).decode()
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def _is_literal(text: str) -> bool:
    """Tell whether a text of lines can stand as it is: nothing in it has to be escaped, or would get lost."""
    if "\n" not in text or text[0] in " \n" or _ESCAPED.search(text) or "\t" in text:
        return False
    return not text.endswith("\n\n") and not any(line != line.rstrip(" ") for line in text.split("\n"))


def _chomping(text: str) -> str:
    return "" if text.endswith("\n") else "-"
