"""Cases to begin with where there are only tools: one for each, and one that wants none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

UNSEEN = "It was made of the tool's definition, and nobody has looked at it yet."
NO_CALL = "Thank you, that was all for today."
ANYTHING = {"$anything": True}
LONGEST_TOLD = 500
LONGEST_NAME = 200
_SENTENCE = re.compile(r"(?<=[.!?])\s")


def skeletons(tools: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield documents of a case for each tool, which any values of its arguments pass, and one that wants no call.

    All are disputed: they count for nothing until somebody has looked at them.
    """
    unseen = {"disputed": True, "disputed_reason": UNSEEN}
    for at, tool in enumerate(tools, 1):
        function = tool["function"]
        name = f"{at}: {function['name']}"[:LONGEST_NAME]
        asked = {"prompt": _prompt(function), "expected_calls": [_call(function)]}
        yield {"name": name, "category": "skeleton", **asked, **unseen}
    name = f"{len(tools) + 1}: no call"
    yield {"name": name, "category": "irrelevance", "prompt": NO_CALL, "should_call_tool": False, **unseen}


def _prompt(function: Mapping[str, Any]) -> str:
    told = " ".join(str(function.get("description") or "").split())
    told = _SENTENCE.split(told)[0][:LONGEST_TOLD]
    return f"Please do this for me: {told}" if told else f"Please use {function['name']}."


def _call(function: Mapping[str, Any]) -> dict[str, Any]:
    schema = function.get("parameters") or {}
    properties, required = schema.get("properties") or {}, dict.fromkeys(schema.get("required") or ())
    names = [*properties, *(name for name in required if name not in properties)]
    optional = [name for name in names if name not in required]
    return {"tool": function["name"], "arguments": dict.fromkeys(names, ANYTHING), "optional": optional}
