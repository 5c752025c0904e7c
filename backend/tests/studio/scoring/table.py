"""The tools of the truth table, and short ways to write wanted and made calls of them."""

from __future__ import annotations

import json
from typing import Any

from src.studio.scoring.case import ExpectedCall, ScoringConfig
from src.studio.scoring.score import Profile, score_calls
from src.studio.scoring.toolbox import Toolbox
from src.studio.scoring.verdict import Call, Verdict

ADDRESS = {
    "type": "object",
    "properties": {
        "street": {"type": "string"},
        "city": {"type": "string"},
        "lines": {"type": "array", "items": {"type": "string"}},
    },
}
TOOLS: list[dict[str, Any]] = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "The weather of a city.",
            "parameters": {
                "type": "object",
                "properties": {
                    "city": {"type": "string"},
                    "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
                    "days": {"type": "integer", "minimum": 1, "maximum": 14},
                },
                "required": ["city"],
            },
        },
    },
    {
        "type": "function",
        "function": {
            "name": "get_time",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        },
    },
    {
        "type": "function",
        "function": {
            "name": "book",
            "parameters": {
                "type": "object",
                "properties": {
                    "date": {"type": "string"},
                    "price": {"type": "number"},
                    "guests": {"type": "integer"},
                    "is_late": {"type": "boolean"},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "sizes": {"type": "array", "items": {"type": "number"}},
                    "address": ADDRESS,
                    "note": {"type": ["string", "null"]},
                },
            },
        },
    },
    {"type": "function", "function": {"name": "stop"}},
]
TOOLBOX = Toolbox(TOOLS)


def want(*tools: str, optional: Any = (), **arguments: Any) -> ExpectedCall:
    return ExpectedCall(tools, arguments, optional)


def made(tool: str, text: Any = None, /, **arguments: Any) -> Call:
    return Call(tool, json.dumps(arguments) if text is None else text)


def judge(
    expected: list[ExpectedCall],
    actual: list[Call],
    *,
    wants_call: bool = True,
    profile: Profile = "strict",
    toolbox: Toolbox = TOOLBOX,
    **config: Any,
) -> Verdict:
    return score_calls(expected, wants_call, actual, toolbox, ScoringConfig(**config), profile)
