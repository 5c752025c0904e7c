"""What is told of a case beside its tools where there is too much to look at."""

from __future__ import annotations

from typing import Any

from src.studio.tool_suites.checks import case_problems


def test_arguments_that_are_too_large_for_their_schema_are_left_alone() -> None:
    texts = {f"p{number}": {"type": "string"} for number in range(20_000)}
    whole = {"type": "array", "items": {"type": "integer"}}
    tool = {"name": "f", "parameters": {"type": "object", "properties": {**texts, "l": whole}}}
    arguments: dict[str, Any] = {"l": list(range(6_000)), "other": 1}
    case = {"prompt": "Hi.", "expected_calls": [{"tool": "f", "arguments": arguments}]}
    assert [found["sentence"] for found in case_problems(case, [tool])] == ["f has no such argument."]
