"""A case is the same in two runs where what is asked, offered and expected is."""

from typing import Any

import pytest

from src.studio.eval.asked import case_digest
from src.studio.suites.suite import read_suite

TOOL = {
    "type": "function",
    "function": {"name": "book", "parameters": {"type": "object", "properties": {"to": {}}}},
}
OTHER: dict[str, Any] = {
    "type": "function",
    "function": {"name": "cancel", "parameters": {"type": "object", "properties": {}}},
}
CASE = {"name": "a", "prompt": "To Rome.", "expected_calls": [{"tool": "book", "arguments": {"to": "Rome"}}]}


def digest(*there: dict[str, Any], **changed: Any) -> str:
    """Return what tells the case from others, with some of its fields changed, among other tools."""
    suite = read_suite(
        {"name": "S", "tools": list(there or (TOOL, OTHER)), "test_cases": [{**CASE, **changed}]}
    ).suite
    return case_digest(suite.cases[0], suite)


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "b"},
        {"category": "trips"},
        {"disputed": True, "disputed_reason": "unclear"},
        {"should_call_tool": True},
    ],
)
def test_what_it_is_called_does_not_matter(changed: dict[str, Any]) -> None:
    assert digest(**changed) == digest()


@pytest.mark.parametrize(
    "changed",
    [
        {"prompt": "To Bern."},
        {"expected_calls": [{"tool": "book", "arguments": {"to": "Bern"}}]},
        {"scoring_config": {"casefold": True}},
        {"tools": ["book"]},
    ],
)
def test_what_is_asked_offered_and_expected_does(changed: dict[str, Any]) -> None:
    assert digest(**changed) != digest()


def test_another_schema_matters_to_the_cases_that_are_offered_it() -> None:
    wider = {**OTHER, "function": {**OTHER["function"], "description": "Cancel a booking."}}
    assert digest(TOOL, wider) != digest()
    assert digest(TOOL, wider, tools=["book"]) == digest(tools=["book"])
