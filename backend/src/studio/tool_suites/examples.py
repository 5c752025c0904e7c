"""Suites to start from, which come with Studio."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from src.studio import suites
from src.studio.errors import NotFoundError
from src.studio.suites.suite import read_suite

if TYPE_CHECKING:
    from src.studio.suites.own import Suite

TEMPLATE = {
    "version": 1,
    "name": "Weather",
    "description": "What a suite's file looks like.",
    "system_prompt": "Today is 2026-05-07.",
    "tools": [
        {
            "type": "function",
            "function": {
                "name": "get_weather",
                "description": "Tell the weather of a city on a day.",
                "parameters": {
                    "type": "object",
                    "properties": {
                        "city": {"type": "string"},
                        "day": {"type": "string", "format": "date", "description": "Today unless given."},
                    },
                    "required": ["city"],
                    "additionalProperties": False,
                },
            },
        }
    ],
    "test_cases": [
        {
            "name": "a day in words",
            "prompt": "Will it rain in New York tomorrow?",
            "category": "dates",
            "expected_calls": [
                {
                    "tool": "get_weather",
                    "arguments": {"city": {"$any": ["New York", "NYC"]}, "day": {"$date": "2026-05-08"}},
                }
            ],
        },
        {
            "name": "two cities at once",
            "prompt": "Is it warmer in Rome or in Oslo now?",
            "category": "parallel",
            "expected_calls": [
                {"tool": "get_weather", "arguments": {"city": "Rome", "day": "2026-05-07"}, "optional": ["day"]},
                {"tool": "get_weather", "arguments": {"city": "Oslo", "day": "2026-05-07"}, "optional": ["day"]},
            ],
        },
        {
            "name": "nothing to call",
            "prompt": "Thank you!",
            "category": "irrelevance",
            "should_call_tool": False,
        },
    ],
}
"""What a file may have, to be filled in."""

FOLDER = Path(suites.__file__).parent / "examples"


def keys() -> list[str]:
    """Return what the examples go by."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def example(key: str) -> Suite:
    """Return an example. Raises `NotFoundError`."""
    if key not in keys():
        raise NotFoundError("There is no such example.")
    return _read(key)


@cache
def _read(key: str) -> Suite:
    # a tenth of a second of YAML, which never changes
    return read_suite((FOLDER / f"{key}.yaml").read_bytes(), "yaml").suite
